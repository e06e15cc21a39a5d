use std::collections::{BTreeMap, HashSet};

use proptest::prelude::*;

use super::*;
use crate::client::{cursor::seal, error::ErrorCode};

const PAGE_SIZE: u64 = 3;
const FINGERPRINT: u64 = 9;

fn day(number: i64) -> Day {
    Day::at_instant(number * 86_400_000).unwrap()
}

fn query(stream_count: usize) -> IterationQuery {
    IterationQuery { fingerprint: FINGERPRINT, stream_count, page_size: PAGE_SIZE, ..IterationQuery::default() }
}

fn iteration(query: IterationQuery) -> Iteration {
    Iteration::new(query, day(20_000)).unwrap()
}

fn keys(items: &[(&str, Option<i64>)]) -> Vec<ItemKey> {
    items.iter().map(|(id, timestamp)| ItemKey { id: (*id).into(), timestamp: *timestamp }).collect()
}

/// Takes a page. Returns the stream and the index of the items that come next.
fn accept(iteration: &mut Iteration, stream: usize, items: &[(&str, Option<i64>)]) -> Vec<(usize, u32)> {
    let last_id = items.last().map(|(id, _)| *id);
    iteration.accept(stream, keys(items), last_id).unwrap();
    iteration.take().into_iter().map(|ItemIndex { stream, index }| (stream, index)).collect()
}

/// The stream of the next request, the id that it follows, and its number of items.
fn next(iteration: &Iteration) -> Option<(usize, Option<String>, u64)> {
    iteration.next_request(day(20_000)).map(|(stream, position)| (stream, position.cursor, position.limit))
}

#[test]
fn the_last_request_asks_for_no_more_than_is_wanted() {
    let mut pages = iteration(IterationQuery { limit: Some(4), ..query(1) });
    assert_eq!(next(&pages), Some((0, None, 3)));
    assert_eq!(accept(&mut pages, 0, &[("9", None), ("8", None), ("7", None)]), [(0, 0), (0, 1), (0, 2)]);
    assert_eq!(next(&pages), Some((0, Some("7".into()), 1)));
    assert_eq!(pages.next_cursor(), Some(seal("9~3__7")));
    // The service answers with more than was asked for.
    assert_eq!(accept(&mut pages, 0, &[("6", None), ("5", None)]), [(0, 0)]);
    assert_eq!((pages.count(), pages.is_finished(), pages.next_cursor(), next(&pages)), (4, true, None, None));
}

#[test]
fn the_last_page_needs_no_id_to_continue_from() {
    let mut pages = iteration(IterationQuery { limit: Some(3), ..query(1) });
    assert_eq!(accept(&mut pages, 0, &[("", None), ("", None), ("", None)]).len(), 3);
    assert!(pages.is_finished());
}

#[test]
fn a_full_page_without_any_id_is_delivered_before_the_error() {
    for last in ["", "x"] {
        let mut pages = iteration(query(1));
        assert_eq!(accept(&mut pages, 0, &[("", None), ("", None), (last, None)]).len(), 3);
        assert_eq!(pages.error().unwrap().code, ErrorCode::BadResponse);
        assert_eq!((next(&pages), pages.next_cursor()), (None, None));
    }
}

#[test]
fn a_page_without_a_last_id_continues_after_the_last_id_that_it_has() {
    let mut pages = iteration(query(1));
    pages.accept(0, keys(&[("9", None), ("8", None), ("", None)]), Some("8")).unwrap();
    assert_eq!(pages.take().len(), 3);
    assert_eq!(next(&pages), Some((0, Some("8".into()), 3)));
    // The item without an id comes again, and is dropped.
    pages.accept(0, keys(&[("", None), ("7", None), ("", None)]), Some("7")).unwrap();
    assert_eq!(pages.take(), [1, 2].map(|index| ItemIndex { stream: 0, index }));
    assert_eq!(pages.error(), None);
}

#[test]
fn a_stream_with_pending_items_resumes_at_the_first_of_them() {
    let mut pages = iteration(query(2));
    accept(&mut pages, 0, &[("99", Some(99)), ("98", Some(98)), ("97", Some(97))]);
    accept(&mut pages, 1, &[("60", Some(60)), ("50", Some(50)), ("40", Some(40))]);
    let cursor = pages.next_cursor().unwrap();
    assert_eq!(cursor, seal("9~3__97~0___60_60"));
    let resume = || iteration(IterationQuery { cursor: Some(cursor.clone()), ..query(2) });
    // Items that came since are skipped, whole pages of them too.
    let mut resumed = resume();
    assert_eq!(accept(&mut resumed, 0, &[]), []);
    assert_eq!(accept(&mut resumed, 1, &[("82", Some(200)), ("81", Some(150)), ("80", Some(100))]), []);
    assert_eq!(resumed.next_cursor(), Some(seal("9~3~0__80_60_60")));
    assert_eq!(next(&resumed), Some((1, Some("80".into()), 3)));
    assert_eq!(accept(&mut resumed, 1, &[("79", Some(60)), ("60", Some(60)), ("50", Some(50))]), [(1, 1), (1, 2)]);
    // The item was deleted since.
    let mut resumed = resume();
    accept(&mut resumed, 0, &[]);
    assert_eq!(accept(&mut resumed, 1, &[("80", Some(100)), ("50", Some(50)), ("40", Some(40))]), [(1, 1), (1, 2)]);
}

#[test]
fn an_item_of_the_previous_page_is_dropped() {
    let mut pages = iteration(query(1));
    accept(&mut pages, 0, &[("9", None), ("8", None), ("7", None)]);
    assert_eq!(accept(&mut pages, 0, &[("8", None), ("", None), ("6", None)]), [(0, 1), (0, 2)]);
    assert_eq!(pages.count(), 5);
}

#[test]
fn merges_two_streams_newest_first_and_requests_each_only_when_needed() {
    let mut pages = iteration(query(2));
    assert_eq!(next(&pages), Some((0, None, 3)));
    assert_eq!(accept(&mut pages, 0, &[("90", Some(90)), ("70", Some(70)), ("50", Some(50))]), []);
    assert_eq!(next(&pages), Some((1, None, 3)));
    // Of two items of one time, that of the first stream comes first.
    let taken = accept(&mut pages, 1, &[("71", Some(70)), ("60", Some(60)), ("50", Some(50))]);
    assert_eq!(taken, [(0, 0), (0, 1), (1, 0), (1, 1), (0, 2)]);
    assert_eq!(pages.next_cursor(), Some(seal("9~3__50~2__60")));
    // An item of time 50 could still come from the first stream.
    assert_eq!(next(&pages), Some((0, Some("50".into()), 3)));
    assert_eq!(accept(&mut pages, 0, &[("40", Some(40))]), [(1, 2)]);
    assert_eq!(pages.next_cursor(), Some(seal("9~3__50~3__50")));
    assert_eq!(next(&pages), Some((1, Some("50".into()), 3)));
    assert_eq!(accept(&mut pages, 1, &[]), [(0, 0)]);
    assert_eq!((pages.newest(), pages.oldest()), (Some(90), Some(40)));
    assert_eq!((pages.is_finished(), pages.next_cursor()), (true, None));
}

#[test]
fn the_cursor_of_a_merged_iteration_continues_each_stream() {
    let mut pages = iteration(query(2));
    accept(&mut pages, 0, &[("90", Some(90)), ("70", Some(70)), ("50", Some(50))]);
    accept(&mut pages, 1, &[("60", Some(60))]);
    let cursor = pages.next_cursor().unwrap();
    assert_eq!(cursor, seal("9~3__50~1"));
    let mut resumed = iteration(IterationQuery { cursor: Some(cursor), ..query(2) });
    assert_eq!((resumed.count(), next(&resumed)), (4, Some((0, Some("50".into()), 3))));
    assert_eq!(accept(&mut resumed, 0, &[("40", Some(40))]), [(0, 0)]);
    assert!(resumed.is_finished());
}

#[test]
fn an_empty_stream_does_not_request_its_older_windows_ahead_of_need() {
    let period = Period { start: Some(day(19_000)), end: None };
    let mut pages = iteration(IterationQuery { period, ..query(2) });
    let at = |number: i64| Some(number * 86_400);
    let ids = [("90", at(19_999)), ("80", at(19_990)), ("70", at(19_980))];
    assert_eq!(accept(&mut pages, 0, &ids), []);
    assert_eq!(next(&pages).map(|(stream, ..)| stream), Some(1));
    // Items of the first stream are newer than the second window of the second stream.
    assert_eq!(accept(&mut pages, 1, &[]), [(0, 0), (0, 1), (0, 2)]);
    assert_eq!(next(&pages), Some((0, Some("70".into()), 3)));
}

#[test]
fn the_limit_ends_a_merged_iteration() {
    let mut pages = iteration(IterationQuery { limit: Some(2), ..query(2) });
    assert_eq!(next(&pages), Some((0, None, 2)));
    accept(&mut pages, 0, &[("9", Some(9)), ("7", Some(7)), ("5", Some(5))]);
    assert_eq!(next(&pages), Some((1, None, 2)));
    assert_eq!(accept(&mut pages, 1, &[("8", Some(8)), ("6", Some(6))]), [(0, 0), (1, 0)]);
    assert_eq!((pages.is_finished(), next(&pages), pages.next_cursor()), (true, None, None));
}

#[test]
fn items_without_a_time_or_an_id_keep_their_place() {
    let mut pages = iteration(query(2));
    assert_eq!(accept(&mut pages, 0, &[("", None), ("8", Some(80))]), [(0, 0)]);
    let taken = accept(&mut pages, 1, &[("7", Some(85)), ("6", None), ("5", Some(10))]);
    assert_eq!(taken, [(1, 0), (1, 1), (0, 1), (1, 2)]);
    assert_eq!((pages.oldest(), pages.next_cursor()), (Some(10), Some(seal("9~2~3__5"))));
}

#[test]
fn a_full_page_without_a_way_to_continue_is_an_error() {
    let error = Error::new(ErrorCode::InvalidParameter, "no more");
    let query = IterationQuery { continuation_error: Some(error.clone()), ..query(1) };
    let full = [("9", None), ("8", None), ("7", None)];
    assert_eq!(iteration(query.clone()).accept(0, keys(&full), Some("7")), Err(error));
    assert_eq!(accept(&mut iteration(query.clone()), 0, &full[..2]).len(), 2);
    assert_eq!(accept(&mut iteration(IterationQuery { limit: Some(3), ..query }), 0, &full).len(), 3);
}

#[test]
fn a_cursor_of_another_query_is_rejected() {
    let period = Period { start: Some(day(19_000)), end: None };
    for (cursor, query) in [
        (seal("8~3__7"), query(1)),
        (seal("9~3__7"), query(2)),
        (seal("9~3__7~3__7"), query(1)),
        (seal("9~3__7"), IterationQuery { period, ..query(1) }),
    ] {
        let error = Iteration::new(IterationQuery { cursor: Some(cursor.clone()), ..query }, day(20_000)).unwrap_err();
        assert_eq!((error.code, error.parameter.as_deref()), (ErrorCode::InvalidParameter, Some("cursor")), "{cursor}");
    }
}

#[test]
fn a_cursor_at_the_limit_is_finished() {
    let cursor = Some(seal("9~3__7"));
    let finished = iteration(IterationQuery { cursor: cursor.clone(), limit: Some(3), ..query(1) });
    assert_eq!((finished.is_finished(), next(&finished)), (true, None));
    let larger = iteration(IterationQuery { cursor, limit: Some(5), ..query(1) });
    assert_eq!(next(&larger), Some((0, Some("7".into()), 2)));
}

#[test]
fn a_page_of_another_window_does_not_continue_after_an_id_of_the_one_before() {
    let period = Period { start: Some(day(19_500)), end: None };
    let mut pages = iteration(IterationQuery { period, ..query(2) });
    let time = |day: i64| Some(day * 86_400);
    assert_eq!(accept(&mut pages, 0, &[("9", time(19_999))]), []);
    assert_eq!(accept(&mut pages, 1, &[("8", time(19_998))]), [(0, 0), (1, 0)]);
    assert_eq!(accept(&mut pages, 0, &[("7", time(19_700))]), []);
    assert_eq!(pages.next_cursor(), Some(seal("9~1_08.04.2024__7_1702080000~1_08.04.2024_")));
}

#[test]
fn items_that_were_skipped_are_skipped_again_after_the_next_cursor() {
    let resume = |pages: &Iteration| iteration(IterationQuery { cursor: pages.next_cursor(), ..query(2) });
    let mut pages = iteration(query(2));
    assert_eq!(accept(&mut pages, 0, &[("7", Some(30)), ("6", Some(30)), ("5", Some(29))]), []);
    assert_eq!(accept(&mut pages, 1, &[("4", Some(20)), ("3", Some(10)), ("2", Some(9))]), [(0, 0), (0, 1), (0, 2)]);
    // Items came since, and fill more than the first page of the other stream.
    let mut pages = resume(&pages);
    assert_eq!(accept(&mut pages, 0, &[("1", Some(25)), ("01", Some(24)), ("001", Some(23))]), []);
    assert_eq!(accept(&mut pages, 1, &[("12", Some(60)), ("11", Some(50)), ("10", Some(40))]), []);
    let last_page = [("9", Some(35)), ("4", Some(20)), ("3", Some(10))];
    assert_eq!(accept(&mut pages, 1, &last_page), [(0, 0), (0, 1), (0, 2)]);
    let mut pages = resume(&pages);
    assert_eq!(accept(&mut pages, 0, &[("0", Some(5))]), []);
    assert_eq!(accept(&mut pages, 1, &last_page), [(1, 1), (1, 2)]);
}

/// An item of the made-up service: its stream, day and time. Its id is its index.
#[derive(Clone, Debug)]
struct Sent {
    stream: usize,
    day: i64,
    timestamp: Option<i64>,
}

/// Ids in no order, some of which are no numbers.
fn id(index: usize) -> String {
    let zeros = if index.is_multiple_of(5) { "00" } else { "" };
    format!("{zeros}{}", (index * 7919) % 10_007)
}

/// The service's response: items of a stream, newest first. The order does not follow from the ids.
fn respond(all: &[Sent], stream: usize, position: &Position) -> Vec<ItemKey> {
    let before = position.cursor.as_ref().map(|cursor| (0..all.len()).find(|index| id(*index) == *cursor).unwrap());
    let is_selected = |(index, sent): &(usize, &Sent)| {
        sent.stream == stream
            && position.start.is_none_or(|start| start <= day(sent.day))
            && position.end.is_none_or(|end| day(sent.day) <= end)
            && before.is_none_or(|before| *index < before)
    };
    let found = all.iter().enumerate().rev().filter(is_selected).take(usize::try_from(position.limit).unwrap());
    found.map(|(index, sent)| ItemKey { id: id(index).as_str().into(), timestamp: sent.timestamp }).collect()
}

proptest! {
    /// Items of two streams over several windows. The iteration is interrupted and resumed on another day after the pages that
    /// `interruptions` names.
    #[test]
    fn every_item_comes_once_newest_first_and_is_requested_once(
        mut sent in proptest::collection::vec((0i64..500, 0i64..4, 0usize..2, 0u8..8), 0..60),
        stream_count in 1usize..3, limit in proptest::option::of(1u64..70), has_start: bool, interruptions: u64,
        initial in proptest::option::of(0usize..60), has_all_times: bool,
    ) {
        let (first, today) = (10_000, 10_500);
        sent.sort_unstable();
        let all: Vec<Sent> = sent.iter().map(|(day, quarter, stream, missing)| Sent {
            stream: stream % stream_count,
            day: first + day,
            timestamp: (has_all_times || *missing > 0).then_some((first + day) * 86_400 + quarter * 10_000),
        }).collect();
        let initial = initial.filter(|initial| *initial < all.len());
        let query = IterationQuery {
            limit, period: Period { start: has_start.then(|| day(first)), end: None }, ..query(stream_count)
        };
        let initial_query = IterationQuery { cursor: initial.map(id), ..query.clone() };
        let mut pages = Iteration::new(initial_query, day(today)).unwrap();
        let (mut received, mut requests, mut later, mut resumed_times) = (Vec::new(), 0_u64, 0, 0);
        let mut held: BTreeMap<usize, Vec<ItemKey>> = BTreeMap::new();
        while let Some((stream, position)) = pages.next_request(day(today + later)) {
            prop_assert!(pages.take().is_empty(), "a request ahead of need");
            let page = respond(&all, stream, &position);
            let last_id = page.last().map(|item| item.id.text());
            held.insert(stream, page.clone());
            pages.accept(stream, page, last_id.as_deref()).unwrap();
            let taken = pages.take();
            // A page of a merged iteration that gives nothing is no point to interrupt it.
            let can_interrupt = stream_count == 1 || !taken.is_empty();
            for ItemIndex { stream, index } in taken {
                received.push(held[&stream][usize::try_from(index).unwrap()].clone());
            }
            if can_interrupt && interruptions >> (requests % 64) & 1 == 1 {
                let Some(cursor) = pages.next_cursor() else { break };
                later += 40;
                resumed_times += 1;
                pages = Iteration::new(IterationQuery { cursor: Some(cursor), ..query.clone() }, day(today + later)).unwrap();
                prop_assert_eq!(pages.count(), received.len() as u64);
            }
            requests += 1;
            prop_assert!(requests < 500);
        }
        let wanted = &all[..initial.unwrap_or(all.len())];
        let size = limit.map_or(wanted.len(), |limit| wanted.len().min(usize::try_from(limit).unwrap()));
        prop_assert_eq!(received.len(), size);
        let unique: HashSet<String> = received.iter().map(|item| item.id.text()).collect();
        prop_assert_eq!(unique.len(), received.len(), "an item came twice");
        if has_all_times {
            prop_assert!(received.is_sorted_by_key(|item| Reverse(item.timestamp)));
            let mut newest: Vec<_> = wanted.iter().map(|sent| sent.timestamp).collect();
            newest.sort_by_key(|timestamp| Reverse(*timestamp));
            let times: Vec<_> = received.iter().map(|item| item.timestamp).collect();
            prop_assert_eq!(&times[..], &newest[..times.len()]);
        }
        if resumed_times == 0 {
            let windows = if has_start { 3 } else { 1 };
            prop_assert!(requests <= wanted.len() as u64 / PAGE_SIZE + windows * stream_count as u64);
        }
    }
}
