//! Validated values: a value of one of these types is sound. An error says what the type takes.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use smsc_scan::MAX_SAFE_INTEGER;
use zeroize::Zeroizing;

use crate::{
    api::input::{Given, Mismatch, OBJECT, describe_number, shorten},
    client::{
        cursor::Cursor,
        error::{Error, ErrorCode},
    },
    protocol::day::Day,
};

/// One value as it was passed. All validated types are read through this one, which keeps the module small.
enum Scalar {
    Missing,
    Bool(bool),
    Number(f64),
    /// The digits of a `bigint`.
    BigInt(String),
    Text(Zeroizing<String>),
    /// Milliseconds since 1970.
    Date(i64),
    /// An object that is none of these.
    Object,
    /// A value of another kind, as a message describes it.
    Other(String),
}

impl Scalar {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text, or the digits of an integer.
    fn text_or_digits(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.trim_ascii().into()),
            Self::BigInt(digits) => Some(digits.clone()),
            Self::Number(number) => integer(*number).map(|integer| integer.to_string()),
            _ => None,
        }
    }

    /// Why the value is not what was expected.
    fn mismatch(&self, expected: String, explanation: Option<String>) -> Mismatch<'_> {
        let given = match self {
            Self::Missing => Given::Nothing,
            Self::Bool(flag) => Given::Other(flag.to_string()),
            Self::Number(number) => Given::Other(describe_number(*number)),
            Self::BigInt(digits) => Given::Other(format!("{}n", shorten(digits))),
            Self::Text(text) => Given::Text(text),
            Self::Date(_) => Given::Other("a Date".into()),
            Self::Object => Given::Other(OBJECT.into()),
            Self::Other(description) => Given::Other(description.clone()),
        };
        Mismatch { expected, given, explanation }
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Missing)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Scalar, E> {
        Ok(Scalar::Bool(flag))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number))
    }

    fn visit_i64<E>(self, ms: i64) -> Result<Scalar, E> {
        Ok(Scalar::Date(ms))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Scalar, E> {
        self.visit_string(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Scalar, E> {
        Ok(Scalar::Text(Zeroizing::new(text)))
    }

    /// A `bigint` comes as its digits.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, digits: D) -> Result<Scalar, D::Error> {
        String::deserialize(digits).map(Scalar::BigInt)
    }

    /// An object comes without its fields.
    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Scalar, A::Error> {
        Ok(Scalar::Object)
    }

    /// Any other kind comes as its description.
    fn visit_byte_buf<E>(self, description: Vec<u8>) -> Result<Scalar, E> {
        Ok(Scalar::Other(String::from_utf8(description).unwrap_or_default()))
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

/// A type that is read from one value.
trait Validated: Sized {
    /// What it takes, in words.
    const EXPECTED: &'static str;

    /// Whether an error may not show the value.
    const IS_SECRET: bool = false;

    /// Reads the value, if it is sound.
    fn from_scalar(scalar: &Scalar) -> Option<Self>;

    /// The note after the value in the message: why a value that looks sound is rejected, or the remedy. Of a
    /// secret, whose value the message does not have, it is the whole predicate.
    fn explain_rejection(_: &Scalar) -> Option<String> {
        None
    }
}

macro_rules! validated {
    ($($type:ty),*) => {$(
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let scalar = Scalar::deserialize(deserializer)?;
                Self::from_scalar(&scalar).ok_or_else(|| {
                    let explanation = Self::explain_rejection(&scalar);
                    if Self::IS_SECRET && !matches!(scalar, Scalar::Missing) {
                        return de::Error::custom(explanation.unwrap_or_else(|| format!("takes {}", Self::EXPECTED)));
                    }
                    de::Error::custom(scalar.mismatch(Self::EXPECTED.into(), explanation))
                })
            }
        }
    )*};
}

validated!(
    Day,
    TimeLimit,
    PhoneNumber,
    EmailAddress,
    Id,
    CursorText,
    NonEmptyText,
    SenderName,
    SecretText,
    ConfirmationCode
);

/// An integer within a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundedInt<const MIN: u64, const MAX: u64>(pub u64);

/// An integer within a range, or why the value is not one.
fn bounded(scalar: &Scalar, min: u64, max: u64) -> Result<u64, Mismatch<'_>> {
    match scalar {
        Scalar::Number(number) => integer(*number).filter(|integer| (min..=max).contains(integer)),
        _ => None,
    }
    .ok_or_else(|| {
        let range = if max == u64::MAX { format!("of at least {min}") } else { format!("from {min} to {max}") };
        scalar.mismatch(format!("a whole number {range}"), None)
    })
}

/// Checks the parameter `limit` of one request: that of an iteration may be larger.
///
/// # Errors
/// `invalid_parameter`, if it exceeds the maximum.
#[expect(clippy::cast_precision_loss, reason = "it was a number of JavaScript")]
pub fn check_page_size(limit: u64, max: u64) -> Result<(), Error> {
    bounded(&Scalar::Number(limit as f64), 1, max)
        .map(|_| ())
        .map_err(|mismatch| Error::new(ErrorCode::InvalidParameter, format!("`limit` {mismatch}")).parameter("limit"))
}

impl<'de, const MIN: u64, const MAX: u64> Deserialize<'de> for BoundedInt<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let scalar = Scalar::deserialize(deserializer)?;
        bounded(&scalar, MIN, MAX).map(Self).map_err(de::Error::custom)
    }
}

/// The integer that a number is, if it is one that a float holds exactly.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::float_cmp, reason = "compared")]
#[expect(clippy::cast_precision_loss, reason = "within 2^53")]
fn integer(number: f64) -> Option<u64> {
    let integer = number as u64;
    (integer as f64 == number && integer <= MAX_SAFE_INTEGER).then_some(integer)
}

impl Validated for Day {
    const EXPECTED: &'static str =
        "a day that exists: \"YYYY-MM-DD\", \"DD.MM.YYYY\" or a valid Date, from 1970 to 9999";

    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        match scalar {
            Scalar::Date(ms) => Self::at_instant(*ms),
            _ => Self::parse(scalar.text()?),
        }
    }
}

/// How long something may take: milliseconds; `None` for `Infinity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLimit(pub Option<u64>);

impl Validated for TimeLimit {
    const EXPECTED: &'static str = "a number of milliseconds of at least 0, or `Infinity`";

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        match scalar {
            Scalar::Number(ms) if *ms >= 0.0 => Some(Self(ms.is_finite().then(|| ms.ceil() as u64))),
            _ => None,
        }
    }
}

/// A phone number: its digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneNumber(pub String);

/// Characters that a phone number may be written with: separators and invisible marks that come with copied text.
fn is_phone_decoration(c: char) -> bool {
    matches!(c, '+' | '-' | '(' | ')' | '\u{2010}'..='\u{2015}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}')
        || matches!(c, '\u{AD}' | '\u{61C}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
        || matches!(c, '\u{2212}' | '\u{FE63}' | '\u{FF0B}' | '\u{FF0D}')
        || c.is_whitespace()
}

impl PhoneNumber {
    fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| !is_phone_decoration(*c)).collect();
        let is_sound = (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_sound.then_some(Self(digits))
    }
}

impl Validated for PhoneNumber {
    const EXPECTED: &'static str = "one phone number of 5 to 15 digits, such as \"+7 999 123-45-67\"";

    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        scalar.text().and_then(Self::parse)
    }

    /// A character may look like a digit, or be invisible; or the number is no text.
    fn explain_rejection(scalar: &Scalar) -> Option<String> {
        if matches!(scalar, Scalar::Number(_) | Scalar::BigInt(_)) {
            return Some("pass it as a text".into());
        }
        let is_accepted = |c: &char| c.is_ascii_digit() || is_phone_decoration(*c);
        let rejected = scalar.text()?.chars().find(|c| !is_accepted(c))?;
        Some(format!("the character U+{:04X} is neither a digit nor a separator", u32::from(rejected)))
    }
}

/// An e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress(pub String);

impl EmailAddress {
    fn parse(text: &str) -> Option<Self> {
        let address = text.trim_ascii();
        let (name, host) = address.split_once('@')?;
        let is_sound = !name.is_empty()
            && !host.is_empty()
            && !address.bytes().any(|byte| byte <= b' ' || byte == b',' || byte == b';');
        is_sound.then(|| Self(address.into()))
    }
}

impl Validated for EmailAddress {
    const EXPECTED: &'static str = "one e-mail address, without commas and spaces";

    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        scalar.text().and_then(Self::parse)
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

    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        scalar.text_or_digits().filter(|digits| Self::is_valid(digits)).map(Self)
    }

    fn explain_rejection(scalar: &Scalar) -> Option<String> {
        matches!(scalar, Scalar::Object).then(|| "pass its `id` alone".into())
    }
}

/// Where a query continues: an id, or the text of a [`Cursor`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorText(pub String);

impl Validated for CursorText {
    const EXPECTED: &'static str = "a `nextCursor`, an id in digits, or `undefined` to begin with the newest";

    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        scalar.text_or_digits().filter(|text| Id::is_valid(text) || Cursor::parse(text).is_some()).map(Self)
    }
}

/// A text that is not blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NonEmptyText(pub String);

impl Validated for NonEmptyText {
    const EXPECTED: &'static str = "a text that is not empty";
    /// It may be a password in the wrong option.
    const IS_SECRET: bool = true;

    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        scalar.text().filter(|text| !text.trim_ascii().is_empty()).map(|text| Self(text.into()))
    }
}

/// A sender name. Of one that is a phone number, the digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SenderName(pub String);

/// The maximum length of a name that is no phone number and no e-mail address.
const MAX_NAME_LEN: usize = 11;

impl Validated for SenderName {
    const EXPECTED: &'static str = NonEmptyText::EXPECTED;
    const IS_SECRET: bool = NonEmptyText::IS_SECRET;

    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let NonEmptyText(text) = NonEmptyText::from_scalar(scalar)?;
        // A short text such as "8-800-55555" is a name.
        let has_plus = |c| matches!(c, '+' | '\u{FF0B}');
        let start = text.trim_start_matches(|c| is_phone_decoration(c) && !has_plus(c));
        let is_phone_number = start.starts_with(has_plus) || text.chars().count() > MAX_NAME_LEN;
        let digits = PhoneNumber::parse(&text).filter(|_| is_phone_number);
        Some(Self(digits.map_or(text, |PhoneNumber(digits)| digits)))
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

    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let text = scalar.text().filter(|text| !text.trim_ascii().is_empty() && !has_outer_control(text))?;
        Some(Self(Zeroizing::new(text.into())))
    }

    fn explain_rejection(scalar: &Scalar) -> Option<String> {
        let has_fault = has_outer_control(scalar.text()?);
        has_fault.then(|| {
            "begins or ends with a line break or another control character, which a file may have added: remove it, for example \
             with `trim()`"
                .into()
        })
    }
}

/// Whether a text begins or ends with a control character. No key or password does, but the file that it was read from.
fn has_outer_control(text: &str) -> bool {
    text.starts_with(char::is_control) || text.ends_with(char::is_control)
}

/// A confirmation code: a text or a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmationCode(pub String);

impl Validated for ConfirmationCode {
    const EXPECTED: &'static str = "a text that is not empty";

    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        scalar.text_or_digits().filter(|code| !code.is_empty()).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_loses_its_decoration() {
        let digits = |text: &str| PhoneNumber::parse(text).map(|PhoneNumber(digits)| digits);
        for text in ["+7 (999) 123-45-67", "7999\u{a0}123\u{2011}45\u{2013}67", "\u{202A}79991234567\u{200E}"]
            .into_iter()
            .chain(["\u{FF0B}7999\u{2212}123\u{AD}45\u{61C}67", "\u{200B}7\u{2009}999\u{202F}1234567\u{FEFF}"])
        {
            assert_eq!(digits(text).as_deref(), Some("79991234567"), "{text}");
        }
        for text in ["", "1234", "1234567890123456", "7999x234567", "٧٩٩٩١٢٣٤٥٦٧", "79991234567,79991234568"]
        {
            assert_eq!(digits(text), None, "{text}");
        }
    }

    #[test]
    fn a_rejected_character_is_named() {
        let fault = |text: &str| PhoneNumber::explain_rejection(&Scalar::Text(Zeroizing::new(text.into())));
        assert_eq!(fault("7999x234567").as_deref(), Some("the character U+0078 is neither a digit nor a separator"));
        assert_eq!(fault("\u{663}9991234567").unwrap().get(..20), Some("the character U+0663"));
        assert_eq!(fault("1234"), None);
    }

    #[test]
    fn a_secret_has_no_control_character_at_its_ends() {
        let secret = |text: &str| SecretText::from_scalar(&Scalar::Text(Zeroizing::new(text.into())));
        for text in ["key\n", "key\r\n", "\nkey", "key\t", "key\0", "key\u{85}"] {
            assert!(secret(text).is_none(), "{text:?}");
        }
        for text in [" pass word ", "a\tb", "пароль"] {
            assert_eq!(secret(text).map(|SecretText(secret)| secret.to_string()).as_deref(), Some(text));
        }
    }

    #[test]
    fn an_id_keeps_every_digit() {
        let id = |scalar| Id::from_scalar(&scalar).map(|Id(id)| id);
        let text = |text: &str| Scalar::Text(Zeroizing::new(text.into()));
        assert_eq!(id(text(" 92233720368547758070 ")).as_deref(), Some("92233720368547758070"));
        assert_eq!(id(Scalar::BigInt("18446744073709551616".into())).as_deref(), Some("18446744073709551616"));
        assert_eq!(id(Scalar::Number(42.0)).as_deref(), Some("42"));
        for wrong in ["", "-1", "1.5", "1a", "1e3"] {
            assert_eq!(id(text(wrong)), None, "{wrong}");
        }
        for wrong in [-1.0, 1.5, f64::NAN, 9_007_199_254_740_992.0] {
            assert_eq!(id(Scalar::Number(wrong)), None, "{wrong}");
        }
    }
}
