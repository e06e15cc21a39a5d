//! Exports for files: the scanner, the zip reader, and detection. TypeScript moves the bytes, makes strings and objects of
//! the records, and uses the platform's decoders.

use std::ops::ControlFlow;

use js_sys::Array;
use serde::Serialize;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use super::convert::{JsInput, error_to_js, read_options};
use crate::{
    api::input::read_named,
    client::error::{Error, ErrorCode},
    csv::{
        bulk_reader::{BulkOutput, BulkReader, JsonLines},
        column_batch::ColumnBatch,
        column_fields::MessageColumn,
        dialect::{CHARSET_BYTES, Compression, CsvDialect, Preamble, declared_charset, detect},
        error::CsvError,
        options::CsvOptions,
        reader::CsvReader,
        utf_16::detect_utf_16,
        zip::{self, ZipStep},
    },
    protocol::charset::{Charset, CharsetEvidence, byte_order_mark, charset_of},
    web::column_table::{ColumnTable, address, count},
};

/// The longest piece that [`CsvScanner::scan`] takes. TypeScript splits longer ones, so that few objects are made at once.
const MAX_PIECE_BYTES: usize = 65_536;

/// The numbers that a scan leaves in the memory; `csv-pieces.ts` reads them in the same order:
///
/// 0. the address for the next piece, or of the bytes that were rejected;
/// 1. the number of records;
/// 2. the number of records, 0 or 1, that are the header;
/// 3. to 5. the output: of rows, the addresses of the text of all fields, in UTF-16, of the fields' ends in it, and of the records'
///    numbers of fields; of lines, their address and their length in bytes;
/// 6. 1 if [`CsvScanner::take_dialect`] has a new dialect.
type Results = [u32; RESULT_COUNT];

/// The number of results of a scan.
const RESULT_COUNT: usize = 7;

/// The scanner of one file.
#[wasm_bindgen]
#[derive(Debug)]
pub struct CsvScanner {
    options: CsvOptions,
    preamble: Option<Preamble>,
    /// What the records become, if not rows; until the reader is made.
    output: Option<BulkOutput>,
    reader: Option<Reader>,
    columns: ColumnTable,
    /// Whether [`Self::take_columns`] has described the batch, which the next piece removes.
    is_batch_taken: bool,
    new_dialect: Option<CsvDialect>,
    results: Box<Results>,
}

#[derive(Debug)]
enum Reader {
    Rows(CsvReader),
    Bulk(BulkReader),
}

impl CsvScanner {
    fn with_output(options: &JsValue, others: &Array, output: Option<BulkOutput>) -> Result<Self, JsValue> {
        let options = read_options::<CsvOptions>(options, ErrorCode::InvalidParameter, others);
        let (options, _) = options?;
        Ok(Self {
            options,
            preamble: None,
            output,
            reader: None,
            columns: ColumnTable::default(),
            is_batch_taken: false,
            new_dialect: None,
            results: Box::default(),
        })
    }

    /// The batch of columns, if the records become columns.
    fn batch(&mut self) -> Option<&mut ColumnBatch> {
        match &mut self.reader {
            Some(Reader::Bulk(reader)) => match reader.output() {
                BulkOutput::Columns(batch) => Some(batch),
                BulkOutput::Lines(_) => None,
            },
            _ => None,
        }
    }
}

#[wasm_bindgen]
impl CsvScanner {
    /// A scanner of a file with these options. `others` are the names of the options that TypeScript reads.
    ///
    /// # Errors
    /// `invalid_option`, if an option is unknown; `invalid_parameter`, if one is invalid.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "CsvOptions | undefined")] options: &JsValue,
        others: &Array,
    ) -> Result<Self, JsValue> {
        Self::with_output(options, others, None)
    }

    /// A scanner whose records become columns: those with these names, or all.
    ///
    /// # Errors
    /// As for `new`.
    #[wasm_bindgen(js_name = ofColumns)]
    pub fn of_columns(
        #[wasm_bindgen(unchecked_param_type = "CsvOptions | undefined")] options: &JsValue,
        others: &Array,
        select: Option<Vec<String>>,
    ) -> Result<Self, JsValue> {
        Self::with_output(options, others, Some(BulkOutput::Columns(ColumnBatch::new(select))))
    }

    /// A scanner whose records become lines of JSON.
    ///
    /// # Errors
    /// As for `new`.
    #[wasm_bindgen(js_name = ofLines)]
    pub fn of_lines(
        #[wasm_bindgen(unchecked_param_type = "CsvOptions | undefined")] options: &JsValue,
        others: &Array,
    ) -> Result<Self, JsValue> {
        Self::with_output(options, others, Some(BulkOutput::Lines(JsonLines::default())))
    }

    /// Inspects the beginning of the file, or all of it if `is_complete`. Returns the number of bytes that it needs, or 0 once
    /// the charset and the delimiter are known. `media_type` is the file's `Content-Type`;
    /// `is_text`: the source gave text and not bytes.
    pub fn detect(
        &mut self,
        head: &[u8],
        is_complete: bool,
        #[wasm_bindgen(unchecked_param_type = "CsvDialect[\"compression\"]")] compression: Option<String>,
        media_type: Option<String>,
        is_text: bool,
    ) -> usize {
        if is_text {
            // TypeScript encoded it as UTF-8.
            self.options.encoding = Some(Charset::Utf8);
        }
        match detect(head, is_complete, &self.options, charset_of_type(media_type)) {
            ControlFlow::Continue(needed) => needed,
            ControlFlow::Break(preamble) => {
                let compression = compression.and_then(|label| Compression::from_label(&label));
                self.preamble = Some(preamble);
                self.reader = Some(match self.output.take() {
                    Some(output) => Reader::Bulk(BulkReader::new(&self.options, &preamble, compression, output)),
                    None => Reader::Rows(CsvReader::new(&self.options, &preamble, compression)),
                });
                self.update_results();
                0
            }
        }
    }

    /// Bytes at the beginning that are not to be scanned: the byte order mark, and a line that names the delimiter.
    #[wasm_bindgen(getter, js_name = skippedBytes)]
    #[must_use]
    pub fn skipped_bytes(&self) -> usize {
        self.preamble.map_or(0, |preamble| preamble.skipped)
    }

    /// The charset for `TextDecoder`, if the file has to be converted to UTF-8 first.
    #[wasm_bindgen(getter, js_name = decoderLabel)]
    #[must_use]
    pub fn decoder_label(&self) -> Option<String> {
        self.preamble?.decoder_label().map(Into::into)
    }

    /// The address of the results. It never changes.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn results(&self) -> u32 {
        address(self.results.as_ptr())
    }

    /// Scans the first `length` bytes of the buffer, at most 64 kB. Returns 0, or the number of bytes at the beginning of the buffer
    /// that are not UTF-8.
    ///
    /// # Errors
    /// `bad_response`, if a record is too long. The records before it are complete.
    pub fn scan(&mut self, length: usize, is_scalar: bool) -> Result<usize, JsValue> {
        self.clear_taken();
        let length = length.min(MAX_PIECE_BYTES);
        let result = match self.reader.as_mut().ok_or_else(not_detected)? {
            Reader::Rows(reader) => reader.scan(length, is_scalar).map_err(Error::from),
            Reader::Bulk(reader) => reader.scan(length, is_scalar).map(|()| 0),
        };
        self.update_results();
        result.map_err(|error| error_to_js(&error))
    }

    /// Ends the file. Returns the same as `scan`.
    ///
    /// # Errors
    /// `bad_response`, if a quote is never closed. The records before it are complete.
    pub fn finish(&mut self) -> Result<usize, JsValue> {
        self.clear_taken();
        let result = match self.reader.as_mut().ok_or_else(not_detected)? {
            Reader::Rows(reader) => reader.finish().map_err(Error::from),
            Reader::Bulk(reader) => reader.finish().map(|()| 0),
        };
        self.update_results();
        result.map_err(|error| error_to_js(&error))
    }

    /// Ends the reading within the file, where its source failed: scans the complete records of bytes that were held until their charset
    /// is known. Returns the same as `scan`.
    ///
    /// # Errors
    /// `bad_response`, if a record is too long. The records before it are complete.
    pub fn flush(&mut self) -> Result<usize, JsValue> {
        self.clear_taken();
        let result = match self.reader.as_mut().ok_or_else(not_detected)? {
            Reader::Rows(reader) => reader.flush().map_err(Error::from),
            Reader::Bulk(reader) => reader.flush().map(|()| 0),
        };
        self.update_results();
        result.map_err(|error| error_to_js(&error))
    }

    /// The number of rows of the batch of columns.
    #[wasm_bindgen(getter, js_name = batchLength)]
    pub fn batch_length(&mut self) -> usize {
        if self.is_batch_taken { 0 } else { self.batch().map_or(0, |batch| batch.len()) }
    }

    /// Whether the batch of columns has as many values as one may have.
    #[wasm_bindgen(getter, js_name = isBatchFull)]
    pub fn is_batch_full(&mut self) -> bool {
        !self.is_batch_taken && self.batch().is_some_and(|batch| batch.is_full())
    }

    /// The names of the columns of the batch.
    #[wasm_bindgen(getter, js_name = columnNames)]
    pub fn column_names(&mut self) -> Vec<String> {
        self.batch().map(|batch| batch.names().map(Into::into).collect()).unwrap_or_default()
    }

    /// Ends the batch of columns. Returns the address of its description, which is valid until the next piece.
    #[wasm_bindgen(js_name = takeColumns)]
    pub fn take_columns(&mut self) -> u32 {
        let mut table = core::mem::take(&mut self.columns);
        if let Some(batch) = self.batch() {
            table.start(batch.len());
            for (values, is_single_byte) in batch.columns() {
                table.push_texts(values, is_single_byte);
            }
        }
        self.is_batch_taken = true;
        self.columns = table;
        self.columns.address()
    }

    /// The dialect, if the last piece showed it or changed it.
    ///
    /// # Errors
    /// `internal`, if it cannot be converted.
    #[wasm_bindgen(js_name = takeDialect)]
    pub fn take_dialect(&mut self) -> Result<Option<Ts<CsvDialect>>, JsValue> {
        self.new_dialect.take().as_ref().map(to_js).transpose()
    }

    /// Removes the batch that was taken.
    fn clear_taken(&mut self) {
        if core::mem::take(&mut self.is_batch_taken)
            && let Some(batch) = self.batch()
        {
            batch.clear();
        }
    }

    fn update_results(&mut self) {
        let (buffer, record_count, header_records, output, dialect) = match &mut self.reader {
            Some(Reader::Rows(reader)) => {
                let buffer = address(reader.buffer(MAX_PIECE_BYTES).as_ptr());
                let dialect = reader.take_dialect().cloned();
                let records = reader.records();
                let output =
                    [address(records.text.as_ptr()), address(records.ends.as_ptr()), address(records.counts.as_ptr())];
                (buffer, records.counts.len(), reader.header_records(), output, dialect)
            }
            Some(Reader::Bulk(reader)) => {
                let buffer = address(reader.buffer(MAX_PIECE_BYTES).as_ptr());
                let dialect = reader.take_dialect().cloned();
                let (record_count, header_records) = (reader.record_count(), reader.header_records());
                let output = match reader.output() {
                    BulkOutput::Lines(JsonLines { json, .. }) => [address(json.as_ptr()), count(json.len()), 0],
                    BulkOutput::Columns(_) => [0; 3],
                };
                (buffer, record_count, header_records, output, dialect)
            }
            None => return,
        };
        self.new_dialect = dialect.or(self.new_dialect.take());
        let [first, second, third] = output;
        let (record_count, header_records) = (count(record_count), count(header_records));
        *self.results = [buffer, record_count, header_records, first, second, third, self.new_dialect.is_some().into()];
    }
}

/// The repackaging of a file in a zip archive as gzip.
#[wasm_bindgen]
#[derive(Debug)]
pub struct ZipReader(zip::ZipReader);

#[wasm_bindgen]
impl ZipReader {
    /// The repackaging of the archive's only file, or of the one with this path.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(file: Option<String>) -> Self {
        Self(zip::ZipReader::new(file))
    }

    /// The path within the file, if that is an archive too.
    #[wasm_bindgen(getter, js_name = innerPath)]
    #[must_use]
    pub fn inner_path(&self) -> Option<String> {
        self.0.inner_path().map(ToOwned::to_owned)
    }

    /// The next step. `held` are the bytes that were neither skipped nor passed on.
    ///
    /// # Errors
    /// `bad_response`, if the archive does not hold exactly one file that can be read; `invalid_parameter`, if it does not hold the
    /// wanted one.
    pub fn step(&mut self, held: &[u8], is_complete: bool) -> Result<Ts<ZipStep>, JsValue> {
        to_js(&self.0.step(held, is_complete).map_err(|error| to_js_error(error.into()))?)
    }
}

/// The compression by a file's first ten bytes.
///
/// # Errors
/// `bad_response`, if the file is of a kind that is not read.
#[wasm_bindgen(js_name = detectCompression, unchecked_return_type = "CsvDialect[\"compression\"]")]
pub fn detect_compression(head: &[u8]) -> Result<Option<String>, JsValue> {
    let compression = Compression::detect(head).map_err(to_js_error)?;
    Ok(compression.map(|compression| compression.label().into()))
}

/// The charset of a text, for `TextDecoder`, by its beginning and its `Content-Type`. `undefined` if it is UTF-8 or windows-1251,
/// which [`CharsetDetector`] decides.
#[wasm_bindgen(js_name = detectCharset)]
#[must_use]
pub fn charset_label(head: &[u8], media_type: Option<String>) -> Option<String> {
    let marked = byte_order_mark(head).map(|(charset, _)| charset);
    let known = marked.or_else(|| declared_charset(charset_of_type(media_type)));
    let charset = known.or_else(|| detect_utf_16(head.get(..CHARSET_BYTES).unwrap_or(head)));
    charset.map(|charset| charset.label().into())
}

/// The charset of the option `encoding`, for `TextDecoder`.
///
/// # Errors
/// `invalid_parameter`, if it is none that files are read in.
#[wasm_bindgen(js_name = charsetOfOption)]
pub fn charset_of_option(encoding: &JsValue) -> Result<String, JsValue> {
    let charset = read_named::<Charset>(JsInput(encoding.clone()), ErrorCode::InvalidParameter, "encoding");
    charset.map(|charset| charset.label().into()).map_err(|error| error_to_js(&error))
}

/// Decides between UTF-8 and windows-1251 by all bytes of a text.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct CharsetDetector(CharsetEvidence);

#[wasm_bindgen]
impl CharsetDetector {
    /// A detector for one text.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts the next bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.add(bytes, false);
    }

    /// Whether the text is UTF-8.
    #[wasm_bindgen(getter, js_name = isUtf8)]
    #[must_use]
    pub fn is_utf_8(&self) -> bool {
        self.0.is_utf_8()
    }
}

fn charset_of_type(media_type: Option<String>) -> Option<Charset> {
    media_type.and_then(|media_type| Charset::from_label(charset_of(&media_type)?))
}

/// The fields of a message that columns with these titles hold; `undefined` for a title that is not recognized.
///
/// # Errors
/// `internal`, if they cannot be converted.
#[wasm_bindgen(js_name = messageColumns, unchecked_return_type = "(MessageColumn | undefined)[]")]
#[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen gives the texts away")]
pub fn message_columns(titles: Vec<String>) -> Result<Vec<JsValue>, JsValue> {
    let columns = titles.iter().map(|title| match MessageColumn::of_title(title) {
        Some(column) => to_js(&column).map(|column| column.js_value()),
        None => Ok(JsValue::UNDEFINED),
    });
    columns.collect()
}

fn to_js<T: Tsify + Serialize>(value: &T) -> Result<Ts<T>, JsValue> {
    Ts::from_rust(value).map_err(|_| error_to_js(&Error::internal("a value cannot be converted to JavaScript")))
}

fn to_js_error(error: CsvError) -> JsValue {
    error_to_js(&error.into())
}

fn not_detected() -> JsValue {
    error_to_js(&Error::internal("the file's beginning was not inspected"))
}
