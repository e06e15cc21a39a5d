//! The requests that find tasks by their ids: the service has no command for one task.

use crate::{
    api::{
        tasks::{MAX_LIST_LENGTH, Task, TaskQuery},
        values::{BoundedInt, Id},
    },
    client::error::{Error, ErrorCode, Result},
};

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
        digits.parse().ok().map(Self).ok_or_else(wrong)
    }

    fn of(task: &Task) -> Option<Self> {
        task.id.as_ref()?.number().map(Self)
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
        assert_eq!(TaskSearch::find(&found, id).and_then(TaskId::of), Some(id));
    }
}
