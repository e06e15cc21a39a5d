//! From bytes that come in pieces to UTF-16.

use crate::charset::{Charset, windows_1251};

const REPLACEMENT: u16 = 0xFFFD;

/// A decoder that keeps the beginning of a character whose rest is still to come.
#[derive(Debug)]
pub struct Decoder {
    charset: Charset,
    skip: usize,
    pending: Vec<u8>,
    /// Whether UTF-8 is only a guess, since all was ASCII so far: then the first byte that is not makes it windows-1251.
    guess: bool,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new(Charset::Utf8, 0, false)
    }
}

impl Decoder {
    /// A decoder of one charset, which skips a byte order mark of the given length. `guess`: UTF-8 is not certain.
    #[must_use]
    pub fn new(charset: Charset, mark: usize, guess: bool) -> Self {
        Self { charset, skip: mark, pending: Vec::new(), guess }
    }

    /// Decodes the next piece.
    pub fn decode(&mut self, bytes: &[u8]) -> Vec<u16> {
        let skipped = self.skip.min(bytes.len());
        self.skip = self.skip.saturating_sub(skipped);
        let bytes = bytes.get(skipped..).unwrap_or_default();
        match self.charset {
            Charset::Windows1251 => bytes.iter().map(|byte| windows_1251(*byte)).collect(),
            Charset::Utf8 => {
                let joined = self.join(bytes);
                self.utf8(&joined, false)
            }
            Charset::Utf16Le => self.utf16(bytes, u16::from_le_bytes),
            Charset::Utf16Be => self.utf16(bytes, u16::from_be_bytes),
        }
    }

    /// What is left of a character that was cut off.
    pub fn finish(&mut self) -> Vec<u16> {
        let pending = core::mem::take(&mut self.pending);
        match self.charset {
            Charset::Utf8 => self.utf8(&pending, true),
            _ if pending.is_empty() => Vec::new(),
            _ => vec![REPLACEMENT],
        }
    }

    fn join(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut joined = core::mem::take(&mut self.pending);
        joined.extend_from_slice(bytes);
        joined
    }

    fn utf8(&mut self, bytes: &[u8], last: bool) -> Vec<u16> {
        let mut units = Vec::with_capacity(bytes.len());
        let mut left = bytes;
        for chunk in bytes.utf8_chunks() {
            units.extend(chunk.valid().encode_utf16());
            self.guess &= chunk.valid().is_ascii();
            let invalid = chunk.invalid();
            left = left.get(chunk.valid().len()..).unwrap_or_default();
            if left.len() == invalid.len() && !last && is_cut_off(invalid) {
                self.pending = invalid.to_vec();
            } else if !invalid.is_empty() && self.guess {
                self.charset = Charset::Windows1251;
                units.extend(left.iter().map(|byte| windows_1251(*byte)));
                return units;
            } else if !invalid.is_empty() {
                units.push(REPLACEMENT);
            }
            left = left.get(invalid.len()..).unwrap_or_default();
        }
        units
    }

    fn utf16(&mut self, bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Vec<u16> {
        let joined = self.join(bytes);
        let (pairs, rest) = joined.as_chunks::<2>();
        self.pending = rest.to_vec();
        pairs.iter().map(|pair| unit(*pair)).collect()
    }
}

/// Whether the bytes are the beginning of a character whose rest could follow.
pub fn is_cut_off(bytes: &[u8]) -> bool {
    let needs = match bytes.first() {
        Some(0xC2..=0xDF) => 2,
        Some(0xE0..=0xEF) => 3,
        Some(0xF0..=0xF4) => 4,
        _ => return false,
    };
    bytes.len() < needs && matches!(core::str::from_utf8(bytes), Err(error) if error.error_len().is_none())
}
