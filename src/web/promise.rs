//! Promises of futures, and futures of whatever a user's function returned.

use std::{
    cell::{Cell, RefCell},
    future::{Future, poll_fn},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::web::{
    executor,
    host::{self, Deferred},
};

/// Like `future_to_promise`, but if the instance traps before the future is over, JavaScript rejects the promise.
pub fn promise(future: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    run(Box::pin(future))
}

/// One function for all futures, which keeps the module small.
fn run(future: Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>) -> Promise {
    let deferred = Deferred::new();
    let promise = deferred.promise();
    executor::spawn(async move {
        match future.await {
            Ok(value) => deferred.resolve(&value),
            Err(error) => deferred.reject(&error),
        }
    });
    promise
}

/// A promise that is awaited, by the number under which JavaScript reports its outcome.
struct Awaited {
    id: u32,
    outcome: Option<Result<JsValue, JsValue>>,
    waker: Option<Waker>,
}

thread_local! {
    /// There are few, so that a list is fast. `JsFuture` makes two closures for each promise, with a finalizer each: with it, a
    /// call takes 1.2 to 1.4 times as long above `fetch` (docs/benchmarks.md).
    static AWAITED: RefCell<Vec<Awaited>> = const { RefCell::new(Vec::new()) };
    static LAST_ID: Cell<u32> = const { Cell::new(0) };
}

/// The outcome of a promise that was awaited under that number.
#[wasm_bindgen]
pub fn settle(id: u32, is_fulfilled: bool, value: JsValue) {
    let waker = AWAITED.with_borrow_mut(|awaited| {
        let entry = awaited.iter_mut().find(|entry| entry.id == id)?;
        entry.outcome = Some(if is_fulfilled { Ok(value) } else { Err(value) });
        entry.waker.take()
    });
    if let Some(waker) = waker {
        executor::enter(|| waker.wake());
    }
}

/// A future of a promise. Dropping it ignores the outcome.
#[must_use = "futures do nothing unless polled"]
pub struct Settled(u32);

/// Awaits the promise that `start` reports under the number that it gets.
pub fn settled_by(start: impl FnOnce(u32)) -> Settled {
    let id = LAST_ID.get().wrapping_add(1);
    LAST_ID.set(id);
    AWAITED.with_borrow_mut(|awaited| awaited.push(Awaited { id, outcome: None, waker: None }));
    let settled = Settled(id);
    start(id);
    settled
}

impl Future for Settled {
    type Output = Result<JsValue, JsValue>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        AWAITED.with_borrow_mut(|awaited| {
            let Some(entry) = awaited.iter_mut().find(|entry| entry.id == self.0) else { return Poll::Pending };
            if let Some(outcome) = entry.outcome.take() {
                return Poll::Ready(outcome);
            }
            entry.waker = Some(context.waker().clone());
            Poll::Pending
        })
    }
}

impl Drop for Settled {
    fn drop(&mut self) {
        let id = self.0;
        // Outside the borrow: the waker may be the last owner of a task, whose own promises are dropped with it.
        let dropped = AWAITED.with_borrow_mut(|awaited| {
            let index = awaited.iter().position(|entry| entry.id == id)?;
            Some(awaited.swap_remove(index))
        });
        drop(dropped);
    }
}

/// Awaits what a user's function returned: a promise, a thenable, or a value.
pub async fn settled(returned: Result<JsValue, JsValue>) -> Result<JsValue, JsValue> {
    let value = returned?;
    settled_by(|id| host::when_settled(&value, id)).await
}

/// A flag that futures wait for.
#[derive(Clone, Default)]
pub struct Flag(Rc<FlagState>);

#[derive(Default)]
struct FlagState {
    is_set: Cell<bool>,
    wakers: RefCell<Vec<Waker>>,
}

impl Flag {
    /// Sets it, for ever.
    pub fn set(&self) {
        self.0.is_set.set(true);
        for waker in self.0.wakers.take() {
            waker.wake();
        }
    }

    /// Ready once it is set.
    pub fn wait(&self) -> impl Future<Output = ()> + 'static {
        let state = Rc::clone(&self.0);
        poll_fn(move |context| {
            if state.is_set.get() {
                return Poll::Ready(());
            }
            state.wakers.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
    }

    /// The value of a future, unless the flag is set first: then the future is dropped.
    pub async fn unless_set<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        let mut future = std::pin::pin!(future);
        let mut set = std::pin::pin!(self.wait());
        poll_fn(|context| {
            if set.as_mut().poll(context).is_ready() {
                return Poll::Ready(None);
            }
            future.as_mut().poll(context).map(Some)
        })
        .await
    }
}
