//! The border of the scanner of task files: JavaScript puts bytes into the core's memory, and finds there what was made of
//! them.

use super::{float, instant, op};
use crate::{
    csv::{CsvOptions, Scanner},
    error::{Error, ErrorCode, Result},
    input::{Fields, parse},
    text::fill,
};

/// A scanner of one file, and what it found last.
#[derive(Debug)]
pub struct CsvScanner {
    scanner: Scanner,
    found: [usize; 5],
}

impl CsvScanner {
    /// Checks the options.
    pub fn new(options: &str) -> Result<Self> {
        parse(options, ErrorCode::InvalidParameter, "`csv`")
            .and_then(|values| CsvOptions::read(&Fields::new(&values, ErrorCode::InvalidParameter)))
            .map(|options| Self { scanner: Scanner::new(options), found: [0; 5] })
            .map_err(|mut error| {
                error.parameter = error.parameter.take().map(|name| fill("csv.%", &[&name]));
                error
            })
    }

    /// Does one thing, as `core.ts` numbers them.
    pub fn invoke(&mut self, what: u32, a: f64) -> Result<f64> {
        let address = |pointer: usize| float(u64::try_from(pointer).unwrap_or_default());
        match what {
            op::ROOM => {
                let length = usize::try_from(instant(a)).unwrap_or_default();
                return Ok(address(self.scanner.room(length).as_ptr().addr()));
            }
            // `a`: go on byte by byte, since vectors are slow here.
            op::FEED => self.scanner.feed(a != 0.0)?,
            op::FINISH => self.scanner.finish()?,
            op::FOUND => return Ok(address(self.found())),
            _ => return Err(Error::internal("there is no such call")),
        }
        Ok(0.0)
    }

    /// Where five numbers lie: how many records there are; the file's form, 0 before it is known (one more than the charset's
    /// place in its list, with the delimiter above the lowest byte); and the places of the text, of the fields' ends, and of
    /// the records' numbers of fields.
    fn found(&mut self) -> usize {
        let form = self
            .scanner
            .form()
            .map_or(0, |(charset, delimiter)| usize::from(delimiter) << 8 | (charset as usize).wrapping_add(1));
        self.found = self.scanner.records().map_or([0; 5], |records| {
            let (text, ends, counts) = (records.text().as_ptr(), records.ends().as_ptr(), records.counts().as_ptr());
            [records.counts().len(), form, text.addr(), ends.addr(), counts.addr()]
        });
        self.found.as_ptr().addr()
    }
}
