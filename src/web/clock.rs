//! The platform's clocks.

use std::cell::RefCell;

use crate::{client::clock::Clock, protocol::day::Day, web::host};

thread_local! {
    static CLOCK: RefCell<Clock> = RefCell::new(Clock::new(wall_ms(), monotonic_ms()));
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
fn integer(ms: f64) -> u64 {
    ms as u64
}

/// Milliseconds since 1970, as the platform's clock shows them.
pub fn wall_ms() -> u64 {
    integer(js_sys::Date::now())
}

fn monotonic_ms() -> u64 {
    integer(host::monotonic_ms())
}

/// The time for the state machines, in milliseconds.
pub fn now() -> u64 {
    CLOCK.with_borrow_mut(|clock| clock.read(wall_ms(), monotonic_ms()))
}

/// The time in which timers run, in milliseconds.
pub fn steady() -> u64 {
    now();
    CLOCK.with_borrow(Clock::steady)
}

/// The current day of the service.
pub fn today() -> Option<Day> {
    i64::try_from(wall_ms()).ok().and_then(Day::at_instant)
}

/// A timer fired that was started at that [`steady`] time for that duration.
pub fn timer_fired(started_at: u64, duration_ms: u64) {
    CLOCK.with_borrow_mut(|clock| {
        clock.read(wall_ms(), monotonic_ms());
        clock.timer_fired(started_at, duration_ms);
    });
}
