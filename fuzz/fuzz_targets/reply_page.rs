//! Any bytes as a page of the history: what is read at its place is what is read with time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};
use smsc_scan::{ESCAPED, HEAD, Page};
use smsc_wasm::error::ErrorCode;
use smsc_wasm::history::{self, MESSAGE};
use smsc_wasm::input::{Fields, parse};
use smsc_wasm::record::columns;
use smsc_wasm::text::camel;

/// The messages, as JavaScript makes them.
fn messages(page: &Page) -> Value {
    let columns = columns(MESSAGE);
    let text = |cell: u64, base: u64| {
        let (from, to) = (cell & 0xFFFF_FFFF, (cell & !ESCAPED) >> 32);
        let units = &page.text()[(base + from) as usize..(base + to) as usize];
        let text = String::from_utf16(units).expect("whole characters");
        if cell & ESCAPED == 0 { text } else { serde_json::from_str(&format!("\"{text}\"")).expect("sound escapes") }
    };
    let message = |cells: &[u64]| {
        let there = columns.iter().zip(&cells[HEAD..]).enumerate().filter(|(at, _)| cells[1] >> at & 1 == 1);
        let field = |(_, (column, cell)): (usize, (&smsc_scan::Field<'_>, &u64))| {
            let number = || serde_json::from_str(&f64::from_bits(*cell).to_string()).expect("a number");
            (camel(column.key), if column.whole { number() } else { text(*cell, cells[0] & 0xFFFF_FFFF).into() })
        };
        Value::from(there.map(field).collect::<Map<_, _>>())
    };
    page.cells().chunks(HEAD + columns.len()).map(message).collect()
}

fuzz_target!(|bytes: &[u8]| {
    let mut page = Page::default();
    page.room(bytes.len()).copy_from_slice(bytes);
    if !history::read(&mut page) {
        return;
    }
    let values = parse("", ErrorCode::InvalidParameter, "it").expect("an object");
    let call = history::list(&Fields::new(&values, ErrorCode::InvalidParameter)).expect("a call");
    let reply = core::str::from_utf8(bytes).expect("what was decoded");
    let slowly: Value = serde_json::from_str(&call.decode(reply).expect("messages")).expect("JSON");
    let found = messages(&page);
    assert_eq!(found, slowly);
});
