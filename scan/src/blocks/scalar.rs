//! Blocks byte by byte: what is meant by that which [`super::simd`] does, and its twin in tests.

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
    /// of pairs: one unit each, from the beginning of `room`. Tells whether the characters of the block are sound: neither
    /// longer than needed, nor surrogates, nor beyond Unicode.
    #[must_use]
    pub fn widen(self, window: &[u8; WINDOW], keep: u64, _: &Masks, room: &mut [u16; ROOM]) -> bool {
        let mut sound = true;
        let mut units = room.iter_mut();
        for (place, bytes) in window.windows(4).take(BLOCK).enumerate() {
            let [first, second, third, fourth] = [0, 1, 2, 3].map(|at| bytes.get(at).copied().map_or(0, u32::from));
            let [second, third, fourth] = [second, third, fourth].map(|byte| byte & 0x3F);
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
            if keep >> place & 1 == 1
                && let Some(slot) = units.next()
            {
                *slot = u16::try_from(unit).unwrap_or_default();
            }
        }
        sound
    }

    /// As [`Self::widen`], of windows-1251.
    pub fn widen_single(self, window: &[u8; WINDOW], keep: u64, room: &mut [u16; ROOM]) {
        let kept = window.iter().take(BLOCK).enumerate().filter(|(place, _)| keep >> place & 1 == 1);
        for (slot, (_, byte)) in room.iter_mut().zip(kept) {
            let upper = byte.checked_sub(0x80).and_then(|upper| WINDOWS_1251.get(usize::from(upper)));
            *slot = upper.copied().unwrap_or((*byte).into());
        }
    }
}
