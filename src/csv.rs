//! Task files: from bytes to fields. The form of a file is documented nowhere, so it is found out from its beginning.
//!
//! The scanner takes bytes in pieces that end anywhere and gives the text of all fields, one behind the other without
//! delimiters and quotes, with the end of each ([`smsc_scan`]). JavaScript makes the rows of that, and reads the header.

mod detect;
mod options;
mod recode;

pub use options::CsvOptions;

use detect::Detected;
use smsc_scan::{PADDING, Scan};

use crate::{
    charset::Charset,
    error::{Error, ErrorCode, Result},
    text::decimal,
};

/// A record with more text than this, in UTF-16 units, is one whose quote was never closed.
const LONGEST_RECORD: usize = 1 << 26;

/// A scanner of one file.
#[derive(Debug)]
pub struct Scanner {
    options: CsvOptions,
    /// What has come and is not scanned yet: all of it until the form is known, later the beginning of a character. Its
    /// length stays that of the longest piece, with room behind: to grow anew each time would take as long as to scan.
    input: Vec<u8>,
    filled: usize,
    file: Option<File>,
}

/// A file whose form is known.
#[derive(Debug)]
struct File {
    form: Detected,
    scan: Scan,
}

impl Scanner {
    /// A scanner that finds out what the options do not say.
    #[must_use]
    pub fn new(options: CsvOptions) -> Self {
        Self { options, input: Vec::new(), filled: 0, file: None }
    }

    /// Where the next so many bytes of the file are to be put.
    pub fn room(&mut self, length: usize) -> &mut [u8] {
        let from = self.filled;
        self.filled = from.saturating_add(length);
        let least = self.filled.saturating_add(PADDING);
        if self.input.len() < least {
            self.input.resize(least, 0);
        }
        self.input.get_mut(from..self.filled).unwrap_or_default()
    }

    /// Scans what was put into the room. The records that it completes replace those of the piece before. `plain`: from the
    /// next piece on without vectors, since they are slow here.
    ///
    /// # Errors
    /// `bad_reply`, where a record does not end.
    pub fn feed(&mut self, plain: bool) -> Result<()> {
        self.scan(false);
        match &mut self.file {
            Some(file) if file.scan.open() > LONGEST_RECORD => Err(endless(file)),
            Some(file) => {
                file.scan.plain = plain;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The file is over: what is left is its last record.
    ///
    /// # Errors
    /// `bad_reply`, where a quote was never closed. The records before it are given all the same.
    pub fn finish(&mut self) -> Result<()> {
        self.scan(true);
        let Some(file) = &mut self.file else { return Ok(()) };
        if file.scan.finish() { Ok(()) } else { Err(endless(file)) }
    }

    /// The scan: texts, ends and counts of the records that are complete. Nothing while the form is not known.
    #[must_use]
    pub fn records(&self) -> Option<&Scan> {
        self.file.as_ref().map(|file| &file.scan)
    }

    /// Charset and delimiter, as they were found out or said; nothing before they are.
    #[must_use]
    pub fn form(&self) -> Option<(Charset, u8)> {
        self.file.as_ref().map(|file| (file.form.charset, file.form.delimiter))
    }

    fn scan(&mut self, last: bool) {
        if self.file.is_none() {
            let beginning = self.input.get(..self.filled).unwrap_or_default();
            let Some(form) = detect::detect(beginning, &self.options, last) else { return };
            self.input.drain(..form.mark);
            self.filled = self.filled.saturating_sub(form.mark);
            let scan = Scan::new(form.delimiter, form.charset == Charset::Windows1251);
            self.file = Some(File { form, scan });
        }
        self.room(0);
        if let Some(file) = &mut self.file {
            let open = if last { 0 } else { recode::open(file.form.charset, &self.input, self.filled) };
            let piece = self.filled.saturating_sub(open);
            // The beginning of a character waits for the rest of it, while zeros take its place.
            let mut rest = [0; 3];
            for (at, slot) in (piece..self.filled).zip(&mut rest) {
                *slot = self.input.get(at).copied().unwrap_or_default();
            }
            let padded = piece.saturating_add(PADDING);
            if let Some(padding) = self.input.get_mut(piece..padded) {
                padding.fill(0);
            }
            file.scan(self.input.get(..padded).unwrap_or_default());
            self.filled = open;
            for (slot, byte) in self.input.iter_mut().zip(rest) {
                *slot = byte;
            }
        }
    }
}

impl File {
    /// Scans whole characters, with zeros behind them.
    fn scan(&mut self, padded: &[u8]) {
        let Self { form, scan } = self;
        let bytes = padded.get(..padded.len().saturating_sub(PADDING)).unwrap_or_default();
        if !matches!(form.charset, Charset::Utf8 | Charset::Windows1251) {
            // What is rare becomes UTF-8 first.
            let _ = scan.scan(&recode::padded(form.charset, bytes));
            return;
        }
        let ascii = form.guess && bytes.is_ascii();
        if scan.scan(padded).is_err() {
            let sound = core::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
            // Neither can fail.
            let _ = if form.guess && bytes.get(..sound).is_some_and(<[u8]>::is_ascii) {
                form.charset = Charset::Windows1251;
                scan.single_byte();
                scan.scan(padded)
            } else {
                scan.scan(&recode::padded(Charset::Utf8, bytes))
            };
        }
        form.guess &= ascii;
    }
}

fn endless(file: &File) -> Error {
    let (record, line) = file.scan.position();
    let message = "record %, which begins on line %, has no end: a quote in it is never closed";
    Error::new(ErrorCode::BadReply, message, &[&decimal(record), &decimal(line)])
}

#[cfg(test)]
mod tests;
