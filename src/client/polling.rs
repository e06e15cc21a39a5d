//! Polling of tasks: when the next poll is due, and whether a task is done.

use crate::api::{lenient::Integer, tasks::Task};

/// When the polls of a quick task are due, in milliseconds after the wait began. The service lists tasks 3 times a minute:
/// the polls of the first one are at its beginning, and these two.
const FIRST_POLLS_MS: [u64; 3] = [5_000, 20_000, 60_000];
/// A task that takes long is polled every 20 to 60 seconds.
const MIN_INTERVAL_MS: u64 = 20_000;
const MAX_INTERVAL_MS: u64 = 60_000;
/// With limits "off" the service's limit does not count.
const UNLIMITED_INTERVAL_MS: u64 = 1_000;

/// When the next poll is due, in milliseconds after the wait began.
#[must_use]
pub fn next_poll_ms(elapsed_ms: u64, is_unlimited: bool) -> u64 {
    if is_unlimited {
        return elapsed_ms.saturating_add(UNLIMITED_INTERVAL_MS);
    }
    let first = FIRST_POLLS_MS.into_iter().find(|at| *at > elapsed_ms);
    first.unwrap_or_else(|| elapsed_ms.saturating_add((elapsed_ms / 30).clamp(MIN_INTERVAL_MS, MAX_INTERVAL_MS)))
}

/// The state of a task that is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskState {
    /// Waiting or running, or a state that the service does not document.
    Pending,
    /// Status 2.
    Done,
    /// Status 3.
    Cancelled,
    /// Status 4.
    Failed,
}

impl Task {
    /// Its state.
    #[must_use]
    pub fn state(&self) -> TaskState {
        match self.status {
            Some(Integer(2)) => TaskState::Done,
            Some(Integer(3)) => TaskState::Cancelled,
            Some(Integer(4)) => TaskState::Failed,
            _ => TaskState::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polls_twice_within_a_minute_and_then_less_often() {
        assert_eq!(next_poll_ms(0, false), 5_000);
        assert_eq!(next_poll_ms(5_000, false), 20_000);
        assert_eq!(next_poll_ms(20_500, false), 60_000);
        assert_eq!(next_poll_ms(60_000, false), 80_000);
        assert_eq!(next_poll_ms(1_200_000, false), 1_240_000);
        assert_eq!(next_poll_ms(10_000_000, false), 10_060_000);
        assert_eq!(next_poll_ms(5_000, true), 6_000);
    }
}
