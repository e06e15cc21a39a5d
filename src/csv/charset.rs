//! Charsets: their labels, byte order marks, and the detection of an unmarked one.

use std::fmt;

use serde::{
    Serialize,
    de::{self, Deserialize, Deserializer, Unexpected, Visitor},
};

/// A charset that a file can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Charset {
    /// UTF-8.
    #[serde(rename = "utf-8")]
    Utf8,
    /// windows-1251.
    #[serde(rename = "windows-1251")]
    Windows1251,
    /// KOI8-R. It is never detected.
    #[serde(rename = "koi8-r")]
    Koi8R,
    /// UTF-16, little-endian.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, big-endian.
    #[serde(rename = "utf-16be")]
    Utf16Be,
}

/// The labels that the option `encoding` takes, in lower case.
const LABELS: [(&str, Charset); 10] = [
    ("utf-8", Charset::Utf8),
    ("utf8", Charset::Utf8),
    ("windows-1251", Charset::Windows1251),
    ("cp1251", Charset::Windows1251),
    ("win-1251", Charset::Windows1251),
    ("x-cp1251", Charset::Windows1251),
    ("koi8-r", Charset::Koi8R),
    ("utf-16le", Charset::Utf16Le),
    ("utf-16", Charset::Utf16Le),
    ("utf-16be", Charset::Utf16Be),
];

impl Charset {
    /// The label, which `TextDecoder` takes too.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Windows1251 => "windows-1251",
            Self::Koi8R => "koi8-r",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
        }
    }

    /// The charset of a label, in upper or lower case, with spaces around it.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        let label = label.trim();
        LABELS.iter().find(|(known, _)| label.eq_ignore_ascii_case(known)).map(|(_, charset)| *charset)
    }

    /// Whether the scanner reads it; the platform's decoder converts the others to UTF-8.
    #[must_use]
    pub fn is_scannable(self) -> bool {
        matches!(self, Self::Utf8 | Self::Windows1251)
    }
}

impl<'de> Deserialize<'de> for Charset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CharsetVisitor)
    }
}

struct CharsetVisitor;

impl Visitor<'_> for CharsetVisitor {
    type Value = Charset;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"utf-8\", \"windows-1251\", \"koi8-r\", \"utf-16le\" or \"utf-16be\"")
    }

    fn visit_str<E: de::Error>(self, label: &str) -> Result<Charset, E> {
        Charset::from_label(label).ok_or_else(|| E::invalid_value(Unexpected::Str(label), &self))
    }
}

/// The charset of the byte order mark at the beginning, and the mark's length.
#[must_use]
pub fn byte_order_mark(bytes: &[u8]) -> Option<(Charset, usize)> {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => Some((Charset::Utf8, 3)),
        [0xFF, 0xFE, ..] => Some((Charset::Utf16Le, 2)),
        [0xFE, 0xFF, ..] => Some((Charset::Utf16Be, 2)),
        _ => None,
    }
}

/// Detects UTF-16 in a beginning without a byte order mark, which may end inside a character: every second byte is often zero and
/// no other is.
#[must_use]
pub fn detect_utf_16(bytes: &[u8]) -> Option<Charset> {
    let zeros = |parity: usize| bytes.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    // Delimiters, digits and spaces are ASCII in every file.
    let threshold = bytes.len() >> 5;
    let (even, odd) = (zeros(0), zeros(1));
    if even == 0 && odd > threshold {
        return Some(Charset::Utf16Le);
    }
    (odd == 0 && even > threshold).then_some(Charset::Utf16Be)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels_are_case_insensitive_and_trimmed() {
        for (label, charset) in LABELS {
            assert_eq!(Charset::from_label(&format!(" {} ", label.to_uppercase())), Some(charset), "{label}");
            assert_eq!(Charset::from_label(charset.label()), Some(charset));
            assert_eq!(serde_json::to_value(charset).unwrap(), charset.label());
            assert_eq!(serde_json::from_value::<Charset>(label.into()).unwrap(), charset);
        }
        assert_eq!(Charset::from_label("ebcdic"), None);
        assert_eq!(Charset::from_label(""), None);
    }

    #[test]
    fn an_unknown_label_is_an_error_that_lists_the_known_ones() {
        let message = serde_json::from_str::<Charset>("\"ebcdic\"").unwrap_err().to_string();
        assert!(message.contains("\"ebcdic\"") && message.contains("\"koi8-r\""), "{message}");
        assert!(serde_json::from_str::<Charset>("5").is_err());
    }

    #[test]
    fn byte_order_marks() {
        assert_eq!(byte_order_mark(b"\xEF\xBB\xBFa"), Some((Charset::Utf8, 3)));
        assert_eq!(byte_order_mark(b"\xFF\xFEa\0"), Some((Charset::Utf16Le, 2)));
        assert_eq!(byte_order_mark(b"\xFE\xFF\0a"), Some((Charset::Utf16Be, 2)));
        for unmarked in [&b""[..], b"\xEF\xBB", b"\xFF", b"a;b"] {
            assert_eq!(byte_order_mark(unmarked), None);
        }
    }

    fn utf16(text: &str, encode: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(encode).collect()
    }

    #[test]
    fn unmarked_utf_16() {
        let text = "Телефон;Текст\n79991234567;Привет\n";
        assert_eq!(detect_utf_16(&utf16(text, u16::to_le_bytes)), Some(Charset::Utf16Le));
        assert_eq!(detect_utf_16(&utf16(text, u16::to_be_bytes)), Some(Charset::Utf16Be));
        for other in [b"", text.as_bytes(), b"1;\xCF\xF0\xE8\n", b"a\0b\0\0c"] {
            assert_eq!(detect_utf_16(other), None);
        }
    }

    proptest! {
        #[test]
        fn utf_8_is_not_utf_16(text in "[a-zа-я€𝄞;\n]{0,80}", end in 0_usize..400) {
            let bytes = text.as_bytes();
            prop_assert_eq!(detect_utf_16(bytes.get(..end).unwrap_or(bytes)), None);
        }

        #[test]
        fn utf_16_with_digits_is_utf_16(text in "[а-я]{0,9};[0-9]{5,11}\n") {
            prop_assert_eq!(detect_utf_16(&utf16(&text, u16::to_le_bytes)), Some(Charset::Utf16Le));
            prop_assert_eq!(detect_utf_16(&utf16(&text, u16::to_be_bytes)), Some(Charset::Utf16Be));
        }
    }
}
