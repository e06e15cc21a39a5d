//! Any bytes as the response of every call: decoded or rejected, and parsed as another parser does. An error of the service
//! is found in whatever pieces a file comes, and no error reveals the key.
#![no_main]

mod calls;

use std::rc::Rc;

use libfuzzer_sys::fuzz_target;
use serde_json::Value as JsonValue;
use smsc_wasm::Result;
use smsc_wasm::api::json_input;
use smsc_wasm::api::options::{ClientOptions, ClientSettings};
use smsc_wasm::client::error::ErrorCode;
use smsc_wasm::client::exchange::Exchange;
use smsc_wasm::client::exchange::step::{Body, Step};
use smsc_wasm::client::rate_limits::RateLimits;
use smsc_wasm::protocol::api_error::{ApiError, MAX_ERROR_LENGTH};
use smsc_wasm::protocol::json::{self, Value};
use smsc_wasm::protocol::response::{Head, is_ok};

const KEY: &str = "a \"key\"/2";
const OPTIONS: &str = r#"{"apiKey":"a \"key\"/2","maxRetries":0}"#;

thread_local! {
    static SETTINGS: Rc<ClientSettings> = {
        let options: Result<ClientOptions> = json_input::read(OPTIONS, ErrorCode::InvalidOption, "createClient");
        Rc::new(options.and_then(|options| options.validate(false, |_| None)).expect("valid options"))
    };
}

/// An input that each call accepts.
const INPUTS: [&str; calls::COUNT as usize] = [
    r#"{"limit":2}"#,
    r#"{"all":true}"#,
    r#"{"name":"a"}"#,
    r#"{"id":1,"comment":"a"}"#,
    r#"{"name":"79999999999"}"#,
    r#"{"name":"79999999999","code":"1"}"#,
    r#"{"id":1}"#,
    "{}",
    r#"{"id":1}"#,
    "{}",
    "{}",
];

const HISTORY: u8 = 0;
const FILE: u8 = 8;
const CALL: u8 = 9;

/// A value in the terms of the other parser. Of a repeated key it keeps the last value.
fn convert(value: &Value) -> JsonValue {
    match value {
        Value::Null => JsonValue::Null,
        Value::Bool(flag) => JsonValue::Bool(*flag),
        Value::Number(digits) => JsonValue::Number(digits.parse().expect("a number")),
        Value::Text(text) => JsonValue::String(text.clone()),
        Value::Array(items) => items.iter().map(convert).collect(),
        Value::Object(fields) => {
            JsonValue::Object(fields.iter().map(|(name, value)| (name.clone(), convert(value))).collect())
        }
    }
}

/// Parses JSON as another parser does; a value that is serialized can be parsed again.
fn parse(text: &str) -> Option<Value> {
    // The other parser uses a special key for numbers, and rejects half of a surrogate pair.
    let is_special = text.contains("$serde_json") || text.contains("\\u");
    let parsed = json::parse(text).ok();
    if !is_special {
        assert_eq!(parsed.as_ref().map(convert), serde_json::from_str(text).ok());
    }
    if let Some(value) = &parsed {
        let serialized = serde_json::to_string(value).expect("a value can be serialized");
        assert!(json::parse(&serialized).is_ok());
    }
    parsed
}

/// Every field of every message is in the output, once.
fn check_nothing_is_dropped(items: &[Value], output: &JsonValue) {
    let messages = output.get("messages").and_then(JsonValue::as_array).expect("a list");
    assert_eq!(messages.len(), items.len());
    for (message, item) in messages.iter().zip(items) {
        let fields = item.as_object().expect("an object");
        let mut names: Vec<_> = fields.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() == fields.len() {
            let present = fields.iter().filter(|(_, value)| *value != Value::Null).count();
            let extra = message.get("extra").map_or(0, |extra| extra.as_object().expect("an object").len());
            let known = message.as_object().expect("an object").keys().filter(|name| *name != "extra").count();
            assert_eq!(known + extra, present);
        }
    }
}

/// A call whose request was sent.
struct Sent {
    exchange: Exchange,
    limits: RateLimits,
    decode: fn(&str) -> Result<String>,
    output: Option<String>,
}

impl Sent {
    fn new(selector: u8, settings: &Rc<ClientSettings>) -> Self {
        let input = INPUTS[usize::from(selector % calls::COUNT)];
        let call = calls::prepare(selector, input, "get.php", false).expect("a call");
        let mut exchange = Exchange::new(call.request, Rc::clone(settings), settings.call, 1, 0);
        let mut limits = RateLimits::default();
        assert!(matches!(exchange.next(0, &mut limits), Step::Send { .. }));
        Self { exchange, limits, decode: call.decode, output: None }
    }

    fn receive(&mut self, text: &str, is_complete: bool) -> Body {
        let Self { exchange, limits, decode, output } = self;
        let mut decode = |text: &str| {
            *output = Some(decode(text)?);
            Ok(())
        };
        let head = Head { status: 200, retry_after_ms: None };
        exchange.received(head, text, is_complete, &mut decode, (0, 0.0), limits)
    }
}

fuzz_target!(|data: &[u8]| SETTINGS.with(|settings| receive(data, settings)));

fn receive(data: &[u8], settings: &Rc<ClientSettings>) {
    let Some((&[selector, length], body)) = data.split_first_chunk() else { return };
    let selector = selector % calls::COUNT;
    let mut sent = Sent::new(selector, settings);
    // The charset is decoded before.
    let Ok(text) = core::str::from_utf8(body) else { return };
    let received = sent.receive(text, true);

    if selector == FILE && text.len() < MAX_ERROR_LENGTH {
        // Nothing that is an error passes for a file by its beginning.
        let beginning = &text[..text.floor_char_boundary(length.into())];
        if Sent::new(selector, settings).receive(beginning, false) == Body::File {
            assert!(matches!(received, Body::File));
        }
    }
    let value = parse(text);
    let error = ApiError::find(text);
    let _ = is_ok(text);
    if received == Body::File {
        // A file may consist of the error of one message: its id, and the number of the error.
        let is_id_and_number = text.trim_ascii().split_once(",-").is_some_and(|(id, number)| {
            id != "0" && [id, number].iter().all(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        });
        assert!(selector == FILE && (error.is_none() || is_id_and_number));
        return;
    }
    assert_eq!(received, Body::Read);
    assert_eq!(sent.exchange.next(0, &mut sent.limits), Step::Done);
    match sent.exchange.take_result() {
        Ok(()) => {
            let output = sent.output.expect("the response was decoded");
            let output: JsonValue = match serde_json::from_str(&output) {
                Ok(output) => output,
                // The response unchanged, with half of a surrogate pair.
                Err(_) => {
                    assert!(selector == CALL && text.contains("\\u"));
                    return;
                }
            };
            if error.is_none()
                && let (HISTORY, Some(Value::Array(items))) = (selector, &value)
            {
                check_nothing_is_dropped(items, &output);
            }
        }
        Err(error) => {
            assert!(!error.message.is_empty() && error.message.len() < 2000);
            let details = serde_json::to_value(&*error).expect("an error can be serialized");
            for field in details.as_object().expect("an object").values().filter_map(JsonValue::as_str) {
                assert!(!field.contains(KEY), "{field}");
            }
            // No list rejects a list of objects.
            if let (None, Some(Value::Array(items))) = (error.api_code, &value) {
                let is_list = [0, 1, 7].contains(&selector);
                assert!(!is_list || items.iter().any(|item| item.as_object().is_none()));
            }
        }
    }
}
