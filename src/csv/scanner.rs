//! The scanner of one file: from bytes to the text of all fields, without delimiters and quotes, and the end of each.
//!
//! The bytes come in pieces that end anywhere, also inside a character. They are UTF-8 or windows-1251; the platform's
//! decoder converts other charsets first.

use smsc_scan::{PADDING, Scan};

use super::{
    charset_guess::CharsetGuess,
    error::CsvError,
    record_limits::{RecordLimits, reserve, unclosed_quote},
};

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
    /// The bytes to scan: those held from the piece before, then the piece. The length stays that of the longest piece plus
    /// padding.
    input: Vec<u8>,
    /// The number of bytes held from the piece before: an incomplete character, or what the charset is not known of.
    filled: usize,
    is_single_byte: bool,
    /// Decides between UTF-8 and windows-1251, until that is certain.
    guess: Option<CharsetGuess>,
    scan: Scan,
    limits: RecordLimits,
}

impl Scanner {
    /// A scanner of windows-1251 if `is_single_byte`, otherwise of UTF-8. With `is_guess`, the bytes beyond ASCII decide.
    #[must_use]
    pub fn new(delimiter: u8, is_single_byte: bool, is_guess: bool) -> Self {
        let scan = Scan::new(delimiter, is_single_byte);
        Self {
            input: Vec::new(),
            filled: 0,
            is_single_byte,
            guess: is_guess.then(CharsetGuess::default),
            scan,
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

    /// Scans the first `length` bytes of the buffer. The records that they complete replace those of the piece before.
    /// `is_scalar`: without vector instructions.
    ///
    /// Returns 0, or the number of bytes from which on the file is not valid UTF-8. They are at the beginning of the buffer, and
    /// none of them is scanned.
    ///
    /// # Errors
    /// If a record is too long. The records before it are complete.
    pub fn scan(&mut self, length: usize, is_scalar: bool) -> Result<usize, CsvError> {
        self.scan.is_scalar = is_scalar;
        let rejected = self.scan_input(length, false);
        self.check_size()?;
        Ok(rejected)
    }

    /// Ends the file: the rest is its last record. Returns the same as [`Self::scan`]; an incomplete character at the end is
    /// not UTF-8.
    ///
    /// # Errors
    /// If a quote is never closed. The records before it are complete.
    pub fn finish(&mut self) -> Result<usize, CsvError> {
        let rejected = self.scan_input(0, true);
        if rejected > 0 {
            self.check_size()?;
            return Ok(rejected);
        }
        if !self.scan.finish() {
            return Err(unclosed_quote(&self.scan));
        }
        self.check_size()?;
        Ok(0)
    }

    /// Scans the complete records of the rest, whose charset its bytes decide, though more should follow. Returns the same as
    /// [`Self::scan`].
    ///
    /// # Errors
    /// If a record is too long. The records before it are complete.
    pub fn flush(&mut self) -> Result<usize, CsvError> {
        self.filled = complete_lines(self.input.get(..self.filled).unwrap_or_default());
        let rejected = self.scan_input(0, true);
        self.check_size()?;
        Ok(rejected)
    }

    /// The complete records of the last piece.
    #[must_use]
    pub fn records(&self) -> Records<'_> {
        let (ends, counts) = self.limits.complete(&self.scan);
        Records {
            text: self.scan.text().get(..ends.last().map_or(0, |end| *end as usize)).unwrap_or_default(),
            ends,
            counts,
        }
    }

    /// Whether the file is windows-1251: as it was said, or as its bytes show.
    #[must_use]
    pub fn is_single_byte(&self) -> bool {
        self.is_single_byte
    }

    fn check_size(&mut self) -> Result<(), CsvError> {
        let Self { limits, scan, .. } = self;
        limits.check(scan, || scan.pending_units())
    }

    /// Scans the input up to its last complete character. Returns the same as [`Self::scan`].
    fn scan_input(&mut self, length: usize, is_last: bool) -> usize {
        self.buffer(length);
        self.scan.start_piece();
        let end = self.filled.saturating_add(length);
        let mut start = 0;
        while let Some(guess) = &mut self.guess {
            let bytes = self.input.get(start..end).unwrap_or_default();
            let Some(window) = guess.window(bytes, is_last) else { break };
            let (first, window_end) = (start.saturating_add(window.start), start.saturating_add(window.end));
            if window.is_incomplete {
                self.scan_part(start, first);
                return self.hold(first, end);
            }
            self.is_single_byte = !guess.is_utf_8();
            self.scan.set_single_byte(self.is_single_byte);
            if guess.is_certain() {
                self.guess = None;
                break;
            }
            let complete = self.complete_end(start, window_end, is_last && window_end == end);
            if !self.scan_part(start, complete) {
                return self.reject(start, end);
            }
            start = complete;
        }
        let complete = self.complete_end(start, end, is_last);
        if !self.scan_part(start, complete) {
            return self.reject(start, end);
        }
        self.hold(complete, end)
    }

    /// The end of the last complete character of a part.
    fn complete_end(&self, start: usize, end: usize, is_last: bool) -> usize {
        let bytes = self.input.get(start..end).unwrap_or_default();
        let incomplete = if is_last || self.is_single_byte { 0 } else { incomplete_suffix(bytes) };
        end.saturating_sub(incomplete)
    }

    /// Scans a part of the input: complete characters. Returns whether they are valid.
    fn scan_part(&mut self, start: usize, end: usize) -> bool {
        // Zeros replace the bytes behind the part, as padding.
        let mut behind = [0; PADDING];
        let padded_end = end.saturating_add(PADDING);
        if let Some(padding) = self.input.get_mut(end..padded_end) {
            behind.swap_with_slice(padding);
        }
        let is_valid = self.scan.scan_part(self.input.get(start..padded_end).unwrap_or_default()).is_ok();
        if let Some(padding) = self.input.get_mut(end..padded_end) {
            behind.swap_with_slice(padding);
        }
        is_valid
    }

    /// Holds the rest of the input for the next piece.
    fn hold(&mut self, from: usize, end: usize) -> usize {
        self.move_to_start(from, end);
        self.filled = end.saturating_sub(from);
        0
    }

    /// Gives the rest of the input back. From here on it is UTF-8 with invalid bytes.
    fn reject(&mut self, from: usize, end: usize) -> usize {
        self.move_to_start(from, end);
        self.filled = 0;
        self.guess = None;
        end.saturating_sub(from)
    }

    fn move_to_start(&mut self, from: usize, end: usize) {
        if from > 0 && self.input.get(from..end).is_some() {
            self.input.copy_within(from..end, 0);
        }
    }
}

/// The length of the bytes up to the last line break, after which no record is complete.
pub(super) fn complete_lines(bytes: &[u8]) -> usize {
    let last = bytes.iter().rposition(|byte| matches!(byte, b'\n' | b'\r'));
    last.map_or(0, |index| index.saturating_add(1))
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

/// The number of bytes at the end, at most three, that begin a UTF-8 character and do not complete it.
pub(super) fn incomplete_suffix(bytes: &[u8]) -> usize {
    for (length, byte) in (1..4).zip(bytes.iter().rev()) {
        if !is_continuation(*byte) {
            return if character_length(*byte) > length { length } else { 0 };
        }
    }
    0
}

#[cfg(test)]
mod tests;
