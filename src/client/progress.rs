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
}

impl ProgressCounter {
    /// An iteration that begins now; `initial` items came before the cursor of its query.
    #[must_use]
    pub fn new(limit: Option<u64>, start: Option<Day>, initial: u64, now: u64) -> Self {
        Self { limit, start, started_at: now, initial, messages: initial, requests: 0 }
    }

    /// The iteration begins only now, with that limit.
    pub fn begin(&mut self, limit: Option<u64>, now: u64) {
        (self.limit, self.started_at) = (limit, now);
    }

    /// The progress after a page. It went back from `newest` to `oldest`, in Unix seconds; `limits` are those of the history, if
    /// the requests wait for them.
    pub fn after_page(
        &mut self,
        new: u64,
        (newest, oldest): (Option<i64>, Option<i64>),
        next_cursor: Option<String>,
        waited_ms: u64,
        now: u64,
        limits: Option<&RateLimits>,
    ) -> IterationProgress {
        self.messages = self.messages.saturating_add(new);
        self.requests = self.requests.saturating_add(1);
        let eta_ms = match next_cursor {
            None => Some(0),
            Some(_) => self.eta_ms((newest, oldest), waited_ms, now, limits),
        };
        let Self { messages, requests, .. } = *self;
        IterationProgress { messages, requests, waited_ms, oldest, eta_ms, next_cursor }
    }

    /// As much time for each further request as for those so far, and their waits for the limits. As many requests again for the rest:
    /// of the items wanted, or of the time back to `start`.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "estimate"
    )]
    fn eta_ms(
        &self,
        (newest, oldest): (Option<i64>, Option<i64>),
        waited_ms: u64,
        now: u64,
        limits: Option<&RateLimits>,
    ) -> Option<u64> {
        let (done, rest) = if let Some(limit) = self.limit {
            (self.messages.saturating_sub(self.initial) as f64, limit.saturating_sub(self.messages) as f64)
        } else {
            let (oldest, start) = (oldest? as f64, self.start?.start_ms() as f64 / 1000.0);
            (newest? as f64 - oldest, (oldest - start).max(0.0))
        };
        if done <= 0.0 {
            return None;
        }
        // The product first: a quotient that is rounded up can be one request more, and that an hour more.
        let for_rest = |amount: u64| amount as f64 * rest / done;
        let active_ms = for_rest(now.saturating_sub(self.started_at).saturating_sub(waited_ms));
        let requests = for_rest(self.requests).ceil();
        let wait_ms = limits.map_or(0, |limits| limits.delay_ms(HISTORY_PER_HOUR, requests as usize, now));
        Some((active_ms as u64).saturating_add(wait_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::rate_limits::{HISTORY, WindowKey};

    /// The limits after that number of requests, all at one time.
    fn limits_after(requests: usize, now: u64) -> RateLimits {
        let mut limits = RateLimits::default();
        for _ in 0..requests {
            limits.count(&WindowKey::of(&HISTORY, 0), Some(now), now);
        }
        limits
    }

    const CURSOR: &str = "1~100__7";

    #[test]
    fn estimates_by_the_items_and_the_limits() {
        let mut by_items = ProgressCounter::new(Some(300), None, 0, 0);
        // One more request fits into the hour.
        let limits = limits_after(29, 1_500);
        let limits = Some(&limits);
        let times = (Some(9), Some(5));
        let progress = by_items.after_page(100, times, Some(CURSOR.into()), 500, 2_500, limits);
        assert_eq!((progress.messages, progress.requests, progress.waited_ms), (100, 1, 500));
        assert_eq!((progress.eta_ms, progress.oldest), (Some(4_000 + 3_599_000), Some(5)));
        let progress = by_items.after_page(100, times, Some(CURSOR.into()), 500, 2_500, limits);
        assert_eq!(progress.eta_ms, Some(1_000));
        assert_eq!(by_items.after_page(100, times, None, 500, 3_000, limits).eta_ms, Some(0));
    }

    #[test]
    fn estimates_no_request_too_many() {
        let mut counter = ProgressCounter::new(Some(90_000), None, 0, 0);
        let progress =
            (1..=27).map(|_| counter.after_page(1_000, (None, None), Some(CURSOR.into()), 0, 0, None)).last();
        assert_eq!(progress.unwrap().messages, 27_000);
        // 63 more make 90, which are three hours' requests.
        let eta_ms = counter.eta_ms((None, None), 0, 0, Some(&limits_after(27, 0)));
        assert_eq!(eta_ms, Some(2 * 3_600_000));
    }

    #[test]
    fn estimates_by_the_period() {
        let start = Day::parse("2026-11-01");
        let after_start = |days: i64| Some(start.unwrap().start_ms().cast_signed() / 1000 + days * 86_400);
        let eta_ms = |start, times| {
            ProgressCounter::new(None, start, 0, 0).after_page(10, times, Some(CURSOR.into()), 0, 1_000, None).eta_ms
        };
        let times = (after_start(10), after_start(5));
        assert_eq!(eta_ms(start, times), Some(1_000));
        assert_eq!(eta_ms(start, (after_start(6), after_start(5))), Some(5_000));
        assert_eq!(eta_ms(start, (after_start(5), after_start(5))), None);
        assert_eq!(eta_ms(start, (None, None)), None);
        assert_eq!(eta_ms(None, times), None);
    }
}
