//! Runs one call, whatever it is: when to send, what a reply means, whether to try again. It is told the time and never
//! waits itself; who holds it does what [`Driver::next`] says and tells what came of it.

use std::rc::Rc;

use crate::{
    call::{Call, Decode, Endpoint},
    credentials::Credentials,
    error::{Details, Error, ErrorCode, Result},
    json::Writer,
    limits::{Answer, Key, Limits, Ticket},
    record::excerpt,
    reply::{ApiError, Head, LONGEST_ERROR},
    settings::{CallSettings, NEVER, OnLimit, Settings},
    text::{decimal, fill, trim},
};

/// The first pause before another try; each further one is twice as long, up to [`LONGEST_PAUSE_MS`].
const FIRST_PAUSE_MS: u64 = 500;
const LONGEST_PAUSE_MS: u64 = 8_000;
/// After an error 9 the service's shortest window has to pass.
const AFTER_RATE_LIMIT_MS: u64 = 60_000;
/// A shared limiter that says "soon" is not asked more often than this, and one that says "later" no more seldom: somebody
/// ahead may give up, and nobody can wake one that sleeps in another process.
const SHORTEST_ASK_MS: u64 = 20;
const LONGEST_ASK_MS: u64 = 60_000;

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Wait so many milliseconds (`None`: until it is this call's turn), then ask again.
    Wait {
        /// The milliseconds.
        ms: Option<u64>,
        /// What for.
        reason: WaitReason,
    },
    /// Say [who asks](Driver::authorize).
    Authorize,
    /// Ask the shared limiter, and tell its [answer](Driver::answered).
    Ask,
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
    /// The shared limiter failed: nothing was sent.
    Limiter,
    /// The reply was no HTTP reply, too large, or a redirect elsewhere.
    BadReply,
}

/// What a reply is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Not enough of a file to tell.
    More,
    /// A file, which stays under way until [`Driver::ended`].
    File,
    /// It was read; the attempt is over.
    Read,
}

#[derive(Debug)]
enum State {
    Ready,
    /// `seen`: what the clock showed last.
    Resting {
        seen: u64,
        until: u64,
        reason: WaitReason,
    },
    UnderWay,
    Over(Result<String>),
}

/// What the service's error 9 told, for a shared limiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lesson {
    /// This one of the windows that the request counts in is full.
    Full(usize),
    /// Too many requests are under way at once.
    Squeezed,
}

/// One call under way.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Driver {
    call: Call,
    settings: CallSettings,
    shared_limits: bool,
    credentials: Rc<Credentials>,
    /// Whether the credentials are asked for anew before each attempt, and whether they were for this one.
    provider: bool,
    authorized: bool,
    ticket: Ticket,
    keys: Vec<Key>,
    /// Whether its places are taken.
    placed: bool,
    deadline: u64,
    attempt: u64,
    refusals: usize,
    lesson: Option<Lesson>,
    to_reserve: bool,
    has_reserve: bool,
    state: State,
}

impl Driver {
    /// Makes a call ready. The ticket is its own, of all calls.
    #[must_use]
    pub fn new(call: Call, client: &Settings, settings: CallSettings, ticket: Ticket, now: u64) -> Self {
        Self {
            keys: Key::of(call.limits, &call.form),
            call,
            settings,
            shared_limits: client.shared_limits,
            credentials: Rc::clone(&client.credentials),
            provider: client.provider,
            authorized: false,
            ticket,
            placed: false,
            deadline: now.saturating_add(settings.total_timeout_ms),
            attempt: 0,
            refusals: 0,
            lesson: None,
            to_reserve: false,
            has_reserve: client.reserve.is_some(),
            state: State::Ready,
        }
    }

    /// Its number in the line.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        self.ticket
    }

    /// What is to be done next.
    pub fn next(&mut self, now: u64, limits: &mut Limits) -> Step {
        if let State::Resting { seen, until, .. } = &mut self.state {
            // A clock that was set back makes nobody rest for longer.
            *until = until.saturating_sub(seen.saturating_sub(now));
            *seen = now;
            if now >= *until {
                self.state = State::Ready;
            }
        }
        if matches!(self.state, State::Ready | State::Resting { .. }) && now >= self.deadline {
            self.leave(limits, now);
            self.fail(self.took_too_long());
        }
        match &self.state {
            State::Over(Ok(_)) => Step::Done,
            State::Over(Err(_)) => Step::Failed,
            State::UnderWay => Step::Send { timeout_ms: self.timeout_ms(now) },
            State::Resting { until, reason, .. } => {
                Step::Wait { ms: Some((*until).min(self.deadline).saturating_sub(now)), reason: *reason }
            }
            State::Ready if self.provider && !self.authorized => Step::Authorize,
            State::Ready if self.shared_limits => Step::Ask,
            State::Ready => {
                let answer = if self.settings.limits == OnLimit::Off {
                    limits.take(&self.keys, now);
                    Answer::Go
                } else {
                    limits.ask(self.ticket, &self.keys, now)
                };
                self.go(answer, now, limits)
            }
        }
    }

    fn go(&mut self, answer: Answer, now: u64, limits: &mut Limits) -> Step {
        match answer {
            Answer::Go => {
                self.placed = true;
                self.state = State::UnderWay;
                self.attempt = self.attempt.saturating_add(1);
                Step::Send { timeout_ms: self.timeout_ms(now) }
            }
            Answer::Wait { ms } if self.settings.limits == OnLimit::Fail => {
                self.leave(limits, now);
                self.fail(forbidden(ms));
                Step::Failed
            }
            Answer::Wait { ms } => {
                let left = (self.deadline != NEVER).then(|| self.deadline.saturating_sub(now));
                let ms = match (ms, left) {
                    (Some(ms), Some(left)) => Some(ms.min(left)),
                    (ms, left) => ms.or(left),
                };
                self.authorized = false;
                Step::Wait { ms, reason: WaitReason::Limit }
            }
        }
    }

    /// The windows that the request counts in, as JSON: what a shared limiter is asked.
    #[must_use]
    pub fn question(&self) -> String {
        let mut json = Writer::default();
        json.open('[');
        for key in &self.keys {
            json.next();
            json.open('{');
            json.text_field("key", &key.name());
            json.number_field("most", u64::try_from(key.rule.most).unwrap_or_default());
            json.number_field("windowMs", key.rule.window_ms);
            json.close('}');
        }
        json.close(']');
        json.finish()
    }

    /// What the shared limiter answered: nothing where the request may go, else the milliseconds to wait.
    pub fn answered(&mut self, wait_ms: Option<u64>, at_once: bool, now: u64, limits: &mut Limits) {
        match wait_ms {
            None => {
                limits.take(&self.keys, now);
                self.go(Answer::Go, now, limits);
            }
            Some(ms) if self.settings.limits == OnLimit::Fail => {
                self.go(Answer::Wait { ms: (!at_once).then_some(ms) }, now, limits);
            }
            Some(ms) => {
                let until = now.saturating_add(ms.clamp(SHORTEST_ASK_MS, LONGEST_ASK_MS));
                self.state = State::Resting { seen: now, until, reason: WaitReason::Limit };
            }
        }
    }

    /// What the service's error 9 told, for a shared limiter, once.
    pub fn lesson(&mut self) -> Option<Lesson> {
        self.lesson.take()
    }

    /// The request: lines with the endpoint's name, where it goes, and its body with the credentials in it: a secret, which
    /// is wiped where it is freed.
    #[must_use]
    pub fn request(&self, client: &Settings) -> String {
        let base = match &client.reserve {
            Some(reserve) if self.to_reserve => reserve,
            _ => &client.base,
        };
        let form = &self.call.form;
        let mut request = fill("%\n%/sys/%\n", &[self.endpoint(), base, &form.script]);
        form.write(&self.credentials, &mut request);
        request
    }

    /// Says who asks, for this attempt, where the client does not; the former is wiped.
    pub fn authorize(&mut self, credentials: Credentials) {
        self.credentials = Rc::new(credentials);
        self.authorized = true;
    }

    /// The endpoint's name, for waits and log lines.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        self.call.name()
    }

    /// A reply came, or, of a file, its beginning; `whole`: nothing more will come.
    pub fn replied(
        &mut self,
        head: &Head,
        text: &str,
        whole: bool,
        now: u64,
        random: f64,
        limits: &mut Limits,
    ) -> Reply {
        let is_file = matches!(self.call.decode, Decode::File);
        let result = if let Some(error) = self.refuse_status(head) {
            Err(error)
        } else if is_file && !might_be_error(text, whole) {
            return Reply::File;
        } else if is_file && !whole && text.len() < LONGEST_ERROR {
            return Reply::More;
        } else if is_file {
            match self.error_in_file(text) {
                Some(error) => Err(error),
                None => return Reply::File,
            }
        } else {
            // An error shows the reply's beginning: a secret in it is struck out before it can be cut in two.
            self.call.decode(text).or_else(|error| match self.credentials.redact(text) {
                clean if clean == text => Err(error),
                clean => self.call.decode(&clean),
            })
        };
        self.leave(limits, now);
        self.settle(result, now, random, limits);
        Reply::Read
    }

    /// Whether a reply is a page of the history, which need not be read here: [`Self::accepted`].
    #[must_use]
    pub fn is_page(&self) -> bool {
        matches!((self.call.endpoint, self.call.decode), (Endpoint::History, Decode::List(..)))
    }

    /// The whole reply came, and was read elsewhere.
    pub fn accepted(&mut self, now: u64, limits: &mut Limits) {
        self.leave(limits, now);
        self.settle(Ok(String::new()), now, 0.0, limits);
    }

    fn error_in_file(&self, text: &str) -> Option<Error> {
        let text = self.credentials.redact(text);
        if let Some(error) = ApiError::find(&text) {
            return Some(error.to_error(self.call.endpoint));
        }
        is_html(&text).then(|| {
            Error::new(ErrorCode::BadReply, "the reply is a page of HTML in place of a file: %", &[&excerpt(&text)])
        })
    }

    /// The attempt failed without a reply. `broke`: it was a file that broke off, which is not asked for again, since its
    /// beginning was given already.
    pub fn failed(&mut self, failure: Failure, broke: bool, what: &str, now: u64, random: f64, limits: &mut Limits) {
        self.leave(limits, now);
        if !matches!(self.state, State::UnderWay) {
            // It failed before anything was sent, and is an attempt all the same.
            self.attempt = self.attempt.saturating_add(1);
        }
        let error = self.failure(failure, what, now);
        if broke {
            self.fail(error);
            return;
        }
        let first_retry = self.attempt == 1;
        self.settle(Err(error), now, random, limits);
        if failure == Failure::Connection
            && first_retry
            && self.has_reserve
            && let State::Resting { until, .. } = &mut self.state
        {
            *until = now;
            self.to_reserve = true;
        }
    }

    /// How long an attempt, or the next piece of a file, may take.
    #[must_use]
    pub fn timeout_ms(&self, now: u64) -> u64 {
        self.settings.timeout_ms.min(self.deadline.saturating_sub(now))
    }

    fn failure(&self, failure: Failure, what: &str, now: u64) -> Error {
        let what = self.credentials.redact(what);
        let said = excerpt(&what);
        let error = match failure {
            Failure::Connection => Error::new(ErrorCode::Connection, "the connection failed: %", &[&said]),
            Failure::Timeout if now >= self.deadline => self.took_too_long(),
            Failure::Timeout => {
                let ms = decimal(self.settings.timeout_ms);
                Error::new(ErrorCode::Timeout, "no whole reply within timeoutMs (% ms)", &[&ms])
            }
            Failure::Credentials => {
                return Error::new(ErrorCode::Unauthorized, "`credentials()` failed: %", &[&said]);
            }
            Failure::Limiter => return Error::new(ErrorCode::RateLimited, "`limiter` failed: %", &[&said]),
            Failure::BadReply => Error::new(ErrorCode::BadReply, "%", &[&what]),
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
        if self.placed {
            limits.done(&self.keys, now);
            self.placed = false;
        } else {
            limits.leave(self.ticket);
        }
    }

    fn took_too_long(&self) -> Error {
        let total = decimal(self.settings.total_timeout_ms);
        Error::new(ErrorCode::Timeout, "the call took longer than totalTimeoutMs (% ms)", &[&total])
    }

    fn refuse_status(&self, head: &Head) -> Option<Error> {
        if head.status == 200 {
            return None;
        }
        let status = decimal(head.status);
        let mut error = Error::new(ErrorCode::HttpStatus, "the service's host answered with HTTP status %", &[&status]);
        error.http_status = Some(head.status);
        error.retry_after_ms = head.retry_after_ms;
        Some(self.call.of_unknown_outcome(error))
    }

    fn settle(&mut self, result: Result<String>, now: u64, random: f64, limits: &mut Limits) {
        self.to_reserve = false;
        self.authorized = false;
        match result {
            Ok(output) => self.state = State::Over(Ok(output)),
            Err(mut error) => {
                self.learn(&mut error, now, limits);
                match self.pause_before_retry(&error, random) {
                    Some(pause) => {
                        let limited = error.code == ErrorCode::RateLimited;
                        let reason = if limited { WaitReason::Limit } else { WaitReason::Retry };
                        self.state = State::Resting { seen: now, until: now.saturating_add(pause), reason };
                    }
                    None => self.fail(error),
                }
            }
        }
    }

    /// What an error 9 of the service teaches: another program uses the account too. It does not say which window is
    /// full: first the shortest is taken for it, and if the same call is refused again, the next.
    fn learn(&mut self, error: &mut Error, now: u64, limits: &mut Limits) {
        if error.api_code.is_none() {
            return;
        }
        if error.code == ErrorCode::TooManyConnections {
            limits.squeeze(now);
            self.lesson = Some(Lesson::Squeezed);
        } else if error.code == ErrorCode::RateLimited {
            let place = self.refusals.min(self.keys.len().saturating_sub(1));
            let key = self.keys.get(place).copied();
            self.refusals = self.refusals.saturating_add(1);
            if let Some(key) = key {
                limits.fill(&key, now);
                self.lesson = Some(Lesson::Full(place));
            }
            error.retry_after_ms = Some(key.map_or(AFTER_RATE_LIMIT_MS, |key| key.rule.window_ms));
        }
    }

    fn fail(&mut self, mut error: Error) {
        error.retryable = !self.call.changes && passes(&error);
        error.message = self.credentials.redact(&error.message);
        error.api_message = error.api_message.take().map(|text| self.credentials.redact(&text));
        if error.endpoint.is_none() {
            error.endpoint = Some(self.call.name().into());
        }
        self.state = State::Over(Err(error));
    }

    fn pause_before_retry(&self, error: &Details, random: f64) -> Option<u64> {
        let limited = error.code == ErrorCode::RateLimited || error.code == ErrorCode::TooManyConnections;
        let may = !self.call.changes
            && self.attempt <= self.settings.max_retries
            && (passes(error) || error.cut_off)
            && (!limited || (self.settings.limits == OnLimit::Wait && error.api_code.is_some()));
        let doubled = u32::try_from(self.attempt.saturating_sub(1)).unwrap_or(u32::MAX).min(8);
        let pause = FIRST_PAUSE_MS.wrapping_shl(doubled).min(LONGEST_PAUSE_MS);
        may.then(|| jittered(pause, random).max(error.retry_after_ms.unwrap_or(0)))
    }
}

/// The error for a request that the limits forbid now: for so many ms, or because too many are under way.
fn forbidden(ms: Option<u64>) -> Error {
    let Some(ms) = ms else {
        let message = "14 requests of this account are under way, the most at once";
        return Error::new(ErrorCode::TooManyConnections, message, &[]);
    };
    let mut error = Error::new(
        ErrorCode::RateLimited,
        "the service's limits forbid this request for another % ms",
        &[&decimal(ms)],
    );
    error.retry_after_ms = Some(ms);
    error
}

/// Whether a file's beginning could be that of an error or a page of HTML.
fn might_be_error(text: &str, whole: bool) -> bool {
    let start = text.as_bytes().trim_ascii_start();
    if start.is_empty() {
        return !whole;
    }
    ["ERROR", "0,", "<", "{", "["].iter().any(|mark| {
        let shared = mark.len().min(start.len());
        mark.as_bytes().get(..shared) == start.get(..shared)
    })
}

/// Whether another try can end better.
fn passes(error: &Details) -> bool {
    match error.code {
        ErrorCode::Connection | ErrorCode::Timeout | ErrorCode::RateLimited | ErrorCode::TooManyConnections => true,
        ErrorCode::HttpStatus => error.http_status.is_some_and(|status| status == 429 || status >= 500),
        _ => false,
    }
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
    let start: String = trim(text).chars().take(15).map(|c| c.to_ascii_lowercase()).collect();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

#[cfg(test)]
mod tests;
