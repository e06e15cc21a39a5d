//! The scanner of task files, as JavaScript sees it: it puts bytes into the core's memory, and finds there what was made
//! of them.

use wasm_bindgen::prelude::*;

use crate::{
    csv::{CsvOptions, Scanner},
    error::{ErrorCode, Result},
    input::{Fields, parse},
};

/// A scanner of one CSV file.
#[wasm_bindgen]
#[derive(Debug)]
pub struct CsvScanner {
    scanner: Scanner,
    found: [usize; 5],
}

#[wasm_bindgen]
impl CsvScanner {
    /// Checks the options.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str) -> Result<Self> {
        parse(options, ErrorCode::InvalidParameter, "`csv`")
            .and_then(|values| CsvOptions::read(&Fields::new(&values, ErrorCode::InvalidParameter)))
            .map(|options| Self { scanner: Scanner::new(options), found: [0; 5] })
            .map_err(|error| {
                error.with(|details| details.parameter = details.parameter.take().map(|name| format!("csv.{name}")))
            })
    }

    /// Where the next so many bytes are to be put.
    pub fn room(&mut self, length: usize) -> *mut u8 {
        self.scanner.room(length).as_mut_ptr()
    }

    /// Scans what was put there. Throws where a record does not end; the sound ones are there all the same, here and below.
    /// `plain`: go on without vectors, since they are slow here.
    pub fn feed(&mut self, plain: bool) -> Result<()> {
        self.scanner.feed(plain)
    }

    /// The file is over. Throws where a quote was never closed.
    pub fn finish(&mut self) -> Result<()> {
        self.scanner.finish()
    }

    /// Where five numbers lie: how many records there are; the file's form, 0 before it is known (one more than the charset's
    /// place in its list, with the delimiter above the lowest byte); and the places of the text, of the fields' ends, and of
    /// the records' numbers of fields.
    pub fn found(&mut self) -> *const usize {
        let form = self
            .scanner
            .form()
            .map_or(0, |(charset, delimiter)| usize::from(delimiter) << 8 | (charset as usize).wrapping_add(1));
        self.found = self.scanner.records().map_or([0; 5], |records| {
            let (text, ends, counts) = (records.text().as_ptr(), records.ends().as_ptr(), records.counts().as_ptr());
            [records.counts().len(), form, text.addr(), ends.addr(), counts.addr()]
        });
        self.found.as_ptr()
    }
}
