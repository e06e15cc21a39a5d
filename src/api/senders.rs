//! Sender names: `senders.php` (pages "Перечень доступных операций с именами отправителей" and "Ответ сервера и коды
//! ошибок").

use serde::{Deserialize, Serialize};
use tsify::Tsify;

use crate::{
    api::{
        input::Handle,
        lenient::IdDigits,
        reference::set_reference,
        registrations::Registrations,
        sender::Sender,
        values::{
            BoundedInt, ConfirmationCode, CursorText, Id, NonEmptyText, PhoneNumber, SenderName, check_page_size,
        },
    },
    client::{
        cursor::Cursor,
        error::{Error, ErrorCode, Result},
        item_key::ItemKey,
        iteration::IterationQuery,
        pagination::{Period, Position},
        rate_limits,
    },
    protocol::{
        date::Day,
        form::Form,
        json::{self, Value, field, integer_digits},
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
    /// `"21.11.2026"` or a `Date`. The service cannot continue this order: at most 15000 names.
    #[tsify(optional, type = "string | Date")]
    pub changed_since: Option<Day>,
    /// Only names created before the one with this id. Or the `nextCursor` of an iteration's progress, which belongs to its query:
    /// the same `all`, `changedSince` and `subaccount`.
    #[tsify(optional, type = "string | number | bigint")]
    pub cursor: Option<CursorText>,
    /// For `list`: the number of names, 1 to 15000, default what the service gives. For `iterate`: of the whole iteration.
    #[tsify(optional, type = "number")]
    pub limit: Option<BoundedInt<1, { u64::MAX }>>,
    /// Login of the sub-client whose names are meant.
    #[tsify(optional, type = "string")]
    pub subaccount: Option<NonEmptyText>,
}

impl SenderQuery {
    /// A hash of everything that selects names.
    fn fingerprint(&self) -> u64 {
        let mut form = form("get");
        form.set_flag("all", self.all.filter(|all| *all));
        form.set_some("from_date", self.changed_since.map(Day::text));
        set_subaccount(&mut form, self.subaccount.as_ref());
        form.identity()
    }

    /// The query of an iteration.
    #[must_use]
    pub fn iteration(&self) -> IterationQuery {
        // Names created before the oldest of a page are not those changed before it: a second page would omit names.
        let continuation_error = self.changed_since.map(|_| {
            let message = format!(
                "{MAX_PAGE_SIZE} names or more changed since `changedSince`, and the service lists no more of them. Pass a later \
                 day, or a `limit` of at most {MAX_PAGE_SIZE}"
            );
            Error::new(ErrorCode::InvalidParameter, message).parameter("changedSince")
        });
        IterationQuery {
            fingerprint: self.fingerprint(),
            stream_count: 1,
            period: Period::default(),
            cursor: self.cursor.as_ref().map(|CursorText(cursor)| cursor.clone()),
            limit: self.limit.map(|BoundedInt(limit)| limit),
            page_size: MAX_PAGE_SIZE,
            continuation_error,
        }
    }

    /// The query of one page of an iteration.
    #[must_use]
    pub fn at(&self, position: Position) -> Self {
        Self { cursor: position.cursor.map(CursorText), limit: Some(BoundedInt(position.limit)), ..self.clone() }
    }

    /// The id that the cursor holds.
    fn prev_id(&self) -> Result<Option<String>> {
        let Some(CursorText(text)) = &self.cursor else { return Ok(None) };
        let Some(cursor) = Cursor::parse(text) else { return Ok(Some(text.clone())) };
        cursor.check(self.fingerprint(), 1)?;
        Ok(cursor.streams.into_iter().find_map(|stream| stream.resume_point?.id))
    }

    /// Adds what the query asks for and a response omits where it is empty.
    pub fn complete(&self, sender: &mut Sender) {
        if self.operators == Some(true) {
            sender.operators.get_or_insert_default();
        }
        if self.files == Some(true) {
            sender.files.get_or_insert_default();
        }
    }
}

impl Endpoint for SenderQuery {
    const METHOD: &'static str = "senders.list";
    type Output = Vec<Sender>;

    fn to_request(&self) -> Result<Request> {
        if let Some(BoundedInt(limit)) = self.limit {
            check_page_size(limit, MAX_PAGE_SIZE)?;
        }
        let mut form = form("get");
        form.set_flag("all", self.all);
        form.set_flag("operators", self.operators);
        form.set_flag("files", self.files);
        form.set_some("from_date", self.changed_since.map(Day::text));
        form.set_some("prev_id", self.prev_id()?);
        form.set_some("cnt", self.limit.map(|BoundedInt(limit)| limit.to_string()));
        set_subaccount(&mut form, self.subaccount.as_ref());
        Ok(Request::list(form, &rate_limits::SENDERS_LIST, NOTHING_FOUND))
    }

    fn decode(response: &str) -> Result<Vec<Sender>> {
        response::list(response)
    }
}

/// The ids of the names of a page.
#[must_use]
pub fn keys(senders: &[Sender]) -> Vec<ItemKey> {
    let id = |sender: &Sender| sender.id.as_ref().map(|IdDigits(digits)| digits.as_str().into());
    let key = |sender| ItemKey { id: id(sender).unwrap_or_default(), timestamp: None };
    senders.iter().map(key).collect()
}

/// The id that the next page of an iteration follows: that of the oldest name of this page.
#[must_use]
pub fn lowest_id(senders: &[Sender]) -> Option<u64> {
    senders.iter().filter_map(|sender| sender.id.as_ref()?.number()).min()
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
    /// The name itself, as recipients will see it: up to 11 Latin letters, digits and signs; a phone number with its country code, whose
    /// `+`, spaces, hyphens and brackets are removed; or an e-mail address, with `email`. The service rejects another one with
    /// `not_saved`.
    #[tsify(type = "string")]
    pub name: SenderName,
    /// Marks the name as an e-mail address. Pass `{}` if there is no comment.
    #[tsify(optional)]
    pub email: Option<SenderEmail>,
    /// A comment for the moderator.
    #[tsify(optional)]
    pub comment: Option<String>,
    /// The operators at which to register the name.
    #[tsify(optional)]
    pub registrations: Option<Registrations>,
    /// A document for the operators, such as a trade mark certificate: jpg, tif, pdf, png, zip or rar, at most 3 MiB.
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
    /// The sender name's id, given by the service: an integer. From 2^53 on, which a number would round, its digits as text.
    #[tsify(type = "number")]
    pub id: IdDigits,
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
                field(&fields, "sender").or_else(|| field(&fields, "id")).and_then(Value::integer_digits)
            }
            Ok(value) => value.integer_digits(),
            Err(_) => {
                let rest = text.strip_prefix("ID").map(str::trim_ascii);
                let rest = rest.map(|rest| rest.strip_prefix('=').unwrap_or(rest));
                rest.or_else(|| between(text, "<id>", "</id>")).and_then(|id| integer_digits(id.trim_ascii()))
            }
        };
        match id {
            Some(id) if !id.starts_with('-') => Ok(NewSender { id: IdDigits(id) }),
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
    /// The sender name itself. Of a phone number, `+`, spaces, hyphens and brackets are removed.
    #[tsify(optional, type = "string")]
    pub name: Option<SenderName>,
    /// A comment for the moderator.
    #[tsify(optional)]
    pub comment: Option<String>,
    /// The operators at which to register the name.
    #[tsify(optional)]
    pub registrations: Option<Registrations>,
    /// A document for the operators, such as a trade mark certificate: jpg, tif, pdf, png, zip or rar, at most 3 MiB.
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
fn set_sender(form: &mut Form, id: Option<&Id>, name: Option<&SenderName>) -> Result<()> {
    set_reference(form, id, name.map(|SenderName(name)| name.as_str()), "sender")
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

/// Says which sender name is meant: by its id or by the name.
#[derive(Clone, Debug, Deserialize)]
pub struct SenderRef {
    /// Its id.
    pub id: Option<Id>,
    /// The name itself.
    pub name: Option<SenderName>,
    /// Login of the sub-client that the command is for.
    pub subaccount: Option<NonEmptyText>,
}

impl SenderRef {
    /// Checks that it says which name.
    ///
    /// # Errors
    /// `invalid_parameter`, unless exactly one of `id` and `name` is given.
    pub fn check(&self) -> Result<()> {
        set_sender(&mut form("get"), self.id.as_ref(), self.name.as_ref())
    }
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
