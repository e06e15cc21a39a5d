//! The charset of a response. `charset=utf-8` is always asked for, and the service does not always keep to it.

use std::borrow::Cow;

use smsc_scan::WINDOWS_1251;

const UTF_8: &str = "utf-8";

/// The text of a response, or the label of a charset that only the platform decodes.
#[derive(Debug, PartialEq, Eq)]
pub enum Decoded<'a> {
    /// The text.
    Text(Cow<'a, str>),
    /// The label that the `Content-Type` names.
    Label(String),
}

/// Decodes a response: by its byte order mark, else by the charset of its `Content-Type`, else as UTF-8 or windows-1251,
/// whichever it is. `is_complete`: the last character is not cut off.
#[must_use]
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>, is_complete: bool) -> Decoded<'a> {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return Decoded::Text(String::from_utf8_lossy(rest));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return Decoded::Text(utf_16(rest, u16::from_le_bytes).into());
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return Decoded::Text(utf_16(rest, u16::from_be_bytes).into());
    }
    match content_type.and_then(charset_of).as_deref() {
        None | Some(UTF_8 | "utf8") => Decoded::Text(utf_8_or_windows_1251(bytes, is_complete)),
        Some("windows-1251" | "cp1251" | "x-cp1251") => Decoded::Text(windows_1251(bytes).into()),
        Some(label) => Decoded::Label(label.into()),
    }
}

/// Whether a response may be UTF-8 by its `Content-Type`.
#[must_use]
pub fn may_be_utf_8(content_type: Option<&str>) -> bool {
    content_type.and_then(charset_of).is_none_or(|label| label == UTF_8 || label == "utf8")
}

/// The charset that a `Content-Type` names, in lower case.
fn charset_of(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_ascii_lowercase())
    })
}

/// UTF-8, or windows-1251 if hardly any of the bytes beyond ASCII form valid sequences. A few that do not become replacement
/// characters: one broken byte shall not garble the whole text.
fn utf_8_or_windows_1251(bytes: &[u8], is_complete: bool) -> Cow<'_, str> {
    let Err(error) = std::str::from_utf8(bytes) else { return String::from_utf8_lossy(bytes) };
    if !is_complete && error.error_len().is_none() {
        // Only the last character is incomplete.
        return String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default());
    }
    let (mut valid, mut invalid) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        valid = valid.saturating_add(chunk.valid().chars().filter(|c| !c.is_ascii()).count());
        invalid = invalid.saturating_add(chunk.invalid().len());
    }
    if valid > invalid { String::from_utf8_lossy(bytes) } else { windows_1251(bytes).into() }
}

/// Decodes windows-1251.
#[must_use]
pub fn windows_1251(bytes: &[u8]) -> String {
    let decode = |byte: &u8| match byte.checked_sub(0x80) {
        None => char::from(*byte),
        Some(index) => {
            let unit = WINDOWS_1251.get(usize::from(index)).copied().unwrap_or_default();
            char::from_u32(unit.into()).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
    };
    bytes.iter().map(decode).collect()
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
        let encode = |c: char| match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() => byte,
            _ => {
                let index = WINDOWS_1251.iter().position(|unit| u32::from(*unit) == u32::from(c)).unwrap();
                u8::try_from(index).unwrap() + 0x80
            }
        };
        text.chars().map(encode).collect()
    }

    #[test]
    fn a_byte_order_mark_wins_then_the_content_type() {
        assert_eq!(text("\u{FEFF}да".as_bytes(), Some("text/plain; charset=windows-1251")), "да");
        assert_eq!(text(b"\xFF\xFE\x34\x04", None), "д");
        assert_eq!(text(b"\xFE\xFF\x04\x34", None), "д");
        assert_eq!(text(&to_windows_1251("Рёбра"), Some("text/plain; Charset=\"Windows-1251\"")), "Рёбра");
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
    }
}
