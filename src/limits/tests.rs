use proptest::prelude::*;

use super::*;
use world::{Event, Request, World, keys};

#[path = "world.rs"]
mod world;

/// Sends and gets its reply at once.
fn send(limits: &mut Limits, rules: Rules, n: u32, now: u64) -> Answer {
    let keys = keys(rules, n);
    let answer = limits.ask(1_000_000, &keys, now);
    match answer {
        Answer::Go => limits.done(&keys, now),
        Answer::Wait { .. } => limits.leave(1_000_000),
    }
    answer
}

fn wait(ms: u64) -> Answer {
    Answer::Wait { ms: Some(ms) }
}

#[test]
fn three_identical_a_minute_and_thirty_an_hour() {
    let mut limits = Limits::default();
    for second in 0..3 {
        assert_eq!(send(&mut limits, &HISTORY, 1, second * 1000), Answer::Go);
    }
    assert_eq!(send(&mut limits, &HISTORY, 1, 3_000), wait(57_000));
    for n in 2..29 {
        assert_eq!(send(&mut limits, &HISTORY, n, 3_000), Answer::Go);
    }
    assert_eq!(send(&mut limits, &HISTORY, 99, 60_000), wait(3_540_000));
    assert_eq!(send(&mut limits, &HISTORY, 99, 3_600_000), Answer::Go);
}

#[test]
fn a_place_is_free_a_window_after_the_reply_and_not_after_the_request() {
    let mut limits = Limits::default();
    let keys = keys(&TASKS, 1);
    for ticket in 1..=3 {
        assert_eq!(limits.ask(ticket, &keys, 0), Answer::Go);
    }
    // At the soonest: a reply that came now would count from now on.
    assert_eq!(limits.ask(4, &keys, 5), wait(60_000));
    assert_eq!(limits.turn(5), Turn::In(60_000));
    assert_eq!(limits.ask(5, &keys, 5), wait(60_000));
    limits.leave(5);
    limits.done(&keys, 1_000);
    assert_eq!(limits.turn(1_000), Turn::In(60_000));
    assert_eq!(limits.ask(4, &keys, 1_000), wait(60_000));
    assert_eq!(limits.turn(61_000), Turn::Of(4));
    assert_eq!(limits.ask(4, &keys, 61_000), Answer::Go);
}

#[test]
fn who_stands_far_behind_is_told_so() {
    let mut limits = Limits::default();
    let keys = keys(&TASKS, 1);
    limits.take(&keys, 0);
    limits.done(&keys, 10_000);
    let told: Vec<_> = (1..=9).map(|ticket| limits.ask(ticket, &keys, 20_000)).collect();
    let expected = [
        Answer::Go,
        Answer::Go,
        wait(50_000),
        wait(60_000),
        wait(60_000),
        wait(110_000),
        wait(120_000),
        wait(120_000),
        wait(170_000),
    ];
    assert_eq!(told, expected);
}

#[test]
fn first_come_first_served_in_a_shared_window_only() {
    let mut limits = Limits::default();
    for _ in 0..5 {
        assert_eq!(send(&mut limits, &SENDERS_ADD, 1, 0), Answer::Go);
    }
    let add = keys(&SENDERS_ADD, 2);
    assert_eq!(limits.ask(1, &add, 10), wait(59_990));
    assert_eq!(limits.ask(2, &add, 10), wait(59_990));
    assert_eq!(send(&mut limits, &TASKS, 1, 10), Answer::Go);
    limits.leave(1);
    assert_eq!(limits.ask(2, &add, 60_000), Answer::Go);
}

#[test]
fn fewer_than_fifteen_at_once_and_the_first_in_line_goes_first() {
    let mut limits = Limits::default();
    for ticket in 1..=14 {
        assert_eq!(limits.ask(ticket, &[], 0), Answer::Go);
    }
    let at_once = Answer::Wait { ms: None };
    assert_eq!(limits.ask(15, &[], 0), at_once);
    assert_eq!(limits.ask(16, &[], 0), at_once);
    limits.done(&[], 5);
    assert_eq!(limits.ask(17, &[], 5), at_once);
    assert_eq!(limits.turn(5), Turn::Of(15));
    assert_eq!(limits.ask(15, &[], 5), Answer::Go);
    assert_eq!(limits.turn(5), Turn::Nobody);
}

#[test]
fn the_report_shows_the_fullest_window_of_a_name() {
    let mut limits = Limits::default();
    assert_eq!(limits.report(0), []);
    for n in [1, 1, 1, 2] {
        send(&mut limits, &HISTORY, n, 1_000);
    }
    let rows = limits.report(2_000);
    let row = |scope| rows.iter().find(|row| row.scope == scope).map(|row| (row.used, row.limit, row.free_in_ms));
    assert_eq!(row("history.identical"), Some((3, 3, 59_000)));
    assert_eq!(row("history"), Some((4, 30, 0)));
    assert_eq!(row("connections"), Some((0, 14, 0)));
}

#[test]
fn a_clock_that_is_set_back_makes_no_window_longer() {
    let mut limits = Limits::default();
    for _ in 0..3 {
        send(&mut limits, &TASKS, 1, 10_000_000);
    }
    limits.squeeze(10_000_000);
    let add = keys(&SENDERS_ADD, 1);
    limits.take(&add, 10_000_000);
    assert_eq!(limits.ask(1, &add, 1_000), Answer::Wait { ms: None });
    assert_eq!(limits.turn(1_000), Turn::In(60_000));
    assert_eq!(send(&mut limits, &TASKS, 1, 1_000), wait(60_000));
    assert_eq!(limits.turn(61_000), Turn::Of(1));
    assert_eq!(send(&mut limits, &TASKS, 1, 61_000), Answer::Go);
}

#[test]
fn memory_is_bounded_whatever_is_asked() {
    let mut limits = Limits::default();
    for n in 0..10_000 {
        limits.take(&keys(&HISTORY, n % 7_000), u64::from(n) * 1_000);
        limits.done(&keys(&HISTORY, n % 7_000), u64::from(n) * 1_000);
    }
    assert!(limits.windows.len() < 300, "{}", limits.windows.len());
    assert!(limits.windows.iter().all(|window| window.places.len() <= 30));
    assert!(limits.is_idle(100_000_000));
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => (0usize..5, 0u32..3, 0u64..3_000, 0u64..3_000).prop_map(|(kind, n, there, back)| Event::Call { kind, n, there, back }),
        2 => any::<usize>().prop_map(Event::Abort),
        2 => any::<usize>().prop_map(Event::Break),
        1 => (0usize..5, 0u32..3, 0usize..2).prop_map(|(kind, n, window)| Event::Refused { kind, n, window }),
        1 => Just(Event::Squeezed),
        4 => (0u64..100_000).prop_map(Event::Tick),
        1 => (0u64..2_000_000_000).prop_map(Event::SetBack),
    ]
}

proptest! {
    #[test]
    fn the_service_never_refuses_and_every_call_ends(events in proptest::collection::vec(event(), 1..120)) {
        let mut world = World::default();
        for event in events {
            world.happens(event);
        }
        world.ends();
    }

    /// Ten of one kind at once: each goes in the moment that the window allows, none later.
    #[test]
    fn nobody_waits_longer_than_the_windows_ask(count in 1usize..20, back in 0u64..2_000) {
        let mut world = World::default();
        for _ in 0..count {
            world.call(Request { keys: keys(&TASKS, 0), there: 0, back });
        }
        let waves = count.div_ceil(3) as u64;
        let needed = (waves - 1) * (60_000 + back);
        world.pass(needed);
        prop_assert_eq!(world.sent, count);
    }
}
