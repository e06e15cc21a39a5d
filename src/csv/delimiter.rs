//! The detection of the delimiter: it splits the records at the beginning of a file consistently.

/// The delimiters that are detected, the preferred one first.
const CANDIDATES: [u8; 4] = [b';', b',', b'\t', b'|'];

/// The first line of some files for Excel, `sep=;`: the delimiter, and the length of the line with its line break. `None` if the
/// text begins with anything else.
#[must_use]
pub fn excel_separator(text: &[u8]) -> Option<(u8, usize)> {
    let (unquoted, quotes) = match text.strip_prefix(b"\"") {
        Some(rest) => (rest, 2),
        None => (text, 0),
    };
    let (name, rest) = unquoted.split_at_checked(4)?;
    let (delimiter, rest) = rest.split_first()?;
    let rest = if quotes == 0 { rest } else { rest.strip_prefix(b"\"")? };
    let line_break = match rest {
        [] => 0,
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => return None,
    };
    let is_valid =
        name.eq_ignore_ascii_case(b"sep=") && delimiter.is_ascii() && !matches!(delimiter, 0 | b'\r' | b'\n' | b'"');
    is_valid.then_some((*delimiter, name.len().saturating_add(1).saturating_add(quotes).saturating_add(line_break)))
}

/// The delimiter of a text, which is the beginning of a file, or all of it if it `is_complete`. `None` if the first record has no
/// end yet.
#[must_use]
pub fn detect_delimiter(text: &[u8], is_complete: bool) -> Option<u8> {
    // Blank lines before the first record.
    let blank = text.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let text = text.get(blank..).unwrap_or_default();
    let mut best = (Score::default(), b';');
    let mut has_record = is_complete;
    for delimiter in CANDIDATES {
        let records = Records::read(text, delimiter, is_complete);
        has_record |= !records.fields.is_empty();
        if records.fields.is_empty() && records.is_in_first_line && !is_complete {
            return None;
        }
        let score = records.score();
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    has_record.then_some(best.1)
}

/// How well a delimiter splits a text: the sum of `points`, and then the number of delimiters in the first record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    points: usize,
    first_delimiters: usize,
}

/// The points for a property of all records.
const FULL: usize = 1000;

/// The complete records of a text, split by one delimiter.
#[derive(Debug, Default)]
struct Records {
    /// The number of fields of each record.
    fields: Vec<usize>,
    /// Delimiters outside quotes.
    delimiters: usize,
    /// Those of them before a space, as in prose.
    before_space: usize,
    /// Records in which no other candidate comes first.
    led: usize,
    /// Whether the first line of the text has the delimiter.
    is_in_first_line: bool,
}

impl Records {
    fn read(text: &[u8], delimiter: u8, is_complete: bool) -> Self {
        let first_line = text.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
        let mut records = Self { is_in_first_line: first_line.contains(&delimiter), ..Self::default() };
        let (mut fields, mut is_field_start, mut is_quoted, mut is_blank) = (1_usize, true, false, true);
        let mut leader = None;
        let mut bytes = text.iter().copied().peekable();
        while let Some(byte) = bytes.next() {
            if is_quoted {
                // A pair of quotes closes and opens again.
                is_quoted = byte != b'"' || bytes.next_if_eq(&b'"').is_some();
                continue;
            }
            if matches!(byte, b'\r' | b'\n') {
                if !is_blank {
                    records.end_record(fields, leader == Some(delimiter));
                }
                (fields, is_field_start, is_blank, leader) = (1, true, true, None);
                continue;
            }
            is_blank = false;
            if CANDIDATES.contains(&byte) {
                leader = leader.or(Some(byte));
            }
            if byte == delimiter {
                fields = fields.saturating_add(1);
                records.delimiters = records.delimiters.saturating_add(1);
                let is_before_space = bytes.peek() == Some(&b' ');
                records.before_space = records.before_space.saturating_add(is_before_space.into());
                is_field_start = true;
            } else {
                is_quoted = byte == b'"' && is_field_start;
                is_field_start = false;
            }
        }
        if is_complete && !is_blank && !is_quoted {
            records.end_record(fields, leader == Some(delimiter));
        }
        records
    }

    fn end_record(&mut self, fields: usize, is_led: bool) {
        self.fields.push(fields);
        self.led = self.led.saturating_add(is_led.into());
    }

    /// Nothing for a delimiter that is not in the first record. Consistency counts twice as much as the other properties.
    fn score(&self) -> Score {
        let first_delimiters = self.fields.first().map_or(0, |fields| fields.saturating_sub(1));
        if first_delimiters == 0 {
            return Score::default();
        }
        let frequency = |fields: &usize| self.fields.iter().filter(|other| *other == fields).count();
        let usual = self.fields.iter().filter(|fields| **fields > 1).map(frequency).max().unwrap_or_default();
        let share = |part: usize, whole: usize| part.saturating_mul(FULL).checked_div(whole).unwrap_or_default();
        let consistency = share(usual, self.fields.len());
        let tightness = share(self.delimiters.saturating_sub(self.before_space), self.delimiters);
        let lead = share(self.led, self.fields.len());
        let points = consistency.saturating_mul(2).saturating_add(tightness).saturating_add(lead);
        Score { points, first_delimiters }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn assert_delimiter(text: &str, delimiter: u8) {
        let found = detect_delimiter(text.as_bytes(), true).map(char::from);
        assert_eq!(found, Some(char::from(delimiter)), "{text:?}");
    }

    #[test]
    fn the_delimiter_of_the_first_record() {
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
    fn the_delimiter_that_splits_records_consistently() {
        assert_delimiter("Телефон;Фамилия, имя, отчество\n79990000001;Иванов Иван\n", b';');
        assert_delimiter("Телефон;Фамилия,имя,отчество\n79990000001;Иванов Иван\n79990000002;Пётр\n", b';');
        assert_delimiter("Фамилия, имя, отчество;Телефон\nИванов, Иван;79990000001\n", b';');
        assert_delimiter("phone,text\n1,a; b; c\n2,c; d; e; f\n", b',');
        assert_delimiter("phone,a;b;c\n1,x\n2,y\n", b',');
        assert_delimiter("phone\ttext\n1\ta, b; c, d\n2\tb, c, d, e; f\n", b'\t');
        assert_delimiter("id;cost;sum\n1;2,50;3,60\n2;3,10;4,10\n", b';');
        assert_delimiter("1;2,50;3,60;4,70\n2;3,10;4,10;5,60\n", b';');
        assert_delimiter("1,\"a;b;c\"\n2,\"d;e;f\"\n", b',');
        assert_delimiter("1;a,b;x\n2;c,d\n", b';');
    }

    #[test]
    fn texts_with_commas_without_a_header() {
        assert_delimiter("79990000001;Привет, Иван, как дела, да\n79990000002;Заказ, готов\n79990000003;Ждём\n", b';');
        assert_delimiter("79990000001;Привет, Иван, как дела\n", b';');
        assert_delimiter("79990000001;раз,два,три,четыре\n79990000002;раз,два\n", b';');
        assert_delimiter("79990000001;раз,два\n79990000002;три,пять\n", b';');
        assert_delimiter("79990000001,Привет; Иван; как; дела\n79990000002,Да\n", b',');
    }

    #[test]
    fn a_first_record_without_an_end_needs_more_bytes() {
        for text in ["", "\n", "a,b", "\"a\n,b", "1;\"a, b\nc, d\ne"] {
            assert_eq!(detect_delimiter(text.as_bytes(), false), None, "{text:?}");
        }
        assert_eq!(detect_delimiter(b"a,b", true), Some(b','));
        assert_eq!(detect_delimiter(b"", true), Some(b';'));
    }

    #[test]
    fn excel_names_the_separator() {
        assert_eq!(excel_separator(b"sep=;\r\na;b"), Some((b';', 7)));
        assert_eq!(excel_separator(b"SEP=,\na,b"), Some((b',', 6)));
        assert_eq!(excel_separator(b"\"sep=;\"\na;b"), Some((b';', 8)));
        assert_eq!(excel_separator(b"sep=\t"), Some((b'\t', 5)));
        for text in ["", "sep=", "sep=\n;", "sep=;a\n", "sepa=;", "sep;=", "\"sep=;\n", "sep=\"\n", " sep=;\n"] {
            assert_eq!(excel_separator(text.as_bytes()), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn rows_of_quoted_and_plain_fields(
            rows in proptest::collection::vec(("[0-9]{11}", "[а-я, ;|\t\n]{0,40}", "[0-9]{1,2},[0-9]{2}"), 2..20),
            delimiter in proptest::sample::select(CANDIDATES.to_vec()),
        ) {
            let delimiter = char::from(delimiter);
            let quote = |text: &str| {
                if text.contains(delimiter) || text.contains('\n') { format!("\"{text}\"") } else { text.to_owned() }
            };
            let line = |(a, b, c): &(String, String, String)| {
                [a, b, c].map(|field| quote(field)).join(&delimiter.to_string()) + "\r\n"
            };
            let text: String = rows.iter().map(line).collect();
            prop_assert_eq!(detect_delimiter(text.as_bytes(), true).map(char::from), Some(delimiter));
        }
    }
}
