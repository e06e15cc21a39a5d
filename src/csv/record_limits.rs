//! The limits of a record, which the scanner and the locator of a file share.

use smsc_scan::{MAX_FIELDS, Oversized, Scan};

use super::error::CsvError;

/// The longest text of one record, in UTF-16 units. A longer one is most often the result of an unclosed quote.
pub const MAX_RECORD_UNITS: usize = 1 << 26;

/// The limits of the records of one file.
#[derive(Debug)]
pub struct RecordLimits {
    oversized: Option<Oversized>,
    /// The longest text of one record, in UTF-16 units. Tests set a shorter one.
    pub max_units: usize,
}

impl Default for RecordLimits {
    fn default() -> Self {
        Self { oversized: None, max_units: MAX_RECORD_UNITS }
    }
}

impl RecordLimits {
    /// Checks the records of a piece, and the incomplete one after them. `pending_units` counts the UTF-16 units of that more
    /// exactly than the scan, if the scan counts too many.
    ///
    /// # Errors
    /// If a record is too long. The records before it are complete.
    pub fn check(&mut self, scan: &Scan, pending_units: impl FnOnce() -> usize) -> Result<(), CsvError> {
        self.oversized = scan.oversized();
        if let Some(Oversized { record, line, .. }) = self.oversized {
            return Err(CsvError::TooManyFields { record, line });
        }
        let (record, line) = scan.position();
        if scan.pending_fields() > MAX_FIELDS {
            return Err(CsvError::TooManyFields { record, line });
        }
        if scan.pending_units() <= self.max_units || pending_units() <= self.max_units {
            return Ok(());
        }
        Err(if scan.is_in_quotes() { unclosed_quote(scan) } else { CsvError::RecordTooLong { record, line } })
    }

    /// The ends of the fields and the numbers of fields of the complete records, up to one that is too long.
    #[must_use]
    pub fn complete<'a>(&self, scan: &'a Scan) -> (&'a [u32], &'a [u32]) {
        let (ends, counts) = (scan.ends(), scan.counts());
        let Some(Oversized { index, .. }) = self.oversized else { return (ends, counts) };
        let counts = counts.get(..index).unwrap_or_default();
        let fields = counts.iter().map(|count| *count as usize).sum();
        (ends.get(..fields).unwrap_or_default(), counts)
    }
}

/// The error of a quote that is never closed.
#[must_use]
pub fn unclosed_quote(scan: &Scan) -> CsvError {
    let (record, line) = scan.position();
    CsvError::UnclosedQuote { record, line }
}

/// The memory for the next `length` bytes after those that fill the input, and padding behind them. The input never becomes
/// shorter, because to resize it each time would take as long as to scan.
pub fn reserve(input: &mut Vec<u8>, filled: usize, length: usize) -> &mut [u8] {
    let end = filled.saturating_add(length);
    let padded = end.saturating_add(smsc_scan::PADDING);
    if input.len() < padded {
        input.resize(padded, 0);
    }
    input.get_mut(filled..end).unwrap_or_default()
}
