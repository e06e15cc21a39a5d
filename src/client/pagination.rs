//! Pagination: which request an iteration sends next, and when it ends.
//!
//! A long period is split into windows of whole days that do not overlap, newest first; within a window the cursor goes back
//! page by page. A page that is not full ends its window. A cursor (`end/id/count`) holds the position, so that the same query
//! continues in another process.

use crate::{
    api::values::Id,
    client::error::{Error, ErrorCode, Result},
    protocol::date::Day,
};

/// The length of a window in days: within any half year, which is what one request may cover.
const WINDOW_DAYS: i32 = 180;

/// What an iteration goes over.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// The first day.
    pub start: Option<Day>,
    /// The last day.
    pub end: Option<Day>,
    /// Where it begins: an id, or the cursor of another iteration over the same query.
    pub cursor: Option<String>,
    /// The maximum number of items.
    pub limit: Option<u64>,
    /// The maximum number of items of one request.
    pub page_size: u64,
}

/// What the next request of an iteration asks for.
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

/// An iteration in progress.
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
    page_size: u64,
    limit: u64,
    /// Items so far, those before the cursor of the query included.
    count: u64,
    has_first_page: bool,
    seen_cursors: Vec<String>,
    is_finished: bool,
}

impl Paginator {
    /// An iteration over a period or over everything, back from a cursor or from now.
    ///
    /// # Errors
    /// `invalid_parameter`, if the cursor is neither an id nor a cursor of the same query.
    pub fn new(scan: Scan, today: Day) -> Result<Self> {
        let tomorrow = today.plus_days(1);
        let mut paginator = Self {
            first: scan.start,
            end: scan.end,
            is_end_given: scan.end.is_some(),
            horizon: scan.start.map_or(tomorrow, |first| first.max(tomorrow)),
            cursor: None,
            initial_cursor: None,
            page_size: scan.page_size,
            limit: scan.limit.unwrap_or(u64::MAX),
            count: 0,
            has_first_page: false,
            seen_cursors: Vec::new(),
            is_finished: false,
        };
        let given = scan.cursor.unwrap_or_default();
        let mut id = given.as_str();
        if let Some((end, rest)) = given.split_once('/') {
            id = paginator.resume(end, rest).ok_or_else(|| {
                let message = "`cursor` takes an id, or the `cursor` of a page that the same query gave";
                Error::new(ErrorCode::InvalidParameter, message).parameter("cursor")
            })?;
        }
        paginator.cursor = (!id.is_empty()).then(|| id.into());
        if paginator.count == 0 {
            paginator.initial_cursor.clone_from(&paginator.cursor);
        }
        Ok(paginator)
    }

    /// Continues at `end/id/count`; returns the id.
    fn resume<'a>(&mut self, end: &str, rest: &'a str) -> Option<&'a str> {
        let (id, count) = rest.split_once('/')?;
        self.count = count.parse().ok()?;
        self.is_finished = self.count >= self.limit;
        let is_in_period = match self.first {
            Some(first) => {
                self.end = Day::parse(end);
                self.end.is_some_and(|end| end >= first)
            }
            None => end.is_empty(),
        };
        (is_in_period && (id.is_empty() || Id::is_valid(id))).then_some(id)
    }

    /// What the next request asks for; `None` once the iteration is finished.
    #[must_use]
    pub fn position(&self, today: Day) -> Option<Position> {
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
        Some(Position { start, end, cursor: self.cursor.clone(), limit: self.request_size() })
    }

    /// The number of items that the next request asks for: no more than are wanted.
    fn request_size(&self) -> u64 {
        self.limit.saturating_sub(self.count).min(self.page_size)
    }

    /// How many more items the caller takes.
    #[must_use]
    pub fn remaining(&self) -> u64 {
        self.limit.saturating_sub(self.count)
    }

    fn window_start(&self) -> Option<Day> {
        let end = self.end.unwrap_or(self.horizon);
        self.first.map(|first| first.max(end.plus_days(1_i32.saturating_sub(WINDOW_DAYS))))
    }

    /// Takes a page: its number of items, how many of them the previous page did not hold, and the cursor that follows.
    /// Returns the cursor of the iteration; `None` once it is finished.
    ///
    /// # Errors
    /// `bad_response`, if the page would repeat for ever.
    pub fn accept(&mut self, length: u64, new: u64, next_cursor: Option<&str>) -> Result<Option<String>> {
        if self.is_finished {
            return Ok(None);
        }
        let is_full = length >= self.request_size();
        self.has_first_page = true;
        self.count = self.count.saturating_add(new);
        self.is_finished = self.count >= self.limit;
        if new > 0 {
            self.initial_cursor = None;
        }
        if is_full && !self.is_finished {
            let is_new = |cursor: &&str| new > 0 && !self.seen_cursors.iter().any(|seen| seen == cursor);
            let Some(cursor) = next_cursor.filter(is_new) else {
                self.is_finished = true;
                let message = "a full page repeats the previous one, or its cursor: the service's pages go in a circle";
                return Err(Error::new(ErrorCode::BadResponse, message));
            };
            self.seen_cursors.push(cursor.into());
            self.cursor = Some(cursor.into());
        } else if !is_full {
            match (self.first, self.window_start()) {
                (Some(first), Some(start)) if start > first => {
                    self.end = Some(start.plus_days(-1));
                    self.cursor.clone_from(&self.initial_cursor);
                }
                _ => self.is_finished = true,
            }
        }
        Ok((!self.is_finished).then(|| {
            let end = self.first.map(|_| self.end.unwrap_or(self.horizon).text()).unwrap_or_default();
            format!("{end}/{}/{}", self.cursor.as_deref().unwrap_or_default(), self.count)
        }))
    }
}

#[cfg(test)]
mod tests;
