//! Separators of a block: the delimiters and line breaks outside of quotes, and the quotes that are not part of the text.

use crate::blocks::SyntaxMasks;

/// Position of a byte in the CSV grammar, as one bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldState(u64);

impl FieldState {
    /// In a field without quotes.
    pub const UNQUOTED: Self = Self(0);
    /// At the start of a field.
    pub const START: Self = Self(1);
    /// After a quote that ends the field, or is the first of an escaped pair (`""`).
    pub const AFTER_QUOTE: Self = Self(2);
    /// In a quoted field.
    pub const QUOTED: Self = Self(4);

    /// State after a byte that is no separator.
    pub fn after(self, byte: u8) -> Self {
        match self {
            Self::QUOTED if byte == b'"' => Self::AFTER_QUOTE,
            Self::START | Self::AFTER_QUOTE if byte == b'"' => Self::QUOTED,
            Self::QUOTED => Self::QUOTED,
            _ => Self::UNQUOTED,
        }
    }
}

/// Separators of a block, as masks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Separators {
    /// Delimiters and line breaks outside of quotes.
    pub unquoted: u64,
    /// Bytes that are not part of the text: the separators, and the quotes except for the second of an escaped pair.
    pub dropped: u64,
    /// Line breaks, in quotes or not.
    pub line_breaks: u64,
    /// State after the block.
    pub end_state: FieldState,
    /// Length of the block, in bytes.
    pub length: usize,
}

impl Separators {
    /// Finds the separators of a block that begins in `state`. The block consists of the `valid` bytes. Returns `None` for a
    /// quote that RFC 4180 does not allow: inside an unquoted field, or with text after it.
    #[inline]
    pub fn find(masks: &SyntaxMasks, valid: u64, state: FieldState) -> Option<Self> {
        let (quotes, terminators) = (masks.quotes & valid, masks.terminators & valid);
        let line_breaks = masks.line_breaks & valid;
        // Each quote toggles the state: the first of an escaped pair ends the quoted text and the second begins it again.
        let inside = prefix_xor(quotes) ^ (state.0 >> 2).wrapping_neg();
        let (opening, closing) = (quotes & inside, quotes & !inside);
        let unquoted = terminators & !inside;
        let field_starts = unquoted << 1 | state.0 & 1;
        let after_closing = closing << 1 | state.0 >> 1 & 1;
        let misplaced = opening & !field_starts & !after_closing | after_closing & !(terminators | quotes) & valid;
        if misplaced != 0 {
            return None;
        }
        let length = valid.count_ones() as usize;
        let last = |bits: u64| bits >> (length.wrapping_sub(1) & 63) & 1;
        let end_state = FieldState(last(unquoted) | last(closing) << 1 | last(inside) << 2);
        // The second quote of an escaped pair is text.
        let dropped = unquoted | quotes & !(opening & after_closing);
        Some(Self { unquoted, dropped, line_breaks, end_state, length })
    }
}

/// Prefix XOR: each bit is the parity of the bits up to and including it.
#[inline]
fn prefix_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}
