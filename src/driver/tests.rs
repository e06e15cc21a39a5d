use super::*;
use crate::{
    history,
    input::{Fields, parse},
    senders,
};

const SETTINGS: &str = r#"{"apiKey":"canary key","region":"ru"}"#;

fn call(make: fn(&Fields) -> Result<Call>, json: &str) -> Call {
    let values = parse(json, ErrorCode::InvalidParameter, "it").unwrap();
    make(&Fields::new(&values, ErrorCode::InvalidParameter)).unwrap()
}

struct Bench {
    client: Settings,
    driver: Driver,
    limits: Limits,
    now: u64,
}

impl Bench {
    fn new(call: Call, options: &str) -> Self {
        Self::of(Settings::check(SETTINGS, false).unwrap(), call, options)
    }

    fn of(client: Settings, call: Call, options: &str) -> Self {
        let options = parse(options, ErrorCode::InvalidOption, "it").unwrap();
        let settings = client.call.with(&Fields::new(&options, ErrorCode::InvalidOption)).unwrap();
        let driver = Driver::new(call, &client, settings, 1, 0);
        Self { client, driver, limits: Limits::default(), now: 0 }
    }

    fn list(options: &str) -> Self {
        Self::new(call(history::list, "{}"), options)
    }

    fn removal() -> Self {
        Self::new(call(senders::remove, r#"{"id":5}"#), "{}")
    }

    fn next(&mut self) -> Step {
        self.driver.next(self.now, &mut self.limits)
    }

    /// Waits as long as it is told to, and says how long that was.
    fn rest(&mut self) -> u64 {
        let Step::Wait { ms: Some(ms), .. } = self.next() else { panic!("no wait") };
        self.now += ms;
        ms
    }

    fn sends(&mut self) -> String {
        assert!(matches!(self.next(), Step::Send { .. }));
        self.driver.request(&self.client).split('\n').nth(1).unwrap().into()
    }

    fn reply(&mut self, status: u64, body: &str) {
        let head = Head { status, ..Head::default() };
        assert_eq!(self.driver.replied(&head, body, true, self.now, 0.5, &mut self.limits), Reply::Read);
    }

    fn fails(&mut self, failure: Failure) {
        self.driver.failed(failure, false, "canary key, ECONNRESET", self.now, 0.5, &mut self.limits);
    }

    fn error(&mut self) -> Error {
        assert_eq!(self.next(), Step::Failed);
        self.driver.take_result().unwrap_err()
    }
}

fn credentials() -> Credentials {
    let key = parse(r#"{"apiKey":"canary key"}"#, ErrorCode::Unauthorized, "it").unwrap();
    Credentials::take(&Fields::new(&key, ErrorCode::Unauthorized)).unwrap()
}

#[test]
fn a_reply_is_the_result_and_no_place_is_kept() {
    let mut bench = Bench::list("{}");
    assert_eq!(bench.sends(), "https://smsc.ru/sys/get.php");
    assert!(bench.driver.request(&bench.client).ends_with("&fmt=3&charset=utf-8&apikey=canary+key"));
    bench.reply(200, "[]");
    assert_eq!(bench.next(), Step::Done);
    assert_eq!(bench.driver.take_result().unwrap(), "[]");
    assert_eq!(bench.limits.report(0).iter().find(|row| row.scope == "connections").unwrap().used, 0);
}

#[test]
fn a_read_is_tried_again_with_growing_pauses_and_then_fails() {
    let mut bench = Bench::list(r#"{"maxRetries":3,"limits":"off"}"#);
    let mut pauses = Vec::new();
    for status in [500, 502, 429] {
        bench.sends();
        bench.reply(status, "<html>");
        pauses.push(bench.rest());
    }
    assert_eq!(pauses, [375, 750, 1500]);
    bench.sends();
    bench.reply(503, "");
    let error = bench.error();
    assert_eq!((error.code, error.http_status, error.retryable), (ErrorCode::HttpStatus, Some(503), true));
}

#[test]
fn what_is_worth_another_try() {
    for (status, body, again) in [
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
        bench.sends();
        bench.reply(status, body);
        assert_eq!(matches!(bench.next(), Step::Wait { reason: WaitReason::Retry, .. }), again, "{status} {body}");
    }
}

#[test]
fn after_a_nine_the_window_passes_first() {
    let mut bench = Bench::list("{}");
    bench.sends();
    bench.reply(200, "ERROR = 9 (x)");
    assert_eq!(bench.rest(), 60_000);
    let mut bench = Bench::list(r#"{"limits":"fail"}"#);
    bench.sends();
    bench.reply(200, "ERROR = 9 (x)");
    assert_eq!(bench.error().code, ErrorCode::RateLimited);
}

#[test]
fn a_nine_fills_the_window_for_others_and_a_second_one_the_next() {
    let mut bench = Bench::list("{}");
    bench.sends();
    bench.reply(200, "ERROR = 9 (x)");
    let row = |bench: &mut Bench, scope| {
        let rows = bench.limits.report(bench.now);
        rows.iter().find(|row| row.scope == scope).map(|row| (row.used, row.free_in_ms)).unwrap()
    };
    assert_eq!(row(&mut bench, "history.identical"), (3, 60_000));
    assert_eq!(row(&mut bench, "history"), (1, 0));
    assert_eq!(bench.rest(), 60_000);
    bench.sends();
    bench.reply(200, "ERROR = 9 (x)");
    assert_eq!(row(&mut bench, "history"), (30, 3_540_000));
    assert_eq!(bench.rest(), 3_600_000);
    bench.sends();
    bench.reply(200, "[]");
    assert_eq!(bench.next(), Step::Done);
}

#[test]
fn a_nine_of_the_concurrent_kind_leaves_room_to_others_for_a_minute() {
    let mut bench = Bench::list("{}");
    for n in 0..9 {
        bench.limits.take(&[], n);
    }
    bench.sends();
    bench.reply(200, "ERROR = 9 (too many concurrent requests)");
    assert_eq!(bench.rest(), 375);
    assert_eq!(bench.next(), Step::Wait { ms: None, reason: WaitReason::Limit });
    for n in 0..6 {
        bench.limits.done(&[], n);
    }
    bench.sends();
}

#[test]
fn a_shared_limiter_is_asked_and_taught() {
    let mut client = Settings::check(SETTINGS, false).unwrap();
    client.shared_limits = true;
    let mut bench = Bench::of(client, call(history::list, "{}"), "{}");
    assert_eq!(bench.next(), Step::Ask);
    let question = bench.driver.question();
    assert!(question.starts_with(r#"[{"key":"history.identical "#), "{question}");
    assert!(question.ends_with(r#"{"key":"history","most":30,"windowMs":3600000}]"#));
    bench.driver.answered(Some(5_000), false, 0, &mut bench.limits);
    assert_eq!(bench.rest(), 5_000);
    assert_eq!(bench.next(), Step::Ask);
    bench.driver.answered(Some(0), true, bench.now, &mut bench.limits);
    assert_eq!(bench.rest(), SHORTEST_ASK_MS);
    bench.driver.answered(None, false, bench.now, &mut bench.limits);
    bench.sends();
    assert_eq!(bench.limits.report(bench.now).len(), 3);
    bench.reply(200, "ERROR = 9 (x)");
    assert_eq!(bench.driver.lesson(), Some(Lesson::Full(0)));
    assert_eq!(bench.driver.lesson(), None);
    assert_eq!(bench.rest(), 60_000);
    assert_eq!(bench.next(), Step::Ask);
}

#[test]
fn credentials_of_a_function_are_asked_for_before_each_attempt_and_after_each_wait() {
    let mut client = Settings::check(SETTINGS, false).unwrap();
    client.provider = true;
    let mut bench = Bench::of(client, call(history::list, "{}"), "{}");
    assert_eq!(bench.next(), Step::Authorize);
    bench.driver.authorize(credentials());
    bench.sends();
    bench.reply(500, "");
    bench.rest();
    assert_eq!(bench.next(), Step::Authorize);
    bench.driver.authorize(credentials());
    bench.sends();
    bench.reply(200, "[]");
    assert_eq!(bench.next(), Step::Done);
}

#[test]
fn a_clock_that_is_set_back_makes_no_pause_longer() {
    let mut bench = Bench::list("{}");
    bench.now = 3_600_000;
    bench.sends();
    bench.reply(503, "");
    let wait = |bench: &mut Bench| match bench.next() {
        Step::Wait { ms: Some(ms), .. } => ms,
        step => panic!("{step:?}"),
    };
    let pause = wait(&mut bench);
    bench.now -= 3_000_000;
    assert_eq!(wait(&mut bench), pause);
    bench.now += pause - 100;
    assert_eq!(wait(&mut bench), 100);
    bench.now -= 600_000 - 50;
    assert_eq!(wait(&mut bench), 100);
    bench.now += 100;
    bench.sends();
}

#[test]
fn retry_after_is_obeyed() {
    let mut bench = Bench::list("{}");
    bench.sends();
    let head = Head { status: 503, retry_after_ms: Some(7_000) };
    bench.driver.replied(&head, "", true, 0, 0.5, &mut bench.limits);
    assert_eq!(bench.rest(), 7_000);
}

#[test]
fn the_reserve_host_gets_one_try_after_a_failed_connection_only() {
    let mut bench = Bench::list("{}");
    bench.sends();
    bench.fails(Failure::Connection);
    assert_eq!(bench.sends(), "https://www2.smsc.ru/sys/get.php");
    bench.fails(Failure::Connection);
    bench.rest();
    assert_eq!(bench.sends(), "https://smsc.ru/sys/get.php");
    let mut bench = Bench::list("{}");
    bench.sends();
    bench.fails(Failure::Timeout);
    bench.rest();
    assert_eq!(bench.sends(), "https://smsc.ru/sys/get.php");
    let mut bench = Bench::list(r#"{"maxRetries":0}"#);
    bench.sends();
    bench.fails(Failure::Connection);
    assert_eq!(bench.error().code, ErrorCode::Connection);
}

#[test]
fn a_change_is_sent_once_whatever_comes_of_it() {
    for failure in [Failure::Connection, Failure::Timeout] {
        let mut bench = Bench::removal();
        bench.sends();
        bench.fails(failure);
        let error = bench.error();
        assert!(error.to_string().contains("whether the change was made is not known"), "{error}");
        assert!(!error.retryable);
    }
    for (status, body) in [(500, ""), (200, ""), (200, "?"), (200, "ERROR = 9 (x)")] {
        let mut bench = Bench::removal();
        bench.sends();
        bench.reply(status, body);
        bench.error();
    }
}

#[test]
fn the_whole_call_has_its_time() {
    let mut bench = Bench::list(r#"{"totalTimeoutMs":400,"timeoutMs":5000}"#);
    assert_eq!(bench.next(), Step::Send { timeout_ms: 400 });
    bench.now = 300;
    bench.reply(500, "");
    assert_eq!(bench.rest(), 100);
    let error = bench.error();
    assert_eq!(error.code, ErrorCode::Timeout);
    assert!(error.to_string().contains("totalTimeoutMs (400 ms)"), "{error}");
}

#[test]
fn no_error_holds_a_secret() {
    let mut bench = Bench::list(r#"{"maxRetries":0}"#);
    bench.sends();
    bench.fails(Failure::Connection);
    let error = bench.error();
    assert_eq!(error.to_string(), "the connection failed: \"[redacted], ECONNRESET\"");
    let mut bench = Bench::list("{}");
    bench.sends();
    bench.reply(200, "ERROR = 77 (no canary+key, no canary%20key)");
    assert_eq!(bench.error().api_message.as_deref(), Some("no [redacted], no [redacted]"));
    // Wherever the message ends, no part of a secret is left there.
    for length in 0..400 {
        for reply in
            [format!("{} canary key", "x".repeat(length)), format!("ERROR = 1 ({} canary+key)", "x".repeat(length))]
        {
            let mut bench = Bench::list(r#"{"maxRetries":0}"#);
            bench.sends();
            bench.reply(200, &reply);
            assert!(!bench.error().to_string().contains("cana"), "{reply}");
        }
    }
}

#[test]
fn a_forbidden_request_fails_at_once_where_that_is_wished() {
    let mut limits = Limits::default();
    for _ in 0..3 {
        let mut bench = Bench::list("{}");
        bench.limits = limits;
        bench.sends();
        bench.reply(200, "[]");
        limits = bench.limits;
    }
    let mut bench = Bench::list(r#"{"limits":"fail"}"#);
    bench.limits = limits;
    bench.now = 1_000;
    let error = bench.error();
    assert_eq!((error.code, error.retry_after_ms), (ErrorCode::RateLimited, Some(59_000)));
}

#[test]
fn the_beginning_tells_a_file_from_an_error() {
    let begin = |text: &str, whole| {
        let mut bench = Bench::new(call(crate::tasks::file, r#"{"id":5}"#), r#"{"maxRetries":0}"#);
        bench.sends();
        let head = Head { status: 200, ..Head::default() };
        (bench.driver.replied(&head, text, whole, 0, 0.5, &mut bench.limits), bench)
    };
    for file in ["ID;Name\n1;2", "\x1f\u{2039}", "PK\x03\x04", "0;1"] {
        assert_eq!(begin(file, false).0, Reply::File, "{file:?}");
    }
    assert_eq!(begin("", true).0, Reply::File);
    for short in ["", "ERR", "ERROR = 5 (", "{\"error\":", "0,", "0, -5", "<result>", "<", " ERR"] {
        assert_eq!(begin(short, false).0, Reply::More, "{short:?}");
    }
    for file in ["ERRORS;1\n", "{a};b\n", "0,5\n1,6", "<b>;c"] {
        assert_eq!(begin(file, true).0, Reply::File, "{file:?}");
    }
    for error in [
        "ERROR = 5 (not found)",
        "{\"error\":\"x\",\"error_code\":5}",
        "0,-5",
        "0, -5",
        "<result><error>x</error><error_code>5</error_code></result>",
    ] {
        let (seen, mut bench) = begin(error, true);
        assert_eq!(seen, Reply::Read, "{error}");
        assert_eq!(bench.error().code, ErrorCode::NotFound);
    }
    let (seen, mut bench) = begin("<!DOCTYPE html><html>", true);
    assert_eq!((seen, bench.error().code), (Reply::Read, ErrorCode::BadReply));
}
