use proptest::prelude::*;

use super::*;
use crate::input::Fields;

type Rows = Vec<Vec<String>>;

/// All records as texts, the file fed in pieces of the given size.
fn read(bytes: &[u8], options: &CsvOptions, piece: usize) -> (Rows, Result<()>) {
    let mut scanner = Scanner::new(options.clone());
    let mut rows = Vec::new();
    let mut collect = |scanner: &Scanner| {
        let Some(records) = scanner.records() else { return };
        let mut ends = records.ends().iter().map(|end| *end as usize);
        let mut start = 0;
        for count in records.counts() {
            let row = ends.by_ref().take(*count as usize).map(|end| {
                let cell = String::from_utf16_lossy(&records.text()[start..end]);
                start = end;
                cell
            });
            rows.push(row.collect());
        }
    };
    for chunk in bytes.chunks(piece.max(1)) {
        scanner.room(chunk.len()).copy_from_slice(chunk);
        scanner.feed(false).unwrap();
        collect(&scanner);
    }
    let result = scanner.finish();
    collect(&scanner);
    (rows, result)
}

fn rows(text: &str) -> Rows {
    let whole = read(text.as_bytes(), &CsvOptions::default(), usize::MAX);
    for piece in [1, 2, 3, 7] {
        assert_eq!(read(text.as_bytes(), &CsvOptions::default(), piece), whole, "in pieces of {piece}");
    }
    whole.1.unwrap();
    whole.0
}

fn table(cells: &[&[&str]]) -> Vec<Vec<String>> {
    cells.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
}

#[test]
fn delimiters_quotes_and_line_ends() {
    let expected = table(&[&["Телефон", "Текст"], &["79991234567", "a;\"b\"\r\nc"], &["2", ""]]);
    for (delimiter, end) in [(";", "\n"), (",", "\r\n"), ("\t", "\r"), ("|", "\n")] {
        let text = ["Телефон,Текст", "79991234567,\"a;\"\"b\"\"\r\nc\"", "2,"].join(end).replace(',', delimiter);
        assert_eq!(rows(&text), expected, "{text:?}");
        assert_eq!(rows(&format!("\u{FEFF}{text}{end}{end}")), expected, "{text:?}");
    }
}

#[test]
fn blank_lines_are_no_records() {
    assert_eq!(rows(""), table(&[]));
    assert_eq!(rows("\n\r\n\r\r"), table(&[]));
    assert_eq!(rows("\na;b\n\n\r\n1;2\r\rc\n"), table(&[&["a", "b"], &["1", "2"], &["c"]]));
    assert_eq!(rows("\"\"\n;\n"), table(&[&[""], &["", ""]]));
    let told = CsvOptions { delimiter: Some(b','), ..Default::default() };
    assert_eq!(read(b"a,b;c", &told, 1).0, table(&[&["a", "b;c"]]));
}

#[test]
fn every_charset() {
    let text = "Имя;Сумма\nЁж «Їжак» №5;1";
    let expected = table(&[&["Имя", "Сумма"], &["Ёж «Їжак» №5", "1"]]);
    let cp1251: Vec<u8> = text
        .chars()
        .map(|c| (0..=255).find(|byte| Charset::Windows1251.text(&[*byte]).starts_with(c)).unwrap())
        .collect();
    let le: Vec<u8> = "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let be: Vec<u8> = "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let unmarked = [le[2..].to_vec(), be[2..].to_vec()];
    for bytes in [text.as_bytes().to_vec(), cp1251.clone(), le, be].into_iter().chain(unmarked) {
        for piece in [1, 3, usize::MAX] {
            assert_eq!(read(&bytes, &CsvOptions::default(), piece), (expected.clone(), Ok(())));
        }
    }
    let told = CsvOptions { encoding: Some(Charset::Windows1251), ..Default::default() };
    assert_eq!(read(&cp1251, &told, 5).0, expected);
    assert_eq!(
        read("a;b\n€\u{10FFFF}".as_bytes(), &CsvOptions::default(), 1).0,
        table(&[&["a", "b"], &["€\u{10FFFF}"]])
    );
    assert_eq!(read(b"\xEF\xBB\xBFa;b\n\xF0\x9F", &CsvOptions::default(), 1).0, table(&[&["a", "b"], &["\u{FFFD}"]]));
}

#[test]
fn an_unclosed_quote_is_named_after_the_sound_rows() {
    let (rows, result) = read(b"a;b\n1;2\n\n3;\"x\ny\n", &CsvOptions::default(), 4);
    assert_eq!(rows, table(&[&["a", "b"], &["1", "2"]]));
    let error = result.unwrap_err();
    assert_eq!(error.code, ErrorCode::BadReply);
    assert_eq!(error.to_string(), "record 3, which begins on line 4, has no end: a quote in it is never closed");
}

#[test]
fn a_quote_within_a_plain_field_is_a_character() {
    assert_eq!(rows("a;b\nx\"y;\"z\"w"), table(&[&["a", "b"], &["x\"y", "zw"]]));
}

#[test]
fn options_are_checked() {
    let options = |json: &str| {
        let values = crate::input::parse(json, ErrorCode::InvalidParameter, "it").unwrap();
        CsvOptions::read(&Fields::new(&values, ErrorCode::InvalidParameter))
    };
    assert_eq!(
        options(r#"{"delimiter":"\t","encoding":"cp1251","header":true}"#).unwrap().encoding,
        Some(Charset::Windows1251)
    );
    for wrong in [
        r#"{"delimiter":""}"#,
        r#"{"delimiter":";;"}"#,
        r#"{"delimiter":"\""}"#,
        r#"{"delimiter":"§"}"#,
        r#"{"encoding":"ebcdic"}"#,
        r#"{"header":1}"#,
        r#"{"quote":"'"}"#,
    ] {
        assert_eq!(options(wrong).unwrap_err().code, ErrorCode::InvalidParameter, "{wrong}");
    }
}

#[test]
fn the_form_is_told() {
    let form = |bytes: &[u8], options: &CsvOptions| {
        let mut scanner = Scanner::new(options.clone());
        scanner.room(bytes.len()).copy_from_slice(bytes);
        scanner.feed(false).unwrap();
        assert_eq!(scanner.form(), None);
        scanner.finish().unwrap();
        scanner.form().unwrap()
    };
    let found = CsvOptions::default();
    assert_eq!(form("№\tИмя".as_bytes(), &found), (Charset::Utf8, b'\t'));
    assert_eq!(form(b"1|\xE0", &found), (Charset::Windows1251, b'|'));
    assert_eq!(form(b"", &found), (Charset::Utf8, b';'));
    let told = CsvOptions { encoding: Some(Charset::Koi8R), delimiter: Some(b'x'), ..Default::default() };
    assert_eq!(form(b"\xC1x\xC2", &told), (Charset::Koi8R, b'x'));
    assert_eq!(read(b"\xC1x\xC2\xA3", &told, 1).0, table(&[&["а", "бё"]]));
}

#[test]
fn ascii_for_long_and_windows_1251_then() {
    let ascii = "1;abc\n".repeat(2000);
    let text = [ascii.as_bytes(), b"2;\xC0\xE0\n"].concat();
    for piece in [1, 5000, usize::MAX] {
        let (rows, _) = read(&text, &CsvOptions::default(), piece);
        assert_eq!((rows.len(), rows.last().unwrap()[1].as_str()), (2001, "Аа"));
    }
    let broken = [ascii.as_bytes(), "2;а".as_bytes(), b"\xC0\n"].concat();
    for piece in [1, 5000, usize::MAX] {
        assert_eq!(read(&broken, &CsvOptions::default(), piece).0.last().unwrap()[1], "а\u{FFFD}");
    }
}

fn written(rows: &[Vec<String>], delimiter: char, end: &str) -> String {
    let cell = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
    rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(&delimiter.to_string()) + end).collect()
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        rows in proptest::collection::vec(proptest::collection::vec("[a-zА-яё€𝄞\"\r\n;,0-9]{0,6}", 1..5), 0..8),
        delimiter in proptest::sample::select(vec![';', ',', '\t', '|']), crlf: bool, piece in 1usize..40,
    ) {
        let options = CsvOptions { header: Some(false), delimiter: Some(delimiter as u8), encoding: Some(Charset::Utf8) };
        let text = written(&rows, delimiter, if crlf { "\r\n" } else { "\n" });
        let (read_rows, result) = read(text.as_bytes(), &options, piece);
        prop_assert!(result.is_ok());
        prop_assert_eq!(read_rows, rows);
    }

    #[test]
    fn the_same_as_another_parser_reads(
        pieces in proptest::collection::vec(proptest::sample::select(vec![
            "a", "Ж", "€", "𝄞", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "0123456789012345678901234567890123456789",
            ";", ";", ";", "\"", "\"", "\"\"", "\";\"", "\n", "\r\n", "\r", "\n\"",
        ]), 0..80),
        piece in 1_usize..200,
    ) {
        let text = pieces.concat();
        let options = CsvOptions { header: Some(false), delimiter: Some(b';'), encoding: Some(Charset::Utf8) };
        let (mut rows, result) = read(text.as_bytes(), &options, piece);
        let mut other = csv::ReaderBuilder::new();
        let mut other = other.has_headers(false).flexible(true).delimiter(b';').from_reader(text.as_bytes());
        let other: Rows = other.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        if result.is_err() {
            // The other one takes a record that does not end.
            prop_assert_eq!(rows.len() + 1, other.len());
            rows.push(other.last().unwrap().clone());
        }
        prop_assert_eq!(rows, other);
    }

    #[test]
    fn any_bytes_in_any_pieces_are_read_alike(
        bytes in proptest::collection::vec(proptest::sample::select(
            b"a\"\"\r\n;,\xD0\xB0\xFF\xFE\xEF\xBB\xBF\xE0\xED\xA0\xF0\x90\x9F\xF4\xC1".to_vec()), 0..150),
        piece in 1_usize..70,
        encoding in proptest::sample::select(vec![None, Some(Charset::Utf8), Some(Charset::Utf16Be), Some(Charset::Koi8R)]),
    ) {
        let options = CsvOptions { encoding, ..CsvOptions::default() };
        let whole = read(&bytes, &options, usize::MAX);
        prop_assert_eq!(&read(&bytes, &options, piece), &whole);
        if encoding == Some(Charset::Utf8) {
            // What is invalid is replaced, as everywhere.
            let text = String::from_utf8_lossy(&bytes);
            prop_assert_eq!(read(text.as_bytes(), &options, usize::MAX), whole);
        }
    }
}
