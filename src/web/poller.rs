//! Tasks: one task of the list, and waiting for a task. Callers that wait for tasks of one account share each poll.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    rc::{Rc, Weak},
    task::{Poll, Waker},
};

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

use crate::{
    api::{
        options::{RateLimitMode, WaitOptions},
        tasks::{Task, TaskQuery},
        values::TimeLimit,
    },
    client::{
        error::{Error, ErrorCode, Result},
        exchange::step::WaitReason,
        polling::{PollEvent, PollOutcome, TaskState, TaskWait},
        task_search::{TaskId, TaskSearch},
    },
    protocol::request::{Endpoint, Request, Scope},
    web::{
        call::{Call, ResponseReader, aborted},
        client::{CallContext, Client},
        clock::now,
        convert::{Failed, Kept, error_to_js, to_js},
        hooks::WaitEvent,
        host,
        promise::settled,
        signal::{Interrupted, within},
    },
};

/// The method whose polls are shared.
const METHOD: &str = "tasks.waitFor";

/// Searches tasks.
async fn search(
    client: &Rc<Client>,
    context: &Rc<CallContext>,
    method: &'static str,
    ids: Vec<TaskId>,
) -> Result<Vec<Task>, Failed> {
    let mut search = TaskSearch::new(ids);
    loop {
        let mut tasks = None;
        let mut decode = |response: &str| {
            tasks = Some(TaskQuery::decode(response)?);
            Ok(())
        };
        let reader = &mut ResponseReader { page: &mut |_| false, decode: &mut decode };
        let request = Request { method, ..search.query().to_request()? };
        Call::new(client, context, request).run(None, reader).await?;
        let tasks = tasks.unwrap_or_default();
        if search.accept(&tasks) {
            return Ok(tasks);
        }
    }
}

/// The task with that id, or `undefined`.
pub async fn get(client: &Rc<Client>, context: &Rc<CallContext>, id: TaskId) -> Result<JsValue, Failed> {
    let tasks = search(client, context, "tasks.get", vec![id]).await?;
    match TaskSearch::find(&tasks, id) {
        Some(task) => Ok(to_js(task)?),
        None => Ok(JsValue::UNDEFINED),
    }
}

/// The callers that wait for tasks of one account.
#[derive(Default)]
struct Group {
    key: String,
    waiters: RefCell<Vec<Rc<Waiter>>>,
    /// Whether one of them polls now, for all.
    is_polling: Cell<bool>,
}

struct Waiter {
    id: TaskId,
    /// What the last poll found, until the waiter takes it.
    found: RefCell<Option<Found>>,
    waker: Cell<Option<Waker>>,
}

/// What a poll found for a waiter.
enum Found {
    Task(JsTask),
    Nothing,
    Failed(Failed),
}

/// A task as JavaScript gets it.
#[derive(Clone)]
struct JsTask {
    value: JsValue,
    state: TaskState,
}

thread_local! {
    static GROUPS: RefCell<Vec<Weak<Group>>> = const { RefCell::new(Vec::new()) };
}

impl Group {
    fn get(key: String) -> Rc<Self> {
        GROUPS.with_borrow_mut(|groups| {
            groups.retain(|group| group.strong_count() > 0);
            if let Some(group) = groups.iter().filter_map(Weak::upgrade).find(|group| group.key == key) {
                return group;
            }
            let group = Rc::new(Self { key, ..Self::default() });
            groups.push(Rc::downgrade(&group));
            group
        })
    }

    fn wake_all(&self) {
        for waiter in self.waiters.borrow().iter() {
            if let Some(waker) = waiter.waker.take() {
                waker.wake();
            }
        }
    }

    /// One poll for all waiters.
    async fn poll(&self, client: &Rc<Client>, context: &Rc<CallContext>) -> Result<(), Failed> {
        // Callers that come at the same moment share the first poll too.
        let _ = settled(Ok(Promise::resolve(&JsValue::UNDEFINED).into())).await;
        let waiters = self.waiters.borrow().clone();
        let ids = waiters.iter().map(|waiter| waiter.id).collect();
        let tasks = match search(client, context, METHOD, ids).await {
            // What this caller's own signal, options and functions caused is not the others'.
            Err(failed) if is_own(&failed) => return Err(failed),
            tasks => tasks,
        };
        for waiter in waiters {
            let found = match &tasks {
                Ok(tasks) => match TaskSearch::find(tasks, waiter.id) {
                    Some(task) => Found::Task(JsTask { value: to_js(task)?, state: task.state() }),
                    None => Found::Nothing,
                },
                Err(failed) => Found::Failed(failed.clone()),
            };
            waiter.found.replace(Some(found));
        }
        Ok(())
    }
}

/// Whether the failure may be the caller's own: the service did not report it, or another caller may wait longer.
fn is_own(Failed { error, .. }: &Failed) -> bool {
    error.api_code.is_none() || matches!(error.code, ErrorCode::RateLimited | ErrorCode::TooManyConnections)
}

/// Stops polling on drop, so that another waiter takes over.
struct Polling<'a>(&'a Group);

impl Drop for Polling<'_> {
    fn drop(&mut self) {
        self.0.is_polling.set(false);
        self.0.wake_all();
    }
}

/// A waiter in its group, which it leaves on drop.
struct Membership {
    group: Rc<Group>,
    waiter: Rc<Waiter>,
}

impl Membership {
    /// Ready when a poll of another caller is over, or none is in flight.
    async fn shared_poll(&self) {
        poll_fn(|context| {
            if self.waiter.found.borrow().is_some() || !self.group.is_polling.get() {
                return Poll::Ready(());
            }
            self.waiter.waker.set(Some(context.waker().clone()));
            Poll::Pending
        })
        .await;
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.group.waiters.borrow_mut().retain(|waiter| !Rc::ptr_eq(waiter, &self.waiter));
    }
}

/// Waits until a task is done.
pub async fn wait_for(
    client: &Rc<Client>,
    context: &Rc<CallContext>,
    id: TaskId,
    options: &WaitOptions,
    kept: &Kept,
) -> std::result::Result<JsValue, JsValue> {
    let on_progress: Option<Function> = options.on_progress.map(|callback| kept.get(callback.0).unchecked_into());
    let group = Group::get(client.account_key());
    let waiter = Rc::new(Waiter { id, found: RefCell::default(), waker: Cell::default() });
    group.waiters.borrow_mut().push(Rc::clone(&waiter));
    let member = Membership { group, waiter };
    let max_wait_ms = options.max_wait_ms.and_then(|TimeLimit(ms)| ms);
    let mut wait = TaskWait::new(id, max_wait_ms, &context.settings, now());
    let mut last: Option<JsTask> = None;
    loop {
        let next = wait.next(now()).map_err(|error| with_task(error, last.as_ref()))?;
        let step = next_found(&member, client, context, next.due_in_ms);
        let found = match within(next.time_left_ms, context.signal.as_ref(), step).await {
            Err(Interrupted::Aborted) => {
                let Some(signal) = &context.signal else { continue };
                return Err(aborted(signal, Scope::Tasks.endpoint()).into());
            }
            Err(Interrupted::TimedOut) | Ok(Ok(None)) => continue,
            Ok(Err(failed)) => return Err(failed.at(Scope::Tasks.endpoint()).into()),
            Ok(Ok(Some(found))) => found,
        };
        last = match found {
            Found::Task(task) => Some(task),
            Found::Nothing => None,
            Found::Failed(failed) => return Err(failed.at(Scope::Tasks.endpoint()).into()),
        };
        if let (Some(on_progress), Some(task)) = (&on_progress, &last) {
            host::call_progress(on_progress, &task.value)?;
        }
        let state = last.as_ref().map(|task| task.state);
        let outcome = wait.record_poll(state, now()).map_err(|error| with_task(error, last.as_ref()))?;
        match outcome {
            PollOutcome::Done => return Ok(last.map(|task| task.value).unwrap_or_default()),
            PollOutcome::Pending { event: None } => {}
            PollOutcome::Pending { event: Some(PollEvent { wait_ms, poll }) } => {
                client.hooks().waiting(context.on_wait.as_ref(), || WaitEvent {
                    call_id: context.call_id(),
                    method: METHOD,
                    reason: WaitReason::Poll,
                    wait_ms,
                    attempt: poll,
                });
            }
        }
    }
}

/// What the next poll found, of this caller or another; `None` if there is nothing yet.
async fn next_found(
    member: &Membership,
    client: &Rc<Client>,
    context: &Rc<CallContext>,
    wait_ms: u64,
) -> Result<Option<Found>, Failed> {
    let Membership { group, waiter } = member;
    if let Some(found) = waiter.found.take() {
        return Ok(Some(found));
    }
    if wait_ms > 0 {
        // Another caller's poll may come first.
        let polled = poll_fn(|task| {
            if waiter.found.borrow().is_some() {
                return Poll::Ready(());
            }
            waiter.waker.set(Some(task.waker().clone()));
            Poll::Pending
        });
        let _ = within(Some(wait_ms), None, polled).await;
        return Ok(waiter.found.take());
    }
    // Another caller's poll may wait for the limits, which only some callers do.
    let can_share = context.settings.rate_limit == RateLimitMode::Wait;
    if can_share && group.is_polling.get() {
        member.shared_poll().await;
        return Ok(waiter.found.take());
    }
    let polling = can_share.then(|| {
        group.is_polling.set(true);
        Polling(group)
    });
    let polled = group.poll(client, context).await;
    drop(polling);
    polled?;
    Ok(waiter.found.take())
}

/// An error with the task as last seen.
fn with_task(error: Error, task: Option<&JsTask>) -> JsValue {
    let error = error_to_js(&error.at(Scope::Tasks.endpoint()));
    if let Some(task) = task {
        let _ = js_sys::Reflect::set(&error, &"task".into(), &task.value);
    }
    error
}
