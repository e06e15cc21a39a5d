//! Calendar days as the service takes them: `DD.MM.YYYY`, in its own time, UTC+3 (every recorded pair of a timestamp and
//! its text says so).

use time::{Date, Duration, Month, OffsetDateTime, UtcOffset};

use crate::text::{cut, decimal, join, number};

/// The service's time, hours east of UTC.
const SERVICE_OFFSET: i8 = 3;

/// A day of the calendar, from 1970 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(Date);

impl Day {
    /// Reads `YYYY-MM-DD` or `DD.MM.YYYY`; nothing else, and no day that does not exist.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let sign = if text.bytes().any(|byte| byte == b'-') { b'-' } else { b'.' };
        let (first, rest) = cut(text, sign)?;
        let (middle, last) = cut(rest, sign)?;
        let (year, day) = if sign == b'-' { (first, last) } else { (last, first) };
        if (year.len(), middle.len(), day.len()) != (4, 2, 2) {
            return None;
        }
        let month = Month::try_from(u8::try_from(number(middle)?).ok()?).ok()?;
        let (year, day) = (i32::try_from(number(year)?).ok()?, u8::try_from(number(day)?).ok()?);
        Self::within(Date::from_calendar_date(year, month, day).ok()?)
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

    /// The day as the service takes it: `DD.MM.YYYY`.
    #[must_use]
    pub fn text(self) -> String {
        let (year, month, day) = self.0.to_calendar_date();
        let two = |number: u8| join(&[if number < 10 { "0" } else { "" }, &decimal(number.into())]);
        // Within 1970 to 9999 a year has four digits.
        join(&[&two(day), ".", &two(u8::from(month)), ".", &decimal(u64::from(year.unsigned_abs()))])
    }

    /// The day so many days later, or earlier where negative; held at the calendar's ends.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        let date = self.0.saturating_add(Duration::days(days.into()));
        Self::within(date).unwrap_or(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_forms_and_the_service_s_midnight() {
        assert_eq!(Day::parse("2026-11-21").unwrap().text(), "21.11.2026");
        assert_eq!(Day::parse("21.11.2026"), Day::parse("2026-11-21"));
        // 20:59:59 and 21:00 UTC are both sides of midnight at UTC+3.
        assert_eq!(Day::at_instant(1_795_294_799_999).unwrap().text(), "21.11.2026");
        assert_eq!(Day::at_instant(1_795_294_800_000).unwrap().text(), "22.11.2026");
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
            prop_assert_eq!(Day::parse(&day.text()), Some(day));
            prop_assert!(day.plus_days(1) > day);
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = Day::parse(&text);
        }
    }
}
