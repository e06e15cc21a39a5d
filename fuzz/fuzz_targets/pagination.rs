//! An iteration over a made-up account, interrupted and resumed on later days while messages arrive: every message that
//! existed at its beginning comes once, newest first, and no request is needless.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smsc_wasm::client::pagination::{Paginator, Position, Scan};
use smsc_wasm::protocol::date::Day;

const PAGE_SIZE: u64 = 3;
const FIRST_DAY: i64 = 18_000;

fn date(day: i64) -> Day {
    Day::at_instant(day * 86_400_000).expect("a day")
}

/// The service's response: ids, newest first; and the number that was asked for.
fn respond(position: Position, all: &[(u64, i64)]) -> (Vec<u64>, usize) {
    let Position { start, end, cursor, limit } = position;
    assert!(start.zip(end).is_none_or(|(start, end)| start <= end && start.plus_days(184) > end), "a period too long");
    let before = cursor.map(|cursor| cursor.parse::<u64>().expect("an id"));
    let size = usize::try_from(limit).expect("a small number");
    let found = all.iter().rev().filter(|(id, day)| {
        let day = date(*day);
        start.is_none_or(|start| start <= day)
            && end.is_none_or(|end| day <= end)
            && before.is_none_or(|before| *id < before)
    });
    (found.map(|(id, _)| *id).take(size).collect(), size)
}

fuzz_target!(|data: &[u8]| {
    let Some((&[flags, start, length, limit, initial], rest)) = data.split_first_chunk() else { return };
    // Each byte is a message some days after the previous one; the remaining bytes say what happens after each page.
    let (days, events) = rest.split_at(rest.len().min(40));
    let mut day = FIRST_DAY;
    let mut all: Vec<(u64, i64)> = Vec::new();
    for byte in days {
        day += i64::from(byte & 0x3F).saturating_sub(40).max(0) * if byte & 0x40 == 0 { 1 } else { 15 };
        all.push((all.len() as u64 + 1, day));
    }
    let mut today = day + i64::from(flags >> 5);
    // The first request may be sent after midnight.
    let prepared_on = today - i64::from(flags >> 4 & 1);

    let start = (flags & 1 == 1).then(|| FIRST_DAY + i64::from(start) * 4);
    let end = (flags & 2 == 2).then(|| start.unwrap_or(FIRST_DAY) + i64::from(length) * 5);
    let limit = (flags & 4 == 4).then(|| u64::from(limit) + 1);
    let initial = (flags & 8 == 8).then(|| u64::from(initial));
    let query = Scan { start: start.map(date), end: end.map(date), cursor: None, limit, page_size: PAGE_SIZE };

    let is_wanted = |id: u64, day: i64| {
        initial.is_none_or(|initial| id < initial)
            && start.is_none_or(|start| start <= day)
            && end.is_none_or(|end| day <= end)
    };
    let mut wanted: Vec<u64> = all.iter().rev().filter(|(id, day)| is_wanted(*id, *day)).map(|(id, _)| *id).collect();
    wanted.truncate(limit.map_or(usize::MAX, |limit| usize::try_from(limit).expect("a small number")));

    let first = Scan { cursor: initial.map(|initial| initial.to_string()), ..query.clone() };
    let mut pages = Paginator::new(first, date(prepared_on)).expect("an iteration");
    let (mut received, mut requests) = (Vec::new(), 0);
    let mut events = events.iter();
    while let Some(position) = pages.position(date(today)) {
        let (page, size) = respond(position, &all);
        let is_full = page.len() == size;
        let next_cursor = page.last().filter(|_| is_full).map(ToString::to_string);
        let length = page.len() as u64;
        let cursor = pages.accept(length, length, next_cursor.as_deref()).expect("no page repeats");
        received.extend(page);
        requests += 1;
        let event = events.next().copied().unwrap_or_default();
        // Until the last day of a period is over, messages that arrive belong to it.
        let arriving = if end.is_none_or(|end| end <= day) { event & 3 } else { 0 };
        for _ in 0..arriving {
            all.push((all.len() as u64 + 1, today.max(day)));
        }
        today += i64::from(event >> 4) * 9;
        if event & 4 == 4 {
            let Some(cursor) = cursor else { break };
            let resumed = Scan { cursor: Some(cursor), ..query.clone() };
            pages = Paginator::new(resumed, date(today)).expect("its own cursor is accepted");
        } else if cursor.is_none() {
            assert_eq!(pages.position(date(today)), None);
        }
    }
    assert_eq!(received, wanted);
    let days = start.map_or(0, |start| (end.unwrap_or(day + 15) - start).max(0) + 1);
    assert!(requests <= wanted.len() as i64 / PAGE_SIZE as i64 + days / 180 + 1, "{requests} requests");
});
