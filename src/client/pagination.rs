//! Pagination: which request a stream of items sends next, and when the stream ends.
//!
//! A long period is split into windows of whole days that do not overlap, newest first; within a window the cursor goes back
//! page by page. A page that is not full ends its window.

use crate::{
    client::{
        cursor::{ResumePoint, StreamCursor},
        error::{Error, ErrorCode, Result},
    },
    protocol::day::Day,
};

/// The length of a window in days: within any half year, which is what one request may cover.
const WINDOW_DAYS: i32 = 180;

/// The days that a query covers, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// The first day; default: that of the oldest item.
    pub start: Option<Day>,
    /// The last day; default: today.
    pub end: Option<Day>,
}

/// What the next request of a stream asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The first day.
    pub start: Option<Day>,
    /// The last day.
    pub end: Option<Day>,
    /// Only items older than this id.
    pub cursor: Option<String>,
    /// The number of items.
    pub limit: u64,
}

/// The requests of one stream, in progress.
#[derive(Debug)]
pub struct Paginator {
    first: Option<Day>,
    /// The last day of the window; `None` while it reaches to now.
    end: Option<Day>,
    /// Whether the caller chose the last day. Otherwise no request names a day to come: the service's reaction to one is not
    /// documented.
    is_end_given: bool,
    /// The last day of a window that reaches to now. The first request may be sent after midnight.
    horizon: Day,
    /// Only items older than this id.
    cursor: Option<String>,
    /// The id at which the caller begins: it holds in every window until something was found.
    initial_cursor: Option<String>,
    has_first_page: bool,
    seen_cursors: Vec<String>,
    is_finished: bool,
}

impl Paginator {
    /// The requests for a period, back from the item with that id or from now.
    #[must_use]
    pub fn new(period: Period, id: Option<String>, today: Day) -> Self {
        let tomorrow = today.plus_days(1);
        let horizon = period.start.map_or(tomorrow, |first| first.max(tomorrow));
        Self {
            first: period.start,
            // No window is only of days to come.
            end: period.end.map(|end| end.min(horizon)),
            is_end_given: period.end.is_some(),
            horizon,
            initial_cursor: id.clone(),
            cursor: id,
            has_first_page: false,
            seen_cursors: Vec::new(),
            is_finished: false,
        }
    }

    /// Continues where another stream over the same period stood; `None` if the cursor does not fit the period.
    #[must_use]
    pub fn resume(period: Period, StreamCursor { count, resume_point, .. }: StreamCursor, today: Day) -> Option<Self> {
        let Some(ResumePoint { end, id }) = resume_point else {
            let mut paginator = Self::new(period, None, today);
            paginator.finish();
            return Some(paginator);
        };
        let mut paginator = Self::new(period, id, today);
        let is_in_period = match (period.start, end) {
            (Some(first), Some(end)) => end >= first && period.end.is_none_or(|last| end <= last),
            // The windows have not begun.
            (Some(_), None) => count == 0,
            (None, end) => end.is_none(),
        };
        paginator.end = end.or(paginator.end);
        if count > 0 {
            paginator.initial_cursor = None;
        }
        is_in_period.then_some(paginator)
    }

    /// What the next request asks for, with that number of items; `None` once the stream has ended.
    #[must_use]
    pub fn position(&self, limit: u64, today: Day) -> Option<Position> {
        if self.is_finished {
            return None;
        }
        let start = self.window_start();
        // A period without an end would grow while the iteration runs, until the service rejects it as too long.
        let implied_end = self.first.filter(|_| self.has_first_page).map(|_| self.horizon);
        let end = self.end.or(implied_end).map(|end| {
            let end = if self.is_end_given { end } else { end.min(today) };
            start.map_or(end, |start| end.max(start))
        });
        Some(Position { start, end, cursor: self.cursor.clone(), limit })
    }

    fn window_start(&self) -> Option<Day> {
        let end = self.end.unwrap_or(self.horizon);
        self.first.map(|first| first.max(end.plus_days(1_i32.saturating_sub(WINDOW_DAYS))))
    }

    /// Whether all requests were made.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.is_finished
    }

    /// Ends the stream: no more items are wanted.
    pub fn finish(&mut self) {
        self.is_finished = true;
    }

    /// Takes a page: whether it is full, how many of its items the previous page did not hold, and the id that its last item
    /// has.
    ///
    /// # Errors
    /// `bad_response`, if the pages would repeat for ever.
    pub fn accept(&mut self, is_full: bool, new: u64, last_id: Option<&str>) -> Result<()> {
        if self.is_finished {
            return Ok(());
        }
        self.has_first_page = true;
        if new > 0 {
            self.initial_cursor = None;
        }
        if is_full {
            let is_new = |cursor: &&str| new > 0 && !self.seen_cursors.iter().any(|seen| seen == cursor);
            let Some(cursor) = last_id.filter(is_new) else {
                self.is_finished = true;
                let message = "the service's pages go in a circle: a full page repeats an earlier one, or has no id to \
                               continue from";
                return Err(Error::new(ErrorCode::BadResponse, message));
            };
            self.seen_cursors.push(cursor.into());
            self.cursor = Some(cursor.into());
            return Ok(());
        }
        match (self.first, self.window_start()) {
            (Some(first), Some(start)) if start > first => {
                self.end = Some(start.plus_days(-1));
                self.cursor.clone_from(&self.initial_cursor);
            }
            _ => self.is_finished = true,
        }
        Ok(())
    }

    /// Where another process continues; `None` once the stream has ended.
    #[must_use]
    pub fn resume_point(&self) -> Option<ResumePoint> {
        let end = self.first.map(|_| self.window_end());
        (!self.is_finished).then(|| ResumePoint { end, id: self.cursor.clone() })
    }

    fn window_end(&self) -> Day {
        self.end.unwrap_or(self.horizon)
    }

    /// The last second of the window, in Unix seconds: no item of the next page is newer. `None` if the period has no start,
    /// and therefore no windows.
    #[must_use]
    pub fn window_end_timestamp(&self) -> Option<i64> {
        let next_day = i64::try_from(self.window_end().plus_days(1).start_ms() / 1000).ok()?;
        self.first.map(|_| next_day.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests;
