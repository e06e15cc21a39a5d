//! Sender names: `senders.php` (pages "Перечень доступных операций с именами отправителей" and "Ответ сервера и коды
//! ошибок").

pub mod document;
mod registrations;

use document::Document;

use crate::{
    call::{Call, Decode},
    error::{Error, ErrorCode, Result},
    form::Form,
    input::{Fields, whole_number},
    json::{self, Value, field},
    limits,
    parameters::{
        self, Parameters,
        Takes::{Day, Filled, Flag, Id, Phone, Text, Value as AValue, Whole},
        optional, required, which,
    },
    record::{
        Field,
        Kind::{Filled as AFilledText, List, Text as AText, Whole as Number, Wholes},
        Shape, excerpt, whole,
    },
    reply::between,
};

/// The most names of one request.
pub const MOST: u64 = 15_000;

const QUERY: Parameters = &[
    optional("all", "all", Flag),
    optional("operators", "operators", Flag),
    optional("files", "files", Flag),
    optional("changedSince", "from_date", Day),
    optional("cursor", "prev_id", Id),
];
const LIMIT: Parameters = &[optional("limit", "cnt", Whole(1, MOST))];
const LIMIT_OF_WALK: Parameters = &[optional("limit", "cnt", Whole(1, u64::MAX))];
/// The login of the sub-client that a command is for: on every command of the page.
const SUBACCOUNT: Parameters = &[optional("subaccount", "user", Filled)];
const NAME: Parameters = &[required("name", "sender", Filled)];
const EMAIL: Parameters = &[optional("comment", "name", Filled)];
const COMMENT: Parameters = &[optional("comment", "cmt", Text)];
const DOCUMENT_INFO: Parameters = &[optional("documentInfo", "doc_info", Text)];
const SEND_CODE: Parameters =
    &[required("name", "sender", Phone), optional("site", "site", Filled), optional("siteName", "site_name", Filled)];
const CONFIRM_CODE: Parameters = &[required("name", "sender", Phone), required("code", "code", AValue)];

const FILE: Shape = &[
    ("file", "name", AText),
    ("fid", "id", Number),
    ("fstatus", "status", Number),
    ("fcomment", "comment", AFilledText),
];

/// The status at each operator. Their order differs between formats, so they are read by name.
const OPERATORS: &[Field] = &[
    ("mega_step", "megaStep", Number),
    ("mega_int", "megaInt", Number),
    ("bee_step", "beeStep", Number),
    ("motiv", "motiv", Number),
    ("motiv_step", "motivStep", Number),
    ("motiv_int", "motivInt", Number),
    ("sber_step", "sberStep", Number),
    ("sber_int", "sberInt", Number),
    ("winmob_step", "winmobStep", Number),
    ("volnamob_step", "volnamobStep", Number),
    ("mts_step", "mtsStep", Number),
    ("mts_int", "mtsInt", Number),
    ("tele2_step", "tele2Step", Number),
    ("tele2", "tele2", Number),
    ("tele2_int", "tele2Int", Number),
    ("ua_reg", "uaReg", Number),
    ("ua_int", "uaInt", Number),
    ("by_reg", "byReg", Number),
    ("by_int", "byInt", Number),
];

/// The fields of a sender name, in this package's order.
pub const SENDER: Shape = &[
    ("sender", "name", AText),
    ("id", "id", Number),
    ("status", "status", Number),
    ("", "operators", Wholes(OPERATORS)),
    ("files", "files", List(FILE)),
];

fn form(command: &str) -> Form {
    Form::new("senders.php").with(command, "1")
}

/// The form of a query, checked. Of a walk, `cnt` is the limit of it all.
///
/// # Errors
/// `invalid_parameter`, naming the parameter and what it takes.
pub fn query(fields: &Fields, walk: bool) -> Result<Form> {
    let mut form = form("get");
    for table in [QUERY, if walk { LIMIT_OF_WALK } else { LIMIT }, SUBACCOUNT] {
        parameters::write(fields, table, &mut form)?;
    }
    fields.finish()?;
    Ok(form)
}

/// The list of names: `get=1`.
///
/// # Errors
/// `invalid_parameter`, naming the parameter and what it takes.
pub fn list(fields: &Fields) -> Result<Call> {
    // No names is error 3: an empty list.
    Ok(Call::read(query(fields, false)?, limits::SENDERS_LIST, Decode::List(SENDER, 3)))
}

/// A new name: `add=1`, with the document that goes along.
///
/// # Errors
/// `invalid_parameter` or `document_rejected`, naming the parameter and what it takes.
pub fn add(fields: &Fields) -> Result<(Call, Option<Document>)> {
    let mut form = form("add");
    parameters::write(fields, NAME, &mut form)?;
    let email = fields.take("email");
    if email.is_given() {
        form.set("mail", "1");
        let email = email.fields()?;
        parameters::write(&email, EMAIL, &mut form)?;
        email.finish()?;
    }
    let document = content(fields, &mut form)?;
    parameters::write(fields, SUBACCOUNT, &mut form)?;
    fields.finish()?;
    Ok((Call::change(form, limits::SENDERS_ADD, Decode::By(new_id, None)), document))
}

/// A change of a name: `chg=1`, with the document that goes along.
///
/// # Errors
/// `invalid_parameter` or `document_rejected`, naming the parameter and what it takes.
pub fn update(fields: &Fields) -> Result<(Call, Option<Document>)> {
    let mut form = form("chg");
    which(fields, "sender", &mut form)?;
    let named = form.len();
    let document = content(fields, &mut form)?;
    let changes_something = document.is_some() || form.len() > named;
    parameters::write(fields, SUBACCOUNT, &mut form)?;
    fields.finish()?;
    if !changes_something {
        let message = "nothing to change: give `comment`, `registrations` or `document`";
        return Err(Error::new(fields.code(), message).parameter("comment"));
    }
    Ok((Call::change(form, &[], Decode::Ok), document))
}

/// What a new name, or a change of one, brings along.
fn content(fields: &Fields, form: &mut Form) -> Result<Option<Document>> {
    parameters::write(fields, COMMENT, form)?;
    registrations::write(fields.take("registrations"), form)?;
    let document = Document::read(fields.take("document"))?;
    parameters::write(fields, DOCUMENT_INFO, form)?;
    if document.is_none() && form.get("doc_info").is_some() {
        let message = "`documentInfo` describes `document`, which is missing";
        return Err(Error::new(fields.code(), message).parameter("documentInfo"));
    }
    Ok(document)
}

/// A code to confirm a digital name by, a phone number: `send_code=1`.
///
/// # Errors
/// `invalid_parameter`, naming the parameter and what it takes.
pub fn send_code(fields: &Fields) -> Result<Call> {
    change("send_code", SEND_CODE, fields)
}

/// The confirmation of a digital name: `check_code=1`.
///
/// # Errors
/// `invalid_parameter`, naming the parameter and what it takes.
pub fn confirm_code(fields: &Fields) -> Result<Call> {
    change("check_code", CONFIRM_CODE, fields)
}

fn change(command: &str, table: Parameters, fields: &Fields) -> Result<Call> {
    let mut form = form(command);
    parameters::write(fields, table, &mut form)?;
    parameters::write(fields, SUBACCOUNT, &mut form)?;
    fields.finish()?;
    Ok(Call::change(form, &[], Decode::Ok))
}

/// The end of a name: `del=1`.
///
/// # Errors
/// `invalid_parameter`, naming the parameter and what it takes.
pub fn remove(fields: &Fields) -> Result<Call> {
    let mut form = form("del");
    which(fields, "sender", &mut form)?;
    parameters::write(fields, SUBACCOUNT, &mut form)?;
    fields.finish()?;
    Ok(Call::change(form, &[], Decode::Ok))
}

/// The new id, in any format: `{"sender": 5}`, `ID = 5`, `5`, `<sender><id>5</id></sender>`.
fn new_id(_: &Form, reply: &str) -> Result<String> {
    let text = reply.trim();
    let id = match json::parse(text) {
        Ok(Value::Object(fields)) => field(&fields, "sender").or_else(|| field(&fields, "id")).and_then(whole),
        Ok(value) => whole(&value),
        Err(_) => match text.strip_prefix("ID") {
            Some(rest) => whole_number(rest.trim_start().trim_start_matches('=').trim()),
            None => between(text, "<id>", "</id>").and_then(|id| whole_number(id.trim())),
        },
    };
    match id {
        Some(id) if id >= 0 => Ok(format!("{{\"id\":{id}}}")),
        _ => {
            let message = format!("the reply holds no id of the new sender name: {}", excerpt(reply));
            Err(Error::new(ErrorCode::BadReply, message))
        }
    }
}

#[cfg(test)]
mod tests;
