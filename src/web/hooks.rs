//! A client's hooks and its logger. An exception in one has no effect: by then the service may have made the change that was
//! asked for. An event is built only if a hook receives it.

use std::{cell::Cell, rc::Rc};

use js_sys::{Function, Reflect};
use serde::{Serialize, Serializer};
use tsify::Tsify;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{
    client::{
        error::{Error, ErrorCode, Result},
        exchange::step::WaitReason,
    },
    protocol::{credentials::Credentials, form::Form},
    web::{
        clock::now,
        convert::{self, Failed, to_js},
        host,
    },
};

/// An attempt that is about to be sent.
#[derive(Clone, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct RequestEvent {
    /// Identifies the call, in any process: all requests of an iteration or a wait for a task have the same, although `attempt`
    /// restarts with each.
    pub call_id: String,
    /// The method that makes the request: `"history.list"` also for each page of an iteration; `"tasks.waitFor"` for its polls.
    #[tsify(type = "string")]
    pub method: &'static str,
    /// The service's script: `"get.php"`.
    pub script: String,
    /// The address. It contains no parameters.
    pub url: String,
    /// The number of the attempt of this request, from 1. It restarts with each page of an iteration and each poll of a task, whose
    /// `callId` stays the same.
    #[tsify(type = "number")]
    pub attempt: u64,
    /// The parameters that are sent, without the credentials and without a document.
    #[tsify(type = "Readonly<Record<string, string>>")]
    #[serde(serialize_with = "as_record")]
    pub parameters: Form,
}

fn as_record<S: Serializer>(form: &Form, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    let mut fields = Vec::new();
    form.each_field(&Credentials::none(), |name, value| fields.push((name.to_owned(), value.to_owned())));
    serializer.collect_map(fields)
}

/// An attempt that is over: answered or failed.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ResponseEvent<'a> {
    /// The attempt.
    #[serde(flatten)]
    pub request: &'a RequestEvent,
    /// The milliseconds since the attempt was sent. Of a download, until the response was known to be a file.
    #[tsify(type = "number")]
    pub duration_ms: u64,
    /// The HTTP status; absent if no response came.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional, type = "number")]
    pub status: Option<u16>,
    /// The length of the body; absent if it was not read to its end, as that of a download.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional, type = "number")]
    pub bytes: Option<u64>,
    /// How the attempt failed. A retry may follow.
    #[serde(with = "serde_wasm_bindgen::preserve", skip_serializing_if = "JsValue::is_undefined")]
    #[tsify(optional, type = "SmscError")]
    pub error: JsValue,
}

/// What a call is about to wait for.
#[derive(Clone, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct WaitEvent {
    /// Identifies the call, in any process.
    pub call_id: String,
    /// The method that waits: `"history.list"`, `"tasks.waitFor"`.
    #[tsify(type = "string")]
    pub method: &'static str,
    /// The service's limits, a delay before a retry, or the next poll of a task.
    pub reason: WaitReason,
    /// The expected time in milliseconds; 0 while the call waits for the end of another one.
    #[tsify(type = "number")]
    pub wait_ms: u64,
    /// The number of the attempt that waits, from 1; before a poll, the number of the poll.
    #[tsify(type = "number")]
    pub attempt: u64,
}

/// The fields of a log line.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogFields<'a> {
    call_id: &'a str,
    method: &'a str,
    attempt: u64,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(with = "serde_wasm_bindgen::preserve", skip_serializing_if = "JsValue::is_undefined")]
    error: JsValue,
}

/// The user's hooks and logger.
#[derive(Default)]
pub struct Hooks {
    pub on_request: Option<Function>,
    pub on_response: Option<Function>,
    pub on_wait: Option<Function>,
    pub logger: Option<JsValue>,
    /// Whether a wait for the limits was logged.
    has_warned: Cell<bool>,
}

impl Hooks {
    /// The hooks and the logger.
    pub fn new(
        on_request: Option<Function>,
        on_response: Option<Function>,
        on_wait: Option<Function>,
        logger: Option<JsValue>,
    ) -> Self {
        Self { on_request, on_response, on_wait, logger, has_warned: Cell::new(false) }
    }

    /// Checks that a logger's methods are functions. They may be inherited; other members do not matter.
    pub fn check_logger(logger: &JsValue) -> Result<()> {
        check_methods(logger, "logger", &["debug", "info", "warn", "error"], false)
    }

    /// Before a wait, which `event` describes. `on_wait` is the hook of the call.
    pub fn waiting(&self, on_wait: Option<&Function>, event: impl FnOnce() -> WaitEvent) {
        let hooks = [self.on_wait.as_ref(), on_wait];
        if self.logger.is_none() && hooks.iter().all(Option::is_none) {
            return;
        }
        let event = event();
        for hook in hooks.into_iter().flatten() {
            notify(hook, &event);
        }
        // In a development server, the first wait of a minute looks like a hang.
        let is_first = event.reason == WaitReason::RateLimit && !self.has_warned.replace(true);
        let level = if is_first { "warn" } else { "info" };
        self.log(level, || {
            let reason = match event.reason {
                WaitReason::RateLimit => "for the service's rate limits",
                WaitReason::Retry => "before a retry",
                WaitReason::Poll => "before the next poll",
            };
            let ms = if event.wait_ms == 0 { String::new() } else { format!("{} ms ", event.wait_ms) };
            (format!("smsc {}: waits {ms}{reason}", event.method), to_js(&event))
        });
    }

    /// Before an attempt. `None` without hooks and logger.
    pub fn requesting(self: &Rc<Self>, event: impl FnOnce() -> RequestEvent) -> Option<ObservedAttempt> {
        if self.on_request.is_none() && self.on_response.is_none() && self.logger.is_none() {
            return None;
        }
        let event = event();
        if let Some(hook) = &self.on_request {
            notify(hook, &event);
        }
        let attempt = ObservedAttempt {
            hooks: Rc::clone(self),
            event: Some(event),
            started_at: now(),
            status: Cell::new(None),
            bytes: Cell::new(None),
        };
        attempt.log("debug", |event| format!("smsc {}: POST {}", event.method, event.url), None, JsValue::UNDEFINED);
        Some(attempt)
    }

    /// Writes a line, which is made only if the logger has a method for the level.
    pub fn log(&self, level: &str, line: impl FnOnce() -> (String, Result<JsValue>)) {
        let Some(logger) = &self.logger else { return };
        if let Ok(write) = Reflect::get(logger, &level.into())
            && let Some(write) = write.dyn_ref::<Function>()
        {
            let (message, fields) = line();
            host::call_logger(write, logger, &message, &fields.unwrap_or_default());
        }
    }
}

fn notify(hook: &Function, event: &impl Serialize) {
    if let Ok(event) = to_js(event) {
        host::call_hook(hook, &event);
    }
}

/// An attempt in flight that hooks or the logger observe. If it is dropped, its call was given up.
pub struct ObservedAttempt {
    hooks: Rc<Hooks>,
    /// `None` once it is over.
    event: Option<RequestEvent>,
    started_at: u64,
    status: Cell<Option<u16>>,
    bytes: Cell<Option<u64>>,
}

impl ObservedAttempt {
    /// The head of the response came.
    pub fn head_received(&self, status: u16) {
        self.status.set(Some(status));
    }

    /// The whole body came.
    pub fn body_received(&self, bytes: u64) {
        self.bytes.set(Some(bytes));
    }

    /// The attempt is over; `error` is undefined if it was answered.
    pub fn end(mut self, error: JsValue) {
        self.finish(error);
    }

    fn finish(&mut self, error: JsValue) {
        let duration_ms = now().saturating_sub(self.started_at);
        if error.is_undefined() {
            let status = self.status.get().unwrap_or_default();
            let line = |event: &RequestEvent| format!("smsc {}: HTTP status {status}", event.method);
            self.log("debug", line, Some(duration_ms), JsValue::UNDEFINED);
        } else {
            let message = Reflect::get(&error, &"message".into()).unwrap_or_default().as_string().unwrap_or_default();
            let line =
                |event: &RequestEvent| format!("smsc {}: attempt {} failed: {message}", event.method, event.attempt);
            self.log("info", line, Some(duration_ms), error.clone());
        }
        let Some(request) = self.event.take() else { return };
        if let Some(hook) = &self.hooks.on_response {
            let (status, bytes) = (self.status.get(), self.bytes.get());
            notify(hook, &ResponseEvent { request: &request, duration_ms, status, bytes, error });
        }
    }

    fn log(&self, level: &str, line: impl FnOnce(&RequestEvent) -> String, duration_ms: Option<u64>, error: JsValue) {
        let Some(event) = &self.event else { return };
        self.hooks.log(level, || {
            let fields = LogFields {
                call_id: &event.call_id,
                method: event.method,
                attempt: event.attempt,
                url: &event.url,
                status: self.status.get(),
                duration_ms,
                bytes: self.bytes.get(),
                error,
            };
            (line(event), to_js(&fields))
        });
    }
}

impl Drop for ObservedAttempt {
    fn drop(&mut self) {
        let Some(event) = self.event.take() else { return };
        let mut attempt = Self {
            hooks: Rc::clone(&self.hooks),
            event: Some(event),
            started_at: self.started_at,
            status: self.status.clone(),
            bytes: self.bytes.clone(),
        };
        // Later, because a hook may call the client, whose state may be in use now.
        spawn_local(async move {
            let error = Error::new(ErrorCode::Aborted, "the call was given up");
            attempt.finish(Failed::from(error).into());
        });
    }
}

/// Warns that a shared limiter failed where no call fails for it.
pub fn limiter_failed(hooks: &Hooks, thrown: &JsValue) {
    hooks.log("warn", || {
        let text = convert::text_of(thrown).unwrap_or_else(|| host::describe_thrown(thrown));
        let fields = js_sys::Object::new();
        let _ = Reflect::set(&fields, &"error".into(), thrown);
        (format!("smsc: `rateLimiter` failed: {text}"), Ok(fields.into()))
    });
}

/// Checks that members of an object, own or inherited, are functions.
pub fn check_methods(object: &JsValue, option: &str, methods: &[&str], are_required: bool) -> Result<()> {
    let invalid = |path: &str, message: &str| Err(Error::new(ErrorCode::InvalidOption, message).parameter(path));
    if !object.is_object() && !object.is_function() {
        return invalid(option, &format!("`{option}` takes an object"));
    }
    for method in methods {
        let value = Reflect::get(object, &(*method).into()).unwrap_or_default();
        if value.is_function() || (!are_required && (value.is_undefined() || value.is_null())) {
            continue;
        }
        let path = format!("{option}.{method}");
        return invalid(&path, &format!("`{path}` takes a function"));
    }
    Ok(())
}
