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

use smsc_wasm::api::history::{HistoryQuery, MAX_PAGE_SIZE};
use smsc_wasm::api::page_reader::PageReader;
use smsc_wasm::client::pagination::{Paginator, Period};
use smsc_wasm::csv::Scanner;
use smsc_wasm::protocol::credentials::Credentials;
use smsc_wasm::protocol::day::Day;
use smsc_wasm::protocol::request::Endpoint;

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
            let (text, mut reader) = (page(), PageReader::default());
            for _ in 0..times {
                reader.buffer(text.len()).copy_from_slice(text.as_bytes());
                assert!(black_box(reader.read()));
            }
        }
        // The decoder, for pages in an unexpected form.
        "odd-page" => {
            let page = page();
            let request = HistoryQuery::default().to_request().expect("a request");
            for _ in 0..times {
                let mut decode = |text: &str| HistoryQuery::decode(text).map(|page| drop(black_box(page)));
                request.decode(black_box(&page), &Credentials::none(), &mut decode).expect("a page");
            }
        }
        "csv" => {
            let rows = rows();
            let mut scanner = Scanner::new(b';', false, false);
            for _ in 0..times {
                scanner.buffer(rows.len()).copy_from_slice(rows.as_bytes());
                scanner.scan(rows.len(), false).expect("rows");
                black_box(scanner.records().ends.len());
            }
        }
        "pagination" => {
            let today = Day::parse("2026-11-21").expect("a day");
            let period = Period { start: Day::parse("2016-01-01"), end: Some(today) };
            for _ in 0..times {
                let mut pages = Paginator::new(period, None, today);
                while black_box(pages.position(MAX_PAGE_SIZE, today)).is_some() {
                    pages.accept(false, 0, None).expect("an empty page");
                }
            }
        }
        _ => panic!("unknown work `{work}`"),
    }
}
