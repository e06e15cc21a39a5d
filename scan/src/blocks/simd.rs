//! Blocks by vectors of 16 bytes. The only `unsafe` code of the project: loads and stores of such vectors, each from or to
//! an array or a slice whose length is known to suffice.

#![allow(unsafe_code, reason = "vectors are loaded and stored through pointers")]

use core::arch::wasm32::{
    i8x16_bitmask, i8x16_lt, u8x16_add, u8x16_eq, u8x16_le, u8x16_min, u8x16_shuffle, u8x16_splat, u8x16_sub,
    u8x16_sub_sat, u8x16_swizzle, u16x8_extend_high_u8x16, u16x8_extend_low_u8x16, u16x8_shl, u16x8_shr, u64x2_splat,
    v128, v128_and, v128_load, v128_or, v128_store,
};
use core::hint::black_box;

use super::{AHEAD, Characters, Copied, Masks, ROOM, WINDOW};
use crate::WINDOWS_1251;

/// The work on blocks.
#[derive(Debug)]
pub struct Blocks {
    /// For each choice of 8 units, the shuffle that moves the chosen ones together.
    together: Box<Shuffles>,
    vectors: &'static Vectors,
}

/// Vectors that are the same throughout. They lie in memory, since engines make constants of the code anew wherever they stand,
/// which takes longer; in Firefox, on some machines, a hundred times.
#[derive(Debug)]
struct Vectors {
    quote: [u8; 16],
    lf: [u8; 16],
    cr: [u8; 16],
    backslash: [u8; 16],
    /// The last below the space.
    control: [u8; 16],
    /// The first that continues no character, and the two highest bits.
    two_bytes: [u8; 16],
    /// The first of characters of two bytes, and how far those go.
    least_of_two: [u8; 16],
    range_of_two: [u8; 16],
    zero: [u8; 16],
    highest_bit: [u8; 16],
    other_bits: [u8; 16],
    three_lowest_bits: [u8; 16],
    /// What the halves of units have more than letters of windows-1251.
    lower: [u8; 16],
    upper: [u8; 16],
    /// What bits of a unit are the character's: of its last byte, and of the first of two.
    of_last: [u8; 16],
    of_first: [u8; 16],
}

static VECTORS: Vectors = Vectors {
    quote: [b'"'; 16],
    lf: [b'\n'; 16],
    cr: [b'\r'; 16],
    backslash: [b'\\'; 16],
    control: [0x1F; 16],
    two_bytes: [0xC0; 16],
    least_of_two: [0xC2; 16],
    range_of_two: [0x1D; 16],
    zero: [0; 16],
    highest_bit: [0x80; 16],
    other_bits: [0x7F; 16],
    three_lowest_bits: [0x07; 16],
    lower: [0x50; 16],
    upper: [0x04; 16],
    of_last: units(0x7F),
    of_first: units(0x1F00),
};

/// Eight of these units.
const fn units(unit: u16) -> [u8; 16] {
    let [l, h] = unit.to_le_bytes();
    [l, h, l, h, l, h, l, h, l, h, l, h, l, h, l, h]
}

/// Shuffles for each choice of eight places, and for some of the next too.
type Shuffles = [[u8; 16]; 512];

/// The place of no byte: a shuffle makes it 0.
const NONE: u8 = 0xFF;

/// Makes shuffles that put units together: each of a choice is of two bytes, as `unit` says.
#[cold]
#[inline(never)]
fn shuffles(unit: fn(usize, u8) -> [u8; 2]) -> Box<Shuffles> {
    let mut shuffles = Box::new([[NONE; 16]; 512]);
    for (choice, shuffle) in shuffles.iter_mut().enumerate() {
        let (places, _) = shuffle.as_chunks_mut::<2>();
        let mut places = places.iter_mut();
        for chosen in 0..black_box(8) {
            if choice >> chosen & 1 == 1
                && let Some(place) = places.next()
            {
                *place = unit(choice, chosen);
            }
        }
    }
    shuffles
}

impl Default for Blocks {
    fn default() -> Self {
        Self::new()
    }
}

/// The vector that lies there.
#[inline]
#[target_feature(enable = "simd128")]
fn vector(bytes: &[u8; 16]) -> v128 {
    // SAFETY: 16 bytes are read from an array of as many.
    unsafe { v128_load(bytes.as_ptr().cast()) }
}

/// The vector at a place of a window.
#[inline]
#[target_feature(enable = "simd128")]
fn load<const LENGTH: usize>(window: &[u8; LENGTH], at: usize) -> v128 {
    let bytes = window.get(at..).and_then(|rest| rest.first_chunk());
    bytes.map_or(u64x2_splat(0), |bytes| vector(bytes))
}

#[inline]
#[target_feature(enable = "simd128")]
fn bits(vectors: [v128; 4]) -> u64 {
    let [a, b, c, d] = vectors.map(|vector| u64::from(i8x16_bitmask(vector)));
    a | b << 16 | c << 32 | d << 48
}

/// Writes eight units behind so many others.
#[inline]
#[target_feature(enable = "simd128")]
fn store(units: v128, written: usize, room: &mut [u16; ROOM]) {
    if let Some(to) = room.get_mut(written..).and_then(|rest| rest.first_chunk_mut::<8>()) {
        // SAFETY: 16 bytes are written to an array of as many.
        unsafe { v128_store(to.as_mut_ptr().cast(), units) };
    }
}

impl Blocks {
    /// Makes the shuffles.
    #[must_use]
    pub fn new() -> Self {
        let together = shuffles(|_, unit| [unit << 1, unit << 1 | 1]);
        Self { together, vectors: black_box(&VECTORS) }
    }

    /// See [`super::scalar`].
    #[inline]
    #[must_use]
    #[target_feature(enable = "simd128")]
    pub fn masks(&self, window: &[u8; WINDOW], delimiter: u8) -> Masks {
        let Vectors { quote, lf, cr, .. } = self.vectors;
        let (quote, lf, cr) = (vector(quote), vector(lf), vector(cr));
        let delimiter = u8x16_splat(delimiter);
        let vectors = [0, 16, 32, 48].map(|at| load(window, at));
        let breaks = bits(vectors.map(|v| v128_or(u8x16_eq(v, lf), u8x16_eq(v, cr))));
        Masks {
            quotes: bits(vectors.map(|v| u8x16_eq(v, quote))),
            events: bits(vectors.map(|v| u8x16_eq(v, delimiter))) | breaks,
            breaks,
        }
    }

    /// See [`super::scalar`].
    #[inline]
    #[must_use]
    #[target_feature(enable = "simd128")]
    pub fn characters(&self, window: &[u8; WINDOW]) -> Characters {
        let Vectors { two_bytes, least_of_two, range_of_two, .. } = self.vectors;
        let (two_bytes, least_of_two, range_of_two) = (vector(two_bytes), vector(least_of_two), vector(range_of_two));
        let v = [0, 16, 32, 48].map(|at| load(window, at));
        let beyond_ascii = bits(v);
        if beyond_ascii == 0 {
            return Characters::default();
        }
        let continuing = bits(v.map(|v| i8x16_lt(v, two_bytes)));
        let lead = bits(v.map(|v| u8x16_le(u8x16_sub(v, least_of_two), range_of_two)));
        Characters { continuing, lead, longer: beyond_ascii & !continuing & !lead }
    }

    /// See [`super::scalar`].
    #[inline]
    #[target_feature(enable = "simd128")]
    pub fn widen(&self, window: &[u8; WINDOW], keep: u64, room: &mut [u16; ROOM]) {
        let Vectors { highest_bit, other_bits, two_bytes, three_lowest_bits, .. } = self.vectors;
        let (highest_bit, other_bits) = (vector(highest_bit), vector(other_bits));
        let (two_bytes, three_lowest_bits) = (vector(two_bytes), vector(three_lowest_bits));
        self.push_sixteens(keep, room, |at| {
            let (first, next) = (load(window, at), load(window, at | 1));
            // The smaller of a byte and the next with its highest bit set: the byte, if it is ASCII, and the next, if the character
            // has two. Its first has two bits more for the lower half of the unit, and three for the upper.
            let last = v128_and(u8x16_min(first, v128_or(next, highest_bit)), other_bits);
            let first = u8x16_sub_sat(first, two_bytes);
            let lower = v128_or(last, v128_and(u16x8_shl(first, 6), two_bytes));
            (lower, v128_and(u16x8_shr(first, 2), three_lowest_bits))
        });
    }

    /// See [`super::scalar`].
    #[inline]
    #[target_feature(enable = "simd128")]
    pub fn widen_single(&self, window: &[u8; WINDOW], keep: u64, room: &mut [u16; ROOM]) {
        let Vectors { zero, lower, upper, two_bytes, .. } = self.vectors;
        let (zero, lower, upper, two_bytes) = (vector(zero), vector(lower), vector(upper), vector(two_bytes));
        self.push_sixteens(keep, room, |at| {
            // Letters follow each other from U+0410 on.
            let bytes = load(window, at);
            let letters = i8x16_lt(bytes, zero);
            (u8x16_add(bytes, v128_and(letters, lower)), v128_and(letters, upper))
        });
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

    /// Writes the units of a block that are to be kept. The lower and the upper halves of sixteen, from a place on, are as told.
    #[inline]
    #[target_feature(enable = "simd128")]
    fn push_sixteens(&self, keep: u64, room: &mut [u16; ROOM], halves: impl Fn(usize) -> (v128, v128)) {
        let mut written = 0;
        let mut push = |at: u32| {
            let (lower, upper) = halves(at as usize);
            let units = u8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(lower, upper);
            written = self.push(units, keep.rotate_right(at.wrapping_sub(4)), written, room);
            let units = u8x16_shuffle::<8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31>(lower, upper);
            written = self.push(units, keep.rotate_right(at | 4), written, room);
        };
        // A loop would stay one.
        push(0);
        push(16);
        push(32);
        push(48);
    }

    /// Writes those of eight units that are to be kept, by the fifth bit of `keep` and those that follow, behind so many others. Gives
    /// how many there are then.
    #[inline]
    #[target_feature(enable = "simd128")]
    fn push(&self, units: v128, keep: u64, written: usize, room: &mut [u16; ROOM]) -> usize {
        // Sixteen times the choice: there its shuffle begins.
        let offset = usize::try_from(keep & 0xFF0).unwrap_or_default();
        if let Some(together) = self.together.as_flattened().get(offset..).and_then(|rest| rest.first_chunk()) {
            store(u8x16_swizzle(units, vector(together)), written, room);
        }
        written.wrapping_add(offset.count_ones() as usize)
    }
}

/// The work on texts of JSON.
#[derive(Debug)]
pub struct Texts {
    /// For each choice of bytes that begin characters, of eight and the next, the shuffle that makes a unit of each: of a
    /// character of two bytes the second and the first, else the byte and nothing.
    pairs: Box<Shuffles>,
    vectors: &'static Vectors,
}

impl Default for Texts {
    fn default() -> Self {
        Self::new()
    }
}

impl Texts {
    /// Makes the shuffles.
    #[must_use]
    pub fn new() -> Self {
        let pairs = shuffles(|choice, byte| {
            let next = byte.wrapping_add(1);
            if choice >> next & 1 == 1 { [byte, NONE] } else { [next, byte] }
        });
        Self { pairs, vectors: black_box(&VECTORS) }
    }

    /// See [`super::scalar`].
    #[inline]
    #[must_use]
    #[target_feature(enable = "simd128")]
    pub fn copy(&self, window: &[u8; AHEAD], carry: u32, room: &mut [u16; ROOM]) -> Copied {
        let Vectors { quote, backslash, control, two_bytes, least_of_two, range_of_two, .. } = self.vectors;
        let (quote, backslash, control) = (vector(quote), vector(backslash), vector(control));
        let v = load(window, 0);
        let stops = v128_or(v128_or(u8x16_eq(v, quote), u8x16_eq(v, backslash)), u8x16_le(v, control));
        let stops = u32::from(i8x16_bitmask(stops));
        let beyond_ascii = u32::from(i8x16_bitmask(v));
        if beyond_ascii | carry == 0 {
            store(u16x8_extend_low_u8x16(v), 0, room);
            store(u16x8_extend_high_u8x16(v), 8, room);
            return Copied { stops, begin: 0xFFFF, carry: 0, broken: 0 };
        }
        let continuing = u32::from(i8x16_bitmask(i8x16_lt(v, vector(two_bytes))));
        let lead = u8x16_le(u8x16_sub(v, vector(least_of_two)), vector(range_of_two));
        let lead = u32::from(i8x16_bitmask(lead));
        let follow = lead << 1 | carry;
        let begin = !follow & 0xFFFF;
        self.pairs(v, !follow, 0, room);
        self.pairs(load(window, 8), !follow >> 8, (begin & 0xFF).count_ones() as usize, room);
        let broken = (continuing ^ follow) & 0xFFFF;
        Copied { stops: stops | broken | beyond_ascii & !lead & !continuing, begin, carry: lead >> 15, broken }
    }

    /// Writes the characters that begin in eight bytes, where they have one byte or two, behind so many others.
    #[inline]
    #[target_feature(enable = "simd128")]
    fn pairs(&self, bytes: v128, begin: u32, written: usize, room: &mut [u16; ROOM]) {
        if let Some(pairs) = self.pairs.get((begin & 0x1FF) as usize) {
            let (of_last, of_first) = (vector(&self.vectors.of_last), vector(&self.vectors.of_first));
            let units = u8x16_swizzle(bytes, vector(pairs));
            store(v128_or(v128_and(units, of_last), u16x8_shr(v128_and(units, of_first), 2)), written, room);
        }
    }
}
