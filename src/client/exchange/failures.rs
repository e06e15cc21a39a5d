//! The errors of a call: what failed, what that means for a request in flight, and which attempt it belongs to.

use super::{Exchange, State};
use crate::{
    client::{
        error::{Error, ErrorCode},
        exchange::step::Failure,
        retry::is_transient,
    },
    protocol::{
        api_error::ApiError,
        response::{Head, excerpt, is_html},
        text::contains,
    },
};

/// Whether a status says that the request was refused, so that an error in the body is the reason: `smsc-wasm/proxy` responds so.
pub(super) fn is_refusal(status: u16) -> bool {
    (400..500).contains(&status) && ![407, 408, 429].contains(&status)
}

const PROXY_REMEDY: &str =
    "asks for authentication (HTTP status 407): add a user name and a password to the proxy settings of this program";

/// Whether a proxy refused a tunnel because of missing credentials, in the words of undici or Node.js.
fn is_proxy_407(description: &str) -> bool {
    contains(description, "roxy") && contains(description, "407")
}

impl Exchange {
    pub(super) fn error_in_file(&self, text: &str) -> Option<Error> {
        if let Some(error) = ApiError::find(text) {
            return Some(error.to_error(self.request.scope, &self.credentials));
        }
        is_html(text).then(|| {
            Error::bad_response("the response is a page of HTML instead of a file", text)
                .redacted(text, &self.credentials)
        })
    }

    pub(super) fn failure(&self, failure: Failure, description: &str, now: u64) -> Error {
        let quoted = || excerpt(&self.credentials.redact(description));
        let is_in_flight = matches!(self.state, State::InFlight);
        let mut error = match failure {
            Failure::Connection => {
                let remedy =
                    if is_proxy_407(description) { format!(": the proxy {PROXY_REMEDY}") } else { String::new() };
                Error::new(ErrorCode::Connection, format!("the connection failed: {}{remedy}", quoted()))
            }
            Failure::Timeout if self.remaining_ms(now) == Some(0) => self.total_timeout(),
            Failure::Timeout => {
                let ms = self.settings.timeout_ms;
                let what = if is_in_flight { "no complete response" } else { "no answer of `credentials()`" };
                self.timeout(Error::new(ErrorCode::Timeout, format!("{what} within timeoutMs ({ms} ms)")))
            }
            Failure::Credentials => {
                return Error::new(ErrorCode::Unauthorized, format!("`credentials()` failed: {}", quoted()));
            }
            Failure::Limiter => {
                return Error::new(ErrorCode::RateLimited, format!("`rateLimiter` failed: {}", quoted()));
            }
            Failure::NoFetch => {
                let message = "this environment has no `fetch`: pass one to `createClient({ fetch })`";
                return Error::new(ErrorCode::InvalidOption, message).parameter("fetch");
            }
            Failure::BadResponse => Error::new(ErrorCode::BadResponse, description),
            Failure::Redirect => {
                let message = format!(
                    "the service's host redirected the request to {}, which does not get the credentials",
                    quoted()
                );
                Error::new(ErrorCode::BadResponse, message)
            }
        };
        if is_in_flight && let Some(status) = self.status {
            error.http_status = Some(status).filter(|status| *status != 200);
        }
        if is_in_flight { self.request.with_unknown_outcome(error) } else { error }
    }

    /// The signal of the caller aborted the call: the error with what it means for a request in flight.
    #[must_use]
    pub fn aborted(&self, error: Error) -> Error {
        let is_in_flight = matches!(self.state, State::InFlight);
        self.complete(if is_in_flight { self.request.with_unknown_outcome(error) } else { error })
    }

    pub(super) fn total_timeout(&self) -> Error {
        self.timeout(Error::total_timeout(self.settings.total_timeout_ms.unwrap_or_default()))
    }

    /// A time-out has the HTTP status of the attempt before it, whose error is its cause.
    pub(super) fn timeout(&self, mut error: Error) -> Error {
        error.http_status = self.last_error.as_ref().and_then(|last| last.http_status);
        error
    }

    pub(super) fn reject_status(&self, head: Head, text: &str) -> Option<Error> {
        if head.status == 200 {
            return None;
        }
        let reported = ApiError::find(text).map(|error| error.to_error(self.request.scope, &self.credentials));
        let reason = reported.as_ref().and_then(|error| error.api_message.as_deref()).map(excerpt);
        if let Some(refused) = reported.as_ref().filter(|_| is_refusal(head.status)) {
            // The service reports its own errors under 200: this one is of a server in front of it, and so is its number.
            let message = reason
                .map_or_else(|| refused.message.clone(), |reason| format!("{reason} (HTTP status {})", head.status));
            let mut error = Error::new(refused.code, message);
            error.http_status = Some(head.status);
            return Some(error);
        }
        let (code, message) = match head.status {
            429 => {
                (ErrorCode::RateLimited, "the service's host accepts no more requests for now (HTTP status 429)".into())
            }
            407 => {
                let message = format!("the proxy between this program and the service {PROXY_REMEDY}");
                (ErrorCode::HttpStatus, message)
            }
            404 => {
                let script = &self.request.form.script;
                let message =
                    format!("the service's host has no script `{script}` (HTTP status 404), so nothing was run there");
                (ErrorCode::HttpStatus, message)
            }
            status => {
                let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
                (ErrorCode::HttpStatus, format!("the service's host answered with HTTP status {status}{reason}"))
            }
        };
        let mut error = Error::new(code, message);
        error.http_status = Some(head.status);
        error.retry_after_ms = head.retry_after_ms;
        // A proxy that asks for authentication did not forward the request, a script that does not exist did not run, and one request too
        // many is refused.
        Some(if [404, 407, 429].contains(&head.status) { error } else { self.request.with_unknown_outcome(error) })
    }

    /// The error as the caller gets it.
    #[must_use]
    pub fn complete(&self, mut error: Error) -> Error {
        error.retryable = !self.request.is_change && is_transient(&error);
        error.attempts = Some(self.sent);
        error.at(self.endpoint())
    }
}
