//! fmt=0: any text is decoded or rejected, and any message in a valid record is decoded as it was written, or rejected.
#![no_main]

mod formats;

use libfuzzer_sys::fuzz_target;
use smsc_wasm::protocol::form::ResponseFormat::Text;
use smsc_wasm::protocol::formats::List;

fn record(message: &str) -> String {
    format!(
        "Status = 1, check_time = 28.12.2019 19:20:22, err = 0, send_date = 28.12.2019 19:20:16, phone = 79999999999, mccmnc = \
         25001, country = Россия, operator = МТС, region = , cost = 1.40, sender_id = SMSC.RU, status_name = Доставлено, \
         message = {message}, type = 0, ID = 12, int_id = 4221212121212121212, sms_cnt = 1, format = 0, crc = 4294967295"
    )
}

fuzz_target!(|data: &[u8]| {
    let Some((list, text)) = formats::input(data) else { return };
    formats::decode(list, Text, &text);
    let response = [record(&text), record("last")].join("\n");
    if let Some(messages) = formats::decode(List::History, Text, &response) {
        // A message that contains the complete end of a record, a line break and the complete start of another is two.
        if !text.to_ascii_lowercase().contains("\nstatus") {
            assert_eq!(messages.len(), 2);
            assert_eq!(messages[0]["message"], text);
            assert_eq!(messages[1]["message"], "last");
        }
    }
    if !text.contains(['\n', '\r']) {
        let task = format!("id = 5, name = {text}, status = 2, created = x, time = , file = a.csv");
        assert_eq!(formats::decode(List::Tasks, Text, &task).expect("a task")[0]["name"], text);
    }
});
