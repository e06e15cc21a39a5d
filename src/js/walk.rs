//! The border of a walk.

use super::{at, instant, line};
use crate::{
    day::Day,
    error::{Error, ErrorCode, Result},
    history,
    input::{Fields, parse},
    senders,
    walk::Walk,
};

/// The plan of a walk.
#[derive(Debug)]
pub struct WalkPlan {
    is_history: bool,
    walk: Walk,
}

impl WalkPlan {
    /// Checks the query of a walk: a line with `history` or `senders`, then the query.
    pub fn new(text: &str, now_ms: f64) -> Result<Self> {
        let (endpoint, query) = line(text);
        let is_history = endpoint == "history";
        let walk = Self::plan(is_history, query, now_ms).map_err(|error| at(endpoint, error))?;
        Ok(Self { is_history, walk })
    }

    #[expect(clippy::cast_possible_truncation, reason = "a cast of a float saturates")]
    fn plan(is_history: bool, query: &str, now_ms: f64) -> Result<Walk> {
        let query = parse(query, ErrorCode::InvalidParameter, "the query")?;
        let fields = &Fields::new(&query, ErrorCode::InvalidParameter);
        let today = Day::at_instant(now_ms as i64).ok_or_else(|| Error::internal("the clock shows no day"))?;
        let (form, page_size) = if is_history {
            (history::query(fields, true)?, history::MOST)
        } else {
            (senders::query(fields, true)?, senders::MOST)
        };
        Walk::new(&form, today, page_size)
    }

    /// What the next request sets in the query, as JSON; nothing where the walk is over.
    pub fn leg(&self) -> Option<String> {
        self.walk.leg()
    }

    /// Takes a page: how many items it has, how many of them are new, and the cursor that follows, or an empty text. Gives
    /// where the walk stands; nothing where it is over.
    pub fn accept(&mut self, count: f64, news: f64, next_cursor: &str) -> Result<Option<String>> {
        let next_cursor = Some(next_cursor).filter(|cursor| !cursor.is_empty());
        let endpoint = if self.is_history { "history" } else { "senders" };
        self.walk.accept(instant(count), instant(news), next_cursor).map_err(|error| at(endpoint, error))
    }
}
