//! Sender names: `senders.php` (pages "Перечень доступных операций с именами отправителей" and "Ответ сервера и коды
//! ошибок").

use serde::{Deserialize, Serialize};
use tsify::Tsify;

use crate::{
    api::{
        input::Handle,
        lenient::Integer,
        registrations::Registrations,
        sender::Sender,
        values::{BoundedInt, ConfirmationCode, Cursor, Id, NonEmptyText, PhoneNumber},
    },
    client::{
        error::{Error, ErrorCode, Result},
        pagination::{Position, Scan},
        rate_limits,
    },
    protocol::{
        date::Day,
        form::Form,
        json::{self, Value, field, parse_integer},
        request::{Endpoint, Request},
        response,
        text::between,
    },
};

/// The maximum number of names of one request.
pub const MAX_PAGE_SIZE: u64 = 15_000;

/// The error number that means that no name was found.
const NOTHING_FOUND: i64 = 3;

fn form(command: &'static str) -> Form {
    Form::new("senders.php").with(command, "1")
}

fn set_subaccount(form: &mut Form, subaccount: Option<&NonEmptyText>) {
    form.set_some("user", subaccount.map(|NonEmptyText(login)| login.as_str()));
}

fn invalid<T>(name: &str, message: &str) -> Result<T> {
    Err(Error::new(ErrorCode::InvalidParameter, message).parameter(name))
}

/// Selects sender names, and what comes with them. All fields are optional.
#[derive(Clone, Debug, Default, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct SenderQuery {
    /// Every name, not only the activated ones; adds `status`.
    #[tsify(optional)]
    pub all: Option<bool>,
    /// Adds the status at each operator.
    #[tsify(optional)]
    pub operators: Option<bool>,
    /// Adds the documents that were sent.
    #[tsify(optional)]
    pub files: Option<bool>,
    /// Only names whose status at some operator changed since this day, the latest change first: `"2026-11-21"`,
    /// `"21.11.2026"` or a `Date`.
    #[tsify(optional, type = "string | Date")]
    pub changed_since: Option<Day>,
    /// Only names created before the one with this id.
    #[tsify(optional, type = "string | number | bigint")]
    pub cursor: Option<Cursor>,
    /// For `list`: the number of names, 1 to 15000, default what the service gives. For `iterate`: of the whole iteration.
    #[tsify(optional, type = "number")]
    pub limit: Option<BoundedInt<1, { u64::MAX }>>,
    /// Login of the sub-client whose names are meant.
    #[tsify(optional, type = "string")]
    pub subaccount: Option<NonEmptyText>,
}

impl SenderQuery {
    /// What an iteration over the query goes over.
    #[must_use]
    pub fn scan(&self) -> Scan {
        Scan {
            start: None,
            end: None,
            cursor: self.cursor.as_ref().map(|Cursor(cursor)| cursor.clone()),
            limit: self.limit.map(|BoundedInt(limit)| limit),
            page_size: MAX_PAGE_SIZE,
        }
    }

    /// The query of one page of an iteration.
    #[must_use]
    pub fn at(&self, position: Position) -> Self {
        Self { cursor: position.cursor.map(Cursor), limit: Some(BoundedInt(position.limit)), ..self.clone() }
    }
}

impl Endpoint for SenderQuery {
    const METHOD: &'static str = "senders.list";
    type Output = Vec<Sender>;

    fn to_request(&self) -> Result<Request> {
        if let Some(BoundedInt(limit)) = self.limit
            && limit > MAX_PAGE_SIZE
        {
            let message = format!("`limit` takes a whole number from 1 to {MAX_PAGE_SIZE}, and got {limit}");
            return invalid("limit", &message);
        }
        if let Some(Cursor(cursor)) = &self.cursor
            && !Id::is_valid(cursor)
        {
            let message = format!("`cursor` takes an id: digits, as a number or a text, and got \"{cursor}\"");
            return invalid("cursor", &message);
        }
        let mut form = form("get");
        form.set_flag("all", self.all);
        form.set_flag("operators", self.operators);
        form.set_flag("files", self.files);
        form.set_some("from_date", self.changed_since.map(Day::text));
        form.set_some("prev_id", self.cursor.as_ref().map(|Cursor(id)| id.as_str()));
        form.set_some("cnt", self.limit.map(|BoundedInt(limit)| limit.to_string()));
        set_subaccount(&mut form, self.subaccount.as_ref());
        Ok(Request::list(form, &rate_limits::SENDERS_LIST, NOTHING_FOUND))
    }

    fn decode(response: &str) -> Result<Vec<Sender>> {
        response::list(response)
    }
}

/// The cursor of the next page of an iteration: names created before the oldest of this one.
#[must_use]
pub fn next_cursor(senders: &[Sender]) -> Option<String> {
    let ids = senders.iter().filter_map(|sender| sender.id).map(|Integer(id)| id);
    ids.min().map(|id| id.to_string())
}

/// The e-mail address that is a sender name.
#[derive(Clone, Debug, Deserialize, Tsify)]
pub struct SenderEmail {
    /// A comment, usually the owner's name.
    #[tsify(optional, type = "string")]
    pub comment: Option<NonEmptyText>,
}

/// A new sender name.
#[derive(Clone, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct SenderInput {
    /// The name itself, as recipients will see it.
    #[tsify(type = "string")]
    pub name: NonEmptyText,
    /// Marks the name as an e-mail address. Pass `{}` if there is no comment.
    #[tsify(optional)]
    pub email: Option<SenderEmail>,
    /// A comment for the moderator.
    #[tsify(optional)]
    pub comment: Option<String>,
    /// The operators at which to register the name.
    #[tsify(optional)]
    pub registrations: Option<Registrations>,
    /// A document for the operators, such as a trade mark certificate: jpg, tif, pdf, png, zip or rar, at most 3 MB.
    #[tsify(optional, type = "SenderDocument")]
    pub document: Option<Handle>,
    /// A description of the document.
    #[tsify(optional)]
    pub document_info: Option<String>,
    /// Login of the sub-client that the name is for.
    #[tsify(optional, type = "string")]
    pub subaccount: Option<NonEmptyText>,
}

/// The new id that `senders.add` gives.
#[derive(Debug, Serialize, Tsify)]
pub struct NewSender {
    /// The sender name's id, given by the service.
    #[tsify(type = "number")]
    pub id: Integer,
}

impl Endpoint for SenderInput {
    const METHOD: &'static str = "senders.add";
    type Output = NewSender;

    fn document(&self) -> Option<Handle> {
        self.document
    }

    fn to_request(&self) -> Result<Request> {
        let mut form = form("add").with("sender", self.name.0.as_str());
        if let Some(email) = &self.email {
            form.set("mail", "1");
            form.set_some("name", email.comment.as_ref().map(|NonEmptyText(comment)| comment.as_str()));
        }
        let content = Content {
            comment: self.comment.as_ref(),
            registrations: self.registrations.as_ref(),
            has_document: self.document.is_some(),
            document_info: self.document_info.as_ref(),
        };
        content.write(&mut form)?;
        set_subaccount(&mut form, self.subaccount.as_ref());
        Ok(Request::change(form, &rate_limits::SENDERS_ADD))
    }

    /// The new id, in any format: `{"sender": 5}`, `ID = 5`, `5`, `<sender><id>5</id></sender>`.
    fn decode(response: &str) -> Result<NewSender> {
        let text = response.trim_ascii();
        let id = match json::parse(text) {
            Ok(Value::Object(fields)) => {
                field(&fields, "sender").or_else(|| field(&fields, "id")).and_then(Value::as_integer)
            }
            Ok(value) => value.as_integer(),
            Err(_) => {
                let rest = text.strip_prefix("ID").map(str::trim_ascii);
                let rest = rest.map(|rest| rest.strip_prefix('=').unwrap_or(rest));
                rest.or_else(|| between(text, "<id>", "</id>")).and_then(|id| parse_integer(id.trim_ascii()))
            }
        };
        match id {
            Some(id) if id >= 0 => Ok(NewSender { id: Integer(id) }),
            _ => Err(Error::bad_response("the response holds no id of the new sender name", response)),
        }
    }
}

/// A change of a sender name: `id` or `name` says which one, the other fields are new.
#[derive(Clone, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct SenderUpdate {
    /// The id of the sender name.
    #[tsify(optional, type = "number | string | bigint")]
    pub id: Option<Id>,
    /// The sender name itself.
    #[tsify(optional, type = "string")]
    pub name: Option<NonEmptyText>,
    /// A comment for the moderator.
    #[tsify(optional)]
    pub comment: Option<String>,
    /// The operators at which to register the name.
    #[tsify(optional)]
    pub registrations: Option<Registrations>,
    /// A document for the operators, such as a trade mark certificate: jpg, tif, pdf, png, zip or rar, at most 3 MB.
    #[tsify(optional, type = "SenderDocument")]
    pub document: Option<Handle>,
    /// A description of the document.
    #[tsify(optional)]
    pub document_info: Option<String>,
    /// Login of the sub-client that the command is for.
    #[tsify(optional, type = "string")]
    pub subaccount: Option<NonEmptyText>,
}

impl Endpoint for SenderUpdate {
    const METHOD: &'static str = "senders.update";
    type Output = ();

    fn document(&self) -> Option<Handle> {
        self.document
    }

    fn to_request(&self) -> Result<Request> {
        let mut form = form("chg");
        set_sender(&mut form, self.id.as_ref(), self.name.as_ref())?;
        let content = Content {
            comment: self.comment.as_ref(),
            registrations: self.registrations.as_ref(),
            has_document: self.document.is_some(),
            document_info: self.document_info.as_ref(),
        };
        if !content.write(&mut form)? {
            return invalid("comment", "nothing to change: pass `comment`, `registrations` or `document`");
        }
        set_subaccount(&mut form, self.subaccount.as_ref());
        Ok(Request::change(form, &[]))
    }

    fn decode(response: &str) -> Result<()> {
        response::acknowledged(response)
    }
}

/// The content of a new sender name, or of a change.
struct Content<'a> {
    comment: Option<&'a String>,
    registrations: Option<&'a Registrations>,
    has_document: bool,
    document_info: Option<&'a String>,
}

impl Content<'_> {
    /// Adds the content to a form. Returns whether there is any.
    fn write(&self, form: &mut Form) -> Result<bool> {
        let length = form.len();
        form.set_some("cmt", self.comment.map(String::as_str));
        if let Some(registrations) = self.registrations {
            registrations.write(form)?;
        }
        form.set_some("doc_info", self.document_info.map(String::as_str));
        if self.document_info.is_some() && !self.has_document {
            return invalid("documentInfo", "`documentInfo` describes `document`, which is missing");
        }
        Ok(self.has_document || form.len() > length)
    }
}

/// Adds the id or the name of a sender name to a form: one of the two.
fn set_sender(form: &mut Form, id: Option<&Id>, name: Option<&NonEmptyText>) -> Result<()> {
    match (id, name) {
        (Some(Id(id)), None) => form.set("id", id.as_str()),
        (None, Some(NonEmptyText(name))) => form.set("sender", name.as_str()),
        (Some(_), Some(_)) => return invalid("name", "pass `{ id }` or `{ name }`, not both"),
        (None, None) => return invalid("id", "`id` is missing: pass `{ id }` or `{ name }`"),
    }
    Ok(())
}

/// A request for a confirmation code to a sender name that was added before.
#[derive(Clone, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct SenderCodeRequest {
    /// The digital sender name: a phone number of 5 to 15 digits. `+`, spaces, hyphens and brackets are removed.
    #[tsify(type = "string")]
    pub name: PhoneNumber,
    /// The sender name that the code comes from, an active one; by default the service's own.
    #[tsify(optional, type = "string")]
    pub site: Option<NonEmptyText>,
    /// The site that the text of the message names.
    #[tsify(optional, type = "string")]
    pub site_name: Option<NonEmptyText>,
    /// Login of the sub-client that the command is for.
    #[tsify(optional, type = "string")]
    pub subaccount: Option<NonEmptyText>,
}

impl Endpoint for SenderCodeRequest {
    const METHOD: &'static str = "senders.sendCode";
    type Output = ();

    fn to_request(&self) -> Result<Request> {
        let mut form = form("send_code").with("sender", self.name.0.as_str());
        form.set_some("site", self.site.as_ref().map(|NonEmptyText(site)| site.as_str()));
        form.set_some("site_name", self.site_name.as_ref().map(|NonEmptyText(name)| name.as_str()));
        set_subaccount(&mut form, self.subaccount.as_ref());
        Ok(Request::change(form, &[]))
    }

    fn decode(response: &str) -> Result<()> {
        response::acknowledged(response)
    }
}

/// The confirmation code that was received.
#[derive(Clone, Debug, Deserialize, Tsify)]
pub struct SenderCode {
    /// The digital sender name, as in `sendCode`.
    #[tsify(type = "string")]
    pub name: PhoneNumber,
    /// The code.
    #[tsify(type = "string | number")]
    pub code: ConfirmationCode,
    /// Login of the sub-client that the command is for.
    #[tsify(optional, type = "string")]
    pub subaccount: Option<NonEmptyText>,
}

impl Endpoint for SenderCode {
    const METHOD: &'static str = "senders.confirmCode";
    type Output = ();

    fn to_request(&self) -> Result<Request> {
        let mut form = form("check_code").with("sender", self.name.0.as_str()).with("code", self.code.0.as_str());
        set_subaccount(&mut form, self.subaccount.as_ref());
        Ok(Request::change(form, &[]))
    }

    fn decode(response: &str) -> Result<()> {
        response::acknowledged(response)
    }
}

/// The sender name to remove.
#[derive(Clone, Debug, Deserialize)]
pub struct SenderRef {
    /// Its id.
    pub id: Option<Id>,
    /// The name itself.
    pub name: Option<NonEmptyText>,
    /// Login of the sub-client that the command is for.
    pub subaccount: Option<NonEmptyText>,
}

impl Endpoint for SenderRef {
    const METHOD: &'static str = "senders.remove";
    type Output = ();

    fn to_request(&self) -> Result<Request> {
        let mut form = form("del");
        set_sender(&mut form, self.id.as_ref(), self.name.as_ref())?;
        set_subaccount(&mut form, self.subaccount.as_ref());
        Ok(Request::change(form, &[]))
    }

    fn decode(response: &str) -> Result<()> {
        response::acknowledged(response)
    }
}

#[cfg(test)]
mod tests;
