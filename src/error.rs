//! The one error type. JavaScript makes an `SmscError` of it, field by field.

use core::ops::{Deref, DerefMut};

use crate::{
    json::Writer,
    text::{fill, signed},
};

/// What went wrong, as a stable word to branch on. Each says whether the fault was found before anything was sent, in the
/// network, in the reply, or was reported by the service itself (its `N`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "types", derive(tsify::Tsify), serde(rename_all = "snake_case"))]
pub enum ErrorCode {
    /// A client or call option is unknown, malformed or contradicts another.
    InvalidOption,
    /// A parameter is missing, malformed or out of range; found before sending, or reported by the service (N=1).
    InvalidParameter,
    /// Wrong login, password or key, an address outside the account's allow-list (N=2), or credentials could not be had.
    Unauthorized,
    /// The service has blocked this IP address for a while (N=4).
    IpBlocked,
    /// No such sender name, task or file (N=3 or 5, where it is no empty list).
    NotFound,
    /// A request limit of the service is used up (N=9, or forbidden here with `limits: "fail"`).
    RateLimited,
    /// Fifteen or more requests of this account were under way at once (N=9, the concurrent kind).
    TooManyConnections,
    /// The sender name could not be saved or deleted (N=5).
    NotSaved,
    /// The number has a wrong format (N=7).
    InvalidNumber,
    /// The confirmation code cannot be delivered to the number (N=8).
    Undeliverable,
    /// A code was sent to this number already; again after 8 hours (N=10).
    CodeAlreadySent,
    /// The confirmation code is wrong (N=11).
    WrongCode,
    /// An N that this endpoint is not known to give.
    UnknownApiError,
    /// The connection failed, or broke before the reply was whole.
    Connection,
    /// An attempt, or the whole call, took longer than allowed.
    Timeout,
    /// The caller's signal aborted the call; its reason is the `cause`.
    Aborted,
    /// The answer was not HTTP 200.
    HttpStatus,
    /// The reply is nothing that this endpoint gives.
    BadReply,
    /// The awaited task ended in an error (status 4).
    TaskFailed,
    /// The awaited task was cancelled (status 3).
    TaskCancelled,
    /// The document is too large, or of a kind that the service does not take.
    DocumentRejected,
    /// A fault in this package.
    Internal,
}

impl ErrorCode {
    /// The word itself.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::InvalidOption => "invalid_option",
            Self::InvalidParameter => "invalid_parameter",
            Self::Unauthorized => "unauthorized",
            Self::IpBlocked => "ip_blocked",
            Self::NotFound => "not_found",
            Self::RateLimited => "rate_limited",
            Self::TooManyConnections => "too_many_connections",
            Self::NotSaved => "not_saved",
            Self::InvalidNumber => "invalid_number",
            Self::Undeliverable => "undeliverable",
            Self::CodeAlreadySent => "code_already_sent",
            Self::WrongCode => "wrong_code",
            Self::UnknownApiError => "unknown_api_error",
            Self::Connection => "connection",
            Self::Timeout => "timeout",
            Self::Aborted => "aborted",
            Self::HttpStatus => "http_status",
            Self::BadReply => "bad_reply",
            Self::TaskFailed => "task_failed",
            Self::TaskCancelled => "task_cancelled",
            Self::DocumentRejected => "document_rejected",
            Self::Internal => "internal",
        }
    }
}

/// A `Result` whose error is [`Error`].
pub type Result<T> = core::result::Result<T, Error>;

/// An error, boxed so that a `Result` stays small.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.message)]
pub struct Error(Box<Details>);

/// What an error carries. The names are those of `SmscError`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// The stable word.
    pub code: ErrorCode,
    /// The sentence for people.
    pub message: String,
    /// `history`, `senders`, `tasks`, or a script's name.
    pub endpoint: Option<String>,
    /// Whether the same call can be made again with some hope.
    pub retryable: bool,
    /// The service's own N.
    pub api_code: Option<i64>,
    /// The service's own text, shortened and without credentials.
    pub api_message: Option<String>,
    /// The HTTP status, where it was not 200.
    pub http_status: Option<u64>,
    /// When another try makes sense, in milliseconds from now.
    pub retry_after_ms: Option<u64>,
    /// The parameter or option at fault, as a path (`registrations.uaReg.taxId`).
    pub parameter: Option<String>,
    /// Whether the reply was empty or broke off: worth another try for a call that only reads.
    pub cut_off: bool,
}

impl Deref for Error {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
    }
}

impl Error {
    /// An error with nothing but a code and a sentence, whose `%` are [filled](fill).
    #[must_use]
    pub fn new(code: ErrorCode, template: &str, pieces: &[&str]) -> Self {
        Self(Box::new(Details {
            code,
            message: fill(template, pieces),
            endpoint: None,
            retryable: false,
            api_code: None,
            api_message: None,
            http_status: None,
            retry_after_ms: None,
            parameter: None,
            cut_off: false,
        }))
    }

    /// A fault of this package itself.
    #[must_use]
    pub fn internal(message: &str) -> Self {
        Self::new(ErrorCode::Internal, message, &[])
    }

    /// The error as JSON, for JavaScript to make an `SmscError` of.
    #[must_use]
    pub fn to_json(&self) -> String {
        let details = &self.0;
        let mut json = Writer::default();
        json.open('{');
        json.text_field("code", details.code.word());
        json.text_field("message", &details.message);
        json.optional_text("endpoint", details.endpoint.as_deref());
        json.optional_text("apiMessage", details.api_message.as_deref());
        json.optional_text("parameter", details.parameter.as_deref());
        if details.retryable {
            json.raw_field("retryable", "true");
        }
        if let Some(n) = details.api_code {
            json.raw_field("apiCode", &signed(n));
        }
        if let Some(status) = details.http_status {
            json.number_field("httpStatus", status);
        }
        if let Some(ms) = details.retry_after_ms {
            json.number_field("retryAfterMs", ms);
        }
        json.close('}');
        json.finish()
    }

    /// The same error, naming the parameter or option at fault.
    #[must_use]
    pub fn parameter(mut self, path: &str) -> Self {
        self.parameter = Some(path.into());
        self
    }
}
