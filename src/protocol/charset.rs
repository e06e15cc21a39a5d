//! Charsets: their labels, their byte order marks, and the decoding of responses. `charset=utf-8` is always asked for, and the
//! service does not always keep to it.

mod evidence;

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use smsc_scan::WINDOWS_1251;

pub use evidence::CharsetEvidence;

/// A charset that a response or a file can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8.
    Utf8,
    /// windows-1251.
    Windows1251,
    /// KOI8-R. It is never detected.
    Koi8R,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
}

/// The labels of each charset, in lower case. `TextDecoder` takes the first.
const LABELS: [(&str, Charset); 11] = [
    ("utf-8", Charset::Utf8),
    ("utf8", Charset::Utf8),
    ("windows-1251", Charset::Windows1251),
    ("cp1251", Charset::Windows1251),
    ("x-cp1251", Charset::Windows1251),
    ("cp-1251", Charset::Windows1251),
    ("win-1251", Charset::Windows1251),
    ("koi8-r", Charset::Koi8R),
    ("utf-16le", Charset::Utf16Le),
    ("utf-16", Charset::Utf16Le),
    ("utf-16be", Charset::Utf16Be),
];

impl Charset {
    /// The label, which `TextDecoder` takes too.
    #[must_use]
    pub fn label(self) -> &'static str {
        LABELS.iter().find(|(_, charset)| *charset == self).map_or("", |(label, _)| label)
    }

    /// The charset of a label, in upper or lower case, with spaces around it.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        let label = label.trim();
        LABELS.iter().find(|(known, _)| known.eq_ignore_ascii_case(label)).map(|(_, charset)| *charset)
    }

    /// The bytes of an ASCII character.
    #[must_use]
    pub fn unit_bytes(self) -> usize {
        if matches!(self, Self::Utf16Le | Self::Utf16Be) { 2 } else { 1 }
    }
}

/// Its label.
impl Serialize for Charset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.label())
    }
}

const BYTE_ORDER_MARKS: [(&[u8], Charset); 3] =
    [(b"\xEF\xBB\xBF", Charset::Utf8), (b"\xFF\xFE", Charset::Utf16Le), (b"\xFE\xFF", Charset::Utf16Be)];

/// The charset of the byte order mark at the beginning, and the mark's length. Some programs write the mark twice.
#[must_use]
pub fn byte_order_mark(bytes: &[u8]) -> Option<(Charset, usize)> {
    let (mark, charset) = BYTE_ORDER_MARKS.into_iter().find(|(mark, _)| bytes.starts_with(mark))?;
    let mut rest = bytes;
    while let Some(behind) = rest.strip_prefix(mark) {
        rest = behind;
    }
    Some((charset, bytes.len().saturating_sub(rest.len())))
}

/// The text of a response, or the label of a charset that only the platform decodes.
#[derive(Debug, PartialEq, Eq)]
pub enum Decoded<'a> {
    /// The text.
    Text(Cow<'a, str>),
    /// The label that the `Content-Type` names.
    Label(&'a str),
}

/// Decodes a response: by its byte order mark, else by the charset of its `Content-Type`, else as UTF-8 or windows-1251,
/// whichever it is. `is_complete`: the last character is not cut off.
#[must_use]
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&'a str>, is_complete: bool) -> Decoded<'a> {
    if let Some((charset, length)) = byte_order_mark(bytes) {
        let rest = bytes.get(length..).unwrap_or_default();
        return Decoded::Text(match charset {
            Charset::Utf16Le => utf_16(rest, u16::from_le_bytes).into(),
            Charset::Utf16Be => utf_16(rest, u16::from_be_bytes).into(),
            _ => String::from_utf8_lossy(rest),
        });
    }
    let label = content_type.and_then(charset_of);
    let charset = label.map_or(Some(Charset::Utf8), Charset::from_label);
    match (charset, label) {
        (Some(Charset::Windows1251), _) => Decoded::Text(windows_1251(bytes).into()),
        (Some(Charset::Utf8), _) | (_, None) => Decoded::Text(utf_8_or_windows_1251(bytes, is_complete)),
        (_, Some(label)) => Decoded::Label(label),
    }
}

/// Whether a response may be UTF-8 by its `Content-Type`.
#[must_use]
pub fn may_be_utf_8(content_type: Option<&str>) -> bool {
    content_type.and_then(charset_of).is_none_or(|label| Charset::from_label(label) == Some(Charset::Utf8))
}

/// The label of the charset that a `Content-Type` names.
#[must_use]
pub fn charset_of(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then_some(value)
    })
}

/// UTF-8, or windows-1251 if hardly any of the bytes beyond ASCII form valid sequences. A few that do not become replacement
/// characters: one broken byte must not garble the whole text.
fn utf_8_or_windows_1251(bytes: &[u8], is_complete: bool) -> Cow<'_, str> {
    let Err(error) = std::str::from_utf8(bytes) else { return String::from_utf8_lossy(bytes) };
    if !is_complete && error.error_len().is_none() {
        // Only the last character is incomplete.
        return String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default());
    }
    let mut evidence = CharsetEvidence::default();
    evidence.add(bytes, is_complete);
    if evidence.is_utf_8() { String::from_utf8_lossy(bytes) } else { windows_1251(bytes).into() }
}

/// The character of a byte in windows-1251.
#[must_use]
pub fn windows_1251_char(byte: u8) -> char {
    let Some(index) = byte.checked_sub(0x80) else { return char::from(byte) };
    let unit = WINDOWS_1251.get(usize::from(index)).copied().unwrap_or_default();
    char::from_u32(unit.into()).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Decodes windows-1251.
#[must_use]
pub fn windows_1251(bytes: &[u8]) -> String {
    bytes.iter().copied().map(windows_1251_char).collect()
}

/// The bytes of a text in windows-1251, if it has all its characters.
#[must_use]
pub fn to_windows_1251(text: &str) -> Option<Vec<u8>> {
    let byte = |c: char| {
        if c.is_ascii() {
            return u8::try_from(u32::from(c)).ok();
        }
        let index = WINDOWS_1251.iter().position(|unit| u32::from(*unit) == u32::from(c))?;
        u8::try_from(index).ok()?.checked_add(0x80)
    };
    text.chars().map(byte).collect()
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], content_type: Option<&str>) -> String {
        match decode(bytes, content_type, true) {
            Decoded::Text(text) => text.into(),
            Decoded::Label(label) => format!("label {label}"),
        }
    }

    fn to_windows_1251(text: &str) -> Vec<u8> {
        super::to_windows_1251(text).unwrap()
    }

    #[test]
    fn labels_are_case_insensitive_and_trimmed() {
        for (label, charset) in LABELS {
            assert_eq!(Charset::from_label(&format!(" {} ", label.to_uppercase())), Some(charset), "{label}");
            assert_eq!(Charset::from_label(charset.label()), Some(charset));
            assert_eq!(serde_json::to_value(charset).unwrap(), charset.label());
        }
        assert_eq!(Charset::from_label("ebcdic"), None);
        assert_eq!(Charset::from_label(""), None);
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

    #[test]
    fn a_byte_order_mark_wins_then_the_content_type() {
        assert_eq!(text("\u{FEFF}да".as_bytes(), Some("text/plain; charset=windows-1251")), "да");
        assert_eq!(text("\u{FEFF}\u{FEFF}да".as_bytes(), None), "да");
        assert_eq!(text(b"\xFF\xFE\x34\x04", None), "д");
        assert_eq!(text(b"\xFE\xFF\x04\x34", None), "д");
        assert_eq!(text(&to_windows_1251("Рёбра"), Some("text/plain; Charset=\"Windows-1251\"")), "Рёбра");
        assert_eq!(text(&to_windows_1251("Рё"), Some("text/plain; charset=win-1251")), "Рё");
        assert_eq!(text(&to_windows_1251("Рё"), Some("text/plain; charset='cp1251'; x=y")), "Рё");
        assert_eq!(text(b"x", Some("text/plain; charset=koi8-r")), "label koi8-r");
    }

    #[test]
    fn windows_1251_is_recognized_and_a_broken_byte_in_utf_8_is_replaced() {
        for word in ["Вітаємо", "Рівне, Рёбра", "Тест"] {
            assert_eq!(text(&to_windows_1251(word), None), word);
        }
        let mut broken = "Сообщение доставлено".as_bytes().to_vec();
        broken.push(0xFF);
        assert_eq!(text(&broken, None), "Сообщение доставлено\u{FFFD}");
        assert_eq!(decode("да".as_bytes().split_last().unwrap().1, None, false), Decoded::Text("д".into()));
        assert_eq!(text("нет".as_bytes().split_last().unwrap().1, None), "не\u{FFFD}");
        assert_eq!(text(&to_windows_1251("0;Р"), None), "0;Р");
    }
}
