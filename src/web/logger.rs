//! The user's logger and `onWait`. What they throw changes nothing: by then the service may have made the change that was asked
//! for.

use js_sys::{Function, Reflect};
use serde::Serialize;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use crate::{
    client::{
        error::{Error, ErrorCode, Result},
        exchange::WaitReason,
    },
    web::convert::to_js,
};

/// What a call is about to wait for.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct WaitEvent<'a> {
    /// The service's limits, a delay before a retry, or the next poll of a task.
    #[tsify(type = "\"rate_limit\" | \"retry\" | \"poll\"")]
    pub reason: &'a str,
    /// How long, in milliseconds; 0 if only the end of another call can tell.
    #[tsify(type = "number")]
    pub wait_ms: u64,
    /// `"history"`, `"senders"`, `"tasks"`, or a script's name.
    #[tsify(type = "string")]
    pub endpoint: &'a str,
}

/// The user's observers.
#[derive(Default)]
pub struct Observers {
    pub on_wait: Option<Function>,
    pub logger: Option<JsValue>,
}

impl Observers {
    /// Checks that a logger's methods are functions. They may be inherited; other members do not matter.
    pub fn check_logger(logger: &JsValue) -> Result<()> {
        check_methods(logger, "logger", &["debug", "info", "warn", "error"], false)
    }

    /// Before a wait.
    pub fn waiting(&self, ms: Option<u64>, reason: WaitReason, endpoint: &str) {
        let reason = match reason {
            WaitReason::RateLimit => "rate_limit",
            WaitReason::Retry => "retry",
        };
        self.log("info", || {
            let ms = ms.map_or_else(|| "some".into(), |ms| ms.to_string());
            format!("smsc {endpoint}: waits {ms} ms ({reason})")
        });
        self.notify(&WaitEvent { reason, wait_ms: ms.unwrap_or(0), endpoint });
    }

    /// Before a wait for the next poll of a task.
    pub fn polling(&self, ms: u64) {
        self.notify(&WaitEvent { reason: "poll", wait_ms: ms, endpoint: "tasks" });
    }

    fn notify(&self, wait: &WaitEvent<'_>) {
        if let Some(on_wait) = &self.on_wait
            && let Ok(wait) = to_js(wait)
        {
            let _ = on_wait.call1(&JsValue::UNDEFINED, &wait);
        }
    }

    /// Writes a line, which is made only if the logger has a method for the level.
    pub fn log(&self, level: &str, line: impl FnOnce() -> String) {
        let Some(logger) = &self.logger else { return };
        if let Ok(write) = Reflect::get(logger, &level.into())
            && let Some(write) = write.dyn_ref::<Function>()
        {
            let _ = write.call1(logger, &line().into());
        }
    }
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
