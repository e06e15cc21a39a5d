//! The border of the CSV scanner.

use wasm_bindgen::prelude::*;

use crate::{
    csv::{CsvOptions, Scanner},
    error::{ErrorCode, Result},
    input::{Fields, parse},
    json::Writer,
    text::join,
};

/// A scanner of one CSV file.
#[wasm_bindgen]
#[derive(Debug)]
pub struct CsvScanner(Scanner);

#[wasm_bindgen]
impl CsvScanner {
    /// Checks the options.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str) -> Result<Self> {
        parse(options, ErrorCode::InvalidParameter, "`csv`")
            .and_then(|values| CsvOptions::read(&Fields::new(&values, ErrorCode::InvalidParameter)))
            .map(|options| Self(Scanner::new(options)))
            .map_err(|mut error| {
                error.parameter = error.parameter.take().map(|name| join(&["csv.", &name]));
                error
            })
    }

    /// Takes the next piece.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.0.feed(bytes);
    }

    /// The file is over. Throws where a quote was never closed; the sound records are there all the same.
    pub fn finish(&mut self) -> Result<()> {
        self.0.finish()
    }

    /// The columns' names as JSON; nothing where there is no header.
    pub fn columns(&self) -> Option<String> {
        self.0.columns().map(|columns| {
            let mut json = Writer::default();
            json.open('[');
            for column in columns {
                json.next();
                json.text(column);
            }
            json.close(']');
            json.finish()
        })
    }

    /// Where the text lies in memory.
    #[wasm_bindgen(getter, js_name = textAt)]
    pub fn text_at(&self) -> *const u16 {
        self.0.text().as_ptr()
    }

    /// Where the fields' ends lie in memory.
    #[wasm_bindgen(getter, js_name = endsAt)]
    pub fn ends_at(&self) -> *const u32 {
        self.0.ends().as_ptr()
    }

    /// Where the records' numbers of fields lie in memory.
    #[wasm_bindgen(getter, js_name = countsAt)]
    pub fn counts_at(&self) -> *const u32 {
        self.0.counts().as_ptr()
    }

    /// How many complete records there are.
    #[wasm_bindgen(getter)]
    pub fn records(&self) -> usize {
        self.0.counts().len()
    }

    /// How many fields there are.
    #[wasm_bindgen(getter)]
    pub fn fields(&self) -> usize {
        self.0.ends().len()
    }
}
