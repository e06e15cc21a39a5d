//! Task files: from bytes to fields. The form of a file is documented nowhere, so it is found out from its beginning.
//!
//! The scanner takes bytes in pieces that end anywhere and gives the text of all fields, one behind the other without
//! delimiters and quotes, with the end of each ([`smsc_scan`]). JavaScript makes the rows of that.

mod detect;
mod options;
mod recode;

pub use options::CsvOptions;

use detect::Detected;
use recode::Recoder;
use smsc_scan::{PADDING, Scan};

use crate::{
    charset::Charset,
    error::{Error, ErrorCode, Result},
    json::Writer,
};

/// A record with more text than this, in UTF-16 units, is one whose quote was never closed.
const LONGEST_RECORD: usize = 1 << 26;

/// A scanner of one file.
#[derive(Debug)]
pub struct Scanner {
    options: CsvOptions,
    /// What has come and is not scanned yet: all of it until the form is known, later the beginning of a character.
    input: Vec<u8>,
    file: Option<File>,
    header_due: bool,
    columns: Option<Vec<String>>,
}

/// A file whose form is known.
#[derive(Debug)]
struct File {
    form: Detected,
    recoder: Recoder,
    scan: Scan,
}

impl Scanner {
    /// A scanner that finds out what the options do not say.
    #[must_use]
    pub fn new(options: CsvOptions) -> Self {
        Self { options, input: Vec::new(), file: None, header_due: true, columns: None }
    }

    /// Where the next so many bytes of the file are to be put.
    pub fn room(&mut self, length: usize) -> &mut [u8] {
        let kept = self.input.len();
        self.input.resize(kept.saturating_add(length), 0);
        self.input.get_mut(kept..).unwrap_or_default()
    }

    /// Scans what was put into the room. The records that it completes replace those of the piece before.
    ///
    /// # Errors
    /// `bad_reply`, where a record does not end.
    pub fn feed(&mut self) -> Result<()> {
        self.scan(false);
        match &self.file {
            Some(file) if file.scan.open() > LONGEST_RECORD => Err(endless(file)),
            _ => Ok(()),
        }
    }

    /// The file is over: what is left is its last record.
    ///
    /// # Errors
    /// `bad_reply`, where a quote was never closed. The records before it are given all the same.
    pub fn finish(&mut self) -> Result<()> {
        self.scan(true);
        let Some(file) = &mut self.file else { return Ok(()) };
        let ended = file.scan.finish();
        self.take_header(true);
        match &self.file {
            Some(file) if !ended => Err(endless(file)),
            _ => Ok(()),
        }
    }

    /// The scan: texts, ends and counts of the records that are complete. Nothing while the form is not known.
    #[must_use]
    pub fn records(&self) -> Option<&Scan> {
        self.file.as_ref().map(|file| &file.scan)
    }

    /// The columns' names; nothing where the file has no header, or it was not seen yet.
    #[must_use]
    pub fn columns(&self) -> Option<&[String]> {
        self.columns.as_deref()
    }

    /// Another number for each form that the file is found to have; 0 before it is.
    #[must_use]
    pub fn form_number(&self) -> usize {
        let form = self.file.as_ref().filter(|_| !self.header_due).map(|file| file.form.charset);
        form.map_or(0, |charset| (charset as usize).saturating_add(1))
    }

    /// What was found out, as JSON; nothing before it is.
    #[must_use]
    pub fn form(&self) -> Option<String> {
        let Detected { charset, delimiter, .. } = self.file.as_ref().filter(|_| !self.header_due)?.form;
        let mut json = Writer::default();
        json.open('{');
        json.text_field("encoding", charset.label());
        json.text_field("delimiter", char::from(delimiter).encode_utf8(&mut [0; 4]));
        json.name("header");
        json.raw(if self.columns.is_some() { "true" } else { "false" });
        if let Some(columns) = &self.columns {
            json.name("columns");
            json.open('[');
            for column in columns {
                json.next();
                json.text(column);
            }
            json.close(']');
        }
        json.close('}');
        Some(json.finish())
    }

    fn scan(&mut self, last: bool) {
        if self.file.is_none() {
            let Some(form) = detect::detect(&self.input, &self.options, last) else { return };
            self.input.drain(..form.mark);
            let scan = Scan::new(form.delimiter, form.charset == Charset::Windows1251);
            self.file = Some(File { form, recoder: Recoder::new(form.charset), scan });
        }
        if let Some(file) = &mut self.file {
            file.scan(&mut self.input, last);
        }
        self.take_header(false);
    }

    /// The first record: names of columns, or data like all others.
    fn take_header(&mut self, last: bool) {
        let Some(File { scan, .. }) = self.file.as_mut().filter(|_| self.header_due) else { return };
        let Some(count) = scan.counts().first() else {
            self.header_due = !last;
            return;
        };
        self.header_due = false;
        let mut start = 0_usize;
        let cells = scan.ends().iter().take(*count as usize).map(|end| {
            let end = *end as usize;
            let cell = scan.text().get(start..end).unwrap_or_default();
            start = end;
            String::from_utf16_lossy(cell)
        });
        let cells: Vec<String> = cells.collect();
        if self.options.header.unwrap_or_else(|| detect::names_columns(&cells)) {
            self.columns = Some(detect::distinct(&cells));
            scan.drop_first();
        }
    }
}

impl File {
    /// Scans what can be scanned of the input, and leaves the rest there.
    fn scan(&mut self, input: &mut Vec<u8>, last: bool) {
        let Self { form, recoder, scan } = self;
        let rest = recoder.recode(input, last);
        let piece = input.len();
        let ascii = form.guess && input.is_ascii();
        input.resize(piece.saturating_add(PADDING), 0);
        if scan.scan(input).is_err() {
            input.truncate(piece);
            let sound = core::str::from_utf8(input).map_or_else(|error| error.valid_up_to(), str::len);
            if form.guess && input.get(..sound).is_some_and(<[u8]>::is_ascii) {
                form.charset = Charset::Windows1251;
                scan.single_byte();
            } else {
                *input = Charset::Utf8.text(input).into_bytes();
            }
            input.resize(input.len().saturating_add(PADDING), 0);
            // It is UTF-8 now, or cannot fail.
            let _ = scan.scan(input);
        }
        form.guess &= ascii;
        input.clear();
        input.extend_from_slice(rest.bytes());
    }
}

fn endless(file: &File) -> Error {
    let (record, line) = file.scan.position();
    let message = format!("record {record}, which begins on line {line}, has no end: a quote in it is never closed");
    Error::new(ErrorCode::BadReply, message)
}

#[cfg(test)]
mod tests;
