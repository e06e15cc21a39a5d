//! fmt=3: any text is read or refused, as another parser takes it or does not.
#![no_main]

mod formats;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let Some((list, text)) = formats::input(data) else { return };
    let read = formats::read(list, 3, &text);
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    // Half a pair of surrogates is replaced here, and refused there.
    let surrogates = text.to_ascii_lowercase().contains("\\ud");
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(items)) if items.iter().all(Value::is_object) => {
            let error = |item: &Value| item.get("error_code").is_some();
            if !items.iter().any(error) {
                assert_eq!(read.expect("what another parser takes").len(), items.len());
            }
        }
        Ok(_) => {}
        // Errors of the service, in the other shapes, can be "nothing found".
        Err(_) => assert!(surrogates || read.is_none_or(|list| list.is_empty())),
    }
});
