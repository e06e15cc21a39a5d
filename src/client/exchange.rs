//! Runs one call, whichever endpoint it is: when to send, what a response means, whether to retry. Time and randomness are
//! arguments; the caller does what [`Exchange::next`] says and reports the outcome.

mod failures;
pub mod step;
mod waits;

use std::rc::Rc;

use crate::{
    api::options::{CallSettings, ClientSettings, RateLimitMode, account_name},
    client::{
        clock::Stopwatch,
        error::{Error, ErrorCode, Result},
        exchange::{
            step::{Body, Failure, Feedback, LimiterAnswer, Step, WaitReason},
            waits::Denial,
        },
        rate_limits::{Decision, RateLimits, RequestId, WindowKey},
        retry::{Attempt, is_rejection, retry_delay_ms},
    },
    protocol::{
        api_error::MAX_ERROR_LENGTH,
        credentials::Credentials,
        request::{BodyKind, Request},
        response::Head,
    },
};

/// After an error 9 of a request without windows, the service's shortest window has to pass.
const AFTER_RATE_LIMIT_MS: u64 = 60_000;
/// A shared limiter that says "soon" is not asked more often than this, and one that says "later" not less often: a waiter
/// ahead may give up, and no process wakes one that sleeps in another.
const MIN_ACQUIRE_INTERVAL_MS: u64 = 20;
const MAX_ACQUIRE_INTERVAL_MS: u64 = 60_000;
/// Credentials that were asked for longer ago than this, because the call had to wait, are asked for again.
const CREDENTIALS_FRESH_MS: u64 = 1_000;
/// A shared limiter has at least this time to answer.
const MIN_ANSWER_MS: u64 = 1_000;
/// A shared limiter that leaves this many questions of one attempt unanswered, each for the time of an attempt, fails the call.
pub const MAX_UNANSWERED: u32 = 2;

#[derive(Debug)]
enum State {
    Ready,
    Waiting { since: u64, ms: u64, reason: WaitReason },
    InFlight,
    Done(Result<()>),
}

/// The permit of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Permit {
    None,
    /// The shared limiter granted it. The limits of this process count the request once it is sent, when its account is known.
    Shared,
    /// The limits of this process count it.
    Counted,
}

/// One call in progress.
#[derive(Debug)]
pub struct Exchange {
    request: Request,
    settings: CallSettings,
    client: Rc<ClientSettings>,
    credentials: Rc<Credentials>,
    /// When the credentials of the next attempt were returned, if a function returns them.
    authorized_at: Option<u64>,
    id: RequestId,
    /// A hash that the request shares with identical ones.
    identity: u64,
    windows: Vec<WindowKey>,
    permit: Permit,
    /// Runs since the whole call began.
    watch: Stopwatch,
    /// The attempts so far. One that failed before anything was sent counts too.
    attempt: u64,
    /// The attempts that were sent.
    sent: u64,
    /// The HTTP status of the attempt in flight, once the head of its response came.
    status: Option<u16>,
    /// How the last attempt failed.
    last_error: Option<Error>,
    /// When the next attempt began to wait for the limits.
    queued_at: Option<u64>,
    /// Errors 9 so far: the window that is taken for full changes with each.
    rejections: usize,
    feedback: Option<Feedback>,
    unanswered: u32,
    /// Whether the shared limiter said that too many requests are in flight.
    is_queued: bool,
    had_connection_failure: bool,
    use_fallback: bool,
    state: State,
}
impl Exchange {
    /// Prepares a call. The id is unique among all calls; the whole call began at `started_at`.
    #[must_use]
    pub fn new(
        request: Request,
        client: Rc<ClientSettings>,
        settings: CallSettings,
        id: RequestId,
        started_at: u64,
    ) -> Self {
        let identity = request.form.identity();
        Self {
            identity,
            windows: WindowKey::of(request.rules, identity),
            request,
            settings,
            credentials: Rc::clone(&client.credentials),
            client,
            authorized_at: None,
            id,
            permit: Permit::None,
            watch: Stopwatch::new(started_at),
            attempt: 0,
            sent: 0,
            status: None,
            last_error: None,
            queued_at: None,
            rejections: 0,
            feedback: None,
            unanswered: 0,
            is_queued: false,
            had_connection_failure: false,
            use_fallback: false,
            state: State::Ready,
        }
    }

    /// Its number in the queue.
    #[must_use]
    pub fn id(&self) -> RequestId {
        self.id
    }

    /// The request.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The settings of the call.
    #[must_use]
    pub fn settings(&self) -> CallSettings {
        self.settings
    }

    /// A hash that the request shares with identical ones.
    #[must_use]
    pub fn identity(&self) -> u64 {
        self.identity
    }

    /// The windows that the request counts in.
    #[must_use]
    pub fn windows(&self) -> &[WindowKey] {
        &self.windows
    }

    /// The account that the next attempt is for.
    #[must_use]
    pub fn account(&self) -> String {
        account_name(&self.client.base_url, &self.credentials)
    }

    /// The attempts that were sent.
    #[must_use]
    pub fn attempts(&self) -> u64 {
        self.sent
    }

    /// How the last attempt failed, if it did and no other has begun.
    #[must_use]
    pub fn last_error(&self) -> Option<&Error> {
        match &self.state {
            State::Done(result) => result.as_ref().err(),
            State::Waiting { .. } => self.last_error.as_ref(),
            State::Ready | State::InFlight => None,
        }
    }

    /// Whether the call is over, so that nothing can change its result.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self.state, State::Done(_))
    }

    /// What to do next.
    pub fn next(&mut self, now: u64, limits: &mut RateLimits) -> Step {
        if let State::Waiting { since, ms, .. } = self.state
            && now.saturating_sub(since) >= ms
        {
            self.state = State::Ready;
        }
        if matches!(self.state, State::Ready | State::Waiting { .. }) && self.remaining_ms(now) == Some(0) {
            self.release(now, limits);
            self.fail(self.total_timeout());
        }
        match &self.state {
            State::Done(_) => Step::Done,
            State::InFlight => Step::Send { timeout_ms: self.timeout_ms(now) },
            State::Waiting { since, ms, reason } => {
                let left = ms.saturating_sub(now.saturating_sub(*since));
                let ms = Some(self.remaining_ms(now).map_or(left, |remaining| remaining.min(left)));
                Step::Wait { ms, max_ms: None, reason: *reason }
            }
            State::Ready => self.start_attempt(now, limits),
        }
    }

    /// The permit comes before the credentials if those grew old in the queue: a call that asks for credentials holds up no
    /// other call.
    fn start_attempt(&mut self, now: u64, limits: &mut RateLimits) -> Step {
        let is_fresh = |at: u64| now.saturating_sub(at) <= CREDENTIALS_FRESH_MS;
        if self.client.has_provider && self.authorized_at.is_none() {
            return Step::Authorize;
        }
        if self.permit == Permit::None && self.client.has_shared_limiter {
            self.queued_at.get_or_insert(now);
            return Step::Acquire;
        }
        if self.permit == Permit::None {
            let decision = if self.settings.rate_limit == RateLimitMode::Off {
                limits.force(&self.windows, now);
                Decision::Grant
            } else {
                limits.acquire(self.id, &self.windows, now)
            };
            if let Some(step) = self.decided(decision, now, limits) {
                return step;
            }
        }
        if self.client.has_provider && !self.authorized_at.is_some_and(is_fresh) {
            return Step::Authorize;
        }
        if self.permit == Permit::Shared {
            limits.force(&self.windows, now);
            self.permit = Permit::Counted;
        }
        self.state = State::InFlight;
        self.attempt = self.attempt.saturating_add(1);
        self.sent = self.sent.saturating_add(1);
        self.status = None;
        self.queued_at = None;
        Step::Send { timeout_ms: self.timeout_ms(now) }
    }

    /// What to do after a decision; `None` if the permit was granted.
    fn decided(&mut self, decision: Decision, now: u64, limits: &mut RateLimits) -> Option<Step> {
        match decision {
            Decision::Grant => {
                self.permit = Permit::Counted;
                None
            }
            Decision::Deny { retry_after_ms } => {
                let denial = retry_after_ms.map_or(Denial::InFlight(Some(limits.in_flight())), Denial::Windows);
                if let Some(error) = self.refuse_to_queue(denial, now) {
                    self.reject(error, now, limits);
                    return Some(Step::Done);
                }
                let max_ms = retry_after_ms.is_none().then(|| self.max_queue_ms(now)).flatten();
                Some(Step::Wait { ms: retry_after_ms, max_ms, reason: WaitReason::RateLimit })
            }
        }
    }

    /// The shared limiter granted or denied the request.
    pub fn acquired(&mut self, answer: LimiterAnswer, now: u64, limits: &mut RateLimits) {
        self.unanswered = 0;
        self.is_queued = matches!(answer, LimiterAnswer::Deny { at_once: true, .. });
        let LimiterAnswer::Deny { wait_ms, at_once } = answer else {
            self.permit = Permit::Shared;
            return;
        };
        let denial = if at_once { Denial::InFlight(None) } else { Denial::Windows(wait_ms) };
        if let Some(error) = self.refuse_to_queue(denial, now) {
            return self.reject(error, now, limits);
        }
        self.ask_again(wait_ms, now);
    }

    /// Whether the shared limiter may delay its answer until another request ends. If the call may wait only so long, the limiter
    /// first has to say that it must wait for that: then an answer that does not come in time is known to be a denial.
    #[must_use]
    pub fn may_long_poll(&self) -> bool {
        match (self.settings.rate_limit, self.settings.max_rate_limit_wait_ms) {
            (RateLimitMode::Off, _) | (RateLimitMode::Fail, None) => false,
            (RateLimitMode::Wait, None) => true,
            (_, Some(_)) => self.is_queued,
        }
    }

    /// The longest time for an answer of the shared limiter. A call that may hardly wait still gives it time to answer.
    #[must_use]
    pub fn answer_timeout_ms(&self, now: u64) -> u64 {
        let timeout_ms = self.timeout_ms(now);
        let Some(max) = self.settings.max_rate_limit_wait_ms else { return timeout_ms };
        let queued_ms = now.saturating_sub(self.queued_at.unwrap_or(now));
        let min = if self.may_long_poll() { 1 } else { MIN_ANSWER_MS };
        timeout_ms.min(max.saturating_sub(queued_ms).max(min))
    }

    /// The shared limiter did not answer within [that time](Self::answer_timeout_ms). A call that waits without a limit asks
    /// once more.
    pub fn unanswered(&mut self, waited_ms: u64, now: u64, limits: &mut RateLimits) {
        if self.settings.max_rate_limit_wait_ms.is_some() && self.may_long_poll() {
            return match self.refuse_to_queue(Denial::InFlight(None), now) {
                Some(error) => self.reject(error, now, limits),
                None => self.ask_again(0, now),
            };
        }
        self.unanswered = self.unanswered.saturating_add(1);
        let CallSettings { rate_limit, max_rate_limit_wait_ms, .. } = self.settings;
        let may_wait = rate_limit != RateLimitMode::Fail && max_rate_limit_wait_ms.is_none();
        if may_wait && self.unanswered < MAX_UNANSWERED {
            return self.ask_again(0, now);
        }
        let ms = waited_ms.saturating_mul(self.unanswered.into());
        let message = format!("`rateLimiter` did not answer within {ms} ms");
        self.reject(Error::new(ErrorCode::RateLimited, message), now, limits);
    }

    /// The call fails before anything is sent, with an error whose message is this package's own.
    pub fn reject(&mut self, error: Error, now: u64, limits: &mut RateLimits) {
        self.release(now, limits);
        self.fail(error);
    }

    /// Asks the shared limiter again after a while, in any case before the call may wait no longer.
    fn ask_again(&mut self, wait_ms: u64, now: u64) {
        let ms = wait_ms.clamp(MIN_ACQUIRE_INTERVAL_MS, MAX_ACQUIRE_INTERVAL_MS);
        let ms = match self.max_queue_ms(now) {
            Some(max) if max <= ms => wait_ms.max(1).min(max),
            _ => ms,
        };
        self.state = State::Waiting { since: now, ms, reason: WaitReason::RateLimit };
    }

    /// Feedback for a shared limiter, once.
    pub fn take_feedback(&mut self) -> Option<Feedback> {
        self.feedback.take()
    }

    /// The credentials of this attempt. If they are those of another account, the request leaves the limits of the former one,
    /// and asks for a permit of the new. The permit of a shared limiter stays.
    pub fn authorize(&mut self, credentials: Credentials, now: u64, limits: &mut RateLimits) {
        let account = self.account();
        self.credentials = Rc::new(credentials);
        self.authorized_at = Some(now);
        if account != self.account() && self.permit != Permit::Shared {
            self.release(now, limits);
        }
    }

    /// The credentials of the current attempt.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The address of the request.
    #[must_use]
    pub fn url(&self) -> String {
        let base = match &self.client.fallback_url {
            Some(fallback) if self.use_fallback => fallback,
            _ => &self.client.base_url,
        };
        format!("{base}/sys/{}", self.request.form.script)
    }

    /// The endpoint's name, for waits and log lines.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        self.request.endpoint()
    }

    /// The head of a response came.
    pub fn head_received(&mut self, status: u16) {
        self.status = Some(status);
    }

    /// A response came, or the beginning of a file; `is_complete`: nothing more will come. `decode` reads a text that is not an
    /// error.
    pub fn received(
        &mut self,
        head: Head,
        text: &str,
        is_complete: bool,
        decode: &mut dyn FnMut(&str) -> Result<()>,
        (now, random): (u64, f64),
        limits: &mut RateLimits,
    ) -> Body {
        let is_file = matches!(self.request.body_kind, BodyKind::File | BodyKind::Forwarded);
        if is_file && failures::is_refusal(head.status) && !is_complete && text.len() < MAX_ERROR_LENGTH {
            return Body::Incomplete;
        }
        let result = if let Some(error) = self.reject_status(head, text) {
            Err(error)
        } else if is_file && !may_be_error(text, is_complete) {
            return Body::File;
        } else if is_file && !is_complete && text.len() < MAX_ERROR_LENGTH {
            return Body::Incomplete;
        } else if is_file {
            match self.error_in_file(text) {
                Some(error) => Err(error),
                None => return Body::File,
            }
        } else {
            self.request.decode(text, &self.credentials, decode)
        };
        self.release(now, limits);
        self.settle(result, false, (now, random), limits);
        Body::Read
    }

    /// Whether a response that was an error can be passed on to another client as it is: it is the service's own, and repeats no
    /// secret.
    #[must_use]
    pub fn may_forward(&self, text: &str) -> bool {
        let is_own = |error: &Error| error.api_code.is_some() && error.http_status.is_none();
        self.request.body_kind == BodyKind::Forwarded
            && self.last_error().is_some_and(is_own)
            && self.credentials.redact(text) == text
    }

    /// A complete response came and was read by the fast reader.
    pub fn accept(&mut self, now: u64, limits: &mut RateLimits) {
        self.release(now, limits);
        self.state = State::Done(Ok(()));
    }

    /// The attempt failed without a response.
    pub fn failed(&mut self, failure: Failure, description: &str, (now, random): (u64, f64), limits: &mut RateLimits) {
        let error = self.failure(failure, description, now);
        self.release(now, limits);
        if failure == Failure::Timeout && self.remaining_ms(now) == Some(0) {
            return self.fail(error);
        }
        if !matches!(self.state, State::InFlight) {
            // It failed before anything was sent, and counts as an attempt all the same.
            self.attempt = self.attempt.saturating_add(1);
        }
        // The first retry after a failed connection goes to the fallback host, without a delay. A host that answered works.
        let is_unreachable = failure == Failure::Connection && self.status.is_none();
        let use_fallback = is_unreachable && !self.had_connection_failure && self.client.fallback_url.is_some();
        self.had_connection_failure |= is_unreachable;
        self.settle(Err(error), use_fallback, (now, random), limits);
        self.use_fallback = use_fallback;
    }

    /// A file broke off. It is not requested again, since its beginning was delivered already. Returns the error.
    pub fn file_failed(&mut self, failure: Failure, description: &str, now: u64, limits: &mut RateLimits) -> Error {
        let error = self.failure(failure, description, now);
        self.release(now, limits);
        self.complete(error)
    }

    /// The time of an attempt, or for the next chunk of a file.
    #[must_use]
    pub fn timeout_ms(&self, now: u64) -> u64 {
        let timeout_ms = self.settings.timeout_ms;
        self.remaining_ms(now).map_or(timeout_ms, |remaining| remaining.min(timeout_ms))
    }

    /// What is left of the time of the whole call, if it is limited.
    #[must_use]
    pub fn remaining_ms(&self, now: u64) -> Option<u64> {
        let total = self.settings.total_timeout_ms?;
        Some(total.saturating_sub(self.watch.elapsed_ms(now)))
    }

    /// The attempt is given up before its request is sent: it counts in no window.
    pub fn withdraw(&mut self, now: u64, limits: &mut RateLimits) {
        if matches!(self.state, State::InFlight) {
            self.state = State::Ready;
            self.attempt = self.attempt.saturating_sub(1);
            self.sent = self.sent.saturating_sub(1);
            self.release(now, limits);
        }
    }

    /// The result, once.
    ///
    /// # Errors
    /// What the call failed with.
    pub fn take_result(&mut self) -> Result<()> {
        match core::mem::replace(&mut self.state, State::Done(Err(Error::internal("the result was taken already")))) {
            State::Done(result) => result,
            _ => Err(Error::internal("the call is not over yet")),
        }
    }

    /// Releases the permit, or leaves the queue. A permit for which nothing was sent counts in no window.
    pub fn release(&mut self, now: u64, limits: &mut RateLimits) {
        match self.permit {
            Permit::None => limits.leave(self.id),
            Permit::Shared => {}
            Permit::Counted if matches!(self.state, State::InFlight) => limits.release(&self.windows, now),
            Permit::Counted => limits.cancel(&self.windows, now),
        }
        self.permit = Permit::None;
    }

    /// The attempt is over. `is_urgent`: a retry does not wait.
    fn settle(&mut self, result: Result<()>, is_urgent: bool, (now, random): (u64, f64), limits: &mut RateLimits) {
        self.use_fallback = false;
        self.authorized_at = None;
        let mut error = match result {
            Ok(()) => return self.state = State::Done(Ok(())),
            Err(error) => error,
        };
        self.observe_rejection(&mut error, now, limits);
        let attempt = Attempt { number: self.attempt, is_change: self.request.is_change };
        let delay = retry_delay_ms(&error, attempt, &self.settings, self.client.max_retry_delay_ms, random);
        let Some(delay) = delay else { return self.fail(error) };
        let ms = if is_urgent { 0 } else { delay };
        let is_limited = error.code == ErrorCode::RateLimited && is_rejection(&error);
        let reason = if is_limited { WaitReason::RateLimit } else { WaitReason::Retry };
        let refused = self.refuse_delay(&error, ms, reason, now).map(|why| (ms, why));
        if let Some((ms, why)) = refused.or_else(|| self.refuse_windows(ms, now, limits)) {
            error.message = format!("{error}; a retry has to wait {ms} ms{why}");
            error.retry_after_ms = Some(ms);
            return self.fail(error);
        }
        self.last_error = Some(self.complete(error));
        self.state = State::Waiting { since: now, ms, reason };
    }

    /// Feedback after error 9: another program uses the same account. The service does not say which window is full: first the
    /// shortest is taken for it, and if the same call is rejected again, the next.
    fn observe_rejection(&mut self, error: &mut Error, now: u64, limits: &mut RateLimits) {
        if error.api_code.is_none() {
            return;
        }
        if error.code == ErrorCode::TooManyConnections {
            limits.reduce_concurrency(now);
            self.feedback = Some(Feedback::TooManyConnections);
        } else if error.code == ErrorCode::RateLimited {
            let index = self.rejections.min(self.windows.len().saturating_sub(1));
            let window = self.windows.get(index).copied();
            self.rejections = self.rejections.saturating_add(1);
            if let Some(window) = window {
                limits.observe_rejection(&window, now);
                self.feedback = Some(Feedback::WindowFull(index));
            }
            error.retry_after_ms = Some(window.map_or(AFTER_RATE_LIMIT_MS, |window| window.rule.window_ms));
        }
    }

    fn fail(&mut self, error: Error) {
        let error = self.complete(error);
        self.state = State::Done(Err(error));
    }
}

/// Whether the beginning of a file could be that of an error or a page of HTML.
fn may_be_error(text: &str, is_complete: bool) -> bool {
    let start = text.as_bytes().trim_ascii_start();
    if start.is_empty() {
        return !is_complete;
    }
    ["ERROR", "0,", "<", "{", "["].iter().any(|mark| {
        let shared = mark.len().min(start.len());
        mark.as_bytes().get(..shared) == start.get(..shared)
    })
}

#[cfg(test)]
mod tests;
