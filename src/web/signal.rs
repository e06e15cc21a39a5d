//! Abort signals and time limits of futures.

use std::{
    cell::RefCell,
    future::Future,
    pin::Pin,
    rc::{Rc, Weak},
    task::{Context, Poll, Waker},
};

use wasm_bindgen::prelude::*;

use crate::{
    client::error::{Error, ErrorCode},
    web::{
        host::SignalLike,
        timer::{Sleep, sleep},
    },
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
            // An `AbortController` has one.
            let is_controller = js_sys::Reflect::get(value, &"signal".into()).is_ok_and(|signal| signal.is_object());
            let hint = if is_controller { ": pass the controller's `signal`" } else { "" };
            let message = format!("`signal` takes an AbortSignal{hint}");
            return Err(Error::new(ErrorCode::InvalidOption, message).parameter("signal"));
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
    signal: &'a Signal,
    id: Option<u32>,
}

impl Registration<'_> {
    fn register(&mut self, waker: &Waker) {
        let is_first = {
            let mut waiters = self.signal.0.waiters.borrow_mut();
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
            let _ = self.signal.0.signal.add_listener("abort", self.signal.0.listener.as_ref().unchecked_ref());
        }
    }
}

impl Drop for Registration<'_> {
    fn drop(&mut self) {
        let Some(id) = self.id else { return };
        let is_last = {
            let mut waiters = self.signal.0.waiters.borrow_mut();
            waiters.wakers.retain(|(waiter, _)| *waiter != id);
            waiters.wakers.is_empty()
        };
        if is_last {
            let _ = self.signal.0.signal.remove_listener("abort", self.signal.0.listener.as_ref().unchecked_ref());
        }
    }
}

/// The value of a future, unless the time is over or the signal aborts first.
#[must_use = "futures do nothing unless polled"]
pub struct Within<'a, T> {
    /// Boxed, so that the code depends on the value's type only, which keeps the module small.
    future: Pin<Box<dyn Future<Output = T> + 'a>>,
    interruption: Interruption<'a>,
}

/// Polls a future until the time is over or the signal aborts.
pub fn within<'a, T>(
    ms: Option<u64>,
    signal: Option<&'a Signal>,
    future: impl Future<Output = T> + 'a,
) -> Within<'a, T> {
    let aborted = signal.map(|signal| Registration { signal, id: None });
    Within { future: Box::pin(future), interruption: Interruption { ms, timer: None, aborted } }
}

impl<T> Future for Within<'_, T> {
    type Output = Result<T, Interrupted>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.interruption.is_early() {
            return Poll::Ready(Err(Interrupted::Aborted));
        }
        if let Poll::Ready(value) = self.future.as_mut().poll(context) {
            return Poll::Ready(Ok(value));
        }
        self.interruption.poll(context).map(Err)
    }
}

/// What ends the wait for a future.
struct Interruption<'a> {
    ms: Option<u64>,
    /// Starts once the future waits.
    timer: Option<Sleep>,
    aborted: Option<Registration<'a>>,
}

impl Interruption<'_> {
    /// Whether the signal aborted before the future waited.
    fn is_early(&self) -> bool {
        self.aborted.as_ref().is_some_and(|aborted| aborted.id.is_none() && aborted.signal.is_aborted())
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Interrupted> {
        if let Some(ms) = self.ms.take() {
            self.timer = Some(sleep(ms));
        }
        if let Some(aborted) = &mut self.aborted {
            if aborted.signal.is_aborted() {
                return Poll::Ready(Interrupted::Aborted);
            }
            aborted.register(context.waker());
        }
        match &mut self.timer {
            Some(timer) => Pin::new(timer).poll(context).map(|()| Interrupted::TimedOut),
            None => Poll::Pending,
        }
    }
}
