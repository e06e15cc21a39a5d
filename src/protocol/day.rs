//! Calendar days as the service takes them: `DD.MM.YYYY`, in its own time, UTC+3 (every recorded pair of a timestamp and
//! its text shows that).
//!
//! The arithmetic counts years from March, so that the leap day is the last of its year. The `time` crate takes three times as
//! much WebAssembly for the same; the tests compare this module with it.

use crate::protocol::text::contains;

/// The service's time, milliseconds east of UTC.
const SERVICE_OFFSET_MS: i64 = 3 * 3_600_000;
const DAY_MS: u64 = 86_400_000;
/// Days of the calendar before 1970.
const BEFORE_1970: u32 = 719_468;
/// 31 December 9999.
const LAST: i64 = 2_932_896;

/// A day of the calendar, from 1970 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i64);

impl Day {
    /// Parses `YYYY-MM-DD` or `DD.MM.YYYY` of a day that exists.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let separator = if contains(text, "-") { '-' } else { '.' };
        let (first, rest) = text.split_once(separator)?;
        let (month, last) = rest.split_once(separator)?;
        let (year, day) = if separator == '-' { (first, last) } else { (last, first) };
        if (year.len(), month.len(), day.len()) != (4, 2, 2) {
            return None;
        }
        let number = |text: &str| {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u32>().ok().filter(|_| is_plain)
        };
        let parts = [number(year)?, number(month)?, number(day)?];
        let parsed = Self(since_1970(parts).into()).in_range()?;
        // A day that does not exist is another day once it is formatted.
        (parsed.parts() == parts).then_some(parsed)
    }

    /// The day on which an instant (milliseconds since 1970 UTC) falls in the service's time.
    #[must_use]
    pub fn at_instant(ms: i64) -> Option<Self> {
        let ms = u64::try_from(ms.checked_add(SERVICE_OFFSET_MS)?).ok()?;
        Self(i64::try_from(ms / DAY_MS).ok()?).in_range()
    }

    fn in_range(self) -> Option<Self> {
        (0..=LAST).contains(&self.0).then_some(self)
    }

    /// The day as the service takes it: `DD.MM.YYYY`.
    #[must_use]
    pub fn text(self) -> String {
        let [year, month, day] = self.parts();
        format!("{day:02}.{month:02}.{year}")
    }

    /// The day this number of days later, or earlier if negative; clamped to the calendar's ends.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days.into()).clamp(0, LAST))
    }

    /// When the day begins, in milliseconds since 1970 UTC.
    #[must_use]
    pub fn start_ms(self) -> u64 {
        let ms = self.0.saturating_mul(DAY_MS.cast_signed()).saturating_sub(SERVICE_OFFSET_MS);
        u64::try_from(ms).unwrap_or_default()
    }

    /// Year, month and day.
    #[expect(clippy::arithmetic_side_effects, reason = "within 1970 to 9999 nothing overflows")]
    fn parts(self) -> [u32; 3] {
        // Every 400 years the calendar repeats.
        let days = u32::try_from(self.0).unwrap_or_default() + BEFORE_1970;
        let (era, of_era) = (days / 146_097, days % 146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        [year + era * 400 + u32::from(month <= 2), month, day]
    }
}

/// The days since 1 January 1970. Any numbers of at most four digits give a number; a day before 1970 gives one out of range.
#[expect(clippy::arithmetic_side_effects, reason = "the numbers have at most four digits")]
fn since_1970([year, month, day]: [u32; 3]) -> u32 {
    let year = (year + 400) - u32::from(month <= 2);
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day;
    (era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year).wrapping_sub(146_097 + 1 + BEFORE_1970)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parses_both_formats_and_takes_midnight_at_utc_plus_3() {
        assert_eq!(Day::parse("2026-11-21").unwrap().text(), "21.11.2026");
        assert_eq!(Day::parse("21.11.2026"), Day::parse("2026-11-21"));
        // 20:59:59 and 21:00 UTC are both sides of midnight at UTC+3.
        assert_eq!(Day::at_instant(1_795_294_799_999).unwrap().text(), "21.11.2026");
        assert_eq!(Day::at_instant(1_795_294_800_000).unwrap().text(), "22.11.2026");
        assert!(Day::parse("2026-11-21") < Day::parse("01.12.2026"));
    }

    #[test]
    fn rejects_days_that_do_not_exist() {
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
        fn the_calendar_is_that_of_everyone_else(days in 0i64..=LAST) {
            let date = time::Date::from_julian_day(i32::try_from(days).unwrap() + 2_440_588).unwrap();
            let (year, month, day) = date.to_calendar_date();
            let parts = [u32::try_from(year).unwrap(), u8::from(month).into(), day.into()];
            prop_assert_eq!(Day(days).parts(), parts);
            prop_assert_eq!(i64::from(since_1970(parts)), days);
        }

        #[test]
        fn a_day_exists_where_it_does_for_everyone_else(year in 1970i32..=9999, month in 0u8..=14, day in 0u8..=33) {
            let exists = time::Month::try_from(month)
                .is_ok_and(|month| time::Date::from_calendar_date(year, month, day).is_ok());
            prop_assert_eq!(Day::parse(&format!("{year:04}-{month:02}-{day:02}")).is_some(), exists);
        }

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
