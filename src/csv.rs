//! Task files: from bytes to fields.
//!
//! The scanner takes bytes in pieces that end anywhere and gives the text of all fields, one behind the other without
//! delimiters and quotes, with the end of each ([`smsc_scan`]). The form of a file is documented nowhere: JavaScript finds
//! it out from the beginning, turns what is neither UTF-8 nor windows-1251 into UTF-8 by the platform's own decoder, makes
//! rows of the fields, and reads the header.

use smsc_scan::{PADDING, Scan};

use crate::{
    error::{Error, ErrorCode, Result},
    form::Form,
    input::Fields,
    parameters,
    text::decimal,
};

/// What a user says about a file is sound: gives the encoding's name, or nothing where none was given.
///
/// # Errors
/// `invalid_parameter`, naming the option and what it takes.
pub fn check(fields: &Fields) -> Result<String> {
    let mut form = Form::new("");
    let encodings = "header:B encoding:|utf-8|windows-1251|koi8-r|utf-16le|utf-16be|utf8=utf-8|cp1251=windows-1251|\
                     win-1251=windows-1251|x-cp1251=windows-1251|utf-16=utf-16le";
    parameters::write(fields, encodings, &mut form)?;
    let delimiter = fields.take("delimiter");
    fields.finish()?;
    match delimiter.text()?.as_deref().map(str::as_bytes) {
        None => {}
        Some([byte]) if !matches!(byte, 0 | b'\n' | b'\r' | b'"') => {}
        Some(_) => return Err(delimiter.error("one ASCII character, neither a quote nor a line break")),
    }
    Ok(form.get("encoding").unwrap_or_default().into())
}

/// A record with more text than this, in UTF-16 units, is one whose quote was never closed.
const LONGEST_RECORD: usize = 1 << 26;

/// A scanner of one file, which is UTF-8 or windows-1251.
#[derive(Debug)]
pub struct Scanner {
    /// What has come and is not scanned yet: the beginning of a character. Its length stays that of the longest piece, with
    /// room behind: to grow anew each time would take as long as to scan.
    input: Vec<u8>,
    filled: usize,
    single_byte: bool,
    /// Whether UTF-8 is only a guess, since all was ASCII so far.
    guess: bool,
    scan: Scan,
}

impl Scanner {
    /// A scanner of windows-1251 where `single_byte` says so, else of UTF-8; `guess`: unless it turns out to be
    /// windows-1251.
    #[must_use]
    pub fn new(delimiter: u8, single_byte: bool, guess: bool) -> Self {
        Self { input: Vec::new(), filled: 0, single_byte, guess, scan: Scan::new(delimiter, single_byte) }
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
    /// next piece on without vectors, since they are slow here. Gives 0, or how many bytes are no UTF-8, those of the piece and
    /// what was left over before: then none of them is taken, and they still stand there.
    ///
    /// # Errors
    /// `bad_reply`, where a record does not end.
    pub fn feed(&mut self, plain: bool) -> Result<usize> {
        if !self.pieces(false) {
            return Ok(core::mem::take(&mut self.filled));
        }
        if self.scan.open() > LONGEST_RECORD {
            return Err(self.endless());
        }
        self.scan.plain = plain;
        Ok(0)
    }

    /// The file is over: what is left is its last record. Gives what [`Self::feed`] gives: the beginning of a character that
    /// never came is no UTF-8.
    ///
    /// # Errors
    /// `bad_reply`, where a quote was never closed. The records before it are given all the same.
    pub fn finish(&mut self) -> Result<usize> {
        if !self.pieces(true) {
            return Ok(core::mem::take(&mut self.filled));
        }
        if self.scan.finish() { Ok(0) } else { Err(self.endless()) }
    }

    /// The scan: texts, ends and counts of the records that are complete.
    #[must_use]
    pub fn records(&self) -> &Scan {
        &self.scan
    }

    /// Whether it is windows-1251, after all or from the beginning.
    #[must_use]
    pub fn single_byte(&self) -> bool {
        self.single_byte
    }

    /// Scans whole characters; says whether that is what they are.
    fn pieces(&mut self, last: bool) -> bool {
        self.room(0);
        let bytes = self.input.get(..self.filled).unwrap_or_default();
        let open = if last || self.single_byte { 0 } else { open(bytes) };
        let piece = self.filled.saturating_sub(open);
        // The beginning of a character waits for the rest of it, while zeros take its place.
        let mut rest = [0; 3];
        for (at, slot) in (piece..self.filled).zip(&mut rest) {
            *slot = self.input.get(at).copied().unwrap_or_default();
        }
        if let Some(padding) = self.input.get_mut(piece..piece.saturating_add(PADDING)) {
            padding.fill(0);
        }
        let sound = self.scan(piece);
        let to = if sound { 0 } else { piece };
        for (slot, byte) in self.input.iter_mut().skip(to).zip(rest) {
            *slot = byte;
        }
        if sound {
            self.filled = open;
        }
        sound
    }

    /// Scans so many bytes, whole characters with zeros behind them.
    fn scan(&mut self, length: usize) -> bool {
        let padded = self.input.get(..length.saturating_add(PADDING)).unwrap_or_default();
        let bytes = padded.get(..length).unwrap_or_default();
        let first = bytes.iter().position(|byte| !byte.is_ascii());
        let mut sound = self.scan.scan(padded).is_ok();
        if !sound && self.guess && first.is_some_and(|first| !is_character(bytes.get(first..).unwrap_or_default())) {
            self.single_byte = true;
            self.scan.single_byte();
            sound = self.scan.scan(padded).is_ok();
        }
        self.guess &= first.is_none();
        sound
    }

    fn endless(&self) -> Error {
        let (record, line) = self.scan.position();
        let message = "record %, which begins on line %, has no end: a quote in it is never closed";
        Error::new(ErrorCode::BadReply, message, &[&decimal(record), &decimal(line)])
    }
}

/// How many bytes the character has that begins with this one.
fn width(first: u8) -> usize {
    match first {
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0.. => 4,
        _ => 1,
    }
}

fn continues(byte: u8) -> bool {
    (0x80..0xC0).contains(&byte)
}

/// Whether the bytes begin with a character of more than one.
fn is_character(bytes: &[u8]) -> bool {
    let first = bytes.first().copied().unwrap_or_default();
    let rest = bytes.get(1..width(first)).unwrap_or_default();
    !continues(first) && !rest.is_empty() && rest.iter().all(|byte| continues(*byte))
}

/// So many of the bytes, at most three, begin a character of UTF-8 that needs more.
fn open(bytes: &[u8]) -> usize {
    for (length, byte) in (1..4).zip(bytes.iter().rev()) {
        if !continues(*byte) {
            return if width(*byte) > length { length } else { 0 };
        }
    }
    0
}

#[cfg(test)]
mod tests;
