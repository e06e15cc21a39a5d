//! The steps of a call, and the outcomes that the caller reports.

use serde::Serialize;
use tsify::Tsify;

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Wait, then ask again.
    Wait {
        /// The milliseconds; `None`: until another request ends.
        ms: Option<u64>,
        /// If the end is not known: the milliseconds after which to ask again all the same.
        max_ms: Option<u64>,
        /// Why.
        reason: WaitReason,
    },
    /// Ask `credentials()`, and [pass on](Exchange::authorize) the result.
    Authorize,
    /// Ask the shared limiter, and [pass on](Exchange::acquired) its decision.
    Acquire,
    /// Send the request, and give it up after this number of milliseconds.
    Send {
        /// The milliseconds.
        timeout_ms: u64,
    },
    /// The call is over: [`Exchange::take_result`].
    Done,
}

/// Why a call waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "snake_case")]
pub enum WaitReason {
    /// The service's rate limits.
    RateLimit,
    /// A delay before a retry.
    Retry,
    /// The time until the next poll of a task. No wait of an exchange.
    Poll,
}

/// The answer of a shared limiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimiterAnswer {
    /// The request may be sent.
    Grant,
    /// It may not be sent yet.
    Deny {
        /// The milliseconds after which to ask again.
        wait_ms: u64,
        /// Whether too many requests are in flight; otherwise a window is full.
        at_once: bool,
    },
}

/// How an attempt failed without a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No connection, or it broke.
    Connection,
    /// It took too long, or `credentials()` did.
    Timeout,
    /// `credentials()` failed: nothing was sent.
    Credentials,
    /// The shared limiter failed: nothing was sent.
    Limiter,
    /// The response is not HTTP or too large: the description is a sentence of this package.
    BadResponse,
    /// The host redirected the request to another one, which is the description.
    Redirect,
    /// The environment has no `fetch`: nothing was sent.
    NoFetch,
}

/// The kind of a response's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// Not enough of a file to decide.
    Incomplete,
    /// A file, which stays in flight until [`Exchange::release`].
    File,
    /// A value that was read, or an error: the attempt is over.
    Read,
}

/// Feedback for a shared limiter, after an error 9 of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feedback {
    /// This one of the windows that the request counts in is full.
    WindowFull(usize),
    /// Too many requests are in flight at once.
    TooManyConnections,
}
