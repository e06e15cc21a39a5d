//! The border of the module that reads saved replies. Only numbers cross it, so that its JavaScript end
//! (`pkg-template/src/saved.ts`) needs no generated code, and can put a fresh instance in the place of one that trapped.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use super::{List, decode};
use crate::{error::Error, history::Pages};

#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

thread_local! {
    static TEXT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static PAGES: RefCell<Pages> = RefCell::default();
}

/// Makes room for a text of so many bytes of UTF-8, and forgets the one before. Gives its address.
#[wasm_bindgen]
pub fn room(length: usize) -> usize {
    TEXT.with_borrow_mut(|text| {
        *text = vec![0; length];
        text.as_ptr().addr()
    })
}

/// Makes room for a page of the history in JSON. Gives its address.
#[wasm_bindgen]
pub fn page_room(length: usize) -> usize {
    PAGES.with_borrow_mut(|pages| pages.room(length).as_ptr().addr())
}

/// Reads the page that stands there, of so many bytes, if it is one that can be read at once. Gives where three numbers lie, as
/// `Pages` in `src/history.rs` says, or 0.
#[wasm_bindgen]
pub fn page(length: usize) -> usize {
    PAGES.with_borrow_mut(|pages| {
        pages.shorten(length);
        pages.read().map_or(0, |found| found.as_ptr().addr())
    })
}

/// Reads the text that stands there, of so many bytes: the list by its number in `saved.ts`, and the format. In the text's place
/// comes JSON: an array, or the object of an error. Gives its length.
#[wasm_bindgen]
pub fn read(length: usize, list: u32, fmt: u32) -> usize {
    let list = match list {
        0 => List::History,
        1 => List::Tasks,
        2 => List::Senders(None),
        3 => List::Senders(Some(false)),
        _ => List::Senders(Some(true)),
    };
    TEXT.with_borrow_mut(|text| {
        text.truncate(length);
        let saved = String::from_utf8(core::mem::take(text)).map_err(|_| Error::internal("the text is no UTF-8"));
        let json = saved.and_then(|saved| decode(list, fmt, &saved)).unwrap_or_else(|error| error.to_json());
        *text = json.into_bytes();
        text.len()
    })
}

/// Where the JSON stands.
#[wasm_bindgen]
pub fn place() -> usize {
    TEXT.with_borrow(|text| text.as_ptr().addr())
}
