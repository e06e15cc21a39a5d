//! The scanner of CSV files: from bytes to the text of all fields, one behind the other, with the end of each.
//!
//! It reads pages of the history as well ([`Page`]), whose text it decodes the same way.
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

use blocks::{BLOCK, Blocks, Masks, ROOM, WINDOW, scalar};
use shape::{Place, Shape};
use state::State;

/// A piece of the file holds bytes that are no UTF-8. Nothing of it was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotUtf8;

/// So many bytes have to be there behind a piece, and be zero.
pub const PADDING: usize = WINDOW;

/// A scan of one file.
#[derive(Debug)]
pub struct Scan {
    delimiter: u8,
    single_byte: bool,
    /// Whether it is JSON, of which all is kept, and it is written down where its quotes are.
    json: bool,
    /// Whether to go without vectors, since they are slow here.
    pub plain: bool,
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
        Self { delimiter, single_byte, json: false, plain: false, blocks, text, ends, counts, state: State::new() }
    }

    /// The whole of a text of JSON in UTF-8, behind which are [`PADDING`] zeros: its units, and where among them are those of
    /// which a text within it can hold none as they are: quotes, backslashes, and all below the space.
    ///
    /// # Errors
    /// It is no UTF-8.
    pub fn decode(&mut self, padded: &[u8]) -> Result<(&[u16], &[u32]), NotUtf8> {
        self.json = true;
        self.state = State::new();
        let length = padded.len().saturating_sub(PADDING);
        grow(&mut self.text, length.saturating_add(ROOM));
        let sound = self.all_blocks(padded, length);
        let marks = self.ends.get(..self.state.ends).filter(|_| sound).ok_or(NotUtf8)?;
        Ok((self.decoded(), marks))
    }

    /// What was decoded last.
    #[must_use]
    pub fn decoded(&self) -> &[u16] {
        self.text.get(..self.state.text).unwrap_or_default()
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
        let sound = self.all_blocks(padded, length);
        if sound {
            return Ok(());
        }
        self.state = before;
        Err(NotUtf8)
    }

    /// The file is over: that ends the record under way, if there is one, unless a quote in it was never closed.
    #[cold]
    pub fn finish(&mut self) -> bool {
        if self.state.place == Place::Quoted {
            return false;
        }
        if self.state.place != Place::FieldStart || self.state.ends > self.state.complete_ends {
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

    /// How much text there is of the record under way, in UTF-16 units.
    #[must_use]
    pub fn open(&self) -> usize {
        self.state.text.saturating_sub(self.state.complete_text)
    }

    /// The number of the record under way, the header counted, and the line on which it begins.
    #[must_use]
    pub fn position(&self) -> (u64, u64) {
        (self.state.records.saturating_add(1), self.state.record_line)
    }

    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn all_blocks(&mut self, padded: &[u8], length: usize) -> bool {
        let utf8 = !self.single_byte;
        let mut state = self.state;
        let mut sound = true;
        // What the block before leaves to be continued, and to be the second half of a pair.
        let (mut continued, mut halved) = (0, 0);
        let mut at = 0_usize;
        while at < length {
            let Some(window) = padded.get(at..).and_then(|rest| rest.first_chunk::<WINDOW>()) else { break };
            let left = length.saturating_sub(at);
            let valid = if left < BLOCK { (1_u64 << left).wrapping_sub(1) } else { !0 };
            let (mut masks, shape);
            if self.json {
                masks = Masks::default();
                // There may be more of them than anybody foresaw, and it takes memory to foresee the most.
                let room = state.ends.saturating_add(BLOCK);
                if self.ends.len() < room {
                    grow(&mut self.ends, room.saturating_mul(2));
                }
                let separators = self.blocks.marks(window) & valid;
                shape = Shape { separators, dropped: 0, breaks: 0, place: Place::Plain };
            } else {
                masks = if self.plain {
                    scalar::Blocks.masks(window, self.delimiter)
                } else {
                    self.blocks.masks(window, self.delimiter)
                };
                shape = Shape::of(&masks, valid, state.place, window, self.delimiter);
            }
            let mut keep = valid & !shape.dropped;
            if utf8 {
                if self.plain {
                    scalar::Blocks.characters(window, &mut masks);
                } else {
                    self.blocks.characters(window, &mut masks);
                }
                let expected = masks.lead << 1 | masks.third << 2 | masks.fourth << 3 | continued;
                sound &= expected == masks.continuing & valid && !masks.never;
                continued = masks.lead >> 63 | masks.third >> 62 | masks.fourth >> 61;
                // A character beyond the basic plane is a pair of units: the second stands in place of its second byte.
                keep &= !masks.continuing | masks.fourth << 1 | halved;
                halved = masks.fourth >> 63;
            }
            state.take(&shape, (window, left.min(BLOCK)), keep, &mut self.ends, &mut self.counts);
            let Some(room) = self.text.get_mut(state.text..).and_then(|rest| rest.first_chunk_mut::<ROOM>()) else {
                break;
            };
            match (utf8, self.plain) {
                (true, false) => sound &= self.blocks.widen(window, keep, &masks, room),
                (true, true) => sound &= scalar::Blocks.widen(window, keep, &masks, room),
                (false, false) => self.blocks.widen_single(window, keep, room),
                (false, true) => scalar::Blocks.widen_single(window, keep, room),
            }
            state.text = state.text.saturating_add(keep.count_ones() as usize);
            at = at.saturating_add(BLOCK);
        }
        self.state = state;
        sound && continued == 0
    }
}

#[cold]
#[inline(never)]
fn grow<T: Copy + Default>(list: &mut Vec<T>, length: usize) {
    if list.len() < length {
        list.resize(length, T::default());
    }
}
