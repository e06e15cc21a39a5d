//! The causes of errors: what `fetch`, a limiter or a user's function threw.

use wasm_bindgen::prelude::*;

use crate::{protocol::credentials::Credentials, web::host};

/// The cause as it is, unless one of its texts holds a secret: then a bare copy. (A custom `fetch` may put the request's body into
/// its error.)
pub fn redact_cause(cause: JsValue, credentials: &Credentials) -> JsValue {
    if cause.is_undefined() {
        return cause;
    }
    // Texts that are too long to search may hold one too.
    if host::texts_of(&cause).is_some_and(|texts| credentials.redact(&texts) == texts) {
        return cause;
    }
    if let Some(text) = host::short_text(&cause) {
        return credentials.redact(&text).into();
    }
    let member = |name: &str, default: &str| {
        let value = js_sys::Reflect::get(&cause, &name.into()).ok().and_then(|value| host::short_text(&value));
        credentials.redact(&value.unwrap_or_else(|| default.into()))
    };
    host::bare_error(&member("name", "Error"), &member("message", ""))
}
