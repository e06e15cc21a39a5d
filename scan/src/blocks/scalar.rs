//! Blocks without vectors: the twin of [`super::simd`] in native builds, which tests and fuzzing take. Its words are plain.

use super::{AHEAD, BLOCK, CHUNK, Characters, Copied, Masks, ROOM, WINDOW};
use crate::WINDOWS_1251;

/// The work on blocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blocks;

/// The bytes of a kind.
fn bits(window: &[u8; WINDOW], is: impl Fn(u8) -> bool) -> u64 {
    window.iter().take(BLOCK).rev().fold(0, |mask, byte| mask << 1 | u64::from(is(*byte)))
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
        let breaks = bits(window, |byte| byte == b'\n' || byte == b'\r');
        let quotes = bits(window, |byte| byte == b'"');
        Masks { quotes, events: breaks | bits(window, |byte| byte == delimiter), breaks }
    }

    /// What part of its character each byte is, in UTF-8.
    #[must_use]
    pub fn characters(self, window: &[u8; WINDOW]) -> Characters {
        Characters {
            continuing: bits(window, |byte| matches!(byte, 0x80..0xC0)),
            lead: bits(window, |byte| matches!(byte, 0xC2..0xE0)),
            longer: bits(window, |byte| matches!(byte, 0xC0 | 0xC1 | 0xE0..)),
        }
    }

    /// Decodes the bytes to be kept, which are first bytes of characters of one byte or two: one unit each, from the beginning of
    /// `room`.
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
