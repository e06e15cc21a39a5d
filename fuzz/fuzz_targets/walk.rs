//! A walk over a made-up account, broken off and taken up again on later days while messages arrive: every message that was
//! there when it began comes once, newest first, and none is fetched in vain.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smsc_wasm::day::Day;
use smsc_wasm::form::Form;
use smsc_wasm::json::{self, Object, Value, field};
use smsc_wasm::walk::Walk;

const PAGE: u64 = 3;
const FIRST_DAY: i64 = 18_000;

fn date(day: i64) -> Day {
    Day::at_instant(day * 86_400_000).expect("a day")
}

/// What the service answers to a leg, which sets part of the user's query: ids, newest first; and how many were asked for.
fn answer(leg: &Object, query: &Form, all: &[(u64, i64)]) -> (Vec<u64>, usize) {
    let text = |name: &str| match field(leg, name) {
        Some(Value::Text(text) | Value::Number(text)) => Some(text.as_str()),
        _ => None,
    };
    let day = |name: &str| text(name).or(query.get(name)).and_then(Day::parse);
    let number = |name: &str| text(name).map(|text| text.parse::<u64>().expect("a number"));
    let (start, end, before) = (day("start"), day("end"), number("cursor"));
    assert!(start.zip(end).is_none_or(|(start, end)| start <= end && start.plus_days(184) > end), "a period too long");
    let size = usize::try_from(number("limit").expect("a size")).expect("a small one");
    let found = all.iter().rev().filter(|(id, day)| {
        let day = date(*day);
        start.is_none_or(|start| start <= day)
            && end.is_none_or(|end| day <= end)
            && before.is_none_or(|before| *id < before)
    });
    (found.map(|(id, _)| *id).take(size).collect(), size)
}

fuzz_target!(|data: &[u8]| {
    let Some((&[flags, start, length, limit, from], rest)) = data.split_first_chunk() else { return };
    // Each byte is a message so many days after the one before; the other bits say what happens after each page.
    let (days, breaks) = rest.split_at(rest.len().min(40));
    let mut day = FIRST_DAY;
    let mut all: Vec<(u64, i64)> = Vec::new();
    for byte in days {
        day += i64::from(byte & 0x3F).saturating_sub(40).max(0) * if byte & 0x40 == 0 { 1 } else { 15 };
        all.push((all.len() as u64 + 1, day));
    }
    let mut today = day + i64::from(flags >> 5);
    // The first request may be sent after midnight.
    let planned = today - i64::from(flags >> 4 & 1);

    let mut query = Form::new("");
    let start = (flags & 1 == 1).then(|| FIRST_DAY + i64::from(start) * 4);
    let end = (flags & 2 == 2).then(|| start.unwrap_or(FIRST_DAY) + i64::from(length) * 5);
    for (name, day) in [("start", start), ("end", end)] {
        if let Some(day) = day {
            query.set(name, date(day).text());
        }
    }
    let limit = (flags & 4 == 4).then(|| u64::from(limit) + 1);
    if let Some(limit) = limit {
        query.set("cnt", limit.to_string());
    }
    let from = (flags & 8 == 8).then(|| u64::from(from));
    let begun = from.map_or_else(|| query.clone(), |from| query.clone().with("prev_id", from.to_string()));

    let is_wanted = |id: u64, day: i64| {
        from.is_none_or(|from| id < from) && start.is_none_or(|start| start <= day) && end.is_none_or(|end| day <= end)
    };
    let mut wanted: Vec<u64> = all.iter().rev().filter(|(id, day)| is_wanted(*id, *day)).map(|(id, _)| *id).collect();
    wanted.truncate(limit.map_or(usize::MAX, |limit| usize::try_from(limit).expect("a small one")));

    let mut walk = Walk::new(&begun, date(planned), PAGE).expect("a walk");
    let (mut got, mut requests) = (Vec::new(), 0);
    let mut events = breaks.iter();
    while let Some(leg) = walk.leg() {
        let Ok(Value::Object(leg)) = json::parse(&leg) else { panic!("an object") };
        let (page, size) = answer(&leg, &query, &all);
        let full = page.len() == size;
        let cursor = page.last().filter(|_| full).map(ToString::to_string);
        let place = walk.accept(page.len() as u64, page.len() as u64, cursor.as_deref()).expect("no circle");
        got.extend(page);
        requests += 1;
        let event = events.next().copied().unwrap_or_default();
        // Before a period that ends in the future has come so far, what arrives is part of it.
        let arriving = if end.is_none_or(|end| end <= day) { event & 3 } else { 0 };
        for _ in 0..arriving {
            all.push((all.len() as u64 + 1, today.max(day)));
        }
        today += i64::from(event >> 4) * 9;
        if event & 4 == 4 {
            let Some(place) = place else { break };
            let again = query.clone().with("prev_id", place);
            walk = Walk::new(&again, date(today), PAGE).expect("its own cursor");
        } else if place.is_none() {
            assert_eq!(walk.leg(), None);
        }
    }
    assert_eq!(got, wanted);
    let days = start.map_or(0, |start| (end.unwrap_or(day + 15) - start).max(0) + 1);
    assert!(requests <= wanted.len() as i64 / PAGE as i64 + days / 180 + 1, "{requests} requests");
});
