//! The scanner of CSV files: decodes bytes into the text of all fields, one after the other, and the end of each field.
//! [`PageDecoder`] decodes pages of the history with the same block operations.
//!
//! The scanner is a separate crate, because it is compiled for speed and the other code for size. It processes blocks of 64
//! bytes. Bit masks with one bit per byte locate quotes, delimiters and line breaks ([`Separators`]); the remaining bytes are
//! decoded and packed ([`blocks`]).
//!
//! The input is UTF-8 or windows-1251; the caller converts other charsets to UTF-8 first. It is not trusted: [`Scan::scan_part`]
//! validates UTF-8 and rejects an invalid piece as a whole.

#![cfg_attr(test, allow(clippy::arithmetic_side_effects, reason = "a test may fail loudly"))]

pub mod blocks;
mod dictionary;
mod json;
mod locate;
mod located_page;
mod page;
mod records;
mod separators;
mod state;
mod utf8;
mod windows_1251;

pub use dictionary::{Dictionary, DictionaryText};
pub use json::{push_integer, push_json_key};
pub use locate::unquote;
pub use located_page::{LocatedValue, MAX_SAFE_INTEGER, unescape_json};
pub use page::{ESCAPED, Field, HEADER_SLOTS, PageDecoder, field_slot};
pub use records::{CharsetPart, JsonKey, JsonRows, LocatedRecords, Scratch};
pub use utf8::is_utf8;
pub use windows_1251::WINDOWS_1251;

use blocks::{BLOCK_LEN, BlockDecoder, CHUNK_WINDOW_LEN, OUTPUT_LEN, Utf8Classifier, WINDOW_LEN};
use separators::{FieldState, Separators};
pub use state::Oversized;
use state::{State, below_lowest};

/// The error for a piece that is not valid UTF-8. The scan did not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotUtf8;

/// Maximum number of fields in a record.
pub const MAX_FIELDS: usize = 100_000;

/// Number of zero bytes that must follow a piece.
pub const PADDING: usize = CHUNK_WINDOW_LEN;

/// A scan of one file.
#[derive(Debug)]
pub struct Scan {
    delimiter: u8,
    is_single_byte: bool,
    /// Whether to scan byte by byte, for machines with slow vector instructions.
    pub is_scalar: bool,
    decoder: BlockDecoder,
    text: Vec<u16>,
    ends: Vec<u32>,
    counts: Vec<u32>,
    state: State,
}

impl Scan {
    /// Returns a scan of windows-1251 if `is_single_byte`, otherwise of UTF-8.
    #[must_use]
    #[cold]
    pub fn new(delimiter: u8, is_single_byte: bool) -> Self {
        let (text, ends, counts) = Default::default();
        let decoder = BlockDecoder::new();
        Self { delimiter, is_single_byte, is_scalar: false, decoder, text, ends, counts, state: State::new() }
    }

    /// Changes the charset from the next part on: windows-1251 if `is_single_byte`, otherwise UTF-8.
    pub fn set_single_byte(&mut self, is_single_byte: bool) {
        self.is_single_byte = is_single_byte;
    }

    /// Counts a line before the first record that is not scanned.
    pub fn skip_line(&mut self) {
        self.state.add_line(false);
    }

    /// The length of the complete records, in UTF-16 units; in bytes if they are located only.
    #[must_use]
    pub fn complete_len(&self) -> usize {
        self.state.complete_text_len
    }

    /// Starts a piece: removes the complete records of the piece before.
    pub fn start_piece(&mut self) {
        self.state.remove_complete_records(&mut self.text, &mut self.ends);
    }

    /// Scans the next part of a piece: complete characters, and [`PADDING`] zeros after them. Its complete records follow those of
    /// the part before.
    ///
    /// # Errors
    /// If the part is not valid UTF-8.
    #[cold]
    pub fn scan_part(&mut self, padded: &[u8]) -> Result<(), NotUtf8> {
        let length = padded.len().saturating_sub(PADDING);
        // The buffers have the maximum length for the piece, so that they are allocated once for the longest piece.
        ensure_len(&mut self.text, self.state.text_len.saturating_add(length).saturating_add(OUTPUT_LEN));
        ensure_len(&mut self.ends, self.state.field_count.saturating_add(length).saturating_add(BLOCK_LEN));
        ensure_len(&mut self.counts, self.state.record_count.saturating_add(length).saturating_add(1));
        let before = self.state;
        let is_valid = self.scan_all(padded, length);
        if is_valid {
            return Ok(());
        }
        self.state = before;
        Err(NotUtf8)
    }

    /// Ends the file and its last record. Returns `false` if a quote is not closed.
    #[cold]
    pub fn finish(&mut self) -> bool {
        if self.state.field == FieldState::QUOTED {
            return false;
        }
        if self.state.field != FieldState::START || self.state.field_count > self.state.complete_field_count {
            ensure_len(&mut self.ends, self.state.field_count.saturating_add(1));
            ensure_len(&mut self.counts, self.state.record_count.saturating_add(1));
            self.state.end_last_field(&mut self.ends, &mut self.counts);
        }
        true
    }

    /// The text of all complete records, one field after the other, in UTF-16.
    #[must_use]
    pub fn text(&self) -> &[u16] {
        self.text.get(..self.state.complete_text_len).unwrap_or_default()
    }

    /// The end of each field in the text, in UTF-16 units.
    #[must_use]
    pub fn ends(&self) -> &[u32] {
        self.ends.get(..self.state.complete_field_count).unwrap_or_default()
    }

    /// The number of fields of each complete record.
    #[must_use]
    pub fn counts(&self) -> &[u32] {
        self.counts.get(..self.state.record_count).unwrap_or_default()
    }

    /// The length of the incomplete record's text so far, in UTF-16 units.
    #[must_use]
    pub fn pending_units(&self) -> usize {
        self.state.text_len.saturating_sub(self.state.complete_text_len)
    }

    /// The number of the incomplete record's complete fields.
    #[must_use]
    pub fn pending_fields(&self) -> usize {
        self.state.field_count.saturating_sub(self.state.complete_field_count)
    }

    /// Whether the incomplete record has an open quote.
    #[must_use]
    pub fn is_in_quotes(&self) -> bool {
        self.state.field == FieldState::QUOTED
    }

    /// The first complete record of the piece with more than [`MAX_FIELDS`] fields.
    #[must_use]
    pub fn oversized(&self) -> Option<Oversized> {
        self.state.oversized
    }

    /// The number of the incomplete record, the header included, and the line on which it begins.
    #[must_use]
    pub fn position(&self) -> (u64, u64) {
        (self.state.total_records.saturating_add(1), self.state.record_line)
    }

    /// Scans the first `length` bytes. Returns whether they are valid.
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn scan_all(&mut self, padded: &[u8], length: usize) -> bool {
        let mut position = 0_usize;
        while position < length {
            let mut end = length;
            if !self.is_scalar {
                position = self.scan_blocks(padded, position);
                end = length.min(position.saturating_add(BLOCK_LEN));
            }
            match self.scan_bytes(padded, position, end) {
                Some(next) => position = next,
                None => return false,
            }
        }
        true
    }

    /// Scans blocks up to one that requires [`Self::scan_bytes`]. Returns the position of that block.
    #[inline]
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn scan_blocks(&mut self, padded: &[u8], mut position: usize) -> usize {
        let (state, classifier) = (&mut self.state, Utf8Classifier::new());
        // 1 if the last character of the block before ends in this one.
        let mut carry = 0;
        // The last bytes are shorter than a window.
        while let Some(window) = padded.get(position..).and_then(|rest| rest.first_chunk::<WINDOW_LEN>()) {
            let output = self.text.get_mut(state.text_len..).and_then(|rest| rest.first_chunk_mut::<OUTPUT_LEN>());
            let Some(output) = output else { break };
            let (mut valid, mut continuations, mut next_carry) = (!0, 0, 0);
            if !self.is_single_byte {
                let masks = classifier.masks(window);
                if masks.long_or_invalid & !carry & 1 == 1 {
                    let character = window.first_chunk().and_then(|bytes| decode_character(*bytes));
                    let Some((unit, second, length)) = character else { break };
                    let [first, next, ..] = output;
                    (*first, *next) = (unit, second);
                    state.add_character(second);
                    position = position.wrapping_add(length);
                    continue;
                }
                // A longer character ends the block, so that the next block begins with it.
                valid = below_lowest(masks.long_or_invalid);
                continuations = masks.continuations;
                // The byte after the block's valid bytes must not be a continuation byte either.
                if (continuations ^ (masks.two_byte_leads << 1 | carry)) & (valid << 1 | 1) != 0 {
                    break;
                }
                next_carry = (masks.two_byte_leads & valid) >> 63;
            }
            let masks = self.decoder.syntax_masks(window, self.delimiter);
            let Some(separators) = Separators::find(&masks, valid, state.field) else { break };
            carry = next_carry;
            let kept = valid & !separators.dropped & !continuations;
            state.add_block(&separators, window, kept, &mut self.ends, &mut self.counts);
            if self.is_single_byte {
                self.decoder.decode_windows_1251(window, kept, output);
            } else {
                self.decoder.decode_utf8(window, kept, output);
            }
            state.text_len = state.text_len.wrapping_add(kept.count_ones() as usize);
            position = position.wrapping_add(separators.length);
        }
        // `scan_bytes` begins with a complete character. It decodes the last one again if the block ends inside it.
        let repeated = usize::from(carry == 1);
        state.text_len = state.text_len.wrapping_sub(repeated);
        position.wrapping_sub(repeated)
    }

    /// Scans byte by byte, from the start of a character to the first one that begins at `end` or later. Returns its position, or
    /// `None` for bytes that are not valid UTF-8.
    #[inline(never)]
    fn scan_bytes(&mut self, padded: &[u8], mut position: usize, end: usize) -> Option<usize> {
        let state = &mut self.state;
        while position < end {
            let byte = *padded.get(position)?;
            let (is_line_break, is_lf_of_crlf) = (byte == b'\n' || byte == b'\r', byte == b'\n' && state.is_after_cr);
            let mut length = 1;
            if byte == b'"' && state.field == FieldState::QUOTED {
                state.field = FieldState::AFTER_QUOTE;
            } else if byte == b'"' && state.field == FieldState::START {
                state.field = FieldState::QUOTED;
            } else if (is_line_break || byte == self.delimiter) && state.field != FieldState::QUOTED {
                state.add_separator(is_line_break, &mut self.ends, &mut self.counts);
                state.field = FieldState::START;
            } else {
                let (mut unit, mut second) = (byte.into(), 0);
                if byte >= 0x80 && self.is_single_byte {
                    unit = WINDOWS_1251.get(usize::from(byte & 0x7F)).copied()?;
                } else if byte >= 0x80 {
                    (unit, second, length) = decode_character(*padded.get(position..)?.first_chunk()?)?;
                } else if byte == b'"' && state.field == FieldState::AFTER_QUOTE {
                    state.field = FieldState::QUOTED;
                }
                let [first, next, ..] = self.text.get_mut(state.text_len..)? else { return None };
                (*first, *next) = (unit, second);
                state.add_character(second);
            }
            if is_line_break {
                state.add_line(is_lf_of_crlf);
            }
            state.is_after_cr = byte == b'\r';
            position = position.wrapping_add(length);
        }
        Some(position)
    }
}

/// Decodes a UTF-8 character of more than one byte. Returns its first unit, its second unit or 0, and its length in bytes.
#[inline(never)]
fn decode_character([first, second, third, fourth]: [u8; 4]) -> Option<(u16, u16, usize)> {
    let next = |code: u32, byte: u8| (byte & 0xC0 == 0x80).then_some(code << 6 | u32::from(byte & 0x3F));
    let unit = |code: u32| u16::try_from(code).ok();
    let two = next((first & 0x1F).into(), second)?;
    match first {
        0xC2..0xE0 => Some((unit(two)?, 0, 2)),
        0xE0..0xF0 => {
            let three = unit(next(two, third)? & 0xFFFF).filter(|unit| *unit >= 0x800 && unit & 0xF800 != 0xD800)?;
            Some((three, 0, 3))
        }
        0xF0..0xF8 => {
            let four = next(next(two & 0x1FF, third)?, fourth)?;
            let high = unit((four >> 10).wrapping_add(0xD7C0)).filter(|unit| unit & 0xFC00 == 0xD800)?;
            Some((high, unit(four & 0x3FF | 0xDC00)?, 4))
        }
        _ => None,
    }
}

/// Extends a list to at least `length` elements.
#[cold]
#[inline(never)]
fn ensure_len<T: Copy + Default>(list: &mut Vec<T>, length: usize) {
    if list.len() < length {
        list.resize(length, T::default());
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The results of a scan of two pieces, as text.
    fn results(bytes: &[u8], split: usize, (is_single_byte, is_scalar): (bool, bool)) -> Vec<String> {
        let mut scan = Scan::new(b';', is_single_byte);
        scan.is_scalar = is_scalar;
        let mut results = Vec::new();
        let (first, rest) = bytes.split_at(split.min(bytes.len()));
        for piece in [first, rest, &[]] {
            scan.start_piece();
            let result = scan.scan_part(&[piece, &[0; PADDING]].concat());
            let is_finished = piece.is_empty() && scan.finish();
            let records = (scan.text(), scan.ends(), scan.counts());
            let (pending, position) = (scan.pending_units(), scan.position());
            results.push(format!("{result:?} {is_finished} {records:?} {pending} {position:?}"));
        }
        results
    }

    proptest! {
        #[test]
        fn scan_blocks_agrees_with_scan_bytes(
            text in r#"([a-z;"]|[а-яё]|\r|\n|\r\n|"[а-я;\r\n]{0,9}";|;"a""b"|№|𝄞|[a-zа-я]{20,90}){0,60}"#,
            split in 0..300_usize, replacement in proptest::option::weighted(0.2, (0..300_usize, any::<u8>())),
        ) {
            let mut bytes = text.into_bytes();
            if let Some((index, byte)) = replacement && let Some(slot) = bytes.get_mut(index) {
                *slot = byte;
            }
            let is_boundary = |split: &usize| bytes.get(*split).is_none_or(|byte| !matches!(byte, 0x80..0xC0));
            let split = (0..=split).rev().find(is_boundary).unwrap_or(0);
            for is_single_byte in [false, true] {
                let scalar = results(&bytes, split, (is_single_byte, true));
                prop_assert_eq!(results(&bytes, split, (is_single_byte, false)), scalar);
            }
        }
    }
}
