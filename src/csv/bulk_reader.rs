//! The reading of one file into columns or lines of JSON, without a value for each field.

use smsc_scan::{JsonRows, Scratch};

use super::{
    column_batch::ColumnBatch,
    dialect::{Compression, CsvDialect, Preamble},
    dialect_state::DialectState,
    error::CsvError,
    field_locator::FieldLocator,
    json_keys::json_rows,
    options::CsvOptions,
};
use crate::{client::error::Error, protocol::charset::Charset};

/// What a file becomes.
#[derive(Debug)]
pub enum BulkOutput {
    /// Columns, batch by batch.
    Columns(ColumnBatch),
    /// The lines of JSON of the last piece.
    Lines(JsonLines),
}

/// Lines of JSON, in UTF-8.
#[derive(Debug, Default)]
pub struct JsonLines {
    /// The lines of the last piece.
    pub json: Vec<u8>,
    rows: Option<JsonRows>,
    scratch: Scratch,
}

/// The reading of one file.
#[derive(Debug)]
pub struct BulkReader {
    locator: FieldLocator,
    dialect: DialectState,
    output: BulkOutput,
    record_count: usize,
}

impl BulkReader {
    /// A reader of a file with this preamble, whose skipped bytes are not to be read.
    #[must_use]
    pub fn new(
        options: &CsvOptions,
        preamble: &Preamble,
        compression: Option<Compression>,
        output: BulkOutput,
    ) -> Self {
        let Preamble { charset, is_guess, delimiter, is_line_skipped, .. } = *preamble;
        let mut locator = FieldLocator::new(delimiter, charset == Charset::Windows1251, is_guess);
        if is_line_skipped {
            locator.skip_line();
        }
        Self { locator, dialect: DialectState::new(options, preamble, compression), output, record_count: 0 }
    }

    /// The memory for the next `length` bytes of the file.
    pub fn buffer(&mut self, length: usize) -> &mut [u8] {
        self.locator.buffer(length)
    }

    /// Reads the first `length` bytes of the buffer. Their complete records are added to the output.
    /// `is_scalar`: without vector instructions.
    ///
    /// # Errors
    /// If a record is too long, or a selected column does not exist. The records before it are in the output.
    pub fn scan(&mut self, length: usize, is_scalar: bool) -> Result<(), Error> {
        let result = self.locator.locate(length, is_scalar);
        self.take_records(result, false)
    }

    /// Ends the file: the rest is its last record.
    ///
    /// # Errors
    /// If a quote is never closed, or a selected column does not exist. The records before it are in the output.
    pub fn finish(&mut self) -> Result<(), Error> {
        let result = self.locator.finish();
        self.take_records(result, true)
    }

    /// Ends the reading within the file, where its source failed: the complete records of the rest are added to the output.
    ///
    /// # Errors
    /// As for `scan`.
    pub fn flush(&mut self) -> Result<(), Error> {
        let result = self.locator.flush();
        self.take_records(result, true)
    }

    fn take_records(&mut self, result: Result<(), CsvError>, is_end: bool) -> Result<(), Error> {
        let records = self.locator.records();
        let first = || {
            let values = (!records.counts.is_empty()).then(|| records.first_record());
            values.map(|values| values.iter().map(|value| String::from_utf8_lossy(value).into_owned()).collect())
        };
        self.dialect.update(self.locator.is_single_byte(), is_end || result.is_err(), first);
        let skipped = self.dialect.header_records();
        self.record_count = records.counts.len();
        match &mut self.output {
            BulkOutput::Columns(batch) => {
                if self.record_count > 0 {
                    batch.resolve(self.dialect.columns())?;
                }
                batch.push(&records, skipped, self.locator.can_charset_change())?;
            }
            BulkOutput::Lines(JsonLines { json, rows, scratch }) => {
                json.clear();
                if self.record_count > 0 {
                    let rows = rows.get_or_insert_with(|| json_rows(self.dialect.columns()));
                    records.push_lines(rows, skipped, json, scratch);
                }
            }
        }
        self.locator.release();
        Ok(result?)
    }

    /// The number of records of the last piece, the header included.
    #[must_use]
    pub fn record_count(&self) -> usize {
        self.record_count
    }

    /// The number of records of the last piece, 0 or 1, that are the header.
    #[must_use]
    pub fn header_records(&self) -> usize {
        self.dialect.header_records()
    }

    /// The dialect, if the last piece showed it or changed it.
    pub fn take_dialect(&mut self) -> Option<&CsvDialect> {
        self.dialect.take_new()
    }

    /// The output so far.
    pub fn output(&mut self) -> &mut BulkOutput {
        &mut self.output
    }
}

#[cfg(test)]
mod tests;
