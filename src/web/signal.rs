//! Abort signals and time limits of futures.

use std::{
    cell::RefCell,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    rc::{Rc, Weak},
    task::{Poll, Waker},
};

use wasm_bindgen::prelude::*;

use crate::{
    client::error::{Error, ErrorCode},
    web::{host::SignalLike, timer::sleep},
};

/// How waiting ended without a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interrupted {
    /// The caller's signal aborted it.
    Aborted,
    /// Its time was over.
    TimedOut,
}

/// A caller's signal. All calls with one signal share a listener, so that Node.js prints no warning of a leak. It listens only
/// while a call waits, so that an abandoned iterator leaves no listener.
#[derive(Clone)]
pub struct Signal(Rc<Shared>);

struct Shared {
    signal: SignalLike,
    waiters: RefCell<Waiters>,
    listener: Closure<dyn Fn()>,
}

#[derive(Default)]
struct Waiters {
    last_id: u32,
    wakers: Vec<(u32, Waker)>,
}

thread_local! {
    static SIGNALS: RefCell<Vec<Weak<Shared>>> = const { RefCell::new(Vec::new()) };
}

impl Signal {
    /// A signal that a user passed.
    ///
    /// # Errors
    /// `invalid_option`, if it is not an `AbortSignal`.
    pub fn new(value: &JsValue) -> Result<Self, Error> {
        let has_listeners = js_sys::Reflect::get(value, &"addEventListener".into()).is_ok_and(|add| add.is_function());
        if !has_listeners {
            return Err(Error::new(ErrorCode::InvalidOption, "`signal` takes an AbortSignal").parameter("signal"));
        }
        let known = SIGNALS.with_borrow_mut(|signals| {
            signals.retain(|signal| signal.strong_count() > 0);
            signals.iter().filter_map(Weak::upgrade).find(|shared| *shared.signal == *value)
        });
        if let Some(shared) = known {
            return Ok(Self(shared));
        }
        let signal: SignalLike = value.clone().unchecked_into();
        let shared = Rc::new_cyclic(|shared: &Weak<Shared>| {
            let shared = Weak::clone(shared);
            let listener = Closure::new(move || {
                if let Some(shared) = shared.upgrade() {
                    shared.wake_all();
                }
            });
            Shared { signal, waiters: RefCell::default(), listener }
        });
        SIGNALS.with_borrow_mut(|signals| signals.push(Rc::downgrade(&shared)));
        Ok(Self(shared))
    }

    /// Whether it has aborted.
    pub fn is_aborted(&self) -> bool {
        self.0.signal.aborted().unwrap_or(false)
    }

    /// Why it has aborted.
    pub fn reason(&self) -> JsValue {
        self.0.signal.reason().unwrap_or_else(|thrown| thrown)
    }

    /// Ready once it has aborted.
    async fn aborted(&self) {
        let mut registration = Registration { shared: &self.0, id: None };
        poll_fn(|context| {
            if self.is_aborted() {
                return Poll::Ready(());
            }
            registration.register(context.waker());
            Poll::Pending
        })
        .await;
    }
}

impl Shared {
    fn wake_all(&self) {
        let wakers = self.waiters.borrow().wakers.clone();
        for (_, waker) in wakers {
            waker.wake();
        }
    }
}

/// A waiter of a signal.
struct Registration<'a> {
    shared: &'a Shared,
    id: Option<u32>,
}

impl Registration<'_> {
    fn register(&mut self, waker: &Waker) {
        let is_first = {
            let mut waiters = self.shared.waiters.borrow_mut();
            let id = *self.id.get_or_insert_with(|| {
                waiters.last_id = waiters.last_id.wrapping_add(1);
                waiters.last_id
            });
            let is_first = waiters.wakers.is_empty();
            waiters.wakers.retain(|(waiter, _)| *waiter != id);
            waiters.wakers.push((id, waker.clone()));
            is_first
        };
        // Outside the borrow: a custom signal may call the listener at once.
        if is_first {
            let _ = self.shared.signal.add_listener("abort", self.shared.listener.as_ref().unchecked_ref());
        }
    }
}

impl Drop for Registration<'_> {
    fn drop(&mut self) {
        let Some(id) = self.id else { return };
        let is_last = {
            let mut waiters = self.shared.waiters.borrow_mut();
            waiters.wakers.retain(|(waiter, _)| *waiter != id);
            waiters.wakers.is_empty()
        };
        if is_last {
            let _ = self.shared.signal.remove_listener("abort", self.shared.listener.as_ref().unchecked_ref());
        }
    }
}

/// Ready once the time is over or the signal aborts.
async fn interrupted(ms: Option<u64>, signal: Option<Signal>) -> Interrupted {
    let mut timer = ms.map(sleep);
    let mut aborted = pin!(async {
        match &signal {
            Some(signal) => signal.aborted().await,
            None => std::future::pending().await,
        }
    });
    poll_fn(|context| {
        if aborted.as_mut().poll(context).is_ready() {
            return Poll::Ready(Interrupted::Aborted);
        }
        match &mut timer {
            Some(timer) => Pin::new(timer).poll(context).map(|()| Interrupted::TimedOut),
            None => Poll::Pending,
        }
    })
    .await
}

/// The value of a future, unless the time is over or the signal aborts first.
pub async fn within<T>(
    ms: Option<u64>,
    signal: Option<&Signal>,
    future: impl Future<Output = T>,
) -> Result<T, Interrupted> {
    if signal.is_some_and(Signal::is_aborted) {
        return Err(Interrupted::Aborted);
    }
    let mut future = pin!(future);
    let mut interrupted = Box::pin(interrupted(ms, signal.cloned()));
    poll_fn(|context| {
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(Ok(value));
        }
        interrupted.as_mut().poll(context).map(Err)
    })
    .await
}
