//! Which waits are begun. A wait that leaves no time for the request is refused at once, with the error that caused it.

use super::Exchange;
use crate::{
    api::options::{CallSettings, RateLimitMode},
    client::{
        error::{Error, ErrorCode, ErrorDetails},
        exchange::step::WaitReason,
        rate_limits::RateLimits,
    },
};

/// Why a request may not be sent yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Denial {
    /// A window is full for that number of milliseconds.
    Windows(u64),
    /// Too many requests are in flight, and how many, if it is known.
    InFlight(Option<usize>),
}

impl Exchange {
    /// The error if the request shall not wait for the limits. A retry keeps the HTTP status of the attempt before it.
    pub(super) fn refuse_to_queue(&mut self, denial: Denial, now: u64) -> Option<Error> {
        let mut error = self.refuse_to_wait(denial, now)?;
        error.http_status = self.last_error.as_ref().and_then(|last| last.http_status);
        Some(error)
    }

    fn refuse_to_wait(&mut self, denial: Denial, now: u64) -> Option<Error> {
        let queued_ms = now.saturating_sub(*self.queued_at.get_or_insert(now));
        let CallSettings { rate_limit, max_rate_limit_wait_ms: max, .. } = self.settings;
        let ms = match denial {
            Denial::Windows(ms) => ms,
            Denial::InFlight(count) => {
                let may_wait = max.map_or(rate_limit != RateLimitMode::Fail, |max| queued_ms < max);
                let count = count.map_or(String::new(), |count| format!(" ({count})"));
                let message = format!("too many requests of this account are in flight at once{count}");
                return (!may_wait).then(|| Error::new(ErrorCode::TooManyConnections, message));
            }
        };
        let why = if rate_limit == RateLimitMode::Fail {
            String::new()
        } else if let Some(why) = self.beyond_max_wait(queued_ms.saturating_add(ms)) {
            why
        } else {
            self.beyond_total(ms, now)?
        };
        let message = format!("the service's rate limits forbid this request for another {ms} ms{why}");
        let mut error = Error::new(ErrorCode::RateLimited, message);
        error.retry_after_ms = Some(ms);
        Some(error)
    }

    /// The longest wait for the end of another request.
    pub(super) fn max_queue_ms(&self, now: u64) -> Option<u64> {
        let queued_ms = now.saturating_sub(self.queued_at.unwrap_or(now));
        let max = self.settings.max_rate_limit_wait_ms.map(|max| max.saturating_sub(queued_ms));
        max.into_iter().chain(self.remaining_ms(now)).min()
    }

    /// If a wait for the limits is longer than the caller permits: why it is not begun.
    fn beyond_max_wait(&self, ms: u64) -> Option<String> {
        let max = self.settings.max_rate_limit_wait_ms.filter(|max| ms > *max)?;
        Some(format!(", longer than maxRateLimitWaitMs ({max} ms)"))
    }

    /// If a wait leaves no time for another attempt: why it is not begun.
    pub(super) fn beyond_total(&self, ms: u64, now: u64) -> Option<String> {
        let remaining = self.remaining_ms(now).filter(|remaining| ms >= *remaining)?;
        let total = self.settings.total_timeout_ms.unwrap_or_default();
        Some(format!(", and {remaining} ms are left of totalTimeoutMs ({total} ms)"))
    }

    /// If a delay before a retry is too long: why it is not begun.
    pub(super) fn refuse_delay(&self, error: &ErrorDetails, ms: u64, reason: WaitReason, now: u64) -> Option<String> {
        let max_delay = self.client.max_retry_delay_ms;
        if error.api_code.is_none() && ms > max_delay {
            return Some(format!(", longer than maxRetryDelayMs ({max_delay} ms)"));
        }
        let beyond_max = (reason == WaitReason::RateLimit).then(|| self.beyond_max_wait(ms)).flatten();
        beyond_max.or_else(|| self.beyond_total(ms, now))
    }

    /// If the windows are known to forbid a retry after its delay for too long: how long in all, and why it is not begun. A
    /// shared limiter is asked only after the delay.
    pub(super) fn refuse_windows(&self, delay_ms: u64, now: u64, limits: &RateLimits) -> Option<(u64, String)> {
        let rate_limit = self.settings.rate_limit;
        if self.client.has_shared_limiter || rate_limit == RateLimitMode::Off {
            return None;
        }
        let ms = limits.blocked_ms(&self.windows, now);
        let queued_ms = ms.checked_sub(delay_ms).filter(|ms| *ms > 0)?;
        let why = if rate_limit == RateLimitMode::Fail {
            " for the service's rate limits".into()
        } else if let Some(why) = self.beyond_max_wait(queued_ms) {
            format!(" for the service's rate limits{why}")
        } else {
            self.beyond_total(ms, now)?
        };
        Some((ms, why))
    }
}
