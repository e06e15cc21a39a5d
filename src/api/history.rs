//! The history of sent messages: `get.php` with `get_messages=1` (page "Получение истории отправленных сообщений").

use serde::{Deserialize, Serialize};
use tsify::Tsify;

use crate::{
    api::{
        lenient::{Integer, Text},
        message::Message,
        values::{BoundedInt, CursorText, EmailAddress, Id, PhoneNumber, check_page_size},
    },
    client::{
        cursor::{Cursor, ResumePoint, StreamCursor},
        error::{Error, ErrorCode, Result},
        item_key::ItemKey,
        iteration::IterationQuery,
        pagination::{Period, Position},
        rate_limits,
    },
    protocol::{
        day::Day,
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

/// SMS, e-mail messages, or both.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// `format=0`
    Sms,
    /// `format=8`
    Email,
    /// One stream of each.
    All,
}

impl Channel {
    /// The service's value; `None` for both, which the service does not have.
    fn format(self) -> Option<&'static str> {
        match self {
            Self::Sms => Some("0"),
            Self::Email => Some("8"),
            Self::All => None,
        }
    }

    /// The channels of the streams that an iteration merges.
    fn streams(self) -> &'static [Self] {
        match self {
            Self::Sms => &[Self::Sms],
            Self::Email => &[Self::Email],
            Self::All => &[Self::Sms, Self::Email],
        }
    }
}

/// Selects messages of the history. All fields are optional; without any, the newest SMS of all time. E-mail messages are
/// selected by `channel` or `emails` only.
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
    /// digits must remain. An empty list is rejected: omit it for all numbers.
    #[tsify(optional, type = "readonly string[]")]
    pub phones: Option<Vec<PhoneNumber>>,
    /// Only messages to these e-mail addresses. Implies `channel: "email"`. An empty list is rejected.
    #[tsify(optional, type = "readonly string[]")]
    pub emails: Option<Vec<EmailAddress>>,
    /// SMS, e-mail messages, or both. `"all"` is for `iterate` and `pages`, which merge both, newest first; it cannot be
    /// combined with `phones` or `emails`.
    ///
    /// @default "sms", or "email" if `emails` is given
    #[tsify(optional)]
    pub channel: Option<Channel>,
    /// For `list`: the number of messages, 1 to 1000, default 1000. For `iterate` and `pages`: of the whole iteration,
    /// default all. After the cursor of an iteration, the messages before it count: all together are `limit`. After the cursor of a
    /// `list`, an iteration gives `limit` more.
    #[tsify(optional, type = "number")]
    pub limit: Option<BoundedInt<1, { u64::MAX }>>,
    /// Continues after a page: the `nextCursor` of the page, or of the progress of an iteration. It belongs to its query: the
    /// same `start`, `end`, `phones`, `emails` and `channel`; `limit` may differ. An `intId` selects the messages sent before it.
    #[tsify(optional, type = "string | number | bigint")]
    pub cursor: Option<CursorText>,
}

/// One page of the history.
#[derive(Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct HistoryPage {
    /// The messages, newest first.
    pub messages: Vec<Message>,
    /// Continues after this page, in another process too: opaque text, the `cursor` of the same query. Absent after the last
    /// page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub next_cursor: Option<String>,
}

impl HistoryQuery {
    /// The number of messages that one request asks for. The service does not document a default, so it is always sent.
    #[must_use]
    pub fn page_size(&self) -> u64 {
        self.limit.map_or(MAX_PAGE_SIZE, |BoundedInt(limit)| limit)
    }

    fn channel(&self) -> Channel {
        self.channel.unwrap_or(if self.emails.is_some() { Channel::Email } else { Channel::Sms })
    }

    /// A hash of everything that selects messages. The order of phones and e-mail addresses does not matter: each is a field.
    fn fingerprint(&self) -> u64 {
        let mut form = Self::period(self.start, self.end).with("format", self.channel().format().unwrap_or("all"));
        for PhoneNumber(phone) in self.phones.iter().flatten() {
            form.set("phone", phone.as_str());
        }
        for EmailAddress(email) in self.emails.iter().flatten() {
            form.set("email", email.as_str());
        }
        form.identity()
    }

    /// The fields that select messages by their day.
    fn period(start: Option<Day>, end: Option<Day>) -> Form {
        let mut form = Form::new("get.php").with("get_messages", "1");
        form.set_some("start", start.map(Day::text));
        form.set_some("end", end.map(Day::text));
        form
    }

    /// The fields that select messages, but for their format.
    fn filters(&self, start: Option<Day>, end: Option<Day>) -> Form {
        let mut form = Self::period(start, end);
        form.set_some("phone", self.phones.as_ref().map(|phones| join(phones, |PhoneNumber(phone)| phone)));
        form.set_some("email", self.emails.as_ref().map(|emails| join(emails, |EmailAddress(email)| email)));
        form
    }

    /// The query of an iteration.
    #[must_use]
    pub fn iteration(&self) -> IterationQuery {
        IterationQuery {
            fingerprint: self.fingerprint(),
            stream_count: self.channel().streams().len(),
            period: Period { start: self.start, end: self.end },
            cursor: self.cursor.as_ref().map(|CursorText(cursor)| cursor.clone()),
            limit: self.limit.map(|BoundedInt(limit)| limit),
            page_size: MAX_PAGE_SIZE,
            continuation_error: None,
        }
    }

    /// The query of one page of a stream of an iteration.
    #[must_use]
    pub fn at(&self, stream: usize, position: Position) -> Self {
        let channel = match self.channel {
            Some(Channel::All) => Channel::All.streams().get(stream).copied(),
            channel => channel,
        };
        Self {
            start: position.start,
            end: position.end,
            channel,
            cursor: position.cursor.map(CursorText),
            limit: Some(BoundedInt(position.limit)),
            ..self.clone()
        }
    }

    /// Where the one request of `list` begins: the cursor's id, or the last day that is left.
    fn resume_point(&self) -> Result<ResumePoint> {
        let Some(CursorText(text)) = &self.cursor else { return Ok(ResumePoint::default()) };
        let Some(cursor) = Cursor::parse(text) else { return Ok(ResumePoint { end: None, id: Some(text.clone()) }) };
        cursor.check(self.fingerprint(), 1)?;
        let resume_point = cursor.streams.into_iter().next().and_then(|stream| stream.resume_point);
        Ok(resume_point.unwrap_or_default())
    }

    /// Checks that the one request of `list` does not begin too long before today, if it has no end.
    ///
    /// # Errors
    /// `invalid_parameter`, naming `start`.
    pub fn check_age(&self, today: Day) -> Result<()> {
        match (self.start, self.end) {
            (Some(start), None) if today >= start.plus_days(MAX_HALF_YEAR_DAYS) => Err(too_long("`start` to today")),
            _ => Ok(()),
        }
    }

    /// The `nextCursor` of a page of `list`, if the page is full: by its length and its last id.
    #[must_use]
    pub fn next_cursor(&self, length: usize, last_id: &str) -> Option<String> {
        let is_full = u64::try_from(length).is_ok_and(|length| length >= self.page_size());
        if !is_full || !Id::is_valid(last_id) {
            return None;
        }
        // A page of `list` is no part of an iteration, whose `limit` would count it.
        let resume_point = Some(ResumePoint { end: None, id: Some(last_id.into()) });
        let streams = vec![StreamCursor { resume_point, ..StreamCursor::default() }];
        Some(Cursor { fingerprint: self.fingerprint(), streams }.text())
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
            let message = format!(
                "`start` ({}) is after `end` ({}). `start` is the first day, and `end` the last",
                start.text(),
                end.text()
            );
            return invalid("start", &message);
        }
        if self.phones.is_some() && (self.emails.is_some() || !matches!(self.channel, None | Some(Channel::Sms))) {
            return invalid(
                "phones",
                "`phones` selects SMS: it cannot be combined with `emails`, `channel: \"email\"` or `channel: \"all\"`",
            );
        }
        if self.emails.is_some() && !matches!(self.channel, None | Some(Channel::Email)) {
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
            return Err(too_long("`start` to `end`"));
        }
        let limit = self.page_size();
        check_page_size(limit, MAX_PAGE_SIZE)?;
        if self.channel == Some(Channel::All) {
            return invalid(
                "channel",
                "`channel: \"all\"` takes several requests: use `history.iterate` or `history.pages`".into(),
            );
        }
        let ResumePoint { end, id } = self.resume_point()?;
        let mut form = self.filters(self.start, end.filter(|_| id.is_none()).or(self.end));
        form.set_some(
            "format",
            self.channel.or(self.emails.as_ref().map(|_| Channel::Email)).and_then(Channel::format),
        );
        form.set_some("prev_id", id);
        form.set("cnt", limit.to_string());
        let request = Request::list(form, &rate_limits::HISTORY, NOTHING_FOUND);
        Ok(Request { body_kind: BodyKind::HistoryPage, ..request })
    }

    /// The page, without its `nextCursor`, which depends on the query.
    fn decode(response: &str) -> Result<HistoryPage> {
        Ok(HistoryPage { messages: response::list(response)?, next_cursor: None })
    }
}

/// The last id of a page. Messages without an id may follow it, and come again with the next page.
#[must_use]
pub fn last_id(keys: &[ItemKey]) -> Option<String> {
    keys.iter().rev().find_map(|key| key.id.valid())
}

impl HistoryPage {
    /// The ids and times of the messages.
    #[must_use]
    pub fn keys(&self) -> Vec<ItemKey> {
        self.messages.iter().map(Message::key).collect()
    }
}

impl Message {
    /// The id and the time of the message.
    fn key(&self) -> ItemKey {
        ItemKey {
            id: self.int_id.as_ref().map(|Text(id)| id.as_str().into()).unwrap_or_default(),
            timestamp: self.send_timestamp.map(|Integer(timestamp)| timestamp),
        }
    }
}

/// The error for a period that one request cannot cover.
fn too_long(period: &str) -> Error {
    let message =
        format!("{period} is longer than the half year of one request; `history.iterate` and `history.pages` split it");
    Error::new(ErrorCode::InvalidParameter, message).parameter("start")
}

fn join<T>(values: &[T], text: impl Fn(&T) -> &String) -> String {
    values.iter().map(|value| text(value).as_str()).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests;
