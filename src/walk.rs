//! The plan of a walk: which request comes next, and when it ends.
//!
//! A long period is cut into windows of whole days that share none, newest first; within a window the cursor goes back page
//! by page. A page that is not full ends its window. Where a walk stands is told by a text, from which the same query goes
//! on in another process.

use crate::{
    day::Day,
    error::{Error, ErrorCode, Result},
    form::Form,
    input::is_id,
    json::Writer,
    text::{cut, decimal, fill, number},
};

/// How many days a window has: within any half year, which is what one request may cover.
const WINDOW_DAYS: i32 = 180;

/// A walk under way.
#[derive(Debug)]
pub struct Walk {
    first: Option<Day>,
    /// The last day of the window; nothing where it reaches to now.
    end: Option<Day>,
    /// Where it is counted as ending then.
    horizon: Day,
    /// No request names a later day as its end: what the service makes of one to come is not documented.
    latest: Option<Day>,
    /// Only what is older than this id.
    cursor: Option<String>,
    /// The id from which the user goes back: it holds in every window until something was found.
    from: Option<String>,
    page_size: u64,
    limit: u64,
    given: u64,
    cursors: Vec<String>,
    over: bool,
}

impl Walk {
    /// A walk over what a checked query's form asks for: over a period or over everything, back from a cursor or from now.
    /// `cnt` is the limit of it all; `prev_id` an id, or where another walk over the same query stood.
    ///
    /// # Errors
    /// `invalid_parameter`, where the cursor is neither.
    pub fn new(form: &Form, today: Day, page_size: u64) -> Result<Self> {
        let day = |name: &str| form.get(name).and_then(Day::parse);
        // The first request may be sent after midnight.
        let tomorrow = today.plus_days(1);
        let mut walk = Self {
            first: day("start"),
            end: day("end"),
            horizon: day("start").map_or(tomorrow, |first| first.max(tomorrow)),
            latest: None,
            cursor: None,
            from: None,
            page_size,
            limit: form.get("cnt").and_then(number).unwrap_or(u64::MAX),
            given: 0,
            cursors: Vec::new(),
            over: false,
        };
        let given = form.get("prev_id").unwrap_or_default();
        let mut id = given;
        if let Some((end, rest)) = cut(given, b'/') {
            let wrong = || {
                let message = "`cursor` takes an id, or the `cursor` of a page that the same query gave";
                Error::new(ErrorCode::InvalidParameter, message, &[]).parameter("cursor")
            };
            let (place, count) = cut(rest, b'/').ok_or_else(wrong)?;
            id = place;
            walk.given = number(count).ok_or_else(wrong)?;
            walk.over = walk.given >= walk.limit;
            let within = match walk.first {
                Some(first) => {
                    walk.latest = walk.end.is_none().then_some(today);
                    walk.end = Day::parse(end);
                    walk.end.is_some_and(|end| end >= first)
                }
                None => end.is_empty(),
            };
            if !within || !id.is_empty() && !is_id(id) {
                return Err(wrong());
            }
        }
        walk.cursor = (!id.is_empty()).then(|| id.into());
        if walk.given == 0 {
            walk.from.clone_from(&walk.cursor);
        }
        Ok(walk)
    }

    /// The next request, as JSON of what it sets in the user's query; nothing where the walk is over.
    #[must_use]
    pub fn leg(&self) -> Option<String> {
        if self.over {
            return None;
        }
        let start = self.window_start();
        let end = self.end.map(|end| self.latest.map_or(end, |latest| end.min(latest)).max(start.unwrap_or(end)));
        let mut json = Writer::default();
        json.open('{');
        json.optional_text("start", start.map(Day::text).as_deref());
        json.optional_text("end", end.map(Day::text).as_deref());
        json.optional_text("cursor", self.cursor.as_deref());
        json.number_field("limit", self.size());
        json.close('}');
        Some(json.finish())
    }

    /// How many items the next request asks for: no more than are wanted.
    fn size(&self) -> u64 {
        self.limit.saturating_sub(self.given).min(self.page_size)
    }

    fn window_start(&self) -> Option<Day> {
        let end = self.end.unwrap_or(self.horizon);
        self.first.map(|first| first.max(end.plus_days(1_i32.saturating_sub(WINDOW_DAYS))))
    }

    /// Takes a page: how many items it has, how many of them the page before did not hold, and the cursor that follows.
    /// Gives where the walk stands now; nothing where it is over.
    ///
    /// # Errors
    /// `bad_reply`, where the page would lead in a circle.
    pub fn accept(&mut self, count: u64, news: u64, next_cursor: Option<&str>) -> Result<Option<String>> {
        if self.over {
            return Ok(None);
        }
        let full = count >= self.size();
        self.given = self.given.saturating_add(news);
        self.over = self.given >= self.limit;
        if news > 0 {
            self.from = None;
        }
        if full && !self.over {
            let cursor = next_cursor.filter(|cursor| news > 0 && !self.cursors.iter().any(|before| before == cursor));
            let Some(cursor) = cursor else {
                self.over = true;
                let message = "a full page adds nothing new, or its cursor was there before: the walk goes in a circle";
                return Err(Error::new(ErrorCode::BadReply, message, &[]));
            };
            self.cursors.push(cursor.into());
            self.cursor = Some(cursor.into());
        } else if !full {
            match (self.first, self.window_start()) {
                (Some(first), Some(start)) if start > first => {
                    self.end = Some(start.plus_days(-1));
                    self.cursor.clone_from(&self.from);
                }
                _ => self.over = true,
            }
        }
        Ok((!self.over).then(|| {
            let end = self.first.map(|_| self.end.unwrap_or(self.horizon).text()).unwrap_or_default();
            fill("%/%/%", &[&end, self.cursor.as_deref().unwrap_or_default(), &decimal(self.given)])
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Option<Day> {
        Day::parse(text)
    }

    fn of(form: &Form, today: Option<Day>, page_size: u64) -> Walk {
        Walk::new(form, today.unwrap(), page_size).unwrap()
    }

    fn query(start: &str, end: &str, limit: Option<u64>) -> Form {
        let fields =
            [("start", start.to_owned()), ("end", end.to_owned()), ("cnt", limit.map(decimal).unwrap_or_default())];
        fields
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .fold(Form::new(""), |form, (name, value)| form.with(name, value))
    }

    fn walk(start: &str, end: &str, limit: Option<u64>) -> Walk {
        of(&query(start, end, limit), day("2026-11-21"), 3)
    }

    /// What a leg sets, by its name.
    fn leg(walk: &Walk) -> Option<impl Fn(&str) -> Option<String> + use<>> {
        let leg = walk.leg()?;
        Some(move |name: &str| {
            let json: serde_json::Value = serde_json::from_str(&leg).unwrap();
            json.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), Into::into))
        })
    }

    #[test]
    fn a_page_that_is_not_full_ends_it_and_a_full_one_leads_on() {
        let mut walk = walk("", "", None);
        assert_eq!(walk.leg().as_deref(), Some(r#"{"limit":3}"#));
        assert_eq!(walk.accept(3, 3, Some("7")).unwrap().as_deref(), Some("/7/3"));
        assert_eq!(walk.leg().as_deref(), Some(r#"{"cursor":"7","limit":3}"#));
        assert_eq!(walk.accept(1, 1, None).unwrap(), None);
        assert_eq!(walk.leg(), None);
    }

    #[test]
    fn the_last_request_asks_for_no_more_than_is_left() {
        let mut walk = walk("", "", Some(4));
        walk.accept(3, 3, Some("7")).unwrap();
        assert_eq!(walk.leg().as_deref(), Some(r#"{"cursor":"7","limit":1}"#));
        walk.accept(1, 1, Some("6")).unwrap();
        assert_eq!(walk.leg(), None);
    }

    #[test]
    fn a_long_period_is_cut_into_windows_without_a_seam() {
        let mut walk = walk("2025-11-21", "2026-11-20", None);
        let mut windows = Vec::new();
        while let Some(leg) = leg(&walk) {
            windows.push((leg("start").unwrap(), leg("end").unwrap()));
            walk.accept(0, 0, None).unwrap();
        }
        let expected = [("25.05.2026", "20.11.2026"), ("26.11.2025", "24.05.2026"), ("21.11.2025", "25.11.2025")];
        assert_eq!(windows, expected.map(|(start, end)| (start.into(), end.into())));
    }

    #[test]
    fn a_circle_is_a_bad_reply() {
        let mut circle = walk("", "", None);
        circle.accept(3, 3, Some("7")).unwrap();
        assert_eq!(circle.accept(3, 3, Some("7")).unwrap_err().code, ErrorCode::BadReply);
        assert_eq!(circle.leg(), None);
        let mut nothing_new = walk("", "", None);
        nothing_new.accept(3, 3, Some("7")).unwrap();
        assert_eq!(nothing_new.accept(3, 0, Some("5")).unwrap_err().code, ErrorCode::BadReply);
    }

    proptest! {
        #[test]
        fn every_day_is_in_exactly_one_window(start in 0i64..20_000, length in 0i32..2_000, open: bool) {
            let first = Day::at_instant(start * 86_400_000).unwrap();
            let last = first.plus_days(length);
            let end = if open { String::new() } else { last.text() };
            let mut walk = of(&query(&first.text(), &end, None), Some(last), 3);
            let mut expected = last;
            while let Some(leg) = leg(&walk) {
                let start = Day::parse(&leg("start").unwrap()).unwrap();
                let end = leg("end").map_or(last, |end| Day::parse(&end).unwrap());
                prop_assert_eq!(end, expected);
                prop_assert!(start <= end && start.plus_days(WINDOW_DAYS) > end);
                expected = start.plus_days(-1);
                walk.accept(0, 0, None).unwrap();
            }
            prop_assert_eq!(expected, first.plus_days(-1));
        }

        /// Messages of several windows, some days of which have many; the walk is broken off and taken up again wherever
        /// `breaks` says, on another day.
        #[test]
        fn every_message_comes_once_and_none_is_fetched_in_vain(
            mut days in proptest::collection::vec(0i64..500, 0..60), limit in proptest::option::of(1u64..70),
            period: bool, from in proptest::option::of(0usize..60), breaks: u64,
        ) {
            let (start, today) = (10_000, 10_500);
            let date = |day: i64| Day::at_instant(day * 86_400_000).unwrap();
            days.sort_unstable();
            // Newest first; the ids rise with time.
            let all: Vec<(String, i64)> = days.iter().enumerate().map(|(id, day)| (id.to_string(), start + day)).rev().collect();
            let first = if period { date(start).text() } else { String::new() };
            let mut form = query(&first, "", limit);
            let from = from.filter(|from| *from < all.len());
            if let Some(from) = from {
                form.set("prev_id", all[from].0.clone());
            }
            let mut walk = of(&form, Some(date(today)), 7);
            let (mut got, mut requests, mut later) = (Vec::new(), 0_u64, 0);
            while let Some(leg) = leg(&walk) {
                let within = |name: &str, or: i64| leg(name).map_or(date(or), |day| Day::parse(&day).unwrap());
                let (start, end) = (within("start", 0), within("end", 20_000));
                prop_assert!(!period || leg("end").is_none() || start.plus_days(WINDOW_DAYS) > end);
                let before: u64 = leg("cursor").map_or(u64::MAX, |id| id.parse().unwrap());
                let size: usize = leg("limit").unwrap().parse().unwrap();
                let page: Vec<&str> = all
                    .iter()
                    .filter(|(id, day)| (start..=end).contains(&date(*day)) && id.parse::<u64>().unwrap() < before)
                    .take(size)
                    .map(|(id, _)| id.as_str())
                    .collect();
                let cursor = (page.len() == size).then(|| page.last().copied()).flatten();
                let place = walk.accept(page.len() as u64, page.len() as u64, cursor).unwrap();
                got.extend(page.into_iter().map(ToOwned::to_owned));
                if breaks >> (requests % 64) & 1 == 1 {
                    let Some(place) = place else { break };
                    later += 40;
                    let form = query(&first, "", limit).with("prev_id", place);
                    walk = of(&form, Some(date(today + later)), 7);
                }
                requests += 1;
            }
            let wanted = &all[from.map_or(0, |from| from + 1)..];
            let wanted = &wanted[..limit.map_or(wanted.len(), |limit| wanted.len().min(usize::try_from(limit).unwrap()))];
            prop_assert_eq!(&got, &wanted.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>());
            let windows = if period { 3 } else { 1 };
            prop_assert!(requests <= wanted.len() as u64 / 7 + windows);
        }
    }

    #[test]
    fn what_is_sent_on_the_day_after_is_not_lost_when_it_is_taken_up_again() {
        let query = query("2026-01-01", "", None);
        let mut first = of(&query, day("2026-11-21"), 3);
        let place = first.accept(3, 3, Some("7")).unwrap().unwrap();
        assert_eq!(place, "22.11.2026/7/3");
        for (today, expected) in [
            ("2026-11-21", r#"{"start":"27.05.2026","end":"21.11.2026","cursor":"7","limit":3}"#),
            ("2026-11-22", r#"{"start":"27.05.2026","end":"22.11.2026","cursor":"7","limit":3}"#),
            ("2026-12-24", r#"{"start":"27.05.2026","end":"22.11.2026","cursor":"7","limit":3}"#),
        ] {
            let again = of(&query.clone().with("prev_id", place.as_str()), day(today), 3);
            assert_eq!(again.leg().as_deref(), Some(expected), "{today}");
        }
    }

    #[test]
    fn a_walk_from_a_day_to_come_is_taken_up_by_its_own_cursor() {
        let query = query("2026-12-24", "", None);
        let place = of(&query, day("2026-11-21"), 3).accept(3, 3, Some("7")).unwrap().unwrap();
        let again = of(&query.with("prev_id", place), day("2026-11-21"), 3);
        assert_eq!(again.leg().as_deref(), Some(r#"{"start":"24.12.2026","end":"24.12.2026","cursor":"7","limit":3}"#));
    }

    #[test]
    fn a_cursor_that_is_none_is_refused() {
        let wrong = |start: &str, cursor: &str| {
            Walk::new(&query(start, "", None).with("prev_id", cursor), day("2026-11-21").unwrap(), 3).unwrap_err()
        };
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
            assert_eq!(wrong(start, cursor).parameter.as_deref(), Some("cursor"), "{cursor}");
        }
        let done = of(&query("", "", Some(3)).with("prev_id", "/5/3"), day("2026-11-21"), 3);
        assert_eq!(done.leg(), None);
    }
}
