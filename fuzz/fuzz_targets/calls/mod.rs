//! Shared by the targets `query` and `response`: every call, prepared as `web` prepares it.

use serde::de::DeserializeOwned;
use smsc_wasm::api::command::{self, check_json};
use smsc_wasm::api::history::HistoryQuery;
use smsc_wasm::api::json_input::{self, JsonInput};
use smsc_wasm::api::senders::{SenderCode, SenderCodeRequest, SenderInput, SenderQuery, SenderRef, SenderUpdate};
use smsc_wasm::api::tasks::{TaskQuery, TaskRef};
use smsc_wasm::protocol::request::{Endpoint, Request};
use smsc_wasm::{Error, ErrorCode, Result};

/// The number of different calls.
pub const COUNT: u8 = 11;

/// A call: its request, and the decoding of a response that is not an error, to JSON.
pub struct Call {
    pub request: Request,
    pub decode: fn(&str) -> Result<String>,
}

fn prepare_endpoint<T: Endpoint + DeserializeOwned>(input: &str) -> Result<Call> {
    let query: T = json_input::read(input, ErrorCode::InvalidParameter, "the query")?;
    let decode = |text: &str| Ok(serde_json::to_string(&T::decode(text)?).expect("the output can be serialized"));
    Ok(Call { request: query.to_request()?, decode })
}

fn prepare_command(input: &str, script: &str, is_raw: bool, is_idempotent: bool) -> Result<Call> {
    let not_json = || Error::new(ErrorCode::InvalidParameter, "`parameters` takes JSON");
    let parameters = JsonInput::parse(input).ok_or_else(not_json)?;
    let decode = if is_raw {
        |text: &str| Ok(serde_json::to_string(text).expect("a text can be serialized"))
    } else {
        |text: &str| Ok(check_json(text)?.map_or(r#"{"result":"OK"}"#, |(json, _)| json).to_owned())
    };
    Ok(Call { request: command::request(script, &parameters, is_raw, is_idempotent)?, decode })
}

/// Prepares a call. The last two are `call` and `raw`, for that script.
pub fn prepare(selector: u8, input: &str, script: &str, is_idempotent: bool) -> Result<Call> {
    match selector % COUNT {
        0 => prepare_endpoint::<HistoryQuery>(input),
        1 => prepare_endpoint::<SenderQuery>(input),
        2 => prepare_endpoint::<SenderInput>(input),
        3 => prepare_endpoint::<SenderUpdate>(input),
        4 => prepare_endpoint::<SenderCodeRequest>(input),
        5 => prepare_endpoint::<SenderCode>(input),
        6 => prepare_endpoint::<SenderRef>(input),
        7 => prepare_endpoint::<TaskQuery>(input),
        8 => prepare_endpoint::<TaskRef>(input),
        command => prepare_command(input, script, command == 10, is_idempotent),
    }
}
