//! Polls the futures of calls, on one thread.
//!
//! A wake only queues its task. Inside [`Executor::enter`], the queue is polled before `enter` returns, so that a promise that settles
//! continues its call at once. Any other wake asks for a later [`Executor::run`], since it can happen inside a user's code: an abort
//! calls its listeners synchronously. A poll never begins inside another.

use std::{
    cell::RefCell,
    collections::VecDeque,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Wake, Waker},
};

/// A future to run.
pub type Task = Pin<Box<dyn Future<Output = ()>>>;

/// Runs tasks.
pub struct Executor {
    slots: RefCell<Slots>,
    ready: Arc<Ready>,
}

/// The tasks that are not over, by their index. A task is absent while it is polled.
#[derive(Default)]
struct Slots {
    slots: Vec<Option<(Task, Arc<TaskWaker>)>>,
    free: Vec<usize>,
}

/// The tasks to poll.
struct Ready {
    queue: Mutex<VecDeque<usize>>,
    /// Whether the queue is polled now.
    is_running: AtomicBool,
    /// Whether a later `run` was requested.
    is_scheduled: AtomicBool,
    /// Requests a later `run`.
    schedule: fn(),
}

/// `Wake` wants an `Arc`, also on one thread.
struct TaskWaker {
    index: usize,
    is_queued: AtomicBool,
    ready: Arc<Ready>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.is_queued.swap(true, Relaxed) {
            return;
        }
        self.ready.push(self.index);
        if !self.ready.is_running.load(Relaxed) && !self.ready.is_scheduled.swap(true, Relaxed) {
            (self.ready.schedule)();
        }
    }
}

impl Ready {
    fn push(&self, index: usize) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).push_back(index);
    }

    fn pop(&self) -> Option<usize> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

impl Executor {
    /// `schedule` requests a call of `run`, later and not at once.
    pub fn new(schedule: fn()) -> Self {
        let ready = Ready {
            queue: Mutex::default(),
            is_running: AtomicBool::new(false),
            is_scheduled: AtomicBool::new(false),
            schedule,
        };
        Self { slots: RefCell::default(), ready: Arc::new(ready) }
    }

    /// Polls a task until it waits. Inside another poll, it is polled after that one.
    pub fn spawn(&self, task: Task) {
        self.enter(|| {
            let mut slots = self.slots.borrow_mut();
            let index = slots.free.pop().unwrap_or(slots.slots.len());
            let ready = Arc::clone(&self.ready);
            let waker = Arc::new(TaskWaker { index, is_queued: AtomicBool::new(true), ready });
            slots.put(index, (task, waker));
            self.ready.push(index);
        });
    }

    /// Calls a function, then polls each task that it woke.
    pub fn enter(&self, act: impl FnOnce()) {
        let was_running = self.ready.is_running.swap(true, Relaxed);
        act();
        if !was_running {
            self.poll_all();
            self.ready.is_running.store(false, Relaxed);
        }
    }

    /// Polls each task that was woken: what `schedule` requested.
    pub fn run(&self) {
        self.ready.is_scheduled.store(false, Relaxed);
        self.enter(|| {});
    }

    fn poll_all(&self) {
        while let Some(index) = self.ready.pop() {
            let taken = self.slots.borrow_mut().slots.get_mut(index).and_then(Option::take);
            let Some((mut task, waker)) = taken else { continue };
            waker.is_queued.store(false, Relaxed);
            let is_over = task.as_mut().poll(&mut Context::from_waker(&Waker::from(Arc::clone(&waker)))).is_ready();
            if is_over {
                // Outside a borrow: the drop can wake or start other tasks.
                drop(task);
                self.slots.borrow_mut().free.push(index);
            } else {
                self.slots.borrow_mut().put(index, (task, waker));
            }
        }
    }
}

impl Slots {
    fn put(&mut self, index: usize, entry: (Task, Arc<TaskWaker>)) {
        match self.slots.get_mut(index) {
            Some(slot) => *slot = Some(entry),
            None => self.slots.push(Some(entry)),
        }
    }
}
