//! Blocks by vectors of 16 bytes. The only `unsafe` code of the project: loads and stores of such vectors, each from or to
//! an array or a slice whose length is known to suffice.

#![allow(unsafe_code, reason = "vectors are loaded and stored through pointers")]

use core::arch::wasm32::{
    i8x16_bitmask, i8x16_lt, i8x16_splat, i16x8_ge, u8x16_eq, u8x16_ge, u8x16_max, u8x16_splat, u8x16_swizzle,
    u16x8_add, u16x8_eq, u16x8_extend_low_u8x16, u16x8_lt, u16x8_ne, u16x8_shl, u16x8_shr, u16x8_splat, u64x2_splat,
    v128, v128_and, v128_any_true, v128_bitselect, v128_load, v128_load64_zero, v128_or, v128_store,
};

use super::{Masks, ROOM, WINDOW};
use crate::WINDOWS_1251;

/// The work on blocks.
#[derive(Debug)]
pub struct Blocks {
    /// For each choice of 8 units, the shuffle that moves the chosen ones together.
    together: Box<[[u8; 16]; 256]>,
}

impl Default for Blocks {
    fn default() -> Self {
        Self::new()
    }
}

/// The vector at a place of a window.
#[inline]
#[target_feature(enable = "simd128")]
fn load<const AT: usize>(window: &[u8; WINDOW]) -> v128 {
    const { assert!(AT + 16 <= WINDOW) };
    // SAFETY: the 16 bytes at `AT` are within the window, as asserted.
    unsafe { v128_load(window.as_ptr().add(AT).cast()) }
}

/// The 8 bytes at a place of a window, each as a unit.
#[inline]
#[target_feature(enable = "simd128")]
fn units(bytes: &[u8; 8]) -> v128 {
    // SAFETY: 8 bytes are read from an array of 8.
    u16x8_extend_low_u8x16(unsafe { v128_load64_zero(bytes.as_ptr().cast()) })
}

#[inline]
#[target_feature(enable = "simd128")]
fn store(units: v128, to: &mut [u16; 8]) {
    // SAFETY: 16 bytes are written to an array of 16 bytes.
    unsafe { v128_store(to.as_mut_ptr().cast(), units) }
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
    pub fn new() -> Self {
        // What no unit is chosen for becomes 0.
        let mut together = Box::new([[0xFF; 16]; 256]);
        for (choice, shuffle) in together.iter_mut().enumerate() {
            let chosen = (0_u8..8).filter(|unit| choice >> unit & 1 == 1);
            for (to, from) in shuffle.iter_mut().zip(chosen.flat_map(|unit| [unit << 1, unit << 1 | 1])) {
                *to = from;
            }
        }
        Self { together }
    }

    /// See [`super::scalar`].
    #[inline]
    #[must_use]
    #[target_feature(enable = "simd128")]
    pub fn masks(&self, window: &[u8; WINDOW], delimiter: u8, utf8: bool) -> Masks {
        let v = [load::<0>(window), load::<16>(window), load::<32>(window), load::<48>(window)];
        let (delimiter, lf, cr) = (u8x16_splat(delimiter), u8x16_splat(b'\n'), u8x16_splat(b'\r'));
        let [v0, v1, v2, v3] = v;
        let mut masks = Masks {
            quotes: bits(v.map(|v| u8x16_eq(v, u8x16_splat(b'"')))),
            events: bits(v.map(|v| v128_or(v128_or(u8x16_eq(v, delimiter), u8x16_eq(v, lf)), u8x16_eq(v, cr)))),
            ..Masks::default()
        };
        if !utf8 {
            return masks;
        }
        let most = u8x16_max(u8x16_max(v0, v1), u8x16_max(v2, v3));
        let any = |least: u8| v128_any_true(u8x16_ge(most, u8x16_splat(least)));
        if any(0x80) {
            masks.continuing = bits(v.map(|v| i8x16_lt(v, i8x16_splat(-0x40))));
            masks.lead = bits(v) & !masks.continuing;
            let [a, b, c, d] = v.map(|v| u8x16_eq(v128_and(v, u8x16_splat(0xFE)), u8x16_splat(0xC0)));
            masks.never = v128_any_true(v128_or(v128_or(a, b), v128_or(c, d)));
            if any(0xE0) {
                masks.third = bits(v.map(|v| u8x16_ge(v, u8x16_splat(0xE0))));
                masks.fourth = bits(v.map(|v| u8x16_ge(v, u8x16_splat(0xF0))));
                masks.never |= any(0xF8);
            }
        }
        masks
    }

    /// See [`super::scalar`].
    #[inline]
    #[must_use]
    #[target_feature(enable = "simd128")]
    pub fn widen(&self, window: &[u8; WINDOW], keep: u64, masks: &Masks, room: &mut [u16; ROOM]) -> bool {
        if masks.lead | masks.continuing == 0 {
            self.each_eight(window, keep, room, |[first, _, _]| first);
            return true;
        }
        if masks.third == 0 {
            self.each_eight(window, keep, room, |[first, second, _]| {
                let two =
                    v128_or(u16x8_shl(v128_and(first, u16x8_splat(0x1F)), 6), v128_and(second, u16x8_splat(0x3F)));
                v128_bitselect(first, two, u16x8_lt(first, u16x8_splat(0x80)))
            });
            return true;
        }
        let mut unsound = u64x2_splat(0);
        self.each_eight(window, keep, room, |[first, second, third]| {
            let (second, third) = (v128_and(second, u16x8_splat(0x3F)), v128_and(third, u16x8_splat(0x3F)));
            let at_least = |least| i16x8_ge(first, u16x8_splat(least));
            let (many, lead, three, four) = (at_least(0x80), at_least(0xC0), at_least(0xE0), at_least(0xF0));
            let two_units = v128_or(u16x8_shl(v128_and(first, u16x8_splat(0x1F)), 6), second);
            let last_two = v128_or(u16x8_shl(second, 6), third);
            let three_units = v128_or(u16x8_shl(first, 12), last_two);
            let too_long = u16x8_lt(three_units, u16x8_splat(0x800));
            let surrogate = u16x8_eq(v128_and(three_units, u16x8_splat(0xF800)), u16x8_splat(0xD800));
            let above = v128_or(u16x8_shl(v128_and(first, u16x8_splat(7)), 8), u16x8_shl(second, 2));
            let high = u16x8_add(v128_or(above, u16x8_shr(third, 4)), u16x8_splat(0xD7C0));
            let beyond = u16x8_ne(v128_and(high, u16x8_splat(0xFC00)), u16x8_splat(0xD800));
            let low = v128_or(v128_and(last_two, u16x8_splat(0x3FF)), u16x8_splat(0xDC00));
            unsound = v128_or(unsound, v128_and(three, v128_bitselect(beyond, v128_or(too_long, surrogate), four)));
            let unit = v128_bitselect(low, first, many);
            let unit = v128_bitselect(two_units, unit, lead);
            let unit = v128_bitselect(three_units, unit, three);
            v128_bitselect(high, unit, four)
        });
        !v128_any_true(unsound)
    }

    /// See [`super::scalar`].
    #[inline]
    #[target_feature(enable = "simd128")]
    pub fn widen_single(&self, window: &[u8; WINDOW], keep: u64, room: &mut [u16; ROOM]) {
        let mut odd = u64x2_splat(0);
        self.each_eight(window, keep, room, |[first, _, _]| {
            let letter = i16x8_ge(first, u16x8_splat(0xC0));
            odd = v128_or(odd, v128_bitselect(odd, i16x8_ge(first, u16x8_splat(0x80)), letter));
            u16x8_add(first, v128_and(letter, u16x8_splat(0x350)))
        });
        if v128_any_true(odd) {
            // Signs, and letters beyond the Russian alphabet: they are looked up.
            let [a, b, c, d] = [load::<0>(window), load::<16>(window), load::<32>(window), load::<48>(window)];
            let mut odd = bits([a, b, c, d].map(|v| i8x16_lt(v, i8x16_splat(-0x40)))) & keep;
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
    }

    /// Decodes eight bytes at a time, given with those one and two places on, and pushes the units to be kept together.
    #[inline]
    #[target_feature(enable = "simd128")]
    fn each_eight(
        &self,
        window: &[u8; WINDOW],
        mut keep: u64,
        room: &mut [u16; ROOM],
        mut decode: impl FnMut([v128; 3]) -> v128,
    ) {
        let mut written = 0;
        for from in (0..64).step_by(8) {
            let choice = keep as usize & 0xFF;
            keep >>= 8;
            let at =
                |on: usize| window.get(from + on..).and_then(|rest| rest.first_chunk::<8>()).map(|eight| units(eight));
            let (Some(first), Some(second), Some(third)) = (at(0), at(1), at(2)) else { return };
            let Some(shuffle) = self.together.get(choice) else { return };
            // SAFETY: 16 bytes are read from an array of 16.
            let shuffle = unsafe { v128_load(shuffle.as_ptr().cast()) };
            let Some(to) = room.get_mut(written..).and_then(|rest| rest.first_chunk_mut::<8>()) else { return };
            store(u8x16_swizzle(decode([first, second, third]), shuffle), to);
            written += choice.count_ones() as usize;
        }
    }
}
