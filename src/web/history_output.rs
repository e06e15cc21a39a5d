//! Pages of the history as columns or lines of JSON. The client requests the pages and says which messages come next.

use std::mem;

use js_sys::{JSON, Uint8Array};
use smsc_scan::PageDecoder;
use wasm_bindgen::prelude::*;

use crate::{
    api::{
        history::{HistoryPage, HistoryQuery},
        message::Message,
        message_columns::{ColumnValues, MessageColumns},
        message_lines::MessageLines,
        message_page::MessagePage,
        page_reader::MAX_KEPT,
    },
    client::{
        error::{Error, Result},
        item_codec::{Run, decode_indexes, encode_keys, runs},
        iteration::ItemIndex,
    },
    protocol::request::{Endpoint, Scope},
    web::{
        column_table::ColumnTable,
        convert::{self, error_to_js, to_js},
    },
};

/// What becomes of the messages.
#[derive(Debug)]
enum Format {
    Columns(MessageColumns, ColumnTable),
    Lines,
}

/// A page whose messages have not all been taken.
#[derive(Debug)]
enum Page {
    Messages(MessagePage),
    Lines(MessageLines),
}

/// The output of one iteration.
#[wasm_bindgen]
#[derive(Debug)]
pub struct HistoryOutput {
    format: Format,
    /// The page that was read last.
    last: Option<Page>,
    /// The pages that the iteration takes messages of, one of each stream.
    pages: Vec<Option<Page>>,
    /// The decoder of a page that is over, for the next one.
    decoder: Option<Box<PageDecoder>>,
    /// The empty lines of a page that is over, for the next one.
    lines: MessageLines,
}

impl HistoryOutput {
    fn new(format: Format) -> Self {
        Self { format, last: None, pages: Vec::new(), decoder: None, lines: MessageLines::default() }
    }

    /// Locates the messages of a page of that length, which `copy` writes. Returns their keys.
    fn locate(&mut self, length: usize, copy: impl FnOnce(&mut [u8])) -> Option<Vec<u64>> {
        let page = MessagePage::locate(self.decoder.take(), length, copy)?;
        let keys = encode_keys(&page.keys())?;
        self.last = Some(match self.format {
            Format::Columns(..) => Page::Messages(page),
            Format::Lines => Page::Lines(self.lines_of_located(page)?),
        });
        Some(keys)
    }

    fn lines_of_located(&mut self, page: MessagePage) -> Option<MessageLines> {
        let MessagePage::Located(decoder) = page else { return None };
        let mut lines = mem::take(&mut self.lines);
        lines.push_page(&decoder)?;
        self.keep_decoder(decoder);
        Some(lines)
    }

    fn keep_decoder(&mut self, decoder: Box<PageDecoder>) {
        if decoder.buffer_len() <= MAX_KEPT {
            self.decoder = Some(decoder);
        }
    }

    /// Keeps the memory of a page that is over.
    fn recycle(&mut self, page: Page) {
        match page {
            Page::Messages(MessagePage::Located(decoder)) => self.keep_decoder(decoder),
            Page::Lines(mut lines) if lines.capacity() <= MAX_KEPT => {
                lines.clear();
                self.lines = lines;
            }
            _ => {}
        }
    }

    fn decode_any(&mut self, text: &str) -> Result<()> {
        let HistoryPage { messages, .. } = HistoryQuery::decode(text)?;
        self.last = Some(match self.format {
            Format::Columns(..) => Page::Messages(MessagePage::Decoded(messages)),
            Format::Lines => Page::Lines(lines_of(&messages)?),
        });
        Ok(())
    }
}

fn lines_of(messages: &[Message]) -> Result<MessageLines> {
    let mut lines = MessageLines::default();
    for message in messages {
        // The engine writes the numbers of `extra`. An integer that it would round is a text there.
        let line = JSON::stringify(&to_js(message)?).map_err(|_| Error::internal("a message that is no JSON"))?;
        lines.push(&String::from(line));
    }
    Ok(lines)
}

#[wasm_bindgen]
impl HistoryOutput {
    /// An output in columns: those with these names, or all.
    ///
    /// # Errors
    /// `invalid_parameter`, if a message has no such field.
    #[wasm_bindgen(js_name = ofColumns)]
    #[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen gives the texts away")]
    pub fn of_columns(select: Option<Vec<String>>) -> Result<Self, JsValue> {
        let columns = MessageColumns::new(select.as_deref())
            .map_err(|error| error_to_js(&error.at(Scope::History.endpoint())))?;
        Ok(Self::new(Format::Columns(columns, ColumnTable::default())))
    }

    /// An output in lines of JSON.
    #[wasm_bindgen(js_name = ofLines)]
    #[must_use]
    pub fn of_lines() -> Self {
        Self::new(Format::Lines)
    }

    /// Reads the bytes of a page. Returns the keys of its messages; `undefined` if it does not have the usual form.
    #[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen gives the chunks away")]
    pub fn read(&mut self, chunks: Vec<Uint8Array>) -> Option<Vec<u64>> {
        self.locate(convert::length_of(&chunks), |buffer| convert::copy_chunks(&chunks, buffer))
    }

    /// Does the same with the text of a page.
    #[wasm_bindgen(js_name = readText)]
    pub fn read_text(&mut self, text: &str) -> Option<Vec<u64>> {
        self.locate(text.len(), |buffer| buffer.copy_from_slice(text.as_bytes()))
    }

    /// Decodes a page of any form.
    ///
    /// # Errors
    /// That of the response.
    pub fn decode(&mut self, text: &str) -> Result<(), JsValue> {
        self.decode_any(text).map_err(|error| error_to_js(&error))
    }

    /// Makes the page that was read last the current one of a stream.
    pub fn accept(&mut self, stream: usize) {
        if self.pages.len() <= stream {
            self.pages.resize_with(stream.saturating_add(1), || None);
        }
        let former = self.pages.get_mut(stream).and_then(|page| mem::replace(page, self.last.take()));
        if let Some(page) = former {
            self.recycle(page);
        }
    }

    /// The names of the columns.
    #[wasm_bindgen(getter, js_name = columnNames)]
    #[must_use]
    pub fn column_names(&self) -> Vec<String> {
        match &self.format {
            Format::Columns(columns, _) => columns.names().collect(),
            Format::Lines => Vec::new(),
        }
    }

    /// Makes columns of messages: pairs of a stream and an index in its page. Returns the address of their description, which is
    /// valid until the next call.
    #[wasm_bindgen(js_name = takeColumns)]
    pub fn take_columns(&mut self, taken: &[u32]) -> u32 {
        let Format::Columns(columns, table) = &mut self.format else { return 0 };
        columns.clear();
        for ItemIndex { stream, index } in decode_indexes(taken) {
            if let Some(Some(Page::Messages(page))) = self.pages.get(stream) {
                columns.push(page, index as usize);
            }
        }
        table.start(columns.len());
        for values in columns.columns() {
            match values {
                ColumnValues::Texts(values) => table.push_texts(values, false),
                ColumnValues::Numbers(numbers) => table.push_numbers(numbers),
            }
        }
        table.address()
    }

    /// The lines of messages: pairs of a stream and an index in its page.
    #[wasm_bindgen(js_name = takeLines)]
    #[must_use]
    pub fn take_lines(&self, taken: &[u32]) -> Uint8Array {
        let lines = |Run { stream, range }: Run| match self.pages.get(stream) {
            Some(Some(Page::Lines(lines))) => lines.lines(range),
            _ => &[],
        };
        match runs(decode_indexes(taken)).into_iter().map(lines).collect::<Vec<_>>().as_slice() {
            [lines] => Uint8Array::from(*lines),
            parts => Uint8Array::from(parts.concat().as_slice()),
        }
    }
}
