//! An iteration over one or two streams of a made-up account, interrupted and resumed on later days while messages arrive: every
//! message that existed at its beginning comes once, newest first, and no request is needless.
#![no_main]

use std::collections::HashMap;

use libfuzzer_sys::fuzz_target;
use smsc_wasm::client::item_key::{ItemId, ItemKey};
use smsc_wasm::client::iteration::{ItemIndex, Iteration, IterationQuery};
use smsc_wasm::client::pagination::{Period, Position};
use smsc_wasm::protocol::day::Day;

const PAGE_SIZE: u64 = 3;
const FIRST_DAY: i64 = 18_000;

struct Sent {
    id: u64,
    day: i64,
    stream: usize,
}

fn date(day: i64) -> Day {
    Day::at_instant(day * 86_400_000).expect("a day")
}

/// The service's response: messages of a stream, newest first.
fn respond(stream: usize, position: Position, all: &[Sent]) -> Vec<ItemKey> {
    let Position { start, end, cursor, limit } = position;
    assert!(start.zip(end).is_none_or(|(start, end)| start <= end && start.plus_days(184) > end), "a period too long");
    let before = cursor.map(|cursor| cursor.parse::<u64>().expect("an id"));
    let size = usize::try_from(limit).expect("a small number");
    let found = all.iter().rev().filter(|sent| {
        let day = date(sent.day);
        sent.stream == stream
            && start.is_none_or(|start| start <= day)
            && end.is_none_or(|end| day <= end)
            && before.is_none_or(|before| sent.id < before)
    });
    // A message of id 5, 10, … has no time.
    let timestamp = |sent: &Sent| (!sent.id.is_multiple_of(5)).then_some(sent.day * 86_400);
    found.map(|sent| ItemKey { id: ItemId::Number(sent.id), timestamp: timestamp(sent) }).take(size).collect()
}

fuzz_target!(|data: &[u8]| {
    let Some((&[flags, start, length, limit, initial], rest)) = data.split_first_chunk() else { return };
    // Each byte is a message some days after the previous one; the remaining bytes say what happens after each page.
    let (days, events) = rest.split_at(rest.len().min(40));
    let stream_count = if limit & 0x80 == 0 { 1 } else { 2 };
    let mut day = FIRST_DAY;
    let mut all: Vec<Sent> = Vec::new();
    for byte in days {
        day += i64::from(byte & 0x3F).saturating_sub(40).max(0) * if byte & 0x40 == 0 { 1 } else { 15 };
        all.push(Sent { id: all.len() as u64 + 1, day, stream: usize::from(byte >> 7) % stream_count });
    }
    let mut today = day + i64::from(flags >> 5);
    // The first request may be sent after midnight.
    let prepared_on = today - i64::from(flags >> 4 & 1);

    let start = (flags & 1 == 1).then(|| FIRST_DAY + i64::from(start) * 4);
    let end = (flags & 2 == 2).then(|| start.unwrap_or(FIRST_DAY) + i64::from(length) * 5);
    let limit = (flags & 4 == 4).then(|| u64::from(limit & 0x7F) + 1);
    // Ids of later messages are greater.
    let initial = (flags & 8 == 8).then(|| u64::from(initial).min(all.len() as u64 + 1));
    let period = Period { start: start.map(date), end: end.map(date) };
    let query = IterationQuery { stream_count, period, limit, page_size: PAGE_SIZE, ..IterationQuery::default() };

    let is_wanted = |sent: &&Sent| {
        initial.is_none_or(|initial| sent.id < initial)
            && start.is_none_or(|start| start <= sent.day)
            && end.is_none_or(|end| sent.day <= end)
    };
    let wanted: Vec<u64> = all.iter().rev().filter(is_wanted).map(|sent| sent.id).collect();
    let size = limit.map_or(wanted.len(), |limit| wanted.len().min(usize::try_from(limit).expect("a small number")));

    let first = IterationQuery { cursor: initial.map(|initial| initial.to_string()), ..query.clone() };
    let mut pages = Iteration::new(first, date(prepared_on)).expect("an iteration");
    let (mut received, mut requests, mut is_resumed) = (Vec::new(), 0, false);
    let mut requested = [false; 2];
    let mut held: HashMap<usize, Vec<ItemKey>> = HashMap::new();
    let mut events = events.iter();
    while let Some((stream, position)) = pages.next_request(date(today)) {
        assert!(pages.take().is_empty(), "a request ahead of need");
        let page = respond(stream, position, &all);
        let last_id = page.last().map(|item| item.id.text());
        held.insert(stream, page.clone());
        pages.accept(stream, page, last_id.as_deref()).expect("no page repeats");
        let taken = pages.take();
        requested[stream] = true;
        // A page of a merged iteration that gives nothing is no point to interrupt it.
        let can_resume = stream_count == 1 || !taken.is_empty();
        for ItemIndex { stream, index } in taken {
            let items = &held[&stream];
            received.push(items[usize::try_from(index).expect("an index")].id.text().parse::<u64>().expect("an id"));
        }
        requests += 1;
        let event = events.next().copied().unwrap_or_default();
        // Until the last day of a period is over, messages that arrive belong to it. Those that arrive between the first requests
        // of two streams belong to the iteration.
        let has_begun = requested[..stream_count].iter().all(|requested| *requested);
        let arriving = if has_begun && end.is_none_or(|end| end <= day) { event & 3 } else { 0 };
        for _ in 0..arriving {
            let id = all.len() as u64 + 1;
            all.push(Sent { id, day: today.max(day), stream: usize::from(event >> 3 & 1) % stream_count });
        }
        today += i64::from(event >> 4) * 9;
        if event & 4 == 4 && can_resume {
            let Some(cursor) = pages.next_cursor() else { break };
            is_resumed = true;
            let resumed = IterationQuery { cursor: Some(cursor), ..query.clone() };
            pages = Iteration::new(resumed, date(today)).expect("its own cursor is accepted");
        } else if pages.next_cursor().is_none() {
            assert_eq!(pages.next_request(date(today)), None);
        }
    }
    assert_eq!(received.len(), size);
    if stream_count == 1 {
        assert_eq!(received, wanted[..size]);
    } else {
        let mut sorted = received.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), received.len(), "a message came twice");
        assert!(received.iter().all(|id| wanted.contains(id)));
    }
    if !is_resumed || stream_count == 1 {
        let days = start.map_or(0, |start| (end.unwrap_or(day + 15) - start).max(0) + 1);
        let windows = (days / 180 + 1) * stream_count as i64;
        assert!(requests <= wanted.len() as i64 / PAGE_SIZE as i64 + windows, "{requests} requests");
    }
});
