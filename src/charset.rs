//! From the bytes of a reply to text.
//!
//! The service is always asked for UTF-8 and usually obeys. In its order of weight: a byte order mark, the charset of the
//! `Content-Type`, the one asked for; and whenever that says UTF-8 and the bytes are not, they are windows-1251.

/// The charsets that the service, or a file that it exports, is known to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8.
    Utf8,
    /// windows-1251, what the service speaks unless asked.
    Windows1251,
    /// UTF-16, little end first.
    Utf16Le,
    /// UTF-16, big end first.
    Utf16Be,
}

/// The upper half of windows-1251. 0x98 is unassigned and maps as the Encoding Standard says.
pub const WINDOWS_1251: [u16; 128] = [
    0x0402, 0x0403, 0x201A, 0x0453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x0409, 0x2039, 0x040A, 0x040C,
    0x040B, 0x040F, 0x0452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x0098, 0x2122, 0x0459, 0x203A,
    0x045A, 0x045C, 0x045B, 0x045F, 0x00A0, 0x040E, 0x045E, 0x0408, 0x00A4, 0x0490, 0x00A6, 0x00A7, 0x0401, 0x00A9,
    0x0404, 0x00AB, 0x00AC, 0x00AD, 0x00AE, 0x0407, 0x00B0, 0x00B1, 0x0406, 0x0456, 0x0491, 0x00B5, 0x00B6, 0x00B7,
    0x0451, 0x2116, 0x0454, 0x00BB, 0x0458, 0x0405, 0x0455, 0x0457, 0x0410, 0x0411, 0x0412, 0x0413, 0x0414, 0x0415,
    0x0416, 0x0417, 0x0418, 0x0419, 0x041A, 0x041B, 0x041C, 0x041D, 0x041E, 0x041F, 0x0420, 0x0421, 0x0422, 0x0423,
    0x0424, 0x0425, 0x0426, 0x0427, 0x0428, 0x0429, 0x042A, 0x042B, 0x042C, 0x042D, 0x042E, 0x042F, 0x0430, 0x0431,
    0x0432, 0x0433, 0x0434, 0x0435, 0x0436, 0x0437, 0x0438, 0x0439, 0x043A, 0x043B, 0x043C, 0x043D, 0x043E, 0x043F,
    0x0440, 0x0441, 0x0442, 0x0443, 0x0444, 0x0445, 0x0446, 0x0447, 0x0448, 0x0449, 0x044A, 0x044B, 0x044C, 0x044D,
    0x044E, 0x044F,
];

impl Charset {
    /// The charset of a label, as in a `Content-Type` or the `encoding` option.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        let is = |names: &[&str]| names.iter().any(|name| label.trim().eq_ignore_ascii_case(name));
        if is(&["utf-8", "utf8"]) {
            Some(Self::Utf8)
        } else if is(&["windows-1251", "cp1251", "win-1251", "x-cp1251"]) {
            Some(Self::Windows1251)
        } else if is(&["utf-16le", "utf-16"]) {
            Some(Self::Utf16Le)
        } else if is(&["utf-16be"]) {
            Some(Self::Utf16Be)
        } else {
            None
        }
    }

    /// The charset that a byte order mark names, and the mark's length.
    #[must_use]
    pub fn from_mark(bytes: &[u8]) -> Option<(Self, usize)> {
        match bytes {
            [0xEF, 0xBB, 0xBF, ..] => Some((Self::Utf8, 3)),
            [0xFF, 0xFE, ..] => Some((Self::Utf16Le, 2)),
            [0xFE, 0xFF, ..] => Some((Self::Utf16Be, 2)),
            _ => None,
        }
    }

    /// The charset of a `Content-Type` header.
    #[must_use]
    pub fn from_content_type(value: &str) -> Option<Self> {
        value.split(';').skip(1).find_map(|parameter| {
            let (name, label) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("charset").then(|| Self::from_label(label.trim().trim_matches('"')))?
        })
    }
}

/// One character of windows-1251.
#[must_use]
pub fn windows_1251(byte: u8) -> u16 {
    match byte.checked_sub(0x80) {
        None => byte.into(),
        Some(upper) => WINDOWS_1251.get(usize::from(upper)).copied().unwrap_or_default(),
    }
}

/// The text of a reply. Never fails: what is invalid in one charset is read in the next, or replaced.
#[must_use]
pub fn decode(bytes: Vec<u8>, content_type: Option<&str>) -> String {
    let (charset, mark) = Charset::from_mark(&bytes)
        .or_else(|| Some((content_type.and_then(Charset::from_content_type)?, 0)))
        .unwrap_or((Charset::Utf8, 0));
    match charset {
        Charset::Utf8 => match String::from_utf8(bytes) {
            Ok(mut text) => {
                text.drain(..mark);
                text
            }
            Err(error) => from_windows_1251(error.as_bytes()),
        },
        Charset::Windows1251 => from_windows_1251(&bytes),
        Charset::Utf16Le => from_utf16(bytes.get(mark..).unwrap_or_default(), u16::from_le_bytes),
        Charset::Utf16Be => from_utf16(bytes.get(mark..).unwrap_or_default(), u16::from_be_bytes),
    }
}

fn from_windows_1251(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from_u32(windows_1251(*byte).into()).unwrap_or_default()).collect()
}

fn from_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_mark_outweighs_the_header_which_outweighs_the_charset_asked_for() {
        let privet_1251 = vec![0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2];
        assert_eq!(decode("Привет".into(), None), "Привет");
        assert_eq!(decode("\u{FEFF}Привет".into(), Some("text/plain; charset=windows-1251")), "Привет");
        assert_eq!(decode(privet_1251.clone(), Some("text/html; charset=Windows-1251")), "Привет");
        assert_eq!(decode(privet_1251.clone(), Some("text/html; charset=\"utf-8\"")), "Привет");
        assert_eq!(decode(privet_1251, Some("application/json")), "Привет");
        assert_eq!(decode(vec![0xFF, 0xFE, 0x1F, 0x04], None), "П");
        assert_eq!(decode(vec![0xFE, 0xFF, 0x04, 0x1F, 0xD8], None), "П");
    }

    #[test]
    fn letters_beyond_the_russian_alphabet() {
        assert_eq!(decode(vec![0xB2, 0xBF, 0xB4, 0xB8, 0xB9, 0x88], Some("text/plain;charset=cp1251")), "Іїґё№€");
    }

    proptest! {
        #[test]
        fn any_bytes_become_text(bytes: Vec<u8>, header in proptest::option::of("[a-z0-9=;/ -]{0,40}")) {
            let _ = decode(bytes, header.as_deref());
        }

        #[test]
        fn valid_utf_8_is_kept(text: String) {
            prop_assume!(!text.starts_with('\u{FEFF}'));
            prop_assert_eq!(decode(text.clone().into_bytes(), None), text);
        }
    }
}
