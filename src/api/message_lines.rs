//! Messages as lines of JSON, written from the bytes of a page of the history.

use smsc_scan::{push_json_key, push_json_string, unescape_json};

use crate::api::{
    message::{COLUMNS, camel_case},
    message_page::{FieldValue, MessagePage},
};

/// Lines of JSON, and the end of each.
#[derive(Debug, Default)]
pub struct MessageLines {
    json: Vec<u8>,
    ends: Vec<usize>,
}

impl MessageLines {
    /// Adds a line.
    pub fn push(&mut self, line: &str) {
        self.json.extend_from_slice(line.as_bytes());
        self.end();
    }

    fn end(&mut self) {
        self.json.push(b'\n');
        self.ends.push(self.json.len());
    }

    /// A line with its line break.
    #[must_use]
    pub fn line(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        let end = self.ends.get(index).copied().unwrap_or_default();
        self.json.get(start..end).unwrap_or_default()
    }
}

impl MessagePage {
    /// The messages as lines of JSON; `None` if they are not all in the page as `history.iterate` gives them.
    #[must_use]
    pub fn lines(&self) -> Option<MessageLines> {
        let Self::Located(_) = self else { return None };
        let names: Vec<Vec<u8>> = COLUMNS.iter().map(|column| json_key(&camel_case(column.key))).collect();
        let (mut lines, mut scratch) = (MessageLines::default(), Vec::new());
        for message in 0..self.len() {
            self.push_line(message, &names, &mut lines, &mut scratch)?;
        }
        Some(lines)
    }

    fn push_line(
        &self,
        message: usize,
        names: &[Vec<u8>],
        lines: &mut MessageLines,
        scratch: &mut Vec<u8>,
    ) -> Option<()> {
        let json = &mut lines.json;
        json.push(b'{');
        let mut is_first = true;
        for (field, name) in names.iter().enumerate() {
            let Some(value) = self.value(message, field) else { continue };
            if !is_first {
                json.push(b',');
            }
            is_first = false;
            json.extend_from_slice(name);
            match value {
                FieldValue::Integer(_) => {
                    value.push_text(json, scratch);
                }
                FieldValue::Text(text) => push_json_string(json, text),
                FieldValue::Escaped(text) => {
                    unescape_json(text, scratch);
                    push_json_string(json, scratch);
                }
                // As a number of JavaScript it is rounded.
                FieldValue::Digits(_) | FieldValue::LongInteger(_) => return None,
            }
        }
        json.push(b'}');
        lines.end();
        Some(())
    }
}

fn json_key(name: &str) -> Vec<u8> {
    let mut key = Vec::new();
    push_json_key(&mut key, name);
    key
}
