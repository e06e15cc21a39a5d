//! The exports of the module that decodes stored responses.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::{
    client::error::{Error, ErrorCode},
    protocol::{form::ResponseFormat, formats, request::Scope},
    web::{
        convert::{error_to_js, to_js},
        history_page,
    },
};

/// The `fmt` of JSON.
const JSON: u8 = 3;

/// Decodes a stored response of the history.
///
/// # Errors
/// An `SmscError`.
#[wasm_bindgen(js_name = decodeHistory, unchecked_return_type = "Message[]")]
pub fn decode_history(text: &str, fmt: u8) -> Result<JsValue, JsValue> {
    // Nearly every page in JSON has the form that the fast reader takes.
    if fmt == JSON
        && let Some(messages) = history_page::read_text(text)
    {
        return Ok(messages.into());
    }
    decode(Scope::History, fmt, |format| formats::decode_history(text, format))
}

/// Decodes a stored list of sender names. `all` says whether they were requested with `all=1`, if that is known.
///
/// # Errors
/// An `SmscError`.
#[wasm_bindgen(js_name = decodeSenders, unchecked_return_type = "Sender[]")]
pub fn decode_senders(text: &str, fmt: u8, all: Option<bool>) -> Result<JsValue, JsValue> {
    decode(Scope::Senders, fmt, |format| formats::decode_senders(text, format, all))
}

/// Decodes a stored list of deferred tasks.
///
/// # Errors
/// An `SmscError`.
#[wasm_bindgen(js_name = decodeTasks, unchecked_return_type = "Task[]")]
pub fn decode_tasks(text: &str, fmt: u8) -> Result<JsValue, JsValue> {
    decode(Scope::Tasks, fmt, |format| formats::decode_tasks(text, format))
}

fn decode<T: Serialize>(
    scope: Scope,
    fmt: u8,
    decode: impl FnOnce(ResponseFormat) -> Result<Vec<T>, Error>,
) -> Result<JsValue, JsValue> {
    let format = ResponseFormat::from_fmt(fmt.into()).ok_or_else(|| {
        let message = format!("`fmt` takes 0, 1, 2 or 3, and got {fmt}");
        Error::new(ErrorCode::InvalidParameter, message).parameter("fmt")
    });
    let items = format.and_then(decode).and_then(|items| to_js(&items));
    items.map_err(|error| error_to_js(&error.at(scope.endpoint())))
}
