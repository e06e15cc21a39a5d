//! The records of a file whose fields were located: their values for columns and for lines of JSON.

use crate::{
    Dictionary,
    json::push_json_string,
    locate::{plain_text, unquote},
    windows_1251::push_utf_8,
};

/// The complete records of a piece.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocatedRecords<'a> {
    /// The bytes of the records.
    pub bytes: &'a [u8],
    /// The end of each field in the bytes, with the separator after it.
    pub ends: &'a [u32],
    /// The number of fields of each record.
    pub counts: &'a [u32],
    /// The charsets of the bytes, each from an offset on. The first begins with the bytes.
    pub charsets: &'a [CharsetPart],
}

/// The charset from an offset on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CharsetPart {
    /// The offset of the first byte.
    pub start: usize,
    /// Windows-1251, otherwise UTF-8.
    pub is_single_byte: bool,
}

/// The beginning of a member of an object: the column's index, and its name with a colon as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonKey {
    /// The column's index.
    pub column: usize,
    /// The name as a JSON string, and a colon.
    pub prefix: Vec<u8>,
}

/// How records become JSON: lists, or objects if the columns have names.
#[derive(Clone, Debug, Default)]
pub struct JsonRows {
    /// The names of the columns, in the order of the object's members.
    pub keys: Option<Vec<JsonKey>>,
    /// The beginning of the member for surplus values.
    pub surplus_prefix: Vec<u8>,
}

/// Buffers for values that are not parts of the bytes.
#[derive(Debug, Default)]
pub struct Scratch {
    unquoted: Vec<u8>,
    utf_8: Vec<u8>,
}

impl LocatedRecords<'_> {
    /// The number of fields in the first `count` records.
    fn fields_of_first(&self, count: usize) -> usize {
        self.counts.iter().take(count).fold(0, |sum, count| sum.wrapping_add(*count as usize))
    }

    /// The bytes of a field, with its quotes.
    #[inline]
    fn field(&self, field: usize, is_first: bool) -> &[u8] {
        let start = self.start(field);
        let end = self.ends.get(field).map_or(start, |end| (*end as usize).wrapping_sub(1));
        let mut bytes = self.bytes.get(start..end).unwrap_or_default();
        if is_first {
            // Blank lines, and the LF of a CRLF, are between two records.
            while let [b'\r' | b'\n', rest @ ..] = bytes {
                bytes = rest;
            }
        }
        bytes
    }

    #[inline]
    fn start(&self, field: usize) -> usize {
        field.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize)
    }

    /// Whether all bytes are windows-1251.
    #[must_use]
    pub fn is_single_byte(&self) -> bool {
        self.charsets.iter().all(|part| part.is_single_byte)
    }

    /// Whether a field is windows-1251, otherwise UTF-8; `None` if the charset changes within it.
    #[inline]
    fn is_single_byte_field(&self, field: usize) -> Option<bool> {
        match self.charsets {
            [] => Some(false),
            [part] => Some(part.is_single_byte),
            parts => {
                let (start, end) = (self.start(field), self.start(field.wrapping_add(1)));
                let last = parts.iter().rev().find(|part| part.start < end)?;
                (last.start <= start).then_some(last.is_single_byte)
            }
        }
    }

    /// The text of a field in UTF-8. Bytes that are not UTF-8 may stay.
    #[inline]
    fn text<'a>(&'a self, field: usize, is_first: bool, scratch: &'a mut Scratch) -> &'a [u8] {
        let bytes = self.field(field, is_first);
        match (self.is_single_byte_field(field), plain_text(bytes)) {
            (Some(false), Some(text)) => text,
            (Some(true), Some(text)) if text.is_ascii() => text,
            (Some(true), Some(text)) => {
                scratch.utf_8.clear();
                push_utf_8(&mut scratch.utf_8, text);
                &scratch.utf_8
            }
            _ => self.text_of_parts(field, bytes, scratch),
        }
    }

    /// The text of a field with quotes in it, or in two charsets. It is decoded with its quotes: without them, invalid bytes before and
    /// after a quote could become a character.
    #[cold]
    #[inline(never)]
    fn text_of_parts<'a>(&self, field: usize, bytes: &[u8], scratch: &'a mut Scratch) -> &'a [u8] {
        let Scratch { unquoted, utf_8 } = scratch;
        utf_8.clear();
        let field_end = self.start(field.wrapping_add(1)).wrapping_sub(1);
        let field_start = field_end.wrapping_sub(bytes.len());
        let mut parts = self.charsets.iter().peekable();
        while let Some(part) = parts.next() {
            let end = parts.peek().map_or(field_end, |next| next.start.min(field_end));
            let bytes = self.bytes.get(part.start.max(field_start)..end).unwrap_or_default();
            if part.is_single_byte {
                push_utf_8(utf_8, bytes);
            } else {
                utf_8.extend_from_slice(String::from_utf8_lossy(bytes).as_bytes());
            }
        }
        unquote(utf_8, unquoted)
    }

    /// The values of the first record, in UTF-8. Bytes that are not UTF-8 stay.
    #[must_use]
    pub fn first_record(&self) -> Vec<Vec<u8>> {
        let mut scratch = Scratch::default();
        let count = self.counts.first().copied().unwrap_or_default() as usize;
        (0..count).map(|column| self.text(column, column == 0, &mut scratch).to_vec()).collect()
    }

    /// Adds the values of a column, for each record after the first `skipped`. A record without the column has an empty text. With
    /// `to_utf_8`, values are converted to UTF-8, otherwise all bytes are windows-1251.
    pub fn push_column(
        &self,
        column: usize,
        skipped: usize,
        to_utf_8: bool,
        dictionary: &mut Dictionary,
        scratch: &mut Scratch,
    ) {
        let mut first = self.fields_of_first(skipped);
        for count in self.counts.get(skipped..).unwrap_or_default() {
            let count = *count as usize;
            if column < count {
                let field = first.wrapping_add(column);
                dictionary.push(if to_utf_8 {
                    self.text(field, column == 0, scratch)
                } else {
                    unquote(self.field(field, column == 0), &mut scratch.unquoted)
                });
            } else {
                dictionary.push(b"");
            }
            first = first.wrapping_add(count);
        }
    }

    /// Appends a line of JSON for each record after the first `skipped`.
    pub fn push_lines(&self, rows: &JsonRows, skipped: usize, json: &mut Vec<u8>, scratch: &mut Scratch) {
        let mut first = self.fields_of_first(skipped);
        for count in self.counts.get(skipped..).unwrap_or_default() {
            let count = *count as usize;
            match &rows.keys {
                None => self.push_list(first, 0, count, json, scratch),
                Some(keys) => {
                    json.push(b'{');
                    let mut is_first = true;
                    for JsonKey { column, prefix } in keys.iter().filter(|key| key.column < count) {
                        if !is_first {
                            json.push(b',');
                        }
                        is_first = false;
                        json.extend_from_slice(prefix);
                        self.push_value(first, *column, json, scratch);
                    }
                    if count > keys.len() {
                        if !is_first {
                            json.push(b',');
                        }
                        json.extend_from_slice(&rows.surplus_prefix);
                        self.push_list(first, keys.len(), count, json, scratch);
                    }
                    json.push(b'}');
                }
            }
            json.push(b'\n');
            first = first.wrapping_add(count);
        }
    }

    /// Appends a list of the values of some columns.
    fn push_list(&self, first: usize, start: usize, end: usize, json: &mut Vec<u8>, scratch: &mut Scratch) {
        json.push(b'[');
        for column in start..end {
            if column > start {
                json.push(b',');
            }
            self.push_value(first, column, json, scratch);
        }
        json.push(b']');
    }

    #[inline]
    fn push_value(&self, first: usize, column: usize, json: &mut Vec<u8>, scratch: &mut Scratch) {
        let field = first.wrapping_add(column);
        let text = self.text(field, column == 0, scratch);
        if text.is_ascii() || core::str::from_utf8(text).is_ok() {
            push_json_string(json, text);
        } else {
            push_json_string(json, String::from_utf8_lossy(text).as_bytes());
        }
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    /// `a;"b";` and `"c""d"`, in UTF-8 but for the last field.
    const RECORDS: LocatedRecords<'static> = LocatedRecords {
        bytes: b"\xD0\x96;\"b\"\r\n\n\"c\"\"d\";\xC6\xFF;e\n",
        ends: &[3, 7, 16, 19, 21],
        counts: &[2, 3],
        charsets: &[CharsetPart { start: 0, is_single_byte: false }, CharsetPart { start: 9, is_single_byte: true }],
    };

    #[test]
    fn a_column_has_a_value_for_each_record() {
        let column = |column, skipped| {
            let (mut dictionary, mut scratch) = (Dictionary::default(), Scratch::default());
            RECORDS.push_column(column, skipped, true, &mut dictionary, &mut scratch);
            (dictionary.decode(false).texts().concat(), dictionary.codes().len())
        };
        assert_eq!(column(0, 0), ("Жc\"d".into(), 2));
        assert_eq!(column(1, 0), ("bЖя".into(), 2));
        assert_eq!(column(1, 1), ("Жя".into(), 1));
        assert_eq!(column(2, 0), ("e".into(), 2));
        assert_eq!(column(9, 0), (String::new(), 2));
    }

    #[test]
    fn a_field_in_two_charsets_is_decoded_by_its_parts() {
        let records = LocatedRecords {
            bytes: b"a;\"\xD0\x96\"\"\xC6\"\n",
            ends: &[2, 10],
            counts: &[2],
            charsets: &[
                CharsetPart { start: 0, is_single_byte: false },
                CharsetPart { start: 7, is_single_byte: true },
            ],
        };
        assert!(!records.is_single_byte());
        assert_eq!(records.first_record(), [&b"a"[..], "Ж\"Ж".as_bytes()]);
    }

    #[test]
    fn invalid_bytes_on_both_sides_of_a_quote_stay_apart() {
        let records = LocatedRecords {
            bytes: b"\"\xD0\"\x96;\"\xD0\x96\"\"\"\n",
            ends: &[5, 12],
            counts: &[2],
            charsets: &[CharsetPart { start: 0, is_single_byte: false }],
        };
        assert_eq!(records.first_record(), ["\u{FFFD}\u{FFFD}".as_bytes(), "Ж\"".as_bytes()]);
    }

    #[test]
    fn lines_are_lists_or_objects() {
        let lines = |rows: &JsonRows| {
            let mut json = Vec::new();
            RECORDS.push_lines(rows, 0, &mut json, &mut Scratch::default());
            String::from_utf8(json).unwrap()
        };
        assert_eq!(lines(&JsonRows::default()), "[\"Ж\",\"b\"]\n[\"c\\\"d\",\"Жя\",\"e\"]\n");
        let key = |column, prefix: &str| JsonKey { column, prefix: prefix.into() };
        let keys = Some(vec![key(1, "\"1\":"), key(0, "\"x\":")]);
        let rows = JsonRows { keys, surplus_prefix: b"\"more\":".to_vec() };
        assert_eq!(lines(&rows), "{\"1\":\"b\",\"x\":\"Ж\"}\n{\"1\":\"Жя\",\"x\":\"c\\\"d\",\"more\":[\"e\"]}\n");
        let keys = Some(vec![key(0, "\"x\":"), key(2, "\"y\":"), key(1, "\"z\":")]);
        let rows = JsonRows { keys, surplus_prefix: Vec::new() };
        assert_eq!(lines(&rows), "{\"x\":\"Ж\",\"z\":\"b\"}\n{\"x\":\"c\\\"d\",\"y\":\"e\",\"z\":\"Жя\"}\n");
    }
}
