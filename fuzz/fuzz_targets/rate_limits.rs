//! Any sequence of calls, responses, rejections and settings of the clock: the service never has to reject a request, no
//! request waits needlessly, and every call ends.
#![no_main]

#[path = "../../src/client/rate_limits/world.rs"]
mod world;

use libfuzzer_sys::fuzz_target;
use smsc_wasm::client::rate_limits::{
    Decision, HISTORY, MAX_CONCURRENT, Next, RateLimits, RequestId, Rules, SENDERS_ADD, SENDERS_LIST, TASKS, WindowKey,
};
use world::{Event, World};

fuzz_target!(|data: &[u8]| {
    let mut world = World::default();
    for &[kind, a, b, c] in data.as_chunks().0.iter().take(48) {
        let ms = u64::from(b) * u64::from(c);
        let index = usize::from(a);
        world.apply(match kind % 18 {
            0..8 => Event::Call {
                endpoint: kind.into(),
                number: u32::from(a % 4),
                transit_ms: u64::from(b) * 16,
                response_ms: u64::from(c) * 16,
            },
            8 => Event::Leave(index),
            9 => Event::Abort(index),
            10 => Event::WindowFull { endpoint: index % 5, number: u32::from(b % 4), window: usize::from(c % 2) },
            11 => Event::TooManyConnections,
            12 => Event::SetBack(ms * u64::from(a)),
            13 => Event::Advance(ms * u64::from(a)),
            14 => Event::Cancel(index),
            15 => Event::JumpAndReturn(ms * u64::from(a)),
            _ => Event::Advance(ms),
        });
    }
    world.finish();
});
