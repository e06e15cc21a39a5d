//! The time that the state machines get: monotonic, whatever happens to the platform's clocks.
//!
//! A process has two clocks. The monotonic one (`performance.now()`) may stop while a machine sleeps; the wall clock
//! (`Date.now()`) may be set. Tests replace one, the other or both, or the timers. This clock follows the faster of the two,
//! takes back a jump of the wall clock that is itself taken back, and after a timer fires at least its duration has passed.

/// Milliseconds, from an arbitrary origin.
#[derive(Debug)]
pub struct Clock {
    now: u64,
    wall: u64,
    monotonic: u64,
    /// How far the wall clock has run ahead of the monotonic one.
    ahead: u64,
}

impl Clock {
    /// A clock that begins now.
    #[must_use]
    pub fn new(wall: u64, monotonic: u64) -> Self {
        // Not zero, so that times before the beginning can be expressed.
        Self { now: wall, wall, monotonic, ahead: 0 }
    }

    /// The time, given what the platform's clocks show.
    pub fn read(&mut self, wall: u64, monotonic: u64) -> u64 {
        let passed = monotonic.saturating_sub(self.monotonic);
        let by_wall = wall.saturating_sub(self.wall);
        if by_wall >= passed {
            self.ahead = self.ahead.saturating_add(by_wall.saturating_sub(passed));
            self.now = self.now.saturating_add(by_wall);
        } else {
            // The wall clock is slower, stands still or was set back.
            let back = passed.saturating_sub(by_wall).saturating_add(self.wall.saturating_sub(wall));
            let taken_back = back.min(self.ahead);
            self.ahead = self.ahead.saturating_sub(taken_back);
            self.now = self.now.saturating_add(passed).saturating_sub(taken_back);
        }
        self.wall = wall;
        self.monotonic = monotonic;
        self.now
    }

    /// A timer fired that was started at that time for that duration.
    pub fn timer_fired(&mut self, started_at: u64, duration_ms: u64) {
        self.now = self.now.max(started_at.saturating_add(duration_ms));
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
        clock.timer_fired(started_at, 60_000);
        assert!(clock.read(HOUR, 2) >= started_at + 60_000);
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
