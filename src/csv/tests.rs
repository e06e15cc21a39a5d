use proptest::prelude::*;

use super::*;

/// All records as texts, the file fed in pieces of the given size.
fn read(bytes: &[u8], options: &CsvOptions, piece: usize) -> (Option<Vec<String>>, Vec<Vec<String>>, Result<()>) {
    let mut scanner = Scanner::new(options.clone());
    let mut rows = Vec::new();
    let mut collect = |scanner: &Scanner| {
        let mut ends = scanner.ends().iter().map(|end| *end as usize);
        let mut start = 0;
        for count in scanner.counts() {
            let row = ends.by_ref().take(*count as usize).map(|end| {
                let cell = String::from_utf16_lossy(&scanner.text()[start..end]);
                start = end;
                cell
            });
            rows.push(row.collect());
        }
    };
    for chunk in bytes.chunks(piece.max(1)) {
        scanner.feed(chunk);
        collect(&scanner);
    }
    let result = scanner.finish();
    collect(&scanner);
    (scanner.columns().map(<[_]>::to_vec), rows, result)
}

fn rows(text: &str) -> (Option<Vec<String>>, Vec<Vec<String>>) {
    let whole = read(text.as_bytes(), &CsvOptions::default(), usize::MAX);
    for piece in [1, 2, 3, 7] {
        assert_eq!(read(text.as_bytes(), &CsvOptions::default(), piece), whole, "in pieces of {piece}");
    }
    whole.2.unwrap();
    (whole.0, whole.1)
}

fn table(cells: &[&[&str]]) -> Vec<Vec<String>> {
    cells.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
}

#[test]
fn delimiters_quotes_and_line_ends() {
    let expected =
        (Some(vec!["Телефон".to_owned(), "Текст".to_owned()]), table(&[&["79991234567", "a;\"b\"\r\nc"], &["2", ""]]));
    for (delimiter, end) in [(";", "\n"), (",", "\r\n"), ("\t", "\r"), ("|", "\n")] {
        let text = ["Телефон,Текст", "79991234567,\"a;\"\"b\"\"\r\nc\"", "2,"].join(end).replace(',', delimiter);
        assert_eq!(rows(&text), expected, "{text:?}");
        assert_eq!(rows(&format!("\u{FEFF}{text}{end}{end}")), expected, "{text:?}");
    }
}

#[test]
fn a_header_is_told_by_what_it_holds() {
    assert_eq!(rows("a;b\n1;2"), (Some(vec!["a".into(), "b".into()]), table(&[&["1", "2"]])));
    assert_eq!(rows("1;b\n2;c"), (None, table(&[&["1", "b"], &["2", "c"]])));
    assert_eq!(rows("21.11.2026;b\n"), (None, table(&[&["21.11.2026", "b"]])));
    assert_eq!(
        rows("a;a;a_2;\n1;2;3;4"),
        (Some(vec!["a".into(), "a_3".into(), "a_2".into(), String::new()]), table(&[&["1", "2", "3", "4"]]))
    );
    assert_eq!(rows(""), (None, vec![]));
    assert_eq!(rows("\n\n"), (None, vec![]));
    let told = CsvOptions { header: Some(false), delimiter: Some(b',' as u16), ..Default::default() };
    assert_eq!(read(b"a,b;c", &told, 1).1, table(&[&["a", "b;c"]]));
}

#[test]
fn every_charset() {
    let text = "Имя;Сумма\nЁж «Їжак» №5;1";
    let expected = (Some(vec!["Имя".to_owned(), "Сумма".to_owned()]), table(&[&["Ёж «Їжак» №5", "1"]]));
    let cp1251: Vec<u8> = text
        .chars()
        .map(|c| (0..=255).find(|byte| u32::from(crate::charset::windows_1251(*byte)) == c as u32).unwrap())
        .collect();
    let le: Vec<u8> = "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let be: Vec<u8> = "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    for bytes in [text.as_bytes().to_vec(), cp1251.clone(), le, be] {
        for piece in [1, 3, usize::MAX] {
            let (columns, rows, result) = read(&bytes, &CsvOptions::default(), piece);
            assert_eq!((columns, rows), expected);
            result.unwrap();
        }
    }
    let told = CsvOptions { encoding: Some(Charset::Windows1251), ..Default::default() };
    assert_eq!(read(&cp1251, &told, 5).1, expected.1);
    assert_eq!(read("a;b\n€\u{10FFFF}".as_bytes(), &CsvOptions::default(), 1).1, table(&[&["€\u{10FFFF}"]]));
    assert_eq!(read(b"\xEF\xBB\xBFa;b\n\xF0\x9F", &CsvOptions::default(), 1).1, table(&[&["\u{FFFD}"]]));
}

#[test]
fn an_unclosed_quote_is_named_after_the_sound_rows() {
    let (_, rows, result) = read(b"a;b\n1;2\n\n3;\"x\ny\n", &CsvOptions::default(), 4);
    assert_eq!(rows, table(&[&["1", "2"]]));
    let error = result.unwrap_err();
    assert_eq!(error.code, ErrorCode::BadReply);
    assert_eq!(
        error.to_string(),
        "the file ends within a quoted field: record 3, which begins on line 4, has no closing quote"
    );
}

#[test]
fn a_quote_within_a_plain_field_is_a_character() {
    assert_eq!(rows("a;b\nx\"y;\"z\"w").1, table(&[&["x\"y", "zw"]]));
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
        r#"{"encoding":"ebcdic"}"#,
        r#"{"header":1}"#,
        r#"{"quote":"'"}"#,
    ] {
        assert_eq!(options(wrong).unwrap_err().code, ErrorCode::InvalidParameter, "{wrong}");
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
        let options = CsvOptions { header: Some(false), delimiter: Some(delimiter as u16), encoding: Some(Charset::Utf8) };
        let text = written(&rows, delimiter, if crlf { "\r\n" } else { "\n" });
        let (_, read_rows, result) = read(text.as_bytes(), &options, piece);
        prop_assert!(result.is_ok());
        prop_assert_eq!(read_rows, rows);
    }

    #[test]
    fn any_bytes_in_any_pieces_are_read_alike(bytes in proptest::collection::vec(proptest::sample::select(b"a\"\"\r\n;,\xD0\xB0\xFF\xFE\xEF\xBB\xBF".to_vec()), 0..60), piece in 1usize..10) {
        prop_assert_eq!(read(&bytes, &CsvOptions::default(), piece), read(&bytes, &CsvOptions::default(), usize::MAX));
    }
}
