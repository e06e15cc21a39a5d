//! What quotes make of a block: which delimiters and line breaks separate, and which quotes are no part of the text.

use crate::blocks::Masks;

/// Where in a record a byte stands: a bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(u64);

impl Place {
    /// Within a field that has no quotes.
    pub const PLAIN: Self = Self(0);
    /// At the beginning of a field.
    pub const FIELD_START: Self = Self(1);
    /// Behind a quote that ends the field, or is the first of a doubled one.
    pub const AFTER_QUOTE: Self = Self(2);
    /// Within quotes.
    pub const QUOTED: Self = Self(4);
}

/// A block, cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The delimiters and line breaks that are not quoted.
    pub separators: u64,
    /// Those, and the quotes that are no part of the text.
    pub dropped: u64,
    /// The line breaks, quoted or not.
    pub breaks: u64,
    /// Where the block ends.
    pub place: Place,
    /// How many bytes it has.
    pub length: usize,
}

impl Shape {
    /// Cuts a block, of which so many bytes are there, and that begins at a place. Not where a quote stands in an odd place: within
    /// plain text, or with text behind it.
    #[inline]
    pub fn of(masks: &Masks, valid: u64, place: Place) -> Option<Self> {
        let (quotes, events) = (masks.quotes & valid, masks.events & valid);
        let breaks = masks.breaks & valid;
        // Each quote turns the inside out: the first of a doubled one ends the quoted text and the second begins it again.
        let inside = running_parity(quotes) ^ (place.0 >> 2).wrapping_neg();
        let (opening, closing) = (quotes & inside, quotes & !inside);
        let separators = events & !inside;
        let starts = separators << 1 | place.0 & 1;
        let behind_closing = closing << 1 | place.0 >> 1 & 1;
        let odd = opening & !starts & !behind_closing | behind_closing & !(events | quotes) & valid;
        if odd != 0 {
            return None;
        }
        let length = valid.count_ones() as usize;
        let last = |bits: u64| bits >> (length.wrapping_sub(1) & 63) & 1;
        let place = Place(last(separators) | last(closing) << 1 | last(inside) << 2);
        // Of a doubled quote the second is text.
        Some(Self { separators, dropped: separators | quotes & !(opening & behind_closing), breaks, place, length })
    }
}

/// For each bit whether there is an odd number of ones up to it.
#[inline]
fn running_parity(mut bits: u64) -> u64 {
    for by in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << by;
    }
    bits
}
