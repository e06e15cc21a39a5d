//! The reading of one file after its beginning was inspected: the scanner, the header, and the dialect that users see.

use super::{
    dialect::{Compression, CsvDialect, Preamble},
    dialect_state::DialectState,
    error::CsvError,
    options::CsvOptions,
    scanner::{Records, Scanner},
};
use crate::protocol::charset::Charset;

/// The reading of one file.
#[derive(Debug)]
pub struct CsvReader {
    scanner: Scanner,
    dialect: DialectState,
}

impl CsvReader {
    /// A reader of a file with this preamble, whose skipped bytes are not to be scanned.
    #[must_use]
    pub fn new(options: &CsvOptions, preamble: &Preamble, compression: Option<Compression>) -> Self {
        let Preamble { charset, is_guess, delimiter, is_line_skipped, .. } = *preamble;
        let mut scanner = Scanner::new(delimiter, charset == Charset::Windows1251, is_guess);
        if is_line_skipped {
            scanner.skip_line();
        }
        Self { scanner, dialect: DialectState::new(options, preamble, compression) }
    }

    /// The memory for the next `length` bytes of the file.
    pub fn buffer(&mut self, length: usize) -> &mut [u8] {
        self.scanner.buffer(length)
    }

    /// Scans the first `length` bytes of the buffer, as [`Scanner::scan`] does.
    ///
    /// # Errors
    /// If a record is too long. The records before it are complete.
    pub fn scan(&mut self, length: usize, is_scalar: bool) -> Result<usize, CsvError> {
        let result = self.scanner.scan(length, is_scalar);
        self.update_dialect(result.is_err());
        result
    }

    /// Ends the file, as [`Scanner::finish`] does.
    ///
    /// # Errors
    /// If a quote is never closed. The records before it are complete.
    pub fn finish(&mut self) -> Result<usize, CsvError> {
        let result = self.scanner.finish();
        self.update_dialect(!matches!(result, Ok(1..)));
        result
    }

    /// Ends the reading within the file, as [`Scanner::flush`] does.
    ///
    /// # Errors
    /// If a record is too long. The records before it are complete.
    pub fn flush(&mut self) -> Result<usize, CsvError> {
        let result = self.scanner.flush();
        self.update_dialect(!matches!(result, Ok(1..)));
        result
    }

    /// The complete records of the last piece, the header included.
    #[must_use]
    pub fn records(&self) -> Records<'_> {
        self.scanner.records()
    }

    /// The number of records of the last piece, 0 or 1, that are the header.
    #[must_use]
    pub fn header_records(&self) -> usize {
        self.dialect.header_records()
    }

    /// The dialect, if the last piece showed it or changed it. A file that begins with ASCII may turn out to be windows-1251.
    pub fn take_dialect(&mut self) -> Option<&CsvDialect> {
        self.dialect.take_new()
    }

    fn update_dialect(&mut self, is_over: bool) {
        let records = self.scanner.records();
        let first = || (!records.counts.is_empty()).then(|| first_record(&records));
        self.dialect.update(self.scanner.is_single_byte(), is_over, first);
    }
}

fn first_record(records: &Records<'_>) -> Vec<String> {
    let count = records.counts.first().copied().unwrap_or_default() as usize;
    let mut start = 0;
    let ends = records.ends.iter().take(count).map(|end| *end as usize);
    ends.map(|end| {
        let value = records.text.get(start..end).unwrap_or_default();
        start = end;
        String::from_utf16_lossy(value)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::csv::dialect::detect;

    /// The dialects that are reported, and the rows without the header.
    fn read(bytes: &[u8], options: &str, piece: usize) -> (Vec<CsvDialect>, Vec<Vec<String>>, Result<(), CsvError>) {
        let options: CsvOptions = serde_json::from_str(options).unwrap();
        let ControlFlow::Break(preamble) = detect(bytes, true, &options, None) else { panic!("more bytes are needed") };
        let mut reader = CsvReader::new(&options, &preamble, None);
        let (mut dialects, mut rows) = (Vec::new(), Vec::new());
        let mut collect = |reader: &mut CsvReader| {
            let records = reader.records();
            let mut ends = records.ends.iter().map(|end| *end as usize);
            let mut start = 0;
            for (index, count) in records.counts.iter().enumerate() {
                let row: Vec<String> = (&mut ends)
                    .take(*count as usize)
                    .map(|end| String::from_utf16_lossy(&records.text[core::mem::replace(&mut start, end)..end]))
                    .collect();
                if index >= reader.header_records() {
                    rows.push(row);
                }
            }
            dialects.extend(reader.take_dialect().cloned());
        };
        for chunk in bytes[preamble.skipped..].chunks(piece) {
            reader.buffer(chunk.len()).copy_from_slice(chunk);
            let result = reader.scan(chunk.len(), false);
            collect(&mut reader);
            if let Err(error) = result {
                return (dialects, rows, Err(error));
            }
        }
        let result = reader.finish();
        collect(&mut reader);
        (dialects, rows, result.map(|rejected| assert_eq!(rejected, 0)))
    }

    fn dialect(encoding: Charset, columns: Option<&[&str]>) -> CsvDialect {
        let columns = columns.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        CsvDialect { encoding, delimiter: ';', header: columns.is_some(), columns, compression: None }
    }

    #[test]
    fn the_header_is_detected_and_no_row() {
        for piece in [1, 3, 100] {
            let (dialects, rows, result) = read("\u{FEFF}\r\na;a\r\n1;2\n".as_bytes(), "{}", piece);
            assert_eq!(dialects, [dialect(Charset::Utf8, Some(&["a", "a_2"]))]);
            assert_eq!((rows, result), (vec![vec!["1".to_owned(), "2".into()]], Ok(())));
        }
    }

    #[test]
    fn a_line_that_names_the_delimiter_is_no_record_and_counts_as_a_line() {
        let (dialects, rows, _) = read(b"sep=;\r\na;b,c,d\r\n1;2\r\n", "{}", 3);
        assert_eq!(dialects, [dialect(Charset::Utf8, Some(&["a", "b,c,d"]))]);
        assert_eq!(rows, [["1", "2"]]);
        let (_, _, result) = read(b"sep=;\na;b\n1;\"2\n", "{}", 3);
        assert_eq!(result, Err(CsvError::UnclosedQuote { record: 2, line: 3 }));
    }

    #[test]
    fn options_decide_about_the_header() {
        let (dialects, rows, _) = read(b"a;b\nc;d", r#"{"header":false}"#, 9);
        assert_eq!((dialects, rows.len()), (vec![dialect(Charset::Utf8, None)], 2));
        let (dialects, rows, _) = read(b"1;2\nc;d", r#"{"header":true}"#, 9);
        assert_eq!((dialects, rows.len()), (vec![dialect(Charset::Utf8, Some(&["1", "2"]))], 1));
        let (dialects, rows, _) = read(b"7999;\xD2", "{}", 9);
        assert_eq!(
            (dialects, rows),
            (vec![dialect(Charset::Windows1251, None)], vec![vec!["7999".to_owned(), "Т".into()]])
        );
    }

    #[test]
    fn an_empty_file_has_a_dialect() {
        assert_eq!(read(b"", "{}", 9), (vec![dialect(Charset::Utf8, None)], vec![], Ok(())));
        assert_eq!(read(b"\n\n", r#"{"header":true}"#, 9).0, [dialect(Charset::Utf8, None)]);
        assert_eq!(read(b"\"a", "{}", 9).0, [dialect(Charset::Utf8, None)]);
    }

    #[test]
    fn a_later_charset_changes_the_dialect() {
        let bytes = [b"a;b\n".to_vec(), b"1;abc\n".repeat(2000), b"2;\xCF\xF0\n".to_vec()].concat();
        let (dialects, rows, _) = read(&bytes, r#"{"header":true}"#, 5000);
        assert_eq!(
            dialects,
            [dialect(Charset::Utf8, Some(&["a", "b"])), dialect(Charset::Windows1251, Some(&["a", "b"]))]
        );
        assert_eq!(rows.last().unwrap()[1], "Пр");
    }
}
