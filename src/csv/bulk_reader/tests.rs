use std::ops::ControlFlow;

use proptest::prelude::*;

use super::*;
use crate::{
    csv::{dialect::detect, reader::CsvReader},
    protocol::charset::to_windows_1251,
};

type Rows = Vec<Vec<String>>;

/// What a reading gives: the dialects, the rows without the header, and the error.
#[derive(Debug, PartialEq)]
struct Outcome<T> {
    dialects: Vec<CsvDialect>,
    rows: T,
    error: Option<String>,
}

fn preamble(bytes: &[u8], options: &CsvOptions) -> Preamble {
    let ControlFlow::Break(preamble) = detect(bytes, true, options, None) else { panic!("more bytes are needed") };
    preamble
}

fn pieces<'a>(bytes: &'a [u8], preamble: &Preamble, piece: usize) -> impl Iterator<Item = &'a [u8]> {
    bytes[preamble.skipped..].chunks(piece)
}

fn read_bulk(bytes: &[u8], options: &CsvOptions, piece: usize, output: BulkOutput) -> (BulkReader, Outcome<String>) {
    let preamble = preamble(bytes, options);
    let mut reader = BulkReader::new(options, &preamble, None, output);
    let (mut dialects, mut json, mut error) = (Vec::new(), String::new(), None);
    let mut pieces = pieces(bytes, &preamble, piece);
    loop {
        let piece = pieces.next();
        let result = match piece {
            Some(piece) => {
                reader.buffer(piece.len()).copy_from_slice(piece);
                reader.scan(piece.len(), false)
            }
            None => reader.finish(),
        };
        dialects.extend(reader.take_dialect().cloned());
        if let BulkOutput::Lines(lines) = reader.output() {
            json += core::str::from_utf8(&lines.json).unwrap();
        }
        if let Err(reason) = result {
            error = Some(reason.to_string());
            break;
        }
        if piece.is_none() {
            break;
        }
    }
    (reader, Outcome { dialects, rows: json, error })
}

fn lines(bytes: &[u8], options: &str, piece: usize) -> Outcome<String> {
    let options = serde_json::from_str(options).unwrap();
    read_bulk(bytes, &options, piece, BulkOutput::Lines(JsonLines::default())).1
}

fn columns(
    bytes: &[u8],
    options: &str,
    piece: usize,
    select: Option<&[&str]>,
) -> (Vec<(String, Vec<String>)>, Outcome<String>) {
    let options = serde_json::from_str(options).unwrap();
    let select = select.map(|names| names.iter().map(ToString::to_string).collect());
    let (mut reader, reading) = read_bulk(bytes, &options, piece, BulkOutput::Columns(ColumnBatch::new(select)));
    let BulkOutput::Columns(batch) = reader.output() else { panic!("no columns") };
    let names: Vec<String> = batch.names().map(Into::into).collect();
    let values = batch.columns().map(|(dictionary, is_single_byte)| {
        let texts = dictionary.decode(is_single_byte).texts();
        dictionary.codes().iter().map(|code| texts[*code as usize].clone()).collect()
    });
    (names.into_iter().zip(values.collect::<Vec<_>>()).collect(), reading)
}

/// The rows by the reader that decodes every field. It reads UTF-8 without invalid bytes only.
fn rows(bytes: &[u8], options: &str) -> Outcome<Rows> {
    let options: CsvOptions = serde_json::from_str(options).unwrap();
    let preamble = preamble(bytes, &options);
    let mut reader = CsvReader::new(&options, &preamble, None);
    let (mut rows, mut error, mut dialects) = (Vec::new(), None, Vec::new());
    let mut take = |reader: &CsvReader| {
        let records = reader.records();
        let (mut field, mut start) = (0, 0);
        for (index, count) in records.counts.iter().enumerate() {
            let row = (0..*count).map(|_| {
                let end = records.ends[field] as usize;
                let text = String::from_utf16(&records.text[start..end]).unwrap();
                (field, start) = (field + 1, end);
                text
            });
            let row = row.collect();
            if index >= reader.header_records() {
                rows.push(row);
            }
        }
    };
    let rest = &bytes[preamble.skipped..];
    reader.buffer(rest.len()).copy_from_slice(rest);
    let mut result = reader.scan(rest.len(), false);
    take(&reader);
    dialects.extend(reader.take_dialect().cloned());
    if result.is_ok() {
        result = reader.finish();
        take(&reader);
        dialects.extend(reader.take_dialect().cloned());
    }
    if let Err(reason) = result {
        error = Some(Error::from(reason).to_string());
    }
    Outcome { dialects, rows, error }
}

#[test]
fn lines_have_the_columns_as_members() {
    let file = "id;Текст;id\n1;\"a \"\"b\"\"\n\";2\r\n3\n\n4;5;6;7;8\n";
    let expected = "{\"id\":\"1\",\"Текст\":\"a \\\"b\\\"\\n\",\"id_2\":\"2\"}\n{\"id\":\"3\"}\n\
        {\"id\":\"4\",\"Текст\":\"5\",\"id_2\":\"6\",\"__extra\":[\"7\",\"8\"]}\n";
    for piece in [1, 7, 1000] {
        let reading = lines(file.as_bytes(), "{}", piece);
        assert_eq!((reading.rows.as_str(), reading.error), (expected, None), "{piece}");
    }
    assert_eq!(lines(b"1;2\n\"3\"", "{}", 3).rows, "[\"1\",\"2\"]\n[\"3\"]\n");
    for empty in [&b""[..], b"\n\n", b"a;b\n", b"\xEF\xBB\xBF"] {
        assert_eq!(lines(empty, "{}", 2).rows, "");
    }
}

#[test]
fn columns_can_be_selected() {
    let file = "phone;cost;text\n7;1.5;a\n8;1.5\n7;2;b;surplus\n".as_bytes();
    let texts = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    for piece in [1, 5, 100] {
        let (selected, _) = columns(file, "{}", piece, Some(&["cost", "phone"]));
        let expected = [("cost".into(), texts(&["1.5", "1.5", "2"])), ("phone".into(), texts(&["7", "8", "7"]))];
        assert_eq!(selected, expected);
        let (all, _) = columns(file, "{}", piece, None);
        assert_eq!(all[2], ("text".into(), texts(&["a", "", "b"])));
        let (numbered, _) = columns(b"1;2\n3;4;5\n", "{}", piece, None);
        let expected = [texts(&["1", "3"]), texts(&["2", "4"]), texts(&["", "5"])];
        assert_eq!(numbered, ["0", "1", "2"].map(Into::into).into_iter().zip(expected).collect::<Vec<_>>());
        let (numbered, _) = columns(b"1;2\n3;4;5\n", "{}", piece, Some(&["2"]));
        assert_eq!(numbered, [("2".into(), texts(&["", "5"]))]);
    }
}

#[test]
fn a_selected_column_must_exist() {
    let (_, reading) = columns(b"phone;cost\n7;1\n", "{}", 4, Some(&["phone", "price"]));
    assert_eq!(
        reading.error.unwrap(),
        "`select` names the column \"price\", and the file has the columns \"phone\", \"cost\""
    );
    for name in ["price", "01", "-1", ""] {
        let (_, reading) = columns(b"7;1\n", "{}", 4, Some(&[name]));
        assert!(reading.error.unwrap().contains("its columns are \"0\", \"1\" and so on"));
    }
    assert_eq!(columns(b"", "{}", 4, Some(&["price"])).1.error, None);
}

#[test]
fn invalid_bytes_become_replacement_characters() {
    let file = b"a;b\nx\xFF;y\xD0\n";
    assert_eq!(lines(file, r#"{"encoding":"utf-8"}"#, 3).rows, "{\"a\":\"x\u{FFFD}\",\"b\":\"y\u{FFFD}\"}\n");
    let (columns, _) = columns(file, r#"{"encoding":"utf-8"}"#, 3, Some(&["b"]));
    assert_eq!(columns, [("b".into(), vec!["y\u{FFFD}".into()])]);
}

#[test]
fn a_charset_that_changes_within_a_batch_changes_its_values() {
    let mut file = "a\nЖук\n".as_bytes().to_vec();
    file.extend(b"x\n".repeat(3000));
    file.extend(to_windows_1251(&"Привет\n".repeat(100)).unwrap());
    let (columns, reading) = columns(&file, "{}", 100_000, None);
    assert_eq!(reading.dialects.last().unwrap().encoding, Charset::Windows1251);
    let (first, last) = (&columns[0].1[0], columns[0].1.last().unwrap());
    assert_eq!((first.as_str(), last.as_str()), ("Жук", "Привет"));
}

#[test]
fn the_records_whose_charset_is_not_known_come_before_a_failure() {
    let utf_8 = "Имя\nЖук\nПри".as_bytes();
    for file in [utf_8, &utf_8[..utf_8.len() - 1], &to_windows_1251("Имя\nЖук\nПри").unwrap()] {
        let options = CsvOptions::default();
        let output = BulkOutput::Lines(JsonLines::default());
        let mut reader = BulkReader::new(&options, &preamble(file, &options), None, output);
        reader.buffer(file.len()).copy_from_slice(file);
        reader.scan(file.len(), false).unwrap();
        assert_eq!(reader.record_count(), 0);
        reader.flush().unwrap();
        let BulkOutput::Lines(JsonLines { json, .. }) = reader.output() else { panic!("no lines") };
        assert_eq!(core::str::from_utf8(json), Ok("{\"Имя\":\"Жук\"}\n"));
    }
}

#[test]
fn errors_come_after_the_records_before_them() {
    let reading = lines(b"a;b\n1;2\n3;\"4", "{}", 4);
    assert_eq!(reading.rows, "{\"a\":\"1\",\"b\":\"2\"}\n");
    assert_eq!(reading.error.unwrap(), "record 3, which begins on line 3, has no end: a quote in it is never closed");
    let mut wide = b"a;b\n1;2\n".to_vec();
    wide.resize(100_200, b';');
    wide.extend_from_slice(b"\n3;4\n");
    let reading = lines(&wide, "{}", 200_000);
    assert_eq!(reading.rows, "{\"a\":\"1\",\"b\":\"2\"}\n");
    assert_eq!(reading.error.unwrap(), "record 3, which begins on line 3, has more than 100000 fields");
}

/// JSON lines of rows, as the objects of TypeScript give them.
fn json_of(rows: &Rows, columns: Option<&[String]>) -> String {
    let value = |row: &Vec<String>| match columns {
        None => serde_json::json!(row).to_string(),
        Some(columns) => {
            let members = columns.iter().zip(row).map(|(name, value)| format!("{}:{}", quoted(name), quoted(value)));
            let mut members: Vec<String> = members.collect();
            if let Some(surplus @ [_, ..]) = row.get(columns.len()..) {
                members.push(format!("\"__extra\":{}", serde_json::json!(surplus)));
            }
            format!("{{{}}}", members.join(","))
        }
    };
    rows.iter().map(|row| value(row) + "\n").collect()
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

proptest! {
    #[test]
    fn lines_and_columns_are_those_of_the_rows(
        text in r#"(id;Имя;b\n)?([a-z;0-9]|[а-яё]|\r|\n|\r\n|"[а-я;\r\n]{0,9}";|;"a""b"|;"a"b|№|[a-zа-я]{20,90}){0,60}"#,
        piece in 1..200_usize, is_single_byte: bool,
    ) {
        let bytes = if is_single_byte { to_windows_1251(&text).unwrap() } else { text.into_bytes() };
        let options = if is_single_byte { r#"{"encoding":"windows-1251"}"# } else { r#"{"encoding":"utf-8"}"# };
        let expected = rows(&bytes, options);
        let names = expected.dialects.last().and_then(|dialect| dialect.columns.clone());
        let json = json_of(&expected.rows, names.as_deref());
        let reading = lines(&bytes, options, piece);
        prop_assert_eq!(&reading, &Outcome { rows: json, dialects: expected.dialects, error: expected.error });
        let (columns, _) = columns(&bytes, options, piece, None);
        for (index, (_, values)) in columns.iter().enumerate() {
            let expected = expected.rows.iter().map(|row| row.get(index).cloned().unwrap_or_default());
            prop_assert_eq!(values, &expected.collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_charset_is_guessed_as_for_rows(
        text in r#"a;b\n([a-z]{0,40};[a-z]{0,3}[а-яё]{0,9}\n|"[a-z]?";"[a-z ]{0,3}[а-яё]{0,9}"\n|[a-z;]{2000}\n){0,12}"#,
        piece in 1..20_000_usize, is_single_byte: bool,
    ) {
        let bytes = if is_single_byte { to_windows_1251(&text).unwrap() } else { text.into_bytes() };
        let expected = rows(&bytes, "{}");
        // A short text in windows-1251 can pass for UTF-8 with invalid bytes.
        let is_utf_8 = expected.dialects.last().is_none_or(|dialect| dialect.encoding == Charset::Utf8);
        prop_assume!(!is_utf_8 || core::str::from_utf8(&bytes).is_ok());
        let reading = lines(&bytes, "{}", piece);
        prop_assert_eq!(reading.dialects.last(), expected.dialects.last());
        let names = expected.dialects.last().and_then(|dialect| dialect.columns.clone());
        prop_assert_eq!(reading.rows, json_of(&expected.rows, names.as_deref()));
        let (columns, _) = columns(&bytes, "{}", piece, Some(&["b"]));
        let expected: Vec<String> = expected.rows.iter().map(|row| row.get(1).cloned().unwrap_or_default()).collect();
        prop_assert_eq!(columns.first().map(|(_, values)| values.clone()).unwrap_or_default(), expected);
    }
}
