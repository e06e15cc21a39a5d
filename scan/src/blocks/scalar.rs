//! Scalar implementation, for native builds. Tests and fuzz targets run it. The docs of each method apply to [`super::simd`] too.

use super::{CHUNK_LEN, CHUNK_WINDOW_LEN, DecodedChunk, OUTPUT_LEN, SyntaxMasks, Utf8Masks, WINDOW_LEN};
use crate::WINDOWS_1251;

/// Classifies and decodes the bytes of a block.
#[derive(Clone, Copy, Debug, Default)]
pub struct BlockDecoder;

/// The lowest bit of each byte.
const LOW_BITS: u64 = 0x0101_0101_0101_0101;
/// The highest bit of each byte.
const HIGH_BITS: u64 = LOW_BITS << 7;

/// Mask of the bytes of a block for which `test` sets the highest bit. `test` takes eight bytes at a time.
fn bitmask(window: &[u8; WINDOW_LEN], test: impl Fn(u64) -> u64) -> u64 {
    let (words, _) = window.as_chunks::<8>();
    words.iter().zip((0..64).step_by(8)).fold(0, |mask, (bytes, shift)| {
        let ones = (test(u64::from_le_bytes(*bytes)) & HIGH_BITS) >> 7;
        mask | (ones.wrapping_mul(0x0102_0408_1020_4080) >> 56) << shift
    })
}

/// Sets the highest bit of the bytes that equal `byte`.
fn equal(word: u64, byte: u8) -> u64 {
    let difference = word ^ LOW_BITS.wrapping_mul(byte.into());
    // The highest bits are cleared first, so that no byte carries into the next.
    !((difference & !HIGH_BITS).wrapping_add(!HIGH_BITS) | difference)
}

/// Classifies the bytes of UTF-8.
#[derive(Clone, Copy, Debug, Default)]
pub struct Utf8Classifier;

impl Utf8Classifier {
    /// Returns the classifier.
    #[must_use]
    pub fn new() -> Self {
        Self
    }

    /// The classes of the bytes of a block.
    #[must_use]
    pub fn masks(self, window: &[u8; WINDOW_LEN]) -> Utf8Masks {
        // 0xC0 and 0xC1 never occur. First bytes are 110xxxxx in two-byte characters and 111xxxxx in longer ones.
        let invalid = |word: u64| equal(word & !LOW_BITS, 0xC0);
        Utf8Masks {
            continuations: bitmask(window, |word| word & !(word << 1)),
            two_byte_leads: bitmask(window, |word| word & word << 1 & !(word << 2) & !invalid(word)),
            long_or_invalid: bitmask(window, |word| word & word << 1 & word << 2 | invalid(word)),
        }
    }
}

impl BlockDecoder {
    /// Returns the decoder.
    #[must_use]
    pub fn new() -> Self {
        Self
    }

    /// Finds the quotes, delimiters and line breaks of the block.
    #[must_use]
    pub fn syntax_masks(self, window: &[u8; WINDOW_LEN], delimiter: u8) -> SyntaxMasks {
        let line_breaks = bitmask(window, |word| equal(word, b'\n') | equal(word, b'\r'));
        let quotes = bitmask(window, |word| equal(word, b'"'));
        let terminators = line_breaks | bitmask(window, |word| equal(word, delimiter));
        SyntaxMasks { quotes, terminators, line_breaks }
    }

    /// Decodes UTF-8. The `kept` bytes are first bytes of complete one-byte or two-byte characters. Writes one unit for each, from
    /// the beginning of `output`.
    pub fn decode_utf8(self, window: &[u8; WINDOW_LEN], mut kept: u64, output: &mut [u16; OUTPUT_LEN]) {
        for slot in output.iter_mut().take(kept.count_ones() as usize) {
            let index = kept.trailing_zeros() as usize;
            kept &= kept.wrapping_sub(1);
            let Some([first, second]) = window.get(index..).and_then(|rest| rest.first_chunk::<2>()) else { break };
            *slot = decode_unit(*first, *second);
        }
    }

    /// Decodes windows-1251. Writes one unit for each of the `kept` bytes, from the beginning of `output`.
    pub fn decode_windows_1251(self, window: &[u8; WINDOW_LEN], mut kept: u64, output: &mut [u16; OUTPUT_LEN]) {
        for slot in output.iter_mut().take(kept.count_ones() as usize) {
            let byte = window.get(kept.trailing_zeros() as usize).copied().unwrap_or_default();
            kept &= kept.wrapping_sub(1);
            let unit = byte.checked_sub(0x80).and_then(|index| WINDOWS_1251.get(usize::from(index)));
            *slot = unit.copied().unwrap_or(byte.into());
        }
    }
}

/// Decodes a UTF-8 character of one byte or two. The second byte is ignored after an ASCII byte.
fn decode_unit(first: u8, second: u8) -> u16 {
    let (first, second) = (u16::from(first), u16::from(second));
    if first < 0x80 { first } else { (first & 0x1F) << 6 | second & 0x3F }
}

/// Decodes JSON strings.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonStringDecoder;

impl JsonStringDecoder {
    /// Returns the decoder.
    #[must_use]
    pub fn new() -> Self {
        Self
    }

    /// Finds the quotes, backslashes and control characters of a chunk.
    #[must_use]
    pub fn stops(self, chunk: &[u8; CHUNK_LEN]) -> u32 {
        let is_stop = |byte: &u8| matches!(byte, b'"' | b'\\' | ..b' ');
        chunk.iter().rev().fold(0, |stops, byte| stops << 1 | u32::from(is_stop(byte)))
    }

    /// Decodes a chunk of a JSON string to the beginning of `output`. `carry` is 1 if the first byte belongs to the unit before.
    #[must_use]
    pub fn decode(self, window: &[u8; CHUNK_WINDOW_LEN], carry: u32, output: &mut [u16; OUTPUT_LEN]) -> DecodedChunk {
        let mut decoded = DecodedChunk { stops: 0, starts: 0, carry, invalid: 0 };
        let mut slots = output.iter_mut();
        for (index, (byte, next)) in window.iter().zip(window.iter().skip(1)).enumerate().take(CHUNK_LEN) {
            let bit = 1 << index;
            let is_second = decoded.carry == 1;
            if (0x80..0xC0).contains(byte) != is_second {
                decoded.invalid |= bit;
            }
            if matches!(byte, b'"' | b'\\' | ..b' ' | 0xC0 | 0xC1 | 0xE0..) {
                decoded.stops |= bit;
            }
            decoded.carry = u32::from((0xC2..0xE0).contains(byte));
            if !is_second && let Some(slot) = slots.next() {
                *slot = decode_unit(*byte, *next);
                decoded.starts |= bit;
            }
        }
        decoded.stops |= decoded.invalid;
        decoded
    }
}
