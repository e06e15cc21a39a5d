//! Any bytes as a page of the history: the fast reader returns the same messages as the general decoder, or rejects the page.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};
use smsc_scan::{ESCAPED, HEADER_SLOTS, PageDecoder};
use smsc_wasm::api::history::{HistoryQuery, last_id};
use smsc_wasm::api::message::COLUMNS;
use smsc_wasm::api::page_reader::PageReader;
use smsc_wasm::protocol::request::Endpoint;

/// The name of a field in JavaScript: `lastTimestamp` for `last_timestamp`.
fn camel_case(key: &str) -> String {
    let mut words = key.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
}

/// The messages, built from the slots as in `builders/messages.ts`.
fn messages(decoder: &PageDecoder) -> Value {
    let text = |slot: u64, base: u64| {
        let (start, end) = (slot & 0xFFFF_FFFF, (slot & !ESCAPED) >> 32);
        let units = &decoder.text()[(base + start) as usize..(base + end) as usize];
        let text = String::from_utf16(units).expect("whole characters");
        if slot & ESCAPED == 0 { text } else { serde_json::from_str(&format!("\"{text}\"")).expect("valid escapes") }
    };
    let message = |slots: &[u64]| {
        let present =
            COLUMNS.iter().zip(&slots[HEADER_SLOTS..]).enumerate().filter(|(index, _)| slots[1] >> index & 1 == 1);
        let field = |(_, (column, slot)): (usize, (&smsc_scan::Field<'_>, &u64))| {
            let number = || serde_json::from_str(&f64::from_bits(*slot).to_string()).expect("a number");
            let value = if column.is_integer { number() } else { text(*slot, slots[0] & 0xFFFF_FFFF).into() };
            (camel_case(column.key), value)
        };
        Value::from(present.map(field).collect::<Map<_, _>>())
    };
    decoder.slots().chunks(HEADER_SLOTS + COLUMNS.len()).map(message).collect()
}

fuzz_target!(|bytes: &[u8]| {
    let mut decoder = PageDecoder::new(&COLUMNS);
    decoder.buffer(bytes.len()).copy_from_slice(bytes);
    let mut reader = PageReader::default();
    reader.buffer(bytes.len()).copy_from_slice(bytes);
    let is_decoded = decoder.decode();
    assert_eq!(reader.read(), is_decoded);
    if !is_decoded {
        return;
    }
    let response = core::str::from_utf8(bytes).expect("the page is UTF-8");
    let decoded = HistoryQuery::decode(response).expect("messages");
    let json = serde_json::to_string(&decoded.messages).expect("messages can be serialized");
    assert_eq!(messages(&decoder), serde_json::from_str::<Value>(&json).expect("JSON"));
    // An id of the service consists of digits, so that it holds no escapes.
    if !response.contains('\\') {
        assert_eq!(reader.keys(), decoded.keys());
        let (last, keys) = (reader.last_key().map(|key| key.id), decoded.keys());
        assert_eq!(last.map(|id| id.text()), last_id(&keys));
    }
});
