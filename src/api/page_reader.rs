//! The fast reader of history pages: nearly every page has the form that [`smsc_scan::PageDecoder`] decodes in one pass. For
//! such a page the general decoder returns the same messages, as a test shows.

use smsc_scan::{ESCAPED, HEADER_SLOTS, PageDecoder, field_slot};

use crate::{
    api::message::COLUMNS,
    client::item_key::{ItemId, ItemKey},
};

/// Maximum length of a buffer that is kept for the next page, in bytes.
pub const MAX_KEPT: usize = 1 << 21;

/// Reads pages into columns, one after the other.
#[derive(Debug)]
pub struct PageReader {
    decoder: PageDecoder,
    summary: [usize; 3],
}

impl Default for PageReader {
    fn default() -> Self {
        Self { decoder: PageDecoder::new(&COLUMNS), summary: [0; 3] }
    }
}

impl PageReader {
    /// The buffer for a page of this number of bytes.
    pub fn buffer(&mut self, length: usize) -> &mut [u8] {
        if self.decoder.buffer_len() > MAX_KEPT {
            self.decoder = PageDecoder::new(&COLUMNS);
        }
        self.decoder.buffer(length)
    }

    /// The page has only this number of the buffer's bytes.
    pub fn truncate(&mut self, length: usize) {
        self.decoder.truncate(length);
    }

    /// Reads the page in the buffer. Returns whether it has the usual form and is not empty.
    pub fn read(&mut self) -> bool {
        self.decoder.decode()
    }

    /// The number of slots, the address of the text and the address of the slots, for JavaScript.
    pub fn summary(&mut self) -> &[usize; 3] {
        let (text, slots) = (self.decoder.text(), self.decoder.slots());
        self.summary = [slots.len(), text.as_ptr().addr(), slots.as_ptr().addr()];
        &self.summary
    }

    fn rows(&self) -> impl DoubleEndedIterator<Item = &[u64]> {
        self.decoder.slots().chunks_exact(HEADER_SLOTS.saturating_add(COLUMNS.len()))
    }

    /// The number of messages.
    #[must_use]
    pub fn len(&self) -> usize {
        self.decoder.message_count()
    }

    /// Whether there are no messages.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.decoder.slots().is_empty()
    }

    /// The ids and times of the messages.
    #[must_use]
    pub fn keys(&self) -> Vec<ItemKey> {
        let (Some(id), Some(timestamp)) = (column("int_id"), column("send_timestamp")) else { return Vec::new() };
        let key = |row| ItemKey { id: self.id(row, id).unwrap_or_default(), timestamp: integer(row, timestamp) };
        self.rows().map(key).collect()
    }

    /// The id and the time of the last message that has an id.
    #[must_use]
    pub fn last_key(&self) -> Option<ItemKey> {
        let (id, timestamp) = (column("int_id")?, column("send_timestamp")?);
        let with_id = |row| Some((row, self.id(row, id).filter(ItemId::is_valid)?));
        let (row, id) = self.rows().rev().find_map(with_id)?;
        Some(ItemKey { id, timestamp: integer(row, timestamp) })
    }

    /// The id of a message, from the column with the ids.
    fn id(&self, row: &[u64], column: usize) -> Option<ItemId> {
        let (base, _) = span(*row.first()?);
        let slot = field_slot(row, column).filter(|slot| slot & ESCAPED == 0)?;
        let (from, to) = span(slot);
        let units = self.decoder.text().get(base.checked_add(from)?..base.checked_add(to)?)?;
        Some(ItemId::from_utf_16(units))
    }
}

/// The index of a field among the columns.
fn column(key: &str) -> Option<usize> {
    COLUMNS.iter().position(|field| field.key == key)
}

/// An integer of a message.
fn integer(row: &[u64], column: usize) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "it has at most 15 digits")]
    field_slot(row, column).map(|slot| f64::from_bits(slot) as i64)
}

/// The two halves of a slot: the start and the end of a text.
#[expect(clippy::cast_possible_truncation, reason = "halves")]
fn span(slot: u64) -> (usize, usize) {
    (slot as u32 as usize, (slot >> 32) as u32 as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(text: &str) -> PageReader {
        let mut reader = PageReader::default();
        reader.buffer(text.len()).copy_from_slice(text.as_bytes());
        assert!(reader.read(), "{text}");
        reader
    }

    #[test]
    fn knows_the_ids_and_times_of_messages() {
        let reader = reader(
            r#"[{"phone":"7","int_id":"18446744073709551616","send_timestamp":5},{"message":"да","status":1},
            {"send_timestamp":"1790000000","message":"x\ny","int_id":42}]"#,
        );
        let key = |id: &str, timestamp| ItemKey { id: id.into(), timestamp };
        let last = key("42", Some(1_790_000_000));
        assert_eq!(reader.keys(), [key("18446744073709551616", Some(5)), key("", None), last.clone()]);
        assert_eq!(reader.last_key(), Some(last));
        assert_eq!(reader.len(), 3);
    }
}
