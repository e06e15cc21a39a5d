//! fmt=1: any text is decoded or rejected, and any message in a valid record is decoded as it was written, or rejected.
#![no_main]

mod formats;

use libfuzzer_sys::fuzz_target;
use smsc_wasm::protocol::form::ResponseFormat::Comma;
use smsc_wasm::protocol::formats::{List, SenderSelection};

fn record(message: &str) -> String {
    format!(
        "1,1577550022,0,1577550016,79999999999,25001,Россия,МТС,,1.40,SMSC.RU,Доставлено,{message},0,12,\
         4221212121212121212,1,0,4294967295"
    )
}

fuzz_target!(|data: &[u8]| {
    let Some((list, text)) = formats::input(data) else { return };
    formats::decode(list, Comma, &text);
    let response = [record(&text), record("last")].join("\n");
    if let Some(messages) = formats::decode(List::History, Comma, &response) {
        // A message that contains the complete end of a record, a line break and the complete start of another is two.
        if text.split('\n').skip(1).all(|line| line.matches(',').count() < 12) {
            assert_eq!(messages.len(), 2);
            assert_eq!(messages[0]["message"], text);
            assert_eq!(messages[1]["message"], "last");
        }
    }
    if !text.contains(['\n', '\r']) {
        let task = format!("5,{text},2,x,,a.csv");
        assert_eq!(formats::decode(List::Tasks, Comma, &task).expect("a task")[0]["name"], text);
        // A line that starts like an error is one.
        if !text.is_empty() && !text.trim_ascii_start().starts_with("ERROR") {
            let sender = format!("{text},1,5");
            let senders = formats::decode(List::Senders(SenderSelection::All), Comma, &sender).expect("a sender name");
            assert_eq!((&senders[0]["name"], &senders[0]["status"]), (&text.clone().into(), &1.into()));
        }
    }
});
