//! The scanner of CSV files: from bytes to the text of all fields, one behind the other, with the end of each.
//!
//! It reads pages of the history as well ([`Page`]), whose texts are decoded likewise.
//!
//! A crate of its own, since it is compiled for speed while all the rest is compiled for size. It takes 64 bytes at a time.
//! Masks have a bit for each byte, so that quotes, delimiters and line breaks are found by arithmetic ([`Shape`]); the
//! bytes that are left are decoded and pushed together ([`blocks`]).
//!
//! It knows UTF-8 and windows-1251: whoever calls it turns other charsets into UTF-8 first. It trusts nothing: a piece that
//! is no UTF-8 is told, and nothing of it is taken.

#![cfg_attr(test, allow(clippy::arithmetic_side_effects, reason = "a test may fail loudly"))]

pub mod blocks;
mod page;
mod shape;
mod state;
mod windows_1251;

pub use page::{ESCAPED, Field, HEAD, Page};
pub use windows_1251::WINDOWS_1251;

use blocks::{AHEAD, BLOCK, Blocks, ROOM, WINDOW};
use shape::{Place, Shape};
pub use state::Oversized;
use state::{State, below};

/// A piece of the file holds bytes that are no UTF-8. Nothing of it was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotUtf8;

/// The most fields that a record may have.
pub const MAX_FIELDS: usize = 100_000;

/// So many bytes have to be there behind a piece, and be zero.
pub const PADDING: usize = AHEAD;

/// A scan of one file.
#[derive(Debug)]
pub struct Scan {
    delimiter: u8,
    single_byte: bool,
    /// Whether to scan byte by byte, because vector instructions are slow on this machine.
    pub scalar: bool,
    blocks: Blocks,
    text: Vec<u16>,
    ends: Vec<u32>,
    counts: Vec<u32>,
    state: State,
}

impl Scan {
    /// A scan of windows-1251, where `single_byte` says so, and of UTF-8 otherwise.
    #[must_use]
    #[cold]
    pub fn new(delimiter: u8, single_byte: bool) -> Self {
        let (text, ends, counts) = Default::default();
        let blocks = Blocks::new();
        Self { delimiter, single_byte, scalar: false, blocks, text, ends, counts, state: State::new() }
    }

    /// The file is windows-1251 after all: so far it was ASCII.
    pub fn single_byte(&mut self) {
        self.single_byte = true;
    }

    /// Takes the next piece: whole characters, and [`PADDING`] zeros behind them. The records that it completes replace
    /// those of the piece before.
    ///
    /// # Errors
    /// The piece is no UTF-8.
    #[cold]
    pub fn scan(&mut self, padded: &[u8]) -> Result<(), NotUtf8> {
        self.state.forget_records(&mut self.text, &mut self.ends);
        let length = padded.len().saturating_sub(PADDING);
        // For as much as there can be at most: so they grow for the largest piece, once.
        grow(&mut self.text, self.state.text.saturating_add(length).saturating_add(ROOM));
        grow(&mut self.ends, self.state.ends.saturating_add(length).saturating_add(BLOCK));
        grow(&mut self.counts, length.saturating_add(1));
        let before = self.state;
        let sound = self.all(padded, length);
        if sound {
            return Ok(());
        }
        self.state = before;
        Err(NotUtf8)
    }

    /// The file is over: that ends the record under way, if there is one, unless a quote in it was never closed.
    #[cold]
    pub fn finish(&mut self) -> bool {
        if self.state.place == Place::QUOTED {
            return false;
        }
        if self.state.place != Place::FIELD_START || self.state.ends > self.state.complete_ends {
            grow(&mut self.ends, self.state.ends.saturating_add(1));
            grow(&mut self.counts, self.state.counts.saturating_add(1));
            self.state.end_last(&mut self.ends, &mut self.counts);
        }
        true
    }

    /// The text of all complete records, one field behind the other.
    #[must_use]
    pub fn text(&self) -> &[u16] {
        self.text.get(..self.state.complete_text).unwrap_or_default()
    }

    /// Where each field ends in the text, in UTF-16 units.
    #[must_use]
    pub fn ends(&self) -> &[u32] {
        self.ends.get(..self.state.complete_ends).unwrap_or_default()
    }

    /// How many fields each complete record has.
    #[must_use]
    pub fn counts(&self) -> &[u32] {
        self.counts.get(..self.state.counts).unwrap_or_default()
    }

    /// The length of the incomplete record's text so far, in UTF-16 units.
    #[must_use]
    pub fn pending_units(&self) -> usize {
        self.state.text.saturating_sub(self.state.complete_text)
    }

    /// The number of the incomplete record's complete fields.
    #[must_use]
    pub fn pending_fields(&self) -> usize {
        self.state.ends.saturating_sub(self.state.complete_ends)
    }

    /// Whether the incomplete record has an open quote.
    #[must_use]
    pub fn is_in_quotes(&self) -> bool {
        self.state.place == Place::QUOTED
    }

    /// The first complete record of the piece with more than [`MAX_FIELDS`] fields.
    #[must_use]
    pub fn oversized(&self) -> Option<Oversized> {
        self.state.oversized
    }

    /// The number of the incomplete record, the header included, and the line on which it begins.
    #[must_use]
    pub fn position(&self) -> (u64, u64) {
        (self.state.records.saturating_add(1), self.state.record_line)
    }

    /// Scans so many bytes; says whether they are UTF-8, if they should.
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn all(&mut self, padded: &[u8], length: usize) -> bool {
        let mut at = 0_usize;
        while at < length {
            let mut until = length;
            if !self.scalar {
                at = self.blocks(padded, at);
                until = length.min(at.saturating_add(BLOCK));
            }
            match self.bytes(padded, at, until) {
                Some(next) => at = next,
                None => return false,
            }
        }
        true
    }

    /// Scans blocks, up to one that has to be gone through byte by byte. Gives where that begins.
    #[inline]
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn blocks(&mut self, padded: &[u8], mut at: usize) -> usize {
        let state = &mut self.state;
        // 1 where the last character of the block before ends in this one.
        let mut carry = 0;
        // Where there is no window, no whole block is left.
        while let Some(window) = padded.get(at..).and_then(|rest| rest.first_chunk::<WINDOW>()) {
            let Some(room) = self.text.get_mut(state.text..).and_then(|rest| rest.first_chunk_mut::<ROOM>()) else {
                break;
            };
            let (mut valid, mut continuing, mut carried) = (!0, 0, 0);
            if !self.single_byte {
                let characters = self.blocks.characters(window);
                if characters.longer & !carry & 1 == 1 {
                    let Some((unit, second, length)) = window.first_chunk().and_then(|bytes| character(*bytes)) else {
                        break;
                    };
                    let [first, next, ..] = room;
                    (*first, *next) = (unit, second);
                    state.wrote(second);
                    at = at.wrapping_add(length);
                    continue;
                }
                // The next block shall begin with such a one.
                valid = below(characters.longer);
                continuing = characters.continuing;
                // The byte behind them continues nothing.
                if (continuing ^ (characters.lead << 1 | carry)) & (valid << 1 | 1) != 0 {
                    break;
                }
                carried = (characters.lead & valid) >> 63;
            }
            let masks = self.blocks.masks(window, self.delimiter);
            let Some(shape) = Shape::of(&masks, valid, state.place) else { break };
            carry = carried;
            let keep = valid & !shape.dropped & !continuing;
            state.take(&shape, window, keep, &mut self.ends, &mut self.counts);
            if self.single_byte {
                self.blocks.widen_single(window, keep, room);
            } else {
                self.blocks.widen(window, keep, room);
            }
            state.text = state.text.wrapping_add(keep.count_ones() as usize);
            at = at.wrapping_add(shape.length);
        }
        // It begins with a character, if need be with the last one once more.
        let begun = usize::from(carry == 1);
        state.text = state.text.wrapping_sub(begun);
        at.wrapping_sub(begun)
    }

    /// Scans byte by byte, from where a character begins up to the first that does at or behind `until`. Gives where that is,
    /// unless there is something that is no UTF-8.
    #[inline(never)]
    fn bytes(&mut self, padded: &[u8], mut at: usize, until: usize) -> Option<usize> {
        let state = &mut self.state;
        while at < until {
            let byte = *padded.get(at)?;
            let (is_break, behind_cr) = (byte == b'\n' || byte == b'\r', byte == b'\n' && state.after_cr);
            let mut length = 1;
            if byte == b'"' && state.place == Place::QUOTED {
                state.place = Place::AFTER_QUOTE;
            } else if byte == b'"' && state.place == Place::FIELD_START {
                state.place = Place::QUOTED;
            } else if (is_break || byte == self.delimiter) && state.place != Place::QUOTED {
                state.separator(is_break, &mut self.ends, &mut self.counts);
                state.place = Place::FIELD_START;
            } else {
                let (mut unit, mut second) = (byte.into(), 0);
                if byte >= 0x80 && self.single_byte {
                    unit = WINDOWS_1251.get(usize::from(byte & 0x7F)).copied()?;
                } else if byte >= 0x80 {
                    (unit, second, length) = character(*padded.get(at..)?.first_chunk()?)?;
                } else if byte == b'"' && state.place == Place::AFTER_QUOTE {
                    state.place = Place::QUOTED;
                }
                let [first, next, ..] = self.text.get_mut(state.text..)? else { return None };
                (*first, *next) = (unit, second);
                state.wrote(second);
            }
            if is_break {
                state.line(behind_cr);
            }
            state.after_cr = byte == b'\r';
            at = at.wrapping_add(length);
        }
        Some(at)
    }
}

/// A character of more than one byte: its units, of which the second is 0 where there is none, and how many bytes it has.
#[inline(never)]
fn character([first, second, third, fourth]: [u8; 4]) -> Option<(u16, u16, usize)> {
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

#[cold]
#[inline(never)]
fn grow<T: Copy + Default>(list: &mut Vec<T>, length: usize) {
    if list.len() < length {
        list.resize(length, T::default());
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All that a scan tells of a file in two pieces.
    fn scanned(bytes: &[u8], cut: usize, (single_byte, scalar): (bool, bool)) -> Vec<String> {
        let mut scan = Scan::new(b';', single_byte);
        scan.scalar = scalar;
        let mut told = Vec::new();
        let (first, rest) = bytes.split_at(cut.min(bytes.len()));
        for piece in [first, rest, &[]] {
            let sound = scan.scan(&[piece, &[0; PADDING]].concat());
            let over = piece.is_empty() && scan.finish();
            let found = (scan.text(), scan.ends(), scan.counts());
            told.push(format!("{sound:?} {over} {found:?} {} {:?}", scan.pending_units(), scan.position()));
        }
        told
    }

    proptest! {
        #[test]
        fn blocks_and_bytes_agree(
            text in r#"([a-z;"]|[а-яё]|\r|\n|\r\n|"[а-я;\r\n]{0,9}";|;"a""b"|№|𝄞|[a-zа-я]{20,90}){0,60}"#,
            cut in 0..300_usize, odd in proptest::option::weighted(0.2, (0..300_usize, any::<u8>())),
        ) {
            let mut bytes = text.into_bytes();
            if let Some((at, byte)) = odd && let Some(slot) = bytes.get_mut(at) {
                *slot = byte;
            }
            let cut = (0..=cut).rev().find(|cut| bytes.get(*cut).is_none_or(|byte| !matches!(byte, 0x80..0xC0))).unwrap_or(0);
            for single_byte in [false, true] {
                prop_assert_eq!(scanned(&bytes, cut, (single_byte, false)), scanned(&bytes, cut, (single_byte, true)));
            }
        }
    }
}
