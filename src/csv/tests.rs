use proptest::prelude::*;

use super::*;

type Rows = Vec<Vec<String>>;

/// All records as texts, the file fed in pieces of the given size.
fn read(bytes: &[u8], form: (u8, bool, bool), piece: usize) -> (Rows, Result<()>) {
    let mut scanner = Scanner::new(form.0, form.1, form.2);
    let mut rows = Vec::new();
    let mut collect = |scanner: &Scanner| {
        let records = scanner.records();
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
    let mut fed = 0;
    for chunk in bytes.chunks(piece.max(1)) {
        scanner.room(chunk.len()).copy_from_slice(chunk);
        fed += chunk.len();
        let wrong = scanner.feed(false).unwrap();
        collect(&scanner);
        if wrong > 0 {
            // As JavaScript does, with a decoder that sees all that is left.
            let rest = String::from_utf8_lossy(&bytes[fed - wrong..]);
            scanner.room(rest.len()).copy_from_slice(rest.as_bytes());
            assert_eq!(scanner.feed(false), Ok(0));
            collect(&scanner);
            break;
        }
    }
    let mut result = scanner.finish();
    if let Ok(wrong @ 1..) = result {
        let rest = String::from_utf8_lossy(&bytes[bytes.len() - wrong..]);
        scanner.room(rest.len()).copy_from_slice(rest.as_bytes());
        result = scanner.finish();
    }
    collect(&scanner);
    (rows, result.map(|wrong| assert_eq!(wrong, 0)))
}

/// What most tests are about.
const UTF_8: (u8, bool, bool) = (b';', false, false);
const A_GUESS: (u8, bool, bool) = (b';', false, true);

fn rows(text: &str) -> Rows {
    delimited(text, b';')
}

fn delimited(text: &str, delimiter: u8) -> Rows {
    let form = (delimiter, false, true);
    let whole = read(text.as_bytes(), form, usize::MAX);
    for piece in [1, 2, 3, 7] {
        assert_eq!(read(text.as_bytes(), form, piece), whole, "in pieces of {piece}");
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
        let delimiter = delimiter.as_bytes()[0];
        assert_eq!(delimited(&text, delimiter), expected, "{text:?}");
        assert_eq!(delimited(&format!("{text}{end}{end}"), delimiter), expected, "{text:?}");
    }
}

#[test]
fn blank_lines_are_no_records() {
    assert_eq!(rows(""), table(&[]));
    assert_eq!(rows("\n\r\n\r\r"), table(&[]));
    assert_eq!(rows("\na;b\n\n\r\n1;2\r\rc\n"), table(&[&["a", "b"], &["1", "2"], &["c"]]));
    assert_eq!(rows("\"\"\n;\n"), table(&[&[""], &["", ""]]));
    assert_eq!(delimited("a,b;c", b','), table(&[&["a", "b;c"]]));
}

#[test]
fn both_charsets() {
    let text = "Имя;Сумма\nЁж «Їжак» №5;1";
    let expected = table(&[&["Имя", "Сумма"], &["Ёж «Їжак» №5", "1"]]);
    let single = |c: char| {
        let unit = u16::try_from(u32::from(c)).unwrap();
        let upper = smsc_scan::WINDOWS_1251.iter().position(|other| *other == unit);
        upper.map_or_else(|| u8::try_from(unit).unwrap(), |upper| u8::try_from(upper + 0x80).unwrap())
    };
    let cp1251: Vec<u8> = text.chars().map(single).collect();
    for piece in [1, 3, 5, usize::MAX] {
        assert_eq!(read(text.as_bytes(), A_GUESS, piece), (expected.clone(), Ok(())));
        assert_eq!(read(&cp1251, (b';', true, false), piece), (expected.clone(), Ok(())));
        assert_eq!(read(&cp1251, A_GUESS, piece), (expected.clone(), Ok(())));
    }
    assert_eq!(read("a;b\n€\u{10FFFF}".as_bytes(), UTF_8, 1).0, table(&[&["a", "b"], &["€\u{10FFFF}"]]));
    assert_eq!(read(b"a;b\n\xF0\x9F", UTF_8, 1).0, table(&[&["a", "b"], &["\u{FFFD}"]]));
}

#[test]
fn an_unclosed_quote_is_named_after_the_sound_rows() {
    let (rows, result) = read(b"a;b\n1;2\n\n3;\"x\ny\n", A_GUESS, 4);
    assert_eq!(rows, table(&[&["a", "b"], &["1", "2"]]));
    let error = result.unwrap_err();
    assert_eq!(error.code, ErrorCode::BadReply);
    assert_eq!(error.to_string(), "record 3, which begins on line 4, has no end: a quote in it is never closed");
}

/// A CR and its LF are one line break, wherever a piece or a block of 64 bytes ends; and a CR that ended a block before is not
/// the one before an LF.
#[test]
fn lines_are_counted_alike_however_the_file_was_cut() {
    for (text, line) in [("aa\r\n\r\r\"", 4), ("a\rb\n\"", 3)] {
        for before in 0..70 {
            for length in [0, 64, 128] {
                let text = format!("{}{}", "x".repeat(before), text.replace('b', &"b".repeat(length + 1)));
                for piece in [1, 2, 3, 25, 64, usize::MAX] {
                    let (_, result) = read(text.as_bytes(), UTF_8, piece);
                    let message = result.unwrap_err().to_string();
                    assert!(message.contains(&format!("line {line},")), "{text:?} by {piece}: {message}");
                }
            }
        }
    }
}

#[test]
fn a_quote_within_a_plain_field_is_a_character() {
    assert_eq!(rows("a;b\nx\"y;\"z\"w"), table(&[&["a", "b"], &["x\"y", "zw"]]));
}

#[test]
fn options_are_checked() {
    let options = |json: &str| {
        let values = crate::input::parse(json, ErrorCode::InvalidParameter, "it").unwrap();
        check(&Fields::new(&values, ErrorCode::InvalidParameter))
    };
    assert_eq!(options(r#"{"delimiter":"\t","encoding":"cp1251","header":true}"#).unwrap(), "windows-1251");
    assert_eq!(options("{}").unwrap(), "");
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
fn ascii_for_long_and_windows_1251_then() {
    let ascii = "1;abc\n".repeat(2000);
    let text = [ascii.as_bytes(), b"2;\xC0\xE0\n"].concat();
    for piece in [1, 5000, usize::MAX] {
        let (rows, _) = read(&text, A_GUESS, piece);
        assert_eq!((rows.len(), rows.last().unwrap()[1].as_str()), (2001, "Аа"));
    }
    let broken = [ascii.as_bytes(), "2;а".as_bytes(), b"\xC0\n"].concat();
    for piece in [1, 5000, usize::MAX] {
        assert_eq!(read(&broken, A_GUESS, piece).0.last().unwrap()[1], "а\u{FFFD}");
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
        let form = (delimiter as u8, false, false);
        let text = written(&rows, delimiter, if crlf { "\r\n" } else { "\n" });
        let (read_rows, result) = read(text.as_bytes(), form, piece);
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
        let (mut rows, result) = read(text.as_bytes(), UTF_8, piece);
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
        single: bool, guess: bool,
    ) {
        let form = (b';', single, guess);
        let whole = read(&bytes, form, usize::MAX);
        prop_assert_eq!(&read(&bytes, form, piece), &whole);
        if form == UTF_8 {
            // What is invalid is replaced, as everywhere.
            let text = String::from_utf8_lossy(&bytes);
            prop_assert_eq!(read(text.as_bytes(), form, usize::MAX), whole);
        }
    }
}
