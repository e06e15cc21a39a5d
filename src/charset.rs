//! The charsets of task files.

/// The charsets that a file of the service is known to use.
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
}

/// One character of windows-1251.
#[must_use]
pub fn windows_1251(byte: u8) -> u16 {
    match byte.checked_sub(0x80) {
        None => byte.into(),
        Some(upper) => WINDOWS_1251.get(usize::from(upper)).copied().unwrap_or_default(),
    }
}
