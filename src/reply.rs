//! What came back, and whether it is an error. Errors come with HTTP 200 and in the shape of any of the four formats,
//! whichever was asked for, so each shape is looked for in every reply.

use crate::{
    call::Endpoint,
    error::{Error, ErrorCode},
    json::{self, Value, field},
    record::{excerpt, whole},
    text::{find, replace, signed, signed_number, trim},
};

/// An error is shorter than this.
pub const LONGEST_ERROR: usize = 4096;

/// The head of an HTTP reply.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// The HTTP status.
    pub status: u64,
    /// The `Retry-After` header, in milliseconds from now.
    pub retry_after_ms: Option<u64>,
}

/// An error as the service reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The service's N.
    pub n: i64,
    /// Its text, which is never matched on, save for N=9.
    pub text: String,
}

impl ApiError {
    /// Looks for an error in each of its shapes.
    #[must_use]
    pub fn find(reply: &str) -> Option<Self> {
        let reply = trim(reply);
        let (n, text) = if let Some(rest) = reply.strip_prefix("ERROR") {
            // fmt=0: `ERROR = N (text)`.
            let rest = trim(trim(rest).strip_prefix("=")?);
            let end = rest.bytes().position(|byte| !byte.is_ascii_digit() && byte != b'-').unwrap_or(rest.len());
            let (n, text) = rest.split_at_checked(end)?;
            let text = trim(text);
            (signed_number(n)?, text.strip_prefix("(").and_then(|text| text.strip_suffix(")")).unwrap_or(text).into())
        } else if let Some(n) = reply.strip_prefix("0,") {
            // fmt=1: `0,-N`, and nothing else.
            (signed_number(trim(n).strip_prefix("-")?)?, String::new())
        } else if reply.starts_with("<") {
            // fmt=2: `<result><error>text</error><error_code>N</error_code></result>`.
            let root = if reply.starts_with("<?xml") { trim(after(reply, "?>")?) } else { reply };
            let inside = root.strip_prefix("<result>")?;
            let n = signed_number(trim(between(inside, "<error_code>", "</error_code>")?))?;
            (n, unescape_xml(between(inside, "<error>", "</error>").unwrap_or_default()))
        } else {
            return Self::in_json(reply);
        };
        Some(Self { n, text })
    }

    /// fmt=3: `{"error": "text", "error_code": N}`, the number quoted or not, alone or as a list's only member.
    fn in_json(reply: &str) -> Option<Self> {
        // A long list is data, and so is what does not name the number, unless it could be spelt with escapes: there is no
        // need to read it twice.
        let is_short = reply.starts_with("{") || (reply.starts_with("[") && reply.len() < LONGEST_ERROR);
        if !is_short || (find(reply, "error_code").is_none() && find(reply, "\\").is_none()) {
            return None;
        }
        let mut value = json::parse(reply).ok()?;
        if let Value::List(items) = &mut value {
            value = if items.len() == 1 { items.pop()? } else { return None };
        }
        let Value::Object(fields) = value else { return None };
        let text = field(&fields, "error").and_then(Value::as_text).unwrap_or_default();
        Some(Self { n: whole(field(&fields, "error_code")?)?, text: text.into() })
    }

    /// The error that a caller gets. Error 9 has two causes, which only its text tells apart.
    #[must_use]
    pub fn to_error(&self, endpoint: Endpoint) -> Error {
        let code = match endpoint.meaning(self.n) {
            ErrorCode::RateLimited if find(&self.text.to_ascii_lowercase(), "concurrent").is_some() => {
                ErrorCode::TooManyConnections
            }
            code => code,
        };
        let (colon, text) = if self.text.is_empty() { ("", String::new()) } else { (": ", excerpt(&self.text)) };
        let mut error = Error::new(code, "% (error %%%)", &[meaning(code), &signed(self.n), colon, &text]);
        error.api_code = Some(self.n);
        error.api_message = (!self.text.is_empty()).then(|| self.text.chars().take(300).collect());
        error
    }
}

fn meaning(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::InvalidParameter => "the service found an error in the parameters",
        ErrorCode::Unauthorized => "wrong login, password or key, or an IP address outside the account's allow-list",
        ErrorCode::IpBlocked => "the service blocks this IP address for a while",
        ErrorCode::NotFound => "the service found nothing of that name or id",
        ErrorCode::RateLimited => "the service refuses more requests of this kind for now",
        ErrorCode::TooManyConnections => "too many requests of this account are under way at once",
        ErrorCode::NotSaved => "the service could not save or delete the sender name",
        ErrorCode::InvalidNumber => "the number has a wrong format",
        ErrorCode::Undeliverable => "the confirmation code cannot be delivered to the number",
        ErrorCode::CodeAlreadySent => "a code was sent already; another can be sent after 8 hours",
        ErrorCode::WrongCode => "the confirmation code is wrong",
        _ => "the service reported an error that its tables lack",
    }
}

fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.get(find(text, mark)?.saturating_add(mark.len())..)
}

/// What stands between two marks.
#[must_use]
pub fn between<'a>(text: &'a str, before: &str, behind: &str) -> Option<&'a str> {
    let inside = after(text, before)?;
    inside.get(..find(inside, behind)?)
}

fn unescape_xml(text: &str) -> String {
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    entities.into_iter().fold(text.into(), |text: String, (entity, c)| replace(&text, entity, c))
}

/// Whether a changed thing was acknowledged, in any format: `OK`, `<result>OK</result>`, `{"result": "OK"}`.
#[must_use]
pub fn is_ok(reply: &str) -> bool {
    let reply = trim(reply);
    if let Ok(Value::Object(fields)) = json::parse(reply) {
        return field(&fields, "result").and_then(Value::as_text) == Some("OK");
    }
    between(reply, "<result>", "</result>").map_or(reply, trim).eq_ignore_ascii_case("ok")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(reply: &str) -> Option<(i64, String)> {
        ApiError::find(reply).map(|error| (error.n, error.text))
    }

    #[test]
    fn every_documented_shape() {
        let expected = Some((2, "authorise error".into()));
        for reply in [
            "ERROR = 2 (authorise error)",
            "ERROR = 2 (authorise error)\n",
            "ERROR=2 (authorise error)",
            "<result>\n<error>authorise error</error>\n<error_code>2</error_code>\n</result>",
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<result><error>authorise error</error><error_code>2</error_code></result>",
            "{\n\"error\": \"authorise error\",\n\"error_code\": 2\n}",
            "{\"error\":\"authorise error\",\"error_code\":\"2\"}",
            "[{\"error\":\"authorise error\",\"error_code\":2}]",
        ] {
            assert_eq!(found(reply), expected, "{reply}");
        }
        assert_eq!(found("0,-2"), Some((2, String::new())));
        assert_eq!(found("ERROR = 9 (слишком часто (30), час)"), Some((9, "слишком часто (30), час".into())));
        assert_eq!(found("ERROR = 7"), Some((7, String::new())));
    }

    #[test]
    fn data_that_only_looks_like_an_error_is_none() {
        for reply in [
            "",
            "OK",
            "[]",
            "0,-2,5",
            "0,1700000000,0,79990000000",
            "[{\"sender\": \"ERROR\", \"id\": 1}]",
            "[{\"message\": \"\\\"error_code\\\": 5\"}]",
            "[{\"error_code\": 1}, {\"error_code\": 2}]",
            "{\"sender\": 15}",
            "<list><sms><message>&lt;error_code&gt;5&lt;/error_code&gt;</message></sms></list>",
            "ERROR in the name;phone\n1;2",
        ] {
            assert_eq!(found(reply), None, "{reply}");
        }
    }

    #[test]
    fn nine_is_told_apart_by_its_text_alone() {
        let code = |text: &str| ApiError { n: 9, text: text.into() }.to_error(Endpoint::Script).code;
        assert_eq!(code("too many concurrent requests"), ErrorCode::TooManyConnections);
        assert_eq!(code("Too Many Concurrent Requests"), ErrorCode::TooManyConnections);
        assert_eq!(code("duplicate request, wait a minute"), ErrorCode::RateLimited);
        assert_eq!(code(""), ErrorCode::RateLimited);
    }

    #[test]
    fn an_n_outside_the_table_is_unknown_and_keeps_its_number() {
        let error = ApiError { n: -77, text: "?".into() }.to_error(Endpoint::Tasks);
        assert_eq!((error.code, error.api_code), (ErrorCode::UnknownApiError, Some(-77)));
    }

    #[test]
    fn ok_in_each_format() {
        for reply in [
            "OK",
            "ok\n",
            "{\n\"result\": \"OK\"\n}",
            "<result>OK</result>",
            "<?xml version=\"1.0\"?><result>OK</result>",
        ] {
            assert!(is_ok(reply), "{reply}");
        }
        for reply in ["", "NO", "{\"result\":\"\"}", "[]", "OKAY"] {
            assert!(!is_ok(reply), "{reply}");
        }
    }

    proptest! {
        #[test]
        fn any_reply_is_looked_at_without_harm(reply in r#"(ERROR|0,-|<result>|<error_code>|\{"error|["\[\{\(= ,0-9-]|.){0,40}"#) {
            let _ = ApiError::find(&reply);
            let _ = is_ok(&reply);
        }
    }
}
