//! Runs one call, whatever it is: when to send, what a reply means, whether to try again. It is told the time and never
//! waits itself; who holds it does what [`Driver::next`] says and tells what came of it.

use zeroize::Zeroizing;

use crate::{
    call::Call,
    credentials::Credentials,
    error::{Details, Error, ErrorCode, Result},
    json::Writer,
    limits::{Answer, Limits, Rule, Ticket},
    record::excerpt,
    reply::{ApiError, Head, LONGEST_ERROR},
    settings::{OnLimit, Settings},
};

/// The first pause before another try; each further one is twice as long, up to [`LONGEST_PAUSE_MS`].
const FIRST_PAUSE_MS: u64 = 500;
const LONGEST_PAUSE_MS: u64 = 8_000;
/// After an error 9 the service's shortest window has to pass.
const AFTER_RATE_LIMIT_MS: u64 = 60_000;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Wait so many milliseconds (`None`: until another request of the account is over), then ask again.
    Wait {
        /// The milliseconds.
        ms: Option<u64>,
        /// What for.
        reason: WaitReason,
    },
    /// Send the request, and give it up after so many milliseconds.
    Send {
        /// The milliseconds.
        timeout_ms: u64,
    },
    /// Done: the output is there.
    Done,
    /// Failed: the error is there.
    Failed,
}

/// Why a call waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitReason {
    /// The service's limits.
    Limit,
    /// A pause before another try.
    Retry,
}

/// How an attempt failed without a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No connection, or it broke.
    Connection,
    /// It took too long.
    Timeout,
    /// `credentials()` failed: nothing was sent.
    Credentials,
    /// The reply was no HTTP reply, too large, or a redirect elsewhere.
    BadReply,
}

/// What the beginning of a file's reply shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// Not enough to tell.
    More,
    /// It is the file.
    File,
    /// It is an error; the attempt is over.
    Error,
}

#[derive(Debug)]
enum State {
    Ready,
    Resting { until: u64 },
    UnderWay,
    Over(Result<String>),
}

/// One call under way.
#[derive(Debug)]
pub struct Driver {
    call: Call,
    settings: Settings,
    credentials: Credentials,
    ticket: Option<Ticket>,
    deadline: Option<u64>,
    attempt: u64,
    to_reserve: bool,
    state: State,
}

impl Driver {
    /// Makes a call ready.
    #[must_use]
    pub fn new(call: Call, settings: Settings, now: u64) -> Self {
        let deadline = settings.call.total_timeout_ms.map(|total| now.saturating_add(total));
        Self {
            call,
            settings,
            credentials: Credentials::none(),
            ticket: None,
            deadline,
            attempt: 0,
            to_reserve: false,
            state: State::Ready,
        }
    }

    /// What is to be done next.
    pub fn next(&mut self, now: u64, limits: &mut Limits) -> Step {
        if let State::Resting { until } = self.state
            && now >= until
        {
            self.state = State::Ready;
        }
        if matches!(self.state, State::Ready | State::Resting { .. }) && self.deadline.is_some_and(|end| now >= end) {
            self.leave(limits, now);
            self.fail(self.took_too_long());
        }
        match &self.state {
            State::Over(Ok(_)) => Step::Done,
            State::Over(Err(_)) => Step::Failed,
            State::UnderWay => Step::Wait { ms: None, reason: WaitReason::Retry },
            State::Resting { until } => {
                let until = self.deadline.map_or(*until, |end| end.min(*until));
                Step::Wait { ms: Some(until.saturating_sub(now)), reason: WaitReason::Retry }
            }
            State::Ready => self.ask(now, limits),
        }
    }

    fn ask(&mut self, now: u64, limits: &mut Limits) -> Step {
        let ticket = *self.ticket.get_or_insert_with(|| limits.ticket());
        let answer = if self.settings.call.limits == OnLimit::Off {
            limits.take(ticket, self.call.limits, &self.call.form, now);
            Answer::Go
        } else {
            limits.ask(ticket, self.call.limits, &self.call.form, now)
        };
        match answer {
            Answer::Go => {
                self.state = State::UnderWay;
                self.attempt = self.attempt.saturating_add(1);
                let left = self.deadline.map_or(u64::MAX, |end| end.saturating_sub(now));
                Step::Send { timeout_ms: self.settings.call.timeout_ms.min(left) }
            }
            Answer::Wait { ms, at_once } if self.settings.call.limits == OnLimit::Fail => {
                self.leave(limits, now);
                self.fail(forbidden(ms, at_once, self.call.limits));
                Step::Failed
            }
            Answer::Wait { ms, .. } => {
                let left = self.deadline.map(|end| end.saturating_sub(now));
                let ms = match (ms, left) {
                    (Some(ms), Some(left)) => Some(ms.min(left)),
                    (ms, left) => ms.or(left),
                };
                Step::Wait { ms, reason: WaitReason::Limit }
            }
        }
    }

    /// Where the request goes.
    #[must_use]
    pub fn url(&self) -> String {
        let base = match &self.settings.reserve {
            Some(reserve) if self.to_reserve => reserve,
            _ => &self.settings.base,
        };
        format!("{base}/sys/{}", self.call.form.script)
    }

    /// Says who asks, for this attempt; the former is wiped.
    pub fn authorize(&mut self, credentials: Credentials) {
        self.credentials = credentials;
    }

    /// The body, with the credentials in it.
    #[must_use]
    pub fn body(&self) -> Zeroizing<String> {
        self.call.form.encode(&self.credentials)
    }

    /// The fields of a multipart body, with the credentials among them, as JSON pairs.
    #[must_use]
    pub fn fields(&self) -> Zeroizing<String> {
        let mut json = Writer::default();
        json.open('[');
        for (name, value) in self.call.form.all(&self.credentials) {
            json.next();
            json.open('[');
            json.text(name);
            json.next();
            json.text(value);
            json.close(']');
        }
        json.close(']');
        Zeroizing::new(json.finish())
    }

    /// The largest reply that is no file.
    #[must_use]
    pub fn max_reply_bytes(&self) -> u64 {
        self.settings.max_reply_bytes
    }

    /// The endpoint's name, for waits and log lines.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.call.name().into()
    }

    /// The reply came, whole.
    pub fn replied(&mut self, head: &Head, body: Vec<u8>, now: u64, random: f64, limits: &mut Limits) {
        self.leave(limits, now);
        let result = if let Some(error) = self.refuse_status(head) {
            Err(error)
        } else {
            let text = head.decode(body);
            // An error shows the reply's beginning: a secret in it is struck out before it can be cut in two.
            self.call.decode(&text).or_else(|error| match self.credentials.redact(&text) {
                clean if clean == text => Err(error),
                clean => self.call.decode(&clean),
            })
        };
        self.settle(result, now, random);
    }

    /// The beginning of a file's reply came. A file stays under way until [`Driver::ended`].
    pub fn began(
        &mut self,
        head: &Head,
        bytes: &[u8],
        whole: bool,
        now: u64,
        random: f64,
        limits: &mut Limits,
    ) -> Beginning {
        let error = if let Some(error) = self.refuse_status(head) {
            error
        } else {
            if !whole && BYTE_ORDER_MARK.starts_with(bytes) {
                return Beginning::More;
            }
            let start = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes).trim_ascii_start();
            let suspect = [&b"ERROR"[..], b"0,-", b"<", b"{", b"["].iter().any(|mark| {
                let shared = mark.len().min(start.len());
                mark.get(..shared) == start.get(..shared)
            });
            if !suspect || (start.is_empty() && whole) {
                return Beginning::File;
            }
            if !whole && bytes.len() < LONGEST_ERROR {
                return Beginning::More;
            }
            let text = self.credentials.redact(&head.decode(bytes.to_vec()));
            match ApiError::find(&text) {
                Some(error) => error.to_error(self.call.endpoint),
                None if is_html(&text) => {
                    let message = format!("the reply is a page of HTML in place of a file: {}", excerpt(&text));
                    Error::new(ErrorCode::BadReply, message)
                }
                None => return Beginning::File,
            }
        };
        self.leave(limits, now);
        self.settle(Err(error), now, random);
        Beginning::Error
    }

    /// The attempt failed without a reply.
    pub fn failed(&mut self, failure: Failure, what: &str, now: u64, random: f64, limits: &mut Limits) {
        self.leave(limits, now);
        let error = self.failure(failure, what, now);
        let first_retry = self.attempt == 1;
        self.settle(Err(error), now, random);
        if failure == Failure::Connection && first_retry && self.settings.reserve.is_some() {
            if let State::Resting { until } = &mut self.state {
                *until = now;
                self.to_reserve = true;
            }
        } else {
            self.to_reserve = false;
        }
    }

    /// A file broke off on its way. It is not asked for again: its beginning was given already.
    pub fn broke(&mut self, failure: Failure, what: &str, now: u64, limits: &mut Limits) {
        self.leave(limits, now);
        let error = self.failure(failure, what, now);
        self.fail(error);
    }

    /// How long the next piece of a file may take.
    #[must_use]
    pub fn piece_timeout_ms(&self, now: u64) -> u64 {
        let left = self.deadline.map_or(u64::MAX, |end| end.saturating_sub(now));
        self.settings.call.timeout_ms.min(left)
    }

    fn failure(&self, failure: Failure, what: &str, now: u64) -> Error {
        let what = self.credentials.redact(what);
        let error = match failure {
            Failure::Connection => {
                Error::new(ErrorCode::Connection, format!("the connection failed: {}", excerpt(&what)))
            }
            Failure::Timeout if self.deadline.is_some_and(|end| now >= end) => self.took_too_long(),
            Failure::Timeout => {
                let ms = self.settings.call.timeout_ms;
                Error::new(ErrorCode::Timeout, format!("no whole reply within timeoutMs ({ms} ms)"))
            }
            Failure::Credentials => {
                let message = format!("`credentials()` failed: {}", excerpt(&what));
                return Error::new(ErrorCode::Unauthorized, message);
            }
            Failure::BadReply => Error::new(ErrorCode::BadReply, what),
        };
        self.call.of_unknown_outcome(error)
    }

    /// The call is over for whatever reason, finished or given up: its places are given back.
    pub fn ended(&mut self, now: u64, limits: &mut Limits) {
        self.leave(limits, now);
    }

    /// A text without the secrets of this call.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        self.credentials.redact(text)
    }

    /// The output as JSON, once.
    ///
    /// # Errors
    /// What the call failed with.
    pub fn take_result(&mut self) -> Result<String> {
        match core::mem::replace(&mut self.state, State::UnderWay) {
            State::Over(result) => result,
            _ => Err(Error::internal("the call is not over yet")),
        }
    }

    fn leave(&mut self, limits: &mut Limits, now: u64) {
        if let Some(ticket) = self.ticket.take() {
            limits.done(ticket, now);
        }
    }

    fn took_too_long(&self) -> Error {
        let total = self.settings.call.total_timeout_ms.unwrap_or_default();
        Error::new(ErrorCode::Timeout, format!("the call took longer than totalTimeoutMs ({total} ms)"))
    }

    fn refuse_status(&self, head: &Head) -> Option<Error> {
        if head.status == 200 {
            return None;
        }
        let message = format!("the service's host answered with HTTP status {}", head.status);
        Some(self.call.of_unknown_outcome(Error::new(ErrorCode::HttpStatus, message).with(|details| {
            details.http_status = Some(head.status);
            details.retry_after_ms = head.retry_after_ms;
        })))
    }

    fn settle(&mut self, result: Result<String>, now: u64, random: f64) {
        self.to_reserve = false;
        match result {
            Ok(output) => self.state = State::Over(Ok(output)),
            Err(error) => match self.pause_before_retry(error.details(), random) {
                Some(pause) => self.state = State::Resting { until: now.saturating_add(pause) },
                None => self.fail(error),
            },
        }
    }

    fn fail(&mut self, error: Error) {
        let reads = !self.call.changes;
        let error = error.with(|details| {
            details.endpoint.get_or_insert_with(|| self.call.name().into());
            details.retryable = reads && passes(details);
            details.message = self.credentials.redact(&details.message);
            details.api_message = details.api_message.take().map(|text| self.credentials.redact(&text));
        });
        self.state = State::Over(Err(error));
    }

    fn pause_before_retry(&self, error: &Details, random: f64) -> Option<u64> {
        let limited = error.code == ErrorCode::RateLimited || error.code == ErrorCode::TooManyConnections;
        let may = !self.call.changes
            && self.attempt <= self.settings.call.max_retries
            && (passes(error) || error.cut_off)
            && (!limited || self.settings.call.limits == OnLimit::Wait);
        let doubled = u32::try_from(self.attempt.saturating_sub(1)).unwrap_or(u32::MAX).min(8);
        let pause = FIRST_PAUSE_MS.saturating_mul(2_u64.saturating_pow(doubled)).min(LONGEST_PAUSE_MS);
        let least = if error.code == ErrorCode::RateLimited { AFTER_RATE_LIMIT_MS } else { 0 };
        may.then(|| jittered(pause, random).max(least).max(error.retry_after_ms.unwrap_or(0)))
    }
}

/// Whether another try can end better.
fn passes(error: &Details) -> bool {
    match error.code {
        ErrorCode::Connection | ErrorCode::Timeout | ErrorCode::RateLimited | ErrorCode::TooManyConnections => true,
        ErrorCode::HttpStatus => error.http_status.is_some_and(|status| status == 429 || status >= 500),
        _ => false,
    }
}

fn forbidden(ms: Option<u64>, at_once: bool, rules: &[Rule]) -> Error {
    if at_once {
        let message = "14 requests of this account are under way, and the service takes no more at once";
        return Error::new(ErrorCode::TooManyConnections, message);
    }
    // While a reply is awaited, its window ends a full length after now at the soonest.
    let ms = ms.or_else(|| rules.iter().map(|rule| rule.window_ms).min());
    let message = format!("the service's limits forbid this request for another {} ms", ms.unwrap_or_default());
    Error::new(ErrorCode::RateLimited, message).with(|details| details.retry_after_ms = ms)
}

/// Between half of the pause and all of it, so that many programs do not come back at the same moment.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "small numbers"
)]
fn jittered(pause: u64, random: f64) -> u64 {
    let share = if (0.0..1.0).contains(&random) { random } else { 0.0 };
    (pause as f64 * (0.5 + share / 2.0)) as u64
}

fn is_html(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(15).collect::<String>().to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

#[cfg(test)]
mod tests;
