//! What a user asks of the history.

use crate::{
    day::Day,
    error::{Error, Result},
    form::Form,
    input::{Field, Fields},
};

/// Which messages of the history to give. All fields are optional; without any, the newest messages of all time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[cfg_attr(target_arch = "wasm32", serde(rename_all = "camelCase"))]
pub struct HistoryQuery {
    /// First day: `"2026-11-21"`, `"21.11.2026"`, or a `Date`, which means its day in the service's time (UTC+3). One
    /// request covers at most half a year; `iterate` and `pages` split longer periods.
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "string | Date"))]
    pub start: Option<Day>,
    /// Last day, inclusive; default today. In the same forms as `start`, and not before it.
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "string | Date"))]
    pub end: Option<Day>,
    /// Only messages to these numbers, in international form. `+`, spaces, hyphens and brackets are taken off; 5 to 15
    /// digits must be left.
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "readonly string[]"))]
    pub phones: Option<Vec<String>>,
    /// Only messages to these e-mail addresses. Implies `channel: "email"`.
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "readonly string[]"))]
    pub emails: Option<Vec<String>>,
    /// SMS (the default) or e-mail messages: format 0 or 8.
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "\"sms\" | \"email\""))]
    pub channel: Option<Channel>,
    /// For `list`: how many messages to give, 1 to 1000, default 1000. For `iterate` and `pages`: of the whole walk,
    /// default all.
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "number"))]
    pub limit: Option<u64>,
    /// Only messages sent before the one with this `intId`: the `nextCursor` of the page before.
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "string | number | bigint"))]
    pub cursor: Option<String>,
}

/// The channel of a message: format 0 or 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Text messages.
    Sms,
    /// E-mail.
    Email,
}

/// The longest period that the service takes in one request is half a year. No half year is longer than this.
const LONGEST_HALF_YEAR_DAYS: i64 = 184;

impl HistoryQuery {
    /// Reads and checks a query; `most` is the largest `limit`.
    ///
    /// # Errors
    /// `invalid_parameter`, naming the parameter and what it takes.
    pub fn read(mut fields: Fields, most: u64) -> Result<Self> {
        let start = fields.take("start");
        let end = fields.take("end");
        let phones = fields.take("phones");
        let emails = fields.take("emails");
        let channel = fields.take("channel");
        let query = Self {
            start: start.day()?,
            end: end.day()?,
            phones: phones.list("phone numbers", phone)?,
            emails: emails.list("e-mail addresses", email)?,
            channel: channel.one_of(&[("sms", Channel::Sms), ("email", Channel::Email)])?,
            limit: fields.take("limit").whole(1..=most)?,
            cursor: fields.take("cursor").id()?,
        };
        fields.finish()?;
        query.check(&start, &phones, &channel)?;
        Ok(query)
    }

    fn check(&self, start: &Field, phones: &Field, channel: &Field) -> Result<()> {
        let invalid = |field: &Field, message: &str| Err(Error::new(start.code(), message).parameter(field.path()));
        if let (Some(first), Some(last)) = (self.start, self.end)
            && first > last
        {
            return invalid(start, &format!("`start` ({first}) is after `end` ({last})"));
        }
        let for_email = self.emails.is_some() || self.channel == Some(Channel::Email);
        if self.phones.is_some() && for_email {
            return invalid(
                phones,
                "`phones` is for SMS: it takes neither `emails` nor `channel: \"email\"` beside it",
            );
        }
        if self.emails.is_some() && self.channel == Some(Channel::Sms) {
            return invalid(channel, "`channel` takes \"email\" where `emails` is given");
        }
        Ok(())
    }

    /// Refuses a period that no single request can cover; a walk splits it instead. Without an `end` the service decides,
    /// by its own clock.
    ///
    /// # Errors
    /// `invalid_parameter`.
    pub fn within_one_request(self) -> Result<Self> {
        match (self.start, self.end) {
            (Some(start), Some(end)) if end >= start.plus_days(LONGEST_HALF_YEAR_DAYS) => Err(Error::new(
                crate::ErrorCode::InvalidParameter,
                "the period from `start` to `end` is longer than the half year that one request covers; \
                 `history.iterate` and `history.pages` split longer ones",
            )
            .parameter("start")),
            _ => Ok(self),
        }
    }

    /// How many messages a full page has.
    #[must_use]
    pub fn page_size(&self) -> u64 {
        self.limit.unwrap_or(super::MOST)
    }

    /// The fields of the request. `cnt` is always sent: what the service gives without it is not documented.
    #[must_use]
    pub fn form(&self) -> Form {
        let email = self.emails.is_some() || self.channel == Some(Channel::Email);
        Form::new("get.php")
            .with("get_messages", "1")
            .with_some("start", self.start)
            .with_some("end", self.end)
            .with_some("phone", self.phones.as_ref().map(|phones| phones.join(",")))
            .with_some("email", self.emails.as_ref().map(|emails| emails.join(",")))
            .with_some("format", email.then_some(8))
            .with("cnt", self.page_size().to_string())
            .with_some("prev_id", self.cursor.as_ref())
    }
}

/// A phone number without its decoration: 5 to 15 digits.
///
/// # Errors
/// What a number looks like.
pub fn phone(text: &str) -> core::result::Result<String, &'static str> {
    let digits: String = text.trim().chars().filter(|c| !"+-() \u{a0}".contains(*c)).collect();
    let sound = (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if sound { Ok(digits) } else { Err("one phone number of 5 to 15 digits, such as \"+7 999 123-45-67\"") }
}

fn email(text: &str) -> core::result::Result<String, &'static str> {
    let address = text.trim();
    let sound = address.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        && !address.contains([',', ';', ' ', '\n', '\r', '\t']);
    if sound { Ok(address.into()) } else { Err("one e-mail address, without commas and spaces") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{credentials::Credentials, error::ErrorCode};
    use proptest::prelude::*;

    fn read(json: &str) -> Result<HistoryQuery> {
        HistoryQuery::read(Fields::parse(json, ErrorCode::InvalidParameter, "the query")?, super::super::MOST)
    }

    fn body(json: &str) -> String {
        read(json).unwrap().form().encode(&Credentials::none()).to_string()
    }

    #[test]
    fn every_parameter_as_the_service_takes_it() {
        assert_eq!(body("{}"), "get_messages=1&cnt=1000&fmt=3&charset=utf-8");
        assert_eq!(
            body(
                r#"{"start":"2026-11-01","end":"21.11.2026","phones":["+7 (999) 999-99-99","380501234567"],"limit":5,"cursor":"92233720368547758070"}"#
            ),
            "get_messages=1&start=01.11.2026&end=21.11.2026&phone=79999999999%2C380501234567&cnt=5&prev_id=92233720368547758070&fmt=3&charset=utf-8"
        );
        assert_eq!(
            body(r#"{"emails":["a@b.c"]}"#),
            "get_messages=1&email=a%40b.c&format=8&cnt=1000&fmt=3&charset=utf-8"
        );
        assert!(body(r#"{"channel":"email"}"#).contains("&format=8&"));
        assert!(!body(r#"{"channel":"sms"}"#).contains("format"));
    }

    #[test]
    fn what_is_wrong_is_found_before_anything_is_sent() {
        for (json, parameter) in [
            (r#"{"start":"2026-02-30"}"#, "start"),
            (r#"{"start":"yesterday"}"#, "start"),
            (r#"{"start":{"$date":null}}"#, "start"),
            (r#"{"end":5}"#, "end"),
            (r#"{"start":"2026-11-02","end":"2026-11-01"}"#, "start"),
            (r#"{"limit":0}"#, "limit"),
            (r#"{"limit":1001}"#, "limit"),
            (r#"{"limit":1.5}"#, "limit"),
            (r#"{"phones":[]}"#, "phones"),
            (r#"{"phones":"79999999999"}"#, "phones"),
            (r#"{"phones":["79999999999,79999999998"]}"#, "phones"),
            (r#"{"phones":["79999999999",""]}"#, "phones"),
            (r#"{"phones":["1234"]}"#, "phones"),
            (r#"{"phones":["1234567890123456"]}"#, "phones"),
            (r#"{"emails":["a@b.c,d@e.f"]}"#, "emails"),
            (r#"{"emails":["nobody"]}"#, "emails"),
            (r#"{"phones":["79999999999"],"emails":["a@b.c"]}"#, "phones"),
            (r#"{"phones":["79999999999"],"channel":"email"}"#, "phones"),
            (r#"{"emails":["a@b.c"],"channel":"sms"}"#, "channel"),
            (r#"{"channel":"viber"}"#, "channel"),
            (r#"{"cursor":"abc"}"#, "cursor"),
            (r#"{"phone":"79999999999"}"#, "phone"),
        ] {
            let error = read(json).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidParameter, "{json}");
            assert_eq!(error.details().parameter.as_deref(), Some(parameter), "{json}: {error}");
        }
    }

    #[test]
    fn one_request_covers_half_a_year() {
        let period = |json: &str| read(json).unwrap().within_one_request().is_ok();
        assert!(period(r#"{"start":"2026-07-01","end":"2026-12-31"}"#));
        assert!(!period(r#"{"start":"2026-07-01","end":"2027-01-01"}"#));
        assert!(period(r#"{"start":"2020-01-01"}"#));
        assert!(period(r#"{"end":"2020-01-01"}"#));
    }

    proptest! {
        #[test]
        fn any_input_is_read_or_refused(json in r#"\{"(start|end|phones|emails|limit|cursor|channel)":["\[\]{}0-9a-z,:@. -]{0,20}\}"#) {
            let _ = read(&json);
        }

        #[test]
        fn a_query_reaches_the_form_as_it_was_meant(
            days in 0i64..20_000, length in 0i64..180, limit in 1u64..=1000, cursor in "[1-9][0-9]{0,25}",
            phones in proptest::collection::vec("[1-9][0-9]{4,14}", 1..5),
        ) {
            let start = Day::at_instant(days * 86_400_000).unwrap();
            let json = format!(
                r#"{{"start":"{start}","end":"{}","limit":{limit},"cursor":"{cursor}","phones":{}}}"#,
                start.plus_days(length), serde_json::to_string(&phones).unwrap(),
            );
            let form = read(&json).unwrap().form();
            prop_assert_eq!(form.get("start").unwrap(), start.to_string());
            prop_assert_eq!(form.get("end").unwrap(), start.plus_days(length).to_string());
            prop_assert_eq!(form.get("cnt").unwrap(), limit.to_string());
            prop_assert_eq!(form.get("prev_id").unwrap(), cursor);
            prop_assert_eq!(form.get("phone").unwrap(), phones.join(","));
        }
    }
}
