//! The service's limits, and the windows in which a request counts.

/// The service accepts fewer than 15 requests of one login at once.
pub const MAX_CONCURRENT: usize = 14;

const MINUTE: u64 = 60_000;

/// One limit of the service.
#[derive(Debug)]
pub struct Rule {
    /// Its name, as `rateLimits()` shows it.
    pub name: &'static str,
    /// The maximum number of requests in a window.
    pub limit: usize,
    /// The length of the window in milliseconds.
    pub window_ms: u64,
    /// Whether only identical requests count together.
    pub is_per_request: bool,
}

/// The limits that a request counts against, shortest window first.
pub type Rules = &'static [Rule];

/// History: 3 identical requests a minute and 30 an hour.
pub static HISTORY: [Rule; 2] = [
    Rule { name: "history.identical", limit: 3, window_ms: MINUTE, is_per_request: true },
    Rule { name: "history", limit: 30, window_ms: 3_600_000, is_per_request: false },
];
/// Of these, the rule that counts all requests.
pub static HISTORY_PER_HOUR: &Rule = &HISTORY[1];
/// Lists of sender names: 3 identical requests a minute.
pub static SENDERS_LIST: [Rule; 1] =
    [Rule { name: "senders.list.identical", limit: 3, window_ms: MINUTE, is_per_request: true }];
/// New sender names: 5 a minute.
pub static SENDERS_ADD: [Rule; 1] = [Rule { name: "senders.add", limit: 5, window_ms: MINUTE, is_per_request: false }];
/// Task lists and files: 3 identical requests a minute.
pub static TASKS: [Rule; 1] = [Rule { name: "tasks.identical", limit: 3, window_ms: MINUTE, is_per_request: true }];

/// The rules of all endpoints.
pub(super) static ALL_RULES: [Rules; 4] = [&HISTORY, &SENDERS_LIST, &SENDERS_ADD, &TASKS];

/// The name of rules, by which other copies of the package find them: that of the first one.
#[must_use]
pub fn rules_name(rules: Rules) -> &'static str {
    rules.first().map_or("", |rule| rule.name)
}

/// The rules with that name, or none.
#[must_use]
pub fn rules_named(name: &str) -> Rules {
    ALL_RULES.into_iter().find(|rules| rules_name(rules) == name).unwrap_or_default()
}

/// A window that a request counts in.
#[derive(Clone, Copy, Debug)]
pub struct WindowKey {
    /// Its rule.
    pub rule: &'static Rule,
    /// A hash of the request if only identical ones count together, else 0.
    pub identity: u64,
}

impl WindowKey {
    /// The windows that a request counts in, by its rules and the hash that it shares with identical ones.
    #[must_use]
    pub fn of(rules: Rules, identity: u64) -> Vec<Self> {
        rules.iter().map(|rule| Self { rule, identity: if rule.is_per_request { identity } else { 0 } }).collect()
    }

    /// Its name, the same on every machine. It reveals nothing of the request.
    #[must_use]
    pub fn name(&self) -> String {
        if self.rule.is_per_request { format!("{} {}", self.rule.name, self.identity) } else { self.rule.name.into() }
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        #[cfg(test)]
        super::tests::COMPARISONS.with(|count| count.set(count.get() + 1));
        self.identity == other.identity && core::ptr::eq(self.rule, other.rule)
    }
}
