//! Calendar days as the service takes them: `DD.MM.YYYY`, in its own time, UTC+3 (every recorded pair of a timestamp and
//! its text says so).

use core::fmt;

use time::{Date, Duration, Month, OffsetDateTime, UtcOffset};

/// The service's time, hours east of UTC.
const SERVICE_OFFSET: i8 = 3;

/// A day of the calendar, from 1970 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(Date);

impl Day {
    /// Reads `YYYY-MM-DD` or `DD.MM.YYYY`; nothing else, and no day that does not exist.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |part: &str, len: usize| {
            let sound = part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit());
            if sound { part.parse::<u16>().ok() } else { None }
        };
        let (year, month, day) = if text.bytes().any(|byte| byte == b'-') {
            let mut parts = text.splitn(3, '-');
            (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?)
        } else {
            let mut parts = text.splitn(3, '.');
            let (day, month) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
            (digits(parts.next()?, 4)?, month, day)
        };
        let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
        Self::within(Date::from_calendar_date(year.into(), month, u8::try_from(day).ok()?).ok()?)
    }

    /// The day on which an instant (milliseconds since 1970 UTC) falls in the service's time.
    #[must_use]
    pub fn at_instant(ms: i64) -> Option<Self> {
        let instant = OffsetDateTime::from_unix_timestamp(ms.div_euclid(1000)).ok()?;
        Self::within(instant.checked_to_offset(UtcOffset::from_hms(SERVICE_OFFSET, 0, 0).ok()?)?.date())
    }

    fn within(date: Date) -> Option<Self> {
        (1970..=9999).contains(&date.year()).then_some(Self(date))
    }

    /// The day so many days later, or earlier where negative; held at the calendar's ends.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        let date = self.0.saturating_add(Duration::days(days));
        Self::within(date).unwrap_or(self)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.0.to_calendar_date();
        write!(f, "{day:02}.{:02}.{year:04}", u8::from(month))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_forms_and_the_service_s_midnight() {
        assert_eq!(Day::parse("2026-11-21").unwrap().to_string(), "21.11.2026");
        assert_eq!(Day::parse("21.11.2026"), Day::parse("2026-11-21"));
        // 20:59:59 and 21:00 UTC are both sides of midnight at UTC+3.
        assert_eq!(Day::at_instant(1_795_294_799_999).unwrap().to_string(), "21.11.2026");
        assert_eq!(Day::at_instant(1_795_294_800_000).unwrap().to_string(), "22.11.2026");
        assert!(Day::parse("2026-11-21") < Day::parse("01.12.2026"));
    }

    #[test]
    fn no_day_that_does_not_exist() {
        for wrong in [
            "",
            "2026-02-29",
            "31.04.2026",
            "2026-13-01",
            "00.01.2026",
            "1.2.2026",
            "2026-11-21T00:00:00Z",
            "21/11/2026",
            "2026-11-21 ",
            "+026-11-21",
            "1969-12-31",
            "٢١.١١.٢٠٢٦",
        ] {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
        assert!(Day::parse("29.02.2028").is_some());
        assert_eq!(Day::at_instant(i64::MAX), None);
        assert_eq!(Day::at_instant(-86_400_000), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(ms in 0i64..253_000_000_000_000) {
            let day = Day::at_instant(ms).unwrap();
            prop_assert_eq!(Day::parse(&day.to_string()), Some(day));
            prop_assert!(day.plus_days(1) > day);
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = Day::parse(&text);
        }
    }
}
