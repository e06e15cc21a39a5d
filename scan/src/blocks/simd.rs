//! Blocks by vectors of 16 bytes. The only `unsafe` code of the project: loads and stores of such vectors, each from or to
//! an array or a slice whose length is known to suffice.

#![allow(unsafe_code, reason = "vectors are loaded and stored through pointers")]

use core::arch::wasm32::{
    i8x16_bitmask, i8x16_lt, i16x8_gt, u8x16_add, u8x16_eq, u8x16_ge, u8x16_lt, u8x16_max, u8x16_shuffle, u8x16_splat,
    u8x16_swizzle, u16x8_extend_low_u8x16, u16x8_shl, u16x8_splat, u64x2_splat, v128, v128_and, v128_any_true,
    v128_bitselect, v128_load, v128_load64_zero, v128_or, v128_store,
};
use core::hint::black_box;

use super::{Masks, ROOM, WINDOW, scalar};
use crate::WINDOWS_1251;

/// The work on blocks.
#[derive(Debug)]
pub struct Blocks {
    /// For each choice of 8 units, the shuffle that moves the chosen ones together.
    together: Box<[[u8; 16]; 256]>,
    bytes: [v128; 10],
    units: [v128; 3],
}

/// Of which bytes there are vectors that are the same throughout. They lie in memory, since engines make constants of the code
/// anew wherever they stand, which takes longer; in Firefox, on some machines, a hundred times. Behind the line breaks: first
/// bytes of two, which are the same but for the lowest bit where nothing is ever written in two bytes; the first of characters of
/// two bytes, of three, of four; and the first that never is.
const BYTES: [u8; 10] = [b'"', b'\\', b' ', b'\n', b'\r', 0xFE, 0xC0, 0xE0, 0xF0, 0xF8];
/// The same of units: the last of ASCII, and what bits of a byte are the character's, of a first byte and of the next.
const UNITS: [u16; 3] = [0x7F, 0x1F, 0x3F];

impl Default for Blocks {
    fn default() -> Self {
        Self::new()
    }
}

/// The vector at a place of a window.
#[inline]
#[target_feature(enable = "simd128")]
fn load(window: &[u8; WINDOW], at: usize) -> v128 {
    let bytes = window.get(at..).and_then(|rest| rest.first_chunk::<16>());
    // SAFETY: 16 bytes are read from an array of 16.
    bytes.map_or(u64x2_splat(0), |bytes| unsafe { v128_load(bytes.as_ptr().cast()) })
}

/// The eight bytes at a place of a window, as units.
#[inline]
#[target_feature(enable = "simd128")]
fn eight(window: &[u8; WINDOW], at: usize) -> v128 {
    let bytes = window.get(at..).and_then(|rest| rest.first_chunk::<8>());
    // SAFETY: 8 bytes are read from an array of 8.
    bytes.map_or(u64x2_splat(0), |bytes| u16x8_extend_low_u8x16(unsafe { v128_load64_zero(bytes.as_ptr().cast()) }))
}

#[inline]
#[target_feature(enable = "simd128")]
fn bits(vectors: [v128; 4]) -> u64 {
    let [a, b, c, d] = vectors.map(|vector| u64::from(i8x16_bitmask(vector)));
    a | b << 16 | c << 32 | d << 48
}

impl Blocks {
    /// Makes the shuffles.
    #[must_use]
    #[cold]
    pub fn new() -> Self {
        // What no unit is chosen for becomes 0.
        let mut together = Box::new([[0xFF; 16]; 256]);
        for (choice, shuffle) in together.iter_mut().enumerate() {
            let mut places = shuffle.iter_mut();
            for byte in (0..black_box(16)).filter(|byte| choice >> (byte >> 1) & 1 == 1) {
                if let Some(place) = places.next() {
                    *place = byte;
                }
            }
        }
        let (bytes, units) =
            (black_box(BYTES).map(|byte| u8x16_splat(byte)), black_box(UNITS).map(|unit| u16x8_splat(unit)));
        Self { together, bytes, units }
    }

    /// See [`super::scalar`].
    #[inline]
    #[must_use]
    #[target_feature(enable = "simd128")]
    pub fn masks(&self, window: &[u8; WINDOW], delimiter: u8) -> Masks {
        let [quote, _, _, lf, cr, ..] = self.bytes;
        let delimiter = u8x16_splat(delimiter);
        let vectors = [0, 16, 32, 48].map(|at| load(window, at));
        let breaks = bits(vectors.map(|v| v128_or(u8x16_eq(v, lf), u8x16_eq(v, cr))));
        Masks {
            quotes: bits(vectors.map(|v| u8x16_eq(v, quote))),
            events: bits(vectors.map(|v| u8x16_eq(v, delimiter))) | breaks,
            breaks,
            ..Masks::default()
        }
    }

    /// See [`super::scalar`].
    #[inline]
    #[must_use]
    #[target_feature(enable = "simd128")]
    pub fn marks(&self, window: &[u8; WINDOW]) -> u64 {
        let [quote, backslash, space, ..] = self.bytes;
        bits([0, 16, 32, 48].map(|at| {
            let v = load(window, at);
            v128_or(v128_or(u8x16_eq(v, quote), u8x16_eq(v, backslash)), u8x16_lt(v, space))
        }))
    }

    /// See [`super::scalar`].
    #[inline]
    #[target_feature(enable = "simd128")]
    pub fn characters(&self, window: &[u8; WINDOW], masks: &mut Masks) {
        let [.., but_lowest, two_bytes, three_bytes, four_bytes, never] = self.bytes;
        let vectors = [0, 16, 32, 48].map(|at| load(window, at));
        let beyond_ascii = bits(vectors);
        if beyond_ascii != 0 {
            masks.continuing = bits(vectors.map(|v| i8x16_lt(v, two_bytes)));
            masks.lead = beyond_ascii & !masks.continuing;
            let all = |[first, second, third, fourth]: [v128; 4], join: fn(v128, v128) -> v128| {
                join(join(first, second), join(third, fourth))
            };
            let too_long = vectors.map(|v| u8x16_eq(v128_and(v, but_lowest), two_bytes));
            masks.never = v128_any_true(all(too_long, |a, b| v128_or(a, b)));
            let most = all(vectors, |a, b| u8x16_max(a, b));
            if v128_any_true(u8x16_ge(most, three_bytes)) {
                masks.third = bits(vectors.map(|v| u8x16_ge(v, three_bytes)));
                masks.fourth = bits(vectors.map(|v| u8x16_ge(v, four_bytes)));
                masks.never |= v128_any_true(u8x16_ge(most, never));
            }
        }
    }

    /// See [`super::scalar`].
    #[inline]
    #[must_use]
    #[target_feature(enable = "simd128")]
    pub fn widen(&self, window: &[u8; WINDOW], keep: u64, masks: &Masks, room: &mut [u16; ROOM]) -> bool {
        if !masks.at_most_two_bytes(keep) {
            // They are rare enough.
            return scalar::Blocks.widen(window, keep, masks, room);
        }
        let [ascii, of_first, of_next] = self.units;
        let (mut left, mut written) = (keep, 0);
        for at in (0..64).step_by(8) {
            let (first, second) = (eight(window, at), eight(window, at | 1));
            let two = v128_or(u16x8_shl(v128_and(first, of_first), 6), v128_and(second, of_next));
            written = self.push(v128_bitselect(two, first, i16x8_gt(first, ascii)), left, written, room);
            left >>= 8;
        }
        true
    }

    /// See [`super::scalar`].
    #[inline]
    #[target_feature(enable = "simd128")]
    pub fn widen_single(&self, window: &[u8; WINDOW], keep: u64, room: &mut [u16; ROOM]) {
        let (mut left, mut written) = (keep, 0);
        for at in [0, 16, 32, 48] {
            // The lower and the upper halves of sixteen units: letters follow each other from U+0410 on.
            let first = load(window, at);
            let letter = i8x16_lt(first, u8x16_splat(0));
            let lower = u8x16_add(first, v128_and(letter, u8x16_splat(0x50)));
            let upper = v128_and(letter, u8x16_splat(0x04));
            let units = u8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(lower, upper);
            written = self.push(units, left, written, room);
            let units = u8x16_shuffle::<8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31>(lower, upper);
            written = self.push(units, left >> 8, written, room);
            left >>= 16;
        }
        let [.., two_bytes, _, _, _] = self.bytes;
        // Signs, and letters beyond the Russian alphabet, are looked up.
        let mut odd = bits([0, 16, 32, 48].map(|at| i8x16_lt(load(window, at), two_bytes))) & keep;
        while odd != 0 {
            let place = odd.trailing_zeros();
            let before = (1_u64 << place).wrapping_sub(1);
            odd &= odd.wrapping_sub(1);
            let upper = window.get(place as usize).map_or(0, |byte| usize::from(byte & 0x7F));
            let slot = room.get_mut((keep & before).count_ones() as usize);
            if let (Some(slot), Some(unit)) = (slot, WINDOWS_1251.get(upper)) {
                *slot = *unit;
            }
        }
    }

    /// Writes those of eight units that are to be kept, behind so many others. Gives how many there are then.
    #[inline]
    #[target_feature(enable = "simd128")]
    fn push(&self, units: v128, keep: u64, written: usize, room: &mut [u16; ROOM]) -> usize {
        let choice = usize::try_from(keep & 0xFF).unwrap_or_default();
        let together = self.together.get(choice);
        let to = room.get_mut(written..).and_then(|rest| rest.first_chunk_mut::<8>());
        if let (Some(together), Some(to)) = (together, to) {
            // SAFETY: 16 bytes are read from an array of 16 bytes, and written to another.
            unsafe {
                v128_store(to.as_mut_ptr().cast(), u8x16_swizzle(units, v128_load(together.as_ptr().cast())));
            }
        }
        written.wrapping_add(choice.count_ones() as usize)
    }
}
