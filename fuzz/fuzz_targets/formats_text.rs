//! fmt=0: any text is read or refused; and any message in a sound record is read as it was written, or refused.
#![no_main]

mod formats;

use libfuzzer_sys::fuzz_target;
use smsc_wasm::formats::List;

fn record(message: &str) -> String {
    format!(
        "Status = 1, check_time = 28.12.2019 19:20:22, err = 0, send_date = 28.12.2019 19:20:16, phone = 79999999999, mccmnc = \
         25001, country = Россия, operator = МТС, region = , cost = 1.40, sender_id = SMSC.RU, status_name = Доставлено, \
         message = {message}, type = 0, ID = 12, int_id = 4221212121212121212, sms_cnt = 1, format = 0, crc = 4294967295"
    )
}

fuzz_target!(|data: &[u8]| {
    let Some((list, text)) = formats::input(data) else { return };
    formats::read(list, 0, &text);
    let reply = [record(&text), record("last")].join("\n");
    if let Some(messages) = formats::read(List::History, 0, &reply) {
        // A message that holds a whole end, a line break and a whole beginning is two.
        let quotes = text.contains("\nStatus") || text.contains("\nstatus") || text.to_lowercase().contains("\nstatus");
        if !quotes {
            assert_eq!(messages.len(), 2);
            assert_eq!(messages[0]["message"], text);
            assert_eq!(messages[1]["message"], "last");
        }
    }
    if !text.contains(['\n', '\r']) {
        let task = format!("id = 5, name = {text}, status = 2, created = x, time = , file = a.csv");
        assert_eq!(formats::read(List::Tasks, 0, &task).expect("a task")[0]["name"], text);
    }
});
