//! Blocks by vectors and byte by byte are the same. Only WebAssembly has both.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use smsc_scan::blocks::{BLOCK, CHUNK, ROOM, WINDOW, scalar, simd};
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
    for _ in 0..numbers.one_of(&[0, 0, 1, 5, WINDOW]) {
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
        assert_eq!(vectors.masks(&window, delimiter), scalar::Blocks.masks(&window, delimiter), "{window:?}");
        assert_eq!(vectors.characters(&window), scalar::Blocks.characters(&window), "{window:?}");
    }
}

#[wasm_bindgen_test]
fn what_is_kept_is_decoded_alike() {
    let (mut numbers, vectors) = (Numbers(2), simd::Blocks::new());
    for _ in 0..20_000 {
        let window = window(&mut numbers);
        let characters = scalar::Blocks.characters(&window);
        // What is of another kind is never kept, nor a first byte without the second.
        let follow = characters.continuing >> 1 | u64::from(window[BLOCK] & 0xC0 == 0x80) << 63;
        let keep = numbers.one_of(&[!0, numbers.0, 0xFF, 0]);
        let kept = |decode: &dyn Fn(u64, &mut [u16; ROOM]), keep: u64| {
            let mut room = [0; ROOM];
            decode(keep, &mut room);
            room[..keep.count_ones() as usize].to_vec()
        };
        let sound = keep & !characters.continuing & !characters.longer & !(characters.lead & !follow);
        assert_eq!(
            kept(&|keep, room| vectors.widen(&window, keep, room), sound),
            kept(&|keep, room| scalar::Blocks.widen(&window, keep, room), sound),
            "{window:?} {keep:x}"
        );
        assert_eq!(
            kept(&|keep, room| vectors.widen_single(&window, keep, room), keep),
            kept(&|keep, room| scalar::Blocks.widen_single(&window, keep, room), keep)
        );
    }
}

#[wasm_bindgen_test]
fn texts_are_copied_alike() {
    let (mut numbers, vectors) = (Numbers(3), simd::Texts::new());
    for _ in 0..20_000 {
        let window = window(&mut numbers);
        let ahead = window.first_chunk().unwrap();
        let carry = u32::from(window[0] & 0xC0 == 0x80);
        let (mut room, mut twin) = ([0; ROOM], [0; ROOM]);
        let copied = vectors.copy(ahead, carry, &mut room);
        let twins = scalar::Texts.copy(ahead, carry, &mut twin);
        let before = copied.stops.wrapping_sub(1) & !copied.stops & 0xFFFF;
        let upto = before << 1 | 1;
        assert_eq!(before, twins.stops.wrapping_sub(1) & !twins.stops & 0xFFFF, "{window:?}");
        assert_eq!(copied.broken & upto & 0xFFFF, twins.broken & upto & 0xFFFF, "{window:?}");
        assert_eq!(copied.begin & before, twins.begin & before, "{window:?}");
        // What the text is of which both say that it is none does not matter, nor what the next will be said of.
        let cut_off = copied.stops == 0 && copied.carry == 1 && window[CHUNK] & 0xC0 != 0x80;
        if copied.broken & upto == 0 && !cut_off {
            let units = (copied.begin & before).count_ones() as usize;
            assert_eq!(room[..units], twin[..units], "{window:?}");
        }
        if copied.stops == 0 {
            assert_eq!(copied.carry, twins.carry, "{window:?}");
        }
    }
}
