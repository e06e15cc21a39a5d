//! Retries: after which errors, and after which delay.

use crate::{
    api::options::{CallSettings, RateLimitMode},
    client::error::{ErrorCode, ErrorDetails},
};

/// The delay before the first retry; each further one is twice as long, up to [`MAX_BACKOFF_MS`].
const MIN_BACKOFF_MS: u64 = 500;
const MAX_BACKOFF_MS: u64 = 8_000;

/// An attempt that failed.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// Its number, from 1.
    pub number: u64,
    /// Whether its request changes something at the service.
    pub is_change: bool,
}

/// The delay before the retry; `None` if the request is not sent again. A change never is.
#[must_use]
pub fn retry_delay_ms(
    error: &ErrorDetails,
    attempt: Attempt,
    settings: &CallSettings,
    max_delay_ms: u64,
    random: f64,
) -> Option<u64> {
    let is_api_error = error.api_code.is_some();
    let may_wait = match settings.rate_limit {
        RateLimitMode::Wait => is_api_error || error.http_status == Some(429),
        RateLimitMode::Off => error.http_status == Some(429),
        RateLimitMode::Fail => false,
    };
    let may_retry = !attempt.is_change
        && attempt.number <= settings.max_retries
        && (is_transient(error) || error.is_incomplete)
        && (!is_rejection(error) || may_wait);
    let backoff_ms = backoff_ms(attempt.number, random).min(max_delay_ms);
    may_retry.then(|| backoff_ms.max(error.retry_after_ms.unwrap_or(0)))
}

/// Whether the service or its host rejected the request because of limits. A shared limiter that failed has the same code.
#[must_use]
pub fn is_rejection(error: &ErrorDetails) -> bool {
    matches!(error.code, ErrorCode::RateLimited | ErrorCode::TooManyConnections)
        && (error.api_code.is_some() || error.http_status.is_some())
}

/// Whether a retry may succeed.
#[must_use]
pub fn is_transient(error: &ErrorDetails) -> bool {
    match error.code {
        ErrorCode::Connection | ErrorCode::Timeout | ErrorCode::RateLimited | ErrorCode::TooManyConnections => true,
        ErrorCode::HttpStatus => error.http_status.is_some_and(|status| status >= 500),
        _ => false,
    }
}

/// The delay before the retry after the attempt with that number.
fn backoff_ms(attempt: u64, random: f64) -> u64 {
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

    use crate::client::error::Error;

    #[test]
    fn only_reads_are_sent_again_after_a_transient_error() {
        let error = Error::new(ErrorCode::Connection, "broken");
        let delay = |error: &Error, number, is_change| {
            retry_delay_ms(error, Attempt { number, is_change }, &CallSettings::DEFAULT, 60_000, 0.5)
        };
        assert_eq!([1, 2, 3].map(|number| delay(&error, number, false)), [Some(375), Some(750), None]);
        assert_eq!(delay(&error, 1, true), None);
        assert_eq!(delay(&Error::new(ErrorCode::Unauthorized, "no"), 1, false), None);
    }

    #[test]
    fn a_delay_is_limited_unless_the_response_asks_for_more() {
        let mut error = Error::new(ErrorCode::Connection, "broken");
        let delay = |error: &Error| {
            let attempt = Attempt { number: 1, is_change: false };
            retry_delay_ms(error, attempt, &CallSettings::DEFAULT, 100, 0.5)
        };
        assert_eq!(delay(&error), Some(100));
        error.retry_after_ms = Some(7_000);
        assert_eq!(delay(&error), Some(7_000));
    }

    #[test]
    fn a_random_number_out_of_range_is_0() {
        for random in [f64::NAN, -1.0, 1.0] {
            assert_eq!(with_jitter(1_000, random), 500);
        }
    }
}
