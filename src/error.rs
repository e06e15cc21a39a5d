//! The one error type. JavaScript makes an `SmscError` of it, field by field.

use serde::Serialize;

use crate::tasks::Task;

/// What went wrong, as a stable word to branch on. Each says whether the fault was found before anything was sent, in the
/// network, in the reply, or was reported by the service itself (its `N`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
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

/// A `Result` whose error is [`Error`].
pub type Result<T> = core::result::Result<T, Error>;

/// An error, boxed so that a `Result` stays small.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", .0.message)]
pub struct Error(Box<Details>);

/// What an error carries. The names are those of `SmscError`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Details {
    /// The stable word.
    pub code: ErrorCode,
    /// The sentence for people.
    pub message: String,
    /// `history`, `senders`, `tasks`, or a script's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Whether the same call can be made again with some hope.
    pub retryable: bool,
    /// The service's own N.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_code: Option<i64>,
    /// The service's own text, shortened and without credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_message: Option<String>,
    /// The HTTP status, where it was not 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// When another try makes sense, in milliseconds from now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// The parameter or option at fault, as a path (`registrations.uaReg.taxId`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// The task that was waited for, as last seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<Task>,
    /// Whether the reply was empty or broke off: worth another try for a call that only reads.
    #[serde(skip)]
    pub cut_off: bool,
}

impl Error {
    /// An error with nothing but a code and a sentence.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            code,
            message: message.into(),
            endpoint: None,
            retryable: false,
            api_code: None,
            api_message: None,
            http_status: None,
            retry_after_ms: None,
            parameter: None,
            task: None,
            cut_off: false,
        }))
    }

    /// A fault of this package itself.
    #[must_use]
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Internal, message)
    }

    /// The stable word.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// Everything the error carries.
    #[must_use]
    pub fn details(&self) -> &Details {
        &self.0
    }

    /// The same error, changed.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Details)) -> Self {
        change(&mut self.0);
        self
    }

    /// The same error, naming the parameter or option at fault.
    #[must_use]
    pub fn parameter(self, path: impl Into<String>) -> Self {
        let path = path.into();
        self.with(|details| details.parameter = Some(path))
    }
}
