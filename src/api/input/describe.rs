//! Values in a few words, for messages.

use smsc_scan::MAX_SAFE_INTEGER;

use super::Kind;

impl<V> Kind<V> {
    /// The value in a few words, for a message. A text may be shown.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Undefined => "nothing".into(),
            Self::Null => "null".into(),
            Self::Bool(flag) => flag.to_string(),
            Self::Text(text) => format!("\"{}\"", shorten(text)),
            Self::Number(number) => describe_number(*number),
            Self::BigInt(digits) => format!("{}n", shorten(digits)),
            Self::Date(_) => "a Date".into(),
            Self::Array(items) if items.is_empty() => "an empty list".into(),
            Self::Array(_) => "a list".into(),
            Self::Object => OBJECT.into(),
            Self::Function => "a function".into(),
            Self::Other(kind) => (*kind).into(),
        }
    }
}

/// An object, in a message.
pub(crate) const OBJECT: &str = "an object";

/// A text of at most 40 characters, for a message.
pub(crate) fn shorten(text: &str) -> String {
    const MAX_LENGTH: usize = 40;
    let mut short: String = text.chars().take(MAX_LENGTH).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// A number as JavaScript writes it.
#[must_use]
pub fn describe_number(number: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "compared below")]
    let integer = number as i64;
    #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "whether it is that integer")]
    match number {
        _ if number.is_nan() => "NaN".into(),
        _ if number.is_infinite() => "Infinity".into(),
        _ if integer as f64 == number && integer.unsigned_abs() <= MAX_SAFE_INTEGER => integer.to_string(),
        _ => describe_float(number),
    }
}

/// In the module the engine formats floats: the standard library's formatting would add 9 kB.
fn describe_float(number: f64) -> String {
    #[cfg(target_arch = "wasm32")]
    return js_sys::Number::from(number).to_string_with_radix(10).map(String::from).unwrap_or_default();
    #[cfg(not(target_arch = "wasm32"))]
    number.to_string()
}
