//! Polling of tasks: when the next poll is due, and which requests one poll takes.

use crate::{
    api::{
        lenient::Integer,
        tasks::{MAX_LIST_LENGTH, Task, TaskQuery},
        values::{BoundedInt, Id},
    },
    client::error::{Error, ErrorCode, Result},
};

/// When the polls of a quick task are due, in milliseconds after the wait began. The service lists tasks 3 times a minute:
/// two polls are spent at once.
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

/// The id of a task, as a number that can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TaskId(u64);

impl TaskId {
    /// The number of an id.
    ///
    /// # Errors
    /// `invalid_parameter`, if the number has more than 64 bits.
    pub fn new(Id(digits): &Id) -> Result<Self> {
        let wrong = || {
            Error::new(ErrorCode::InvalidParameter, "`id` takes a task's id: a number of at most 64 bits")
                .parameter("id")
        };
        digits.parse().map(Self).map_err(|_| wrong())
    }

    fn of(task: &Task) -> Option<Self> {
        task.id.and_then(|Integer(id)| u64::try_from(id).ok()).map(Self)
    }

    /// Its digits.
    #[must_use]
    pub fn text(self) -> String {
        self.0.to_string()
    }
}

/// Searches several tasks with as few requests as it takes, mostly one: the service has no command for one task.
///
/// Neither the order of the service's list nor its default length is documented. So it is asked for from just before the
/// lowest id, with a length that grows while a task could still be beyond the end.
#[derive(Debug)]
pub struct TaskSearch {
    ids: Vec<TaskId>,
    length: u64,
}

impl TaskSearch {
    const FIRST_LENGTH: u64 = 100;

    /// A search for those tasks.
    #[must_use]
    pub fn new(ids: Vec<TaskId>) -> Self {
        Self { ids, length: Self::FIRST_LENGTH }
    }

    /// The next request.
    #[must_use]
    pub fn query(&self) -> TaskQuery {
        let lowest = self.ids.iter().min().map_or(0, |TaskId(id)| *id);
        TaskQuery {
            limit: Some(BoundedInt(self.length)),
            after_id: (lowest > 1).then(|| Id(lowest.saturating_sub(1).to_string())),
        }
    }

    /// Takes the response. Returns whether the search is over: `tasks` then holds every task that exists.
    pub fn accept(&mut self, tasks: &[Task]) -> bool {
        let ids: Vec<Option<TaskId>> = tasks.iter().map(TaskId::of).collect();
        let has_all = self.ids.iter().all(|id| ids.contains(&Some(*id)));
        let is_whole = u64::try_from(tasks.len()).is_ok_and(|length| length < self.length);
        let is_rising = ids.len() > 1 && ids.is_sorted() && ids.iter().all(Option::is_some);
        let is_beyond = is_rising && ids.last().copied().flatten() >= self.ids.iter().max().copied();
        let is_over = has_all || is_whole || is_beyond || self.length >= MAX_LIST_LENGTH;
        self.length = self.length.saturating_mul(10);
        is_over
    }

    /// The task with that id.
    #[must_use]
    pub fn find(tasks: &[Task], id: TaskId) -> Option<&Task> {
        tasks.iter().find(|task| TaskId::of(task) == Some(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::lenient::Record;
    use crate::protocol::json::Value;

    fn tasks(ids: &[u64]) -> Vec<Task> {
        let task = |id: &u64| Task::from(Record::new(vec![("id".into(), Value::Number(id.to_string()))]));
        ids.iter().map(task).collect()
    }

    fn search(ids: &[u64]) -> TaskSearch {
        TaskSearch::new(ids.iter().map(|id| TaskId::new(&Id(id.to_string())).unwrap()).collect())
    }

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

    #[test]
    fn asks_from_just_before_the_lowest_id() {
        let query = search(&[7, 5]).query();
        assert_eq!((query.after_id, query.limit), (Some(Id("4".into())), Some(BoundedInt(100))));
        assert_eq!(search(&[1]).query().after_id, None);
    }

    #[test]
    fn grows_while_a_task_could_be_beyond_the_end() {
        let full = |ids: std::ops::Range<u64>| tasks(&ids.collect::<Vec<_>>());
        let mut searching = search(&[500]);
        assert!(!searching.accept(&full(0..100)));
        assert_eq!(searching.query().limit, Some(BoundedInt(1_000)));
        assert!(searching.accept(&full(0..1_000)));
        // Rising ids that went past the one that is wanted: it does not exist.
        let gap = tasks(&(0..100).map(|id| id * 10).collect::<Vec<_>>());
        assert!(search(&[55]).accept(&gap));
        let falling = tasks(&(0..100).map(|id| (100 - id) * 10).collect::<Vec<_>>());
        assert!(!search(&[55]).accept(&falling));
        assert!(search(&[55]).accept(&tasks(&[1])));
    }

    #[test]
    fn an_id_beyond_2_to_the_53_is_not_rounded() {
        let id = TaskId::new(&Id("9007199254740993".into())).unwrap();
        let found = tasks(&[9_007_199_254_740_992, 9_007_199_254_740_993]);
        assert_eq!(TaskSearch::find(&found, id).and_then(|task| task.id), Some(Integer(9_007_199_254_740_993)));
    }
}
