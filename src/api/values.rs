//! Validated values: a value of one of these types is sound. What each takes is said by its visitor's `expecting`, which the
//! error shows.

use std::{fmt, marker::PhantomData};

use serde::de::{self, Deserialize, Deserializer, Unexpected, Visitor};
use zeroize::Zeroizing;

use crate::{api::input::describe_number, protocol::date::Day};

/// A type that is read from one value: a string, a number, a `bigint` or a `Date`.
trait Validated: Sized {
    /// What it takes, in words.
    const EXPECTED: &'static str;

    /// Whether an error may show the value.
    const IS_SECRET: bool = false;

    /// Reads a string.
    fn from_text(_: &str) -> Option<Self> {
        None
    }

    /// Reads a number.
    fn from_number(_: f64) -> Option<Self> {
        None
    }

    /// Reads the digits of a `bigint`.
    fn from_bigint(_: &str) -> Option<Self> {
        None
    }

    /// Reads a `Date`: milliseconds since 1970.
    fn from_date(_: i64) -> Option<Self> {
        None
    }
}

struct ValidatedVisitor<T>(PhantomData<T>);

impl<T: Validated> ValidatedVisitor<T> {
    fn reject<E: de::Error>(&self, got: Unexpected<'_>) -> E {
        if T::IS_SECRET { E::custom(format_args!("takes {}", T::EXPECTED)) } else { E::invalid_value(got, self) }
    }
}

impl<'de, T: Validated> Visitor<'de> for ValidatedVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<T, E> {
        Err(self.reject(Unexpected::Bool(flag)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        T::from_text(text).ok_or_else(|| self.reject(Unexpected::Str(text)))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<T, E> {
        let text = Zeroizing::new(text);
        self.visit_str(&text)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<T, E> {
        T::from_number(number).ok_or_else(|| self.reject(Unexpected::Other(&describe_number(number))))
    }

    fn visit_i64<E: de::Error>(self, ms: i64) -> Result<T, E> {
        T::from_date(ms).ok_or_else(|| self.reject(Unexpected::Other("a Date")))
    }

    /// A `bigint` comes as its digits.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, digits: D) -> Result<T, D::Error> {
        let digits = String::deserialize(digits)?;
        T::from_bigint(&digits).ok_or_else(|| self.reject(Unexpected::Other(&digits)))
    }
}

macro_rules! validated {
    ($($type:ty),*) => {$(
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(ValidatedVisitor::<Self>(PhantomData))
            }
        }
    )*};
}

validated!(Day, PhoneNumber, EmailAddress, Id, Cursor, NonEmptyText, SecretText, ConfirmationCode);

/// An integer within a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundedInt<const MIN: u64, const MAX: u64>(pub u64);

struct IntVisitor<const MIN: u64, const MAX: u64>;

impl<const MIN: u64, const MAX: u64> Visitor<'_> for IntVisitor<MIN, MAX> {
    type Value = BoundedInt<MIN, MAX>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if MAX == u64::MAX {
            write!(f, "a whole number of at least {MIN}")
        } else {
            write!(f, "a whole number from {MIN} to {MAX}")
        }
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<BoundedInt<MIN, MAX>, E> {
        match integer(number) {
            Some(integer) if (MIN..=MAX).contains(&integer) => Ok(BoundedInt(integer)),
            _ => Err(E::invalid_value(Unexpected::Other(&describe_number(number)), &self)),
        }
    }
}

impl<'de, const MIN: u64, const MAX: u64> Deserialize<'de> for BoundedInt<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IntVisitor)
    }
}

/// The integer that a number is, if it is one that a float holds exactly.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::float_cmp, reason = "compared")]
#[expect(clippy::cast_precision_loss, reason = "within 2^53")]
fn integer(number: f64) -> Option<u64> {
    const MAX_SAFE: u64 = (1 << 53) - 1;
    let integer = number as u64;
    (integer as f64 == number && integer <= MAX_SAFE).then_some(integer)
}

impl Validated for Day {
    const EXPECTED: &'static str =
        "a day that exists: \"YYYY-MM-DD\", \"DD.MM.YYYY\" or a valid Date, from 1970 to 9999";

    fn from_text(text: &str) -> Option<Self> {
        Self::parse(text)
    }

    fn from_date(ms: i64) -> Option<Self> {
        Self::at_instant(ms)
    }
}

/// A phone number: its digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneNumber(pub String);

/// Characters that a phone number may be written with: separators and invisible marks that come with copied text.
fn is_phone_decoration(c: char) -> bool {
    matches!(c, '+' | '-' | '(' | ')' | '\u{2010}'..='\u{2015}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}')
        || matches!(c, '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
        || c.is_whitespace()
}

impl Validated for PhoneNumber {
    const EXPECTED: &'static str = "one phone number of 5 to 15 digits, such as \"+7 999 123-45-67\"";

    fn from_text(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| !is_phone_decoration(*c)).collect();
        let is_sound = (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_sound.then_some(Self(digits))
    }
}

/// An e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress(pub String);

impl Validated for EmailAddress {
    const EXPECTED: &'static str = "one e-mail address, without commas and spaces";

    fn from_text(text: &str) -> Option<Self> {
        let address = text.trim_ascii();
        let (name, host) = address.split_once('@')?;
        let is_sound = !name.is_empty()
            && !host.is_empty()
            && !address.bytes().any(|byte| byte <= b' ' || byte == b',' || byte == b';');
        is_sound.then(|| Self(address.into()))
    }
}

/// An id of the service: digits, passed as text, number or `bigint`. Kept as text, since it can exceed 2^53.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Id(pub String);

impl Id {
    /// Whether a text is an id: digits, and not too many.
    #[must_use]
    pub fn is_valid(text: &str) -> bool {
        (1..=30).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    }
}

impl Validated for Id {
    const EXPECTED: &'static str = "an id: digits, as a number or a text";

    fn from_text(text: &str) -> Option<Self> {
        let digits = text.trim_ascii();
        Self::is_valid(digits).then(|| Self(digits.into()))
    }

    fn from_number(number: f64) -> Option<Self> {
        integer(number).map(|id| Self(id.to_string()))
    }

    fn from_bigint(digits: &str) -> Option<Self> {
        Self::from_text(digits)
    }
}

/// An id, or the cursor of an iteration: `end/id/count`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(pub String);

impl Validated for Cursor {
    const EXPECTED: &'static str = "an id: digits, as a number or a text; or the `cursor` of a page";

    fn from_text(text: &str) -> Option<Self> {
        if text.contains('/') { Some(Self(text.into())) } else { Id::from_text(text).map(|Id(id)| Self(id)) }
    }

    fn from_number(number: f64) -> Option<Self> {
        Id::from_number(number).map(|Id(id)| Self(id))
    }

    fn from_bigint(digits: &str) -> Option<Self> {
        Self::from_text(digits)
    }
}

/// A text that is not blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NonEmptyText(pub String);

impl Validated for NonEmptyText {
    const EXPECTED: &'static str = "a text that is not empty";
    /// It may be a password in the wrong option.
    const IS_SECRET: bool = true;

    fn from_text(text: &str) -> Option<Self> {
        (!text.trim_ascii().is_empty()).then(|| Self(text.into()))
    }
}

/// A key, login or password. Zeroed on drop, and never formatted.
#[derive(Clone)]
pub struct SecretText(pub Zeroizing<String>);

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

impl Validated for SecretText {
    const EXPECTED: &'static str = "a text that is not empty";
    const IS_SECRET: bool = true;

    fn from_text(text: &str) -> Option<Self> {
        (!text.trim_ascii().is_empty()).then(|| Self(Zeroizing::new(text.into())))
    }
}

/// A confirmation code: a text or a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmationCode(pub String);

impl Validated for ConfirmationCode {
    const EXPECTED: &'static str = "a text that is not empty";

    fn from_text(text: &str) -> Option<Self> {
        let code = text.trim_ascii();
        (!code.is_empty()).then(|| Self(code.into()))
    }

    fn from_number(number: f64) -> Option<Self> {
        integer(number).map(|code| Self(code.to_string()))
    }

    fn from_bigint(digits: &str) -> Option<Self> {
        Self::from_text(digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_loses_its_decoration() {
        let digits = |text: &str| PhoneNumber::from_text(text).map(|PhoneNumber(digits)| digits);
        for text in ["+7 (999) 123-45-67", "7999\u{a0}123\u{2011}45\u{2013}67", "\u{202A}79991234567\u{200E}"] {
            assert_eq!(digits(text).as_deref(), Some("79991234567"), "{text}");
        }
        for text in ["", "1234", "1234567890123456", "7999x234567", "٧٩٩٩١٢٣٤٥٦٧", "79991234567,79991234568"] {
            assert_eq!(digits(text), None, "{text}");
        }
    }

    #[test]
    fn an_id_keeps_every_digit() {
        let id = |text: &str| Id::from_text(text).map(|Id(id)| id);
        assert_eq!(id(" 92233720368547758070 ").as_deref(), Some("92233720368547758070"));
        for wrong in ["", "-1", "1.5", "1a", "1e3"] {
            assert_eq!(id(wrong), None, "{wrong}");
        }
        assert_eq!(Id::from_number(42.0), Some(Id("42".into())));
        for wrong in [-1.0, 1.5, f64::NAN, 9_007_199_254_740_992.0] {
            assert_eq!(Id::from_number(wrong), None, "{wrong}");
        }
    }
}
