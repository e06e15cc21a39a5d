//! The scanner of one file: from bytes to the text of all fields, without delimiters and quotes, and the end of each.
//!
//! The bytes come in pieces that end anywhere, also inside a character. They are UTF-8 or windows-1251; the platform's
//! decoder converts other charsets first.

use smsc_scan::{Oversized, PADDING, Scan};

use super::error::CsvError;

pub use smsc_scan::MAX_FIELDS;

/// The longest text of one record, in UTF-16 units. A longer one is most often the result of an unclosed quote.
pub const MAX_RECORD_UNITS: usize = 1 << 26;

/// The complete records of the last piece.
#[derive(Clone, Copy, Debug, Default)]
pub struct Records<'a> {
    /// The text of all fields, in UTF-16.
    pub text: &'a [u16],
    /// The end of each field in the text.
    pub ends: &'a [u32],
    /// The number of fields of each record.
    pub counts: &'a [u32],
}

/// The scanner of one file.
#[derive(Debug)]
pub struct Scanner {
    /// The bytes to scan: the beginning of a character from the piece before, then the piece. The length stays that of the
    /// longest piece plus padding, because to resize it each time would take as long as to scan.
    input: Vec<u8>,
    /// The length of the incomplete character at the beginning of the input.
    filled: usize,
    is_single_byte: bool,
    /// Whether UTF-8 is only assumed, because all bytes were ASCII so far.
    is_guess: bool,
    scan: Scan,
    oversized: Option<Oversized>,
    max_record_units: usize,
}

impl Scanner {
    /// A scanner of windows-1251 if `is_single_byte`, otherwise of UTF-8. With `is_guess`, the file changes to windows-1251 if
    /// its first bytes beyond ASCII are not UTF-8.
    #[must_use]
    pub fn new(delimiter: u8, is_single_byte: bool, is_guess: bool) -> Self {
        let scan = Scan::new(delimiter, is_single_byte);
        Self {
            input: Vec::new(),
            filled: 0,
            is_single_byte,
            is_guess,
            scan,
            oversized: None,
            max_record_units: MAX_RECORD_UNITS,
        }
    }

    /// The memory for the next `length` bytes of the file.
    pub fn buffer(&mut self, length: usize) -> &mut [u8] {
        let end = self.filled.saturating_add(length);
        let padded = end.saturating_add(PADDING);
        if self.input.len() < padded {
            self.input.resize(padded, 0);
        }
        self.input.get_mut(self.filled..end).unwrap_or_default()
    }

    /// Scans the first `length` bytes of the buffer. The records that they complete replace those of the piece before.
    /// `is_scalar`: from the next piece on without vector instructions.
    ///
    /// Returns 0, or the number of bytes that are not UTF-8: this piece and the incomplete character before it. Then none of
    /// them is scanned, and they are at the beginning of the buffer.
    ///
    /// # Errors
    /// If a record is too long. The records before it are complete.
    pub fn scan(&mut self, length: usize, is_scalar: bool) -> Result<usize, CsvError> {
        let rejected = self.scan_input(length, false);
        if rejected > 0 {
            return Ok(rejected);
        }
        self.check_size()?;
        self.scan.is_scalar = is_scalar;
        Ok(0)
    }

    /// Ends the file: the rest is its last record. Returns the same as [`Self::scan`]; an incomplete character at the end is
    /// not UTF-8.
    ///
    /// # Errors
    /// If a quote is never closed. The records before it are complete.
    pub fn finish(&mut self) -> Result<usize, CsvError> {
        let rejected = self.scan_input(0, true);
        if rejected > 0 {
            return Ok(rejected);
        }
        if !self.scan.finish() {
            return Err(self.unclosed_quote());
        }
        self.check_size()?;
        Ok(0)
    }

    /// The complete records of the last piece.
    #[must_use]
    pub fn records(&self) -> Records<'_> {
        let (text, mut ends, mut counts) = (self.scan.text(), self.scan.ends(), self.scan.counts());
        if let Some(Oversized { index, .. }) = self.oversized {
            counts = counts.get(..index).unwrap_or_default();
            ends = ends.get(..counts.iter().map(|count| *count as usize).sum()).unwrap_or_default();
        }
        Records { text: text.get(..ends.last().map_or(0, |end| *end as usize)).unwrap_or_default(), ends, counts }
    }

    /// Whether the file is windows-1251: as it was said, or as its bytes show.
    #[must_use]
    pub fn is_single_byte(&self) -> bool {
        self.is_single_byte
    }

    fn check_size(&mut self) -> Result<(), CsvError> {
        self.oversized = self.scan.oversized();
        if let Some(Oversized { record, line, .. }) = self.oversized {
            return Err(CsvError::TooManyFields { record, line });
        }
        let (record, line) = self.scan.position();
        if self.scan.pending_fields() > MAX_FIELDS {
            return Err(CsvError::TooManyFields { record, line });
        }
        if self.scan.pending_units() <= self.max_record_units {
            return Ok(());
        }
        Err(if self.scan.is_in_quotes() { self.unclosed_quote() } else { CsvError::RecordTooLong { record, line } })
    }

    fn unclosed_quote(&self) -> CsvError {
        let (record, line) = self.scan.position();
        CsvError::UnclosedQuote { record, line }
    }

    /// Scans the input up to its last complete character. Returns the same as [`Self::scan`].
    fn scan_input(&mut self, length: usize, is_last: bool) -> usize {
        self.buffer(length);
        let end = self.filled.saturating_add(length);
        let bytes = self.input.get(..end).unwrap_or_default();
        let incomplete = if is_last || self.is_single_byte { 0 } else { incomplete_suffix(bytes) };
        let complete = end.saturating_sub(incomplete);
        // The beginning of the next character is kept here, while zeros replace it as padding.
        let mut suffix = [0; 3];
        for (from, to) in bytes.iter().skip(complete).zip(&mut suffix) {
            *to = *from;
        }
        if let Some(padding) = self.input.get_mut(complete..complete.saturating_add(PADDING)) {
            padding.fill(0);
        }
        let is_valid = self.scan_characters(complete);
        let target = if is_valid { 0 } else { complete };
        for (to, from) in self.input.iter_mut().skip(target).zip(suffix) {
            *to = from;
        }
        self.filled = if is_valid { incomplete } else { 0 };
        if is_valid { 0 } else { end }
    }

    /// Scans the first `length` bytes, complete characters with padding behind them. Returns whether they are valid.
    fn scan_characters(&mut self, length: usize) -> bool {
        let padded = self.input.get(..length.saturating_add(PADDING)).unwrap_or_default();
        let bytes = padded.get(..length).unwrap_or_default();
        let first = bytes.iter().position(|byte| !byte.is_ascii());
        let mut is_valid = self.scan.scan(padded).is_ok();
        if !is_valid
            && self.is_guess
            && first.is_some_and(|first| !starts_with_character(bytes.get(first..).unwrap_or_default()))
        {
            self.is_single_byte = true;
            self.scan.set_single_byte();
            is_valid = self.scan.scan(padded).is_ok();
        }
        self.is_guess &= first.is_none();
        is_valid
    }
}

/// The length of the UTF-8 character that begins with this byte.
fn character_length(first: u8) -> usize {
    match first {
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0.. => 4,
        _ => 1,
    }
}

fn is_continuation(byte: u8) -> bool {
    (0x80..0xC0).contains(&byte)
}

/// Whether the bytes begin with a UTF-8 character of more than one byte.
fn starts_with_character(bytes: &[u8]) -> bool {
    let first = bytes.first().copied().unwrap_or_default();
    let rest = bytes.get(1..character_length(first)).unwrap_or_default();
    !is_continuation(first) && !rest.is_empty() && rest.iter().all(|byte| is_continuation(*byte))
}

/// The number of bytes at the end, at most three, that begin a UTF-8 character and do not complete it.
fn incomplete_suffix(bytes: &[u8]) -> usize {
    for (length, byte) in (1..4).zip(bytes.iter().rev()) {
        if !is_continuation(*byte) {
            return if character_length(*byte) > length { length } else { 0 };
        }
    }
    0
}

#[cfg(test)]
mod tests;
