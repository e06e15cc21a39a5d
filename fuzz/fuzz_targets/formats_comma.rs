//! fmt=1: any text is read or refused; and any message in a sound record is read as it was written, or refused.
#![no_main]

mod formats;

use libfuzzer_sys::fuzz_target;
use smsc_wasm::formats::List;

fn record(message: &str) -> String {
    format!(
        "1,1577550022,0,1577550016,79999999999,25001,Россия,МТС,,1.40,SMSC.RU,Доставлено,{message},0,12,\
         4221212121212121212,1,0,4294967295"
    )
}

fuzz_target!(|data: &[u8]| {
    let Some((list, text)) = formats::input(data) else { return };
    formats::read(list, 1, &text);
    let reply = [record(&text), record("last")].join("\n");
    if let Some(messages) = formats::read(List::History, 1, &reply) {
        // A message that holds a whole end, a line break and a whole beginning is two.
        if text.split('\n').skip(1).all(|line| line.matches(',').count() < 12) {
            assert_eq!(messages.len(), 2);
            assert_eq!(messages[0]["message"], text);
            assert_eq!(messages[1]["message"], "last");
        }
    }
    if !text.contains(['\n', '\r']) {
        let task = format!("5,{text},2,x,,a.csv");
        assert_eq!(formats::read(List::Tasks, 1, &task).expect("a task")[0]["name"], text);
        // A line that begins like an error is one.
        if !text.is_empty() && !text.trim_ascii_start().starts_with("ERROR") {
            let sender = format!("{text},1,5");
            let sender = &formats::read(List::Senders(Some(true)), 1, &sender).expect("a sender")[0];
            assert_eq!((&sender["name"], &sender["status"]), (&text.clone().into(), &1.into()));
        }
    }
});
