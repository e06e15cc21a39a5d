//! One window of a limit: which requests count in it, and until when.

use super::rules::{Rule, WindowKey};

const IN_FLIGHT: u64 = u64::MAX;

/// The requests that count in a window.
#[derive(Debug)]
pub struct Window {
    pub key: WindowKey,
    /// When the responses came; [`IN_FLIGHT`] while one is awaited. At most as many as the limit are kept, and they are not
    /// dropped when their time is over: a clock that jumps forward and back shall not lose them.
    pub(super) requests: Vec<u64>,
}

impl Window {
    pub fn new(key: WindowKey) -> Self {
        Self { key, requests: Vec::new() }
    }

    /// Adds a request in flight.
    pub fn begin(&mut self) {
        self.requests.push(IN_FLIGHT);
    }

    /// A request in flight ended.
    pub fn end(&mut self, now: u64) {
        if let Some(end) = self.requests.iter_mut().find(|end| **end == IN_FLIGHT) {
            *end = now;
        }
        self.trim();
    }

    /// A request in flight was never sent.
    pub fn cancel(&mut self) {
        if let Some(index) = self.requests.iter().position(|end| *end == IN_FLIGHT) {
            self.requests.swap_remove(index);
        }
    }

    /// Adds a request that ended at that time.
    pub fn add_ended(&mut self, end: u64) {
        self.requests.push(end);
        self.trim();
    }

    /// Makes the window full, by requests that end now.
    pub fn fill(&mut self, now: u64) {
        let used = self.ends(now).count();
        for _ in used..self.key.rule.limit {
            self.requests.push(now);
        }
        self.trim();
    }

    /// No request that ended counts from later than now.
    pub fn end_by(&mut self, now: u64) {
        for end in self.requests.iter_mut().filter(|end| **end != IN_FLIGHT) {
            *end = (*end).min(now);
        }
    }

    /// When the requests end that count now. A response that is awaited comes now at the earliest.
    pub fn ends(&self, now: u64) -> impl Iterator<Item = u64> {
        let ends = self.requests.iter().map(move |end| if *end == IN_FLIGHT { now } else { *end });
        ends.filter(move |end| end.saturating_add(self.key.rule.window_ms) > now)
    }

    /// More than the limit are there only if calls ignore the limits: the last ones alone decide when the window is free.
    fn trim(&mut self) {
        while self.requests.len() > self.key.rule.limit {
            let oldest = self.requests.iter().enumerate().min_by_key(|(_, end)| **end);
            match oldest {
                Some((index, end)) if *end != IN_FLIGHT => self.requests.swap_remove(index),
                _ => break,
            };
        }
    }

    /// In how many milliseconds another request may be sent, after a number of others, at the earliest.
    pub fn free_in(&self, ahead: usize, now: u64) -> u64 {
        let Rule { limit, window_ms, .. } = *self.key.rule;
        let Some(excess) = self.ends(now).count().saturating_add(ahead).checked_sub(limit) else { return 0 };
        // The earliest end first, and each makes way for one request, whose own end makes way for the next: `limit` at a time.
        let (wave, rank) = (excess.checked_div(limit).unwrap_or(0), excess.checked_rem(limit).unwrap_or(0));
        // There are at most 30, and a sort would add 3 kB to the module.
        let rank_of =
            |end: &(usize, u64)| self.ends(now).enumerate().filter(|other| (other.1, other.0) < (end.1, end.0)).count();
        let waves = u64::try_from(wave).unwrap_or_default().saturating_add(1);
        let end = self.ends(now).enumerate().find(|end| rank_of(end) == rank).map_or(now, |(_, end)| end);
        end.saturating_add(window_ms.saturating_mul(waves)).saturating_sub(now)
    }
}
