//! The validation of UTF-8, by blocks.

use crate::blocks::{BLOCK_LEN, Utf8Classifier};

/// Whether bytes are UTF-8. For Cyrillic text, the standard library takes five times as long.
#[must_use]
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
pub fn is_utf8(bytes: &[u8]) -> bool {
    let classifier = Utf8Classifier::new();
    let mut rest = bytes;
    while let Some(window) = rest.first_chunk() {
        let masks = classifier.masks(window);
        let is_usual = masks.long_or_invalid == 0 && masks.continuations == masks.two_byte_leads << 1;
        let valid = if is_usual {
            // A character that only begins in the block belongs to the next one.
            BLOCK_LEN.wrapping_sub((masks.two_byte_leads >> 63) as usize)
        } else {
            match valid_len(window.first_chunk::<BLOCK_LEN>().map_or(&[], |block| block)) {
                Some(length) => length,
                None => return false,
            }
        };
        rest = rest.get(valid..).unwrap_or_default();
    }
    core::str::from_utf8(rest).is_ok()
}

/// The length of the complete characters of a block; `None` if it is not UTF-8.
fn valid_len(block: &[u8]) -> Option<usize> {
    match core::str::from_utf8(block) {
        Ok(_) => Some(block.len()),
        Err(error) => error.error_len().is_none().then_some(error.valid_up_to()),
    }
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
