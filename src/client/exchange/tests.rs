use zeroize::Zeroizing;

use super::*;
use crate::{
    api::{
        history::HistoryQuery,
        input::tests::{read_json, read_options},
        options::{CallOptions, CallOverrides, ClientOptions},
        senders::SenderRef,
        tasks::TaskRef,
    },
    client::{clock::Clock, rate_limits::Next},
    protocol::{form::Form, request::Endpoint},
};

const WITH_KEY: &str = r#"{"apiKey":"canary key","region":"ru"}"#;
const WITH_PROVIDER: &str = r#"{"credentials":{"$kind":"a function"}}"#;
const WITH_LIMITER: &str = r#"{"apiKey":"canary key","rateLimiter":{}}"#;
const WITH_BOTH: &str = r#"{"credentials":{"$kind":"a function"},"rateLimiter":{}}"#;

/// A call, the limits of its account, and the time.
struct Bench {
    exchange: Exchange,
    decode: fn(&str) -> Result<()>,
    limits: RateLimits,
    now: u64,
}

impl Bench {
    fn new(client: &str, request: Request, decode: fn(&str) -> Result<()>, options: &str) -> Self {
        let client = read_options::<ClientOptions>(client).unwrap().validate(false, |_| None).unwrap();
        let settings = read_options::<CallOptions>(options).unwrap().override_settings(client.call);
        let exchange = Exchange::new(request, Rc::new(client), settings, 1, 0);
        Self { exchange, decode, limits: RateLimits::default(), now: 0 }
    }

    /// A call that reads, of a client with those options.
    fn list_of(client: &str, options: &str) -> Self {
        let decode = |text: &str| HistoryQuery::decode(text).map(drop);
        Self::new(client, read_json::<HistoryQuery>("{}").unwrap().to_request().unwrap(), decode, options)
    }

    fn list(options: &str) -> Self {
        Self::list_of(WITH_KEY, options)
    }

    /// A call that changes something.
    fn removal_of(client: &str) -> Self {
        let request = read_json::<SenderRef>(r#"{"id":5}"#).unwrap().to_request().unwrap();
        Self::new(client, request, SenderRef::decode, "{}")
    }

    fn removal() -> Self {
        Self::removal_of(WITH_KEY)
    }

    fn file() -> Self {
        let request = read_json::<TaskRef>(r#"{"id":5}"#).unwrap().to_request().unwrap();
        Self::new(WITH_KEY, request, TaskRef::decode, r#"{"maxRetries":0}"#)
    }

    fn next(&mut self) -> Step {
        self.exchange.next(self.now, &mut self.limits)
    }

    fn wait_ms(&mut self) -> u64 {
        match self.next() {
            Step::Wait { ms: Some(ms), .. } => ms,
            step => panic!("{step:?}"),
        }
    }

    /// Waits as long as required, and returns how long that was.
    fn wait(&mut self) -> u64 {
        let ms = self.wait_ms();
        self.now += ms;
        ms
    }

    /// Sends the request, and returns its address.
    fn send(&mut self) -> String {
        let step = self.next();
        assert!(matches!(step, Step::Send { .. }), "{step:?}");
        self.exchange.url()
    }

    fn receive_head(&mut self, head: Head, body: &str) {
        let (at, mut decode) = ((self.now, 0.5), self.decode);
        assert_eq!(self.exchange.received(head, body, true, &mut decode, at, &mut self.limits), Body::Read);
    }

    fn receive(&mut self, status: u16, body: &str) {
        self.receive_head(Head { status, ..Head::default() }, body);
    }

    fn fail(&mut self, failure: Failure) {
        self.exchange.failed(failure, "canary key, ECONNRESET", (self.now, 0.5), &mut self.limits);
    }

    fn authorize(&mut self, key: &str) {
        assert_eq!(self.next(), Step::Authorize);
        self.exchange.authorize(credentials(key), self.now, &mut self.limits);
    }

    fn acquired(&mut self, answer: LimiterAnswer) {
        assert_eq!(self.next(), Step::Acquire);
        self.exchange.acquired(answer, self.now, &mut self.limits);
    }

    fn finish(&mut self) {
        assert_eq!(self.next(), Step::Done);
        self.exchange.take_result().unwrap();
    }

    fn error(&mut self) -> Error {
        assert_eq!(self.next(), Step::Done);
        self.exchange.take_result().unwrap_err()
    }

    /// The requests that count in a limit, and the milliseconds until another one fits.
    fn row(&mut self, name: &str) -> (usize, u64) {
        let rows = self.limits.report(self.now);
        rows.iter().find(|row| row.name == name).map_or((0, 0), |row| (row.used, row.reset_ms))
    }

    /// Fills the window of identical requests, as other calls would.
    fn fill_window(&mut self) {
        let windows = self.exchange.windows().to_vec();
        for _ in 0..3 {
            self.limits.force(&windows, self.now);
            self.limits.release(&windows, self.now);
        }
    }
}

fn credentials(key: &str) -> Credentials {
    Credentials::new(Some(Zeroizing::new(key.into())), None, None, ErrorCode::Unauthorized).unwrap()
}

fn deny(wait_ms: u64) -> LimiterAnswer {
    LimiterAnswer::Deny { wait_ms, at_once: false }
}

const TOO_MANY: LimiterAnswer = LimiterAnswer::Deny { wait_ms: 900, at_once: true };
/// Whether an error says, in its text and in its field, that the outcome of a change is unknown.
fn has_unknown_outcome(error: &Error) -> bool {
    let is_stated = error.message.contains("whether the change was made is not known");
    assert_eq!(error.outcome_unknown, is_stated, "{error}");
    is_stated
}

#[test]
fn a_response_is_the_result_and_releases_the_permit() {
    let mut bench = Bench::list("{}");
    assert_eq!(bench.send(), "https://smsc.ru/sys/get.php");
    let body = bench.exchange.request().form.encode(bench.exchange.credentials());
    assert!(body.ends_with("&fmt=3&charset=utf-8&apikey=canary+key"), "{body}");
    assert_eq!(bench.row("connections").0, 1);
    bench.receive(200, "[]");
    bench.finish();
    assert_eq!(bench.row("connections").0, 0);
    assert_eq!(bench.row("history").0, 1);
    assert_eq!(bench.exchange.take_result().unwrap_err().code, ErrorCode::Internal);
}

#[test]
fn a_page_that_the_fast_reader_took_is_the_result() {
    let mut bench = Bench::list("{}");
    bench.send();
    bench.exchange.accept(bench.now, &mut bench.limits);
    bench.finish();
    assert_eq!((bench.row("connections").0, bench.row("history").0), (0, 1));
}

#[test]
fn retries_a_read_with_growing_delays() {
    let mut bench = Bench::list(r#"{"maxRetries":3,"rateLimit":"off"}"#);
    let mut delays = Vec::new();
    for status in [500, 502, 429] {
        bench.send();
        bench.receive(status, "<html>");
        delays.push(bench.wait());
    }
    assert_eq!(delays, [375, 750, 1500]);
    bench.send();
    bench.receive(503, "");
    let error = bench.error();
    assert_eq!((error.code, error.http_status, error.retryable), (ErrorCode::HttpStatus, Some(503), true));
}

#[test]
fn a_delay_grows_up_to_its_maximum() {
    let mut bench = Bench::list(r#"{"maxRetries":100,"rateLimit":"off"}"#);
    let mut delay = 0;
    for _ in 0..100 {
        bench.send();
        bench.receive(500, "");
        delay = bench.wait();
    }
    assert_eq!(delay, 6_000);
}

#[test]
fn retries_only_if_a_retry_may_succeed() {
    for (status, body, is_retried) in [
        (200, "", true),
        (200, "[{\"status\": 1,", true),
        (200, "ERROR = 9 (too many concurrent requests)", true),
        (404, "", false),
        (200, "<html>", false),
        (200, "hello", false),
        (200, "ERROR = 2 (x)", false),
        (200, "ERROR = 4 (x)", false),
    ] {
        let mut bench = Bench::list("{}");
        bench.send();
        bench.receive(status, body);
        let is_waiting = matches!(bench.next(), Step::Wait { reason: WaitReason::Retry, .. });
        assert_eq!(is_waiting, is_retried, "{status} {body}");
    }
}

#[test]
fn after_error_9_the_window_has_to_pass() {
    let mut bench = Bench::list("{}");
    bench.send();
    bench.receive(200, "ERROR = 9 (x)");
    assert_eq!(bench.wait(), 60_000);
    let mut bench = Bench::list(r#"{"rateLimit":"fail"}"#);
    bench.send();
    bench.receive(200, "ERROR = 9 (x)");
    let error = bench.error();
    assert_eq!((error.code, error.retry_after_ms), (ErrorCode::RateLimited, Some(60_000)));
}

#[test]
fn error_9_fills_the_window_for_others_and_a_second_one_the_next() {
    let mut bench = Bench::list("{}");
    bench.send();
    bench.receive(200, "ERROR = 9 (x)");
    assert_eq!(bench.row("history.identical"), (3, 60_000));
    assert_eq!(bench.row("history"), (1, 0));
    assert_eq!(bench.wait(), 60_000);
    bench.send();
    bench.receive(200, "ERROR = 9 (x)");
    assert_eq!(bench.row("history"), (30, 3_540_000));
    assert_eq!(bench.wait(), 3_600_000);
    bench.send();
    bench.receive(200, "[]");
    bench.finish();
}

#[test]
fn error_9_of_the_concurrent_kind_reduces_the_concurrency_for_a_minute() {
    let mut bench = Bench::list("{}");
    for now in 0..9 {
        bench.limits.force(&[], now);
    }
    bench.send();
    bench.receive(200, "ERROR = 9 (too many concurrent requests)");
    assert_eq!(bench.wait(), 375);
    assert_eq!(bench.next(), Step::Wait { ms: None, max_ms: None, reason: WaitReason::RateLimit });
    assert_eq!(bench.limits.next(bench.now), Next::In(60_000 - 375));
    for now in 0..6 {
        bench.limits.release(&[], now);
    }
    bench.send();
}

#[test]
fn a_shared_limiter_decides_and_gets_feedback() {
    let mut bench = Bench::list_of(WITH_LIMITER, "{}");
    let names: Vec<_> = bench.exchange.windows().iter().map(WindowKey::name).collect();
    assert!(names[0].starts_with("history.identical ") && names[1] == "history", "{names:?}");
    bench.acquired(deny(5_000));
    assert_eq!(bench.wait(), 5_000);
    bench.acquired(TOO_MANY);
    assert_eq!(bench.wait(), 900);
    bench.acquired(deny(0));
    assert_eq!(bench.wait(), MIN_ACQUIRE_INTERVAL_MS);
    bench.acquired(deny(3_600_000));
    assert_eq!(bench.wait(), MAX_ACQUIRE_INTERVAL_MS);
    bench.acquired(LimiterAnswer::Grant);
    bench.send();
    assert_eq!(bench.limits.report(bench.now).len(), 3);
    bench.receive(200, "ERROR = 9 (x)");
    assert_eq!(bench.exchange.take_feedback(), Some(Feedback::WindowFull(0)));
    assert_eq!(bench.exchange.take_feedback(), None);
    assert_eq!(bench.wait(), 60_000);
    bench.acquired(LimiterAnswer::Grant);
    bench.send();
    bench.receive(200, "ERROR = 9 (concurrent)");
    assert_eq!(bench.exchange.take_feedback(), Some(Feedback::TooManyConnections));
}

#[test]
fn a_shared_limiter_that_denies_fails_the_call_if_it_may_not_wait() {
    for (answer, code) in [(deny(5_000), ErrorCode::RateLimited), (TOO_MANY, ErrorCode::TooManyConnections)] {
        let mut bench = Bench::list_of(WITH_LIMITER, r#"{"rateLimit":"fail"}"#);
        bench.acquired(answer);
        let error = bench.error();
        assert_eq!((error.code, error.retryable), (code, true));
        assert_eq!(error.retry_after_ms, (code == ErrorCode::RateLimited).then_some(5_000));
    }
}

#[test]
fn a_shared_limiter_that_does_not_answer_twice_fails_the_call() {
    let mut bench = Bench::list_of(WITH_LIMITER, r#"{"timeoutMs":1000}"#);
    let ignore = |bench: &mut Bench| {
        assert_eq!(bench.next(), Step::Acquire);
        bench.now += bench.exchange.timeout_ms(bench.now);
        bench.exchange.unanswered(1_000, bench.now, &mut bench.limits);
    };
    ignore(&mut bench);
    assert_eq!(bench.wait(), MIN_ACQUIRE_INTERVAL_MS);
    // An answer starts the count anew.
    bench.acquired(deny(50));
    bench.wait();
    ignore(&mut bench);
    bench.wait();
    ignore(&mut bench);
    let error = bench.error();
    assert_eq!(error.code, ErrorCode::RateLimited);
    assert_eq!(error.to_string(), "`rateLimiter` did not answer within 2000 ms");
    assert!(bench.limits.is_idle(bench.now));
}

#[test]
fn a_shared_limiter_that_fails_is_asked_again_and_then_fails_the_call() {
    for mode in ["wait", "fail", "off"] {
        let mut bench = Bench::list_of(WITH_LIMITER, &format!(r#"{{"rateLimit":"{mode}"}}"#));
        for delay in [375, 750] {
            assert_eq!(bench.next(), Step::Acquire);
            bench.fail(Failure::Limiter);
            assert_eq!(bench.next(), Step::Wait { ms: Some(delay), max_ms: None, reason: WaitReason::Retry }, "{mode}");
            bench.now += delay;
        }
        assert_eq!(bench.next(), Step::Acquire);
        bench.fail(Failure::Limiter);
        let error = bench.error();
        assert_eq!((error.code, error.retryable, error.attempts), (ErrorCode::RateLimited, true, Some(0)));
        assert_eq!(error.to_string(), "`rateLimiter` failed: \"[redacted], ECONNRESET\"");
    }
}

#[test]
fn a_shared_limiter_that_failed_once_grants_the_retry() {
    let mut bench = Bench::list_of(WITH_LIMITER, "{}");
    assert_eq!(bench.next(), Step::Acquire);
    bench.fail(Failure::Limiter);
    bench.wait();
    bench.acquired(LimiterAnswer::Grant);
    bench.send();
}

#[test]
fn a_long_poll_needs_a_denial_if_the_wait_is_limited() {
    let may = |options: &str| {
        let mut bench = Bench::list_of(WITH_LIMITER, options);
        assert_eq!(bench.next(), Step::Acquire);
        let first = bench.exchange.may_long_poll();
        bench.exchange.acquired(TOO_MANY, bench.now, &mut bench.limits);
        (first, bench.exchange.may_long_poll())
    };
    assert_eq!(may("{}"), (true, true));
    assert_eq!(may(r#"{"maxRateLimitWaitMs":5000}"#), (false, true));
    assert_eq!(may(r#"{"rateLimit":"fail","maxRateLimitWaitMs":5000}"#), (false, true));
    assert_eq!(may(r#"{"rateLimit":"fail"}"#), (false, false));
    assert_eq!(may(r#"{"rateLimit":"off"}"#), (false, false));
}

#[test]
fn a_long_poll_that_ends_without_an_answer_is_a_denial() {
    let mut bench = Bench::list_of(WITH_LIMITER, r#"{"maxRateLimitWaitMs":5000,"timeoutMs":3000}"#);
    bench.acquired(LimiterAnswer::Deny { wait_ms: 0, at_once: true });
    assert_eq!(bench.wait(), MIN_ACQUIRE_INTERVAL_MS);
    for ms in [3_000, 1_960] {
        assert_eq!(bench.next(), Step::Acquire);
        assert_eq!(bench.exchange.answer_timeout_ms(bench.now), ms);
        bench.now += ms;
        bench.exchange.unanswered(ms, bench.now, &mut bench.limits);
        if ms == 3_000 {
            assert_eq!(bench.wait(), MIN_ACQUIRE_INTERVAL_MS);
        }
    }
    let error = bench.error();
    assert_eq!(error.code, ErrorCode::TooManyConnections);
    assert!(bench.limits.is_idle(bench.now));
}

#[test]
fn credentials_are_asked_for_before_each_attempt() {
    let mut bench = Bench::list_of(WITH_PROVIDER, "{}");
    bench.authorize("canary key");
    bench.send();
    bench.receive(500, "");
    bench.wait();
    bench.authorize("canary key");
    bench.send();
    bench.receive(200, "[]");
    bench.finish();
}

#[test]
fn credentials_that_grew_old_in_the_queue_are_asked_for_again_while_the_permit_is_held() {
    let mut bench = Bench::list_of(WITH_PROVIDER, "{}");
    bench.authorize("one");
    bench.fill_window();
    assert_eq!(bench.wait(), 60_000);
    // The permit is granted first, and another call cannot take it meanwhile.
    assert_eq!(bench.next(), Step::Authorize);
    assert_eq!((bench.row("history.identical").0, bench.row("connections").0), (1, 1));
    assert_eq!(bench.limits.next(bench.now), Next::Never);
    bench.now += 10_000;
    bench.authorize("one");
    bench.send();
    assert_eq!(bench.row("connections").0, 1);
    bench.receive(200, "[]");
    bench.finish();
    // Those that are fresh are not.
    let mut bench = Bench::list_of(WITH_PROVIDER, "{}");
    bench.authorize("one");
    bench.now += CREDENTIALS_FRESH_MS;
    bench.send();
}

#[test]
fn credentials_of_another_account_leave_the_permit_of_the_former_one() {
    let mut bench = Bench::list_of(WITH_PROVIDER, "{}");
    bench.authorize("one");
    bench.fill_window();
    bench.wait();
    bench.authorize("two");
    // As if it had never asked there.
    assert_eq!((bench.row("history.identical").0, bench.row("connections").0), (0, 0));
    assert!(bench.limits.is_idle(bench.now + 3_600_000));
    // The caller passes the limits of the new account from now on, in which other calls come first.
    bench.limits = RateLimits::default();
    bench.fill_window();
    assert_eq!(bench.wait(), 60_000);
    bench.authorize("two");
    bench.send();
    bench.receive(200, "[]");
    bench.finish();
    assert_eq!((bench.row("history.identical").0, bench.row("connections").0), (1, 0));
}

#[test]
fn credentials_of_another_account_leave_the_queue_of_the_former_one() {
    let mut bench = Bench::list_of(WITH_PROVIDER, "{}");
    bench.authorize("one");
    bench.fill_window();
    bench.wait_ms();
    assert_eq!(bench.limits.next(60_000), Next::Ready(1));
    bench.exchange.authorize(credentials("two"), bench.now, &mut bench.limits);
    assert_eq!(bench.limits.next(60_000), Next::Never);
    assert!(bench.limits.is_idle(3_600_000));
}

#[test]
fn the_permit_of_a_shared_limiter_counts_for_the_account_that_the_request_is_sent_for() {
    let mut bench = Bench::list_of(WITH_BOTH, "{}");
    bench.authorize("one");
    bench.acquired(deny(2_000));
    bench.wait();
    bench.acquired(LimiterAnswer::Grant);
    bench.authorize("two");
    assert!(bench.limits.is_idle(bench.now));
    bench.limits = RateLimits::default();
    bench.send();
    assert_eq!((bench.row("history").0, bench.row("connections").0), (1, 1));
    bench.receive(200, "[]");
    bench.finish();
    assert_eq!((bench.row("history").0, bench.row("connections").0), (1, 0));
}

#[test]
fn credentials_that_fail_or_hang_before_a_change_leave_no_doubt_about_its_outcome() {
    for (failure, code) in [(Failure::Timeout, ErrorCode::Timeout), (Failure::Credentials, ErrorCode::Unauthorized)] {
        let mut bench = Bench::removal_of(WITH_PROVIDER);
        assert_eq!(bench.next(), Step::Authorize);
        bench.fail(failure);
        let error = bench.error();
        assert_eq!((error.code, error.retryable), (code, false));
        assert!(!has_unknown_outcome(&error), "{error}");
        assert!(bench.limits.is_idle(bench.now));
    }
}

#[test]
fn a_permit_for_which_nothing_was_sent_counts_in_no_window() {
    let hold_permit = |options: &str| {
        let mut bench = Bench::list_of(WITH_PROVIDER, options);
        bench.authorize("one");
        bench.fill_window();
        bench.wait();
        assert_eq!(bench.next(), Step::Authorize);
        assert_eq!(bench.row("history").0, 4);
        bench
    };
    // The credentials fail.
    let mut bench = hold_permit("{}");
    bench.fail(Failure::Credentials);
    assert_eq!(bench.row("history").0, 3);
    bench.error();
    // They take until the time of the whole call is over.
    let mut bench = hold_permit(r#"{"totalTimeoutMs":70000}"#);
    bench.now = 70_000;
    assert_eq!(bench.error().code, ErrorCode::Timeout);
    assert_eq!((bench.row("history").0, bench.row("connections").0), (3, 0));
    // The call is given up.
    let mut bench = hold_permit("{}");
    bench.exchange.release(bench.now, &mut bench.limits);
    assert_eq!((bench.row("history").0, bench.row("connections").0), (3, 0));
}

#[test]
fn a_call_that_is_given_up_leaves_the_queue_or_releases_its_permit() {
    let mut bench = Bench::list("{}");
    bench.fill_window();
    bench.wait_ms();
    bench.exchange.release(bench.now, &mut bench.limits);
    assert_eq!(bench.limits.next(60_000), Next::Never);
    let mut bench = Bench::list("{}");
    bench.send();
    bench.exchange.release(bench.now, &mut bench.limits);
    // It may have reached the service.
    assert_eq!((bench.row("history").0, bench.row("connections").0), (1, 0));
    bench.exchange.release(bench.now, &mut bench.limits);
    assert_eq!((bench.row("history").0, bench.row("connections").0), (1, 0));
}

#[test]
fn a_clock_that_is_set_back_makes_no_delay_longer() {
    let mut wall = 3_600_000;
    let mut clock = Clock::new(wall, 0);
    let mut bench = Bench::list("{}");
    bench.now = clock.read(wall, 0);
    bench.send();
    bench.receive(503, "");
    let delay = bench.wait_ms();
    wall -= 3_000_000;
    bench.now = clock.read(wall, 0);
    assert_eq!(bench.wait_ms(), delay);
    bench.now = clock.read(wall + delay - 100, delay - 100);
    assert_eq!(bench.wait_ms(), 100);
    wall -= 600_000 - 50;
    bench.now = clock.read(wall, delay - 100);
    assert_eq!(bench.wait_ms(), 100);
    bench.now = clock.read(wall, delay);
    bench.send();
}

#[test]
fn a_retry_after_is_waited_for_up_to_the_maximum_delay() {
    let retry_after = |status: u16, ms: u64| Head { status, retry_after_ms: Some(ms) };
    let mut bench = Bench::list("{}");
    for ms in [7_000, 60_000] {
        bench.send();
        bench.receive_head(retry_after(503, ms), "");
        assert_eq!(bench.wait(), ms);
    }
    let mut bench = Bench::list("{}");
    bench.send();
    bench.receive_head(retry_after(503, 60_001), "");
    let error = bench.error();
    assert_eq!((error.code, error.retry_after_ms, error.retryable), (ErrorCode::HttpStatus, Some(60_001), true));
    assert_eq!(
        error.to_string(),
        "the service's host answered with HTTP status 503; a retry has to wait 60001 ms, longer than maxRetryDelayMs \
         (60000 ms)"
    );
    let mut bench = Bench::list(r#"{"maxRetries":0}"#);
    bench.send();
    bench.receive_head(retry_after(503, 7_000), "");
    let error = bench.error();
    assert_eq!((error.code, error.retry_after_ms, error.retryable), (ErrorCode::HttpStatus, Some(7_000), true));
}

#[test]
fn the_maximum_delay_shortens_other_delays() {
    for (max, delay) in [(0, 0), (200, 200), (400, 375)] {
        let mut bench = Bench::list_of(&format!(r#"{{"apiKey":"k","maxRetryDelayMs":{max}}}"#), "{}");
        bench.send();
        bench.receive(500, "");
        if delay > 0 {
            assert_eq!(bench.wait(), delay);
        }
        bench.send();
    }
    // The wait for a window after error 9 is none of them.
    let mut bench = Bench::list_of(r#"{"apiKey":"k","maxRetryDelayMs":0}"#, "{}");
    bench.send();
    bench.receive(200, "ERROR = 9 (x)");
    assert_eq!(bench.wait(), 60_000);
}

#[test]
fn status_429_is_a_rate_limit_in_every_mode() {
    for mode in ["wait", "fail", "off"] {
        let mut bench = Bench::list(&format!(r#"{{"rateLimit":"{mode}","maxRetries":1}}"#));
        let head = Head { status: 429, retry_after_ms: Some(7_000) };
        bench.send();
        bench.receive_head(head, "");
        if mode != "fail" {
            assert_eq!(bench.next(), Step::Wait { ms: Some(7_000), max_ms: None, reason: WaitReason::RateLimit });
            bench.wait();
            bench.send();
            bench.receive_head(head, "");
        }
        let error = bench.error();
        assert_eq!((error.code, error.http_status), (ErrorCode::RateLimited, Some(429)));
        assert_eq!((error.retry_after_ms, error.retryable), (Some(7_000), true));
    }
    let mut bench = Bench::list(r#"{"maxRateLimitWaitMs":6999}"#);
    bench.send();
    bench.receive_head(Head { status: 429, retry_after_ms: Some(7_000) }, "");
    assert_eq!((bench.error().code, bench.exchange.attempts()), (ErrorCode::RateLimited, 1));
}

#[test]
fn a_refusal_of_a_proxy_has_the_code_of_its_error() {
    let body = r#"{"error": "the proxy does not permit `senders.remove`", "error_code": 2}"#;
    for status in [400, 401, 403, 413, 499] {
        let mut bench = Bench::removal();
        bench.send();
        bench.receive(status, body);
        let error = bench.error();
        assert_eq!((error.code, error.http_status, error.api_code), (ErrorCode::Unauthorized, Some(status), None));
        let message = format!("\"the proxy does not permit `senders.remove`\" (HTTP status {status})");
        assert_eq!(error.message, message);
    }
    for status in [407, 408, 429, 500, 503] {
        let mut bench = Bench::removal();
        bench.send();
        bench.receive(status, body);
        let error = bench.error();
        assert_eq!((error.http_status, error.api_code), (Some(status), None));
        // A proxy that asks for authentication did not forward the request, and one request too many was refused.
        assert_eq!(has_unknown_outcome(&error), ![407, 429].contains(&status), "{error}");
    }
}

#[test]
fn a_refusal_of_a_file_is_read_to_its_end() {
    let mut bench = Bench::file();
    bench.send();
    let (head, mut decode) = (Head { status: 403, ..Head::default() }, bench.decode);
    let mut receive = |text: &str, is_complete| {
        bench.exchange.received(head, text, is_complete, &mut decode, (0, 0.5), &mut bench.limits)
    };
    assert_eq!(receive("{\"error\":", false), Body::Incomplete);
    assert_eq!(receive("{\"error\": \"no\", \"error_code\": 2}", true), Body::Read);
    assert_eq!(bench.error().code, ErrorCode::Unauthorized);
}

#[test]
fn only_an_error_of_the_service_without_a_secret_is_forwarded() {
    let forward = |status: u16, text: &str| {
        let form = Form::new("senders.php").with("del", "1");
        let request = Request { body_kind: BodyKind::Forwarded, ..Request::change(form, &[]) };
        let mut bench = Bench::new(WITH_KEY, request, SenderRef::decode, "{}");
        bench.send();
        bench.receive(status, text);
        bench.exchange.may_forward(text)
    };
    assert!(forward(200, "ERROR = 3 (not found)"));
    assert!(!forward(200, "ERROR = 3 (canary key)"));
    assert!(!forward(403, "ERROR = 3 (not found)"));
    assert!(!forward(502, "ERROR = 3 (not found)"));
}

#[test]
fn status_407_names_the_proxy() {
    let mut bench = Bench::list("{}");
    bench.send();
    bench.receive(407, "");
    let error = bench.error();
    assert_eq!((error.code, error.http_status, error.retryable), (ErrorCode::HttpStatus, Some(407), false));
    assert!(error.to_string().contains("proxy"), "{error}");
}

#[test]
fn a_wait_for_a_window_that_is_longer_than_permitted_rejects_at_once() {
    let full = |options: &str| {
        let mut bench = Bench::list(options);
        bench.fill_window();
        bench.now = 1_000;
        bench
    };
    for (options, why) in [
        (r#"{"maxRateLimitWaitMs":58999}"#, "longer than maxRateLimitWaitMs (58999 ms)"),
        (r#"{"totalTimeoutMs":60000}"#, "59000 ms are left of totalTimeoutMs (60000 ms)"),
        (r#"{"maxRateLimitWaitMs":0}"#, "longer than maxRateLimitWaitMs (0 ms)"),
    ] {
        let mut bench = full(options);
        let error = bench.error();
        assert_eq!((error.code, error.retry_after_ms), (ErrorCode::RateLimited, Some(59_000)), "{options}");
        assert_eq!((error.attempts, error.retryable), (Some(0), true));
        assert!(error.to_string().ends_with(why), "{error}");
        // It left the queue.
        assert_eq!(bench.limits.next(60_000), Next::Never);
    }
    for options in [r#"{"maxRateLimitWaitMs":59000}"#, r#"{"totalTimeoutMs":60001}"#] {
        let mut bench = full(options);
        assert_eq!(bench.wait(), 59_000, "{options}");
        bench.send();
    }
}

#[test]
fn a_wait_for_a_window_counts_from_its_beginning() {
    let mut bench = Bench::list(r#"{"maxRateLimitWaitMs":60000}"#);
    bench.fill_window();
    assert_eq!(bench.wait_ms(), 60_000);
    // Another program fills the window meanwhile.
    bench.now = 30_000;
    let windows = bench.exchange.windows().to_vec();
    bench.limits.force(&windows, bench.now);
    bench.limits.force(&windows, bench.now);
    bench.limits.force(&windows, bench.now);
    for _ in 0..3 {
        bench.limits.release(&windows, bench.now);
    }
    let error = bench.error();
    assert_eq!((error.code, error.retry_after_ms), (ErrorCode::RateLimited, Some(60_000)));
}

#[test]
fn the_wait_for_a_connection_may_be_limited() {
    let busy = |options: &str| {
        let mut bench = Bench::list(options);
        for now in 0..14 {
            bench.limits.force(&[], now);
        }
        bench
    };
    for mode in ["wait", "fail"] {
        let options = format!(r#"{{"rateLimit":"{mode}","maxRateLimitWaitMs":500}}"#);
        let mut bench = busy(&options);
        let wait = |ms: u64| Step::Wait { ms: None, max_ms: Some(ms), reason: WaitReason::RateLimit };
        assert_eq!(bench.next(), wait(500));
        bench.now = 400;
        assert_eq!(bench.next(), wait(100));
        bench.now = 500;
        let error = bench.error();
        assert_eq!((error.code, error.retry_after_ms, error.retryable), (ErrorCode::TooManyConnections, None, true));
        // A connection is free in time.
        let mut bench = busy(&options);
        bench.next();
        bench.now = 499;
        bench.limits.release(&[], bench.now);
        bench.send();
    }
    assert_eq!(busy(r#"{"rateLimit":"fail"}"#).error().code, ErrorCode::TooManyConnections);
    assert_eq!(busy(r#"{"rateLimit":"fail","maxRateLimitWaitMs":0}"#).error().code, ErrorCode::TooManyConnections);
    // With "fail", a full window is not waited for.
    let mut bench = Bench::list(r#"{"rateLimit":"fail","maxRateLimitWaitMs":3600000}"#);
    bench.fill_window();
    assert_eq!(bench.error().code, ErrorCode::RateLimited);
}

#[test]
fn a_wait_that_a_shared_limiter_asks_for_may_be_limited() {
    for options in [r#"{"maxRateLimitWaitMs":4999}"#, r#"{"totalTimeoutMs":5000}"#] {
        let mut bench = Bench::list_of(WITH_LIMITER, options);
        bench.acquired(deny(5_000));
        let error = bench.error();
        assert_eq!((error.code, error.retry_after_ms), (ErrorCode::RateLimited, Some(5_000)), "{options}");
    }
    // A long wait is asked about again earlier, but known at once.
    let mut bench = Bench::list_of(WITH_LIMITER, r#"{"maxRateLimitWaitMs":100000}"#);
    bench.acquired(deny(3_600_000));
    assert_eq!(bench.error().retry_after_ms, Some(3_600_000));
    for mode in ["wait", "fail"] {
        let options = format!(r#"{{"rateLimit":"{mode}","maxRateLimitWaitMs":1500}}"#);
        let mut bench = Bench::list_of(WITH_LIMITER, &options);
        bench.acquired(TOO_MANY);
        assert_eq!(bench.wait(), 900);
        bench.acquired(TOO_MANY);
        assert_eq!(bench.wait(), 600);
        bench.acquired(TOO_MANY);
        assert_eq!(bench.error().code, ErrorCode::TooManyConnections);
    }
}

#[test]
fn a_wait_after_error_9_may_be_limited() {
    for options in [r#"{"maxRateLimitWaitMs":59999}"#, r#"{"totalTimeoutMs":60000}"#] {
        let mut bench = Bench::list(options);
        bench.send();
        bench.receive(200, "ERROR = 9 (x)");
        let error = bench.error();
        assert_eq!((error.code, error.api_code), (ErrorCode::RateLimited, Some(9)), "{options}");
        assert_eq!((error.retry_after_ms, error.attempts), (Some(60_000), Some(1)));
    }
}

#[test]
fn a_time_out_has_the_status_of_the_attempt_before_it() {
    let mut bench = Bench::list(r#"{"totalTimeoutMs":12000,"timeoutMs":4000,"maxRetries":9,"rateLimit":"off"}"#);
    bench.send();
    bench.receive(503, "");
    let last = bench.exchange.last_error().unwrap();
    assert_eq!((last.http_status, last.attempts, last.endpoint.as_deref()), (Some(503), Some(1), Some("history")));
    bench.wait();
    bench.send();
    assert_eq!(bench.exchange.last_error(), None);
    bench.now += 4_000;
    bench.fail(Failure::Timeout);
    let last = bench.exchange.last_error().unwrap();
    assert_eq!((last.code, last.http_status, last.attempts), (ErrorCode::Timeout, Some(503), Some(2)));
    bench.wait();
    bench.send();
    bench.now += 4_000;
    bench.fail(Failure::Timeout);
    bench.wait();
    bench.send();
    bench.now = 12_000;
    bench.fail(Failure::Timeout);
    let error = bench.error();
    assert_eq!((error.code, error.http_status, error.attempts), (ErrorCode::Timeout, Some(503), Some(4)));
    assert!(error.to_string().contains("totalTimeoutMs (12000 ms)"), "{error}");
    // Its own, if the head came in time.
    let mut bench = Bench::list(r#"{"maxRetries":0}"#);
    bench.send();
    bench.exchange.head_received(502);
    bench.fail(Failure::Timeout);
    assert_eq!(bench.error().http_status, Some(502));
    let mut bench = Bench::list(r#"{"maxRetries":0}"#);
    bench.send();
    bench.exchange.head_received(200);
    bench.fail(Failure::Timeout);
    assert_eq!(bench.error().http_status, None);
}

#[test]
fn an_error_counts_the_attempts_that_were_sent() {
    let mut bench = Bench::list_of(WITH_PROVIDER, r#"{"maxRetries":5}"#);
    bench.authorize("one");
    bench.send();
    bench.receive(500, "");
    bench.wait();
    assert_eq!(bench.next(), Step::Authorize);
    bench.fail(Failure::Timeout);
    bench.wait();
    assert_eq!(bench.next(), Step::Authorize);
    bench.fail(Failure::Credentials);
    let error = bench.error();
    assert_eq!((error.code, error.attempts), (ErrorCode::Unauthorized, Some(1)));
    let mut bench = Bench::removal();
    bench.send();
    bench.receive(200, "ERROR = 5 (x)");
    assert_eq!(bench.error().attempts, Some(1));
}

#[test]
fn redacts_quotations_and_never_its_own_sentences() {
    for key in ["a", "error", "the", "service", "8"] {
        let client = format!(r#"{{"apiKey":"{key}"}}"#);
        let list = || Bench::list_of(&client, r#"{"maxRetries":0}"#);
        let mut bench = list();
        bench.send();
        bench.receive(200, r#"{"error": "authorise error", "error_code": 2}"#);
        let error = bench.error();
        let start = "wrong login, password or key, or an IP address outside the account's allow-list (error 2: ";
        assert!(error.code == ErrorCode::Unauthorized && error.to_string().starts_with(start), "{key}: {error}");
        let text = "authorise error".replace(key, "[redacted]");
        assert_eq!(error.api_message.as_deref(), Some(text.as_str()));
        let mut bench = list();
        bench.send();
        bench.receive(200, &format!("hello {key}"));
        let quoted = format!("hello {key}").replace(key, "[redacted]");
        assert_eq!(bench.error().to_string(), format!("the response is not JSON (at byte 0): \"{quoted}\""));
        for (status, message) in [
            (403, "the service's host answered with HTTP status 403"),
            (404, "the service's host has no script `get.php` (HTTP status 404), so nothing was run there"),
            (429, "the service's host accepts no more requests for now (HTTP status 429)"),
        ] {
            let mut bench = list();
            bench.send();
            bench.receive(status, "");
            assert_eq!(bench.error().to_string(), message);
        }
        let mut bench = list();
        bench.send();
        bench.exchange.failed(
            Failure::BadResponse,
            "a sentence with 8 words about the service",
            (0, 0.5),
            &mut bench.limits,
        );
        assert_eq!(bench.error().to_string(), "a sentence with 8 words about the service");
        let mut bench = list();
        bench.send();
        let origin = format!("https://{key}.example");
        bench.exchange.failed(Failure::Redirect, &origin, (0, 0.5), &mut bench.limits);
        let quoted = origin.replace(key, "[redacted]");
        let message =
            format!("the service's host redirected the request to \"{quoted}\", which does not get the credentials");
        assert_eq!(bench.error().to_string(), message);
        // An empty list stays one.
        let mut bench = list();
        bench.send();
        bench.receive(200, r#"{"error": "no messages", "error_code": 3}"#);
        bench.finish();
    }
}

#[test]
fn the_fallback_host_is_tried_once_after_the_first_connection_failure() {
    let mut bench = Bench::list("{}");
    bench.send();
    bench.fail(Failure::Connection);
    assert_eq!(bench.send(), "https://www2.smsc.ru/sys/get.php");
    bench.fail(Failure::Connection);
    bench.wait();
    assert_eq!(bench.send(), "https://smsc.ru/sys/get.php");
    // Whichever attempt fails first.
    let mut bench = Bench::list("{}");
    bench.send();
    bench.receive(500, "");
    bench.wait();
    assert_eq!(bench.send(), "https://smsc.ru/sys/get.php");
    bench.fail(Failure::Connection);
    assert_eq!(bench.send(), "https://www2.smsc.ru/sys/get.php");
    // Not after a failure of another kind.
    let mut bench = Bench::list("{}");
    bench.send();
    bench.fail(Failure::Timeout);
    bench.wait();
    assert_eq!(bench.send(), "https://smsc.ru/sys/get.php");
    let mut bench = Bench::list(r#"{"maxRetries":0}"#);
    bench.send();
    bench.fail(Failure::Connection);
    assert_eq!(bench.error().code, ErrorCode::Connection);
    let mut bench = Bench::list_of(r#"{"apiKey":"k","fallbackHost":false}"#, "{}");
    bench.send();
    bench.fail(Failure::Connection);
    assert_eq!(bench.wait(), 375);
    assert_eq!(bench.send(), "https://smsc.ru/sys/get.php");
}

#[test]
fn a_change_is_sent_once_whatever_the_outcome() {
    for failure in [Failure::Connection, Failure::Timeout, Failure::BadResponse] {
        let mut bench = Bench::removal();
        bench.send();
        bench.fail(failure);
        let error = bench.error();
        assert!(has_unknown_outcome(&error), "{error}");
        assert!(!error.retryable);
    }
    for (status, body) in [(500, ""), (200, ""), (200, "?"), (200, "ERROR = 9 (x)")] {
        let mut bench = Bench::removal();
        bench.send();
        bench.receive(status, body);
        bench.error();
    }
}

#[test]
fn the_whole_call_has_a_limited_time() {
    let mut bench = Bench::list(r#"{"totalTimeoutMs":400,"timeoutMs":5000}"#);
    assert_eq!(bench.next(), Step::Send { timeout_ms: 400 });
    bench.now = 400;
    bench.fail(Failure::Timeout);
    let error = bench.error();
    assert_eq!((error.code, error.attempts), (ErrorCode::Timeout, Some(1)));
    assert!(error.to_string().contains("totalTimeoutMs (400 ms)"), "{error}");
    // A delay that leaves no time for another attempt is not begun.
    let mut bench = Bench::list(r#"{"totalTimeoutMs":400,"timeoutMs":5000}"#);
    bench.send();
    bench.now = 300;
    bench.receive(500, "");
    let error = bench.error();
    assert_eq!((error.code, error.http_status), (ErrorCode::HttpStatus, Some(500)));
    assert_eq!((error.retry_after_ms, error.attempts), (Some(375), Some(1)));
    assert!(error.to_string().ends_with("and 100 ms are left of totalTimeoutMs (400 ms)"), "{error}");
    // The fallback host is tried without a delay.
    let mut bench = Bench::list(r#"{"totalTimeoutMs":400,"timeoutMs":5000}"#);
    bench.send();
    bench.now = 300;
    bench.fail(Failure::Connection);
    assert_eq!(bench.next(), Step::Send { timeout_ms: 100 });
    // In the queue, if its end is not known.
    let mut bench = Bench::list(r#"{"totalTimeoutMs":400}"#);
    for now in 0..14 {
        bench.limits.force(&[], now);
    }
    assert_eq!(bench.next(), Step::Wait { ms: None, max_ms: Some(400), reason: WaitReason::RateLimit });
    bench.now = 400;
    assert_eq!(bench.error().code, ErrorCode::Timeout);
    assert_eq!(bench.limits.next(60_000), Next::Never);
}

#[test]
fn no_error_holds_a_secret() {
    let mut bench = Bench::list(r#"{"maxRetries":0}"#);
    bench.send();
    bench.fail(Failure::Connection);
    let error = bench.error();
    assert_eq!(error.to_string(), "the connection failed: \"[redacted], ECONNRESET\"");
    assert_eq!(error.endpoint.as_deref(), Some("history"));
    let mut bench = Bench::list("{}");
    bench.send();
    bench.receive(200, "ERROR = 77 (no canary+key, no canary%20key)");
    assert_eq!(bench.error().api_message.as_deref(), Some("no [redacted], no [redacted]"));
    // A quotation around a fault in the middle of the response.
    for length in 0..200 {
        let text = format!("[\"{} canary key {}\"@]", "x".repeat(length), "y".repeat(200 - length));
        let mut bench = Bench::list(r#"{"maxRetries":0}"#);
        bench.send();
        bench.receive(200, &text);
        let error = bench.error().to_string();
        assert!(error.starts_with("the response is not JSON") && !error.contains("cana"), "{error}");
        assert!(error.contains("@]") && !error.contains(" key"), "{error}");
    }
    // Wherever the message is truncated, no part of a secret is left.
    for length in 0..400 {
        for response in
            [format!("{} canary key", "x".repeat(length)), format!("ERROR = 1 ({} canary+key)", "x".repeat(length))]
        {
            let mut bench = Bench::list(r#"{"maxRetries":0}"#);
            bench.send();
            bench.receive(200, &response);
            assert!(!bench.error().to_string().contains("cana"), "{response}");
        }
    }
}

#[test]
fn a_forbidden_request_fails_at_once_if_it_may_not_wait() {
    let mut bench = Bench::list(r#"{"rateLimit":"fail"}"#);
    bench.fill_window();
    bench.now = 1_000;
    let error = bench.error();
    assert_eq!((error.code, error.retry_after_ms), (ErrorCode::RateLimited, Some(59_000)));
    assert_eq!(bench.limits.next(bench.now), Next::Never);
    let mut bench = Bench::list(r#"{"rateLimit":"fail"}"#);
    for now in 0..14 {
        bench.limits.force(&[], now);
    }
    assert_eq!(bench.error().code, ErrorCode::TooManyConnections);
}

#[test]
fn a_call_without_limits_counts_for_the_others() {
    let mut bench = Bench::list(r#"{"rateLimit":"off"}"#);
    bench.fill_window();
    bench.send();
    assert_eq!((bench.row("history").0, bench.row("connections").0), (4, 1));
}

/// What the beginning of a file's response is taken for.
fn begin_file(text: &str, is_complete: bool) -> (Body, Bench) {
    let mut bench = Bench::file();
    bench.send();
    let (head, mut decode) = (Head { status: 200, ..Head::default() }, bench.decode);
    let body = bench.exchange.received(head, text, is_complete, &mut decode, (0, 0.5), &mut bench.limits);
    (body, bench)
}

#[test]
fn the_beginning_distinguishes_a_file_from_an_error() {
    for file in ["ID;Name\n1;2", "\x1f\u{2039}", "PK\x03\x04", "0;1"] {
        assert_eq!(begin_file(file, false).0, Body::File, "{file:?}");
    }
    assert_eq!(begin_file("", true).0, Body::File);
    for short in ["", "ERR", "ERROR = 5 (", "{\"error\":", "0,", "0, -5", "<result>", "<", " ERR"] {
        assert_eq!(begin_file(short, false).0, Body::Incomplete, "{short:?}");
    }
    for file in ["ERRORS;1\n", "{a};b\n", "0,5\n1,6", "<b>;c"] {
        assert_eq!(begin_file(file, true).0, Body::File, "{file:?}");
    }
    // An error is shorter.
    assert_eq!(begin_file(&format!("{{{}", " ".repeat(MAX_ERROR_LENGTH)), false).0, Body::File);
    for error in [
        "ERROR = 5 (not found)",
        "{\"error\":\"x\",\"error_code\":5}",
        "0,-5",
        "0, -5",
        "<result><error>x</error><error_code>5</error_code></result>",
    ] {
        let (body, mut bench) = begin_file(error, true);
        assert_eq!(body, Body::Read, "{error}");
        assert_eq!(bench.error().code, ErrorCode::NotFound);
    }
    let (body, mut bench) = begin_file("<!DOCTYPE html><html>", true);
    assert_eq!((body, bench.error().code), (Body::Read, ErrorCode::BadResponse));
}

#[test]
fn a_file_is_in_flight_until_it_ends_and_is_not_requested_again() {
    let (_, mut bench) = begin_file("ID;Name\n", false);
    assert_eq!(bench.row("connections").0, 1);
    let error = bench.exchange.file_failed(Failure::Connection, "canary key", 50, &mut bench.limits);
    assert_eq!(error.to_string(), "the connection failed: \"[redacted]\"");
    assert_eq!((error.code, error.retryable), (ErrorCode::Connection, true));
    assert_eq!(error.endpoint.as_deref(), Some("tasks"));
    assert_eq!(bench.row("connections").0, 0);
    let (_, mut bench) = begin_file("ID;Name\n", false);
    bench.exchange.release(50, &mut bench.limits);
    assert_eq!((bench.row("tasks.identical").0, bench.row("connections").0), (1, 0));
}

#[test]
fn a_call_that_is_over_stays_over_after_an_abort() {
    let mut bench = Bench::removal();
    bench.send();
    assert!(!bench.exchange.is_done());
    bench.receive(200, "OK");
    assert!(bench.exchange.is_done());
    bench.finish();
}

#[test]
fn an_abort_of_a_change_in_flight_leaves_its_outcome_unknown() {
    let aborted = || Error::new(ErrorCode::Aborted, "aborted");
    let mut bench = Bench::removal();
    assert_eq!(bench.exchange.aborted(aborted()).to_string(), "aborted");
    bench.send();
    let error = bench.exchange.aborted(aborted());
    assert!(has_unknown_outcome(&error), "{error}");
    assert_eq!((error.code, error.attempts), (ErrorCode::Aborted, Some(1)));
    let mut bench = Bench::list("{}");
    bench.send();
    assert_eq!(bench.exchange.aborted(aborted()).to_string(), "aborted");
}

#[test]
fn an_attempt_that_is_withdrawn_before_it_is_sent_counts_nowhere() {
    for client in [WITH_KEY, WITH_LIMITER] {
        let mut bench = Bench::list_of(client, "{}");
        if client == WITH_LIMITER {
            bench.acquired(LimiterAnswer::Grant);
        }
        bench.send();
        bench.exchange.withdraw(bench.now, &mut bench.limits);
        assert_eq!(bench.exchange.attempts(), 0);
        assert!(bench.limits.is_idle(bench.now));
    }
    let mut bench = Bench::removal();
    bench.send();
    bench.exchange.withdraw(bench.now, &mut bench.limits);
    assert!(!has_unknown_outcome(&bench.exchange.aborted(Error::new(ErrorCode::Aborted, "x"))));
}

#[test]
fn the_total_time_out_is_not_an_error_to_be_retried() {
    let is_plain = |bench: &mut Bench| {
        let error = bench.error();
        assert_eq!((error.code, error.retry_after_ms), (ErrorCode::Timeout, None));
        assert_eq!(error.to_string(), "the call took longer than totalTimeoutMs (400 ms)");
    };
    let options = r#"{"totalTimeoutMs":400,"maxRetries":9}"#;
    let mut bench = Bench::list(options);
    bench.send();
    bench.now = 400;
    bench.fail(Failure::Timeout);
    is_plain(&mut bench);
    for (client, step) in [(WITH_PROVIDER, Step::Authorize), (WITH_LIMITER, Step::Acquire)] {
        let mut bench = Bench::list_of(client, options);
        assert_eq!(bench.next(), step);
        bench.now = 400;
        bench.fail(Failure::Timeout);
        is_plain(&mut bench);
    }
}

#[test]
fn the_fallback_host_is_not_used_after_a_response() {
    for status in [200, 502] {
        let mut bench = Bench::list("{}");
        bench.send();
        bench.exchange.head_received(status);
        bench.fail(Failure::Connection);
        bench.wait();
        assert_eq!(bench.send(), "https://smsc.ru/sys/get.php");
        // A later failure without a response is the first of its kind.
        bench.fail(Failure::Connection);
        assert_eq!(bench.send(), "https://www2.smsc.ru/sys/get.php");
    }
}

#[test]
fn a_time_out_after_a_head_of_status_200_has_no_status_of_an_earlier_attempt() {
    let mut bench = Bench::list(r#"{"maxRetries":1}"#);
    bench.send();
    bench.receive(503, "");
    bench.wait();
    bench.send();
    bench.exchange.head_received(200);
    bench.fail(Failure::Timeout);
    let error = bench.error();
    assert_eq!((error.code, error.http_status), (ErrorCode::Timeout, None));
}

#[test]
fn http_status_429_is_not_waited_for_if_the_call_may_not_wait() {
    let mut bench = Bench::list(r#"{"rateLimit":"fail"}"#);
    bench.send();
    bench.receive_head(Head { status: 429, retry_after_ms: Some(1_000) }, "");
    let error = bench.error();
    assert_eq!((error.code, error.retry_after_ms, error.attempts), (ErrorCode::RateLimited, Some(1_000), Some(1)));
}

#[test]
fn a_retry_that_the_windows_forbid_for_too_long_is_not_waited_for() {
    for (options, why) in [
        (r#"{"rateLimit":"fail"}"#, " for the service's rate limits"),
        (r#"{"maxRateLimitWaitMs":1000}"#, " for the service's rate limits, longer than maxRateLimitWaitMs (1000 ms)"),
        (r#"{"totalTimeoutMs":5000}"#, ", and 5000 ms are left of totalTimeoutMs (5000 ms)"),
    ] {
        let mut bench = Bench::list(options);
        bench.send();
        bench.fill_window();
        bench.receive(503, "");
        let error = bench.error();
        let message = format!("the service's host answered with HTTP status 503; a retry has to wait 60000 ms{why}");
        assert_eq!(error.to_string(), message, "{options}");
        assert_eq!((error.code, error.http_status), (ErrorCode::HttpStatus, Some(503)));
        assert_eq!(error.retry_after_ms, Some(60_000));
    }
    for options in ["{}", r#"{"rateLimit":"off"}"#] {
        let mut bench = Bench::list(options);
        bench.send();
        bench.fill_window();
        bench.receive(503, "");
        assert_eq!(bench.wait(), 375, "{options}");
    }
    // A shared limiter is asked after the delay. Its refusal keeps the status.
    let mut bench = Bench::list_of(WITH_LIMITER, r#"{"rateLimit":"fail"}"#);
    bench.acquired(LimiterAnswer::Grant);
    bench.send();
    bench.receive(503, "");
    bench.wait();
    bench.acquired(deny(5_000));
    let error = bench.error();
    assert_eq!((error.code, error.http_status), (ErrorCode::RateLimited, Some(503)));
}

#[test]
fn a_shared_limiter_is_asked_again_before_the_call_may_wait_no_longer() {
    for options in [r#"{"totalTimeoutMs":10}"#, r#"{"maxRateLimitWaitMs":10}"#] {
        let mut bench = Bench::list_of(WITH_LIMITER, options);
        bench.acquired(deny(5));
        assert_eq!(bench.wait(), 5, "{options}");
        bench.acquired(deny(0));
        assert_eq!(bench.wait(), 1);
        bench.acquired(LimiterAnswer::Grant);
        bench.send();
    }
}

#[test]
fn a_shared_limiter_that_does_not_answer_is_waited_for_as_long_as_the_call_may_wait() {
    for (options, ms) in [
        (r#"{"rateLimit":"fail","timeoutMs":5000}"#, 5_000),
        (r#"{"maxRateLimitWaitMs":2000,"timeoutMs":5000}"#, 2_000),
        (r#"{"maxRateLimitWaitMs":0,"timeoutMs":5000}"#, MIN_ANSWER_MS),
        (r#"{"maxRateLimitWaitMs":9000,"timeoutMs":5000}"#, 5_000),
    ] {
        let mut bench = Bench::list_of(WITH_LIMITER, options);
        assert_eq!(bench.next(), Step::Acquire);
        assert_eq!(bench.exchange.answer_timeout_ms(bench.now), ms, "{options}");
        bench.now += ms;
        bench.exchange.unanswered(ms, bench.now, &mut bench.limits);
        assert_eq!(bench.error().to_string(), format!("`rateLimiter` did not answer within {ms} ms"));
    }
}

#[test]
fn a_refusal_tells_how_many_requests_are_in_flight() {
    let mut bench = Bench::list(r#"{"rateLimit":"fail"}"#);
    bench.limits.force(&[], 0);
    bench.limits.reduce_concurrency(0);
    assert_eq!(bench.error().to_string(), "too many requests of this account are in flight at once (1)");
    let mut bench = Bench::list_of(WITH_LIMITER, r#"{"rateLimit":"fail"}"#);
    bench.acquired(TOO_MANY);
    assert_eq!(bench.error().to_string(), "too many requests of this account are in flight at once");
}

#[test]
fn the_kind_of_error_9_does_not_depend_on_the_secret() {
    let mut bench = Bench::list_of(r#"{"apiKey":"e"}"#, r#"{"maxRetries":0}"#);
    bench.send();
    bench.receive(200, "ERROR = 9 (too many concurrent requests)");
    assert_eq!(bench.error().code, ErrorCode::TooManyConnections);
}
