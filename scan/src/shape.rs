//! What quotes make of a block: which delimiters and line breaks separate, and which quotes are no part of the text.

use crate::blocks::{Masks, WINDOW};

/// Where in a record a byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At the beginning of a field.
    FieldStart,
    /// Within a field that has no quotes.
    Plain,
    /// Within quotes.
    Quoted,
    /// Behind a quote that ends the field, or is the first of a doubled one.
    AfterQuote,
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
}

impl Shape {
    /// Cuts a block, of which so many bytes are there, and that begins at a place.
    #[inline]
    pub fn of(masks: &Masks, valid: u64, place: Place, window: &[u8; WINDOW], delimiter: u8) -> Self {
        let (quotes, events) = (masks.quotes & valid, masks.events & valid);
        let breaks = masks.breaks & valid;
        let carried = |is: Place| u64::from(place == is);
        // Each quote turns the inside out: the first of a doubled one ends the quoted text and the second begins it again.
        let inside = running_parity(quotes) ^ carried(Place::Quoted).wrapping_neg();
        let (opening, closing) = (quotes & inside, quotes & !inside);
        let separators = events & !inside;
        let starts = separators << 1 | carried(Place::FieldStart);
        let behind_closing = closing << 1 | carried(Place::AfterQuote);
        // A quote within plain text, or text behind a quote.
        let odd = opening & !starts & !behind_closing | behind_closing & !(events | quotes) & valid;
        if odd != 0 {
            return Self { breaks, ..Self::by_bytes(window, valid, place, delimiter) };
        }
        let last = valid ^ valid >> 1;
        let place = if inside & last != 0 {
            Place::Quoted
        } else if closing & last != 0 {
            Place::AfterQuote
        } else if separators & last != 0 {
            Place::FieldStart
        } else {
            Place::Plain
        };
        // Of a doubled quote the second is text.
        Self { separators, dropped: separators | quotes & !(opening & behind_closing), breaks, place }
    }

    /// The same, byte by byte, for quotes in odd places.
    #[cold]
    #[inline(never)]
    fn by_bytes(window: &[u8; WINDOW], valid: u64, mut place: Place, delimiter: u8) -> Self {
        let mut shape = Self { separators: 0, dropped: 0, breaks: 0, place };
        for (at, byte) in window.iter().copied().enumerate().take(valid.count_ones() as usize) {
            let bit = 1_u64 << at;
            place = match place {
                Place::Quoted if byte == b'"' => {
                    shape.dropped |= bit;
                    Place::AfterQuote
                }
                Place::Quoted => Place::Quoted,
                Place::AfterQuote if byte == b'"' => Place::Quoted,
                Place::FieldStart if byte == b'"' => {
                    shape.dropped |= bit;
                    Place::Quoted
                }
                _ if byte == delimiter || byte == b'\n' || byte == b'\r' => {
                    shape.separators |= bit;
                    shape.dropped |= bit;
                    Place::FieldStart
                }
                _ => Place::Plain,
            };
        }
        shape.place = place;
        shape
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

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::blocks::scalar::Blocks;

    proptest! {
        #[test]
        fn arithmetic_and_bytes_agree(text in "[a\";\r\n]{64}", length in 1_u32..=64, begin in 0..4_usize) {
            let mut window = [0; WINDOW];
            window[..64].copy_from_slice(text.as_bytes());
            let place = [Place::FieldStart, Place::Plain, Place::Quoted, Place::AfterQuote][begin];
            let valid = !0 >> (64 - length);
            let masks = Blocks.masks(&window, b';');
            let mut shape = Shape::of(&masks, valid, place, &window, b';');
            shape.breaks = 0;
            prop_assert_eq!(shape, Shape::by_bytes(&window, valid, place, b';'));
        }
    }
}
