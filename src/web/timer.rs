//! Timers: `setTimeout` with a callback or as a future. Dropping one clears it.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use wasm_bindgen::prelude::*;

use crate::{
    api::options::MAX_TIMER_MS,
    web::{clock, executor, host},
};

struct Entry {
    id: u32,
    started_at: u64,
    ms: u64,
    callback: Box<dyn FnOnce()>,
}

thread_local! {
    /// The timers that run. There are few, so that a list is fast.
    static ENTRIES: RefCell<Vec<Entry>> = const { RefCell::new(Vec::new()) };
    static LAST_ID: Cell<u32> = const { Cell::new(0) };
    /// One closure for all timers: to make one takes longer than to start a timer.
    static FIRE: Closure<dyn Fn(u32)> = Closure::new(fire);
}

/// Takes a timer out of the list.
fn remove(id: u32) -> Option<Entry> {
    ENTRIES.with_borrow_mut(|entries| {
        let index = entries.iter().position(|entry| entry.id == id)?;
        Some(entries.swap_remove(index))
    })
}

fn fire(id: u32) {
    if let Some(Entry { started_at, ms, callback, .. }) = remove(id) {
        clock::timer_fired(started_at, ms);
        executor::enter(callback);
    }
}

/// A timer that was started.
#[must_use = "dropping a timer clears it"]
#[derive(Debug)]
pub struct Timer {
    id: u32,
    handle: JsValue,
}

impl Timer {
    /// Calls the callback after this number of milliseconds, at most 2^31 - 1.
    pub fn new(ms: u64, callback: impl FnOnce() + 'static) -> Self {
        let id = LAST_ID.get().wrapping_add(1);
        LAST_ID.set(id);
        let ms = ms.min(MAX_TIMER_MS);
        let entry = Entry { id, started_at: clock::steady(), ms, callback: Box::new(callback) };
        ENTRIES.with_borrow_mut(|entries| entries.push(entry));
        #[expect(clippy::cast_precision_loss, reason = "at most 2^31")]
        let handle = FIRE.with(|fire| host::set_timer(fire.as_ref().unchecked_ref(), ms as f64, id));
        Self { id, handle }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if remove(self.id).is_some() {
            host::clear_timer(&self.handle);
        }
    }
}

#[derive(Default)]
struct SleepState {
    has_fired: Cell<bool>,
    waker: Cell<Option<Waker>>,
}

/// A future that is ready after some time.
#[must_use = "futures do nothing unless polled"]
pub struct Sleep {
    state: Rc<SleepState>,
    _timer: Timer,
}

/// Waits this number of milliseconds, at most 2^31 - 1.
pub fn sleep(ms: u64) -> Sleep {
    let state = Rc::<SleepState>::default();
    let fired = Rc::clone(&state);
    let timer = Timer::new(ms, move || {
        fired.has_fired.set(true);
        if let Some(waker) = fired.waker.take() {
            waker.wake();
        }
    });
    Sleep { state, _timer: timer }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.state.has_fired.get() {
            return Poll::Ready(());
        }
        self.state.waker.set(Some(context.waker().clone()));
        Poll::Pending
    }
}
