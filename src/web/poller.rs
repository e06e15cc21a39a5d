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
        clock::Stopwatch,
        error::{Error, ErrorCode, Result},
        exchange::step::WaitReason,
        polling::{TaskState, next_poll_ms},
        task_search::{TaskId, TaskSearch},
    },
    protocol::request::{Endpoint, Request},
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
            // What this caller's own signal and options caused is not the others'.
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

/// Whether the failure may be that of the caller's options: another caller may wait longer, or try again.
fn is_own(failed: &Failed) -> bool {
    use ErrorCode::{Aborted, Connection, HttpStatus, InvalidOption, RateLimited, Timeout, TooManyConnections};
    matches!(
        failed.error.code,
        Aborted | Connection | HttpStatus | InvalidOption | RateLimited | Timeout | TooManyConnections
    )
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
    let total_ms = context.settings.total_timeout_ms;
    let limit_ms = max_wait_ms.into_iter().chain(total_ms).min();
    let option = if limit_ms == max_wait_ms { "maxWaitMs" } else { "totalTimeoutMs" };
    let is_unlimited = context.settings.rate_limit == RateLimitMode::Off;
    let (watch, mut due_ms, mut polls) = (Stopwatch::new(now()), 0, 0_u64);
    let mut last: Option<JsTask> = None;
    loop {
        let elapsed = watch.elapsed_ms(now());
        // A limit of 0 leaves time for one poll.
        let left =
            limit_ms.map(|limit| if limit == 0 && last.is_none() { u64::MAX } else { limit.saturating_sub(elapsed) });
        if left == Some(0) {
            return Err(given_up(option, limit_ms.unwrap_or(0), last.as_ref(), polls));
        }
        let step = next_found(&member, client, context, due_ms.max(elapsed).saturating_sub(elapsed));
        let left = left.filter(|left| *left != u64::MAX);
        let found = match within(left, context.signal.as_ref(), step).await {
            Err(Interrupted::Aborted) => {
                let Some(signal) = &context.signal else { continue };
                return Err(aborted(signal, "tasks").into());
            }
            Err(Interrupted::TimedOut) | Ok(Ok(None)) => continue,
            Ok(Err(failed)) => return Err(failed.at("tasks").into()),
            Ok(Ok(Some(found))) => found,
        };
        polls = polls.saturating_add(1);
        let task = match found {
            Found::Task(task) => task,
            Found::Nothing => {
                let message = format!("there is no task {}", id.text());
                return Err(ended(ErrorCode::NotFound, message, None, polls));
            }
            Found::Failed(failed) => return Err(failed.at("tasks").into()),
        };
        last = Some(task.clone());
        if let Some(on_progress) = &on_progress {
            host::call_progress(on_progress, &task.value)?;
        }
        match task.state {
            TaskState::Done => return Ok(task.value),
            TaskState::Cancelled => {
                return Err(ended(
                    ErrorCode::TaskCancelled,
                    format!("task {} was cancelled", id.text()),
                    Some(&task),
                    polls,
                ));
            }
            TaskState::Failed => {
                return Err(ended(ErrorCode::TaskFailed, format!("task {} failed", id.text()), Some(&task), polls));
            }
            TaskState::Pending => {}
        }
        let elapsed = watch.elapsed_ms(now());
        due_ms = next_poll_ms(elapsed, is_unlimited);
        let wait_ms = due_ms.saturating_sub(elapsed);
        if let Some(total_ms) = total_ms
            && limit_ms == Some(total_ms)
            && due_ms >= total_ms
        {
            return Err(no_more_polls(wait_ms, total_ms, last.as_ref(), polls));
        }
        let wait_ms = limit_ms.map_or(wait_ms, |limit| wait_ms.min(limit.saturating_sub(elapsed)));
        if limit_ms.is_none_or(|limit| elapsed < limit) {
            client.hooks().waiting(context.on_wait.as_ref(), || WaitEvent {
                call_id: context.call_id(),
                method: METHOD,
                reason: WaitReason::Poll,
                wait_ms,
                attempt: polls.saturating_add(1),
            });
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
    if group.is_polling.get() {
        member.shared_poll().await;
        return Ok(waiter.found.take());
    }
    group.is_polling.set(true);
    let polling = Polling(group);
    let polled = group.poll(client, context).await;
    drop(polling);
    polled?;
    Ok(waiter.found.take())
}

/// The error of a task that will not be done.
fn ended(code: ErrorCode, message: String, task: Option<&JsTask>, polls: u64) -> JsValue {
    with_task(Error::new(code, message), task, polls)
}

fn given_up(option: &str, limit_ms: u64, task: Option<&JsTask>, polls: u64) -> JsValue {
    let message = format!("the task was not done within {option} ({limit_ms} ms)");
    let mut error = Error::new(ErrorCode::Timeout, message);
    error.retryable = true;
    with_task(error, task, polls)
}

/// The time of the whole call does not last until the next poll.
fn no_more_polls(wait_ms: u64, total_ms: u64, task: Option<&JsTask>, polls: u64) -> JsValue {
    let message =
        format!("the task is not done, and the next poll, in {wait_ms} ms, is beyond totalTimeoutMs ({total_ms} ms)");
    let mut error = Error::new(ErrorCode::Timeout, message);
    error.retryable = true;
    error.retry_after_ms = Some(wait_ms);
    with_task(error, task, polls)
}

/// The error after that many answered polls, with the task as last seen.
fn with_task(mut error: Error, task: Option<&JsTask>, polls: u64) -> JsValue {
    error.attempts = (polls > 0).then_some(polls);
    let error = error_to_js(&error.at("tasks"));
    if let Some(task) = task {
        let _ = js_sys::Reflect::set(&error, &"task".into(), &task.value);
    }
    error
}
