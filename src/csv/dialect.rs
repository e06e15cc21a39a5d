//! The dialect of a file: charset, delimiter and header, detected from its beginning or known from the options.

use std::{borrow::Cow, ops::ControlFlow};

use serde::Serialize;
use tsify::Tsify;

use super::{
    delimiter::{detect_delimiter, excel_separator},
    error::CsvError,
    options::{CsvOptions, Delimiter},
    utf_16::detect_utf_16,
};
use crate::protocol::charset::{Charset, byte_order_mark};

/// The dialect of a CSV file, detected or as the options said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct CsvDialect {
    /// `"utf-8"`, `"windows-1251"`, `"koi8-r"`, `"utf-16le"` or `"utf-16be"`.
    #[tsify(type = "string")]
    pub encoding: Charset,
    /// The character between two fields.
    pub delimiter: char,
    /// Whether the first record names the columns.
    pub header: bool,
    /// The columns' names, each different, if there is a header.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub columns: Option<Vec<String>>,
    /// The compression of the file, if it is compressed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub compression: Option<Compression>,
}

/// The compression of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    /// gzip.
    Gzip,
    /// A file in a zip archive.
    Zip,
}

/// Bytes that show the compression, or a kind of file that is not read.
pub const MAGIC_BYTES: usize = 10;

impl Compression {
    /// The label, as in [`CsvDialect`].
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zip => "zip",
        }
    }

    /// The compression of a label.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        [Self::Gzip, Self::Zip].into_iter().find(|compression| compression.label() == label)
    }

    /// The compression by a file's first [`MAGIC_BYTES`].
    ///
    /// # Errors
    /// If the file is of a kind that is not read.
    pub fn detect(head: &[u8]) -> Result<Option<Self>, CsvError> {
        let unsupported = match head {
            [0x1F, 0x8B, ..] => return Ok(Some(Self::Gzip)),
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => return Ok(Some(Self::Zip)),
            [b'P', b'K', 7, 8, ..] => "a part of a zip archive",
            [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => "an Excel workbook (.xls)",
            [b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => "a 7z archive",
            [b'R', b'a', b'r', b'!', 0x1A, 7, ..] => "a RAR archive",
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] => "a bzip2 file",
            [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => "an xz file",
            [0x28, 0xB5, 0x2F, 0xFD, ..] => "a Zstandard file",
            _ => return Ok(None),
        };
        Err(CsvError::Unsupported(unsupported))
    }
}

/// Bytes to inspect for the charset. More are not inspected if more are there: the result must not depend on how the network
/// split the file.
pub const CHARSET_BYTES: usize = 4096;

/// Bytes to search for the end of the first record, in [`CHARSET_BYTES`] first and then in four times as many each time. Must be a
/// power of four times that.
const FIRST_RECORD_BYTES: usize = 1 << 20;

/// The properties of a file that have to be known before the scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preamble {
    /// The charset.
    pub charset: Charset,
    /// Whether UTF-8 is only assumed: the bytes beyond ASCII decide between UTF-8 and windows-1251.
    pub is_guess: bool,
    /// Bytes before the first record: the byte order mark, and a line that names the delimiter.
    pub skipped: usize,
    /// Whether a line that names the delimiter is among them.
    pub is_line_skipped: bool,
    /// The character between two fields.
    pub delimiter: u8,
}

impl Preamble {
    /// The label of the charset for the platform's decoder, if the file has to be converted to UTF-8 before the scan.
    #[must_use]
    pub fn decoder_label(&self) -> Option<&'static str> {
        (!matches!(self.charset, Charset::Utf8 | Charset::Windows1251)).then(|| self.charset.label())
    }
}

/// Detects what the options do not say. `head` is the beginning of the file, or all of it if `is_complete`; `declared` is the
/// charset that its `Content-Type` names. Continues with the number of bytes that are needed first.
pub fn detect(
    head: &[u8],
    is_complete: bool,
    options: &CsvOptions,
    declared: Option<Charset>,
) -> ControlFlow<Preamble, usize> {
    if head.len() < CHARSET_BYTES && !is_complete {
        return ControlFlow::Continue(CHARSET_BYTES);
    }
    let mark = byte_order_mark(head);
    let known = options.encoding.or(mark.map(|(charset, _)| charset)).or(declared_charset(declared));
    let charset = known.or_else(|| detect_utf_16(head.get(..CHARSET_BYTES).unwrap_or(head))).unwrap_or(Charset::Utf8);
    // The mark of another charset than the options say is text.
    let mark_length = mark.filter(|(marked, _)| *marked == charset).map_or(0, |(_, length)| length);
    let text = head.get(mark_length..).unwrap_or_default();
    let separator = excel_separator(&ascii(text.get(..CHARSET_BYTES).unwrap_or(text), charset));
    let separator_bytes = separator.map_or(0, |(_, length)| length.saturating_mul(charset.unit_bytes()));
    let delimiter = options.delimiter.map(Delimiter::byte).or(separator.map(|(delimiter, _)| delimiter));
    let delimiter = match delimiter {
        Some(delimiter) => delimiter,
        None => match detect_in_samples(text, is_complete, charset) {
            ControlFlow::Break(delimiter) => delimiter,
            ControlFlow::Continue(needed) => return ControlFlow::Continue(needed.saturating_add(mark_length)),
        },
    };
    let is_guess = charset == Charset::Utf8 && known.is_none();
    let skipped = mark_length.saturating_add(separator_bytes);
    ControlFlow::Break(Preamble { charset, is_guess, skipped, is_line_skipped: separator.is_some(), delimiter })
}

/// The delimiter, from a sample that is as short as possible: its length must not depend on how the network split the file.
fn detect_in_samples(text: &[u8], is_complete: bool, charset: Charset) -> ControlFlow<u8, usize> {
    let mut length = CHARSET_BYTES;
    loop {
        let is_last = length >= FIRST_RECORD_BYTES;
        let Some(sample) = text.get(..length).or(is_complete.then_some(text)) else {
            return ControlFlow::Continue(length);
        };
        let is_all = is_last || (is_complete && sample.len() == text.len());
        if let Some(delimiter) = detect_delimiter(&ascii(sample, charset), is_all) {
            return ControlFlow::Break(delimiter);
        }
        if is_all {
            return ControlFlow::Break(b';');
        }
        length = length.saturating_mul(4);
    }
}

/// A declared charset that counts. Servers declare UTF-8 for files of any charset.
#[must_use]
pub fn declared_charset(declared: Option<Charset>) -> Option<Charset> {
    declared.filter(|charset| *charset != Charset::Utf8)
}

/// The text with one byte for each UTF-16 unit, which is not ASCII if the unit is not. Other charsets have their ASCII already.
fn ascii(text: &[u8], charset: Charset) -> Cow<'_, [u8]> {
    let decode: fn([u8; 2]) -> u16 = match charset {
        Charset::Utf16Le => u16::from_le_bytes,
        Charset::Utf16Be => u16::from_be_bytes,
        _ => return Cow::Borrowed(text),
    };
    let units = text.chunks_exact(2).map(|unit| <[u8; 2]>::try_from(unit).map_or(0, decode));
    units.map(|unit| u8::try_from(unit).unwrap_or(u8::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn compression_is_detected_from_the_magic_bytes() {
        assert_eq!(Compression::detect(b"\x1F\x8B\x08\0"), Ok(Some(Compression::Gzip)));
        assert_eq!(Compression::detect(b"PK\x03\x04"), Ok(Some(Compression::Zip)));
        assert_eq!(Compression::detect(b"PK\x05\x06\0\0"), Ok(Some(Compression::Zip)));
        for compression in [Compression::Gzip, Compression::Zip] {
            assert_eq!(Compression::from_label(compression.label()), Some(compression));
            assert_eq!(serde_json::to_value(compression).unwrap(), compression.label());
        }
        for text in [&b""[..], b"PK", b"PK;1", b"\x1F", b"a;b\n", b"Rar!", b"7z;1", b"BZh91;aaaa"] {
            assert_eq!(Compression::detect(text), Ok(None));
        }
    }

    #[test]
    fn kinds_that_are_not_read_are_named() {
        for (head, kind) in [
            (&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0"[..], ".xls"),
            (b"PK\x07\x08PK\x03\x04", "a part of a zip archive"),
            (b"7z\xBC\xAF\x27\x1C\0\x04ab", "7z"),
            (b"Rar!\x1A\x07\0\xCF\x90s", "RAR"),
            (b"Rar!\x1A\x07\x01\0abc", "RAR"),
            (b"BZh91AY&SY\0", "bzip2"),
            (b"\xFD7zXZ\0\0\x04ab", "xz"),
            (b"\x28\xB5\x2F\xFD\x04abcde", "Zstandard"),
        ] {
            let message = Compression::detect(head).unwrap_err().to_string();
            assert!(message.contains(kind), "{message}");
        }
    }

    #[test]
    fn a_first_record_without_an_end_needs_more_bytes() {
        let options = CsvOptions::default();
        assert_eq!(detect(b"a,b\n", false, &options, None), ControlFlow::Continue(CHARSET_BYTES));
        let long = [b"\xEF\xBB\xBF", vec![b'a'; 5000].as_slice()].concat();
        assert_eq!(detect(&long, false, &options, None), ControlFlow::Continue(3 + 4 * CHARSET_BYTES));
        let endless = vec![b','; FIRST_RECORD_BYTES];
        let found = detect(&endless, false, &options, None);
        assert!(matches!(found, ControlFlow::Break(Preamble { delimiter: b',', .. })));
    }

    #[test]
    fn a_line_that_names_the_delimiter_is_skipped() {
        let detect = |bytes: &[u8], options: &str| {
            let options = serde_json::from_str(options).unwrap();
            let ControlFlow::Break(found) = detect(bytes, true, &options, None) else {
                panic!("more bytes are needed")
            };
            (found.delimiter, found.skipped, found.is_line_skipped)
        };
        assert_eq!(detect(b"sep=,\r\na;b,c\n", "{}"), (b',', 7, true));
        assert_eq!(detect(b"\xEF\xBB\xBFsep=|\na;b\n", "{}"), (b'|', 9, true));
        assert_eq!(detect(b"sep=,\na;b\n", r#"{"delimiter":";"}"#), (b';', 6, true));
        let utf_16: Vec<u8> = "\u{FEFF}sep=\t\nа;б\tв".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(detect(&utf_16, "{}"), (b'\t', 14, true));
        assert_eq!(detect(b"sep;a\n", "{}"), (b';', 0, false));
    }

    #[test]
    fn the_sample_does_not_depend_on_the_pieces() {
        let options = CsvOptions::default();
        // The first 4 kB are consistent with commas, later records are not.
        let text = ["a;b,c\n".repeat(800), "a;b\n".repeat(9000)].concat();
        let whole = detect(text.as_bytes(), true, &options, None);
        assert_eq!(detect(&text.as_bytes()[..CHARSET_BYTES], false, &options, None), whole);
    }

    fn preamble(bytes: &[u8], options: &str) -> (Charset, bool, usize, u8) {
        let options = serde_json::from_str(options).unwrap();
        let ControlFlow::Break(found) = detect(bytes, true, &options, None) else { panic!("more bytes are needed") };
        (found.charset, found.is_guess, found.skipped, found.delimiter)
    }

    #[test]
    fn options_come_before_detection() {
        assert_eq!(preamble(b"a;b\n", "{}"), (Charset::Utf8, true, 0, b';'));
        assert_eq!(preamble(b"a;b\n", r#"{"delimiter":"^"}"#), (Charset::Utf8, true, 0, b'^'));
        assert_eq!(preamble(b"a;b\n", r#"{"encoding":"utf8"}"#), (Charset::Utf8, false, 0, b';'));
        assert_eq!(preamble(b"\xEF\xBB\xBFa,b", "{}"), (Charset::Utf8, false, 3, b','));
        assert_eq!(preamble(b"\xEF\xBB\xBFa", r#"{"encoding":"koi8-r"}"#), (Charset::Koi8R, false, 0, b';'));
        assert_eq!(preamble(b"\xFF\xFEa\0\t\0", "{}"), (Charset::Utf16Le, false, 2, b'\t'));
        assert_eq!(preamble(b"\xFE\xFF\0a\0|", r#"{"encoding":"utf-16be"}"#), (Charset::Utf16Be, false, 2, b'|'));
        // 0x2C is a comma and 0x0A a line break, but not as half of another character.
        assert_eq!(preamble(b"\xFE\xFF\x2C\x0A\x2C\x2C\0;", "{}"), (Charset::Utf16Be, false, 2, b';'));
    }

    #[test]
    fn a_declared_charset_comes_after_the_byte_order_mark_and_before_detection() {
        let detect = |bytes: &[u8], options: &CsvOptions, declared| match detect(bytes, true, options, declared) {
            ControlFlow::Break(found) => (found.charset, found.is_guess),
            ControlFlow::Continue(_) => panic!("more bytes are needed"),
        };
        let options = CsvOptions::default();
        assert_eq!(detect("да".as_bytes(), &options, Some(Charset::Windows1251)), (Charset::Windows1251, false));
        assert_eq!(detect(b"a", &options, Some(Charset::Utf8)), (Charset::Utf8, true));
        assert_eq!(detect(b"\xEF\xBB\xBFa", &options, Some(Charset::Koi8R)), (Charset::Utf8, false));
        let options = CsvOptions { encoding: Some(Charset::Utf8), ..options };
        assert_eq!(detect(b"a", &options, Some(Charset::Koi8R)), (Charset::Utf8, false));
    }

    #[test]
    fn the_dialect_is_serialized_as_users_see_it() {
        let mut dialect = CsvDialect {
            encoding: Charset::Windows1251,
            delimiter: ';',
            header: false,
            columns: None,
            compression: None,
        };
        let json = |dialect: &CsvDialect| serde_json::to_string(dialect).unwrap();
        assert_eq!(json(&dialect), r#"{"encoding":"windows-1251","delimiter":";","header":false}"#);
        dialect.columns = Some(vec!["a".into()]);
        dialect.compression = Some(Compression::Gzip);
        assert!(json(&dialect).ends_with(r#""header":false,"columns":["a"],"compression":"gzip"}"#));
    }

    proptest! {
        #[test]
        fn utf_16_has_the_delimiter_of_its_text(text in "[a-zа-я;,|\t\"\n€𝄞]{0,60}") {
            let expected = detect_delimiter(text.as_bytes(), true);
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            prop_assert_eq!(detect_delimiter(&ascii(&little, Charset::Utf16Le), true), expected);
            prop_assert_eq!(detect_delimiter(&ascii(&big, Charset::Utf16Be), true), expected);
        }

        #[test]
        fn any_beginning_is_decided_at_the_end(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(detect(&bytes, true, &CsvOptions::default(), None).is_break());
        }
    }
}
