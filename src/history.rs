//! The history of sent messages: `get.php` with `get_messages=1` (page "Получение истории отправленных сообщений").

mod message;
mod query;

pub use message::Message;
pub use query::{HistoryQuery, phone};

use serde::Serialize;

use crate::{
    call::{Call, Endpoint},
    error::Result,
    form::Form,
    limits::{self, Rule},
    record::parse_list,
};

/// The most messages of one request.
pub const MOST: u64 = 1000;

/// One page of the history.
#[derive(Debug, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct HistoryPage {
    /// The messages, newest first.
    pub messages: Vec<Message>,
    /// The `cursor` of the next page: the `intId` of the last message. Absent after a page that is not full, which is the
    /// last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub next_cursor: Option<String>,
}

/// One request for a page.
#[derive(Debug)]
pub struct List(pub HistoryQuery);

impl Call for List {
    type Output = HistoryPage;

    fn endpoint(&self) -> Endpoint {
        Endpoint::History
    }

    fn form(&self) -> Form {
        self.0.form()
    }

    fn limits(&self) -> &'static [Rule] {
        limits::HISTORY
    }

    /// Nothing found is error 3: an empty page.
    fn output_of_error(&self, n: i64) -> Option<HistoryPage> {
        (n == 3).then(|| HistoryPage { messages: Vec::new(), next_cursor: None })
    }

    fn decode(&self, reply: &str) -> Result<HistoryPage> {
        let messages = decode(reply)?;
        let full = u64::try_from(messages.len()).is_ok_and(|count| count >= self.0.page_size());
        let next_cursor = messages.last().filter(|_| full).and_then(|message| message.int_id.clone());
        Ok(HistoryPage { messages, next_cursor })
    }
}

/// Reads a reply in JSON to messages.
///
/// # Errors
/// `bad_reply`, where it is no list of objects.
pub fn decode(reply: &str) -> Result<Vec<Message>> {
    Ok(parse_list(reply)?.into_iter().map(Message::read).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::ErrorCode, input::Fields};

    fn list(query: &str) -> List {
        List(HistoryQuery::read(Fields::parse(query, ErrorCode::InvalidParameter, "it").unwrap(), MOST).unwrap())
    }

    #[test]
    fn a_full_page_has_a_cursor_and_another_has_none() {
        let reply = r#"[{"int_id":"9007199254740993"},{"int_id":9007199254740992123}]"#;
        assert_eq!(Call::decode(&list(r#"{"limit":2}"#), reply).unwrap().next_cursor.unwrap(), "9007199254740992123");
        assert_eq!(Call::decode(&list(r#"{"limit":3}"#), reply).unwrap().next_cursor, None);
        assert_eq!(Call::decode(&list("{}"), reply).unwrap().next_cursor, None);
    }

    #[test]
    fn nothing_found_is_an_empty_page_in_every_shape_and_any_other_error_is_an_error() {
        for reply in ["ERROR = 3 (not found)", "{\"error\":\"x\",\"error_code\":3}", "0,-3", "[]"] {
            assert_eq!(list("{}").read(reply).unwrap(), r#"{"messages":[]}"#, "{reply}");
        }
        assert_eq!(list("{}").read("ERROR = 2 (x)").unwrap_err().code(), ErrorCode::Unauthorized);
        assert_eq!(list("{}").read("ERROR = 5 (x)").unwrap_err().code(), ErrorCode::UnknownApiError);
        assert_eq!(list("{}").read(" \n").unwrap_err().code(), ErrorCode::BadReply);
        assert_eq!(list("{}").read("{\"error\":\"x\"}").unwrap_err().code(), ErrorCode::BadReply);
    }
}
