//! The plan of a walk: which request comes next, and when it ends.
//!
//! A long period is cut into windows of whole days that share none, newest first; within a window the cursor goes back page
//! by page. A page that is not full ends its window.

use crate::{
    day::Day,
    error::{Error, ErrorCode, Result},
    form::Form,
    json::Writer,
};

/// How many days a window has: within any half year, which is what one request may cover.
const WINDOW_DAYS: i64 = 180;

/// One request of a walk: what it sets in the user's query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// The window's first day; absent where the walk goes back without end.
    pub start: Option<String>,
    /// The window's last day; absent where it reaches to now.
    pub end: Option<String>,
    /// Only what is older than this id.
    pub cursor: Option<String>,
    /// How many to give.
    pub limit: u64,
}

impl Leg {
    /// The same as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = Writer::default();
        json.open('{');
        for (name, text) in [("start", &self.start), ("end", &self.end), ("cursor", &self.cursor)] {
            if let Some(text) = text {
                json.text_field(name, text);
            }
        }
        json.number_field("limit", self.limit);
        json.close('}');
        json.finish()
    }
}

/// A walk under way.
#[derive(Debug)]
pub struct Walk {
    first: Option<Day>,
    end: Option<Day>,
    today: Day,
    cursor: Option<String>,
    from_cursor: Option<String>,
    page_size: u64,
    left: Option<u64>,
    cursors: Vec<String>,
    over: bool,
}

impl Walk {
    /// A walk over a period, or over everything, back from a cursor, or from now; `limit` is that of the whole walk.
    #[must_use]
    pub fn new(
        start: Option<Day>,
        end: Option<Day>,
        today: Day,
        cursor: Option<String>,
        page_size: u64,
        limit: Option<u64>,
    ) -> Self {
        Self {
            first: start,
            end,
            today,
            cursor: cursor.clone(),
            from_cursor: cursor,
            page_size,
            left: limit,
            cursors: Vec::new(),
            over: false,
        }
    }

    /// A walk over what a checked query's form asks for, `cnt` being the limit of it all.
    #[must_use]
    pub fn of_form(form: &Form, today: Day, page_size: u64) -> Self {
        let day = |name: &str| form.get(name).and_then(Day::parse);
        let cursor = form.get("prev_id").map(Into::into);
        let limit = form.get("cnt").and_then(|count| count.parse().ok());
        Self::new(day("start"), day("end"), today, cursor, page_size, limit)
    }

    /// The next request; nothing where the walk is over.
    #[must_use]
    pub fn leg(&self) -> Option<Leg> {
        (!self.over).then(|| Leg {
            start: self.window_start().map(|day| day.to_string()),
            end: self.end.map(|day| day.to_string()),
            cursor: self.cursor.clone(),
            limit: self.left.unwrap_or(u64::MAX).min(self.page_size),
        })
    }

    fn window_start(&self) -> Option<Day> {
        let first = self.first?;
        let end = self.end.unwrap_or(self.today);
        Some(first.max(end.plus_days(1_i64.saturating_sub(WINDOW_DAYS))))
    }

    /// Takes a page: how many items it has, how many of them the page before did not hold, and the cursor that follows.
    ///
    /// # Errors
    /// `bad_reply`, where the page would lead in a circle.
    pub fn accept(&mut self, count: u64, news: u64, next_cursor: Option<&str>) -> Result<()> {
        let Some(leg) = self.leg() else { return Ok(()) };
        if count < leg.limit {
            self.next_window();
        } else {
            let cursor = next_cursor.filter(|cursor| news > 0 && !self.cursors.iter().any(|before| before == cursor));
            let Some(cursor) = cursor else {
                self.over = true;
                let message = "a full page that adds nothing new, or whose cursor was there before: \
                    the walk would go in a circle";
                return Err(Error::new(ErrorCode::BadReply, message));
            };
            self.cursors.push(cursor.into());
            self.cursor = Some(cursor.into());
        }
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(news);
            self.over |= *left == 0;
        }
        Ok(())
    }

    fn next_window(&mut self) {
        match (self.first, self.window_start()) {
            (Some(first), Some(start)) if start > first => {
                self.end = Some(start.plus_days(-1));
                self.cursor.clone_from(&self.from_cursor);
            }
            _ => self.over = true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Option<Day> {
        Day::parse(text)
    }

    fn walk(start: &str, end: &str, limit: Option<u64>) -> Walk {
        Walk::new(day(start), day(end), day("2026-11-21").unwrap(), None, 3, limit)
    }

    #[test]
    fn a_page_that_is_not_full_ends_it_and_a_full_one_leads_on() {
        let mut walk = walk("", "", None);
        assert_eq!(walk.leg().unwrap(), Leg { start: None, end: None, cursor: None, limit: 3 });
        walk.accept(3, 3, Some("7")).unwrap();
        assert_eq!(walk.leg().unwrap().cursor.as_deref(), Some("7"));
        walk.accept(1, 1, None).unwrap();
        assert_eq!(walk.leg(), None);
    }

    #[test]
    fn the_last_request_asks_for_no_more_than_is_left() {
        let mut walk = walk("", "", Some(4));
        walk.accept(3, 3, Some("7")).unwrap();
        assert_eq!(walk.leg().unwrap().limit, 1);
        walk.accept(1, 1, Some("6")).unwrap();
        assert_eq!(walk.leg(), None);
    }

    #[test]
    fn a_long_period_is_cut_into_windows_without_a_seam() {
        let mut walk = walk("2025-11-21", "2026-11-20", None);
        let mut windows = Vec::new();
        while let Some(leg) = walk.leg() {
            windows.push((leg.start.unwrap(), leg.end.unwrap()));
            walk.accept(0, 0, None).unwrap();
        }
        let expected = [("25.05.2026", "20.11.2026"), ("26.11.2025", "24.05.2026"), ("21.11.2025", "25.11.2025")];
        assert_eq!(windows, expected.map(|(start, end)| (start.into(), end.into())));
    }

    #[test]
    fn a_circle_is_a_bad_reply() {
        let mut circle = walk("", "", None);
        circle.accept(3, 3, Some("7")).unwrap();
        assert_eq!(circle.accept(3, 3, Some("7")).unwrap_err().code(), ErrorCode::BadReply);
        assert_eq!(circle.leg(), None);
        let mut nothing_new = walk("", "", None);
        nothing_new.accept(3, 3, Some("7")).unwrap();
        assert_eq!(nothing_new.accept(3, 0, Some("5")).unwrap_err().code(), ErrorCode::BadReply);
    }

    proptest! {
        #[test]
        fn every_day_is_in_exactly_one_window(start in 0i64..20_000, length in 0i64..2_000, open: bool) {
            let first = Day::at_instant(start * 86_400_000).unwrap();
            let last = first.plus_days(length);
            let mut walk = Walk::new(Some(first), (!open).then_some(last), last, None, 3, None);
            let mut expected = last;
            while let Some(leg) = walk.leg() {
                let start = Day::parse(&leg.start.unwrap()).unwrap();
                let end = leg.end.map_or(last, |end| Day::parse(&end).unwrap());
                prop_assert_eq!(end, expected);
                prop_assert!(start <= end && start.plus_days(WINDOW_DAYS) > end);
                expected = start.plus_days(-1);
                walk.accept(0, 0, None).unwrap();
            }
            prop_assert_eq!(expected, first.plus_days(-1));
        }

        #[test]
        fn every_message_comes_once(count in 0u32..50, limit in proptest::option::of(1u64..60)) {
            let all: Vec<String> = (1..=count).rev().map(|id| id.to_string()).collect();
            let mut walk = Walk::new(None, None, Day::at_instant(0).unwrap(), None, 7, limit);
            let (mut got, mut requests) = (Vec::new(), 0);
            while let Some(leg) = walk.leg() {
                let from = leg.cursor.map_or(0, |cursor| all.iter().position(|id| *id == cursor).unwrap() + 1);
                let page: Vec<&str> = all[from..].iter().take(usize::try_from(leg.limit).unwrap()).map(String::as_str).collect();
                let cursor = (page.len() as u64 == leg.limit).then(|| page.last().copied()).flatten();
                walk.accept(page.len() as u64, page.len() as u64, cursor).unwrap();
                got.extend(page.into_iter().map(ToOwned::to_owned));
                requests += 1;
            }
            let wanted = limit.map_or(all.len(), |limit| all.len().min(usize::try_from(limit).unwrap()));
            prop_assert_eq!(&got, &all[..wanted]);
            prop_assert!(requests <= wanted / 7 + 1);
        }
    }
}
