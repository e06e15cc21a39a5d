//! The dialect of a file: charset, delimiter and header, detected from its beginning or known from the options.

use std::{borrow::Cow, ops::ControlFlow};

use serde::Serialize;
use tsify::Tsify;

use super::{
    charset::{Charset, byte_order_mark, detect_utf_16},
    options::{CsvOptions, Delimiter},
};

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
    #[tsify(optional, type = "\"gzip\" | \"zip\"")]
    pub compression: Option<Compression>,
}

/// The compression of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    /// gzip.
    Gzip,
    /// One file in a zip archive.
    Zip,
}

/// Bytes that show the compression.
pub const MAGIC_BYTES: usize = 4;

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
    #[must_use]
    pub fn detect(head: &[u8]) -> Option<Self> {
        match head {
            [0x1F, 0x8B, ..] => Some(Self::Gzip),
            [b'P', b'K', 3, 4, ..] => Some(Self::Zip),
            _ => None,
        }
    }
}

/// Bytes to inspect for the charset. More are not inspected if more are there: the result must not depend on how the network
/// split the file.
pub const CHARSET_BYTES: usize = 4096;

/// Bytes to search for the end of the first record, in [`CHARSET_BYTES`] first and then in four times as many each time.
const FIRST_RECORD_BYTES: usize = 1 << 20;

/// The properties of a file that have to be known before the scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preamble {
    /// The charset.
    pub charset: Charset,
    /// Whether UTF-8 is only assumed: the bytes beyond ASCII decide between UTF-8 and windows-1251.
    pub is_guess: bool,
    /// The length of the byte order mark, which is not part of the text.
    pub mark_length: usize,
    /// The character between two fields.
    pub delimiter: u8,
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
    let is_enough = is_complete || text.len() >= FIRST_RECORD_BYTES;
    let delimiter = options
        .delimiter
        .map(Delimiter::byte)
        .or_else(|| detect_delimiter(&ascii(text.get(..FIRST_RECORD_BYTES).unwrap_or(text), charset), is_enough));
    let Some(delimiter) = delimiter else {
        let needed = text.len().saturating_mul(4).min(FIRST_RECORD_BYTES);
        return ControlFlow::Continue(needed.saturating_add(mark_length));
    };
    let is_guess = charset == Charset::Utf8 && known.is_none();
    ControlFlow::Break(Preamble { charset, is_guess, mark_length, delimiter })
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

/// The delimiters that are detected, the preferred one first.
const CANDIDATES: [u8; 4] = [b';', b',', b'\t', b'|'];

/// The most frequent delimiter of the first record, outside quotes. `None` if the record has no end yet, unless the text
/// `is_complete`.
#[must_use]
pub fn detect_delimiter(text: &[u8], is_complete: bool) -> Option<u8> {
    let mut counts = [0_usize; CANDIDATES.len()];
    let mut is_quoted = false;
    let mut has_ended = false;
    // Blank lines before the first record.
    let record = text.iter().skip_while(|byte| matches!(byte, b'\r' | b'\n'));
    for byte in record {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\r' | b'\n' if !is_quoted => {
                has_ended = true;
                break;
            }
            _ if !is_quoted => {
                let candidates = CANDIDATES.iter().zip(&mut counts);
                for (_, count) in candidates.filter(|(candidate, _)| *candidate == byte) {
                    *count = count.saturating_add(1);
                }
            }
            _ => {}
        }
    }
    // Of several that are equally frequent, the first.
    let best = CANDIDATES.iter().zip(counts).rev().max_by_key(|(_, count)| *count);
    (has_ended || is_complete).then_some(best.map_or(b';', |(candidate, _)| *candidate))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn compression_is_detected_from_the_magic_bytes() {
        assert_eq!(Compression::detect(b"\x1F\x8B\x08\0"), Some(Compression::Gzip));
        assert_eq!(Compression::detect(b"PK\x03\x04"), Some(Compression::Zip));
        for compression in [Compression::Gzip, Compression::Zip] {
            assert_eq!(Compression::from_label(compression.label()), Some(compression));
            assert_eq!(serde_json::to_value(compression).unwrap(), compression.label());
        }
        for text in [&b""[..], b"PK", b"PK;1", b"\x1F", b"a;b\n"] {
            assert_eq!(Compression::detect(text), None);
        }
    }

    #[test]
    fn the_most_frequent_delimiter_of_the_first_record() {
        for (text, delimiter) in [
            ("a;b\n1,2,3", b';'),
            ("a,b;c,d\n", b','),
            ("a\tb\r\n", b'\t'),
            ("a|b|c;d\r", b'|'),
            ("\"a,b,c,d\";b\n", b';'),
            ("\"a\"\",\n,\";b\n", b';'),
            ("a;b,c\n", b';'),
            ("phone\n", b';'),
            ("\r\n\r\na,b\n", b','),
        ] {
            assert_eq!(detect_delimiter(text.as_bytes(), false), Some(delimiter), "{text:?}");
        }
    }

    #[test]
    fn a_first_record_without_an_end_needs_more_bytes() {
        for text in ["", "\n", "a,b", "\"a\n,b"] {
            assert_eq!(detect_delimiter(text.as_bytes(), false), None, "{text:?}");
        }
        assert_eq!(detect_delimiter(b"a,b", true), Some(b','));
        assert_eq!(detect_delimiter(b"", true), Some(b';'));
        let options = CsvOptions::default();
        assert_eq!(detect(b"a,b\n", false, &options, None), ControlFlow::Continue(CHARSET_BYTES));
        let long = [b"\xEF\xBB\xBF", vec![b'a'; 5000].as_slice()].concat();
        assert_eq!(detect(&long, false, &options, None), ControlFlow::Continue(3 + 20_000));
        let endless = vec![b','; FIRST_RECORD_BYTES];
        assert!(matches!(
            detect(&endless, false, &options, None),
            ControlFlow::Break(Preamble { delimiter: b',', .. })
        ));
    }

    fn preamble(bytes: &[u8], options: &str) -> (Charset, bool, usize, u8) {
        let options = serde_json::from_str(options).unwrap();
        let ControlFlow::Break(found) = detect(bytes, true, &options, None) else { panic!("more bytes are needed") };
        (found.charset, found.is_guess, found.mark_length, found.delimiter)
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
    fn the_form_is_serialized_as_users_see_it() {
        let mut form = CsvDialect {
            encoding: Charset::Windows1251,
            delimiter: ';',
            header: false,
            columns: None,
            compression: None,
        };
        let json = |form: &CsvDialect| serde_json::to_string(form).unwrap();
        assert_eq!(json(&form), r#"{"encoding":"windows-1251","delimiter":";","header":false}"#);
        form.columns = Some(vec!["a".into()]);
        form.compression = Some(Compression::Gzip);
        assert!(json(&form).ends_with(r#""header":false,"columns":["a"],"compression":"gzip"}"#));
    }

    proptest! {
        #[test]
        fn the_delimiter_does_not_depend_on_what_follows_the_first_record(
            record in "[a-z;,|\t]{1,40}", more in "[a-z;,|\t\"\n]{0,40}",
        ) {
            let alone = detect_delimiter(record.as_bytes(), true);
            prop_assert_eq!(detect_delimiter(format!("{record}\n{more}").as_bytes(), false), alone);
        }

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
