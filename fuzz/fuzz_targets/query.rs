//! Any JSON as the input or the options of any call, of `createClient`, of a walk or of a file: it is taken or refused, with
//! the parameter that is at fault; what is taken can be sent.
#![no_main]

mod calls;

use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};
use smsc_wasm::call::Call;
use smsc_wasm::credentials::Credentials;
use smsc_wasm::csv;
use smsc_wasm::day::Day;
use smsc_wasm::driver::{Driver, Step};
use smsc_wasm::error::{Error, ErrorCode, Result};
use smsc_wasm::input::{Fields, parse};
use smsc_wasm::limits::Limits;
use smsc_wasm::settings::{CallSettings, Settings};
use smsc_wasm::walk::Walk;
use smsc_wasm::{history, senders};

/// An error about what a user gave names what is at fault, unless it is no object at all.
fn names_it(error: &Error, given: &str) {
    use ErrorCode::{DocumentRejected, InvalidOption, InvalidParameter, Unauthorized};
    assert!(matches!(error.code, DocumentRejected | InvalidOption | InvalidParameter | Unauthorized), "{error}");
    assert!(!error.message.is_empty());
    let is_object = parse(given, ErrorCode::Internal, "").is_ok();
    assert!(error.parameter.is_some() || !is_object, "{error}");
    assert!(serde_json::from_str::<Value>(&error.to_json()).is_ok());
}

fn options_of(text: &str) -> Result<(CallSettings, bool)> {
    let values = parse(text, ErrorCode::InvalidOption, "the options")?;
    let fields = Fields::new(&values, ErrorCode::InvalidOption);
    let settings = CallSettings::DEFAULT.with(&fields)?;
    let idempotent = fields.take("idempotent").flag()?.unwrap_or(false);
    fields.finish()?;
    Ok((settings, idempotent))
}

fn can_be_sent(call: Call, client: &Settings, settings: CallSettings) {
    let mut driver = Driver::new(call, client, settings, 1, 0);
    let mut limits = Limits::default();
    let step = driver.next(0, &mut limits);
    assert!(matches!(step, Step::Authorize | Step::Ask | Step::Send { .. }), "{step:?}");
    for json in [driver.question(), limits.report_json(0)] {
        assert!(serde_json::from_str::<Value>(&json).expect("JSON").is_array());
    }
    let request = driver.request(client);
    let (url, body) = request.rsplit_once('\n').expect("lines");
    assert!(url.ends_with(".php") && url.contains("/sys/"));
    assert!(body.contains("charset=utf-8") && body.bytes().all(|byte| byte.is_ascii_graphic()));
}

fn walk(is_history: bool, text: &str, today: Day) -> Result<Walk> {
    let values = parse(text, ErrorCode::InvalidParameter, "the query")?;
    let fields = &Fields::new(&values, ErrorCode::InvalidParameter);
    if is_history {
        Walk::new(&history::query(fields, true)?, today, history::MOST)
    } else {
        Walk::new(&senders::query(fields, true)?, today, senders::MOST)
    }
}

/// What a walk was begun with is refused by none of its requests, and where it stands by no other walk.
fn can_be_walked(is_history: bool, text: &str, today: Day, mut begun: Walk, full: u8) {
    let query = match serde_json::from_str(text) {
        Ok(Value::Object(query)) => query,
        _ => Map::new(),
    };
    // Of a key that comes twice the other parser takes the last, and one of its keys means a number.
    if query.len() != parse(text, ErrorCode::Internal, "").map_or(0, |values| values.len())
        || text.contains("serde_json")
    {
        return;
    }
    for page in 0..8 {
        let Some(leg) = begun.leg() else { break };
        let mut asked = query.clone();
        asked.remove("cursor");
        asked.extend(serde_json::from_str::<Map<_, _>>(&leg).expect("an object"));
        let asked = Value::from(asked).to_string();
        let call = calls::make(u8::from(!is_history), &asked, "", false).expect("a request that is sound");
        let size = call.form.get("cnt").and_then(|size| size.parse().ok()).expect("a size");
        let (count, next) = if full >> page & 1 == 1 { (size, Some((1000 - page).to_string())) } else { (0, None) };
        let place = begun.accept(count, count, next.as_deref()).expect("no circle");
        assert_eq!(place.is_some(), begun.leg().is_some());
        if let Some(place) = place {
            let mut again = query.clone();
            again.insert("cursor".into(), place.into());
            let again = walk(is_history, &Value::from(again).to_string(), today).expect("its own cursor");
            // A window that reaches to now is given its end.
            let without_end = |walk: &Walk| {
                let mut leg: Map<String, Value> = serde_json::from_str(&walk.leg().expect("a leg")).expect("an object");
                leg.remove("end");
                leg
            };
            assert_eq!(without_end(&again), without_end(&begun));
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((&[which, more, day], text)) = data.split_first_chunk() else { return };
    let text = String::from_utf8_lossy(text);
    // Lines, as they cross the border: JSON as JavaScript writes it has no line break.
    let mut lines = text.splitn(3, '\n');
    let (input, options, script) =
        (lines.next().unwrap_or_default(), lines.next().unwrap_or_default(), lines.next().unwrap_or("status.php"));

    let plain = || Settings::check(r#"{"apiKey":"k"}"#, false).expect("sound options");
    match which % (calls::COUNT + 5) {
        which if which < calls::COUNT => {
            let (settings, idempotent) = options_of(options).unwrap_or_else(|error| {
                names_it(&error, options);
                (CallSettings::DEFAULT, false)
            });
            match calls::make(which, input, script, idempotent) {
                Ok(call) => can_be_sent(call, &plain(), settings),
                Err(error) => names_it(&error, input),
            }
        }
        which if which < calls::COUNT + 2 => {
            let today = Day::at_instant(i64::from(day) * 30 * 86_400_000 + i64::from(more)).expect("a day");
            let is_history = which == calls::COUNT;
            match walk(is_history, input, today) {
                Ok(walk) => can_be_walked(is_history, input, today, walk, more),
                Err(error) => names_it(&error, input),
            }
        }
        13 => match Settings::check(input, more & 1 == 1) {
            Ok(client) => {
                if let Ok(Value::Object(given)) = serde_json::from_str::<Value>(input)
                    && let (Some(Value::String(key)), None) = (given.get("apiKey"), given.get("baseUrl"))
                {
                    assert!(key.len() < 24 || !client.account.contains(key.as_str()));
                }
                can_be_sent(calls::make(0, "", "", false).expect("a call"), &client, client.call);
            }
            Err(error) => names_it(&error, input),
        },
        14 => {
            if let Err(error) = Credentials::from_provider(input) {
                names_it(&error, input);
            }
        }
        _ => {
            let values = parse(input, ErrorCode::InvalidParameter, "`csv`");
            let checked = values.and_then(|values| csv::check(&Fields::new(&values, ErrorCode::InvalidParameter)));
            if let Err(error) = checked {
                names_it(&error, input);
            }
        }
    }
});
