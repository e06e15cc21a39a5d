//! Polls the futures of calls, on one thread.
//!
//! A wake only queues its task. Inside [`enter`], the queue is polled before `enter` returns, so that a promise that settles continues
//! its call at once. Any other wake requests a later [`run`], since it can happen inside a user's code: an abort calls its listeners
//! synchronously. A poll never begins inside another.

use std::{
    cell::Cell,
    collections::VecDeque,
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll, Wake, Waker},
};

/// A future to run.
pub type Task = Pin<Box<dyn Future<Output = ()>>>;

/// The tasks that are not over, by their index. A task is absent while it is polled.
#[derive(Default)]
struct Tasks {
    slots: Vec<Option<(Task, Arc<TaskWaker>)>>,
    free: Vec<usize>,
}

thread_local! {
    /// Taken out while it changes.
    static TASKS: Cell<Tasks> = Cell::default();
    /// The indices of the tasks to poll. Taken out while it changes.
    static READY: Cell<VecDeque<usize>> = const { Cell::new(VecDeque::new()) };
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
    /// Whether a later `run` was requested.
    static IS_SCHEDULED: Cell<bool> = const { Cell::new(false) };
}

/// `Wake` requires an `Arc`, also on one thread.
struct TaskWaker {
    index: usize,
    is_queued: AtomicBool,
    /// Requests a later `run`.
    schedule: fn(),
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.is_queued.swap(true, Relaxed) {
            return;
        }
        push(self.index);
        if !IS_RUNNING.get() && !IS_SCHEDULED.replace(true) {
            (self.schedule)();
        }
    }
}

/// Changes the tasks. The function must not run code of a task.
fn with_tasks<R>(change: impl FnOnce(&mut Tasks) -> R) -> R {
    let mut tasks = TASKS.take();
    let result = change(&mut tasks);
    TASKS.set(tasks);
    result
}

fn push(index: usize) {
    let mut ready = READY.take();
    ready.push_back(index);
    READY.set(ready);
}

fn pop() -> Option<usize> {
    let mut ready = READY.take();
    let index = ready.pop_front();
    READY.set(ready);
    index
}

/// Polls a task until it waits. Inside the poll of another task, it is polled after that one. `schedule` requests a call of [`run`],
/// later and not at once.
pub fn spawn(task: Task, schedule: fn()) {
    let index = with_tasks(|tasks| {
        let index = tasks.free.pop().unwrap_or(tasks.slots.len());
        tasks.put(index, (task, Arc::new(TaskWaker { index, is_queued: AtomicBool::new(true), schedule })));
        index
    });
    enter(|| push(index));
}

/// Calls a function, then polls each task that it woke.
pub fn enter(act: impl FnOnce()) {
    let was_running = IS_RUNNING.replace(true);
    act();
    if !was_running {
        poll_all();
        IS_RUNNING.set(false);
    }
}

/// Polls each task that was woken: what `schedule` requested.
pub fn run() {
    IS_SCHEDULED.set(false);
    enter(|| {});
}

fn poll_all() {
    while let Some(index) = pop() {
        let taken = with_tasks(|tasks| tasks.slots.get_mut(index)?.take());
        // A waker may outlive its task.
        let Some((mut task, waker)) = taken else { continue };
        waker.is_queued.store(false, Relaxed);
        match task.as_mut().poll(&mut Context::from_waker(&Waker::from(Arc::clone(&waker)))) {
            Poll::Pending => with_tasks(|tasks| tasks.put(index, (task, waker))),
            Poll::Ready(()) => {
                // Outside `with_tasks`: the drop may wake or start other tasks.
                drop(task);
                with_tasks(|tasks| tasks.free.push(index));
            }
        }
    }
}

impl Tasks {
    fn put(&mut self, index: usize, entry: (Task, Arc<TaskWaker>)) {
        match self.slots.get_mut(index) {
            Some(slot) => *slot = Some(entry),
            None => self.slots.push(Some(entry)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{cell::RefCell, future::poll_fn, rc::Rc};

    thread_local! {
        static RUNS_REQUESTED: Cell<usize> = const { Cell::new(0) };
    }

    fn schedule() {
        RUNS_REQUESTED.set(RUNS_REQUESTED.get() + 1);
    }

    type Log = Rc<RefCell<Vec<String>>>;

    /// Starts a task that logs each poll, and is over with the last one. Returns its waker.
    fn spawn_logged(log: &Log, name: &'static str, mut polls: usize) -> Rc<RefCell<Option<Waker>>> {
        let (log, waker) = (Rc::clone(log), Rc::default());
        let stored: Rc<RefCell<Option<Waker>>> = Rc::clone(&waker);
        let future = poll_fn(move |context| {
            log.borrow_mut().push(name.into());
            stored.replace(Some(context.waker().clone()));
            polls -= 1;
            if polls == 0 { Poll::Ready(()) } else { Poll::Pending }
        });
        spawn(Box::pin(future), schedule);
        waker
    }

    fn wake(waker: &Rc<RefCell<Option<Waker>>>) {
        waker.borrow().as_ref().unwrap().wake_by_ref();
    }

    #[test]
    fn a_task_is_polled_at_once() {
        let log = Log::default();
        spawn_logged(&log, "a", 1);
        assert_eq!(*log.borrow(), ["a"]);
        assert_eq!(RUNS_REQUESTED.get(), 0);
    }

    #[test]
    fn a_wake_inside_enter_polls_before_it_returns_and_in_order() {
        let log = Log::default();
        let (a, b) = (spawn_logged(&log, "a", 2), spawn_logged(&log, "b", 2));
        enter(|| {
            wake(&b);
            wake(&a);
            wake(&b);
            log.borrow_mut().push("entered".into());
        });
        assert_eq!(*log.borrow(), ["a", "b", "entered", "b", "a"]);
        assert_eq!(RUNS_REQUESTED.get(), 0);
    }

    #[test]
    fn wakes_outside_enter_request_one_run() {
        let log = Log::default();
        let (a, b) = (spawn_logged(&log, "a", 2), spawn_logged(&log, "b", 3));
        wake(&a);
        wake(&b);
        assert_eq!(log.borrow().len(), 2);
        assert_eq!(RUNS_REQUESTED.get(), 1);
        run();
        assert_eq!(*log.borrow(), ["a", "b", "a", "b"]);
        wake(&b);
        assert_eq!(RUNS_REQUESTED.get(), 2);
    }

    #[test]
    fn a_task_that_starts_during_a_poll_is_polled_after_it() {
        let log = Log::default();
        let outer = Rc::clone(&log);
        let future = poll_fn(move |_| {
            outer.borrow_mut().push("begins".into());
            spawn_logged(&outer, "inner", 1);
            outer.borrow_mut().push("ends".into());
            Poll::Ready(())
        });
        spawn(Box::pin(future), schedule);
        assert_eq!(*log.borrow(), ["begins", "ends", "inner"]);
    }

    #[test]
    fn a_task_that_wakes_itself_is_polled_again() {
        let mut polls = 0;
        let log = Log::default();
        let polled = Rc::clone(&log);
        let future = poll_fn(move |context| {
            polls += 1;
            polled.borrow_mut().push(polls.to_string());
            context.waker().wake_by_ref();
            if polls == 3 { Poll::Ready(()) } else { Poll::Pending }
        });
        spawn(Box::pin(future), schedule);
        assert_eq!(*log.borrow(), ["1", "2", "3"]);
    }

    #[test]
    fn a_task_that_is_over_frees_its_slot_and_its_waker_has_no_effect() {
        let log = Log::default();
        let over = spawn_logged(&log, "over", 1);
        enter(|| wake(&over));
        assert_eq!(*log.borrow(), ["over"]);
        spawn_logged(&log, "next", 2);
        assert_eq!(with_tasks(|tasks| tasks.slots.len()), 1);
    }

    #[test]
    fn the_drop_of_a_task_may_start_another() {
        struct Starts(Log);
        impl Drop for Starts {
            fn drop(&mut self) {
                spawn_logged(&self.0, "started", 1);
            }
        }
        let log = Log::default();
        let starts = Starts(Rc::clone(&log));
        spawn(
            Box::pin(async move {
                let _starts = starts;
            }),
            schedule,
        );
        assert_eq!(*log.borrow(), ["started"]);
    }
}
