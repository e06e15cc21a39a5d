//! Pages of the history for columns and lines of JSON: the values stay in the bytes of the page, and only those that are needed
//! are decoded.

use smsc_scan::{LocatedValue, MAX_SAFE_INTEGER, PageDecoder, is_utf8, push_integer, unescape_json};

use crate::{
    api::message::{COLUMNS, Message},
    client::item_key::{ItemId, ItemKey},
};

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
    /// The digits of a larger integer.
    Digits(&'a [u8]),
    /// A larger integer.
    LongInteger(i64),
    /// A text in UTF-8.
    Text(&'a [u8]),
    /// A text with the escapes of JSON.
    Escaped(&'a [u8]),
}

impl MessagePage {
    /// Reads a page of that length, which `copy` writes, with the decoder of an earlier page, if there is one; `None` if it is empty or
    /// does not have the usual form.
    pub fn locate(decoder: Option<Box<PageDecoder>>, length: usize, copy: impl FnOnce(&mut [u8])) -> Option<Self> {
        let mut decoder = decoder.unwrap_or_else(|| Box::new(PageDecoder::new(&COLUMNS)));
        copy(decoder.buffer(length));
        let is_located = is_utf8(decoder.bytes()) && decoder.locate();
        is_located.then_some(Self::Located(decoder))
    }

    /// The number of messages.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Located(decoder) => decoder.message_count(),
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
            Self::Located(decoder) => Some(match decoder.value(message, field)? {
                LocatedValue::Integer(number) => FieldValue::Integer(number),
                LocatedValue::Digits(digits) => FieldValue::Digits(digits),
                LocatedValue::Text(text) => FieldValue::Text(text),
                LocatedValue::Escaped(text) => FieldValue::Escaped(text),
            }),
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
        let id = self.value(message, id).map(FieldValue::item_id).unwrap_or_default();
        let timestamp = match self.value(message, timestamp) {
            #[expect(clippy::cast_possible_truncation, reason = "it is at most 2^53")]
            Some(FieldValue::Integer(number)) => Some(number as i64),
            Some(FieldValue::LongInteger(number)) => Some(number),
            _ => None,
        };
        ItemKey { id, timestamp }
    }
}

impl<'a> FieldValue<'a> {
    /// Appends the value as a text in UTF-8.
    pub fn push_text(self, text: &mut Vec<u8>, scratch: &mut Vec<u8>) {
        match self {
            Self::Integer(number) => push_integer(text, number),
            Self::LongInteger(number) => text.extend_from_slice(number.to_string().as_bytes()),
            Self::Digits(bytes) | Self::Text(bytes) => text.extend_from_slice(bytes),
            Self::Escaped(escaped) => {
                unescape_json(escaped, scratch);
                text.extend_from_slice(scratch);
            }
        }
    }

    /// The value as an id.
    fn item_id(self) -> ItemId {
        let mut written = Vec::new();
        let text = if let Self::Digits(text) | Self::Text(text) = self {
            text
        } else {
            self.push_text(&mut written, &mut Vec::new());
            &written
        };
        core::str::from_utf8(text).map(ItemId::from).unwrap_or_default()
    }

    /// An integer of a decoded message, by its digits.
    #[must_use]
    pub fn of_digits(digits: &'a str) -> Self {
        digits.parse().map_or(Self::Digits(digits.as_bytes()), Self::of_integer)
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

#[cfg(test)]
mod tests;
