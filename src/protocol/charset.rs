//! The charset of a response. `charset=utf-8` is always asked for, and the service does not always keep to it.

use std::borrow::Cow;

use smsc_scan::WINDOWS_1251;

/// The labels of UTF-8, in lower case.
pub const UTF_8_LABELS: [&str; 2] = ["utf-8", "utf8"];

/// The labels of windows-1251, in lower case.
pub const WINDOWS_1251_LABELS: [&str; 5] = ["windows-1251", "cp1251", "x-cp1251", "cp-1251", "win-1251"];

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
    if let Some(rest) = strip_marks(bytes, b"\xEF\xBB\xBF") {
        return Decoded::Text(String::from_utf8_lossy(rest));
    }
    if let Some(rest) = strip_marks(bytes, b"\xFF\xFE") {
        return Decoded::Text(utf_16(rest, u16::from_le_bytes).into());
    }
    if let Some(rest) = strip_marks(bytes, b"\xFE\xFF") {
        return Decoded::Text(utf_16(rest, u16::from_be_bytes).into());
    }
    match content_type.and_then(charset_of).as_deref() {
        Some(label) if WINDOWS_1251_LABELS.contains(&label) => Decoded::Text(windows_1251(bytes).into()),
        Some(label) if !UTF_8_LABELS.contains(&label) => Decoded::Label(label.into()),
        _ => Decoded::Text(utf_8_or_windows_1251(bytes, is_complete)),
    }
}

/// The bytes behind the byte order mark, which some programs write twice. `None` if there is none.
fn strip_marks<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    let mut rest = bytes.strip_prefix(mark)?;
    while let Some(behind) = rest.strip_prefix(mark) {
        rest = behind;
    }
    Some(rest)
}

/// Whether a response may be UTF-8 by its `Content-Type`.
#[must_use]
pub fn may_be_utf_8(content_type: Option<&str>) -> bool {
    content_type.and_then(charset_of).is_none_or(|label| UTF_8_LABELS.contains(&label.as_str()))
}

/// The charset that a `Content-Type` names, in lower case.
#[must_use]
pub fn charset_of(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_ascii_lowercase())
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

/// Whether a text is UTF-8 or windows-1251, by the proportion of its valid UTF-8 sequences.
///
/// In windows-1251, some pairs of letters are valid UTF-8 ("Ві", "Рё"), but most are not. In UTF-8, a few bytes can be broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CharsetEvidence {
    /// Valid characters beyond ASCII.
    valid: usize,
    /// Those of them that are usual text in windows-1251 too.
    ambiguous: usize,
    /// Sequences that are not valid.
    invalid: usize,
}

/// Whether the byte often follows a capital letter in windows-1251: `Ё ё І і Ї ї Є є Ґ ґ Ў ў Ј … ’ ” »` and the no-break space.
fn often_follows_a_capital(byte: u8) -> bool {
    matches!(byte, 0x85 | 0x92 | 0x94 | 0xA0..=0xA3 | 0xA5 | 0xA8 | 0xAA | 0xAF | 0xB2..=0xB4 | 0xB8 | 0xBA | 0xBB | 0xBF)
}

impl CharsetEvidence {
    /// Counts the sequences of a part of the text. A character that its end cuts off does not count, unless the text
    /// `is_complete`.
    pub fn add(&mut self, bytes: &[u8], is_complete: bool) {
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            let valid = chunk.valid().as_bytes();
            let following = valid.iter().skip(1).chain([&0]);
            for (first, second) in valid.iter().zip(following).filter(|(first, _)| **first >= 0xC0) {
                self.valid = self.valid.saturating_add(1);
                let is_ambiguous = *first < 0xE0 && often_follows_a_capital(*second);
                self.ambiguous = self.ambiguous.saturating_add(is_ambiguous.into());
            }
            let is_cut_off = chunks.peek().is_none()
                && std::str::from_utf8(chunk.invalid()).err().is_none_or(|error| error.error_len().is_none());
            if !is_cut_off || (is_complete && !chunk.invalid().is_empty()) {
                self.invalid = self.invalid.saturating_add(1);
            }
        }
    }

    /// The number of sequences beyond ASCII, valid or not.
    #[must_use]
    pub fn sequences(self) -> usize {
        self.valid.saturating_add(self.invalid)
    }

    /// Whether the text is UTF-8, as far as it is known: it is, unless more sequences are invalid than valid. An ambiguous one
    /// counts half.
    #[must_use]
    pub fn is_utf_8(self) -> bool {
        self.invalid.saturating_mul(2) <= self.valid.saturating_mul(2).saturating_sub(self.ambiguous)
    }
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

    #[test]
    fn evidence_is_the_proportion_of_valid_sequences() {
        let is_utf_8 = |bytes: &[u8]| {
            let mut evidence = CharsetEvidence::default();
            evidence.add(bytes, true);
            evidence.is_utf_8()
        };
        for word in ["Вітаємо", "Рівне", "Рёбра", "МІЙ", "РІЙ", "ВІДДІЛЕННЯ", "ООО «СМС»", "привет", "№ 5"]
        {
            assert!(is_utf_8(word.as_bytes()), "{word}");
            assert!(!is_utf_8(&to_windows_1251(word)), "{word} in windows-1251");
        }
        assert!(is_utf_8(b"ascii"));
        assert!(is_utf_8("а\u{a0}п".as_bytes()));
        // One broken byte, a character that is cut off at the end, or at the beginning.
        assert!(is_utf_8(&[b"\xFF", "Привет".as_bytes()].concat()));
        assert!(is_utf_8(&"Привет".as_bytes()[..11]));
        assert!(is_utf_8(&"Привет".as_bytes()[1..]));
        let mut evidence = CharsetEvidence::default();
        evidence.add(&"П".as_bytes()[..1], false);
        assert_eq!((evidence.sequences(), evidence.is_utf_8()), (0, true));
    }

    #[test]
    fn evidence_adds_up() {
        let mut evidence = CharsetEvidence::default();
        for part in ["Пр".as_bytes(), b"\xFF", b"ok"] {
            evidence.add(part, false);
        }
        assert_eq!((evidence.sequences(), evidence.is_utf_8()), (3, true));
        evidence.add(b"\xFF\xFF", false);
        assert_eq!((evidence.sequences(), evidence.is_utf_8()), (5, false));
    }
}
