//! Blocks without vectors: the twin of [`super::simd`] in native builds, which tests and fuzzing take. What each function is to do
//! stands here.

use super::{AHEAD, CHUNK, Characters, Copied, Masks, ROOM, WINDOW};
use crate::WINDOWS_1251;

/// The work on blocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blocks;

/// The lowest and the highest bit of each byte.
const LOWEST: u64 = 0x0101_0101_0101_0101;
const HIGHEST: u64 = LOWEST << 7;

/// A bit for each byte of a block, of which `of` asks eight at a time: the answer stands in the highest bit of each.
fn bits(window: &[u8; WINDOW], of: impl Fn(u64) -> u64) -> u64 {
    let (words, _) = window.as_chunks::<8>();
    words.iter().zip((0..64).step_by(8)).fold(0, |mask, (bytes, shift)| {
        let ones = (of(u64::from_le_bytes(*bytes)) & HIGHEST) >> 7;
        mask | (ones.wrapping_mul(0x0102_0408_1020_4080) >> 56) << shift
    })
}

/// Which bytes of a number are that one.
fn equal(word: u64, byte: u8) -> u64 {
    let differing = word ^ LOWEST.wrapping_mul(byte.into());
    // Without the highest bits there is no carry from one byte to the next.
    !((differing & !HIGHEST).wrapping_add(!HIGHEST) | differing)
}

impl Blocks {
    /// Nothing to prepare.
    #[must_use]
    pub fn new() -> Self {
        Self
    }

    /// Where quotes, delimiters and line breaks are.
    #[must_use]
    pub fn masks(self, window: &[u8; WINDOW], delimiter: u8) -> Masks {
        let breaks = bits(window, |word| equal(word, b'\n') | equal(word, b'\r'));
        let quotes = bits(window, |word| equal(word, b'"'));
        Masks { quotes, events: breaks | bits(window, |word| equal(word, delimiter)), breaks }
    }

    /// What part of its character each byte is, in UTF-8.
    #[must_use]
    pub fn characters(self, window: &[u8; WINDOW]) -> Characters {
        // 110xxxxx, but for those two; and 111xxxxx.
        let never = |word: u64| equal(word & !LOWEST, 0xC0);
        Characters {
            continuing: bits(window, |word| word & !(word << 1)),
            lead: bits(window, |word| word & word << 1 & !(word << 2) & !never(word)),
            longer: bits(window, |word| word & word << 1 & word << 2 | never(word)),
        }
    }

    /// Decodes the bytes to be kept, which are first bytes of whole characters of one byte or two: one unit each, from the beginning
    /// of `room`.
    pub fn widen(self, window: &[u8; WINDOW], mut keep: u64, room: &mut [u16; ROOM]) {
        for slot in room.iter_mut().take(keep.count_ones() as usize) {
            let at = keep.trailing_zeros() as usize;
            keep &= keep.wrapping_sub(1);
            let Some([first, second]) = window.get(at..).and_then(|rest| rest.first_chunk::<2>()) else { break };
            *slot = unit(*first, *second);
        }
    }

    /// As [`Self::widen`], of windows-1251.
    pub fn widen_single(self, window: &[u8; WINDOW], mut keep: u64, room: &mut [u16; ROOM]) {
        for slot in room.iter_mut().take(keep.count_ones() as usize) {
            let byte = window.get(keep.trailing_zeros() as usize).copied().unwrap_or_default();
            keep &= keep.wrapping_sub(1);
            let upper = byte.checked_sub(0x80).and_then(|upper| WINDOWS_1251.get(usize::from(upper)));
            *slot = upper.copied().unwrap_or(byte.into());
        }
    }
}

/// A character of one byte or two.
fn unit(first: u8, second: u8) -> u16 {
    let (first, second) = (u16::from(first), u16::from(second));
    if first < 0x80 { first } else { (first & 0x1F) << 6 | second & 0x3F }
}

/// The work on texts of JSON.
#[derive(Clone, Copy, Debug, Default)]
pub struct Texts;

impl Texts {
    /// Nothing to prepare.
    #[must_use]
    pub fn new() -> Self {
        Self
    }

    /// Decodes the beginning of a text of JSON. `carry`: the first byte belongs to the unit before.
    #[must_use]
    pub fn copy(self, window: &[u8; AHEAD], carry: u32, room: &mut [u16; ROOM]) -> Copied {
        let mut copied = Copied { stops: 0, begin: 0, carry, broken: 0 };
        let mut places = room.iter_mut();
        for (at, (byte, next)) in window.iter().zip(window.iter().skip(1)).enumerate().take(CHUNK) {
            let bit = 1 << at;
            let follows = copied.carry == 1;
            if (0x80..0xC0).contains(byte) != follows {
                copied.broken |= bit;
            }
            if matches!(byte, b'"' | b'\\' | ..b' ' | 0xC0 | 0xC1 | 0xE0..) {
                copied.stops |= bit;
            }
            copied.carry = u32::from((0xC2..0xE0).contains(byte));
            if !follows && let Some(slot) = places.next() {
                *slot = unit(*byte, *next);
                copied.begin |= bit;
            }
        }
        copied.stops |= copied.broken;
        copied
    }
}
