//! The service's limits: how often a kind of request may be sent, and how many at once. Time is an argument.
//!
//! A request takes its place in every window that its rules name and leaves it a window's length after its reply came:
//! the service counted it at some moment before that. Requests that have to wait stand in one line per account; one may
//! pass those before it only in windows that they do not share.

use crate::{form::Form, json::Writer};

/// The service takes fewer than 15 requests of one login at once.
const MOST_AT_ONCE: usize = 14;

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

/// History: 3 identical requests a minute and 30 an hour.
pub const HISTORY: &[Rule] = &[
    Rule { scope: "history.identical", most: 3, window_ms: MINUTE, identical: true },
    Rule { scope: "history", most: 30, window_ms: 3_600_000, identical: false },
];
/// Lists of sender names: 3 identical requests a minute.
pub const SENDERS_LIST: &[Rule] =
    &[Rule { scope: "senders.list.identical", most: 3, window_ms: MINUTE, identical: true }];
/// New sender names: 5 a minute.
pub const SENDERS_ADD: &[Rule] = &[Rule { scope: "senders.add", most: 5, window_ms: MINUTE, identical: false }];
/// Task lists and files: 3 identical requests a minute.
pub const TASKS: &[Rule] = &[Rule { scope: "tasks.identical", most: 3, window_ms: MINUTE, identical: true }];

/// A request's number in the line.
pub type Ticket = u64;

/// The limits of one account, shared by every client of it in this process.
#[derive(Debug, Default)]
pub struct Limits {
    windows: Vec<(String, Window)>,
    under_way: Vec<Ticket>,
    line: Vec<(Ticket, Vec<String>)>,
    last_ticket: Ticket,
}

#[derive(Debug)]
struct Window {
    rule: &'static Rule,
    /// Who took a place, and when the reply came.
    places: Vec<(Ticket, Option<u64>)>,
}

/// May the request be sent?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It may, and its places are taken.
    Go,
    /// Not before so many milliseconds; `None` while only a reply can tell when.
    Wait {
        /// The milliseconds.
        ms: Option<u64>,
        /// Whether it is for the number of requests at once.
        at_once: bool,
    },
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
    fn forget(&mut self, now: u64) {
        let length = self.rule.window_ms;
        self.places.retain(|(_, done)| done.is_none_or(|done| done.saturating_add(length) > now));
    }

    /// When the `ahead`th next request may go: at once, in so many ms, or (`None`) unknown before some reply.
    fn free_in(&self, ahead: usize, now: u64) -> Option<u64> {
        let after = self.places.len().saturating_add(ahead);
        let Some(to_go) = after.checked_sub(self.rule.most) else { return Some(0) };
        let mut ends: Vec<u64> = self.places.iter().filter_map(|(_, done)| *done).collect();
        // The earliest ends leave first, until the one that makes room is the earliest. There are 30 at most.
        for _ in 0..to_go {
            let (earliest, _) = ends.iter().enumerate().min_by_key(|(_, end)| **end)?;
            ends.swap_remove(earliest);
        }
        let end = ends.into_iter().min()?;
        Some(end.saturating_add(self.rule.window_ms).saturating_sub(now))
    }
}

impl Limits {
    /// A new number in the line.
    pub fn ticket(&mut self) -> Ticket {
        self.last_ticket = self.last_ticket.wrapping_add(1);
        self.last_ticket
    }

    /// Asks for the places of a request. Who has to wait stands in line until [`Limits::done`].
    pub fn ask(&mut self, ticket: Ticket, rules: &'static [Rule], form: &Form, now: u64) -> Answer {
        let keys = self.open(rules, form, now);
        let answer = self.may_go(ticket, &keys, now);
        match answer {
            Answer::Go => {
                self.leave(ticket);
                self.take_places(ticket, &keys);
            }
            Answer::Wait { .. } if self.line.iter().any(|(waiting, _)| *waiting == ticket) => {}
            Answer::Wait { .. } => self.line.push((ticket, keys)),
        }
        answer
    }

    /// Takes the places without asking: for calls with limits "off", which count for the others all the same.
    pub fn take(&mut self, ticket: Ticket, rules: &'static [Rule], form: &Form, now: u64) {
        let keys = self.open(rules, form, now);
        self.take_places(ticket, &keys);
    }

    /// The request is over, or gives up its place in the line: its reply came, or never will.
    pub fn done(&mut self, ticket: Ticket, now: u64) {
        self.leave(ticket);
        self.under_way.retain(|under_way| *under_way != ticket);
        for (_, window) in &mut self.windows {
            for place in &mut window.places {
                if place.0 == ticket && place.1.is_none() {
                    place.1 = Some(now);
                }
            }
        }
    }

    fn leave(&mut self, ticket: Ticket) {
        self.line.retain(|(waiting, _)| *waiting != ticket);
    }

    /// How full the windows are that were used so far.
    pub fn report(&mut self, now: u64) -> Vec<RateLimit> {
        let mut rows: Vec<RateLimit> = Vec::new();
        for (_, window) in &mut self.windows {
            window.forget(now);
            let Rule { scope, most, window_ms, .. } = *window.rule;
            let used = window.places.len();
            let free_in_ms = window.free_in(0, now).unwrap_or(window_ms);
            let row = RateLimit { scope, used, limit: most, window_ms, free_in_ms };
            match rows.iter_mut().find(|row| row.scope == scope) {
                Some(other) if (other.used, other.free_in_ms) < (used, free_in_ms) => *other = row,
                Some(_) => {}
                None => rows.push(row),
            }
        }
        let used = self.under_way.len();
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
            let (used, limit) = (u64::try_from(row.used).unwrap_or(0), u64::try_from(row.limit).unwrap_or(0));
            for (name, number) in
                [("used", used), ("limit", limit), ("windowMs", row.window_ms), ("freeInMs", row.free_in_ms)]
            {
                json.number_field(name, number);
            }
            json.close('}');
        }
        json.close(']');
        json.finish()
    }

    /// Makes the windows of the rules ready and gives their keys. Windows that nobody is in are forgotten.
    fn open(&mut self, rules: &'static [Rule], form: &Form, now: u64) -> Vec<String> {
        let key = |rule: &Rule| {
            let identity = if rule.identical { form.identity() } else { String::new() };
            format!("{} {identity}", rule.scope)
        };
        let keys: Vec<String> = rules.iter().map(key).collect();
        self.windows.retain_mut(|(key, window)| {
            window.forget(now);
            !window.places.is_empty() || !window.rule.identical || keys.contains(key)
        });
        for (key, rule) in keys.iter().zip(rules) {
            if !self.windows.iter().any(|(open, _)| open == key) {
                self.windows.push((key.clone(), Window { rule, places: Vec::new() }));
            }
        }
        keys
    }

    fn may_go(&self, ticket: Ticket, keys: &[String], now: u64) -> Answer {
        let before = || self.line.iter().take_while(|(waiting, _)| *waiting != ticket);
        for key in keys {
            let Some((_, window)) = self.windows.iter().find(|(open, _)| open == key) else { continue };
            let ahead = before().filter(|(_, others)| others.contains(key)).count();
            match window.free_in(ahead, now) {
                Some(0) => {}
                ms => return Answer::Wait { ms, at_once: false },
            }
        }
        if self.under_way.len() >= MOST_AT_ONCE { Answer::Wait { ms: None, at_once: true } } else { Answer::Go }
    }

    fn take_places(&mut self, ticket: Ticket, keys: &[String]) {
        self.under_way.push(ticket);
        for (key, window) in &mut self.windows {
            if keys.contains(key) {
                window.places.push((ticket, None));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(n: u32) -> Form {
        Form::new("get.php").with("n", n.to_string())
    }

    /// Sends and gets its reply at once.
    fn send(limits: &mut Limits, rules: &'static [Rule], n: u32, now: u64) -> Answer {
        let ticket = limits.ticket();
        let answer = limits.ask(ticket, rules, &form(n), now);
        limits.done(ticket, now);
        answer
    }

    fn wait(ms: u64) -> Answer {
        Answer::Wait { ms: Some(ms), at_once: false }
    }

    #[test]
    fn three_identical_a_minute_and_thirty_an_hour() {
        let mut limits = Limits::default();
        for second in 0..3 {
            assert_eq!(send(&mut limits, HISTORY, 1, second * 1000), Answer::Go);
        }
        assert_eq!(send(&mut limits, HISTORY, 1, 3_000), wait(57_000));
        for n in 2..29 {
            assert_eq!(send(&mut limits, HISTORY, n, 3_000), Answer::Go);
        }
        assert_eq!(send(&mut limits, HISTORY, 99, 60_000), wait(3_540_000));
        assert_eq!(send(&mut limits, HISTORY, 99, 3_600_000), Answer::Go);
    }

    #[test]
    fn a_place_is_free_a_window_after_the_reply_and_not_after_the_request() {
        let mut limits = Limits::default();
        let tickets: Vec<_> = (0..3).map(|_| limits.ticket()).collect();
        for ticket in &tickets {
            assert_eq!(limits.ask(*ticket, TASKS, &form(1), 0), Answer::Go);
        }
        let next = limits.ticket();
        assert_eq!(limits.ask(next, TASKS, &form(1), 5), Answer::Wait { ms: None, at_once: false });
        limits.done(tickets[1], 1_000);
        assert_eq!(limits.ask(next, TASKS, &form(1), 1_000), wait(60_000));
        assert_eq!(limits.ask(next, TASKS, &form(1), 61_000), Answer::Go);
    }

    #[test]
    fn first_come_first_served_in_a_shared_window_only() {
        let mut limits = Limits::default();
        for _ in 0..5 {
            assert_eq!(send(&mut limits, SENDERS_ADD, 1, 0), Answer::Go);
        }
        let (first, second) = (limits.ticket(), limits.ticket());
        assert_eq!(limits.ask(first, SENDERS_ADD, &form(2), 10), wait(59_990));
        assert_eq!(limits.ask(second, SENDERS_ADD, &form(3), 10), wait(59_990));
        assert_eq!(send(&mut limits, TASKS, 1, 10), Answer::Go);
        limits.done(first, 10);
        assert_eq!(limits.ask(second, SENDERS_ADD, &form(3), 60_000), Answer::Go);
    }

    #[test]
    fn fewer_than_fifteen_at_once() {
        let mut limits = Limits::default();
        let tickets: Vec<_> = (0..14).map(|_| limits.ticket()).collect();
        for (ticket, n) in tickets.iter().zip(0..) {
            assert_eq!(limits.ask(*ticket, &[], &form(n), 0), Answer::Go);
        }
        let next = limits.ticket();
        assert_eq!(limits.ask(next, &[], &form(99), 0), Answer::Wait { ms: None, at_once: true });
        limits.done(tickets[3], 5);
        assert_eq!(limits.ask(next, &[], &form(99), 5), Answer::Go);
    }

    #[test]
    fn the_report_shows_the_fullest_window_of_a_name() {
        let mut limits = Limits::default();
        assert_eq!(limits.report(0), []);
        for n in [1, 1, 1, 2] {
            send(&mut limits, HISTORY, n, 1_000);
        }
        let rows = limits.report(2_000);
        let row = |scope| rows.iter().find(|row| row.scope == scope).map(|row| (row.used, row.limit, row.free_in_ms));
        assert_eq!(row("history.identical"), Some((3, 3, 59_000)));
        assert_eq!(row("history"), Some((4, 30, 0)));
        assert_eq!(row("connections"), Some((0, 14, 0)));
    }
}
