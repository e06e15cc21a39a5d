use proptest::prelude::*;
use smsc_scan::MAX_FIELDS;

use super::*;

type Rows = Vec<Vec<String>>;

/// All records as texts, from a file in pieces of the given size.
fn read(bytes: &[u8], form: (u8, bool, bool), piece: usize) -> (Rows, Result<(), CsvError>) {
    let mut scanner = Scanner::new(form.0, form.1, form.2);
    let mut rows = Vec::new();
    let mut collect = |scanner: &Scanner| {
        let records = scanner.records();
        let mut ends = records.ends.iter().map(|end| *end as usize);
        let mut start = 0;
        for count in records.counts {
            let row = ends.by_ref().take(*count as usize).map(|end| {
                let value = String::from_utf16_lossy(&records.text[start..end]);
                start = end;
                value
            });
            rows.push(row.collect());
        }
    };
    let mut end = 0;
    for chunk in bytes.chunks(piece.max(1)) {
        scanner.buffer(chunk.len()).copy_from_slice(chunk);
        end += chunk.len();
        let result = scanner.scan(chunk.len(), false);
        collect(&scanner);
        match result {
            Ok(0) => {}
            Ok(rejected) => {
                // As JavaScript does, with a decoder that sees all of the rest.
                assert_eq!(scanner.buffer(rejected), &bytes[end - rejected..end]);
                let rest = String::from_utf8_lossy(&bytes[end - rejected..]);
                scanner.buffer(rest.len()).copy_from_slice(rest.as_bytes());
                assert_eq!(scanner.scan(rest.len(), false), Ok(0));
                collect(&scanner);
                break;
            }
            Err(error) => return (rows, Err(error)),
        }
    }
    let mut result = scanner.finish();
    if let Ok(rejected @ 1..) = result {
        collect(&scanner);
        let rest = String::from_utf8_lossy(&bytes[bytes.len() - rejected..]);
        scanner.buffer(rest.len()).copy_from_slice(rest.as_bytes());
        assert_eq!(scanner.scan(rest.len(), false), Ok(0));
        collect(&scanner);
        result = scanner.finish();
    }
    collect(&scanner);
    (rows, result.map(|rejected| assert_eq!(rejected, 0)))
}

const UTF_8: (u8, bool, bool) = (b';', false, false);
const GUESSED: (u8, bool, bool) = (b';', false, true);

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

fn table(values: &[&[&str]]) -> Vec<Vec<String>> {
    values.iter().map(|row| row.iter().map(|value| (*value).to_owned()).collect()).collect()
}

#[test]
fn reads_delimiters_quotes_and_line_ends() {
    let expected = table(&[&["Телефон", "Текст"], &["79991234567", "a;\"b\"\r\nc"], &["2", ""]]);
    for (delimiter, end) in [(";", "\n"), (",", "\r\n"), ("\t", "\r"), ("|", "\n")] {
        let text = ["Телефон,Текст", "79991234567,\"a;\"\"b\"\"\r\nc\"", "2,"].join(end).replace(',', delimiter);
        let delimiter = delimiter.as_bytes()[0];
        assert_eq!(delimited(&text, delimiter), expected, "{text:?}");
        assert_eq!(delimited(&format!("{text}{end}{end}"), delimiter), expected, "{text:?}");
    }
}

#[test]
fn skips_blank_lines() {
    assert_eq!(rows(""), table(&[]));
    assert_eq!(rows("\n\r\n\r\r"), table(&[]));
    assert_eq!(rows("\na;b\n\n\r\n1;2\r\rc\n"), table(&[&["a", "b"], &["1", "2"], &["c"]]));
    assert_eq!(rows("\"\"\n;\n"), table(&[&[""], &["", ""]]));
    assert_eq!(delimited("a,b;c", b','), table(&[&["a", "b;c"]]));
}

#[test]
fn reads_utf_8_and_windows_1251() {
    let text = "Имя;Сумма\nЁж «Їжак» №5;1";
    let expected = table(&[&["Имя", "Сумма"], &["Ёж «Їжак» №5", "1"]]);
    let cp1251 = windows_1251(text);
    for piece in [1, 3, 5, usize::MAX] {
        assert_eq!(read(text.as_bytes(), GUESSED, piece), (expected.clone(), Ok(())));
        assert_eq!(read(&cp1251, (b';', true, false), piece), (expected.clone(), Ok(())));
        assert_eq!(read(&cp1251, GUESSED, piece), (expected.clone(), Ok(())));
    }
    assert_eq!(read("a;b\n€\u{10FFFF}".as_bytes(), UTF_8, 1).0, table(&[&["a", "b"], &["€\u{10FFFF}"]]));
    assert_eq!(read(b"a;b\n\xF0\x9F", UTF_8, 1).0, table(&[&["a", "b"], &["\u{FFFD}"]]));
}

#[test]
fn an_unclosed_quote_is_an_error_after_the_complete_records() {
    let (rows, result) = read(b"a;b\n1;2\n\n3;\"x\ny\n", GUESSED, 4);
    assert_eq!(rows, table(&[&["a", "b"], &["1", "2"]]));
    let error = crate::client::error::Error::from(result.unwrap_err());
    assert_eq!(error.code, crate::client::error::ErrorCode::BadResponse);
    assert_eq!(error.message, "record 3, which begins on line 4, has no end: a quote in it is never closed");
}

/// A CR and its LF are one line break, wherever a piece or a block of 64 bytes ends. A CR in an earlier block does not belong to
/// an LF.
#[test]
fn line_numbers_do_not_depend_on_the_pieces() {
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
fn a_quote_inside_an_unquoted_field_is_text() {
    assert_eq!(rows("a;b\nx\"y;\"z\"w"), table(&[&["a", "b"], &["x\"y", "zw"]]));
}

#[test]
fn a_record_with_too_many_fields_is_an_error_after_the_records_before_it() {
    let wide = ";".repeat(MAX_FIELDS);
    for (after, error) in [("", "2"), ("\n", "2"), ("\n5\n", "2"), ("\r\n;", "2")] {
        let text = format!("1;2\n\n{wide}{after}");
        for piece in [1000, 65_536, usize::MAX] {
            let (rows, result) = read(text.as_bytes(), UTF_8, piece);
            assert_eq!(rows, table(&[&["1", "2"]]));
            let message = result.unwrap_err().to_string();
            let expected = format!("record {error}, which begins on line 3, has more than 100000 fields");
            assert_eq!(message, expected, "{after:?} in pieces of {piece}");
        }
    }
    let (rows, result) = read(&wide.as_bytes()[1..], UTF_8, 65_536);
    assert_eq!((rows[0].len(), result), (MAX_FIELDS, Ok(())));
}

#[test]
fn a_record_that_is_too_long_is_not_reported_as_an_unclosed_quote() {
    for (begin, expected) in [
        ("a\n", "record 2, which begins on line 2, is longer than 67108864 characters"),
        ("a\n\"", "record 2, which begins on line 2, has no end: a quote in it is never closed"),
    ] {
        let mut scanner = Scanner::new(b';', false, false);
        scanner.limits.max_units = 1000;
        let text = format!("{begin}{}", "x".repeat(1000));
        scanner.buffer(text.len()).copy_from_slice(text.as_bytes());
        assert_eq!(scanner.scan(text.len(), false), Ok(0));
        scanner.buffer(1).copy_from_slice(b"x");
        let error = scanner.scan(1, false).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn a_guess_changes_to_windows_1251_at_the_first_other_byte() {
    let ascii = "1;abc\n".repeat(2000);
    let text = [ascii.as_bytes(), b"2;\xC0\xE0\n"].concat();
    for piece in [1, 5000, usize::MAX] {
        let (rows, _) = read(&text, GUESSED, piece);
        assert_eq!((rows.len(), rows.last().unwrap()[1].as_str()), (2001, "Аа"));
    }
    let broken = [ascii.as_bytes(), "2;а".as_bytes(), b"\xC0\n"].concat();
    for piece in [1, 5000, usize::MAX] {
        assert_eq!(read(&broken, GUESSED, piece).0.last().unwrap()[1], "а\u{FFFD}");
    }
}

#[test]
fn records_whose_charset_is_not_known_are_scanned_before_a_failure() {
    for (file, records) in [("Имя\nЖук;1\nПри", 2), ("Жук", 0), ("ascii;\n\"Жук\n", 1)] {
        let mut scanner = Scanner::new(GUESSED.0, GUESSED.1, GUESSED.2);
        scanner.buffer(file.len()).copy_from_slice(file.as_bytes());
        assert_eq!(scanner.scan(file.len(), false), Ok(0));
        let held = scanner.records().counts.len();
        assert_eq!(scanner.flush(), Ok(0));
        assert_eq!(held.max(scanner.records().counts.len()), records, "{file:?}");
    }
}

fn windows_1251(text: &str) -> Vec<u8> {
    crate::protocol::charset::to_windows_1251(text).unwrap()
}

/// The last field of a file that begins with 12 kB of ASCII.
fn last_field(rest: &[u8]) -> String {
    let bytes = ["1;abc\n".repeat(2000).as_bytes(), rest].concat();
    let (whole, result) = read(&bytes, GUESSED, usize::MAX);
    assert_eq!(result, Ok(()));
    for piece in [61, 999, 4096, 5000] {
        assert_eq!(read(&bytes, GUESSED, piece).0, whole, "in pieces of {piece}");
    }
    whole.last().unwrap().last().unwrap().clone()
}

#[test]
fn late_windows_1251_that_begins_with_valid_utf_8() {
    for word in ["Вітаємо", "Рівне", "Рёбра", "Ім'я", "МІЙ", "Привет"] {
        assert_eq!(last_field(&[b"2;", windows_1251(word).as_slice()].concat()), word);
        // Much ASCII follows the first pair.
        let text = format!("2;{word}\n{}3;{word}\n", "1;abc\n".repeat(2000));
        assert_eq!(last_field(&windows_1251(&text)), word);
    }
    // "Рё" alone is valid UTF-8. The next word shows the charset.
    let text = format!("2;Рё\n{}3;Привет\n", "1;abc\n".repeat(2000));
    assert_eq!(last_field(&windows_1251(&text)), "Привет");
}

#[test]
fn late_utf_8_with_broken_bytes_stays_utf_8() {
    for broken in [&b"\xFF"[..], b"\xD0", b"\x9F", b"\xE2\x82", b"\xF0\x9F\x98"] {
        for before in ["", "№ 5 от Ивана, ", "Привет"] {
            let text = [before.as_bytes(), broken, "Привет, мир".as_bytes()].concat();
            assert_eq!(last_field(&[b"2;", text.as_slice()].concat()), String::from_utf8_lossy(&text), "{broken:?}");
            // Much ASCII follows the broken byte.
            let later = [text.as_slice(), b"\n", "1;abc\n".repeat(2000).as_bytes(), "2;Ещё\n".as_bytes()].concat();
            assert_eq!(last_field(&later), "Ещё", "{broken:?}");
        }
    }
    let text = format!("2;{}", "я".repeat(5000));
    assert_eq!(last_field(&text.as_bytes()[..text.len() - 1]), "я".repeat(4999) + "\u{FFFD}");
    // A window ends inside a character.
    for offset in 0..3 {
        let text = format!("2;я{}€я", "x".repeat(crate::csv::charset_guess::WINDOW_BYTES - 3 + offset - 1));
        assert_eq!(last_field(text.as_bytes()), text[2..]);
    }
}

fn write(rows: &[Vec<String>], delimiter: char, end: &str) -> String {
    let value = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
    rows.iter().map(|row| row.iter().map(value).collect::<Vec<_>>().join(&delimiter.to_string()) + end).collect()
}

proptest! {
    #[test]
    fn reads_back_any_quoted_records(
        rows in proptest::collection::vec(proptest::collection::vec("[a-zА-яё€𝄞\"\r\n;,0-9]{0,6}", 1..5), 0..8),
        delimiter in proptest::sample::select(vec![';', ',', '\t', '|']), crlf: bool, piece in 1usize..40,
    ) {
        let form = (delimiter as u8, false, false);
        let text = write(&rows, delimiter, if crlf { "\r\n" } else { "\n" });
        let (read_rows, result) = read(text.as_bytes(), form, piece);
        prop_assert!(result.is_ok());
        prop_assert_eq!(read_rows, rows);
    }

    #[test]
    fn agrees_with_the_csv_crate(
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
            // The crate accepts a record that does not end.
            prop_assert_eq!(rows.len() + 1, other.len());
            rows.push(other.last().unwrap().clone());
        }
        prop_assert_eq!(rows, other);
    }

    #[test]
    fn pieces_do_not_matter_for_the_charset(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            b"1;ascii\n".repeat(300), b"1;ascii\n".repeat(600), "2;Рё\n".into(), "2;\"Привет\"\n".into(), b"2;\xFF\n".to_vec(),
            windows_1251("2;Рівне\n"), windows_1251("2;Рё\n"), windows_1251("2;Привет\n"), b"\xD0".to_vec(),
        ]), 0..9),
        piece in 1_usize..9000,
    ) {
        let bytes = parts.concat();
        prop_assert_eq!(read(&bytes, GUESSED, piece), read(&bytes, GUESSED, usize::MAX));
    }

    #[test]
    fn pieces_do_not_matter(
        bytes in proptest::collection::vec(proptest::sample::select(
            b"a\"\"\r\n;,\xD0\xB0\xFF\xFE\xEF\xBB\xBF\xE0\xED\xA0\xF0\x90\x9F\xF4\xC1".to_vec()), 0..150),
        piece in 1_usize..70,
        single: bool, guess: bool,
    ) {
        let form = (b';', single, guess);
        let whole = read(&bytes, form, usize::MAX);
        prop_assert_eq!(&read(&bytes, form, piece), &whole);
        if form == UTF_8 {
            // Invalid bytes become replacement characters, as in every decoder.
            let text = String::from_utf8_lossy(&bytes);
            prop_assert_eq!(read(text.as_bytes(), form, usize::MAX), whole);
        }
    }
}
