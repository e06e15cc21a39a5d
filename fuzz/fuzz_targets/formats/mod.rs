//! What the targets of the four formats share.

use smsc_wasm::formats::{List, decode};

/// A list by a byte, and the text behind it.
pub fn input(data: &[u8]) -> Option<(List, String)> {
    let (which, text) = data.split_first()?;
    let list = match which % 5 {
        0 => List::History,
        1 => List::Tasks,
        2 => List::Senders(None),
        3 => List::Senders(Some(false)),
        _ => List::Senders(Some(true)),
    };
    Some((list, String::from_utf8_lossy(text).into_owned()))
}

/// What a text is read to, which has to be a list of objects; nothing where it is refused.
pub fn read(list: List, fmt: u32, text: &str) -> Option<Vec<serde_json::Map<String, serde_json::Value>>> {
    match decode(list, fmt, text) {
        Ok(json) => Some(serde_json::from_str(&json).expect("the output is a list of objects")),
        Err(error) => {
            assert!(!error.message.is_empty() && error.message.len() < 2000);
            assert!(serde_json::from_str::<serde_json::Value>(&error.to_json()).is_ok());
            None
        }
    }
}
