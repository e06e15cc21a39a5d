//! The service's errors. They come with HTTP 200 and in the form of any of the four formats, whichever was asked for, so each
//! form is searched in every response.

use crate::{
    client::error::{Error, ErrorCode},
    protocol::{
        credentials::Credentials,
        json::{self, Value, field},
        request::Scope,
        response::excerpt,
        text::{self, between},
    },
};

/// An error is shorter than this, in bytes.
pub const MAX_ERROR_LENGTH: usize = 4096;

/// The service's text is kept up to this length, in characters.
const MAX_MESSAGE_LENGTH: usize = 300;

/// An error as the service reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The service's N.
    pub n: i64,
    /// Its text, which is never matched on, except for N=9.
    pub text: String,
}

/// The meaning of an N: the tables of the service's pages "Получение истории отправленных сообщений", "Ответ сервера и коды
/// ошибок" (of the sender names) and "Дії з відкладеними завданнями".
#[must_use]
pub fn error_code(scope: Option<Scope>, n: i64) -> ErrorCode {
    use Scope::{History, Senders, Tasks};
    match (scope, n) {
        (_, 1) => ErrorCode::InvalidParameter,
        (_, 2) => ErrorCode::Unauthorized,
        (_, 4) => ErrorCode::IpBlocked,
        (_, 9) => ErrorCode::RateLimited,
        (Some(History | Senders), 3) | (Some(Tasks), 5) => ErrorCode::NotFound,
        (Some(Senders), 5) => ErrorCode::NotSaved,
        (Some(Senders), 7) => ErrorCode::InvalidNumber,
        (Some(Senders), 8) => ErrorCode::Undeliverable,
        (Some(Senders), 10) => ErrorCode::CodeAlreadySent,
        (Some(Senders), 11) => ErrorCode::WrongCode,
        _ => ErrorCode::UnknownApiError,
    }
}

impl ApiError {
    /// Searches a response for an error in each of its forms.
    #[must_use]
    pub fn find(response: &str) -> Option<Self> {
        let response = response.trim_ascii();
        let (n, text) = if let Some(rest) = response.strip_prefix("ERROR") {
            // fmt=0: `ERROR = N (text)`.
            let rest = rest.trim_ascii().strip_prefix('=')?.trim_ascii();
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(rest.len());
            let (n, text) = rest.split_at_checked(end)?;
            let text = without_message_id(text.trim_ascii());
            let bare = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
            (n.parse().ok()?, bare.into())
        } else if let Some(n) = find_in_comma(response) {
            (n, String::new())
        } else if response.starts_with('<') {
            // fmt=2: `<result><error>text</error><error_code>N</error_code></result>`.
            let root =
                if response.starts_with("<?xml") { text::split_once(response, "?>")?.1.trim_ascii() } else { response };
            let inside = root.strip_prefix("<result>")?;
            let n = between(inside, "<error_code>", "</error_code>")?.trim_ascii().parse().ok()?;
            (n, unescape_xml(between(inside, "<error>", "</error>").unwrap_or_default()))
        } else {
            return Self::find_in_json(response);
        };
        Some(Self { n, text })
    }

    /// fmt=3: `{"error": "text", "error_code": N}`, the number quoted or not, alone or as the only member of a list.
    fn find_in_json(response: &str) -> Option<Self> {
        // A long list is data, and so is a text without the number's name, unless that is spelled with escapes: it need not be
        // parsed twice.
        let may_be_error =
            response.starts_with('{') || (response.starts_with('[') && response.len() < MAX_ERROR_LENGTH);
        if !may_be_error || !(text::contains(response, "error_code") || text::contains(response, "\\")) {
            return None;
        }
        let mut value = json::parse(response).ok()?;
        if let Value::Array(items) = &mut value {
            value = if items.len() == 1 { items.pop()? } else { return None };
        }
        let Value::Object(fields) = value else { return None };
        let text = field(&fields, "error").and_then(Value::as_text).unwrap_or_default();
        Some(Self { n: field(&fields, "error_code")?.as_integer()?, text: text.into() })
    }

    /// The error that a caller gets, without the secrets that its text repeats. Error 9 has two causes, which only its text
    /// distinguishes, whatever the secrets are.
    #[must_use]
    pub fn to_error(&self, scope: Option<Scope>, credentials: &Credentials) -> Error {
        let code = match error_code(scope, self.n) {
            ErrorCode::RateLimited if text::contains(&self.text.to_ascii_lowercase(), "concurrent") => {
                ErrorCode::TooManyConnections
            }
            code => code,
        };
        let redacted = credentials.redact(&self.text);
        let text = if redacted.is_empty() { String::new() } else { format!(": {}", excerpt(&redacted)) };
        let mut error = Error::new(code, format!("{} (error {}{text})", meaning(code, scope), self.n));
        error.api_code = Some(self.n);
        error.api_message = (!redacted.is_empty()).then(|| redacted.chars().take(MAX_MESSAGE_LENGTH).collect());
        error
    }
}

/// fmt=1: `0,-N`, or `ID,-N` of a message that was rejected (`send.php`), and nothing else.
fn find_in_comma(response: &str) -> Option<i64> {
    let (id, n) = response.split_once(',')?;
    let digits = n.trim_ascii().strip_prefix('-')?;
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits(id) && is_digits(digits) { digits.parse().ok() } else { None }
}

/// The text of an error without the `, ID = N` of a message that was rejected (`send.php`).
fn without_message_id(text: &str) -> &str {
    let without_id = text.trim_end_matches(|c: char| c.is_ascii_digit()).trim_ascii_end().strip_suffix(", ID =");
    without_id.filter(|rest| rest.ends_with(')')).unwrap_or(text)
}

fn meaning(code: ErrorCode, scope: Option<Scope>) -> &'static str {
    match code {
        ErrorCode::InvalidParameter => "the service found an error in the parameters",
        ErrorCode::Unauthorized => "wrong login, password or key, or an IP address outside the account's allow-list",
        ErrorCode::IpBlocked => "the service blocks this IP address for a while",
        ErrorCode::NotFound if scope == Some(Scope::Tasks) => {
            "the service found no task or file with that id or name, or its file is not ready: wait for it with `tasks.waitFor`"
        }
        ErrorCode::NotFound => "the service found nothing with that name or id",
        ErrorCode::RateLimited => "the service accepts no more requests of this kind for now",
        ErrorCode::TooManyConnections => "too many requests of this account are in flight at once",
        ErrorCode::NotSaved => "the service could not save or delete the sender name",
        ErrorCode::InvalidNumber => "the number has a wrong format",
        ErrorCode::Undeliverable => "the confirmation code cannot be delivered to the number",
        ErrorCode::CodeAlreadySent => "a code was sent already; another can be sent after 8 hours",
        ErrorCode::WrongCode => "the confirmation code is wrong",
        _ => "the service reported an error that its pages do not list here",
    }
}

fn unescape_xml(text: &str) -> String {
    let entities = [("lt;", '<'), ("gt;", '>'), ("quot;", '"'), ("apos;", '\''), ("amp;", '&')];
    let mut parts = text.split('&');
    let mut unescaped = String::from(parts.next().unwrap_or_default());
    for part in parts {
        let entity = entities.iter().find_map(|(entity, c)| Some((part.strip_prefix(entity)?, *c)));
        let (rest, c) = entity.unwrap_or((part, '&'));
        unescaped.push(c);
        unescaped.push_str(rest);
    }
    unescaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(response: &str) -> Option<(i64, String)> {
        ApiError::find(response).map(|error| (error.n, error.text))
    }

    #[test]
    fn finds_every_documented_form() {
        let expected = Some((2, "authorise error".into()));
        for response in [
            "ERROR = 2 (authorise error)",
            "ERROR = 2 (authorise error)\n",
            "ERROR=2 (authorise error)",
            "<result>\n<error>authorise error</error>\n<error_code>2</error_code>\n</result>",
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<result><error>authorise error</error><error_code>2</error_code></result>",
            "{\n\"error\": \"authorise error\",\n\"error_code\": 2\n}",
            "{\"error\":\"authorise error\",\"error_code\":\"2\"}",
            "[{\"error\":\"authorise error\",\"error_code\":2}]",
        ] {
            assert_eq!(found(response), expected, "{response}");
        }
        assert_eq!(found("0,-2"), Some((2, String::new())));
        assert_eq!(found("ERROR = 9 (слишком часто (30), час)"), Some((9, "слишком часто (30), час".into())));
        assert_eq!(found("ERROR = 7"), Some((7, String::new())));
    }

    #[test]
    fn finds_the_error_of_a_rejected_message() {
        assert_eq!(found("ERROR = 6 (message is denied), ID = 542"), Some((6, "message is denied".into())));
        assert_eq!(found("ERROR = 6 (a), ID = b), ID = 542"), Some((6, "a), ID = b".into())));
        assert_eq!(found("ERROR = 6 (message is denied), ID = x"), Some((6, "(message is denied), ID = x".into())));
        assert_eq!(found("542,-6"), Some((6, String::new())));
        assert_eq!(
            found("{\"error\": \"message is denied\", \"error_code\": 6, \"id\": 542}"),
            Some((6, "message is denied".into()))
        );
    }

    #[test]
    fn finds_no_error_in_data_that_resembles_one() {
        for response in [
            "",
            "OK",
            "[]",
            "0,-2,5",
            "0,-+2",
            "0,1700000000,0,79990000000",
            "[{\"sender\": \"ERROR\", \"id\": 1}]",
            "[{\"message\": \"\\\"error_code\\\": 5\"}]",
            "[{\"error_code\": 1}, {\"error_code\": 2}]",
            "{\"sender\": 15}",
            "<list><sms><message>&lt;error_code&gt;5&lt;/error_code&gt;</message></sms></list>",
            "ERROR in the name;phone\n1;2",
        ] {
            assert_eq!(found(response), None, "{response}");
        }
    }

    #[test]
    fn distinguishes_the_causes_of_error_9_by_its_text() {
        let code = |text: &str| ApiError { n: 9, text: text.into() }.to_error(None, &Credentials::none()).code;
        assert_eq!(code("too many concurrent requests"), ErrorCode::TooManyConnections);
        assert_eq!(code("Too Many Concurrent Requests"), ErrorCode::TooManyConnections);
        assert_eq!(code("duplicate request, wait a minute"), ErrorCode::RateLimited);
        assert_eq!(code(""), ErrorCode::RateLimited);
    }

    #[test]
    fn keeps_the_number_of_an_unknown_error() {
        let error = ApiError { n: -77, text: "?".into() }.to_error(Some(Scope::Tasks), &Credentials::none());
        assert_eq!((error.code, error.api_code), (ErrorCode::UnknownApiError, Some(-77)));
    }

    proptest! {
        #[test]
        fn reads_any_response(response in r#"(ERROR|0,-|<result>|<error_code>|\{"error|["\[\{\(= ,0-9-]|.){0,40}"#) {
            let _ = ApiError::find(&response);
        }
    }
}
