//! What an iteration over the history gives: objects, or columns or lines of JSON, which another module makes.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::{
    api::history::{HistoryPage, HistoryQuery},
    client::{
        error::{Error, Result},
        item_codec::{decode_keys, encode_indexes},
        item_key::ItemKey,
        iteration::ItemIndex,
    },
    protocol::request::Endpoint,
    web::{
        convert::to_js,
        history_page::{self, NeededKeys},
        host::BulkOutput,
    },
};

/// What an iteration gives.
pub enum Output {
    /// Objects.
    Objects,
    /// Columns or lines.
    Bulk(BulkOutput),
}

/// The items of a page.
#[derive(Clone)]
pub enum Items {
    Objects(Array),
    /// The output holds them.
    Bulk,
}

impl Default for Items {
    fn default() -> Self {
        Self::Objects(Array::new())
    }
}

/// The items of a page, their keys, and their number.
pub type ReadItems = (Items, Vec<ItemKey>, usize);

impl Output {
    /// Makes the page that was read last the current one of a stream.
    pub fn accept(&self, stream: usize) -> Result<()> {
        match self {
            Self::Objects => Ok(()),
            Self::Bulk(output) => output.accept(stream).map_err(|_| broken()),
        }
    }

    /// The items with those indexes.
    pub fn pick(&self, pages: &[Items], taken: &[ItemIndex]) -> Result<JsValue> {
        match self {
            Self::Objects => Ok(pick_objects(pages, taken).into()),
            Self::Bulk(output) => output.take(&encode_indexes(taken)).map_err(|_| broken()),
        }
    }

    /// Reads the bytes of a page, if it has the usual form.
    pub fn read(&self, chunks: &[Uint8Array], needed: NeededKeys) -> Option<ReadItems> {
        match self {
            Self::Objects => {
                let page = history_page::read(chunks, needed)?;
                Some((Items::Objects(page.messages), page.keys, page.length))
            }
            Self::Bulk(output) => bulk_items(output.read(chunks.to_vec())),
        }
    }

    /// The items of any other response.
    pub fn decode(&self, response: &str) -> Result<ReadItems> {
        // A page in windows-1251 comes here, as text in the usual form.
        if let Self::Bulk(output) = self
            && let Some(items) = bulk_items(output.read_text(response))
        {
            return Ok(items);
        }
        let page = HistoryQuery::decode(response)?;
        let keys = page.keys();
        let HistoryPage { messages, .. } = page;
        let items = match self {
            Self::Objects => Items::Objects(to_js(&messages)?.unchecked_into()),
            Self::Bulk(output) => {
                output.decode(response).map_err(|_| broken())?;
                Items::Bulk
            }
        };
        Ok((items, keys, messages.len()))
    }
}

/// The items of a page that the output has read.
fn bulk_items(keys: Result<Option<Vec<u64>>, JsValue>) -> Option<ReadItems> {
    // The output keeps an error, and `decode` has it again.
    let keys = decode_keys(&keys.ok()??);
    let length = keys.len();
    Some((Items::Bulk, keys, length))
}

/// The other module trapped. Users see the error of the trap, which the output keeps.
fn broken() -> Error {
    Error::internal("the WebAssembly that makes columns and lines failed")
}

/// The objects with those indexes. A whole page is not copied.
fn pick_objects(pages: &[Items], taken: &[ItemIndex]) -> Array {
    if let [Items::Objects(page)] = pages
        && usize::try_from(page.length()).is_ok_and(|length| length == taken.len())
    {
        return page.clone();
    }
    let item = |ItemIndex { stream, index }: &ItemIndex| match pages.get(*stream)? {
        Items::Objects(page) => Some(page.get(*index)),
        Items::Bulk => None,
    };
    taken.iter().filter_map(item).collect()
}
