//! What an iteration over the history gives: objects, columns or lines of JSON.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Array, JSON, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::{
    api::{
        history::{HistoryPage, HistoryQuery},
        message_columns::{ColumnValues, MessageColumns},
        message_lines::MessageLines,
        message_page::MessagePage,
    },
    client::{
        error::{Error, Result},
        iteration::{ItemIndex, ItemKey},
    },
    protocol::request::Endpoint,
    web::{
        column_table::ColumnTable,
        convert::{self, to_js},
        history_page::{self, NeededKeys},
        host,
    },
};

/// What an iteration gives.
pub enum Output {
    /// Objects.
    Objects,
    /// Columns of messages.
    Columns { columns: RefCell<(MessageColumns, ColumnTable)>, names: Array },
    /// Messages as lines of JSON.
    Lines,
}

/// The items of a page.
#[derive(Clone)]
pub enum Items {
    Objects(Array),
    Messages(Rc<MessagePage>),
    Lines(Rc<MessageLines>),
}

impl Default for Items {
    fn default() -> Self {
        Self::Objects(Array::new())
    }
}

/// The items of a page, their keys, and their number.
pub type ReadItems = (Items, Vec<ItemKey>, usize);

impl Output {
    /// Columns: those with these names, or all.
    pub fn columns(select: Option<&[String]>) -> Result<Self> {
        let columns = MessageColumns::new(select)?;
        let names = columns.names().map(JsValue::from).collect();
        Ok(Self::Columns { columns: RefCell::new((columns, ColumnTable::default())), names })
    }

    /// The items with those indexes.
    pub fn pick(&self, pages: &[Items], taken: &[ItemIndex]) -> JsValue {
        match self {
            Self::Objects => pick_objects(pages, taken).into(),
            Self::Columns { columns, names } => {
                let (columns, table) = &mut *columns.borrow_mut();
                columns.clear();
                for ItemIndex { stream, index } in taken {
                    if let Some(Items::Messages(page)) = pages.get(*stream) {
                        columns.push(page, *index as usize);
                    }
                }
                table.start(columns.len());
                for values in columns.columns() {
                    match values {
                        ColumnValues::Texts(values) => table.push_texts(values, false),
                        ColumnValues::Numbers(numbers) => table.push_numbers(numbers),
                    }
                }
                host::build_columns(table.address(), names)
            }
            Self::Lines => {
                let line = |ItemIndex { stream, index }: &ItemIndex| match pages.get(*stream) {
                    Some(Items::Lines(lines)) => lines.line(*index as usize),
                    _ => &[],
                };
                let json = taken.iter().map(line).collect::<Vec<_>>().concat();
                Uint8Array::from(json.as_slice()).into()
            }
        }
    }

    /// Reads the bytes of a page, if it has the usual form.
    pub fn read(&self, chunks: &[Uint8Array], needed: NeededKeys) -> Option<ReadItems> {
        if let Self::Objects = self {
            let page = history_page::read(chunks, needed)?;
            return Some((Items::Objects(page.messages), page.keys, page.length));
        }
        self.locate(convert::length_of(chunks), |buffer| convert::copy_chunks(chunks, buffer))
    }

    /// Locates the messages of a page, if it has the usual form.
    fn locate(&self, length: usize, copy: impl FnOnce(&mut [u8])) -> Option<ReadItems> {
        let page = MessagePage::locate(length, copy)?;
        let (keys, length) = (page.keys(), page.len());
        let items =
            if let Self::Lines = self { Items::Lines(Rc::new(page.lines()?)) } else { Items::Messages(Rc::new(page)) };
        Some((items, keys, length))
    }

    /// The items of any other response.
    pub fn decode(&self, response: &str) -> Result<ReadItems> {
        let is_bulk = !matches!(self, Self::Objects);
        // One in windows-1251 is UTF-8 by now.
        if is_bulk
            && let Some(located) = self.locate(response.len(), |buffer| buffer.copy_from_slice(response.as_bytes()))
        {
            return Ok(located);
        }
        let decoded = HistoryQuery::decode(response)?;
        let keys = decoded.keys();
        let HistoryPage { messages, .. } = decoded;
        let length = messages.len();
        let items = match self {
            Self::Objects => Items::Objects(to_js(&messages)?.unchecked_into()),
            Self::Columns { .. } => Items::Messages(Rc::new(MessagePage::Decoded(messages))),
            Self::Lines => {
                let mut lines = MessageLines::default();
                for message in &messages {
                    // The engine writes the numbers of `extra`, and rounds integers beyond 2^53.
                    let line =
                        JSON::stringify(&to_js(message)?).map_err(|_| Error::internal("a message that is no JSON"))?;
                    lines.push(&String::from(line));
                }
                Items::Lines(Rc::new(lines))
            }
        };
        Ok((items, keys, length))
    }
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
        _ => None,
    };
    taken.iter().filter_map(item).collect()
}
