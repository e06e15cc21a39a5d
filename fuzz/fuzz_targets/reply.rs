//! Any bytes are read or refused by every call, the way another parser reads them; an error of the service is found however
//! the bytes come; and nothing tells the key.
#![no_main]

mod calls;

use libfuzzer_sys::fuzz_target;
use serde_json::Value as Other;
use smsc_wasm::driver::{Driver, Reply, Step};
use smsc_wasm::json::{self, Value, Writer};
use smsc_wasm::limits::Limits;
use smsc_wasm::reply::{ApiError, Head, LONGEST_ERROR, is_ok};
use smsc_wasm::settings::Settings;

const KEY: &str = "a \"key\"/2";
const OPTIONS: &str = r#"{"apiKey":"a \"key\"/2","maxRetries":0}"#;

thread_local! {
    static SETTINGS: Settings = Settings::check(OPTIONS, false).expect("sound options");
}

/// An input that each call takes.
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

/// What this crate read, in the other's terms. Of a key that comes twice, the last value counts there.
fn other(value: &Value) -> Other {
    match value {
        Value::Null => Other::Null,
        Value::Bool(flag) => Other::Bool(*flag),
        Value::Number(digits) => Other::Number(digits.parse().expect("a number")),
        Value::Text(text) => Other::String(text.clone()),
        Value::List(items) => items.iter().map(other).collect(),
        Value::Object(fields) => {
            Other::Object(fields.iter().map(|(name, value)| (name.clone(), other(value))).collect())
        }
    }
}

/// JSON is read as another parser reads it, and written so that it is read again.
fn same_json(text: &str) -> Option<Value> {
    // That parser has a key of its own for numbers, and refuses half a pair of surrogates.
    let apart = text.contains("$serde_json") || text.contains("\\u");
    let read = json::parse(text).ok();
    if !apart {
        assert_eq!(read.as_ref().map(other), serde_json::from_str(text).ok());
    }
    if let Some(value) = &read {
        let mut writer = Writer::default();
        writer.value(value);
        assert_eq!(json::parse(&writer.finish()).as_ref(), Ok(value));
    }
    read
}

/// A message's fields are all there, each once.
fn nothing_is_dropped(items: &[Value], output: &Other) {
    let messages = output.as_array().expect("a list");
    assert_eq!(messages.len(), items.len());
    for (message, item) in messages.iter().zip(items) {
        let fields = item.as_object().expect("an object");
        let mut names: Vec<_> = fields.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() == fields.len() {
            let given = fields.iter().filter(|(_, value)| *value != Value::Null).count();
            let extra = message.get("extra").map_or(0, |extra| extra.as_object().expect("an object").len());
            let own = message.as_object().expect("an object").keys().filter(|name| *name != "extra").count();
            assert_eq!(own + extra, given);
        }
    }
}

fn driver_of(which: u8, settings: &Settings) -> (Driver, Limits) {
    let call = calls::make(which, INPUTS[usize::from(which % calls::COUNT)], "get.php", false).expect("a call");
    let mut driver = Driver::new(call, settings, settings.call, 1, 0);
    let mut limits = Limits::default();
    assert!(matches!(driver.next(0, &mut limits), Step::Send { .. }));
    (driver, limits)
}

fuzz_target!(|data: &[u8]| SETTINGS.with(|settings| read(data, settings)));

fn read(data: &[u8], settings: &Settings) {
    let Some((&[which, cut], body)) = data.split_first_chunk() else { return };
    let head = &Head { status: 200, retry_after_ms: None };
    let (mut driver, mut limits) = driver_of(which, settings);
    // JavaScript decodes what comes.
    let Ok(text) = core::str::from_utf8(body) else { return };
    let reply = driver.replied(head, text, true, 0, 0.0, &mut limits);

    if which % calls::COUNT == 8 && text.len() < LONGEST_ERROR {
        // By its beginning alone nothing passes for a file that is an error.
        let (mut early, mut limits) = driver_of(which, settings);
        let beginning = &text[..text.floor_char_boundary(cut.into())];
        if early.replied(head, beginning, false, 0, 0.0, &mut limits) == Reply::File {
            assert!(matches!(reply, Reply::File));
        }
    }
    let value = same_json(text);
    let error = ApiError::find(text);
    let _ = is_ok(text);
    if reply == Reply::File {
        assert!(which % calls::COUNT == 8 && error.is_none());
        return;
    }
    assert_eq!(reply, Reply::Read);
    let step = driver.next(0, &mut limits);
    match driver.take_result() {
        Ok(output) => {
            assert_eq!(step, Step::Done);
            let output: Other = match serde_json::from_str(&output) {
                Ok(output) => output,
                // As it came, half a pair included.
                Err(_) => {
                    assert!(which % calls::COUNT == 9 && text.contains("\\u"));
                    return;
                }
            };
            if error.is_none()
                && let (0, Some(Value::List(items))) = (which % calls::COUNT, &value)
            {
                nothing_is_dropped(items, &output);
            }
        }
        Err(error) => {
            assert_eq!(step, Step::Failed);
            assert!(!error.message.is_empty() && error.message.len() < 2000);
            let json = error.to_json();
            let fields: Other = serde_json::from_str(&json).expect("JSON");
            for field in fields.as_object().expect("an object").values().filter_map(Other::as_str) {
                assert!(!field.contains(KEY), "{field}");
            }
            // A list of objects is refused by no list.
            if let (None, Some(Value::List(items))) = (error.api_code, &value) {
                let listed = [0, 1, 7].contains(&(which % calls::COUNT));
                assert!(!listed || items.iter().any(|item| item.as_object().is_none()));
            }
        }
    }
}
