//! The validation of UTF-8, by blocks.

use crate::{
    blocks::{BLOCK_LEN, Utf8Classifier, Utf8Masks, WINDOW_LEN},
    decode_character,
};

/// Whether bytes are UTF-8. With SIMD, this takes a quarter of the time of the standard library for Cyrillic text.
#[must_use]
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
pub fn is_utf8(bytes: &[u8]) -> bool {
    let classifier = Utf8Classifier::new();
    let mut rest = bytes;
    // The rest begins with a character.
    while let Some(window) = rest.first_chunk::<WINDOW_LEN>() {
        let Utf8Masks { continuations, two_byte_leads, mut long_or_invalid } = classifier.masks(window);
        let mut expected = two_byte_leads << 1;
        // A two-byte character that only begins in the block belongs to the next one.
        let mut length = BLOCK_LEN.wrapping_sub((two_byte_leads >> 63) as usize);
        while long_or_invalid != 0 {
            let index = long_or_invalid.trailing_zeros();
            let character = window.get(index as usize..).and_then(|bytes| bytes.first_chunk());
            let Some((_, _, bytes)) = character.and_then(|bytes| decode_character(*bytes)) else { return false };
            expected |= (1_u64 << bytes).wrapping_sub(2) << index;
            length = length.max(bytes.wrapping_add(index as usize));
            long_or_invalid &= long_or_invalid.wrapping_sub(1);
        }
        if continuations != expected {
            return false;
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    core::str::from_utf8(rest).is_ok()
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_that_of_the_standard_library(
            texts in proptest::collection::vec("[a-z]{0,70}|[а-я]{0,70}|[№—€𝄞]{0,9}", 0..12),
            changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..3),
        ) {
            let mut bytes = texts.concat().into_bytes();
            prop_assert!(is_utf8(&bytes));
            for (index, byte) in changes {
                if let Some(length) = core::num::NonZeroUsize::new(bytes.len()) {
                    bytes[index % length] = byte;
                }
            }
            prop_assert_eq!(is_utf8(&bytes), core::str::from_utf8(&bytes).is_ok());
        }
    }

    #[test]
    fn invalid_bytes_are_found_at_every_place() {
        for text in ["Ж".repeat(150), "a".repeat(300), "№".repeat(100)] {
            for length in [text.len(), 89, 88, 87, 64, 63] {
                for index in 0..length {
                    let mut bytes = text.as_bytes()[..length].to_vec();
                    for byte in [0xFF, 0x80, 0xC3, 0xC0, b'a'] {
                        bytes[index] = byte;
                        assert_eq!(is_utf8(&bytes), core::str::from_utf8(&bytes).is_ok(), "{index} {byte}");
                    }
                }
            }
        }
    }
}
