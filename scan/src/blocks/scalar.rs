//! Blocks without vectors: the twin of [`super::simd`] in tests, and in its place where vectors are slow.
//!
//! Its functions are not inlined: among vectors they would become vectors.

use core::hint::black_box;

use super::{Masks, ROOM, WINDOW};
use crate::WINDOWS_1251;

/// The lowest and the highest bit of each byte.
const LOWEST: u64 = 0x0101_0101_0101_0101;
const HIGHEST: u64 = LOWEST << 7;

/// Which bytes of a number are that one.
fn equal(word: u64, byte: u8) -> u64 {
    let differing = word ^ LOWEST.wrapping_mul(byte.into());
    // Without the highest bits there is no carry from one byte to the next.
    !((differing & !HIGHEST).wrapping_add(!HIGHEST) | differing) & HIGHEST
}

/// The highest bits of the bytes, as the eight bits of one.
fn together(highest: u64) -> u64 {
    (highest >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// The work on blocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blocks;

impl Blocks {
    /// Nothing to prepare.
    #[must_use]
    pub fn new() -> Self {
        Self
    }

    /// Where quotes, delimiters and line breaks are. Eight bytes at a time in a number: what is asked of each stands in its
    /// highest bit.
    #[must_use]
    #[inline(never)]
    pub fn masks(self, window: &[u8; WINDOW], delimiter: u8) -> Masks {
        let mut masks = Masks::default();
        // Not unrolled: it is code for few.
        let (words, _) = window.as_chunks::<8>();
        for (bytes, shift) in words.iter().zip((0..black_box(64_u32)).step_by(8)) {
            let word = u64::from_le_bytes(*bytes);
            let put = |mask: &mut u64, bits: u64| *mask |= together(bits) << shift;
            put(&mut masks.quotes, equal(word, b'"'));
            let breaks = equal(word, b'\n') | equal(word, b'\r');
            put(&mut masks.breaks, breaks);
            put(&mut masks.events, breaks | equal(word, delimiter));
        }
        masks
    }

    /// Where the signs are of which a text of JSON can hold none as they are: quotes, backslashes, and all below the space.
    #[must_use]
    #[inline(never)]
    pub fn marks(self, window: &[u8; WINDOW]) -> u64 {
        let (words, _) = window.as_chunks::<8>();
        words.iter().zip((0_u32..64).step_by(8)).fold(0, |mask, (bytes, shift)| {
            let word = u64::from_le_bytes(*bytes);
            let from_space = (word & !HIGHEST).wrapping_add(LOWEST.wrapping_mul(0x80 - 0x20)) | word;
            mask | together(equal(word, b'"') | equal(word, b'\\') | !from_space & HIGHEST) << shift
        })
    }

    /// What part of its character each byte is, in UTF-8.
    #[inline(never)]
    pub fn characters(self, window: &[u8; WINDOW], masks: &mut Masks) {
        let (words, _) = window.as_chunks::<8>();
        for (bytes, shift) in words.iter().zip((0_u32..64).step_by(8)) {
            let word = u64::from_le_bytes(*bytes);
            let put = |mask: &mut u64, bits: u64| *mask |= together(bits) << shift;
            let beyond_ascii = word & HIGHEST;
            if beyond_ascii != 0 {
                let lead = beyond_ascii & word << 1;
                let third = lead & word << 2;
                let fourth = third & word << 3;
                put(&mut masks.continuing, beyond_ascii & !lead);
                put(&mut masks.lead, lead);
                put(&mut masks.third, third);
                put(&mut masks.fourth, fourth);
                let too_long = equal(word & !LOWEST, 0xC0);
                masks.never |= (too_long | fourth & word << 4) != 0;
            }
        }
    }

    /// Decodes the bytes to be kept, which are first bytes of characters, or second ones that stand for the second halves
    /// of pairs: one unit each, from the beginning of `room`. Tells whether the characters are sound: neither longer than
    /// needed, nor surrogates, nor beyond Unicode.
    #[must_use]
    #[inline(never)]
    pub fn widen(self, window: &[u8; WINDOW], mut keep: u64, masks: &Masks, room: &mut [u16; ROOM]) -> bool {
        let mut sound = true;
        if masks.at_most_two_bytes(keep) {
            for slot in room.iter_mut().take(keep.count_ones() as usize) {
                let at = keep.trailing_zeros() as usize;
                keep &= keep.wrapping_sub(1);
                let Some([first, second]) = window.get(at..).and_then(|rest| rest.first_chunk::<2>()) else { break };
                let (first, second) = (u16::from(*first), u16::from(*second));
                *slot = if first < 0x80 { first } else { (first & 0x1F) << 6 | second & 0x3F };
            }
            return true;
        }
        for slot in room.iter_mut().take(keep.count_ones() as usize) {
            let at = keep.trailing_zeros() as usize;
            keep &= keep.wrapping_sub(1);
            let Some(&[first, second, third, fourth]) = window.get(at..).and_then(|rest| rest.first_chunk::<4>())
            else {
                break;
            };
            let first = u32::from(first);
            let [second, third, fourth] = [second, third, fourth].map(|byte| u32::from(byte & 0x3F));
            let unit = match first {
                ..0x80 => first,
                0x80..0xC0 => 0xDC00 | (second << 6 | third) & 0x3FF,
                0xC0..0xE0 => (first & 0x1F) << 6 | second,
                0xE0..0xF0 => {
                    let unit = (first & 0x0F) << 12 | second << 6 | third;
                    sound &= unit >= 0x800 && unit & 0xF800 != 0xD800;
                    unit
                }
                0xF0.. => {
                    let whole = (first & 7) << 18 | second << 12 | third << 6 | fourth;
                    let unit = (whole >> 10).wrapping_add(0xD7C0);
                    sound &= unit & 0xFC00 == 0xD800;
                    unit
                }
            };
            *slot = u16::try_from(unit).unwrap_or_default();
        }
        sound
    }

    /// As [`Self::widen`], of windows-1251.
    #[inline(never)]
    pub fn widen_single(self, window: &[u8; WINDOW], mut keep: u64, room: &mut [u16; ROOM]) {
        for slot in room.iter_mut().take(keep.count_ones() as usize) {
            let byte = window.get(keep.trailing_zeros() as usize).copied().unwrap_or_default();
            keep &= keep.wrapping_sub(1);
            let upper = byte.checked_sub(0x80).and_then(|upper| WINDOWS_1251.get(usize::from(upper)));
            *slot = upper.copied().unwrap_or(byte.into());
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::blocks::BLOCK;

    proptest! {
        #[test]
        fn masks_say_what_each_byte_is(bytes in proptest::collection::vec(any::<u8>(), WINDOW), delimiter in b' '..b'!') {
            let window: [u8; WINDOW] = bytes.try_into().unwrap();
            let bits = |is: fn(u8) -> bool| {
                let set = window.iter().take(BLOCK).enumerate().filter(|(_, byte)| is(**byte));
                set.fold(0_u64, |mask, (place, _)| mask | 1 << place)
            };
            let breaks = bits(|byte| byte == b'\n' || byte == b'\r');
            let expected = Masks {
                quotes: bits(|byte| byte == b'"'),
                events: breaks | bits(|byte| byte == b' '),
                breaks,
                continuing: bits(|byte| (0x80..0xC0).contains(&byte)),
                lead: bits(|byte| byte >= 0xC0),
                third: bits(|byte| byte >= 0xE0),
                fourth: bits(|byte| byte >= 0xF0),
                never: bits(|byte| matches!(byte, 0xC0 | 0xC1 | 0xF8..)) != 0,
            };
            let mut masks = Blocks.masks(&window, delimiter);
            Blocks.characters(&window, &mut masks);
            prop_assert_eq!(masks, expected);
            prop_assert_eq!(Blocks.marks(&window), bits(|byte| matches!(byte, b'"' | b'\\' | ..b' ')));
        }
    }
}
