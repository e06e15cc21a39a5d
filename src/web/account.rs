//! The rate limits of each account, and the calls that wait for them.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    rc::{Rc, Weak},
    task::{Poll, Waker},
};

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use crate::{
    client::rate_limits::{Next, RateLimits, RequestId, WindowKey},
    web::{clock::now, timer::Timer},
};

/// The rate limits of one account, shared by all clients of it in this process.
#[derive(Default)]
pub struct Account {
    pub name: String,
    /// The same name for JavaScript.
    pub js_name: JsValue,
    pub limits: RefCell<RateLimits>,
    waiters: RefCell<Vec<(RequestId, Waker)>>,
    /// Wakes the next waiter when its time comes.
    timer: RefCell<Option<Timer>>,
    is_wake_scheduled: Cell<bool>,
}

thread_local! {
    static ACCOUNTS: RefCell<Vec<Rc<Account>>> = const { RefCell::new(Vec::new()) };
}

impl Account {
    /// The account with that name. Accounts that no client uses and whose limits are idle are dropped.
    pub fn get(name: &str) -> Rc<Self> {
        ACCOUNTS.with_borrow_mut(|accounts| {
            if let Some(account) = accounts.iter().find(|account| account.name == name) {
                return Rc::clone(account);
            }
            let now = now();
            accounts.retain(|account| Rc::strong_count(account) > 1 || !account.limits.borrow_mut().is_idle(now));
            let account = Rc::new(Self { name: name.into(), js_name: name.into(), ..Self::default() });
            accounts.push(Rc::clone(&account));
            account
        })
    }

    /// Counts a request of another copy of the package, or of an instance that trapped. `age_ms` is the time since its response;
    /// `None` while it is in flight.
    pub fn count(name: &str, windows: &[WindowKey], age_ms: Option<u64>) {
        let now = now();
        let ended_at = age_ms.map(|age| now.saturating_sub(age));
        Self::get(name).limits.borrow_mut().count(windows, ended_at, now);
    }

    /// A request that was counted in flight ended; `was_sent` is false if it was never sent.
    pub fn uncount(name: &str, windows: &[WindowKey], was_sent: bool) {
        let account = Self::get(name);
        let mut limits = account.limits.borrow_mut();
        if was_sent {
            limits.release(windows, now());
        } else {
            limits.cancel(windows, now());
        }
        drop(limits);
        account.wake_next();
    }

    /// Wakes the next waiter, in a microtask. Called whenever a request is granted, ends or leaves the queue. Calls in a row,
    /// as after the abort of many requests, examine the queue once.
    pub fn wake_next(self: &Rc<Self>) {
        if self.waiters.borrow().is_empty() {
            self.timer.replace(None);
        } else if !self.is_wake_scheduled.replace(true) {
            let account = Rc::clone(self);
            spawn_local(async move {
                account.is_wake_scheduled.set(false);
                account.wake_next_now();
            });
        }
    }

    /// Wakes the next waiter if its request can be sent now; else starts a timer for when it can.
    fn wake_next_now(self: &Rc<Self>) {
        if self.waiters.borrow().is_empty() {
            self.timer.replace(None);
            return;
        }
        let next = self.limits.borrow_mut().next(now());
        match next {
            Next::Ready(id) => {
                if let Some(waker) = self.remove(id) {
                    waker.wake();
                }
            }
            Next::In(ms) => {
                let account: Weak<Self> = Rc::downgrade(self);
                let timer = Timer::new(ms, move || {
                    if let Some(account) = account.upgrade() {
                        account.wake_next_now();
                    }
                });
                self.timer.replace(Some(timer));
            }
            Next::Never => {}
        }
    }

    fn remove(&self, id: RequestId) -> Option<Waker> {
        let mut waiters = self.waiters.borrow_mut();
        let index = waiters.iter().position(|(waiter, _)| *waiter == id)?;
        Some(waiters.swap_remove(index).1)
    }

    /// Waits until the request is the next one that can be sent.
    pub async fn wait_in_queue(self: &Rc<Self>, id: RequestId) {
        let _waiter = Waiter { account: self, id };
        let mut is_registered = false;
        poll_fn(|context| {
            // Woken: the account took the waiter out.
            if self.remove(id).is_none() && is_registered {
                return Poll::Ready(());
            }
            self.waiters.borrow_mut().push((id, context.waker().clone()));
            if !is_registered {
                is_registered = true;
                self.wake_next();
            }
            Poll::Pending
        })
        .await;
    }
}

/// A waiter in the queue, which leaves it on drop.
struct Waiter<'a> {
    account: &'a Account,
    id: RequestId,
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.account.remove(self.id);
    }
}
