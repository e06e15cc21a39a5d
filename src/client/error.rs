//! The one error type. JavaScript makes an `SmscError` of it, field by field.

use core::ops::{Deref, DerefMut};

use serde::{Serialize, Serializer};
use tsify::Tsify;

use crate::protocol::{
    credentials::Credentials,
    response::{excerpt_around, redacted_excerpt_around},
};

/// What went wrong, as a stable word to branch on. An `N` is the error number that the service reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// A client or call option is unknown, malformed, or contradicts another. Correct the option that `parameter` names.
    InvalidOption,
    /// A parameter is missing, malformed or out of range. Found before sending: correct the value that `parameter` names. Reported
    /// by the service (N=1), which names none: `parameter` is absent, see `apiMessage`.
    InvalidParameter,
    /// Wrong login, password or key, an address outside the account's allow-list (N=2), or `credentials()` failed.
    /// Check the credentials and the allow-list.
    Unauthorized,
    /// The service blocks this IP address for a while (N=4). Wait before you call again, and do not retry in a loop.
    IpBlocked,
    /// The sender name, task or file does not exist (N=3 or 5, unless that means an empty list). Check the id or name.
    NotFound,
    /// A rate limit is used up (N=9, HTTP 429, or a request that would wait longer than it may). Retry after
    /// `retryAfterMs`.
    RateLimited,
    /// Fifteen or more requests of this account were in flight at once (N=9). Make fewer calls at the same time, or share a
    /// `rateLimiter` between processes.
    TooManyConnections,
    /// The service could not save or delete the sender name (N=5). Check the name and its details, or ask its support.
    NotSaved,
    /// The phone number has a wrong format (N=7). Pass the number with its country code.
    InvalidNumber,
    /// The confirmation code cannot be delivered to the number (N=8). Check that the number can receive messages.
    Undeliverable,
    /// A confirmation code was already sent to this number (N=10). Use that code. The service sends another one 8 hours after it
    /// at the earliest.
    CodeAlreadySent,
    /// The confirmation code is wrong (N=11), or there is none: it was not sent, or the number is confirmed already. Have the user
    /// enter the code of the message again; no other code is needed.
    WrongCode,
    /// An error number that the service's pages do not list for this endpoint. See `apiCode` and `apiMessage`.
    UnknownApiError,
    /// The connection failed, or broke before the response was complete. Check the network; a call that only reads can be
    /// repeated.
    Connection,
    /// An attempt, or the whole call, took longer than allowed. Retry, or raise `timeoutMs` or `totalTimeoutMs`.
    /// The `cause` is the error of the attempt before it.
    Timeout,
    /// The signal of the caller aborted the call. The reason of the signal is the `cause`.
    Aborted,
    /// The HTTP status is not 200: a failure of the service's servers, or of a proxy. Retry later; see `httpStatus`.
    HttpStatus,
    /// The response is empty, too large, or not one that this endpoint gives. Check `baseUrl` and proxies; after a change,
    /// check its outcome before you repeat it.
    BadResponse,
    /// The awaited task ended in an error (status 4); see `task`. Create the task again in the account's web pages.
    TaskFailed,
    /// The awaited task was cancelled (status 3); see `task`. Create the task again if its file is still needed.
    TaskCancelled,
    /// The document is larger than 3 MiB, or of a kind that the service does not accept. Pass a jpg, tif, pdf, png, zip or
    /// rar file.
    DocumentRejected,
    /// A failure in this package, or of the WebAssembly. The client continues with the next call; please report it.
    Internal,
}

/// A `Result` whose error is [`Error`].
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// An error, boxed so that a `Result` stays small.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.message)]
pub struct Error(Box<ErrorDetails>);

/// The fields of an `SmscError` without its stack and its cause. The class in `pkg-template/src/runtime/errors.ts` documents the fields for
/// users: what they mean for each kind of call, and when they are absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ErrorDetails {
    /// The stable word.
    pub code: ErrorCode,
    /// The sentence for people.
    pub message: String,
    /// The name of a [`Scope`](crate::protocol::request::Scope), or of a script.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub endpoint: Option<String>,
    /// Whether a retry is safe and may succeed.
    #[serde(skip_serializing_if = "is_false")]
    #[tsify(optional, type = "boolean")]
    pub retryable: bool,
    /// Whether the service may have made the change, or may not.
    #[serde(skip_serializing_if = "is_false")]
    #[tsify(optional, type = "boolean")]
    pub outcome_unknown: bool,
    /// The service's own error number N.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_number")]
    #[tsify(optional, type = "number")]
    pub api_code: Option<i64>,
    /// The service's own text, shortened and without credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub api_message: Option<String>,
    /// The HTTP status, if it is not 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional, type = "number")]
    pub http_status: Option<u16>,
    /// The attempts of the last request that were sent, or the polls that were answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional, type = "number")]
    pub attempts: Option<u64>,
    /// The time until a retry makes sense, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional, type = "number")]
    pub retry_after_ms: Option<u64>,
    /// The path of the parameter or option at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub parameter: Option<String>,
    /// Whether the response was empty or cut off, so that a retry of a read may succeed.
    #[serde(skip)]
    pub is_incomplete: bool,
    /// The part of the response that the message quotes at its end.
    #[serde(skip)]
    quotation: Option<Quotation>,
}

/// A quotation of the response in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Quotation {
    /// Where in the message it begins.
    at: usize,
    /// The byte of the response that is in its middle.
    offset: usize,
}

/// An N of the service, rounded if a JavaScript number cannot hold it.
#[expect(clippy::cast_precision_loss, reason = "rounded")]
#[expect(clippy::ref_option, reason = "serde passes a reference")]
fn as_number<S: Serializer>(n: &Option<i64>, serializer: S) -> core::result::Result<S::Ok, S::Error> {
    serializer.serialize_f64(n.unwrap_or_default() as f64)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Deref for Error {
    type Target = ErrorDetails;

    fn deref(&self) -> &ErrorDetails {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut ErrorDetails {
        &mut self.0
    }
}

impl Error {
    /// An error with a code and a message.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self(Box::new(ErrorDetails {
            code,
            message: message.into(),
            endpoint: None,
            retryable: false,
            outcome_unknown: false,
            api_code: None,
            api_message: None,
            http_status: None,
            attempts: None,
            retry_after_ms: None,
            parameter: None,
            is_incomplete: false,
            quotation: None,
        }))
    }

    /// A `bad_response` whose message ends with the beginning of the response.
    #[must_use]
    pub fn bad_response(sentence: &str, response: &str) -> Self {
        Self::bad_response_around(sentence, response, 0)
    }

    /// A `bad_response` whose message ends with the part of the response around a byte.
    #[must_use]
    pub fn bad_response_around(sentence: &str, response: &str, offset: usize) -> Self {
        let mut error = Self::new(ErrorCode::BadResponse, format!("{sentence}: "));
        error.quotation = Some(Quotation { at: error.message.len(), offset });
        error.message.push_str(&excerpt_around(response, offset));
        error
    }

    /// The same error with its quotation redacted, before that is shortened.
    #[must_use]
    pub fn redacted(mut self, response: &str, credentials: &Credentials) -> Self {
        if let Some(Quotation { at, offset }) = self.quotation {
            self.message.truncate(at);
            self.message.push_str(&redacted_excerpt_around(response, offset, credentials));
        }
        self
    }

    /// The whole call, such as an iteration, took longer than its limit.
    #[must_use]
    pub fn total_timeout(ms: u64) -> Self {
        Self::new(ErrorCode::Timeout, format!("the call took longer than totalTimeoutMs ({ms} ms)"))
    }

    /// A fault of this package itself.
    #[must_use]
    pub fn internal(message: &str) -> Self {
        Self::new(ErrorCode::Internal, message)
    }

    /// The same error of a change that the service may have made, or not. `hint` ends the sentence: how to find out.
    #[must_use]
    pub fn with_unknown_outcome(mut self, hint: &str) -> Self {
        self.outcome_unknown = true;
        self.message.push_str(
            "; whether the change was made is not known, so it was not sent again: check before you repeat it",
        );
        self.message.push_str(hint);
        self
    }

    /// The same error, naming the parameter or option at fault.
    #[must_use]
    pub fn parameter(mut self, path: &str) -> Self {
        self.parameter = Some(path.into());
        self
    }

    /// The same error, naming the endpoint unless it names one already.
    #[must_use]
    pub fn at(mut self, endpoint: &str) -> Self {
        self.endpoint.get_or_insert_with(|| endpoint.into());
        self
    }
}
