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
    parameters::{self, Parameters, which},
    record::{Shape, excerpt, whole},
    reply::between,
    text::{fill, signed, trim},
};

/// The most names of one request.
pub const MOST: u64 = 15_000;

const QUERY: Parameters = "all:b operators:b files:b changedSince>from_date:d";
const PLACE: Parameters = "cursor>prev_id:i limit>cnt:n1-15000 subaccount>user:f";
const PLACE_OF_WALK: Parameters = "cursor>prev_id:c limit>cnt:n1- subaccount>user:f";
const SUBACCOUNT: Parameters = "subaccount>user:f";
const SEND_CODE: Parameters = "!name>sender:p site:f siteName:f subaccount>user:f";
const CONFIRM_CODE: Parameters = "!name>sender:p !code:v subaccount>user:f";

/// The fields of a sender name, in this package's order.
pub const SENDER: &Shape = &Shape {
    fields: "sender>name #id #status %operators @files",
    wholes: "mega_step mega_int bee_step motiv motiv_step motiv_int sber_step sber_int winmob_step volnamob_step mts_step \
             mts_int tele2_step tele2 tele2_int ua_reg ua_int by_reg by_int",
    list: "file>name #fid>id #fstatus>status ?fcomment>comment",
};

fn form(command: &str) -> Form {
    Form::new("senders.php").with(command, "1")
}

/// The form of a query, checked. Of a walk, `cnt` is the limit of it all.
///
/// # Errors
/// `invalid_parameter`, naming the parameter and what it takes.
pub fn query(fields: &Fields, walk: bool) -> Result<Form> {
    let mut form = form("get");
    for table in [QUERY, if walk { PLACE_OF_WALK } else { PLACE }] {
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
    Ok(Call::read(query(fields, false)?, &limits::SENDERS_LIST, Decode::List(SENDER, 3)))
}

/// A new name: `add=1`, with the document that goes along.
///
/// # Errors
/// `invalid_parameter` or `document_rejected`, naming the parameter and what it takes.
pub fn add(fields: &Fields) -> Result<(Call, Option<Document>)> {
    let mut form = form("add");
    parameters::write(fields, "!name>sender:f", &mut form)?;
    let email = fields.take("email");
    if email.is_given() {
        form.set("mail", "1");
        let email = email.fields()?;
        parameters::write(&email, "comment>name:f", &mut form)?;
        email.finish()?;
    }
    let document = content(fields, &mut form)?;
    parameters::write(fields, SUBACCOUNT, &mut form)?;
    fields.finish()?;
    Ok((Call::change(form, &limits::SENDERS_ADD, Decode::By(new_id)), document))
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
        return Err(Error::new(fields.code(), message, &[]).parameter("comment"));
    }
    Ok((Call::change(form, &[], Decode::Ok), document))
}

/// What a new name, or a change of one, brings along.
fn content(fields: &Fields, form: &mut Form) -> Result<Option<Document>> {
    parameters::write(fields, "comment>cmt:t", form)?;
    registrations::write(fields.take("registrations"), form)?;
    let document = Document::read(fields.take("document"))?;
    parameters::write(fields, "documentInfo>doc_info:t", form)?;
    if document.is_none() && form.get("doc_info").is_some() {
        let message = "`documentInfo` describes `document`, which is missing";
        return Err(Error::new(fields.code(), message, &[]).parameter("documentInfo"));
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
fn new_id(reply: &str) -> Result<String> {
    let text = trim(reply);
    let id = match json::parse(text) {
        Ok(Value::Object(fields)) => field(&fields, "sender").or_else(|| field(&fields, "id")).and_then(whole),
        Ok(value) => whole(&value),
        Err(_) => {
            let rest = text.strip_prefix("ID").map(|rest| trim(rest).strip_prefix("=").unwrap_or(rest));
            rest.or_else(|| between(text, "<id>", "</id>")).and_then(|id| whole_number(trim(id)))
        }
    };
    match id {
        Some(id) if id >= 0 => Ok(fill("{\"id\":%}", &[&signed(id)])),
        _ => {
            Err(Error::new(ErrorCode::BadReply, "the reply holds no id of the new sender name: %", &[&excerpt(reply)]))
        }
    }
}

#[cfg(test)]
mod tests;
