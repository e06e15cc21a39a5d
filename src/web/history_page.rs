//! Pages of the history: from bytes to messages, by the fast reader or as any other response.

use std::cell::RefCell;

use js_sys::{Array, Uint8Array};

use crate::{
    api::page_reader::PageReader,
    client::item_key::ItemKey,
    web::{
        convert::{copy_chunks, length_of},
        host,
    },
};

thread_local! {
    /// Made for the first page.
    static READER: RefCell<Option<Box<PageReader>>> = const { RefCell::new(None) };
}

/// The messages of a page, and what an iteration needs to know of them.
pub struct ReadPage {
    pub messages: Array,
    pub length: usize,
    pub keys: Vec<ItemKey>,
}

/// The messages whose keys are needed.
#[derive(Clone, Copy, Debug)]
pub enum NeededKeys {
    All,
    /// The last one that has an id, if the page has at least this number of messages.
    LastOf(u64),
}

/// Reads a page with the fast reader; `None` if it has another form.
pub fn read(chunks: &[Uint8Array], needed: NeededKeys) -> Option<ReadPage> {
    READER.with_borrow_mut(|reader| {
        let reader = reader.get_or_insert_default();
        copy_chunks(chunks, reader.buffer(length_of(chunks)));
        if !reader.read() {
            return None;
        }
        let summary = reader.summary().as_ptr().addr();
        let length = reader.len();
        let keys = match needed {
            NeededKeys::All => reader.keys(),
            NeededKeys::LastOf(min) if length as u64 >= min => reader.last_key().into_iter().collect(),
            NeededKeys::LastOf(_) => Vec::new(),
        };
        Some(ReadPage { messages: host::build_messages(summary), length, keys })
    })
}

/// Reads a page that is given as text; `None` if it has another form.
#[cfg(feature = "formats")]
pub fn read_text(text: &str) -> Option<Array> {
    READER.with_borrow_mut(|reader| {
        let reader = reader.get_or_insert_default();
        reader.buffer(text.len()).copy_from_slice(text.as_bytes());
        if !reader.read() {
            return None;
        }
        let summary = reader.summary().as_ptr().addr();
        Some(host::build_messages(summary))
    })
}
