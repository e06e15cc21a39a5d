//! Responses: their head, and the forms that are common to all endpoints.

use crate::{
    api::lenient::Record,
    client::error::{Error, Result},
    protocol::{
        credentials::Credentials,
        json::{self, SyntaxError, Value, field},
        text::{between, split_once},
    },
};

/// The head of an HTTP response.
#[derive(Clone, Copy, Debug, Default)]
pub struct Head {
    /// The HTTP status.
    pub status: u16,
    /// The `Retry-After` header, in milliseconds from now.
    pub retry_after_ms: Option<u64>,
}

/// No server means a longer wait than a year, in milliseconds.
const MAX_RETRY_AFTER_MS: u64 = 31_536_000_000;

/// A `Retry-After` header. A proxy may join several into a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// Milliseconds from now; of a list, the longest.
    Ms(u64),
    /// A date of HTTP; of a list, the first.
    Date(String),
}

impl RetryAfter {
    /// Parses the header; `None` if it is neither seconds nor a date.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let value = value.trim_ascii();
        if value.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let end = split_once(value, "GMT").map_or(value.len(), |(before, _)| before.len().saturating_add(3));
            return Some(Self::Date(value.get(..end)?.into()));
        }
        let seconds = |part: &str| {
            let digits = part.trim_ascii();
            let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            // More than fits is as good as for ever.
            is_plain.then(|| digits.parse::<u64>().unwrap_or(u64::MAX))
        };
        let longest = value.split(',').map(seconds).collect::<Option<Vec<_>>>()?.into_iter().max()?;
        Some(Self::Ms(longest.saturating_mul(1_000).min(MAX_RETRY_AFTER_MS)))
    }
}

/// Whether a change was acknowledged, in any format: `OK`, `<result>OK</result>`, `{"result": "OK"}`.
#[must_use]
pub fn is_ok(response: &str) -> bool {
    let response = response.trim_ascii();
    let is_ok = |text: &str| text.eq_ignore_ascii_case("ok");
    if let Ok(Value::Object(fields)) = json::parse(response) {
        return field(&fields, "result").and_then(Value::as_text).is_some_and(is_ok);
    }
    is_ok(between(response, "<result>", "</result>").map_or(response, str::trim_ascii))
}

/// Checks that a change was acknowledged.
///
/// # Errors
/// `bad_response`, if it was not.
pub fn acknowledged(response: &str) -> Result<()> {
    if is_ok(response) {
        return Ok(());
    }
    Err(Error::bad_response("the response is neither OK nor an error", response))
}

/// Decodes a JSON list of objects. An empty object counts as an empty list.
///
/// # Errors
/// `bad_response`, if the text is not JSON, or is something else.
pub fn list<T: From<Record>>(response: &str) -> Result<Vec<T>> {
    objects(response).map(|objects| objects.into_iter().map(|fields| T::from(Record::new(fields))).collect())
}

/// The objects of a JSON list.
///
/// # Errors
/// As [`list`].
pub fn objects(response: &str) -> Result<Vec<json::Object>> {
    let not_a_list = || Error::bad_response("the response is not a list of objects", response);
    match json::parse(response).map_err(|error| not_json(response, error))? {
        Value::Array(items) => items
            .into_iter()
            .map(|item| match item {
                Value::Object(fields) => Ok(fields),
                _ => Err(not_a_list()),
            })
            .collect(),
        Value::Object(fields) if fields.is_empty() => Ok(Vec::new()),
        _ => Err(not_a_list()),
    }
}

/// The error for a response that is not JSON: what it is instead, and where it breaks off.
#[must_use]
pub fn not_json(text: &str, error: SyntaxError) -> Error {
    let what = if text.trim_ascii().starts_with('<') {
        "a page of HTML or XML"
    } else if error.is_too_large {
        "JSON with too many values"
    } else if error.is_incomplete {
        "JSON that is cut off"
    } else {
        "not JSON"
    };
    let sentence = format!("the response is {what} (at byte {})", error.offset);
    let mut bad = Error::bad_response_around(&sentence, text, error.offset);
    bad.is_incomplete = error.is_incomplete;
    bad
}

/// Whether a text is a page of HTML.
#[must_use]
pub fn is_html(text: &str) -> bool {
    let start: String = text.trim_ascii().chars().take(15).map(|c| c.to_ascii_lowercase()).collect();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

/// The length of an excerpt, in characters.
const MAX_EXCERPT_LENGTH: usize = 120;

/// The beginning of a response, for an error message.
#[must_use]
pub fn excerpt(text: &str) -> String {
    let mut chars = text.chars();
    let shown = chars.by_ref().take(MAX_EXCERPT_LENGTH).map(|c| if c.is_control() { ' ' } else { c });
    let shown: String = shown.collect();
    let ellipsis = if chars.next().is_some() { "…" } else { "" };
    format!("\"{shown}{ellipsis}\"")
}

/// The part of a response around a byte, for an error message.
#[must_use]
pub fn excerpt_around(text: &str, offset: usize) -> String {
    // The fault is in the middle of what is shown.
    let start = char_boundary(text, offset.saturating_sub(MAX_EXCERPT_LENGTH / 2));
    let part = excerpt(text.get(start..).unwrap_or(text));
    if start == 0 { part } else { format!("…{part}") }
}

/// The first boundary of characters from a byte on.
fn char_boundary(text: &str, offset: usize) -> usize {
    (offset..text.len()).find(|index| text.is_char_boundary(*index)).unwrap_or(text.len())
}

/// [`excerpt_around`] of the redacted text. A response can be large: only as much is redacted as can be shown.
#[must_use]
pub fn redacted_excerpt_around(text: &str, offset: usize, credentials: &Credentials) -> String {
    let reach = MAX_EXCERPT_LENGTH.saturating_add(1).saturating_mul(credentials.max_redacted_length());
    let offset = char_boundary(text, offset);
    let start = char_boundary(text, offset.saturating_sub(reach));
    let end = char_boundary(text, offset.saturating_add(reach));
    // Redaction moves the byte. If it is in a secret, the part begins a little elsewhere.
    let moved = credentials.redact(text.get(start..offset).unwrap_or_default()).len();
    excerpt_around(&credentials.redact(text.get(start..end).unwrap_or_default()), moved)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::error::ErrorCode;
    use proptest::prelude::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let date = "Wed, 21 Oct 2026 07:28:00 GMT";
        for (value, expected) in [
            ("0", Some(RetryAfter::Ms(0))),
            (" 2 ", Some(RetryAfter::Ms(2_000))),
            ("2, 30,4", Some(RetryAfter::Ms(30_000))),
            ("99999999999999999999", Some(RetryAfter::Ms(MAX_RETRY_AFTER_MS))),
            (date, Some(RetryAfter::Date(date.into()))),
            (&format!("{date}, {date}"), Some(RetryAfter::Date(date.into()))),
            ("", None),
            ("-5", None),
            ("1.5", None),
            ("1e3", None),
            ("2,", None),
        ] {
            assert_eq!(RetryAfter::parse(value), expected, "{value}");
        }
    }

    #[test]
    fn is_ok_in_each_format() {
        for response in [
            "OK",
            "ok\n",
            "{\n\"result\": \"OK\"\n}",
            "<result>OK</result>",
            "<?xml version=\"1.0\"?><result>OK</result>",
        ] {
            assert!(is_ok(response), "{response}");
        }
        for response in ["", "NO", "{\"result\":\"\"}", "[]", "OKAY"] {
            assert!(!is_ok(response), "{response}");
        }
    }

    #[test]
    fn a_response_that_is_not_a_list_of_objects_is_bad() {
        for (text, message) in [
            ("[1]", "the response is not a list of objects: \"[1]\""),
            ("{\"error\":1}", "the response is not a list of objects: \"{\"error\":1}\""),
            ("5", "the response is not a list of objects: \"5\""),
            ("[{\"a\":1},", "the response is JSON that is cut off (at byte 9): \"[{\"a\":1},\""),
            ("<html>", "the response is a page of HTML or XML (at byte 0): \"<html>\""),
            ("hello", "the response is not JSON (at byte 0): \"hello\""),
        ] {
            let error = objects(text).unwrap_err();
            assert_eq!((error.code, error.to_string().as_str()), (ErrorCode::BadResponse, message));
        }
        for text in ["[]", "{}"] {
            assert!(objects(text).unwrap().is_empty());
        }
        assert_eq!(objects("null").unwrap_err().code, ErrorCode::BadResponse);
    }

    #[test]
    fn a_syntax_error_shows_the_text_around_it() {
        let items = "{\"a\":1},".repeat(100);
        let message = objects(&format!("[{items}{{\"b\":@}},{items}]")).unwrap_err().to_string();
        assert!(message.contains("at byte 806): …\"") && message.contains("{\"b\":@}"), "{message}");
        // A letter of several bytes stays whole.
        let message = objects(&format!("[\"{}\"@]", "я".repeat(200))).unwrap_err().to_string();
        assert!(message.contains("яя\"@]\""), "{message}");
    }

    #[test]
    fn a_redacted_excerpt_is_that_of_the_whole_redacted_text() {
        let secret = Some(zeroize::Zeroizing::new("ключ%1".to_owned()));
        let credentials = Credentials::new(secret, None, None, ErrorCode::InvalidOption).unwrap();
        let secrets = [
            "ключ%1",
            "%D0%BA%D0%BB%D1%8E%D1%87%251",
            "&#x0000043a;&#x0000043b;&#x0000044e;&#x00000447;%1",
            "0LrQu9GO0YclMQ",
        ];
        let text: String =
            (0..60).map(|n| format!("{n}{}", secrets[n % 4].repeat(n / 4 % 9))).collect::<Vec<_>>().concat();
        let long = format!("{}{text}{}", "x".repeat(20_000), "y".repeat(20_000));
        for text in [text, long] {
            for offset in (0..=text.len()).step_by(1009).map(|offset| char_boundary(&text, offset)) {
                let moved = credentials.redact(&text[..offset]).len();
                let whole = excerpt_around(&credentials.redact(&text), moved);
                assert_eq!(redacted_excerpt_around(&text, offset, &credentials), whole, "{offset}");
            }
        }
    }

    proptest! {
        #[test]
        fn is_ok_reads_any_response(response in r#"(OK|<result>|\{"result|["\[\{\(= ,0-9-]|.){0,40}"#) {
            let _ = is_ok(&response);
        }
    }
}
