//! The progress of an iteration.

use serde::Serialize;
use tsify::Tsify;

use crate::{
    client::rate_limits::{HISTORY_PER_HOUR, RateLimits},
    protocol::day::Day,
};

/// The progress of an iteration, passed to `onProgress` after each page.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct IterationProgress {
    /// Items so far, messages or sender names, those before the `cursor` of the query included.
    #[tsify(type = "number")]
    pub messages: u64,
    /// Requests of this iteration so far, one for each page of the service: not those before the `cursor` of the query.
    #[tsify(type = "number")]
    pub requests: u64,
    /// Milliseconds spent waiting for the service's limits and between retries.
    #[tsify(type = "number")]
    pub waited_ms: u64,
    /// `sendTimestamp` of the oldest message so far, in Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional, type = "number")]
    pub oldest: Option<i64>,
    /// An estimate of the milliseconds to the end, if the query has an end (`limit`, or `start`). It includes the waits for the
    /// service's limits, unless a `rateLimiter` decides about them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional, type = "number")]
    pub eta_ms: Option<u64>,
    /// Continues after the items that were received so far, in another process too: the `cursor` of the same query. `iterate` may not
    /// have given all of them yet: to resume, save the `nextCursor` of a page of `pages`. Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub next_cursor: Option<String>,
}

/// Counts the progress of an iteration.
#[derive(Debug)]
pub struct ProgressCounter {
    limit: Option<u64>,
    start: Option<Day>,
    started_at: u64,
    /// Items before the cursor of the query.
    initial: u64,
    messages: u64,
    requests: u64,
    oldest: Option<i64>,
}

impl ProgressCounter {
    /// An iteration that begins now; `initial` items came before the cursor of its query.
    #[must_use]
    pub fn new(limit: Option<u64>, start: Option<Day>, initial: u64, now: u64) -> Self {
        Self { limit, start, started_at: now, initial, messages: initial, requests: 0, oldest: None }
    }

    /// The iteration begins only now, with that limit.
    pub fn begin(&mut self, limit: Option<u64>, now: u64) {
        (self.limit, self.started_at) = (limit, now);
    }

    /// The progress after a page. `wall_ms` is the time in milliseconds since 1970; `limits` are those of the history, if the
    /// requests wait for them.
    pub fn after_page(
        &mut self,
        new: u64,
        oldest: Option<i64>,
        next_cursor: Option<String>,
        waited_ms: u64,
        (now, wall_ms): (u64, u64),
        limits: Option<&RateLimits>,
    ) -> IterationProgress {
        self.messages = self.messages.saturating_add(new);
        self.requests = self.requests.saturating_add(1);
        self.oldest = oldest.or(self.oldest);
        let eta_ms = match next_cursor {
            None => Some(0),
            Some(_) => self.eta_ms(waited_ms, now, wall_ms, limits),
        };
        let Self { messages, requests, oldest, .. } = *self;
        IterationProgress { messages, requests, waited_ms, oldest, eta_ms, next_cursor }
    }

    /// As much time for each further request as for those so far, and their waits for the limits. As many requests again for the rest:
    /// of the items wanted, or of the days between `start` and now.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "estimate"
    )]
    fn eta_ms(&self, waited_ms: u64, now: u64, wall_ms: u64, limits: Option<&RateLimits>) -> Option<u64> {
        let (done, all) = if let Some(limit) = self.limit {
            (self.messages.saturating_sub(self.initial), limit.saturating_sub(self.initial))
        } else {
            let oldest_ms = u64::try_from(self.oldest?).ok()?.saturating_mul(1000);
            (wall_ms.saturating_sub(oldest_ms), wall_ms.saturating_sub(self.start?.start_ms()))
        };
        if done == 0 {
            return None;
        }
        let rest = all.saturating_sub(done) as f64 / done as f64;
        let active_ms = now.saturating_sub(self.started_at).saturating_sub(waited_ms) as f64;
        let requests = (self.requests as f64 * rest).ceil() as usize;
        let wait_ms = limits.map_or(0, |limits| limits.delay_ms(HISTORY_PER_HOUR, requests, now));
        Some(((active_ms * rest) as u64).saturating_add(wait_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::rate_limits::{HISTORY, WindowKey};

    #[test]
    fn estimates_by_the_items_or_by_the_period() {
        let mut by_items = ProgressCounter::new(Some(300), None, 0, 0);
        // One more request fits into the hour.
        let mut limits = RateLimits::default();
        for _ in 0..29 {
            limits.count(&WindowKey::of(&HISTORY, 0), Some(1_500), 1_500);
        }
        let limits = Some(&limits);
        let progress = by_items.after_page(100, Some(5), Some("1~100__7".into()), 500, (2_500, 0), limits);
        assert_eq!((progress.messages, progress.requests, progress.waited_ms), (100, 1, 500));
        assert_eq!((progress.eta_ms, progress.oldest), (Some(4_000 + 3_599_000), Some(5)));
        let progress = by_items.after_page(100, None, Some("1~200__7".into()), 500, (2_500, 0), limits);
        assert_eq!(progress.eta_ms, Some(1_000));
        assert_eq!(by_items.after_page(100, None, None, 500, (3_000, 0), limits).eta_ms, Some(0));

        let start = Day::parse("2026-11-01");
        let day = 86_400;
        let start_ms = start.map(Day::start_ms).unwrap();
        let mut by_period = ProgressCounter::new(None, start, 0, 0);
        let oldest = i64::try_from(start_ms / 1000).unwrap() + 5 * day;
        let now = start_ms + 10 * 86_400_000;
        let (times, cursor) = ((1_000, now), || Some("x".into()));
        assert_eq!(by_period.after_page(10, Some(oldest), cursor(), 0, times, None).eta_ms, Some(1_000));
        let mut without_end = ProgressCounter::new(None, None, 0, 0);
        assert_eq!(without_end.after_page(10, Some(oldest), cursor(), 0, times, None).eta_ms, None);
    }
}
