//! The time that the state machines get: monotonic, whatever happens to the platform's clocks.
//!
//! A process has two clocks. The monotonic one (`performance.now()`) may stop while a machine sleeps; the wall clock
//! (`Date.now()`) may be set. Tests replace one, the other or both, or the timers. This clock follows the faster of the two,
//! takes back a jump of the wall clock that is itself taken back, and after a timer fires at least its duration has passed.

use std::cell::Cell;

/// Milliseconds, from an arbitrary origin.
#[derive(Debug)]
pub struct Clock {
    now: u64,
    wall: u64,
    monotonic: u64,
    /// How far the wall clock has run ahead of the monotonic one.
    ahead: u64,
    /// How far the wall clock has fallen behind the monotonic one, beyond what it was ahead.
    behind: u64,
    /// How much time was taken back.
    taken_back: u64,
}

impl Clock {
    /// A clock that begins now.
    #[must_use]
    pub fn new(wall: u64, monotonic: u64) -> Self {
        // Not zero, so that times before the beginning can be expressed.
        Self { now: wall, wall, monotonic, ahead: 0, behind: 0, taken_back: 0 }
    }

    /// The time, given what the platform's clocks show.
    pub fn read(&mut self, wall: u64, monotonic: u64) -> u64 {
        let passed = monotonic.saturating_sub(self.monotonic);
        let by_wall = wall.saturating_sub(self.wall);
        if by_wall >= passed && wall >= self.wall {
            let surplus = by_wall.saturating_sub(passed);
            // A wall clock that was set back is set right again.
            let restored = if surplus >= self.behind { self.behind } else { 0 };
            self.behind = self.behind.saturating_sub(surplus);
            self.ahead = self.ahead.saturating_add(surplus.saturating_sub(restored));
            self.now = self.now.saturating_add(by_wall.saturating_sub(restored));
        } else {
            // The wall clock is slower, stands still or was set back.
            let back = passed.saturating_sub(by_wall).saturating_add(self.wall.saturating_sub(wall));
            let taken_back = back.min(self.ahead);
            self.ahead = self.ahead.saturating_sub(taken_back);
            self.behind = self.behind.saturating_add(back.saturating_sub(taken_back));
            self.taken_back = self.taken_back.saturating_add(taken_back);
            self.now = self.now.saturating_add(passed).saturating_sub(taken_back);
        }
        self.wall = wall;
        self.monotonic = monotonic;
        self.now
    }

    /// The time without what was taken back, in which timers run.
    #[must_use]
    pub fn steady(&self) -> u64 {
        self.now.saturating_add(self.taken_back)
    }

    /// A timer fired that was started at that [steady](Self::steady) time for that duration.
    pub fn timer_fired(&mut self, started_at: u64, duration_ms: u64) {
        let end = started_at.saturating_add(duration_ms).saturating_sub(self.taken_back);
        self.now = self.now.max(end);
    }
}

/// The time since a moment, by a clock that can take back a jump: never less than it was.
#[derive(Debug)]
pub struct Stopwatch {
    last: Cell<u64>,
    elapsed: Cell<u64>,
}

impl Stopwatch {
    /// A stopwatch that was started then.
    #[must_use]
    pub fn new(started_at: u64) -> Self {
        Self { last: Cell::new(started_at), elapsed: Cell::new(0) }
    }

    /// The milliseconds since it was started.
    pub fn elapsed_ms(&self, now: u64) -> u64 {
        let passed = now.saturating_sub(self.last.replace(now));
        let elapsed = self.elapsed.get().saturating_add(passed);
        self.elapsed.set(elapsed);
        elapsed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: u64 = 3_600_000;

    #[test]
    fn a_wall_clock_that_is_set_back_or_stands_still_does_not_stop_time() {
        let mut clock = Clock::new(10 * HOUR, 0);
        assert_eq!(clock.read(10 * HOUR + 5, 5), 10 * HOUR + 5);
        assert_eq!(clock.read(9 * HOUR, 7), 10 * HOUR + 7);
        assert_eq!(clock.read(9 * HOUR, 17), 10 * HOUR + 17);
    }

    #[test]
    fn a_jump_forward_and_back_leaves_no_trace() {
        let mut clock = Clock::new(10 * HOUR, 0);
        assert_eq!(clock.read(11 * HOUR, 5), 11 * HOUR);
        assert_eq!(clock.read(11 * HOUR + 5, 10), 11 * HOUR + 5);
        assert_eq!(clock.read(10 * HOUR + 15, 15), 10 * HOUR + 15);
        // Also within one millisecond.
        assert_eq!(clock.read(11 * HOUR + 15, 15), 11 * HOUR + 15);
        assert_eq!(clock.read(10 * HOUR + 15, 15), 10 * HOUR + 15);
    }

    #[test]
    fn a_clock_that_is_set_back_and_right_again_leaves_no_trace() {
        let mut clock = Clock::new(10 * HOUR, 0);
        for at in (0..50).step_by(10) {
            assert_eq!(clock.read(9 * HOUR + at, at), 10 * HOUR + at);
            assert_eq!(clock.read(10 * HOUR + at + 5, at + 5), 10 * HOUR + at + 5);
        }
        // Then it runs ahead from there.
        assert_eq!(clock.read(9 * HOUR + 50, 50), 10 * HOUR + 50);
        assert_eq!(clock.read(11 * HOUR + 50, 50), 11 * HOUR + 50);
        assert_eq!(clock.read(10 * HOUR + 50, 50), 10 * HOUR + 50);
    }

    #[test]
    fn a_wall_clock_alone_makes_time_pass_after_it_was_set_to_the_past() {
        let mut clock = Clock::new(10 * HOUR, 0);
        assert_eq!(clock.read(HOUR, 0), 10 * HOUR);
        assert_eq!(clock.read(HOUR + 60_000, 1), 10 * HOUR + 60_000);
    }

    #[test]
    fn a_stopwatch_does_not_run_backwards() {
        let watch = Stopwatch::new(HOUR);
        assert_eq!(watch.elapsed_ms(HOUR + 10), 10);
        assert_eq!(watch.elapsed_ms(10), 10);
        assert_eq!(watch.elapsed_ms(15), 15);
    }

    #[test]
    fn a_machine_that_sleeps_wakes_later() {
        let mut clock = Clock::new(10 * HOUR, 0);
        assert_eq!(clock.read(12 * HOUR, 3), 12 * HOUR);
    }

    #[test]
    fn after_a_timer_fires_its_duration_has_passed() {
        let mut clock = Clock::new(HOUR, 0);
        let started_at = clock.read(HOUR, 1);
        clock.timer_fired(clock.steady(), 60_000);
        assert!(clock.read(HOUR, 2) >= started_at + 60_000);
        // A jump that was taken back meanwhile stays taken back.
        let before = clock.read(HOUR, 3);
        clock.read(2 * HOUR, 3);
        let started_at = clock.steady();
        clock.read(HOUR, 3);
        clock.timer_fired(started_at, 60_000);
        assert_eq!(clock.read(HOUR, 3), before + 60_000);
    }

    proptest! {
        #[test]
        fn time_passes_at_least_as_fast_as_the_monotonic_clock_while_the_wall_clock_is_not_ahead(
            steps in proptest::collection::vec((0u64..1_000, 0u64..1_000), 0..50),
        ) {
            let (mut wall, mut monotonic) = (10 * HOUR, 0);
            let mut clock = Clock::new(wall, monotonic);
            for (slow, fast) in steps {
                // The wall clock never runs ahead here.
                wall += slow.min(fast);
                monotonic += fast;
                prop_assert_eq!(clock.read(wall, monotonic), 10 * HOUR + monotonic);
            }
        }
    }
}
