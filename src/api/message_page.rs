//! Pages of the history for columns and lines of JSON: the values stay in the bytes of the page, and only those that are selected
//! are decoded.

use smsc_scan::{LocatedValue, PageDecoder, push_json_string, unescape_json};

use crate::{
    api::message::{COLUMNS, Message},
    client::iteration::ItemKey,
};

/// The largest integer up to which JavaScript's numbers are exact.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// The messages of a page.
#[derive(Debug)]
pub enum MessagePage {
    /// A page in the usual form, with its bytes.
    Located(Box<PageDecoder>),
    /// Any other page, decoded.
    Decoded(Vec<Message>),
}

/// A value of a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FieldValue<'a> {
    /// An integer that a number of JavaScript holds exactly.
    Integer(f64),
    /// A larger integer that is not decoded: its digits.
    Digits(&'a [u8]),
    /// A larger integer.
    LongInteger(i64),
    /// A text in UTF-8.
    Text(&'a [u8]),
    /// A text with the escapes of JSON.
    Escaped(&'a [u8]),
}

impl MessagePage {
    /// Reads a page of that length, which `copy` writes; `None` if it is empty or does not have the usual form.
    pub fn locate(length: usize, copy: impl FnOnce(&mut [u8])) -> Option<Self> {
        let mut decoder = Box::<PageDecoder>::default();
        copy(decoder.buffer(length));
        let is_located = core::str::from_utf8(decoder.bytes()).is_ok() && decoder.locate(&COLUMNS);
        is_located.then_some(Self::Located(decoder))
    }

    /// The number of messages.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Located(decoder) => decoder.message_count(COLUMNS.len()),
            Self::Decoded(messages) => messages.len(),
        }
    }

    /// Whether there are no messages.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a field, by the indexes of the message and of the field among [`COLUMNS`]; `None` if the message does not have
    /// it.
    #[must_use]
    pub fn value(&self, message: usize, field: usize) -> Option<FieldValue<'_>> {
        match self {
            Self::Located(decoder) => {
                let is_integer = COLUMNS.get(field)?.is_integer;
                Some(match decoder.value(message, field, is_integer, COLUMNS.len())? {
                    LocatedValue::Integer(number) => FieldValue::Integer(number),
                    LocatedValue::LongInteger(digits) => FieldValue::Digits(digits),
                    LocatedValue::Text(text) => FieldValue::Text(text),
                    LocatedValue::Escaped(text) => FieldValue::Escaped(text),
                })
            }
            Self::Decoded(messages) => messages.get(message)?.value(field),
        }
    }

    /// The ids and times of the messages.
    #[must_use]
    pub fn keys(&self) -> Vec<ItemKey> {
        let field = |key: &str| COLUMNS.iter().position(|column| column.key == key).unwrap_or(COLUMNS.len());
        let (id, timestamp) = (field("int_id"), field("send_timestamp"));
        (0..self.len()).map(|message| self.key(message, id, timestamp)).collect()
    }

    fn key(&self, message: usize, id: usize, timestamp: usize) -> ItemKey {
        let mut text = Vec::new();
        if let Some(value) = self.value(message, id) {
            value.push_text(&mut text, &mut Vec::new());
        }
        let timestamp = match self.value(message, timestamp) {
            #[expect(clippy::cast_possible_truncation, reason = "it is at most 2^53")]
            Some(FieldValue::Integer(number)) => Some(number as i64),
            Some(FieldValue::LongInteger(number)) => Some(number),
            _ => None,
        };
        ItemKey { id: String::from_utf8(text).unwrap_or_default(), timestamp }
    }

    /// The messages as lines of JSON; `None` if they are not all in the page as `history.iterate` gives them.
    #[must_use]
    pub fn lines(&self) -> Option<MessageLines> {
        let Self::Located(_) = self else { return None };
        let names: Vec<Vec<u8>> = COLUMNS.iter().map(|column| prefix(&camel_case(column.key))).collect();
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

impl FieldValue<'_> {
    /// Appends the value as a text in UTF-8.
    pub fn push_text(self, text: &mut Vec<u8>, scratch: &mut Vec<u8>) {
        match self {
            #[expect(clippy::cast_possible_truncation, reason = "it is at most 2^53")]
            Self::Integer(number) => text.extend_from_slice((number as i64).to_string().as_bytes()),
            Self::LongInteger(number) => text.extend_from_slice(number.to_string().as_bytes()),
            Self::Digits(bytes) | Self::Text(bytes) => text.extend_from_slice(bytes),
            Self::Escaped(escaped) => {
                unescape_json(escaped, scratch);
                text.extend_from_slice(scratch);
            }
        }
    }

    /// An integer of a decoded message.
    #[must_use]
    pub fn of_integer(integer: i64) -> Self {
        if integer.unsigned_abs() > MAX_SAFE_INTEGER {
            return Self::LongInteger(integer);
        }
        #[expect(clippy::cast_precision_loss, reason = "it is at most 2^53")]
        Self::Integer(integer as f64)
    }
}

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

/// The name of a field in JavaScript.
#[must_use]
pub fn camel_case(key: &str) -> String {
    let mut name = String::new();
    let mut is_upper = false;
    for letter in key.chars() {
        if letter == '_' {
            is_upper = true;
        } else {
            name.push(if is_upper { letter.to_ascii_uppercase() } else { letter });
            is_upper = false;
        }
    }
    name
}

fn prefix(name: &str) -> Vec<u8> {
    let mut prefix = Vec::new();
    push_json_string(&mut prefix, name.as_bytes());
    prefix.push(b':');
    prefix
}

#[cfg(test)]
mod tests;
