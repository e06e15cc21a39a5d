//! What a reader knows of a file's dialect while it scans: the header is its first record, and the charset can change.

use super::{
    columns::{distinct_names, names_columns},
    dialect::{Compression, CsvDialect, Preamble},
    options::CsvOptions,
};
use crate::protocol::charset::Charset;

/// The dialect of a file, as far as it is known.
#[derive(Debug)]
pub struct DialectState {
    dialect: CsvDialect,
    header_option: Option<bool>,
    /// Whether the first record, or the end of the file, was seen.
    is_known: bool,
    is_new: bool,
    header_records: usize,
}

impl DialectState {
    /// The state at the beginning of a file with this preamble.
    #[must_use]
    pub fn new(options: &CsvOptions, preamble: &Preamble, compression: Option<Compression>) -> Self {
        let dialect = CsvDialect {
            encoding: preamble.charset,
            delimiter: preamble.delimiter.into(),
            header: false,
            columns: None,
            compression,
        };
        Self { dialect, header_option: options.header, is_known: false, is_new: false, header_records: 0 }
    }

    /// Counts a piece. `first_record` returns the fields of its first record, if it has one; `is_over`: no more records come.
    pub fn update(&mut self, is_single_byte: bool, is_over: bool, first_record: impl FnOnce() -> Option<Vec<String>>) {
        self.header_records = 0;
        let encoding = match (self.dialect.encoding, is_single_byte) {
            (Charset::Utf8, true) => Charset::Windows1251,
            (Charset::Windows1251, false) => Charset::Utf8,
            (encoding, _) => encoding,
        };
        if encoding != self.dialect.encoding {
            self.dialect.encoding = encoding;
            self.is_new = self.is_known;
        }
        if self.is_known {
            return;
        }
        let values = first_record();
        if values.is_none() && !is_over {
            return;
        }
        if let Some(values) = values
            && self.header_option.unwrap_or_else(|| names_columns(&values))
        {
            self.dialect.header = true;
            self.dialect.columns = Some(distinct_names(&values));
            self.header_records = 1;
        }
        self.is_known = true;
        self.is_new = true;
    }

    /// The number of records of the last piece, 0 or 1, that are the header.
    #[must_use]
    pub fn header_records(&self) -> usize {
        self.header_records
    }

    /// The names of the columns, if the file has a header and it was seen.
    #[must_use]
    pub fn columns(&self) -> Option<&[String]> {
        self.dialect.columns.as_deref()
    }

    /// The dialect, if the last piece showed it or changed it.
    pub fn take_new(&mut self) -> Option<&CsvDialect> {
        core::mem::take(&mut self.is_new).then_some(&self.dialect)
    }
}
