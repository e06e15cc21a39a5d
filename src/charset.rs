//! The charsets of task files.

use smsc_scan::WINDOWS_1251;

use crate::text::trim;

/// The charsets that a file of the service is known to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8.
    Utf8,
    /// windows-1251, what the service speaks unless asked.
    Windows1251,
    /// KOI8-R, which nothing here writes unless it is old.
    Koi8R,
    /// UTF-16, little end first.
    Utf16Le,
    /// UTF-16, big end first.
    Utf16Be,
}

/// The upper half of KOI8-R.
const KOI8_R: [u16; 128] = [
    0x2500, 0x2502, 0x250C, 0x2510, 0x2514, 0x2518, 0x251C, 0x2524, 0x252C, 0x2534, 0x253C, 0x2580, 0x2584, 0x2588,
    0x258C, 0x2590, 0x2591, 0x2592, 0x2593, 0x2320, 0x25A0, 0x2219, 0x221A, 0x2248, 0x2264, 0x2265, 0x00A0, 0x2321,
    0x00B0, 0x00B2, 0x00B7, 0x00F7, 0x2550, 0x2551, 0x2552, 0x0451, 0x2553, 0x2554, 0x2555, 0x2556, 0x2557, 0x2558,
    0x2559, 0x255A, 0x255B, 0x255C, 0x255D, 0x255E, 0x255F, 0x2560, 0x2561, 0x0401, 0x2562, 0x2563, 0x2564, 0x2565,
    0x2566, 0x2567, 0x2568, 0x2569, 0x256A, 0x256B, 0x256C, 0x00A9, 0x044E, 0x0430, 0x0431, 0x0446, 0x0434, 0x0435,
    0x0444, 0x0433, 0x0445, 0x0438, 0x0439, 0x043A, 0x043B, 0x043C, 0x043D, 0x043E, 0x043F, 0x044F, 0x0440, 0x0441,
    0x0442, 0x0443, 0x0436, 0x0432, 0x044C, 0x044B, 0x0437, 0x0448, 0x044D, 0x0449, 0x0447, 0x044A, 0x042E, 0x0410,
    0x0411, 0x0426, 0x0414, 0x0415, 0x0424, 0x0413, 0x0425, 0x0418, 0x0419, 0x041A, 0x041B, 0x041C, 0x041D, 0x041E,
    0x041F, 0x042F, 0x0420, 0x0421, 0x0422, 0x0423, 0x0416, 0x0412, 0x042C, 0x042B, 0x0417, 0x0428, 0x042D, 0x0429,
    0x0427, 0x042A,
];

impl Charset {
    /// The charset of a label, as in a `Content-Type` or the `encoding` option.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        let label = trim(label).to_ascii_lowercase();
        Some(match label.as_str() {
            "utf-8" | "utf8" => Self::Utf8,
            "windows-1251" | "cp1251" | "win-1251" | "x-cp1251" => Self::Windows1251,
            "koi8-r" => Self::Koi8R,
            "utf-16le" | "utf-16" => Self::Utf16Le,
            "utf-16be" => Self::Utf16Be,
            _ => return None,
        })
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

    /// The text of bytes that are whole characters. What is invalid is replaced.
    #[must_use]
    pub fn text(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Self::Windows1251 => from_single_bytes(bytes, &WINDOWS_1251),
            Self::Koi8R => from_single_bytes(bytes, &KOI8_R),
            Self::Utf16Le => from_utf16(bytes, u16::from_le_bytes),
            Self::Utf16Be => from_utf16(bytes, u16::from_be_bytes),
        }
    }
}

/// The text in single bytes, of a charset with that upper half.
fn from_single_bytes(bytes: &[u8], upper: &[u16; 128]) -> String {
    let unit = |byte: u8| {
        byte.checked_sub(0x80).map_or(byte.into(), |at| upper.get(usize::from(at)).copied().unwrap_or_default())
    };
    bytes.iter().filter_map(|byte| char::from_u32(unit(*byte).into())).collect()
}

fn from_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, half) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let whole = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
    whole.chain((!half.is_empty()).then_some(char::REPLACEMENT_CHARACTER)).collect()
}
