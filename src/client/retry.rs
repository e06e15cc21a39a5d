//! Retries: after which errors, and after which delay.

use crate::client::error::{ErrorCode, ErrorDetails};

/// The delay before the first retry; each further one is twice as long, up to [`MAX_BACKOFF_MS`].
const MIN_BACKOFF_MS: u64 = 500;
const MAX_BACKOFF_MS: u64 = 8_000;

/// Whether a retry may succeed.
#[must_use]
pub fn is_transient(error: &ErrorDetails) -> bool {
    match error.code {
        ErrorCode::Connection | ErrorCode::Timeout | ErrorCode::RateLimited | ErrorCode::TooManyConnections => true,
        ErrorCode::HttpStatus => error.http_status.is_some_and(|status| status >= 500),
        _ => false,
    }
}

/// The delay before the retry after an attempt, which are counted from 1.
#[must_use]
pub fn backoff_ms(attempt: u64, random: f64) -> u64 {
    let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(u32::MAX).min(8);
    with_jitter(MIN_BACKOFF_MS.saturating_mul(1_u64.wrapping_shl(doublings)).min(MAX_BACKOFF_MS), random)
}

/// Between half of the delay and all of it, so that many programs do not return at the same moment.
fn with_jitter(delay: u64, random: f64) -> u64 {
    let share = if (0.0..1.0).contains(&random) { random } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "small")]
    let jittered = (delay as f64 * (0.5 + share / 2.0)) as u64;
    jittered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_number_out_of_range_is_0() {
        for random in [f64::NAN, -1.0, 1.0] {
            assert_eq!(with_jitter(1_000, random), 500);
        }
    }
}
