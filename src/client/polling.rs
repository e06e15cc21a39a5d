//! Polling of tasks: when the next poll is due, whether a task is done, and how a wait for it ends.

use crate::{
    api::{
        lenient::Integer,
        options::{CallSettings, RateLimitMode},
        tasks::Task,
    },
    client::{
        clock::Stopwatch,
        error::{Error, ErrorCode, Result},
        task_search::TaskId,
    },
};

/// When the polls of a quick task are due, in milliseconds after the wait began. The service lists tasks 3 times a minute:
/// the polls of the first one are at its beginning, and these two.
const FIRST_POLLS_MS: [u64; 3] = [5_000, 20_000, 60_000];
/// A task that takes long is polled every 20 to 60 seconds.
const MIN_INTERVAL_MS: u64 = 20_000;
const MAX_INTERVAL_MS: u64 = 60_000;
/// With limits "off" the service's limit does not count.
const UNLIMITED_INTERVAL_MS: u64 = 1_000;

/// When the next poll is due, in milliseconds after the wait began.
fn next_poll_ms(elapsed_ms: u64, is_unlimited: bool) -> u64 {
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

/// One wait for a task: the caller polls when [`Self::next`] says so, and reports each poll with [`Self::record_poll`].
#[derive(Debug)]
pub struct TaskWait {
    id: TaskId,
    limit: Option<Limit>,
    /// Whether the calls ignore the service's limits.
    is_unlimited: bool,
    watch: Stopwatch,
    /// When the next poll is due, in milliseconds after the wait began.
    due_ms: u64,
    /// The polls that were answered.
    polls: u64,
}

/// How long the wait may take.
#[derive(Clone, Copy, Debug)]
struct Limit {
    ms: u64,
    /// The option that says so.
    option: &'static str,
    /// Whether the whole call may take no longer: a wait for a poll beyond it is not begun.
    is_of_call: bool,
}

/// The next poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextPoll {
    /// In how many milliseconds it is due.
    pub due_in_ms: u64,
    /// In how many milliseconds the wait ends, if it is limited.
    pub time_left_ms: Option<u64>,
}

/// The state of the wait after a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollOutcome {
    /// The task is done.
    Done,
    /// It is not done.
    Pending {
        /// The wait for the next poll, for the caller's hook; `None` if the time is over.
        event: Option<PollEvent>,
    },
}

/// A wait for the next poll that begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PollEvent {
    /// The milliseconds until the poll, or until the wait ends.
    pub wait_ms: u64,
    /// The number of the poll, from 1.
    pub poll: u64,
}

impl TaskWait {
    /// A wait that begins now and takes no longer than `max_wait_ms`.
    #[must_use]
    pub fn new(id: TaskId, max_wait_ms: Option<u64>, settings: &CallSettings, now: u64) -> Self {
        let total_ms = settings.total_timeout_ms;
        let limit = max_wait_ms.into_iter().chain(total_ms).min().map(|ms| {
            let option = if max_wait_ms == Some(ms) { "maxWaitMs" } else { "totalTimeoutMs" };
            Limit { ms, option, is_of_call: total_ms == Some(ms) }
        });
        let is_unlimited = settings.rate_limit == RateLimitMode::Off;
        Self { id, limit, is_unlimited, watch: Stopwatch::new(now), due_ms: 0, polls: 0 }
    }

    /// When to poll next.
    ///
    /// # Errors
    /// `timeout`, if the time is over.
    pub fn next(&self, now: u64) -> Result<NextPoll> {
        let elapsed_ms = self.watch.elapsed_ms(now);
        let time_left_ms = match self.limit {
            // A limit of 0 leaves time for one poll.
            Some(Limit { ms: 0, .. }) if self.polls == 0 => None,
            Some(limit) if elapsed_ms >= limit.ms => return Err(self.given_up(limit)),
            limit => limit.map(|limit| limit.ms.saturating_sub(elapsed_ms)),
        };
        Ok(NextPoll { due_in_ms: self.due_ms.saturating_sub(elapsed_ms), time_left_ms })
    }

    /// A poll was answered, with the state of the task if it is listed.
    ///
    /// # Errors
    /// If the task will not be done, or the next poll is later than the call may take.
    pub fn record_poll(&mut self, state: Option<TaskState>, now: u64) -> Result<PollOutcome> {
        self.polls = self.polls.saturating_add(1);
        let id = self.id.text();
        match state {
            Some(TaskState::Pending) => self.schedule(now),
            Some(TaskState::Done) => Ok(PollOutcome::Done),
            Some(TaskState::Cancelled) => Err(self.error(ErrorCode::TaskCancelled, format!("task {id} was cancelled"))),
            Some(TaskState::Failed) => Err(self.error(ErrorCode::TaskFailed, format!("task {id} failed"))),
            None => Err(self.error(ErrorCode::NotFound, format!("there is no task {id}"))),
        }
    }

    fn schedule(&mut self, now: u64) -> Result<PollOutcome> {
        let elapsed_ms = self.watch.elapsed_ms(now);
        self.due_ms = next_poll_ms(elapsed_ms, self.is_unlimited);
        let wait_ms = self.due_ms.saturating_sub(elapsed_ms);
        let wait_ms = match self.limit {
            None => wait_ms,
            Some(limit) if limit.is_of_call && self.due_ms >= limit.ms => {
                return Err(self.no_more_polls(wait_ms, limit));
            }
            Some(limit) if elapsed_ms >= limit.ms => return Ok(PollOutcome::Pending { event: None }),
            Some(limit) => wait_ms.min(limit.ms.saturating_sub(elapsed_ms)),
        };
        Ok(PollOutcome::Pending { event: Some(PollEvent { wait_ms, poll: self.polls.saturating_add(1) }) })
    }

    fn given_up(&self, Limit { ms, option, .. }: Limit) -> Error {
        let mut error = self.error(ErrorCode::Timeout, format!("the task was not done within {option} ({ms} ms)"));
        error.retryable = true;
        error
    }

    /// The time of the whole call does not last until the next poll.
    fn no_more_polls(&self, wait_ms: u64, Limit { ms, .. }: Limit) -> Error {
        let message =
            format!("the task is not done, and the next poll, in {wait_ms} ms, is beyond totalTimeoutMs ({ms} ms)");
        let mut error = self.error(ErrorCode::Timeout, message);
        error.retryable = true;
        error.retry_after_ms = Some(wait_ms);
        error
    }

    /// An error after the polls so far.
    fn error(&self, code: ErrorCode, message: String) -> Error {
        let mut error = Error::new(code, message);
        error.attempts = (self.polls > 0).then_some(self.polls);
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::values::Id;

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

    const SETTINGS: CallSettings = CallSettings::DEFAULT;

    fn wait(max_wait_ms: Option<u64>, settings: &CallSettings) -> TaskWait {
        TaskWait::new(TaskId::new(&Id("5".into())).unwrap(), max_wait_ms, settings, 1_000)
    }

    fn pending(wait_ms: u64, poll: u64) -> PollOutcome {
        PollOutcome::Pending { event: Some(PollEvent { wait_ms, poll }) }
    }

    #[test]
    fn a_wait_polls_at_once_and_then_when_a_poll_is_due() {
        let mut wait = wait(None, &SETTINGS);
        assert_eq!(wait.next(1_000).unwrap(), NextPoll { due_in_ms: 0, time_left_ms: None });
        assert_eq!(wait.record_poll(Some(TaskState::Pending), 1_200).unwrap(), pending(4_800, 2));
        assert_eq!(wait.next(1_200).unwrap(), NextPoll { due_in_ms: 4_800, time_left_ms: None });
        assert_eq!(wait.next(7_000).unwrap(), NextPoll { due_in_ms: 0, time_left_ms: None });
        assert_eq!(wait.record_poll(Some(TaskState::Done), 7_100).unwrap(), PollOutcome::Done);
    }

    #[test]
    fn a_task_that_will_not_be_done_is_an_error_with_the_number_of_polls() {
        for (state, code, message) in [
            (Some(TaskState::Cancelled), ErrorCode::TaskCancelled, "task 5 was cancelled"),
            (Some(TaskState::Failed), ErrorCode::TaskFailed, "task 5 failed"),
            (None, ErrorCode::NotFound, "there is no task 5"),
        ] {
            let mut wait = wait(None, &SETTINGS);
            wait.record_poll(Some(TaskState::Pending), 1_000).unwrap();
            let error = wait.record_poll(state, 6_000).unwrap_err();
            assert_eq!((error.code, error.to_string().as_str()), (code, message));
            assert_eq!((error.attempts, error.retryable), (Some(2), false));
        }
    }

    #[test]
    fn the_shorter_limit_ends_the_wait_and_is_named() {
        let total = |ms| CallSettings { total_timeout_ms: Some(ms), ..SETTINGS };
        for (max_wait_ms, settings, option) in [
            (Some(3_000), SETTINGS, "maxWaitMs (3000 ms)"),
            (Some(3_000), total(9_000), "maxWaitMs (3000 ms)"),
            (Some(3_000), total(3_000), "maxWaitMs (3000 ms)"),
            (Some(9_000), total(3_000), "totalTimeoutMs (3000 ms)"),
            (None, total(3_000), "totalTimeoutMs (3000 ms)"),
        ] {
            let wait = wait(max_wait_ms, &settings);
            assert_eq!(wait.next(1_000).unwrap(), NextPoll { due_in_ms: 0, time_left_ms: Some(3_000) });
            let error = wait.next(4_000).unwrap_err();
            assert_eq!(error.to_string(), format!("the task was not done within {option}"));
            assert_eq!((error.code, error.retryable, error.attempts), (ErrorCode::Timeout, true, None));
        }
    }

    #[test]
    fn the_last_wait_ends_with_max_wait_ms() {
        let mut wait = wait(Some(3_000), &SETTINGS);
        assert_eq!(wait.record_poll(Some(TaskState::Pending), 1_500).unwrap(), pending(2_500, 2));
        assert_eq!(wait.next(1_500).unwrap(), NextPoll { due_in_ms: 4_500, time_left_ms: Some(2_500) });
        // The answer came after the end.
        assert_eq!(wait.record_poll(Some(TaskState::Pending), 4_500).unwrap(), PollOutcome::Pending { event: None });
        assert_eq!(wait.next(4_500).unwrap_err().attempts, Some(2));
    }

    #[test]
    fn a_poll_beyond_the_time_of_the_call_is_not_waited_for() {
        let mut wait = wait(None, &CallSettings { total_timeout_ms: Some(10_000), ..SETTINGS });
        assert_eq!(wait.record_poll(Some(TaskState::Pending), 1_000).unwrap(), pending(5_000, 2));
        let error = wait.record_poll(Some(TaskState::Pending), 6_000).unwrap_err();
        assert_eq!((error.code, error.retry_after_ms, error.attempts), (ErrorCode::Timeout, Some(15_000), Some(2)));
    }

    #[test]
    fn a_limit_of_0_leaves_time_for_one_poll() {
        let mut wait = wait(Some(0), &SETTINGS);
        assert_eq!(wait.next(1_000).unwrap(), NextPoll { due_in_ms: 0, time_left_ms: None });
        assert_eq!(wait.next(9_000).unwrap(), NextPoll { due_in_ms: 0, time_left_ms: None });
        assert_eq!(wait.record_poll(Some(TaskState::Pending), 9_000).unwrap(), PollOutcome::Pending { event: None });
        assert_eq!(wait.next(9_000).unwrap_err().code, ErrorCode::Timeout);
    }

    #[test]
    fn without_limits_a_task_is_polled_every_second() {
        let mut wait = wait(None, &CallSettings { rate_limit: RateLimitMode::Off, ..SETTINGS });
        assert_eq!(wait.record_poll(Some(TaskState::Pending), 1_000).unwrap(), pending(1_000, 2));
        assert_eq!(wait.record_poll(Some(TaskState::Pending), 2_000).unwrap(), pending(1_000, 3));
    }
}
