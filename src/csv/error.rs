//! The reasons why a file cannot be read.

use smsc_scan::MAX_FIELDS;

use super::{record_limits::MAX_RECORD_UNITS, zip::ZipError};
use crate::client::error::{Error, ErrorCode};

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CsvError {
    /// The file ends inside quotes, or a quoted field has no end within [`MAX_RECORD_UNITS`].
    #[error("record {record}, which begins on line {line}, has no end: a quote in it is never closed")]
    UnclosedQuote {
        /// The record's number, the header included.
        record: u64,
        /// The line on which the record begins.
        line: u64,
    },
    /// A record has more text than [`MAX_RECORD_UNITS`].
    #[error("record {record}, which begins on line {line}, is longer than {MAX_RECORD_UNITS} characters")]
    RecordTooLong {
        /// The record's number, the header included.
        record: u64,
        /// The line on which the record begins.
        line: u64,
    },
    /// A record has more fields than [`MAX_FIELDS`].
    #[error("record {record}, which begins on line {line}, has more than {MAX_FIELDS} fields")]
    TooManyFields {
        /// The record's number, the header included.
        record: u64,
        /// The line on which the record begins.
        line: u64,
    },
    /// The zip archive cannot be read.
    #[error("the file is a zip archive that {0}")]
    Zip(#[from] ZipError),
    /// The file is of a known kind that is not read.
    #[error("the file is {0}, which cannot be read: save it as CSV, or pack it with gzip or zip")]
    Unsupported(&'static str),
}

impl From<CsvError> for Error {
    fn from(error: CsvError) -> Self {
        match error {
            CsvError::Zip(ZipError::NotFound(..)) => {
                Self::new(ErrorCode::InvalidParameter, error.to_string()).parameter("file")
            }
            _ => Self::new(ErrorCode::BadResponse, error.to_string()),
        }
    }
}
