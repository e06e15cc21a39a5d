//! The SIMD and the scalar implementation give the same results. Only WebAssembly has both.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use smsc_scan::blocks::{BLOCK_LEN, CHUNK_LEN, OUTPUT_LEN, WINDOW_LEN, scalar, simd};
use wasm_bindgen_test::wasm_bindgen_test;

/// A xorshift generator: the same pseudo-random numbers in each run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn choose<T: Copy>(&mut self, list: &[T]) -> T {
        list[(self.next() % list.len() as u64) as usize]
    }
}

/// A window of mostly valid text, or of mostly invalid bytes.
fn random_window(random: &mut Random) -> [u8; WINDOW_LEN] {
    const TEXTS: [&str; 15] =
        ["a", "0123456789", ";", "\"", "\\", "\n", "\r", "Ж", "привет", "і", "€", "—", "\u{FFFF}", "𝄞", "\u{10FFFF}"];
    let kinds = 1 + random.next() as usize % TEXTS.len();
    let mut bytes = Vec::new();
    while bytes.len() < WINDOW_LEN {
        bytes.extend_from_slice(random.choose(&TEXTS[..kinds]).as_bytes());
    }
    let mut window = *bytes.last_chunk().unwrap();
    for _ in 0..random.choose(&[0, 0, 1, 5, WINDOW_LEN]) {
        window[random.next() as usize % WINDOW_LEN] = random.next() as u8;
    }
    window
}

#[wasm_bindgen_test]
fn masks_are_equal() {
    let (mut random, simd) = (Random(1), simd::BlockDecoder::new());
    let scalar = scalar::BlockDecoder;
    for _ in 0..20_000 {
        let window = random_window(&mut random);
        let delimiter = random.choose(b";,\t|x");
        assert_eq!(simd.syntax_masks(&window, delimiter), scalar.syntax_masks(&window, delimiter), "{window:?}");
        let masks = simd::Utf8Classifier::new().masks(&window);
        assert_eq!(masks, scalar::Utf8Classifier.masks(&window), "{window:?}");
    }
}

#[wasm_bindgen_test]
fn decoded_blocks_are_equal() {
    let (mut random, simd) = (Random(2), simd::BlockDecoder::new());
    let scalar = scalar::BlockDecoder;
    for _ in 0..20_000 {
        let window = random_window(&mut random);
        let masks = scalar::Utf8Classifier.masks(&window);
        let followed = masks.continuations >> 1 | u64::from(window[BLOCK_LEN] & 0xC0 == 0x80) << 63;
        let kept = random.choose(&[!0, random.0, 0xFF, 0]);
        let decode = |decode: &dyn Fn(u64, &mut [u16; OUTPUT_LEN]), kept: u64| {
            let mut output = [0; OUTPUT_LEN];
            decode(kept, &mut output);
            output[..kept.count_ones() as usize].to_vec()
        };
        // Callers keep only first bytes of complete characters of one byte or two.
        let kept_utf8 = kept & !masks.continuations & !masks.long_or_invalid & !(masks.two_byte_leads & !followed);
        assert_eq!(
            decode(&|kept, output| simd.decode_utf8(&window, kept, output), kept_utf8),
            decode(&|kept, output| scalar.decode_utf8(&window, kept, output), kept_utf8),
            "{window:?} {kept:x}"
        );
        assert_eq!(
            decode(&|kept, output| simd.decode_windows_1251(&window, kept, output), kept),
            decode(&|kept, output| scalar.decode_windows_1251(&window, kept, output), kept)
        );
    }
}

#[wasm_bindgen_test]
fn decoded_json_strings_are_equal() {
    let (mut random, simd) = (Random(3), simd::JsonStringDecoder::new());
    for _ in 0..20_000 {
        let window = random_window(&mut random);
        let chunk = window.first_chunk().unwrap();
        let carry = u32::from(window[0] & 0xC0 == 0x80);
        let (mut output, mut expected_output) = ([0; OUTPUT_LEN], [0; OUTPUT_LEN]);
        let decoded = simd.decode(chunk, carry, &mut output);
        let expected = scalar::JsonStringDecoder.decode(chunk, carry, &mut expected_output);
        let before = decoded.stops.wrapping_sub(1) & !decoded.stops & 0xFFFF;
        let through = before << 1 | 1;
        assert_eq!(before, expected.stops.wrapping_sub(1) & !expected.stops & 0xFFFF, "{window:?}");
        assert_eq!(decoded.invalid & through & 0xFFFF, expected.invalid & through & 0xFFFF, "{window:?}");
        assert_eq!(decoded.starts & before, expected.starts & before, "{window:?}");
        // The output of an invalid chunk may differ, and that of a chunk whose next byte is invalid.
        let is_incomplete = decoded.stops == 0 && decoded.carry == 1 && window[CHUNK_LEN] & 0xC0 != 0x80;
        if decoded.invalid & through == 0 && !is_incomplete {
            let units = (decoded.starts & before).count_ones() as usize;
            assert_eq!(output[..units], expected_output[..units], "{window:?}");
        }
        if decoded.stops == 0 {
            assert_eq!(decoded.carry, expected.carry, "{window:?}");
        }
    }
}
