//! The service's limits: how often a kind of request may be sent, and how many at once. Time is an argument.
//!
//! A request takes its place in every window that its rules name and leaves it a window's length after its reply came:
//! the service counted it at some moment before that. Requests that have to wait stand in one line per account; one may
//! pass those before it only in windows that they do not share.

use crate::{
    form::Form,
    json::Writer,
    text::{decimal, fill},
};

/// The service takes fewer than 15 requests of one login at once.
pub const MOST_AT_ONCE: usize = 14;

const MINUTE: u64 = 60_000;

/// One limit of the service.
#[derive(Debug)]
pub struct Rule {
    /// Its name, as `rateLimits()` gives it.
    pub scope: &'static str,
    /// So many requests…
    pub most: usize,
    /// …in so many milliseconds.
    pub window_ms: u64,
    /// Whether only identical requests count together.
    pub identical: bool,
}

/// The limits that a call counts against, shortest window first.
pub type Rules = &'static [Rule];

/// History: 3 identical requests a minute and 30 an hour.
pub static HISTORY: [Rule; 2] = [
    Rule { scope: "history.identical", most: 3, window_ms: MINUTE, identical: true },
    Rule { scope: "history", most: 30, window_ms: 3_600_000, identical: false },
];
/// Lists of sender names: 3 identical requests a minute.
pub static SENDERS_LIST: [Rule; 1] =
    [Rule { scope: "senders.list.identical", most: 3, window_ms: MINUTE, identical: true }];
/// New sender names: 5 a minute.
pub static SENDERS_ADD: [Rule; 1] = [Rule { scope: "senders.add", most: 5, window_ms: MINUTE, identical: false }];
/// Task lists and files: 3 identical requests a minute.
pub static TASKS: [Rule; 1] = [Rule { scope: "tasks.identical", most: 3, window_ms: MINUTE, identical: true }];

/// A window that a request counts in.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its rule.
    pub rule: &'static Rule,
    /// Which of the rule's windows: a hash of the request where only identical ones count together, else 0.
    pub identity: u64,
}

impl Key {
    /// The windows that a request counts in.
    #[must_use]
    pub fn of(rules: Rules, form: &Form) -> Vec<Self> {
        let identity = form.identity();
        rules.iter().map(|rule| Self { rule, identity: if rule.identical { identity } else { 0 } }).collect()
    }

    /// Its name, the same on every machine. It tells nothing of the request.
    #[must_use]
    pub fn name(&self) -> String {
        if self.rule.identical {
            fill("% %", &[self.rule.scope, &decimal(self.identity)])
        } else {
            self.rule.scope.into()
        }
    }

    fn is(&self, other: &Self) -> bool {
        self.identity == other.identity && core::ptr::eq(self.rule, other.rule)
    }
}

/// A request's number in the line, which no other has.
pub type Ticket = u32;

/// The limits of one account, shared by every client of it in this process.
#[derive(Debug, Default)]
pub struct Limits {
    windows: Vec<Window>,
    under_way: usize,
    line: Vec<(Ticket, Vec<Key>)>,
    /// Until when fewer requests may be under way at once, and how many.
    squeezed: (u64, usize),
    /// So many windows make it worth while to look for those that nobody is in.
    crowd: usize,
    /// What the clock showed last.
    seen: u64,
}

#[derive(Debug)]
struct Window {
    key: Key,
    /// When the replies came; [`UNDER_WAY`] where one is still to come.
    places: Vec<u64>,
}

const UNDER_WAY: u64 = u64::MAX;

/// May the request be sent?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It may, and its places are taken.
    Go,
    /// Not before so many milliseconds; `None` while there are too many at once, so that only a reply can tell when.
    Wait {
        /// The milliseconds.
        ms: Option<u64>,
    },
}

/// Whose turn is it?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// This request's: it may ask now.
    Of(Ticket),
    /// Nobody's before so many milliseconds.
    In(u64),
    /// Nobody's before another request is over.
    Nobody,
}

/// One row of `rateLimits()`: how full a window is.
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(feature = "types", derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub struct RateLimit {
    /// The limit's name: `history`, `history.identical`, `senders.list.identical`, `senders.add`, `tasks.identical`, or
    /// `connections` for requests under way at once. Of several windows of one name, the fullest.
    pub scope: &'static str,
    /// Requests that count in it now.
    pub used: usize,
    /// Requests that it takes.
    pub limit: usize,
    /// Its length in milliseconds; 0 for `connections`.
    pub window_ms: u64,
    /// Milliseconds until another request fits; 0 when one fits now.
    pub free_in_ms: u64,
}

impl Window {
    /// Drops the places whose time is over.
    fn forget(&mut self, now: u64) {
        let length = self.key.rule.window_ms;
        self.places.retain(|done| done.saturating_add(length) > now);
        // More than its measure are there only where limits were "off": the last ones alone decide when it is free again.
        while self.places.len() > self.key.rule.most {
            match earliest(&self.places) {
                Some(at) => self.places.swap_remove(at),
                None => break,
            };
        }
    }

    /// In how many ms another request may go behind so many, at the soonest: a reply that is still to come will come later.
    fn free_in(&self, ahead: usize, now: u64) -> u64 {
        let Rule { most, window_ms, .. } = *self.key.rule;
        let end = |end: &u64| if *end == UNDER_WAY { now } else { *end };
        let live = || self.places.iter().map(end).filter(|end| end.saturating_add(window_ms) > now);
        let Some(turn) = live().count().saturating_add(ahead).checked_sub(most) else { return 0 };
        // The earliest ends leave first, and who goes then is the first to leave after that: so many at a time.
        let (wave, place) = (turn.checked_div(most).unwrap_or(0), turn.checked_rem(most).unwrap_or(0));
        let ranked = live().enumerate().find(|(at, end)| {
            // There are 30 at most.
            live().enumerate().filter(|other| (other.1, other.0) < (*end, *at)).count() == place
        });
        // So many windows are far from the end of all numbers.
        let waves = u64::try_from(wave).unwrap_or_default().wrapping_add(1);
        let end = ranked.map_or(now, |(_, end)| end);
        end.saturating_add(window_ms.wrapping_mul(waves)).saturating_sub(now)
    }
}

/// The place whose reply came first; none where no reply came yet.
fn earliest(places: &[u64]) -> Option<usize> {
    let (at, end) = places.iter().enumerate().min_by_key(|(_, end)| **end)?;
    (*end != UNDER_WAY).then_some(at)
}

/// What those before a request in the line will take.
#[derive(Default)]
struct Ahead {
    windows: Vec<(Key, usize)>,
    going: usize,
}

impl Ahead {
    fn of(&self, key: &Key) -> usize {
        self.windows.iter().find(|(other, _)| other.is(key)).map_or(0, |(_, count)| *count)
    }

    fn add(&mut self, keys: &[Key], goes: bool) {
        self.going = self.going.saturating_add(goes.into());
        for key in keys {
            match self.windows.iter_mut().find(|(other, _)| other.is(key)) {
                Some((_, count)) => *count = count.saturating_add(1),
                None => self.windows.push((*key, 1)),
            }
        }
    }
}

impl Limits {
    /// Asks for the places of a request. Who has to wait stands in line until it goes or [leaves](Self::leave).
    pub fn ask(&mut self, ticket: Ticket, keys: &[Key], now: u64) -> Answer {
        self.see(now);
        let mut ahead = Ahead::default();
        let mut place = None;
        for (at, (other, wanted)) in self.line.iter().enumerate() {
            if *other == ticket {
                place = Some(at);
                break;
            }
            ahead.add(wanted, self.look(wanted, &ahead, now) == Answer::Go);
        }
        let answer = self.look(keys, &ahead, now);
        match (answer, place) {
            (Answer::Go, _) => {
                self.leave(ticket);
                self.take(keys, now);
            }
            (Answer::Wait { .. }, None) => self.line.push((ticket, keys.to_vec())),
            _ => {}
        }
        answer
    }

    /// May a request go, when those ahead of it have gone?
    fn look(&self, keys: &[Key], ahead: &Ahead, now: u64) -> Answer {
        let mut longest = 0;
        for key in keys {
            let window = self.windows.iter().find(|window| window.key.is(key));
            let before = ahead.of(key);
            let empty = Window { key: *key, places: Vec::new() };
            longest = longest.max(window.unwrap_or(&empty).free_in(before, now));
        }
        if longest > 0 {
            return Answer::Wait { ms: Some(longest) };
        }
        let (until, fewer) = self.squeezed;
        let most = if now < until { fewer } else { MOST_AT_ONCE };
        if self.under_way.saturating_add(ahead.going) >= most {
            return Answer::Wait { ms: None };
        }
        Answer::Go
    }

    /// Takes the places without asking: for calls with limits "off", which count for the others all the same.
    pub fn take(&mut self, keys: &[Key], now: u64) {
        self.under_way = self.under_way.saturating_add(1);
        for key in keys {
            if let Some(window) = self.window(key, now) {
                window.places.push(UNDER_WAY);
            }
        }
    }

    /// A request that took its places is over: its reply came, or never will.
    pub fn done(&mut self, keys: &[Key], now: u64) {
        self.under_way = self.under_way.saturating_sub(1);
        for key in keys {
            let Some(window) = self.window(key, now) else { continue };
            if let Some(place) = window.places.iter_mut().find(|done| **done == UNDER_WAY) {
                *place = now;
            }
            window.forget(now);
        }
    }

    /// A request that waits gives up its place in the line.
    pub fn leave(&mut self, ticket: Ticket) {
        self.line.retain(|(waiting, _)| *waiting != ticket);
    }

    /// The service refused a request that this window had room for: another program uses the account, and the window is
    /// as good as full.
    pub fn fill(&mut self, key: &Key, now: u64) {
        let Some(window) = self.window(key, now) else { return };
        while window.places.len() < key.rule.most {
            window.places.push(now);
        }
    }

    /// The service refused one more request at once, since another program has some under way too: for a minute no more
    /// than half of those under way now.
    pub fn squeeze(&mut self, now: u64) {
        self.see(now);
        self.squeezed = (now.saturating_add(MINUTE), (self.under_way / 2).max(1));
    }

    /// Whose turn it is of those in line.
    #[must_use]
    pub fn turn(&mut self, now: u64) -> Turn {
        self.see(now);
        let mut ahead = Ahead::default();
        let mut soonest: Option<u64> = None;
        for (ticket, keys) in &self.line {
            match self.look(keys, &ahead, now) {
                Answer::Go => return Turn::Of(*ticket),
                Answer::Wait { ms: Some(ms) } => soonest = Some(soonest.map_or(ms, |other| other.min(ms))),
                Answer::Wait { ms: None } => {
                    // Whoever stands behind gets no further either.
                    let squeezed = self.squeezed.0.checked_sub(now).filter(|ms| *ms > 0);
                    soonest = soonest.map_or(squeezed, |ms| Some(ms.min(squeezed.unwrap_or(ms))));
                    break;
                }
            }
            ahead.add(keys, false);
        }
        soonest.map_or(Turn::Nobody, Turn::In)
    }

    /// Whether nobody would miss these limits: no request under way or in line, and every window empty.
    pub fn is_idle(&mut self, now: u64) -> bool {
        self.sweep(now);
        self.under_way == 0 && self.line.is_empty() && self.windows.iter().all(|window| window.places.is_empty())
    }

    /// How full the windows are that were used so far.
    pub fn report(&mut self, now: u64) -> Vec<RateLimit> {
        self.see(now);
        let mut rows: Vec<RateLimit> = Vec::new();
        for window in &mut self.windows {
            window.forget(now);
            let Rule { scope, most, window_ms, .. } = *window.key.rule;
            let used = window.places.len();
            let free_in_ms = window.free_in(0, now);
            let row = RateLimit { scope, used, limit: most, window_ms, free_in_ms };
            match rows.iter_mut().find(|row| row.scope == scope) {
                Some(other) if (other.used, other.free_in_ms) < (used, free_in_ms) => *other = row,
                Some(_) => {}
                None => rows.push(row),
            }
        }
        let used = self.under_way;
        if !rows.is_empty() || used > 0 {
            rows.push(RateLimit { scope: "connections", used, limit: MOST_AT_ONCE, window_ms: 0, free_in_ms: 0 });
        }
        rows
    }

    /// The same as JSON.
    pub fn report_json(&mut self, now: u64) -> String {
        let mut json = Writer::default();
        json.open('[');
        for row in self.report(now) {
            json.next();
            json.open('{');
            json.text_field("scope", row.scope);
            json.number_field("used", u64::try_from(row.used).unwrap_or(0));
            json.number_field("limit", u64::try_from(row.limit).unwrap_or(0));
            json.number_field("windowMs", row.window_ms);
            json.number_field("freeInMs", row.free_in_ms);
            json.close('}');
        }
        json.close(']');
        json.finish()
    }

    /// A clock that was set back makes nobody wait for longer: what is later than now counts from now on.
    fn see(&mut self, now: u64) {
        if now < self.seen {
            for done in self.windows.iter_mut().flat_map(|window| &mut window.places) {
                if *done != UNDER_WAY {
                    *done = (*done).min(now);
                }
            }
            self.squeezed.0 = self.squeezed.0.min(now.saturating_add(MINUTE));
        }
        self.seen = now;
    }

    /// The window of a key, ready for use.
    fn window(&mut self, key: &Key, now: u64) -> Option<&mut Window> {
        self.see(now);
        let at = self.windows.iter().position(|window| window.key.is(key)).unwrap_or_else(|| {
            if self.windows.len() > self.crowd {
                self.sweep(now);
                self.crowd = self.windows.len().saturating_mul(2).saturating_add(8);
            }
            self.windows.push(Window { key: *key, places: Vec::new() });
            self.windows.len().saturating_sub(1)
        });
        let window = self.windows.get_mut(at)?;
        window.forget(now);
        Some(window)
    }

    /// Forgets the windows that nobody is in, but for one of each name, which tells how full it is.
    fn sweep(&mut self, now: u64) {
        self.see(now);
        let mut names: Vec<&str> = Vec::new();
        self.windows.retain_mut(|window| {
            window.forget(now);
            let is_new = !names.contains(&window.key.rule.scope);
            names.push(window.key.rule.scope);
            is_new || !window.places.is_empty()
        });
    }
}

#[cfg(test)]
mod tests;
