//! What the targets of the four formats share.

use serde_json::{Map, Value};
use smsc_wasm::protocol::form::ResponseFormat;
use smsc_wasm::protocol::formats::{List, SenderSelection, decode_history, decode_senders, decode_tasks};

/// The list that the first byte selects, and the text after it.
pub fn input(data: &[u8]) -> Option<(List, String)> {
    let (selector, text) = data.split_first()?;
    let list = match selector % 5 {
        0 => List::History,
        1 => List::Tasks,
        2 => List::Senders(SenderSelection::Unknown),
        3 => List::Senders(SenderSelection::Active),
        _ => List::Senders(SenderSelection::All),
    };
    Some((list, String::from_utf8_lossy(text).into_owned()))
}

/// Decodes a text, and returns the objects as JavaScript gets them; `None` if the text is rejected.
pub fn decode(list: List, format: ResponseFormat, text: &str) -> Option<Vec<Map<String, Value>>> {
    let decoded = match list {
        List::History => decode_history(text, format).map(|messages| serde_json::to_string(&messages)),
        List::Senders(selection) => {
            let all = match selection {
                SenderSelection::All => Some(true),
                SenderSelection::Active => Some(false),
                SenderSelection::Unknown => None,
            };
            decode_senders(text, format, all).map(|senders| serde_json::to_string(&senders))
        }
        List::Tasks => decode_tasks(text, format).map(|tasks| serde_json::to_string(&tasks)),
    };
    match decoded {
        Ok(json) => {
            let json = json.expect("the items can be serialized");
            Some(serde_json::from_str(&json).expect("the items are objects"))
        }
        Err(error) => {
            assert!(!error.message.is_empty() && error.message.len() < 2000);
            assert!(error.endpoint.is_some());
            assert!(serde_json::to_string(&*error).is_ok());
            None
        }
    }
}
