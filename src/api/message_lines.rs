//! Messages as lines of JSON, written from the bytes of a page of the history.

use std::ops::Range;

use smsc_scan::{PageDecoder, push_json_key};

use crate::api::message::{COLUMNS, camel_case};

/// Lines of JSON, and the end of each.
#[derive(Debug, Default)]
pub struct MessageLines {
    json: Vec<u8>,
    ends: Vec<usize>,
}

impl MessageLines {
    /// The memory of the lines, in bytes.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.json.capacity()
    }

    /// Removes all lines.
    pub fn clear(&mut self) {
        self.json.clear();
        self.ends.clear();
    }

    /// Adds a line.
    pub fn push(&mut self, line: &str) {
        self.json.extend_from_slice(line.as_bytes());
        self.end();
    }

    /// Adds the messages of a located page; `None` if an integer of them is one that JavaScript's numbers round.
    pub fn push_page(&mut self, page: &PageDecoder) -> Option<()> {
        let keys: Vec<Vec<u8>> = COLUMNS.iter().map(|column| json_key(&camel_case(column.key))).collect();
        let mut scratch = Vec::new();
        // They are about as long as the page.
        self.json.reserve(page.bytes().len());
        for message in 0..page.message_count() {
            page.push_json_object(message, &keys, &mut self.json, &mut scratch)?;
            self.end();
        }
        Some(())
    }

    fn end(&mut self) {
        self.json.push(b'\n');
        self.ends.push(self.json.len());
    }

    /// Lines that follow each other, with their line breaks, by their indexes.
    #[must_use]
    pub fn lines(&self, range: Range<usize>) -> &[u8] {
        let end =
            |before: usize| before.checked_sub(1).and_then(|index| self.ends.get(index)).copied().unwrap_or_default();
        self.json.get(end(range.start)..end(range.end)).unwrap_or_default()
    }
}

fn json_key(name: &str) -> Vec<u8> {
    let mut key = Vec::new();
    push_json_key(&mut key, name);
    key
}
