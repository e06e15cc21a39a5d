//! Promises of futures, and futures of whatever a user's function returned.

use std::{
    cell::{Cell, RefCell},
    future::{Future, poll_fn},
    pin::Pin,
    rc::Rc,
    task::{Poll, Waker},
};

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::web::host::Deferred;

/// Like `future_to_promise`, but if the instance traps before the future is over, JavaScript rejects the promise.
pub fn promise(future: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    run(Box::pin(future))
}

/// One function for all futures, which keeps the module small.
fn run(future: Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>) -> Promise {
    let deferred = Deferred::new();
    let promise = deferred.promise();
    spawn_local(async move {
        match future.await {
            Ok(value) => deferred.resolve(&value),
            Err(error) => deferred.reject(&error),
        }
    });
    promise
}

/// Awaits what a user's function returned: a promise, a thenable, or a value.
pub async fn settled(returned: Result<JsValue, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&returned?)).await
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
