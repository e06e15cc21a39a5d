//! Any JSON as the input or the options of any call, of `createClient`, of an iteration or of a file. It is accepted, or
//! rejected with the name of the parameter. A call that is accepted can be sent.
#![no_main]

mod calls;

use std::rc::Rc;

use libfuzzer_sys::fuzz_target;
use smsc_wasm::api::history::HistoryQuery;
use smsc_wasm::api::input::{Input, Kind};
use smsc_wasm::api::json_input::{self, JsonInput};
use smsc_wasm::api::options::{
    Address, CallOptions, CallOverrides, CallSettings, ClientOptions, ClientSettings, CommandOptions,
    ProvidedCredentials,
};
use smsc_wasm::api::senders::SenderQuery;
use smsc_wasm::client::exchange::Exchange;
use smsc_wasm::client::exchange::step::Step;
use smsc_wasm::client::item_key::{ItemId, ItemKey};
use smsc_wasm::client::iteration::{Iteration, IterationQuery};
use smsc_wasm::client::pagination::Position;
use smsc_wasm::client::rate_limits::{RateLimits, WindowKey, rules_name, rules_named};
use smsc_wasm::csv::options::CsvOptions;
use smsc_wasm::protocol::day::Day;
use smsc_wasm::protocol::json::{self, Value, field};
use smsc_wasm::protocol::request::{Endpoint, Request};
use smsc_wasm::{Error, ErrorCode, Result};

/// An error about an input names the parameter at fault, unless the input is not an object.
fn check_error(error: &Error, input: &str) {
    use ErrorCode::{InvalidOption, InvalidParameter, Unauthorized};
    assert!(matches!(error.code, InvalidOption | InvalidParameter | Unauthorized), "{error}");
    assert!(!error.message.is_empty());
    let kind = JsonInput::parse(input).map(|input| input.kind());
    let is_object = matches!(kind, Some(Kind::Undefined | Kind::Object));
    assert!(error.parameter.is_some() || !is_object, "{error}");
    assert!(serde_json::to_string(&**error).is_ok());
}

fn call_settings(options: &str) -> Result<(CallSettings, bool)> {
    let options: CommandOptions = json_input::read(options, ErrorCode::InvalidOption, "the options")?;
    Ok((options.override_settings(CallSettings::DEFAULT), options.idempotent == Some(true)))
}

/// Validates the options of a client, in which a `baseUrl` comes as the parts of an address.
fn client_settings(options: &str, is_page: bool) -> Result<ClientSettings> {
    let address = || {
        let options = json::parse(options).ok()?;
        let parts = field(options.as_object()?, "baseUrl")?.as_object()?;
        let part = |name: &str| field(parts, name)?.as_text().map(ToOwned::to_owned);
        let has_extras = matches!(field(parts, "extras")?, Value::Bool(true));
        Some(Address { href: part("$url")?, protocol: part("protocol")?, hostname: part("hostname")?, has_extras })
    };
    let options: ClientOptions = json_input::read(options, ErrorCode::InvalidOption, "createClient")?;
    options.validate(is_page, |_| address())
}

fn can_be_sent(request: Request, client: ClientSettings, settings: CallSettings) {
    let mut exchange = Exchange::new(request, Rc::new(client), settings, 1, 0);
    let mut limits = RateLimits::default();
    let step = exchange.next(0, &mut limits);
    assert!(matches!(step, Step::Authorize | Step::Acquire | Step::Send { .. }), "{step:?}");
    // Another copy of the package derives the same windows from the record of the request.
    let recorded = WindowKey::of(rules_named(rules_name(exchange.request().rules)), exchange.identity());
    assert!(recorded.iter().map(WindowKey::name).eq(exchange.windows().iter().map(WindowKey::name)));
    assert!(serde_json::to_string(&limits.report(0)).is_ok());
    let url = exchange.url();
    assert!(url.ends_with(".php") && url.contains("/sys/"));
    let body = exchange.request().form.encode(exchange.credentials());
    assert!(body.contains("charset=utf-8") && body.bytes().all(|byte| byte.is_ascii_graphic()));
}

/// The requests of an iteration are accepted, and so is its cursor, which leads to the same place.
fn can_be_iterated(
    query: &IterationQuery,
    request: impl Fn(usize, Position) -> Result<Request>,
    today: Day,
    full_pages: u8,
) -> Result<()> {
    let mut pages = Iteration::new(query.clone(), today)?;
    for page in 0..8_u64 {
        let Some((stream, position)) = pages.next_request(today) else { break };
        let size = position.limit;
        let sent = request(stream, position).expect("a request of an iteration is accepted");
        assert_eq!(sent.form.get("cnt").map(str::parse), Some(Ok(size)));
        let is_full = full_pages >> page & 1 == 1;
        let length = if is_full { size } else { 0 };
        let id = |index: u64| ItemId::Number((9 - page) * 100_000 - index);
        let items: Vec<_> = (0..length).map(|index| ItemKey { id: id(index), timestamp: None }).collect();
        let last_id = items.last().map(|item| item.id.text());
        if pages.accept(stream, items, last_id.as_deref()).is_err() {
            // Names by their change cannot be continued.
            assert!(is_full && query.continuation_error.is_some());
            break;
        }
        let taken = pages.take();
        assert_eq!(pages.next_cursor().is_some(), pages.next_request(today).is_some());
        // The request of another stream may have to come first.
        if let Some(cursor) = pages.next_cursor().filter(|_| query.stream_count == 1 || !taken.is_empty()) {
            let resumed = Iteration::new(IterationQuery { cursor: Some(cursor), ..query.clone() }, today);
            let resumed = resumed.expect("its own cursor is accepted");
            assert_eq!(resumed.count(), pages.count());
            if query.stream_count == 1 {
                assert_eq!(resumed.next_request(today), pages.next_request(today));
            }
        }
    }
    Ok(())
}

fn iterate(is_history: bool, input: &str, today: Day, full_pages: u8) -> Result<()> {
    if is_history {
        let query: HistoryQuery = json_input::read(input, ErrorCode::InvalidParameter, "the query")?;
        query.check()?;
        can_be_iterated(
            &query.iteration(),
            |stream, position| query.at(stream, position).to_request(),
            today,
            full_pages,
        )
    } else {
        let query: SenderQuery = json_input::read(input, ErrorCode::InvalidParameter, "the query")?;
        can_be_iterated(&query.iteration(), |_, position| query.at(position).to_request(), today, full_pages)
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((&[selector, flags, day], text)) = data.split_first_chunk() else { return };
    let text = String::from_utf8_lossy(text);
    let mut lines = text.splitn(3, '\n');
    let (input, options, script) =
        (lines.next().unwrap_or_default(), lines.next().unwrap_or_default(), lines.next().unwrap_or("status.php"));

    let plain_client = || client_settings(r#"{"apiKey":"k"}"#, false).expect("valid options");
    match selector % (calls::COUNT + 5) {
        selector if selector < calls::COUNT => {
            let (settings, is_idempotent) = call_settings(options).unwrap_or_else(|error| {
                check_error(&error, options);
                (CallSettings::DEFAULT, false)
            });
            if let Err(error) = json_input::read::<CallOptions>(options, ErrorCode::InvalidOption, "the options") {
                check_error(&error, options);
            }
            match calls::prepare(selector, input, script, is_idempotent) {
                Ok(call) => {
                    can_be_sent(call.request, plain_client(), settings);
                    // Any text is decoded or rejected.
                    let _ = (call.decode)(input);
                }
                Err(error) => check_error(&error, input),
            }
        }
        selector if selector < calls::COUNT + 2 => {
            let today = Day::at_instant(i64::from(day) * 30 * 86_400_000 + i64::from(flags)).expect("a day");
            if let Err(error) = iterate(selector == calls::COUNT, input, today, flags) {
                check_error(&error, input);
            }
        }
        13 => match client_settings(input, flags & 1 == 1) {
            Ok(client) => {
                if let Ok(Value::Object(options)) = json::parse(input)
                    && let (Some(Value::Text(key)), None) = (field(&options, "apiKey"), field(&options, "baseUrl"))
                {
                    assert!(key.len() < 24 || !client.account.contains(key.as_str()));
                }
                let call = calls::prepare(0, "", "", false).expect("a call");
                let settings = client.call;
                can_be_sent(call.request, client, settings);
            }
            Err(error) => check_error(&error, input),
        },
        14 => {
            let provided = json_input::read::<ProvidedCredentials>(input, ErrorCode::Unauthorized, "credentials()");
            if let Err(error) = provided.and_then(ProvidedCredentials::into_credentials) {
                check_error(&error, input);
            }
        }
        _ => {
            if let Err(error) = json_input::read::<CsvOptions>(input, ErrorCode::InvalidParameter, "`csv`") {
                check_error(&error, input);
            }
        }
    }
});
