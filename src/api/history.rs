//! The history of sent messages: `get.php` with `get_messages=1` (page "Получение истории отправленных сообщений").

use serde::{Deserialize, Serialize};
use tsify::Tsify;

use crate::{
    api::{
        message::Message,
        values::{BoundedInt, Cursor, EmailAddress, Id, PhoneNumber},
    },
    client::{
        error::{Error, ErrorCode, Result},
        pagination::{Position, Scan},
        rate_limits,
    },
    protocol::{
        date::Day,
        form::Form,
        request::{BodyKind, Endpoint, Request},
        response,
    },
};

/// The maximum number of messages of one request.
pub const MAX_PAGE_SIZE: u64 = 1000;

/// The service takes at most half a year in one request. No half year is longer than this.
const MAX_HALF_YEAR_DAYS: i32 = 184;

/// The error number that means that nothing was found.
const NOTHING_FOUND: i64 = 3;

/// SMS or e-mail messages.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// `format=0`
    Sms,
    /// `format=8`
    Email,
}

impl Channel {
    fn format(self) -> &'static str {
        match self {
            Self::Sms => "0",
            Self::Email => "8",
        }
    }
}

/// Selects messages of the history. All fields are optional; without any, the newest messages of all time.
#[derive(Clone, Debug, Default, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct HistoryQuery {
    /// First day: `"2026-11-21"`, `"21.11.2026"`, or a `Date`, which means its day in the service's time (UTC+3). One
    /// request covers at most half a year; `iterate` and `pages` split longer periods.
    #[tsify(optional, type = "string | Date")]
    pub start: Option<Day>,
    /// Last day, inclusive; default today. In the same forms as `start`, and not before it.
    #[tsify(optional, type = "string | Date")]
    pub end: Option<Day>,
    /// Only messages to these numbers, in international form. `+`, spaces, hyphens and brackets are removed; 5 to 15
    /// digits must remain.
    #[tsify(optional, type = "readonly string[]")]
    pub phones: Option<Vec<PhoneNumber>>,
    /// Only messages to these e-mail addresses. Implies `channel: "email"`.
    #[tsify(optional, type = "readonly string[]")]
    pub emails: Option<Vec<EmailAddress>>,
    /// SMS (the default) or e-mail messages.
    #[tsify(optional, type = "\"sms\" | \"email\"")]
    pub channel: Option<Channel>,
    /// For `list`: the number of messages, 1 to 1000, default 1000. For `iterate` and `pages`: of the whole iteration,
    /// default all.
    #[tsify(optional, type = "number")]
    pub limit: Option<BoundedInt<1, { u64::MAX }>>,
    /// Only messages sent before the one with this `intId`. For `list`: the `nextCursor` of a page. For `iterate` and `pages`:
    /// also the `cursor` of a page or of the progress.
    #[tsify(optional, type = "string | number | bigint")]
    pub cursor: Option<Cursor>,
}

/// One page of the history.
#[derive(Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct HistoryPage {
    /// The messages, newest first.
    pub messages: Vec<Message>,
    /// The `cursor` of the next page: the `intId` of the last message. Absent after a page that is not full, which is the
    /// last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub next_cursor: Option<String>,
    /// Of `history.pages`: continues after this page, in another process too, when it is passed with the same query. Absent
    /// after the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub cursor: Option<String>,
}

impl HistoryQuery {
    /// The number of messages that one request asks for. The service does not document a default, so it is always sent.
    #[must_use]
    pub fn page_size(&self) -> u64 {
        self.limit.map_or(MAX_PAGE_SIZE, |BoundedInt(limit)| limit)
    }

    /// What an iteration over the query goes over.
    #[must_use]
    pub fn scan(&self) -> Scan {
        Scan {
            start: self.start,
            end: self.end,
            cursor: self.cursor.as_ref().map(|Cursor(cursor)| cursor.clone()),
            limit: self.limit.map(|BoundedInt(limit)| limit),
            page_size: MAX_PAGE_SIZE,
        }
    }

    /// The query of one page of an iteration.
    #[must_use]
    pub fn at(&self, position: Position) -> Self {
        Self {
            start: position.start,
            end: position.end,
            cursor: position.cursor.map(Cursor),
            limit: Some(BoundedInt(position.limit)),
            ..self.clone()
        }
    }

    /// Checks what does not fit together, for one request or an iteration.
    ///
    /// # Errors
    /// `invalid_parameter`, naming the parameter.
    pub fn check(&self) -> Result<()> {
        let invalid = |name: &str, message: &str| Err(Error::new(ErrorCode::InvalidParameter, message).parameter(name));
        if let (Some(start), Some(end)) = (self.start, self.end)
            && start > end
        {
            let message = format!("`start` ({}) is after `end` ({})", start.text(), end.text());
            return invalid("start", &message);
        }
        if self.phones.is_some() && (self.emails.is_some() || self.channel == Some(Channel::Email)) {
            return invalid(
                "phones",
                "`phones` selects SMS: it cannot be combined with `emails` or `channel: \"email\"`",
            );
        }
        if self.emails.is_some() && self.channel == Some(Channel::Sms) {
            return invalid("channel", "`channel` takes \"email\" if `emails` is given");
        }
        Ok(())
    }
}

impl Endpoint for HistoryQuery {
    const METHOD: &'static str = "history.list";
    type Output = HistoryPage;

    fn to_request(&self) -> Result<Request> {
        self.check()?;
        let invalid =
            |name: &str, message: String| Err(Error::new(ErrorCode::InvalidParameter, message).parameter(name));
        if let (Some(start), Some(end)) = (self.start, self.end)
            && end >= start.plus_days(MAX_HALF_YEAR_DAYS)
        {
            return invalid(
                "start",
                "`start` to `end` is longer than the half year of one request; `history.iterate` and `history.pages` split it"
                    .into(),
            );
        }
        let limit = self.page_size();
        if limit > MAX_PAGE_SIZE {
            return invalid(
                "limit",
                format!("`limit` takes a whole number from 1 to {MAX_PAGE_SIZE}, and got {limit}"),
            );
        }
        if let Some(Cursor(cursor)) = &self.cursor
            && !Id::is_valid(cursor)
        {
            return invalid(
                "cursor",
                format!("`cursor` takes an id: digits, as a number or a text, and got \"{cursor}\""),
            );
        }
        let channel = self.channel.or(self.emails.as_ref().map(|_| Channel::Email));
        let mut form = Form::new("get.php").with("get_messages", "1");
        form.set_some("start", self.start.map(Day::text));
        form.set_some("end", self.end.map(Day::text));
        form.set_some("phone", self.phones.as_ref().map(|phones| join(phones, |PhoneNumber(phone)| phone)));
        form.set_some("email", self.emails.as_ref().map(|emails| join(emails, |EmailAddress(email)| email)));
        form.set_some("format", channel.map(Channel::format));
        form.set_some("prev_id", self.cursor.as_ref().map(|Cursor(id)| id.as_str()));
        form.set("cnt", limit.to_string());
        let request = Request::list(form, &rate_limits::HISTORY, NOTHING_FOUND);
        Ok(Request { body_kind: BodyKind::HistoryPage, ..request })
    }

    /// The page; `nextCursor` is set by [`HistoryPage::with_next_cursor`], which knows the page size.
    fn decode(response: &str) -> Result<HistoryPage> {
        Ok(HistoryPage { messages: response::list(response)?, next_cursor: None, cursor: None })
    }
}

impl HistoryPage {
    /// The page with its `nextCursor`, if it is full.
    #[must_use]
    pub fn with_next_cursor(mut self, page_size: u64) -> Self {
        let is_full = u64::try_from(self.messages.len()).is_ok_and(|length| length >= page_size);
        let last = self.messages.last().filter(|_| is_full);
        self.next_cursor = last.and_then(|message| message.int_id.as_ref()).map(|id| id.0.clone());
        self
    }

    /// The ids of the messages; an empty one for a message without.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        let id = |message: &Message| message.int_id.as_ref().map(|id| id.0.clone()).unwrap_or_default();
        self.messages.iter().map(id).collect()
    }
}

fn join<T>(values: &[T], text: impl Fn(&T) -> &String) -> String {
    values.iter().map(|value| text(value).as_str()).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests;
