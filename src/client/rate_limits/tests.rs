use std::cell::Cell;

use proptest::prelude::*;

use super::*;
use crate::protocol::form::Form;
use rules::ALL_RULES;
use world::{Event, Request, World, windows};

#[path = "world.rs"]
mod world;

thread_local! {
    /// How often two window keys were compared: the work of the limits, whatever the machine.
    pub static COMPARISONS: Cell<usize> = const { Cell::new(0) };
}

/// The result, and the comparisons that it took.
fn counted<T>(run: impl FnOnce() -> T) -> (T, usize) {
    let before = COMPARISONS.get();
    let result = run();
    (result, COMPARISONS.get() - before)
}

/// Sends a request whose response comes at once.
fn send(limits: &mut RateLimits, rules: Rules, number: u32, now: u64) -> Decision {
    let keys = windows(rules, number);
    let decision = limits.acquire(1_000_000, &keys, now);
    match decision {
        Decision::Grant => limits.release(&keys, now),
        Decision::Deny { .. } => limits.leave(1_000_000),
    }
    decision
}

fn deny(ms: u64) -> Decision {
    Decision::Deny { retry_after_ms: Some(ms) }
}

const TOO_MANY: Decision = Decision::Deny { retry_after_ms: None };

/// The requests that count in a limit, and the milliseconds until another one fits.
fn row(limits: &mut RateLimits, name: &str, now: u64) -> Option<(usize, u64)> {
    let rows = limits.report(now);
    rows.iter().find(|row| row.name == name).map(|row| (row.used, row.reset_ms))
}

#[test]
fn three_identical_requests_a_minute_and_thirty_an_hour() {
    let mut limits = RateLimits::default();
    for second in 0..3 {
        assert_eq!(send(&mut limits, &HISTORY, 1, second * 1000), Decision::Grant);
    }
    assert_eq!(send(&mut limits, &HISTORY, 1, 3_000), deny(57_000));
    for number in 2..29 {
        assert_eq!(send(&mut limits, &HISTORY, number, 3_000), Decision::Grant);
    }
    assert_eq!(send(&mut limits, &HISTORY, 99, 60_000), deny(3_540_000));
    assert_eq!(send(&mut limits, &HISTORY, 99, 3_600_000), Decision::Grant);
}

#[test]
fn a_request_counts_until_a_window_after_its_response() {
    let mut limits = RateLimits::default();
    let keys = windows(&TASKS, 1);
    for id in 1..=3 {
        assert_eq!(limits.acquire(id, &keys, 0), Decision::Grant);
    }
    // At the earliest: a response that came now would count from now.
    assert_eq!(limits.acquire(4, &keys, 5), deny(60_000));
    assert_eq!(limits.next(5), Next::In(60_000));
    assert_eq!(limits.acquire(5, &keys, 5), deny(60_000));
    limits.leave(5);
    limits.release(&keys, 1_000);
    assert_eq!(limits.next(1_000), Next::In(60_000));
    assert_eq!(limits.acquire(4, &keys, 1_000), deny(60_000));
    assert_eq!(limits.next(61_000), Next::Ready(4));
    assert_eq!(limits.acquire(4, &keys, 61_000), Decision::Grant);
}

#[test]
fn a_later_request_of_the_queue_is_told_to_wait_longer() {
    let mut limits = RateLimits::default();
    let keys = windows(&TASKS, 1);
    limits.force(&keys, 0);
    limits.release(&keys, 10_000);
    let decisions: Vec<_> = (1..=9).map(|id| limits.acquire(id, &keys, 20_000)).collect();
    let expected = [
        Decision::Grant,
        Decision::Grant,
        deny(50_000),
        deny(60_000),
        deny(60_000),
        deny(110_000),
        deny(120_000),
        deny(120_000),
        deny(170_000),
    ];
    assert_eq!(decisions, expected);
}

#[test]
fn requests_queue_in_order_in_a_shared_window_only() {
    let mut limits = RateLimits::default();
    for _ in 0..5 {
        assert_eq!(send(&mut limits, &SENDERS_ADD, 1, 0), Decision::Grant);
    }
    let add = windows(&SENDERS_ADD, 2);
    assert_eq!(limits.acquire(1, &add, 10), deny(59_990));
    assert_eq!(limits.acquire(2, &add, 10), deny(59_990));
    assert_eq!(send(&mut limits, &TASKS, 1, 10), Decision::Grant);
    limits.leave(1);
    assert_eq!(limits.acquire(2, &add, 60_000), Decision::Grant);
}

#[test]
fn fewer_than_fifteen_requests_are_in_flight_and_the_first_of_the_queue_is_next() {
    let mut limits = RateLimits::default();
    for id in 1..=14 {
        assert_eq!(limits.acquire(id, &[], 0), Decision::Grant);
    }
    assert_eq!(limits.acquire(15, &[], 0), TOO_MANY);
    assert_eq!(limits.acquire(16, &[], 0), TOO_MANY);
    limits.release(&[], 5);
    assert_eq!(limits.acquire(17, &[], 5), TOO_MANY);
    assert_eq!(limits.next(5), Next::Ready(15));
    assert_eq!(limits.acquire(15, &[], 5), Decision::Grant);
    assert_eq!(limits.next(5), Next::Never);
}

#[test]
fn a_cancelled_permit_counts_in_no_window() {
    let mut limits = RateLimits::default();
    let keys = windows(&HISTORY, 1);
    for id in 1..=3 {
        assert_eq!(limits.acquire(id, &keys, 0), Decision::Grant);
    }
    assert_eq!(limits.acquire(4, &keys, 0), deny(60_000));
    limits.cancel(&keys, 10);
    assert_eq!(limits.next(10), Next::Ready(4));
    assert_eq!(row(&mut limits, "history.identical", 10), Some((2, 0)));
    assert_eq!(row(&mut limits, "connections", 10), Some((2, 0)));
}

#[test]
fn the_report_shows_the_fullest_window_of_a_name() {
    let mut limits = RateLimits::default();
    assert_eq!(limits.report(0), []);
    for number in [1, 1, 1, 2] {
        send(&mut limits, &HISTORY, number, 1_000);
    }
    assert_eq!(row(&mut limits, "history.identical", 2_000), Some((3, 59_000)));
    assert_eq!(row(&mut limits, "history", 2_000), Some((4, 0)));
    assert_eq!(row(&mut limits, "connections", 2_000), Some((0, 0)));
    let rows = limits.report(2_000);
    let limit = |name| rows.iter().find(|row| row.name == name).map(|row| (row.limit, row.window_ms));
    assert_eq!(limit("history.identical"), Some((3, 60_000)));
    assert_eq!(limit("history"), Some((30, 3_600_000)));
    assert_eq!(limit("connections"), Some((14, 0)));
    limits.reduce_concurrency(2_000);
    let connections = |limits: &mut RateLimits, now| limits.report(now).last().map(|row| row.limit);
    assert_eq!(connections(&mut limits, 61_999), Some(1));
    assert_eq!(connections(&mut limits, 62_000), Some(14));
}

#[test]
fn a_clock_that_is_set_back_makes_no_window_longer() {
    let mut limits = RateLimits::default();
    for _ in 0..3 {
        send(&mut limits, &TASKS, 1, 10_000_000);
    }
    limits.reduce_concurrency(10_000_000);
    let add = windows(&SENDERS_ADD, 1);
    limits.force(&add, 10_000_000);
    assert_eq!(limits.acquire(1, &add, 1_000), TOO_MANY);
    assert_eq!(limits.next(1_000), Next::In(60_000));
    assert_eq!(send(&mut limits, &TASKS, 1, 1_000), deny(60_000));
    assert_eq!(limits.next(61_000), Next::Ready(1));
    assert_eq!(send(&mut limits, &TASKS, 1, 61_000), Decision::Grant);
}

#[test]
fn a_clock_that_jumps_forward_and_back_does_not_forget_requests() {
    let mut limits = RateLimits::default();
    for _ in 0..3 {
        send(&mut limits, &HISTORY, 1, 10_000);
    }
    let tasks = windows(&TASKS, 2);
    limits.force(&tasks, 10_000);
    assert_eq!(row(&mut limits, "history", 90_000_000), Some((0, 0)));
    // Other requests come and go meanwhile.
    send(&mut limits, &HISTORY, 2, 90_000_000);
    limits.release(&tasks, 90_000_000);
    assert_eq!(send(&mut limits, &HISTORY, 1, 20_000), deny(50_000));
    assert_eq!(row(&mut limits, "history", 20_000), Some((4, 0)));
    // A response that came during the jump counts from now.
    assert_eq!(row(&mut limits, "tasks.identical", 20_000), Some((1, 0)));
    assert_eq!(row(&mut limits, "tasks.identical", 79_999), Some((1, 0)));
    assert_eq!(row(&mut limits, "tasks.identical", 80_000), Some((0, 0)));
}

#[test]
fn requests_of_another_instance_count() {
    let mut limits = RateLimits::default();
    let keys = windows(&TASKS, 1);
    limits.count(&keys, Some(40_000), 50_000);
    // A clock that differs from that of the other instance makes no window longer.
    limits.count(&keys, Some(99_000), 50_000);
    limits.count(&keys, None, 50_000);
    assert_eq!(row(&mut limits, "connections", 50_000), Some((1, 0)));
    assert_eq!(limits.acquire(1, &keys, 50_000), deny(50_000));
    assert_eq!(limits.acquire(1, &keys, 100_000), Decision::Grant);
    assert_eq!(limits.acquire(2, &keys, 100_000), deny(10_000));
    limits.release(&keys, 105_000);
    limits.release(&keys, 105_000);
    assert_eq!(limits.acquire(2, &keys, 110_000), Decision::Grant);
    // No more than the limit are remembered, whatever is counted.
    for _ in 0..1_000 {
        limits.count(&keys, Some(105_000), 110_000);
    }
    assert!(limits.windows.iter().all(|window| window.requests.len() <= 3));
}

#[test]
fn a_rejection_fills_its_window() {
    let mut limits = RateLimits::default();
    let keys = windows(&HISTORY, 1);
    send(&mut limits, &HISTORY, 1, 0);
    limits.observe_rejection(&keys[0], 30_000);
    assert_eq!(row(&mut limits, "history.identical", 30_000), Some((3, 30_000)));
    assert_eq!(row(&mut limits, "history", 30_000), Some((1, 0)));
    limits.observe_rejection(&keys[1], 30_000);
    assert_eq!(row(&mut limits, "history", 30_000), Some((30, 3_570_000)));
    // Those that ended long ago make way.
    limits.observe_rejection(&keys[0], 500_000);
    assert_eq!(row(&mut limits, "history.identical", 500_000), Some((3, 60_000)));
}

#[test]
fn rules_are_found_by_their_name() {
    for rules in ALL_RULES {
        assert!(core::ptr::eq(rules_named(rules_name(rules)), rules), "{}", rules_name(rules));
    }
    for name in ["", "nothing", "history", rules_name(&[])] {
        assert!(rules_named(name).is_empty(), "{name}");
    }
}

#[test]
fn identical_requests_share_a_window_on_every_machine() {
    let names = |number: &str| {
        let identity = Form::new("get.php").with("n", number.to_owned()).identity();
        WindowKey::of(&HISTORY, identity).iter().map(WindowKey::name).collect::<Vec<_>>()
    };
    assert_eq!(names("1"), names("1"));
    assert_ne!(names("1"), names("2"));
    // Other versions of the package, which share a limiter, use the same names.
    assert_eq!(names("1"), ["history.identical 7247675678829597673", "history"]);
}

#[test]
fn a_long_queue_takes_linear_work_per_pass_and_none_per_removal() {
    // The hourly window is full with 30 requests; identical ones share no other window.
    let work = |count: u32| {
        let mut limits = RateLimits::default();
        for number in 0..30 {
            assert_eq!(send(&mut limits, &HISTORY, number, 0), Decision::Grant);
        }
        for id in 0..count {
            assert_ne!(limits.acquire(id, &windows(&HISTORY, 100 + id), 0), Decision::Grant);
        }
        let (_, last) = counted(|| limits.acquire(count, &windows(&HISTORY, 100 + count), 0));
        let (decision, other) = counted(|| send(&mut limits, &TASKS, 0, 0));
        assert_eq!(decision, Decision::Grant);
        let (next, pass) = counted(|| limits.next(0));
        assert_eq!(next, Next::In(3_600_000));
        let ((), removals) = counted(|| (0..=count).for_each(|id| limits.leave(id)));
        assert_eq!(removals, 0);
        assert!(limits.queue.is_empty() && limits.queued_keys.is_empty());
        [last, other, pass]
    };
    for (small, large) in work(200).into_iter().zip(work(400)) {
        assert!(small > 0 && large <= 2 * small, "{small} and {large} comparisons");
    }
}

#[test]
fn a_removed_request_holds_no_window_and_a_later_one_keeps_its_rank() {
    let mut limits = RateLimits::default();
    let (first, second) = (windows(&TASKS, 1), windows(&TASKS, 2));
    for id in 0..3 {
        assert_eq!(limits.acquire(id, &first, 0), Decision::Grant);
        limits.release(&first, 0);
    }
    for id in 10..14 {
        assert_eq!(limits.acquire(id, &first, 0), deny(if id < 13 { 60_000 } else { 120_000 }));
    }
    limits.leave(10);
    // The key of another window may take over an index, but not that of one with waiters.
    limits.force(&second, 0);
    limits.observe_rejection(&second[0], 0);
    assert_eq!(limits.acquire(20, &second, 0), deny(60_000));
    assert_eq!(limits.acquire(13, &first, 0), deny(60_000));
    limits.leave(20);
    assert_eq!(limits.acquire(21, &windows(&TASKS, 3), 0), Decision::Grant);
    for id in 11..14 {
        assert_eq!(limits.next(60_000), Next::Ready(id));
        assert_eq!(limits.acquire(id, &first, 60_000), Decision::Grant);
    }
    assert!(limits.queue.is_empty() && limits.queued_keys.is_empty());
}

#[test]
fn memory_is_bounded_whatever_is_requested() {
    let mut limits = RateLimits::default();
    for number in 0..10_000 {
        let now = u64::from(number) * 1_000;
        limits.force(&windows(&HISTORY, number % 7_000), now);
        limits.release(&windows(&HISTORY, number % 7_000), now);
    }
    assert!(limits.windows.len() < 300, "{}", limits.windows.len());
    assert!(limits.windows.iter().all(|window| window.requests.len() <= 30));
    assert!(limits.is_idle(100_000_000));
}

fn event() -> impl Strategy<Value = Event> {
    let call =
        (0usize..5, 0u32..3, 0u64..3_000, 0u64..3_000).prop_map(|(endpoint, number, transit_ms, response_ms)| {
            Event::Call { endpoint, number, transit_ms, response_ms }
        });
    let window_full = (0usize..5, 0u32..3, 0usize..2).prop_map(|(endpoint, number, window)| Event::WindowFull {
        endpoint,
        number,
        window,
    });
    prop_oneof![
        8 => call,
        2 => any::<usize>().prop_map(Event::Leave),
        1 => any::<usize>().prop_map(Event::Cancel),
        2 => any::<usize>().prop_map(Event::Abort),
        1 => window_full,
        1 => Just(Event::TooManyConnections),
        4 => (0u64..100_000).prop_map(Event::Advance),
        1 => (0u64..2_000_000_000).prop_map(Event::JumpAndReturn),
        1 => (0u64..2_000_000_000).prop_map(Event::SetBack),
    ]
}

proptest! {
    #[test]
    fn the_service_never_rejects_and_every_call_ends(events in proptest::collection::vec(event(), 1..120)) {
        let mut world = World::default();
        for event in events {
            world.apply(event);
        }
        world.finish();
    }

    /// Several identical requests at once: each is sent as soon as the window allows it.
    #[test]
    fn no_request_waits_longer_than_its_windows_require(count in 1usize..20, response_ms in 0u64..2_000) {
        let mut world = World::default();
        for _ in 0..count {
            world.call(Request { windows: windows(&TASKS, 0), transit_ms: 0, response_ms });
        }
        let waves = count.div_ceil(3) as u64;
        world.advance_to((waves - 1) * (60_000 + response_ms));
        prop_assert_eq!(world.sent, count);
    }
}
