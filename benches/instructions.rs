//! The workloads for callgrind: `instructions <work> <times>`. The difference between two runs is the cost of the work alone.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a benchmark may panic"
)]

use std::fmt::Write;
use std::hint::black_box;

use smsc_scan::Page;
use smsc_wasm::csv::Scanner;
use smsc_wasm::day::Day;
use smsc_wasm::error::ErrorCode;
use smsc_wasm::history;
use smsc_wasm::input::{Fields, parse};
use smsc_wasm::walk::Walk;

/// A page of 100 messages as JSON.
fn page() -> String {
    let mut page = "[".to_string();
    for at in 0..100 {
        let comma = if at == 0 { "" } else { "," };
        let _ = write!(
            page,
            "{comma}{{\"status\":1,\"status_name\":\"Доставлено\",\"last_date\":\"21.11.2026 12:00:{:02}\",\
             \"last_timestamp\":{},\"send_date\":\"21.11.2026 12:00:00\",\"send_timestamp\":\"1795000000\",\
             \"phone\":\"7916{at:07}\",\"cost\":\"2.50\",\"sender_id\":\"SHOP\",\"message\":\"Ваш заказ № {at} готов\\nк \
             выдаче\",\"mccmnc\":\"25001\",\"country\":\"Россия\",\"operator\":\"МТС\",\"region\":\"Москва\",\"type\":0,\
             \"id\":{at},\"int_id\":\"{}\",\"sms_cnt\":1,\"format\":0,\"crc\":\"123456\"}}",
            at % 60,
            1_795_000_000 + at,
            4_000_000_000_u32 - at
        );
    }
    page + "]"
}

/// About 64 kB of rows, a third of the fields quoted.
fn rows() -> String {
    let mut rows = String::new();
    for at in 0..600 {
        let _ = writeln!(
            rows,
            "{at};\"7916{at:07}\";Ваш заказ № {at} готов к выдаче;SHOP;\"Доставлено \"\"{at}\"\"\";2.50"
        );
    }
    rows
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let work = arguments.next().expect("the name of the work");
    let times: u32 = arguments.next().and_then(|times| times.parse().ok()).expect("the number of repetitions");
    match work.as_str() {
        "page" => {
            let (text, mut page) = (page(), Page::default());
            for _ in 0..times {
                page.room(text.len()).copy_from_slice(text.as_bytes());
                assert!(black_box(history::read(&mut page)));
            }
        }
        // The slow path, for pages in an unexpected form.
        "odd-page" => {
            let page = page();
            let values = parse("{}", ErrorCode::InvalidParameter, "the query").expect("an object");
            let call = history::list(&Fields::new(&values, ErrorCode::InvalidParameter)).expect("a call");
            for _ in 0..times {
                black_box(call.decode(black_box(&page)).expect("a page"));
            }
        }
        "csv" => {
            let rows = rows();
            let mut scanner = Scanner::new(b';', false, false);
            for _ in 0..times {
                scanner.room(rows.len()).copy_from_slice(rows.as_bytes());
                scanner.feed(false).expect("rows");
                black_box(scanner.records().ends().len());
            }
        }
        "walk" => {
            let query = r#"{"start":"2016-01-01","end":"2026-11-21"}"#;
            let values = parse(query, ErrorCode::InvalidParameter, "the query").expect("an object");
            let form = history::query(&Fields::new(&values, ErrorCode::InvalidParameter), true).expect("a query");
            let today = Day::parse("2026-11-21").expect("a day");
            for _ in 0..times {
                let mut walk = Walk::new(&form, today, history::MOST).expect("a walk");
                while let Some(leg) = black_box(walk.leg()) {
                    walk.accept(0, 0, None).expect(&leg);
                }
            }
        }
        _ => panic!("unknown work `{work}`"),
    }
}
