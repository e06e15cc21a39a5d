use proptest::prelude::*;

use super::*;

fn day(text: &str) -> Option<Day> {
    Day::parse(text)
}

fn today() -> Day {
    day("2026-11-21").unwrap()
}

/// A query over a period, or over everything if both days are empty.
fn scan(start: &str, end: &str, limit: Option<u64>) -> Scan {
    Scan { start: day(start), end: day(end), cursor: None, limit, page_size: 3 }
}

/// The same query with a cursor.
fn at(cursor: &str, scan: &Scan) -> Scan {
    Scan { cursor: Some(cursor.into()), ..scan.clone() }
}

fn paginator(scan: Scan) -> Paginator {
    Paginator::new(scan, today()).unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "as the paginator returns it")]
fn position(start: &str, end: &str, cursor: Option<&str>, limit: u64) -> Option<Position> {
    Some(Position { start: day(start), end: day(end), cursor: cursor.map(Into::into), limit })
}

#[test]
fn a_page_that_is_not_full_ends_the_iteration_and_a_full_one_continues_it() {
    let mut pages = paginator(scan("", "", None));
    assert_eq!(pages.position(today()), position("", "", None, 3));
    assert_eq!(pages.accept(3, 3, Some("7")).unwrap().as_deref(), Some("/7/3"));
    assert_eq!(pages.position(today()), position("", "", Some("7"), 3));
    assert_eq!(pages.accept(1, 1, None).unwrap(), None);
    assert_eq!(pages.position(today()), None);
    assert_eq!(pages.accept(3, 3, Some("5")).unwrap(), None);
}

#[test]
fn the_last_request_asks_for_no_more_than_is_wanted() {
    let mut pages = paginator(scan("", "", Some(4)));
    assert_eq!(pages.remaining(), 4);
    pages.accept(3, 3, Some("7")).unwrap();
    assert_eq!(pages.position(today()), position("", "", Some("7"), 1));
    assert_eq!(pages.remaining(), 1);
    pages.accept(1, 1, Some("6")).unwrap();
    assert_eq!(pages.position(today()), None);
}

#[test]
fn a_long_period_is_split_into_adjacent_windows() {
    let mut pages = paginator(scan("2025-11-21", "2026-11-20", None));
    let mut windows = Vec::new();
    while let Some(Position { start, end, .. }) = pages.position(today()) {
        windows.push((start.unwrap().text(), end.unwrap().text()));
        pages.accept(0, 0, None).unwrap();
    }
    let expected = [("25.05.2026", "20.11.2026"), ("26.11.2025", "24.05.2026"), ("21.11.2025", "25.11.2025")];
    assert_eq!(windows, expected.map(|(start, end)| (start.into(), end.into())));
}

#[test]
fn pages_that_repeat_for_ever_are_a_bad_response() {
    let mut same_cursor = paginator(scan("", "", None));
    same_cursor.accept(3, 3, Some("7")).unwrap();
    assert_eq!(same_cursor.accept(3, 3, Some("7")).unwrap_err().code, ErrorCode::BadResponse);
    assert_eq!(same_cursor.position(today()), None);
    let mut nothing_new = paginator(scan("", "", None));
    nothing_new.accept(3, 3, Some("7")).unwrap();
    assert_eq!(nothing_new.accept(3, 0, Some("5")).unwrap_err().code, ErrorCode::BadResponse);
    let mut no_cursor = paginator(scan("", "", None));
    assert_eq!(no_cursor.accept(3, 3, None).unwrap_err().code, ErrorCode::BadResponse);
}

#[test]
fn a_period_without_an_end_does_not_grow_while_the_iteration_runs() {
    let mut pages = paginator(scan("2026-07-01", "", None));
    // The service takes the present as the end.
    assert_eq!(pages.position(today()), position("2026-07-01", "", None, 3));
    pages.accept(3, 3, Some("7")).unwrap();
    // No day to come is named, and the first request may have been sent after midnight.
    for (now, end) in [("2026-11-21", "2026-11-21"), ("2026-11-22", "2026-11-22"), ("2027-03-01", "2026-11-22")] {
        assert_eq!(pages.position(day(now).unwrap()), position("2026-07-01", end, Some("7"), 3), "{now}");
    }
    // A last day that was chosen is kept, even if it is to come.
    let mut pages = paginator(scan("2026-07-01", "2026-12-24", None));
    for cursor in ["7", "6"] {
        assert_eq!(pages.position(today()).unwrap().end, day("2026-12-24"));
        pages.accept(3, 3, Some(cursor)).unwrap();
    }
}

#[test]
fn messages_sent_on_the_next_day_are_not_lost_when_an_iteration_is_resumed() {
    let query = scan("2026-01-01", "", None);
    let cursor = paginator(query.clone()).accept(3, 3, Some("7")).unwrap().unwrap();
    assert_eq!(cursor, "22.11.2026/7/3");
    for (today, end) in [("2026-11-21", "2026-11-21"), ("2026-11-22", "2026-11-22"), ("2026-12-24", "2026-11-22")] {
        let today = day(today).unwrap();
        let resumed = Paginator::new(at(&cursor, &query), today).unwrap();
        assert_eq!(resumed.position(today), position("2026-05-27", end, Some("7"), 3), "{end}");
    }
}

#[test]
fn an_iteration_from_a_day_to_come_is_resumed_by_its_own_cursor() {
    let query = scan("2026-12-24", "", None);
    let cursor = paginator(query.clone()).accept(3, 3, Some("7")).unwrap().unwrap();
    let resumed = paginator(at(&cursor, &query));
    assert_eq!(resumed.position(today()), position("2026-12-24", "2026-12-24", Some("7"), 3));
}

#[test]
fn an_invalid_cursor_is_rejected() {
    for (start, cursor) in [
        ("", "/"),
        ("", "/5"),
        ("", "/x/1"),
        ("", "/5/x"),
        ("", "//"),
        ("", "01.11.2026/5/5"),
        ("2026-01-01", "/5/1"),
        ("2026-01-01", "31.12.2025/5/1"),
        ("2026-01-01", "01.11.2026/1234567890123456789012345678901/1"),
    ] {
        let error = Paginator::new(at(cursor, &scan(start, "", None)), today()).unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidParameter);
        assert_eq!(error.parameter.as_deref(), Some("cursor"), "{cursor}");
    }
    let finished = paginator(at("/5/3", &scan("", "", Some(3))));
    assert_eq!(finished.position(today()), None);
}

proptest! {
    #[test]
    fn every_day_is_in_exactly_one_window(start in 0i64..20_000, length in 0i32..2_000, is_open: bool) {
        let first = Day::at_instant(start * 86_400_000).unwrap();
        let last = first.plus_days(length);
        let end = (!is_open).then_some(last);
        let query = Scan { start: Some(first), end, cursor: None, limit: None, page_size: 3 };
        let mut pages = Paginator::new(query, last).unwrap();
        let mut expected = last;
        while let Some(position) = pages.position(last) {
            let start = position.start.unwrap();
            let end = position.end.unwrap_or(last);
            prop_assert_eq!(end, expected);
            prop_assert!(start <= end && start.plus_days(WINDOW_DAYS) > end);
            expected = start.plus_days(-1);
            pages.accept(0, 0, None).unwrap();
        }
        prop_assert_eq!(expected, first.plus_days(-1));
    }

    /// Messages of several windows, with many on some days. The iteration is interrupted and resumed on another day after the
    /// pages that `interruptions` names.
    #[test]
    fn every_message_comes_once_and_none_is_requested_twice(
        mut days in proptest::collection::vec(0i64..500, 0..60), limit in proptest::option::of(1u64..70),
        has_start: bool, initial in proptest::option::of(0usize..60), interruptions: u64,
    ) {
        let (start, today) = (10_000, 10_500);
        let date = |day: i64| Day::at_instant(day * 86_400_000).unwrap();
        days.sort_unstable();
        // Newest first; the ids rise with time.
        let all: Vec<(String, i64)> = days.iter().enumerate().map(|(id, day)| (id.to_string(), start + day)).rev().collect();
        let query = Scan { start: has_start.then(|| date(start)), end: None, cursor: None, limit, page_size: 7 };
        let initial = initial.filter(|initial| *initial < all.len());
        let cursor = initial.map(|initial| all[initial].0.clone());
        let mut pages = Paginator::new(Scan { cursor, ..query.clone() }, date(today)).unwrap();
        let (mut received, mut requests, mut later) = (Vec::new(), 0_u64, 0);
        while let Some(position) = pages.position(date(today + later)) {
            let (start, end) = (position.start.unwrap_or(date(0)), position.end.unwrap_or(date(20_000)));
            prop_assert!(!has_start || position.end.is_none() || start.plus_days(WINDOW_DAYS) > end);
            let before: u64 = position.cursor.map_or(u64::MAX, |id| id.parse().unwrap());
            let size = usize::try_from(position.limit).unwrap();
            let page: Vec<&str> = all
                .iter()
                .filter(|(id, day)| (start..=end).contains(&date(*day)) && id.parse::<u64>().unwrap() < before)
                .take(size)
                .map(|(id, _)| id.as_str())
                .collect();
            let next_cursor = (page.len() == size).then(|| page.last().copied()).flatten();
            let cursor = pages.accept(page.len() as u64, page.len() as u64, next_cursor).unwrap();
            received.extend(page.into_iter().map(ToOwned::to_owned));
            if interruptions >> (requests % 64) & 1 == 1 {
                let Some(cursor) = cursor else { break };
                later += 40;
                pages = Paginator::new(at(&cursor, &query), date(today + later)).unwrap();
            }
            requests += 1;
        }
        let wanted = &all[initial.map_or(0, |initial| initial + 1)..];
        let wanted = &wanted[..limit.map_or(wanted.len(), |limit| wanted.len().min(usize::try_from(limit).unwrap()))];
        prop_assert_eq!(&received, &wanted.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>());
        let windows = if has_start { 3 } else { 1 };
        prop_assert!(requests <= wanted.len() as u64 / 7 + windows);
    }

    #[test]
    fn a_resumed_iteration_is_where_the_former_one_is(
        start in proptest::option::of(0i32..400), end in proptest::option::of(0i32..400), limit in proptest::option::of(1u64..40),
        full_pages: u16,
    ) {
        let first = today().plus_days(-300);
        let start = start.map(|days| first.plus_days(days));
        let end = end.map(|days| start.unwrap_or(first).plus_days(days));
        let query = Scan { start, end, cursor: None, limit, page_size: 3 };
        let mut pages = paginator(query.clone());
        for page in 0..16 {
            let Some(Position { limit: size, .. }) = pages.position(today()) else { break };
            let is_full = full_pages >> page & 1 == 1;
            let id = (1000 - page).to_string();
            let length = if is_full { size } else { 0 };
            let cursor = pages.accept(length, length, is_full.then_some(id.as_str())).unwrap();
            prop_assert_eq!(cursor.is_some(), pages.position(today()).is_some());
            if let Some(cursor) = cursor {
                prop_assert_eq!(paginator(at(&cursor, &query)).position(today()), pages.position(today()));
            }
        }
    }
}
