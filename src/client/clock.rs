//! The time that the state machines get: monotonic, whatever happens to the platform's clocks.
//!
//! A process has two clocks. The monotonic one (`performance.now()`) may stop while a machine sleeps; the wall clock
//! (`Date.now()`) may be set. Tests replace one, the other or both, or the timers. This clock follows the faster of the two. A
//! jump of the wall clock that is undone, in either direction, leaves no trace. After a timer fires, at least its duration has
//! passed.

/// Milliseconds, from an arbitrary origin.
#[derive(Debug)]
pub struct Clock {
    now: u64,
    wall: u64,
    monotonic: u64,
    /// How far the wall clock is ahead of the monotonic one since the beginning; negative if it is behind.
    lead: i64,
    /// How far this clock is ahead of the monotonic one because it followed the wall clock.
    gained: u64,
}

impl Clock {
    /// A clock that begins now.
    #[must_use]
    pub fn new(wall: u64, monotonic: u64) -> Self {
        // Not zero, so that times before the beginning can be expressed.
        Self { now: wall, wall, monotonic, lead: 0, gained: 0 }
    }

    /// The time, given what the platform's clocks show.
    pub fn read(&mut self, wall: u64, monotonic: u64) -> u64 {
        let passed = monotonic.saturating_sub(self.monotonic);
        let lead = self.lead.saturating_add_unsigned(wall).saturating_sub_unsigned(self.wall);
        let lead = lead.saturating_sub_unsigned(passed);
        let change = lead.abs_diff(self.lead);
        let behind = self.lead.saturating_neg();
        let gained = if lead < self.lead {
            // The wall clock is slower, stands still or was set back.
            self.gained.saturating_sub(change)
        } else if behind > 0 && change >= behind.unsigned_abs().div_ceil(2) {
            // The wall clock was set right, which is not elapsed time. A jump of less than half of the lag counts: the machine
            // slept, or a test advances a clock that it set to the past.
            u64::try_from(lead).unwrap_or_default()
        } else {
            self.gained.saturating_add(change)
        };
        self.now = self.now.saturating_add(passed).saturating_add(gained).saturating_sub(self.gained);
        (self.wall, self.monotonic, self.lead, self.gained) = (wall, monotonic, lead, gained);
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
    fn a_jump_back_and_forward_leaves_no_trace() {
        let mut clock = Clock::new(10 * HOUR, 0);
        assert_eq!(clock.read(9 * HOUR, 5), 10 * HOUR + 5);
        assert_eq!(clock.read(9 * HOUR + 5, 10), 10 * HOUR + 10);
        assert_eq!(clock.read(10 * HOUR + 15, 15), 10 * HOUR + 15);
        // Set right in several steps.
        assert_eq!(clock.read(9 * HOUR + 15, 15), 10 * HOUR + 15);
        assert_eq!(clock.read(9 * HOUR + HOUR / 2 + 20, 20), 10 * HOUR + 20);
        assert_eq!(clock.read(10 * HOUR + 25, 25), 10 * HOUR + 25);
        // Not quite right.
        assert_eq!(clock.read(9 * HOUR + 30, 30), 10 * HOUR + 30);
        assert_eq!(clock.read(10 * HOUR + 33, 35), 10 * HOUR + 35);
    }

    #[test]
    fn a_jump_leaves_no_trace_while_the_monotonic_clock_stands_still() {
        let mut clock = Clock::new(10 * HOUR, 7);
        assert_eq!(clock.read(9 * HOUR, 7), 10 * HOUR);
        assert_eq!(clock.read(10 * HOUR, 7), 10 * HOUR);
        assert_eq!(clock.read(11 * HOUR, 7), 11 * HOUR);
        assert_eq!(clock.read(10 * HOUR, 7), 10 * HOUR);
        assert_eq!(clock.read(9 * HOUR, 7), 10 * HOUR);
        assert_eq!(clock.read(11 * HOUR, 7), 11 * HOUR);
        assert_eq!(clock.read(9 * HOUR, 7), 10 * HOUR);
    }

    #[test]
    fn a_machine_that_sleeps_with_a_wrong_clock_wakes_later_and_its_clock_is_set_right() {
        let mut clock = Clock::new(10 * HOUR, 0);
        clock.read(9 * HOUR, 0);
        assert_eq!(clock.read(9 * HOUR + 600_000, 3), 10 * HOUR + 600_000);
        assert_eq!(clock.read(10 * HOUR + 600_005, 5), 10 * HOUR + 600_005);
    }

    #[test]
    fn a_simulated_clock_in_the_past_advances_and_is_restored() {
        let mut clock = Clock::new(500_000 * HOUR, 0);
        clock.read(0, 2);
        assert_eq!(clock.read(60_000, 2), 500_000 * HOUR + 60_002);
        assert_eq!(clock.read(120_000, 3), 500_000 * HOUR + 120_002);
        assert_eq!(clock.read(500_000 * HOUR + 5, 5), 500_000 * HOUR + 5);
    }

    #[test]
    fn clocks_that_tick_at_different_moments_pass_the_time_once() {
        for set_back in [0, HOUR] {
            let mut clock = Clock::new(10 * HOUR, 0);
            clock.read(10 * HOUR - set_back, 0);
            for ms in 0..1_000 {
                clock.read(10 * HOUR - set_back + ms, ms + 1);
                clock.read(10 * HOUR - set_back + ms + 1, ms + 1);
            }
            let passed = clock.read(10 * HOUR - set_back + 1_000, 1_000) - 10 * HOUR;
            assert!((1_000..=1_001).contains(&passed), "{passed}");
        }
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

        #[test]
        fn the_time_is_right_after_any_jump_that_is_undone(
            jumps in proptest::collection::vec((0..20 * HOUR, 0u64..1_000, 0u64..1_000), 0..50),
        ) {
            let mut monotonic = 0;
            let mut clock = Clock::new(10 * HOUR, monotonic);
            for (wall, before, after) in jumps {
                monotonic += before;
                clock.read(wall + monotonic, monotonic);
                monotonic += after;
                prop_assert_eq!(clock.read(10 * HOUR + monotonic, monotonic), 10 * HOUR + monotonic);
            }
        }
    }
}
