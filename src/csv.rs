//! Task files: from bytes to fields. The form of a file is documented nowhere, so it is found out from its beginning.
//!
//! The scanner takes bytes in pieces that end anywhere, decodes them to UTF-16 and cuts them into fields: the text of all
//! fields, one behind the other without delimiters and quotes, with the end of each. JavaScript makes the rows of that.

mod detect;
mod text;

use detect::Detected;
use text::Decoder;

use crate::{
    charset::Charset,
    error::{Error, ErrorCode, Result},
    input::Fields,
    text::decimal,
};

/// What a user says about a file instead of having it found out. All fields are optional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "types", derive(tsify::Tsify))]
#[cfg_attr(feature = "types", serde(rename_all = "camelCase"))]
pub struct CsvOptions {
    /// Whether the first record names the columns. Default: found out from what it holds.
    #[cfg_attr(feature = "types", tsify(optional))]
    pub header: Option<bool>,
    /// The one character between two fields. Default: the most frequent of `;` `,` tab and `|` in the first record.
    #[cfg_attr(feature = "types", tsify(optional, type = "string"))]
    pub delimiter: Option<u16>,
    /// `"utf-8"`, `"windows-1251"`, `"utf-16le"` or `"utf-16be"`. Default: found out from the bytes.
    #[cfg_attr(feature = "types", tsify(optional, type = "string"))]
    pub encoding: Option<Charset>,
}

impl CsvOptions {
    /// Reads and checks the options.
    ///
    /// # Errors
    /// `invalid_parameter`, naming the option and what it takes.
    pub fn read(fields: &Fields) -> Result<Self> {
        let header = fields.take("header").flag()?;
        let delimiter = fields.take("delimiter");
        let encoding = fields.take("encoding");
        fields.finish()?;
        let one_unit = |text: &str| {
            let mut units = text.encode_utf16();
            units.next().filter(|unit| units.next().is_none() && !matches!(unit, 0x0A | 0x0D | 0x22))
        };
        let delimiter = match delimiter.text()? {
            Some(text) => Some(
                one_unit(&text).ok_or_else(|| delimiter.error("one character, neither a quote nor a line break"))?,
            ),
            None => None,
        };
        let takes = "\"utf-8\", \"windows-1251\", \"utf-16le\" or \"utf-16be\"";
        let encoding = match encoding.text()? {
            Some(label) => Some(Charset::from_label(&label).ok_or_else(|| encoding.error(takes))?),
            None => None,
        };
        Ok(Self { header, delimiter, encoding })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// At the beginning of a field.
    FieldStart,
    /// Within a field that has no quotes.
    Plain,
    /// Within quotes.
    Quoted,
    /// Behind a quote that ends the field, or is the first of a doubled one.
    AfterQuote,
}

/// A scanner of one file.
#[derive(Debug)]
pub struct Scanner {
    options: CsvOptions,
    decoder: Decoder,
    detected: Option<Detected>,
    /// Bytes kept back until the form of the file is known.
    beginning: Vec<u8>,
    place: Place,
    after_cr: bool,
    text: Vec<u16>,
    ends: Vec<u32>,
    counts: Vec<u32>,
    fields: u32,
    columns: Option<Vec<String>>,
    header_due: bool,
    records: u64,
    line: u64,
    record_line: u64,
}

const QUOTE: u16 = 0x22;
const LF: u16 = 0x0A;
const CR: u16 = 0x0D;

impl Scanner {
    /// A scanner that finds out what the options do not say.
    #[must_use]
    pub fn new(options: CsvOptions) -> Self {
        Self {
            options,
            decoder: Decoder::default(),
            detected: None,
            beginning: Vec::new(),
            place: Place::FieldStart,
            after_cr: false,
            text: Vec::new(),
            ends: Vec::new(),
            counts: Vec::new(),
            fields: 0,
            columns: None,
            header_due: true,
            records: 0,
            line: 1,
            record_line: 1,
        }
    }

    /// Takes the next piece of the file. The records that it completes replace those of the piece before.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.forget_records();
        if self.detected.is_some() {
            self.scan(bytes);
            return;
        }
        self.beginning.extend_from_slice(bytes);
        if let Some(detected) = detect::detect(&self.beginning, &self.options, false) {
            self.start(detected);
        }
    }

    /// The file is over: what is left is its last record.
    ///
    /// # Errors
    /// `bad_reply`, where a quote was never closed. The records before it are given all the same.
    pub fn finish(&mut self) -> Result<()> {
        self.forget_records();
        if self.detected.is_none() {
            let detected = detect::detect(&self.beginning, &self.options, true).unwrap_or_default();
            self.start(detected);
        }
        let rest = self.decoder.finish();
        self.cut(&rest);
        if self.place == Place::Quoted {
            let record = decimal(self.records.saturating_add(1));
            let message = "the file ends within a quoted field: record %, which begins on line %, has no closing quote";
            return Err(Error::new(ErrorCode::BadReply, message, &[&record, &decimal(self.record_line)]));
        }
        if self.place != Place::FieldStart || self.fields > 0 {
            self.end_record();
        }
        Ok(())
    }

    /// The text of all complete fields, one behind the other.
    #[must_use]
    pub fn text(&self) -> &[u16] {
        &self.text
    }

    /// Where each field ends in the text, in UTF-16 units.
    #[must_use]
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    /// How many fields each complete record has.
    #[must_use]
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// The columns' names, once the header was seen; nothing where the file has none.
    #[must_use]
    pub fn columns(&self) -> Option<&[String]> {
        self.columns.as_deref()
    }

    fn start(&mut self, detected: Detected) {
        self.decoder = Decoder::new(detected.charset, detected.mark, detected.guess);
        self.detected = Some(detected);
        let beginning = core::mem::take(&mut self.beginning);
        self.scan(&beginning);
    }

    fn scan(&mut self, bytes: &[u8]) {
        let decoded = self.decoder.decode(bytes);
        self.cut(&decoded);
    }

    /// Cuts decoded text into fields and records.
    fn cut(&mut self, decoded: &[u16]) {
        let Some(Detected { delimiter, .. }) = self.detected else { return };
        for unit in decoded.iter().copied() {
            let is_lf = unit == LF;
            if (is_lf && !self.after_cr) || unit == CR {
                self.line = self.line.saturating_add(1);
            }
            let second_of_pair = is_lf && self.after_cr;
            self.after_cr = unit == CR;
            match self.place {
                Place::Quoted if unit == QUOTE => self.place = Place::AfterQuote,
                Place::Quoted => self.text.push(unit),
                _ if second_of_pair => {}
                _ if unit == delimiter => self.end_field(),
                _ if is_lf || unit == CR => self.end_record(),
                Place::FieldStart if unit == QUOTE => self.place = Place::Quoted,
                Place::AfterQuote if unit == QUOTE => {
                    self.text.push(QUOTE);
                    self.place = Place::Quoted;
                }
                _ => {
                    self.text.push(unit);
                    self.place = Place::Plain;
                }
            }
        }
    }

    fn end_field(&mut self) {
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        self.fields = self.fields.saturating_add(1);
        self.place = Place::FieldStart;
    }

    fn end_record(&mut self) {
        let blank = self.place == Place::FieldStart && self.fields == 0;
        if !blank {
            self.end_field();
            self.records = self.records.saturating_add(1);
            if self.header_due {
                self.take_header();
            } else {
                self.counts.push(self.fields);
            }
        }
        self.fields = 0;
        self.place = Place::FieldStart;
        self.record_line = self.line;
    }

    /// The first record: names of columns, or data like all others.
    fn take_header(&mut self) {
        self.header_due = false;
        let mut start = 0_usize;
        let cells: Vec<String> = self
            .ends
            .iter()
            .map(|end| {
                let end = usize::try_from(*end).unwrap_or(usize::MAX);
                let cell = String::from_utf16_lossy(self.text.get(start..end).unwrap_or_default());
                start = end;
                cell
            })
            .collect();
        if self.options.header.unwrap_or_else(|| detect::names_columns(&cells)) {
            self.columns = Some(detect::distinct(&cells));
            self.text.clear();
            self.ends.clear();
        } else {
            self.counts.push(self.fields);
        }
    }

    /// Drops the complete records and keeps what belongs to the one under way.
    fn forget_records(&mut self) {
        let open = usize::try_from(self.fields).unwrap_or(usize::MAX);
        let complete = self.ends.len().saturating_sub(open);
        let cut = complete.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or(0);
        self.text.drain(..usize::try_from(cut).unwrap_or(0).min(self.text.len()));
        self.ends.drain(..complete);
        for end in &mut self.ends {
            *end = end.saturating_sub(cut);
        }
        self.counts.clear();
    }
}

#[cfg(test)]
mod tests;
