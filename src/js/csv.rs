//! The border of the scanner of task files: JavaScript puts bytes into the core's memory, and finds there what was made of
//! them.

use super::{address, float, instant, op};
use crate::{
    csv::{self, Scanner},
    error::{Error, ErrorCode, Result},
    input::{Fields, parse},
    text::fill,
};

/// Checks what a user says about a file; gives the encoding's name, or an empty text.
pub fn check(options: &str) -> Result<String> {
    parse(options, ErrorCode::InvalidParameter, "`csv`")
        .and_then(|values| csv::check(&Fields::new(&values, ErrorCode::InvalidParameter)))
        .map_err(|mut error| {
            error.parameter = error.parameter.take().map(|name| fill("csv.%", &[&name]));
            error
        })
}

/// A scanner of one file, and what it found last.
#[derive(Debug)]
pub struct CsvScanner {
    scanner: Scanner,
    found: [usize; 5],
}

impl CsvScanner {
    /// A scanner: the delimiter's code, and 1 for windows-1251, 2 for UTF-8 that is only a guess.
    pub fn new(delimiter: f64, form: f64) -> Self {
        let delimiter = u8::try_from(instant(delimiter)).unwrap_or(b';');
        let form = instant(form);
        Self { scanner: Scanner::new(delimiter, form == 1, form == 2), found: [0; 5] }
    }

    /// Does one thing, as `core.ts` numbers them.
    pub fn invoke(&mut self, what: u32, a: f64) -> Result<f64> {
        let wrong = match what {
            op::ROOM => {
                let length = usize::try_from(instant(a)).unwrap_or_default();
                return Ok(address(self.scanner.room(length).as_ptr()));
            }
            // `a`: go on byte by byte, since vectors are slow here.
            op::FEED => self.scanner.feed(a != 0.0)?,
            op::FINISH => self.scanner.finish()?,
            op::FOUND => return Ok(self.found()),
            _ => return Err(Error::internal("there is no such call")),
        };
        Ok(float(u64::try_from(wrong).unwrap_or_default()))
    }

    /// Where five numbers lie: how many records there are; whether they are windows-1251; and the places of the text, of the
    /// fields' ends, and of the records' numbers of fields.
    fn found(&mut self) -> f64 {
        let records = self.scanner.records();
        let (text, ends, counts) = (records.text().as_ptr(), records.ends().as_ptr(), records.counts().as_ptr());
        let single_byte = usize::from(self.scanner.single_byte());
        self.found = [records.counts().len(), single_byte, text.addr(), ends.addr(), counts.addr()];
        address(self.found.as_ptr())
    }
}
