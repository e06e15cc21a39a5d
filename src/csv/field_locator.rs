//! The location of one file's fields: from bytes to the ends of the fields in them. Nothing is decoded but what a caller selects.
//!
//! The bytes come in pieces that end anywhere. They are UTF-8 or windows-1251, as for the scanner, and the charset is decided in
//! the same windows. Bytes that are not UTF-8 stay: a value that has some gets replacement characters.

use smsc_scan::{CharsetPart, LocatedRecords, PADDING, Scan};

use super::{
    charset_guess::CharsetGuess,
    error::CsvError,
    record_limits::{RecordLimits, reserve, unclosed_quote},
    scanner::{complete_lines, incomplete_suffix},
};

/// The locator of one file's fields.
#[derive(Debug)]
pub struct FieldLocator {
    /// The bytes of the incomplete record, then the piece. The length stays that of the longest piece plus padding.
    input: Vec<u8>,
    /// The number of bytes of the file in the input.
    filled: usize,
    /// The number of bytes whose fields are located. More are needed to decide the charset of the others.
    located: usize,
    is_single_byte: bool,
    /// The charsets of the located bytes.
    charsets: Vec<CharsetPart>,
    /// Decides between UTF-8 and windows-1251, until that is certain.
    guess: Option<CharsetGuess>,
    scan: Scan,
    limits: RecordLimits,
}

impl FieldLocator {
    /// A locator in windows-1251 if `is_single_byte`, otherwise in UTF-8. With `is_guess`, the bytes beyond ASCII decide.
    #[must_use]
    pub fn new(delimiter: u8, is_single_byte: bool, is_guess: bool) -> Self {
        Self {
            input: Vec::new(),
            filled: 0,
            located: 0,
            is_single_byte,
            charsets: Vec::new(),
            guess: is_guess.then(CharsetGuess::default),
            scan: Scan::new(delimiter, is_single_byte),
            limits: RecordLimits::default(),
        }
    }

    /// Counts a line before the first record that is not scanned.
    pub fn skip_line(&mut self) {
        self.scan.skip_line();
    }

    /// The memory for the next `length` bytes of the file.
    pub fn buffer(&mut self, length: usize) -> &mut [u8] {
        reserve(&mut self.input, self.filled, length)
    }

    /// Locates the fields of the first `length` bytes of the buffer. The complete records stay until [`Self::release`].
    /// `is_scalar`: without vector instructions.
    ///
    /// # Errors
    /// If a record is too long. The records before it are complete.
    pub fn locate(&mut self, length: usize, is_scalar: bool) -> Result<(), CsvError> {
        self.scan.is_scalar = is_scalar;
        self.locate_input(length, false);
        self.check_size()
    }

    /// Ends the file: the rest is its last record.
    ///
    /// # Errors
    /// If a quote is never closed. The records before it are complete.
    pub fn finish(&mut self) -> Result<(), CsvError> {
        self.locate_input(0, true);
        if !self.scan.finish_location() {
            return Err(unclosed_quote(&self.scan));
        }
        self.check_size()
    }

    /// Locates the complete records of the rest, whose charset its bytes decide, though more should follow.
    ///
    /// # Errors
    /// If a record is too long. The records before it are complete.
    pub fn flush(&mut self) -> Result<(), CsvError> {
        let rest = self.input.get(self.located..self.filled).unwrap_or_default();
        self.filled = self.located.saturating_add(complete_lines(rest));
        self.locate_input(0, true);
        self.check_size()
    }

    /// The complete records.
    #[must_use]
    pub fn records(&self) -> LocatedRecords<'_> {
        let (ends, counts) = self.limits.complete(&self.scan);
        LocatedRecords {
            bytes: self.input.get(..self.filled).unwrap_or_default(),
            ends,
            counts,
            charsets: &self.charsets,
        }
    }

    /// Removes the complete records.
    pub fn release(&mut self) {
        let complete = self.scan.complete_len().min(self.filled);
        self.scan.start_piece();
        if complete == 0 {
            return;
        }
        self.input.copy_within(complete..self.filled, 0);
        self.filled = self.filled.saturating_sub(complete);
        self.located = self.located.saturating_sub(complete);
        // The last part that begins before the rest is the first one of the rest.
        let passed = self.charsets.iter().filter(|part| part.start <= complete).count().saturating_sub(1);
        self.charsets.drain(..passed.min(self.charsets.len()));
        for part in &mut self.charsets {
            part.start = part.start.saturating_sub(complete);
        }
    }

    /// Whether the file is windows-1251: as it was said, or as its bytes show.
    #[must_use]
    pub fn is_single_byte(&self) -> bool {
        self.is_single_byte
    }

    /// Whether later bytes can change the charset.
    #[must_use]
    pub fn can_charset_change(&self) -> bool {
        self.guess.is_some()
    }

    fn check_size(&mut self) -> Result<(), CsvError> {
        let Self { limits, scan, input, located, is_single_byte, .. } = self;
        // The scan counts the bytes of the incomplete record.
        limits.check(scan, || {
            let bytes = input.get(scan.complete_len()..*located).unwrap_or_default();
            if *is_single_byte { bytes.len() } else { utf_16_len(bytes) }
        })
    }

    /// Locates the fields of the input up to bytes whose charset is not decided.
    fn locate_input(&mut self, length: usize, is_last: bool) {
        self.buffer(length);
        self.filled = self.filled.saturating_add(length);
        while let Some(guess) = &mut self.guess {
            let (start, end) = (self.located, self.filled);
            let bytes = self.input.get(start..end).unwrap_or_default();
            let Some(window) = guess.window(bytes, is_last) else { break };
            if window.is_incomplete {
                return self.locate_to(start.saturating_add(window.start));
            }
            self.is_single_byte = !guess.is_utf_8();
            if guess.is_certain() {
                self.guess = None;
                break;
            }
            let window = bytes.get(..window.end).unwrap_or_default();
            let is_end = is_last && window.len() == bytes.len();
            let incomplete = if is_end || self.is_single_byte { 0 } else { incomplete_suffix(window) };
            let complete = window.len().saturating_sub(incomplete);
            if !self.is_single_byte && core::str::from_utf8(window.get(..complete).unwrap_or_default()).is_err() {
                // From here on it is UTF-8 with invalid bytes.
                self.guess = None;
                break;
            }
            self.locate_to(start.saturating_add(complete));
        }
        self.locate_to(self.filled);
    }

    /// Locates the fields up to an offset.
    fn locate_to(&mut self, end: usize) {
        self.begin_charset();
        let padded_end = end.saturating_add(PADDING);
        self.scan.locate_part(self.input.get(self.located..padded_end).unwrap_or_default());
        self.located = end;
    }

    /// Begins a part if the charset changed. ASCII before it belongs to it: few fields are in two charsets then.
    fn begin_charset(&mut self) {
        if self.charsets.last().is_some_and(|part| part.is_single_byte == self.is_single_byte) {
            return;
        }
        let before = self.input.get(..self.located).unwrap_or_default();
        let start = before.iter().rposition(|byte| !byte.is_ascii()).map_or(0, |last| last.saturating_add(1));
        self.charsets.retain(|part| part.start < start);
        if self.charsets.last().is_none_or(|part| part.is_single_byte != self.is_single_byte) {
            self.charsets.push(CharsetPart { start, is_single_byte: self.is_single_byte });
        }
    }
}

/// The length of UTF-8 in UTF-16 units.
fn utf_16_len(bytes: &[u8]) -> usize {
    bytes.iter().fold(0_usize, |units, byte| {
        units.saturating_add(match byte {
            0x80..0xC0 => 0,
            0xF0.. => 2,
            _ => 1,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_is_too_long_is_an_error() {
        let mut locator = FieldLocator::new(b';', false, false);
        locator.limits.max_units = 8;
        let mut add = |bytes: &[u8]| {
            locator.buffer(bytes.len()).copy_from_slice(bytes);
            let result = locator.locate(bytes.len(), false);
            locator.release();
            result
        };
        assert_eq!(add("a\nяяяяяяяя".as_bytes()), Ok(()));
        assert_eq!(add(b"x"), Err(CsvError::RecordTooLong { record: 2, line: 2 }));
    }
}
