//! Whatever is asked, answered, given up and refused, and however the clock goes: the service never has to refuse, nobody
//! waits in vain, and every call ends.
#![no_main]

#[path = "../../src/limits/world.rs"]
mod world;

use libfuzzer_sys::fuzz_target;
use smsc_wasm::form::Form;
use smsc_wasm::limits::{
    Answer, HISTORY, Key, Limits, MOST_AT_ONCE, Rules, SENDERS_ADD, SENDERS_LIST, TASKS, Ticket, Turn,
};
use world::{Event, World};

fuzz_target!(|data: &[u8]| {
    let mut world = World::default();
    for &[what, a, b, c] in data.as_chunks().0.iter().take(48) {
        let time = u64::from(b) * u64::from(c);
        let place = usize::from(a);
        world.happens(match what % 16 {
            0..8 => Event::Call {
                kind: what.into(),
                n: u32::from(a % 4),
                there: u64::from(b) * 16,
                back: u64::from(c) * 16,
            },
            8 => Event::Abort(place),
            9 => Event::Break(place),
            10 => Event::Refused { kind: place % 5, n: u32::from(b % 4), window: usize::from(c % 2) },
            11 => Event::Squeezed,
            12 => Event::SetBack(time * u64::from(a)),
            13 => Event::Tick(time * u64::from(a)),
            _ => Event::Tick(time),
        });
    }
    world.ends();
});
