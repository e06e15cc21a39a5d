use proptest::prelude::*;

use super::*;

/// The size of a page.
const SIZE: u64 = 3;

fn day(text: &str) -> Option<Day> {
    Day::parse(text)
}

fn today() -> Day {
    day("2026-11-21").unwrap()
}

/// A period, or everything if both days are empty.
fn period(start: &str, end: &str) -> Period {
    Period { start: day(start), end: day(end) }
}

fn paginator(start: &str, end: &str) -> Paginator {
    Paginator::new(period(start, end), None, today())
}

/// Continues where another paginator stands, after that number of items.
fn resumed(period: Period, count: u64, pages: &Paginator, today: Day) -> Paginator {
    Paginator::resume(period, StreamCursor { count, resume_point: pages.resume_point(), next_item: None }, today)
        .unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "as the paginator returns it")]
fn position(start: &str, end: &str, cursor: Option<&str>) -> Option<Position> {
    Some(Position { start: day(start), end: day(end), cursor: cursor.map(Into::into), limit: SIZE })
}

#[test]
fn a_page_that_is_not_full_ends_the_stream_and_a_full_one_continues_it() {
    let mut pages = paginator("", "");
    assert_eq!(pages.position(SIZE, today()), position("", "", None));
    pages.accept(true, 3, Some("7")).unwrap();
    assert_eq!(pages.resume_point(), Some(ResumePoint { end: None, id: Some("7".into()) }));
    assert_eq!(pages.position(SIZE, today()), position("", "", Some("7")));
    pages.accept(false, 1, Some("6")).unwrap();
    assert!(pages.is_finished());
    assert_eq!((pages.resume_point(), pages.position(SIZE, today())), (None, None));
    pages.accept(true, 3, Some("5")).unwrap();
    assert!(pages.is_finished());
}

#[test]
fn finish_ends_the_stream() {
    let mut pages = paginator("2025-01-01", "");
    pages.finish();
    assert_eq!((pages.resume_point(), pages.position(SIZE, today())), (None, None));
    assert!(resumed(period("2025-01-01", ""), 3, &pages, today()).is_finished());
}

#[test]
fn a_long_period_is_split_into_adjacent_windows() {
    let mut pages = paginator("2025-11-21", "2026-11-20");
    let mut windows = Vec::new();
    while let Some(Position { start, end, .. }) = pages.position(SIZE, today()) {
        let next_day = i64::try_from(end.unwrap().plus_days(1).start_ms() / 1000).unwrap();
        assert_eq!(pages.window_end_timestamp(), Some(next_day - 1));
        windows.push((start.unwrap().text(), end.unwrap().text()));
        pages.accept(false, 0, None).unwrap();
    }
    assert_eq!(paginator("", "2026-11-20").window_end_timestamp(), None);
    let expected = [("25.05.2026", "20.11.2026"), ("26.11.2025", "24.05.2026"), ("21.11.2025", "25.11.2025")];
    assert_eq!(windows, expected.map(|(start, end)| (start.into(), end.into())));
}

#[test]
fn pages_that_repeat_for_ever_are_a_bad_response() {
    let mut same_cursor = paginator("", "");
    same_cursor.accept(true, 3, Some("7")).unwrap();
    assert_eq!(same_cursor.accept(true, 3, Some("7")).unwrap_err().code, ErrorCode::BadResponse);
    assert!(same_cursor.is_finished());
    let mut nothing_new = paginator("", "");
    nothing_new.accept(true, 3, Some("7")).unwrap();
    assert_eq!(nothing_new.accept(true, 0, Some("5")).unwrap_err().code, ErrorCode::BadResponse);
    assert_eq!(paginator("", "").accept(true, 3, None).unwrap_err().code, ErrorCode::BadResponse);
}

#[test]
fn a_period_without_an_end_does_not_grow_while_the_iteration_runs() {
    let mut pages = paginator("2026-07-01", "");
    // The service takes the present as the end.
    assert_eq!(pages.position(SIZE, today()), position("2026-07-01", "", None));
    pages.accept(true, 3, Some("7")).unwrap();
    // No day to come is named, and the first request may have been sent after midnight.
    for (now, end) in [("2026-11-21", "2026-11-21"), ("2026-11-22", "2026-11-22"), ("2027-03-01", "2026-11-22")] {
        assert_eq!(pages.position(SIZE, day(now).unwrap()), position("2026-07-01", end, Some("7")), "{now}");
    }
    // A last day that was chosen is kept, even if it is to come tomorrow.
    let mut pages = paginator("2026-07-01", "2026-11-22");
    for cursor in ["7", "6"] {
        assert_eq!(pages.position(SIZE, today()).unwrap().end, day("2026-11-22"));
        pages.accept(true, 3, Some(cursor)).unwrap();
    }
}

#[test]
fn messages_sent_on_the_next_day_are_not_lost_when_an_iteration_is_resumed() {
    let mut pages = paginator("2026-01-01", "");
    pages.accept(true, 3, Some("7")).unwrap();
    assert_eq!(pages.resume_point(), Some(ResumePoint { end: day("2026-11-22"), id: Some("7".into()) }));
    for (today, end) in [("2026-11-21", "2026-11-21"), ("2026-11-22", "2026-11-22"), ("2026-12-24", "2026-11-22")] {
        let today = day(today).unwrap();
        let resumed = resumed(period("2026-01-01", ""), 3, &pages, today);
        assert_eq!(resumed.position(SIZE, today), position("2026-05-27", end, Some("7")), "{end}");
    }
}

#[test]
fn an_iteration_from_a_day_to_come_is_resumed_by_its_own_cursor() {
    let mut pages = paginator("2026-12-24", "");
    pages.accept(true, 3, Some("7")).unwrap();
    let resumed = resumed(period("2026-12-24", ""), 3, &pages, today());
    assert_eq!(resumed.position(SIZE, today()), position("2026-12-24", "2026-12-24", Some("7")));
}

#[test]
fn an_id_holds_in_every_window_until_something_is_found() {
    let period = period("2025-06-01", "2026-11-20");
    let mut pages = Paginator::new(period, Some("9".into()), today());
    pages.accept(false, 0, None).unwrap();
    assert_eq!(pages.position(SIZE, today()), position("2025-11-26", "2026-05-24", Some("9")));
    let mut again = resumed(period, 0, &pages, today());
    for pages in [&mut pages, &mut again] {
        pages.accept(false, 1, Some("5")).unwrap();
        assert_eq!(pages.position(SIZE, today()), position("2025-06-01", "2025-11-25", None));
    }
    // A cursor whose windows have not begun: that of a list.
    let of_list =
        StreamCursor { resume_point: Some(ResumePoint { end: None, id: Some("9".into()) }), ..StreamCursor::default() };
    let resumed = Paginator::resume(period, of_list, today()).unwrap();
    assert_eq!(resumed.position(SIZE, today()), position("2026-05-25", "2026-11-20", Some("9")));
}

#[test]
fn a_cursor_outside_the_period_is_rejected() {
    let cursor = |end: &str, count| StreamCursor {
        count,
        resume_point: Some(ResumePoint { end: day(end), id: Some("5".into()) }),
        next_item: None,
    };
    for (period, cursor) in [
        (period("", ""), cursor("2026-11-01", 1)),
        (period("2026-01-01", ""), cursor("2025-12-31", 1)),
        (period("2026-01-01", "2026-02-01"), cursor("2026-02-02", 1)),
        (period("2026-01-01", ""), cursor("", 1)),
    ] {
        assert!(Paginator::resume(period, cursor.clone(), today()).is_none(), "{period:?} {cursor:?}");
    }
}

proptest! {
    #[test]
    fn every_day_is_in_exactly_one_window(start in 0i64..20_000, length in 0i32..2_000, is_open: bool) {
        let first = Day::at_instant(start * 86_400_000).unwrap();
        let last = first.plus_days(length);
        let period = Period { start: Some(first), end: (!is_open).then_some(last) };
        let mut pages = Paginator::new(period, None, last);
        let mut expected = last;
        while let Some(position) = pages.position(SIZE, last) {
            let start = position.start.unwrap();
            let end = position.end.unwrap_or(last);
            prop_assert_eq!(end, expected);
            prop_assert!(start <= end && start.plus_days(WINDOW_DAYS) > end);
            expected = start.plus_days(-1);
            pages.accept(false, 0, None).unwrap();
        }
        prop_assert_eq!(expected, first.plus_days(-1));
    }

    #[test]
    fn a_resumed_stream_is_where_the_former_one_is(
        start in proptest::option::of(0i32..400), end in proptest::option::of(0i32..400), id in proptest::option::of("[0-9]{5}"),
        full_pages: u16, found: u16,
    ) {
        let first = today().plus_days(-300);
        let start = start.map(|days| first.plus_days(days));
        let end = end.map(|days| start.unwrap_or(first).plus_days(days));
        let period = Period { start, end };
        let mut pages = Paginator::new(period, id, today());
        let mut count = 0;
        for page in 0..16 {
            if pages.position(SIZE, today()).is_none() { break }
            let is_full = full_pages >> page & 1 == 1;
            let new = if is_full { SIZE } else { u64::from(found >> page & 1) };
            count += new;
            let id = (1000 - page).to_string();
            pages.accept(is_full, new, Some(&id)).unwrap();
            let resumed = resumed(period, count, &pages, today());
            prop_assert_eq!(resumed.position(SIZE, today()), pages.position(SIZE, today()));
            prop_assert_eq!(resumed.resume_point(), pages.resume_point());
            if !pages.is_finished() {
                prop_assert_eq!(resumed.window_end_timestamp(), pages.window_end_timestamp());
                prop_assert_eq!(resumed.initial_cursor, pages.initial_cursor.clone());
            }
        }
    }
}

#[test]
fn an_end_in_the_future_begins_at_tomorrow_at_the_latest() {
    let today = day("2026-11-21").unwrap();
    let first = |period| Paginator::new(period, None, today).position(9, today).unwrap();
    for (given, sent) in [("2099-12-31", "2026-11-22"), ("2026-11-22", "2026-11-22"), ("2026-11-20", "2026-11-20")] {
        for start in ["", "2026-11-01"] {
            let position = first(period(start, given));
            assert_eq!((position.start, position.end), (day(start), day(sent)), "{start} {given}");
        }
    }
    // A period of days to come only.
    let position = first(period("2027-01-01", "2027-02-01"));
    assert_eq!((position.start, position.end), (day("2027-01-01"), day("2027-01-01")));
}
