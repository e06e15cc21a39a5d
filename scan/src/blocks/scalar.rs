//! Blocks byte by byte: what is meant by that which [`super::simd`] does, and its twin in tests.
//!
//! Its functions are not inlined: among vectors they would become vectors.

use super::{BLOCK, Masks, ROOM, WINDOW};
use crate::WINDOWS_1251;

/// The work on blocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blocks;

impl Blocks {
    /// Nothing to prepare.
    #[must_use]
    pub fn new() -> Self {
        Self
    }

    /// Where bytes of each kind are.
    #[must_use]
    #[inline(never)]
    pub fn masks(self, window: &[u8; WINDOW], delimiter: u8, utf8: bool) -> Masks {
        let mut masks = Masks::default();
        for (place, byte) in window.iter().copied().take(BLOCK).enumerate() {
            let bit = |is: bool| u64::from(is) << place;
            masks.quotes |= bit(byte == b'"');
            masks.breaks |= bit(byte == b'\n' || byte == b'\r');
            masks.events |= bit(byte == delimiter) | masks.breaks;
            if utf8 {
                masks.continuing |= bit((0x80..0xC0).contains(&byte));
                masks.lead |= bit(byte >= 0xC0);
                masks.third |= bit(byte >= 0xE0);
                masks.fourth |= bit(byte >= 0xF0);
                masks.never |= matches!(byte, 0xC0 | 0xC1 | 0xF8..);
            }
        }
        masks
    }

    /// Decodes the bytes to be kept, which are first bytes of characters, or second ones that stand for the second halves
    /// of pairs: one unit each, from the beginning of `room`. Tells whether the characters are sound: neither longer than
    /// needed, nor surrogates, nor beyond Unicode.
    #[must_use]
    #[inline(never)]
    pub fn widen(self, window: &[u8; WINDOW], mut keep: u64, _: &Masks, room: &mut [u16; ROOM]) -> bool {
        let mut sound = true;
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
