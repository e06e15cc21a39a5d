//! Charsets: their labels, byte order marks, and the detection of an unmarked one.

use std::fmt;

use serde::{
    Serialize,
    de::{self, Deserialize, Deserializer, Unexpected, Visitor},
};

use crate::protocol::charset::{UTF_8_LABELS, WINDOWS_1251_LABELS};

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
const LABELS: [(Charset, &[&str]); 5] = [
    (Charset::Utf8, &UTF_8_LABELS),
    (Charset::Windows1251, &WINDOWS_1251_LABELS),
    (Charset::Koi8R, &["koi8-r"]),
    (Charset::Utf16Le, &["utf-16le", "utf-16"]),
    (Charset::Utf16Be, &["utf-16be"]),
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
        let label = label.trim().to_ascii_lowercase();
        LABELS.iter().find(|(_, labels)| labels.contains(&label.as_str())).map(|(charset, _)| *charset)
    }

    /// The bytes of an ASCII character.
    #[must_use]
    pub fn unit_bytes(self) -> usize {
        if matches!(self, Self::Utf16Le | Self::Utf16Be) { 2 } else { 1 }
    }

    /// Whether the scanner reads it; the platform's decoder converts the others to UTF-8.
    #[must_use]
    pub fn is_scannable(self) -> bool {
        matches!(self, Self::Utf8 | Self::Windows1251)
    }
}

impl<'de> Deserialize<'de> for Charset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(CharsetVisitor)
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

/// The charset of the byte order mark at the beginning, and the mark's length. Some programs write the mark twice.
#[must_use]
pub fn byte_order_mark(bytes: &[u8]) -> Option<(Charset, usize)> {
    let (charset, mark): (_, &[u8]) = match bytes {
        [0xEF, 0xBB, 0xBF, ..] => (Charset::Utf8, &[0xEF, 0xBB, 0xBF]),
        [0xFF, 0xFE, ..] => (Charset::Utf16Le, &[0xFF, 0xFE]),
        [0xFE, 0xFF, ..] => (Charset::Utf16Be, &[0xFE, 0xFF]),
        _ => return None,
    };
    let mut length = 0_usize;
    while bytes.get(length..).is_some_and(|rest| rest.starts_with(mark)) {
        length = length.saturating_add(mark.len());
    }
    Some((charset, length))
}

/// Detects UTF-16 in a beginning without a byte order mark, which may end inside a character. Nearly all units are usual
/// characters, and many have a first byte that is a control character in any other charset.
#[must_use]
pub fn detect_utf_16(bytes: &[u8]) -> Option<Charset> {
    let (pairs, _) = bytes.as_chunks::<2>();
    [(Charset::Utf16Le, u16::from_le_bytes as fn([u8; 2]) -> u16), (Charset::Utf16Be, u16::from_be_bytes)]
        .into_iter()
        .find(|(_, unit)| is_text(pairs.iter().map(|pair| unit(*pair))))
        .map(|(charset, _)| charset)
}

/// Whether UTF-16 units are text of a usual kind.
fn is_text(units: impl Iterator<Item = u16>) -> bool {
    let (mut usual, mut evidence, mut all) = (0_usize, 0_usize, 0_usize);
    let mut is_after_high = false;
    for unit in units {
        let (is_high, is_low) = (matches!(unit, 0xD800..=0xDBFF), matches!(unit, 0xDC00..=0xDFFF));
        let is_pair = is_low && is_after_high;
        is_after_high = is_high;
        all = all.saturating_add(1);
        usual = usual.saturating_add((is_pair || is_high || is_usual(unit)).into());
        evidence = evidence.saturating_add((is_pair || unit < 0x0900).into());
    }
    // In ASCII, a pair of bytes is not a usual character; a control character can be one by accident.
    usual.saturating_mul(4) > all.saturating_mul(3) && evidence.saturating_mul(16) > all
}

/// ASCII, Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic and Georgian letters, punctuation, currencies, symbols, and marks.
fn is_usual(unit: u16) -> bool {
    matches!(unit, 0x09 | 0x0A | 0x0D | 0x20..=0x7E | 0xA0..=0x06FF | 0x10A0..=0x10FF | 0x2010..=0x27BF | 0xFE0F | 0xFEFF)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels_are_case_insensitive_and_trimmed() {
        let labels = LABELS.iter().flat_map(|(charset, labels)| labels.iter().map(|label| (*label, *charset)));
        for (label, charset) in labels {
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
        assert_eq!(byte_order_mark(b"\xEF\xBB\xBF\xEF\xBB\xBFa"), Some((Charset::Utf8, 6)));
        assert_eq!(byte_order_mark(b"\xFF\xFE\xFF\xFEa\0"), Some((Charset::Utf16Le, 4)));
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

    #[test]
    fn unmarked_utf_16_of_any_alphabet() {
        for text in [
            "Иванов",
            "телефон;текст\nИванов;Привет\n",
            "Щ",
            "😀;😀😀😀\n👍🏽;🎉\n",
            "😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
            "1;Привет 😀, «Мир» — №5 …\n",
            "қазақша;Ґанок\n",
            "ID;phone\n1;79990000001\n",
        ] {
            assert_eq!(detect_utf_16(&utf16(text, u16::to_le_bytes)), Some(Charset::Utf16Le), "{text}");
            assert_eq!(detect_utf_16(&utf16(text, u16::to_be_bytes)), Some(Charset::Utf16Be), "{text}");
        }
    }

    #[test]
    fn zeros_of_one_parity_are_not_utf_16_by_themselves() {
        for text in ["1;abc\0\n", "12;ab\0\n", "7999;abc\0\0\0;ok\n", "a;b\0;c\0d\n"] {
            let text = text.repeat(600);
            let zeros: Vec<bool> = text.bytes().enumerate().filter(|(_, b)| *b == 0).map(|(i, _)| i % 2 == 0).collect();
            assert!(!zeros.is_empty());
            assert_eq!(detect_utf_16(text.as_bytes()), None, "{:?}", &text[..9]);
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
