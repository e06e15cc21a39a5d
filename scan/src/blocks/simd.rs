//! SIMD implementation with vectors of 16 bytes, for WebAssembly. It has the only `unsafe` code of the project: loads and stores
//! of vectors, each from or to an array of 16 bytes.

#![allow(unsafe_code, reason = "vectors are loaded and stored through pointers")]

use core::arch::wasm32::{
    i8x16_bitmask, i8x16_lt, u8x16_add, u8x16_eq, u8x16_le, u8x16_min, u8x16_shuffle, u8x16_splat, u8x16_sub,
    u8x16_sub_sat, u8x16_swizzle, u16x8_extend_high_u8x16, u16x8_extend_low_u8x16, u16x8_shl, u16x8_shr, u64x2_splat,
    v128, v128_and, v128_load, v128_or, v128_store,
};
use core::hint::black_box;

use super::{CHUNK_LEN, CHUNK_WINDOW_LEN, DecodedChunk, OUTPUT_LEN, SyntaxMasks, Utf8Masks, WINDOW_LEN};
use crate::WINDOWS_1251;

/// Classifies and decodes the bytes of a block.
#[derive(Debug)]
pub struct BlockDecoder {
    /// For each subset of 8 units, the shuffle that packs them.
    compress: Box<Shuffles>,
    vectors: &'static Vectors,
}

/// Constant vectors. They are in memory, because engines build a vector constant again at each use, which is slower: on some
/// machines a hundred times in Firefox.
#[derive(Debug)]
struct Vectors {
    quote: [u8; 16],
    lf: [u8; 16],
    cr: [u8; 16],
    backslash: [u8; 16],
    /// The last control character.
    last_control: [u8; 16],
    /// The two highest bits, and the lowest byte above the continuation bytes.
    two_high_bits: [u8; 16],
    /// The lowest first byte of two-byte characters.
    min_two_byte_lead: [u8; 16],
    /// The highest first byte of two-byte characters minus the lowest.
    two_byte_lead_range: [u8; 16],
    zero: [u8; 16],
    high_bit: [u8; 16],
    low_seven_bits: [u8; 16],
    low_three_bits: [u8; 16],
    /// Offset from a letter of windows-1251 to the lower half of its unit.
    letter_offset: [u8; 16],
    /// The upper half of a letter's unit.
    letter_upper: [u8; 16],
    /// Payload bits of a character's last byte.
    last_byte_bits: [u8; 16],
    /// Payload bits of the first byte of a two-byte character, in the upper half of the unit.
    first_byte_bits: [u8; 16],
}

static VECTORS: Vectors = Vectors {
    quote: [b'"'; 16],
    lf: [b'\n'; 16],
    cr: [b'\r'; 16],
    backslash: [b'\\'; 16],
    last_control: [0x1F; 16],
    two_high_bits: [0xC0; 16],
    min_two_byte_lead: [0xC2; 16],
    two_byte_lead_range: [0x1D; 16],
    zero: [0; 16],
    high_bit: [0x80; 16],
    low_seven_bits: [0x7F; 16],
    low_three_bits: [0x07; 16],
    letter_offset: [0x50; 16],
    letter_upper: [0x04; 16],
    last_byte_bits: splat_unit(0x7F),
    first_byte_bits: splat_unit(0x1F00),
};

/// A vector of eight equal units.
const fn splat_unit(unit: u16) -> [u8; 16] {
    let [l, h] = unit.to_le_bytes();
    [l, h, l, h, l, h, l, h, l, h, l, h, l, h, l, h]
}

/// Shuffles by mask: one for each subset of eight elements. Nine bits, because some masks include the element after them.
type Shuffles = [[u8; 16]; 512];

/// An index out of range: the shuffle writes 0.
const ZERO_INDEX: u8 = 0xFF;

/// Builds the shuffles that pack the selected units. `unit` returns the indexes of a unit's two bytes.
#[cold]
#[inline(never)]
fn shuffles(unit: fn(usize, u8) -> [u8; 2]) -> Box<Shuffles> {
    let mut shuffles = Box::new([[ZERO_INDEX; 16]; 512]);
    for (mask, shuffle) in shuffles.iter_mut().enumerate() {
        let (slots, _) = shuffle.as_chunks_mut::<2>();
        let mut slots = slots.iter_mut();
        for index in 0..black_box(8) {
            if mask >> index & 1 == 1
                && let Some(slot) = slots.next()
            {
                *slot = unit(mask, index);
            }
        }
    }
    shuffles
}

impl Default for BlockDecoder {
    fn default() -> Self {
        Self::new()
    }
}

/// Loads a vector.
#[inline]
#[target_feature(enable = "simd128")]
fn vector(bytes: &[u8; 16]) -> v128 {
    // SAFETY: 16 bytes are read from an array of as many.
    unsafe { v128_load(bytes.as_ptr().cast()) }
}

/// Loads the vector at an offset of a window.
#[inline]
#[target_feature(enable = "simd128")]
fn load<const LENGTH: usize>(window: &[u8; LENGTH], offset: usize) -> v128 {
    let bytes = window.get(offset..).and_then(|rest| rest.first_chunk());
    bytes.map_or(u64x2_splat(0), |bytes| vector(bytes))
}

/// Mask of the highest bits of 64 bytes.
#[inline]
#[target_feature(enable = "simd128")]
fn bitmask(vectors: [v128; 4]) -> u64 {
    let [a, b, c, d] = vectors.map(|vector| u64::from(i8x16_bitmask(vector)));
    a | b << 16 | c << 32 | d << 48
}

/// Stores eight units at an offset of the output.
#[inline]
#[target_feature(enable = "simd128")]
fn store(units: v128, offset: usize, output: &mut [u16; OUTPUT_LEN]) {
    if let Some(to) = output.get_mut(offset..).and_then(|rest| rest.first_chunk_mut::<8>()) {
        // SAFETY: 16 bytes are written to an array of as many.
        unsafe { v128_store(to.as_mut_ptr().cast(), units) };
    }
}

/// Classifies the bytes of UTF-8.
#[derive(Clone, Copy, Debug)]
pub struct Utf8Classifier(&'static Vectors);

impl Default for Utf8Classifier {
    fn default() -> Self {
        Self::new()
    }
}

impl Utf8Classifier {
    /// Returns the classifier.
    #[must_use]
    pub fn new() -> Self {
        Self(black_box(&VECTORS))
    }

    /// See [`super::scalar`].
    #[inline]
    #[must_use]
    #[target_feature(enable = "simd128")]
    pub fn masks(self, window: &[u8; WINDOW_LEN]) -> Utf8Masks {
        let Vectors { two_high_bits, min_two_byte_lead, two_byte_lead_range, .. } = self.0;
        let two_high_bits = vector(two_high_bits);
        let (min_lead, lead_range) = (vector(min_two_byte_lead), vector(two_byte_lead_range));
        let v = [0, 16, 32, 48].map(|offset| load(window, offset));
        let non_ascii = bitmask(v);
        if non_ascii == 0 {
            return Utf8Masks::default();
        }
        let continuations = bitmask(v.map(|v| i8x16_lt(v, two_high_bits)));
        let two_byte_leads = bitmask(v.map(|v| u8x16_le(u8x16_sub(v, min_lead), lead_range)));
        Utf8Masks { continuations, two_byte_leads, long_or_invalid: non_ascii & !continuations & !two_byte_leads }
    }
}

impl BlockDecoder {
    /// Builds the shuffles.
    #[must_use]
    pub fn new() -> Self {
        let compress = shuffles(|_, unit| [unit << 1, unit << 1 | 1]);
        Self { compress, vectors: black_box(&VECTORS) }
    }

    /// See [`super::scalar`].
    #[inline]
    #[must_use]
    #[target_feature(enable = "simd128")]
    pub fn syntax_masks(&self, window: &[u8; WINDOW_LEN], delimiter: u8) -> SyntaxMasks {
        let Vectors { quote, lf, cr, .. } = self.vectors;
        let (quote, lf, cr) = (vector(quote), vector(lf), vector(cr));
        let delimiter = u8x16_splat(delimiter);
        let vectors = [0, 16, 32, 48].map(|offset| load(window, offset));
        let line_breaks = bitmask(vectors.map(|v| v128_or(u8x16_eq(v, lf), u8x16_eq(v, cr))));
        SyntaxMasks {
            quotes: bitmask(vectors.map(|v| u8x16_eq(v, quote))),
            terminators: bitmask(vectors.map(|v| u8x16_eq(v, delimiter))) | line_breaks,
            line_breaks,
        }
    }

    /// See [`super::scalar`].
    #[inline]
    #[target_feature(enable = "simd128")]
    pub fn decode_utf8(&self, window: &[u8; WINDOW_LEN], kept: u64, output: &mut [u16; OUTPUT_LEN]) {
        let Vectors { high_bit, low_seven_bits, two_high_bits, low_three_bits, .. } = self.vectors;
        let (high_bit, low_seven_bits) = (vector(high_bit), vector(low_seven_bits));
        let (two_high_bits, low_three_bits) = (vector(two_high_bits), vector(low_three_bits));
        self.write_block(kept, output, |offset| {
            let (first, next) = (load(window, offset), load(window, offset | 1));
            // The minimum of a byte and the next one with its highest bit set is the character's last byte: the byte itself if it
            // is ASCII, otherwise the next. A first byte adds two bits to the lower half of the unit and three to the upper.
            let last = v128_and(u8x16_min(first, v128_or(next, high_bit)), low_seven_bits);
            let first = u8x16_sub_sat(first, two_high_bits);
            let lower = v128_or(last, v128_and(u16x8_shl(first, 6), two_high_bits));
            (lower, v128_and(u16x8_shr(first, 2), low_three_bits))
        });
    }

    /// See [`super::scalar`].
    #[inline]
    #[target_feature(enable = "simd128")]
    pub fn decode_windows_1251(&self, window: &[u8; WINDOW_LEN], kept: u64, output: &mut [u16; OUTPUT_LEN]) {
        let Vectors { zero, letter_offset, letter_upper, two_high_bits, .. } = self.vectors;
        let (zero, two_high_bits) = (vector(zero), vector(two_high_bits));
        let (letter_offset, letter_upper) = (vector(letter_offset), vector(letter_upper));
        self.write_block(kept, output, |offset| {
            // The letters from 0xC0 on are consecutive, from U+0410 on.
            let bytes = load(window, offset);
            let letters = i8x16_lt(bytes, zero);
            (u8x16_add(bytes, v128_and(letters, letter_offset)), v128_and(letters, letter_upper))
        });
        // The bytes from 0x80 to 0xBF, signs and other letters, need the table.
        let mut from_table =
            bitmask([0, 16, 32, 48].map(|offset| i8x16_lt(load(window, offset), two_high_bits))) & kept;
        while from_table != 0 {
            let index = from_table.trailing_zeros();
            let before = (1_u64 << index).wrapping_sub(1);
            from_table &= from_table.wrapping_sub(1);
            let upper = window.get(index as usize).map_or(0, |byte| usize::from(byte & 0x7F));
            let slot = output.get_mut((kept & before).count_ones() as usize);
            if let (Some(slot), Some(unit)) = (slot, WINDOWS_1251.get(upper)) {
                *slot = *unit;
            }
        }
    }

    /// Writes the kept units of a block. `halves` returns the lower and the upper halves of 16 units from an offset on.
    #[inline]
    #[target_feature(enable = "simd128")]
    fn write_block(&self, kept: u64, output: &mut [u16; OUTPUT_LEN], halves: impl Fn(usize) -> (v128, v128)) {
        let mut written = 0;
        let mut write = |offset: u32| {
            let (lower, upper) = halves(offset as usize);
            let units = u8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(lower, upper);
            written = self.write_units(units, kept.rotate_right(offset.wrapping_sub(4)), written, output);
            let units = u8x16_shuffle::<8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31>(lower, upper);
            written = self.write_units(units, kept.rotate_right(offset | 4), written, output);
        };
        // The compiler does not unroll a loop here.
        write(0);
        write(16);
        write(32);
        write(48);
    }

    /// Writes the kept ones of eight units at the offset `written`. Bits 4 to 11 of `kept` select them. Returns the next offset.
    #[inline]
    #[target_feature(enable = "simd128")]
    fn write_units(&self, units: v128, kept: u64, written: usize, output: &mut [u16; OUTPUT_LEN]) -> usize {
        // A shuffle has 16 bytes, so that 16 times the mask is its offset.
        let offset = usize::try_from(kept & 0xFF0).unwrap_or_default();
        if let Some(compress) = self.compress.as_flattened().get(offset..).and_then(|rest| rest.first_chunk()) {
            store(u8x16_swizzle(units, vector(compress)), written, output);
        }
        written.wrapping_add(offset.count_ones() as usize)
    }
}

/// Decodes JSON strings.
#[derive(Debug)]
pub struct JsonStringDecoder {
    /// By the mask of first bytes, of eight bytes and the one after them: the shuffle that makes a unit of each character. The
    /// unit consists of the second and the first byte of a two-byte character, otherwise of the byte and 0.
    pairs: Box<Shuffles>,
    vectors: &'static Vectors,
}

impl Default for JsonStringDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl JsonStringDecoder {
    /// Builds the shuffles.
    #[must_use]
    pub fn new() -> Self {
        let pairs = shuffles(|mask, index| {
            let next = index.wrapping_add(1);
            if mask >> next & 1 == 1 { [index, ZERO_INDEX] } else { [next, index] }
        });
        Self { pairs, vectors: black_box(&VECTORS) }
    }

    /// See [`super::scalar`].
    #[inline]
    #[must_use]
    #[target_feature(enable = "simd128")]
    pub fn stops(&self, chunk: &[u8; CHUNK_LEN]) -> u32 {
        let Vectors { quote, backslash, last_control, .. } = self.vectors;
        let v = vector(chunk);
        let ends = v128_or(u8x16_eq(v, vector(quote)), u8x16_eq(v, vector(backslash)));
        i8x16_bitmask(v128_or(ends, u8x16_le(v, vector(last_control)))).into()
    }

    /// See [`super::scalar`].
    #[inline]
    #[must_use]
    #[target_feature(enable = "simd128")]
    pub fn decode(&self, window: &[u8; CHUNK_WINDOW_LEN], carry: u32, output: &mut [u16; OUTPUT_LEN]) -> DecodedChunk {
        let Vectors { quote, backslash, last_control, two_high_bits, min_two_byte_lead, two_byte_lead_range, .. } =
            self.vectors;
        let (quote, backslash, last_control) = (vector(quote), vector(backslash), vector(last_control));
        let v = load(window, 0);
        let stops = v128_or(v128_or(u8x16_eq(v, quote), u8x16_eq(v, backslash)), u8x16_le(v, last_control));
        let stops = u32::from(i8x16_bitmask(stops));
        let non_ascii = u32::from(i8x16_bitmask(v));
        if non_ascii | carry == 0 {
            store(u16x8_extend_low_u8x16(v), 0, output);
            store(u16x8_extend_high_u8x16(v), 8, output);
            return DecodedChunk { stops, starts: 0xFFFF, carry: 0, invalid: 0 };
        }
        let continuations = u32::from(i8x16_bitmask(i8x16_lt(v, vector(two_high_bits))));
        let leads = u8x16_le(u8x16_sub(v, vector(min_two_byte_lead)), vector(two_byte_lead_range));
        let leads = u32::from(i8x16_bitmask(leads));
        let seconds = leads << 1 | carry;
        let starts = !seconds & 0xFFFF;
        self.write_characters(v, !seconds, 0, output);
        self.write_characters(load(window, 8), !seconds >> 8, (starts & 0xFF).count_ones() as usize, output);
        let invalid = (continuations ^ seconds) & 0xFFFF;
        DecodedChunk {
            stops: stops | invalid | non_ascii & !leads & !continuations,
            starts,
            carry: leads >> 15,
            invalid,
        }
    }

    /// Writes the characters of one byte or two that begin in eight bytes, at the offset `written`.
    #[inline]
    #[target_feature(enable = "simd128")]
    fn write_characters(&self, bytes: v128, starts: u32, written: usize, output: &mut [u16; OUTPUT_LEN]) {
        if let Some(pairs) = self.pairs.get((starts & 0x1FF) as usize) {
            let (last, first) = (vector(&self.vectors.last_byte_bits), vector(&self.vectors.first_byte_bits));
            let units = u8x16_swizzle(bytes, vector(pairs));
            store(v128_or(v128_and(units, last), u16x8_shr(v128_and(units, first), 2)), written, output);
        }
    }
}
