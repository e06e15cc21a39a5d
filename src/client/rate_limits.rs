//! The service's rate limits: how often a kind of request may be sent, and how many at once. Time is an argument.
//!
//! A request counts in every window that its rules name, from its permit until the window's full length after its response
//! came: the service counted it at some moment before that. Requests that have to wait queue in order, one queue per account;
//! a later request may overtake only in windows that it does not share with an earlier one.

mod rules;
mod window;

use serde::Serialize;
use tsify::Tsify;

pub use rules::{
    HISTORY, HISTORY_PER_HOUR, MAX_CONCURRENT, Rule, Rules, SENDERS_ADD, SENDERS_LIST, TASKS, WindowKey, rules_name,
    rules_named,
};
use window::Window;

/// After error 9 of the concurrent kind, fewer requests may be in flight for this time.
pub const REDUCTION_MS: u64 = 60_000;

/// How many requests may be in flight then: half of those that were. For a shared limiter, which alone knows that number, half of
/// [`MAX_CONCURRENT`].
#[must_use]
pub fn reduced_concurrency(in_flight: Option<usize>) -> usize {
    (in_flight.unwrap_or(MAX_CONCURRENT) / 2).max(1)
}

/// The number of a request in the queue, unique among all requests.
pub type RequestId = u32;

/// The rate limits of one account, shared by every client of it in this process.
#[derive(Debug, Default)]
pub struct RateLimits {
    windows: Vec<Window>,
    in_flight: usize,
    queue: Vec<Waiter>,
    queued_keys: Vec<QueuedKey>,
    /// Until when fewer requests may be in flight at once, and how many.
    reduced: (u64, usize),
    /// The number of windows at which the empty ones are next dropped.
    sweep_at: usize,
    /// The last time that was passed.
    last_now: u64,
}

/// A request in the queue.
#[derive(Debug)]
struct Waiter {
    id: RequestId,
    /// Indices in [`RateLimits::queued_keys`], so that a pass over the queue compares no keys with each other.
    keys: Vec<usize>,
}

/// A window of requests in the queue. Its index stays the same while it has waiters.
#[derive(Debug)]
struct QueuedKey {
    key: WindowKey,
    waiters: usize,
}

/// Whether the request may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may, and holds its permit until [`RateLimits::release`].
    Grant,
    /// Not now.
    Deny {
        /// In how many milliseconds it may be, at the earliest; `None` if too many requests are in flight, so that only a
        /// response can tell.
        retry_after_ms: Option<u64>,
    },
}

/// The waiter that is next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// This request may be sent now.
    Ready(RequestId),
    /// No request before this number of milliseconds.
    In(u64),
    /// No request before another one ends.
    Never,
}

/// One row of `rateLimits()`: how full a window is.
#[derive(Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct RateLimit {
    /// The limit's name: `history`, `history.identical`, `senders.list.identical`, `senders.add`, `tasks.identical`, or
    /// `connections` for requests in flight at once. Of several windows with one name, the fullest.
    pub name: &'static str,
    /// Requests that count in it now.
    #[tsify(type = "number")]
    pub used: usize,
    /// The maximum number of requests. Of `connections`, fewer for a minute after the service rejected one.
    #[tsify(type = "number")]
    pub limit: usize,
    /// The length of the window in milliseconds; 0 for `connections`.
    #[tsify(type = "number")]
    pub window_ms: u64,
    /// Milliseconds until another request fits; 0 if one fits now, and for `connections`, where one fits as soon as a response came.
    #[tsify(type = "number")]
    pub reset_ms: u64,
}

impl RateLimits {
    /// Asks for a permit. A request that is denied is queued until it gets one or [leaves](Self::leave).
    pub fn acquire(&mut self, id: RequestId, keys: &[WindowKey], now: u64) -> Decision {
        self.observe(now);
        let position = self.queue.iter().position(|waiter| waiter.id == id);
        let before = position.unwrap_or(self.queue.len());
        let wait_ms =
            keys.iter().map(|key| self.free_in(key, self.waiters_before(before, key), now)).max().unwrap_or(0);
        let decision = if wait_ms > 0 {
            Decision::Deny { retry_after_ms: Some(wait_ms) }
        } else if self.has_connection_after(before, now) {
            Decision::Grant
        } else {
            Decision::Deny { retry_after_ms: None }
        };
        if decision == Decision::Grant {
            self.leave(id);
            self.force(keys, now);
        } else if position.is_none() {
            let keys = keys.iter().map(|key| self.enqueue_key(key)).collect();
            self.queue.push(Waiter { id, keys });
        }
        decision
    }

    /// Counts another waiter of a window. Returns its index in [`Self::queued_keys`].
    fn enqueue_key(&mut self, key: &WindowKey) -> usize {
        let index = self.queued_key(key).or_else(|| self.queued_keys.iter().position(|queued| queued.waiters == 0));
        let index = index.unwrap_or_else(|| {
            self.queued_keys.push(QueuedKey { key: *key, waiters: 0 });
            self.queued_keys.len().saturating_sub(1)
        });
        if let Some(queued) = self.queued_keys.get_mut(index) {
            *queued = QueuedKey { key: *key, waiters: queued.waiters.saturating_add(1) };
        }
        index
    }

    fn queued_key(&self, key: &WindowKey) -> Option<usize> {
        self.queued_keys.iter().position(|queued| queued.waiters > 0 && queued.key.is(key))
    }

    /// How many of the first waiters count in a window.
    fn waiters_before(&self, position: usize, key: &WindowKey) -> usize {
        let Some(index) = self.queued_key(key) else { return 0 };
        self.queue.iter().take(position).filter(|waiter| waiter.keys.contains(&index)).count()
    }

    /// In how many milliseconds another request fits into a window, after a number of others, at the earliest.
    fn free_in(&self, key: &WindowKey, ahead: usize, now: u64) -> u64 {
        let window = self.windows.iter().find(|window| window.key.is(key));
        window.unwrap_or(&Window::new(*key)).free_in(ahead, now)
    }

    /// The requests in flight.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// In how many milliseconds the windows have capacity for one more request, after those in the queue, at the earliest.
    #[must_use]
    pub fn blocked_ms(&self, keys: &[WindowKey], now: u64) -> u64 {
        let wait_ms = |key| self.free_in(key, self.waiters_before(self.queue.len(), key), now);
        keys.iter().map(wait_ms).max().unwrap_or(0)
    }

    /// In how many milliseconds the last of some further requests can be sent, at the earliest, by a rule that counts all requests.
    #[must_use]
    pub fn delay_ms(&self, rule: &'static Rule, requests: usize, now: u64) -> u64 {
        self.free_in(&WindowKey { rule, identity: 0 }, requests.saturating_sub(1), now)
    }

    /// Each waiter with the milliseconds until its windows have capacity for it, after those ahead of it.
    fn waits(&self, now: u64) -> impl Iterator<Item = (RequestId, u64)> {
        let mut ahead = vec![0_usize; self.queued_keys.len()];
        self.queue.iter().map(move |waiter| {
            let mut longest = 0;
            for index in &waiter.keys {
                if let (Some(queued), Some(count)) = (self.queued_keys.get(*index), ahead.get_mut(*index)) {
                    longest = longest.max(self.free_in(&queued.key, *count, now));
                    *count = count.saturating_add(1);
                }
            }
            (waiter.id, longest)
        })
    }

    /// Whether a connection is free once the first waiters are sent, as far as they can be sent now.
    fn has_connection_after(&self, position: usize, now: u64) -> bool {
        let free = self.free_connections(now);
        free > 0 && self.waits(now).take(position).filter(|(_, wait_ms)| *wait_ms == 0).take(free).count() < free
    }

    /// How many more requests may be in flight.
    fn free_connections(&self, now: u64) -> usize {
        self.max_connections(now).saturating_sub(self.in_flight)
    }

    /// How many requests may be in flight.
    fn max_connections(&self, now: u64) -> usize {
        let (until, reduced) = self.reduced;
        if now < until { reduced } else { MAX_CONCURRENT }
    }

    /// Takes a permit without asking: for calls with limits "off", which count for the others all the same.
    pub fn force(&mut self, keys: &[WindowKey], now: u64) {
        self.in_flight = self.in_flight.saturating_add(1);
        for key in keys {
            self.with_window(key, now, Window::begin);
        }
    }

    /// Releases the permit of a request: its response came, or never will.
    pub fn release(&mut self, keys: &[WindowKey], now: u64) {
        self.in_flight = self.in_flight.saturating_sub(1);
        for key in keys {
            self.with_window(key, now, |window| window.end(now));
        }
    }

    /// Releases the permit of a request that was never sent.
    pub fn cancel(&mut self, keys: &[WindowKey], now: u64) {
        self.in_flight = self.in_flight.saturating_sub(1);
        for key in keys {
            self.with_window(key, now, Window::cancel);
        }
    }

    /// Removes a request from the queue.
    pub fn leave(&mut self, id: RequestId) {
        let Some(position) = self.queue.iter().position(|waiter| waiter.id == id) else { return };
        for index in self.queue.remove(position).keys {
            if let Some(queued) = self.queued_keys.get_mut(index) {
                queued.waiters = queued.waiters.saturating_sub(1);
            }
        }
        if self.queue.is_empty() {
            self.queued_keys.clear();
        }
    }

    /// Counts a request of another copy of the package, or of an instance that trapped: with the time of its response, or
    /// still in flight.
    pub fn count(&mut self, keys: &[WindowKey], ended_at: Option<u64>, now: u64) {
        match ended_at {
            None => self.force(keys, now),
            Some(end) => {
                for key in keys {
                    self.with_window(key, now, |window| window.add_ended(end.min(now)));
                }
            }
        }
    }

    /// Feedback after error 9: another program uses the same account. The window counts as full.
    pub fn observe_rejection(&mut self, key: &WindowKey, now: u64) {
        self.with_window(key, now, |window| window.fill(now));
    }

    /// Feedback after error 9 of the concurrent kind: another program has requests in flight too.
    pub fn reduce_concurrency(&mut self, now: u64) {
        self.observe(now);
        self.reduced = (now.saturating_add(REDUCTION_MS), reduced_concurrency(Some(self.in_flight)));
    }

    /// The waiter that is next.
    #[must_use]
    pub fn next(&mut self, now: u64) -> Next {
        self.observe(now);
        let has_connection = self.free_connections(now) > 0;
        let mut earliest: Option<u64> = None;
        for (id, wait_ms) in self.waits(now) {
            if wait_ms > 0 {
                earliest = Some(earliest.map_or(wait_ms, |other| other.min(wait_ms)));
            } else if has_connection {
                return Next::Ready(id);
            } else {
                // Later requests need a connection as well.
                let reduced_for = self.reduced.0.checked_sub(now).filter(|ms| *ms > 0);
                earliest = earliest.map_or(reduced_for, |ms| Some(ms.min(reduced_for.unwrap_or(ms))));
                break;
            }
        }
        earliest.map_or(Next::Never, Next::In)
    }

    /// Whether the limits can be dropped: no request in flight or queued, and every window empty.
    pub fn is_idle(&mut self, now: u64) -> bool {
        self.observe(now);
        self.in_flight == 0
            && self.queue.is_empty()
            && self.windows.iter().all(|window| window.ends(now).next().is_none())
    }

    /// How full the windows are that were used so far.
    pub fn report(&mut self, now: u64) -> Vec<RateLimit> {
        self.observe(now);
        let mut rows: Vec<RateLimit> = Vec::new();
        for window in &self.windows {
            let Rule { name, limit, window_ms, .. } = *window.key.rule;
            let used = window.ends(now).count();
            let reset_ms = window.free_in(0, now);
            let row = RateLimit { name, used, limit, window_ms, reset_ms };
            match rows.iter_mut().find(|row| row.name == name) {
                Some(other) if (other.used, other.reset_ms) < (used, reset_ms) => *other = row,
                Some(_) => {}
                None => rows.push(row),
            }
        }
        let used = self.in_flight;
        if !rows.is_empty() || used > 0 {
            let limit = self.max_connections(now);
            rows.push(RateLimit { name: "connections", used, limit, window_ms: 0, reset_ms: 0 });
        }
        rows
    }

    /// A clock that is set back makes no wait longer: an end later than now counts from now.
    fn observe(&mut self, now: u64) {
        if now < self.last_now {
            for window in &mut self.windows {
                window.end_by(now);
            }
            self.reduced.0 = self.reduced.0.min(now.saturating_add(REDUCTION_MS));
        }
        self.last_now = now;
    }

    /// Changes the window of a key, which is created if necessary.
    fn with_window<T>(&mut self, key: &WindowKey, now: u64, change: impl FnOnce(&mut Window) -> T) -> T {
        self.observe(now);
        if let Some(window) = self.windows.iter_mut().find(|window| window.key.is(key)) {
            return change(window);
        }
        if self.windows.len() >= self.sweep_at {
            self.sweep(now);
            self.sweep_at = self.windows.len().saturating_mul(2).saturating_add(8);
        }
        let mut window = Window::new(*key);
        let changed = change(&mut window);
        self.windows.push(window);
        changed
    }

    /// Drops the empty windows, except for one of each name, which the report shows.
    fn sweep(&mut self, now: u64) {
        let mut names: Vec<&str> = Vec::new();
        self.windows.retain(|window| {
            let is_first = !names.contains(&window.key.rule.name);
            names.push(window.key.rule.name);
            is_first || window.ends(now).next().is_some()
        });
    }
}

#[cfg(test)]
mod tests;
