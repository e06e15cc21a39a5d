//! Blocks by vectors and byte by byte are the same. Only WebAssembly has both.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use smsc_scan::blocks::{Masks, ROOM, WINDOW, scalar, simd};
use wasm_bindgen_test::wasm_bindgen_test;

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[(self.next() % list.len() as u64) as usize]
    }
}

/// A window of text that is mostly sound, or of bytes that are mostly not.
fn window(numbers: &mut Numbers) -> [u8; WINDOW] {
    const TEXTS: [&str; 15] =
        ["a", "0123456789", ";", "\"", "\\", "\n", "\r", "Ж", "привет", "і", "€", "—", "\u{FFFF}", "𝄞", "\u{10FFFF}"];
    let kinds = 1 + numbers.next() as usize % TEXTS.len();
    let mut bytes = Vec::new();
    while bytes.len() < WINDOW {
        bytes.extend_from_slice(numbers.one_of(&TEXTS[..kinds]).as_bytes());
    }
    let mut window = *bytes.last_chunk().unwrap();
    for _ in 0..numbers.one_of(&[0, 0, 1, 5, 80]) {
        window[numbers.next() as usize % WINDOW] = numbers.next() as u8;
    }
    window
}

#[wasm_bindgen_test]
fn masks_are_the_same() {
    let (mut numbers, vectors) = (Numbers(1), simd::Blocks::new());
    for _ in 0..20_000 {
        let window = window(&mut numbers);
        let delimiter = numbers.one_of(b";,\t|x");
        let (mut masks, mut twins) = (vectors.masks(&window, delimiter), scalar::Blocks.masks(&window, delimiter));
        vectors.characters(&window, &mut masks);
        scalar::Blocks.characters(&window, &mut twins);
        assert_eq!(masks, twins, "{window:?}");
        assert_eq!(vectors.marks(&window), scalar::Blocks.marks(&window), "{window:?}");
    }
}

#[wasm_bindgen_test]
fn what_is_kept_is_decoded_alike() {
    let (mut numbers, vectors) = (Numbers(2), simd::Blocks::new());
    for _ in 0..20_000 {
        let window = window(&mut numbers);
        let mut masks = Masks::default();
        scalar::Blocks.characters(&window, &mut masks);
        // First bytes, of ASCII some, and the second ones of four.
        let some = numbers.one_of(&[!0, numbers.0, 0xFF, 0]);
        // At the beginning there may be one whose first byte stands in the block before.
        let second = u64::from(masks.continuing & 0b111 == 0b111);
        let keep = (!masks.continuing & some) | masks.lead | masks.fourth << 1 | second;
        let units = |decode: &dyn Fn(&[u8; WINDOW], u64, &Masks, &mut [u16; ROOM]) -> bool| {
            let mut room = [0; ROOM];
            let sound = decode(&window, keep, &masks, &mut room);
            (sound, room[..keep.count_ones() as usize].to_vec())
        };
        let by_vectors = units(&|window, keep, masks, room| vectors.widen(window, keep, masks, room));
        let by_bytes = units(&|window, keep, masks, room| scalar::Blocks.widen(window, keep, masks, room));
        assert_eq!(by_vectors.0, by_bytes.0, "{window:?}");
        // What the text is of which one says that it is none does not matter.
        if by_bytes.0 && !masks.never && masks.lead << 1 & !masks.continuing == 0 && masks.continuing & 1 == second {
            assert_eq!(by_vectors.1, by_bytes.1, "{window:?} {keep:x}");
        }
        let single = |decode: &dyn Fn(&mut [u16; ROOM])| {
            let mut room = [0; ROOM];
            decode(&mut room);
            room[..keep.count_ones() as usize].to_vec()
        };
        assert_eq!(
            single(&|room| vectors.widen_single(&window, keep, room)),
            single(&|room| scalar::Blocks.widen_single(&window, keep, room))
        );
    }
}
