//! Exports for files: the scanner, the zip reader, and detection. TypeScript moves the bytes, makes strings and objects of
//! the records, and uses the platform's decoders.

use std::ops::ControlFlow;

use js_sys::Array;
use serde::Serialize;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use super::convert::{error_to_js, read_options};
use crate::{
    client::error::{Error, ErrorCode},
    csv::{
        charset::{Charset, byte_order_mark, detect_utf_16},
        dialect::{CHARSET_BYTES, Compression, CsvDialect, Preamble, declared_charset, detect},
        error::CsvError,
        message_columns::MessageColumn,
        options::CsvOptions,
        reader::CsvReader,
        zip::{self, ZipStep},
    },
    protocol::charset::{CharsetEvidence, charset_of},
};

/// The longest piece that [`CsvScanner::scan`] takes. TypeScript splits longer ones, so that few objects are made at once.
const MAX_PIECE_BYTES: usize = 65_536;

/// The numbers that a scan leaves in the memory; `row-reader.ts` reads them in the same order:
///
/// 0. the address for the next piece, or of the bytes that were rejected;
/// 1. the address of the text of all fields, in UTF-16;
/// 2. the address of the fields' ends in the text;
/// 3. the address of the records' numbers of fields;
/// 4. the number of records;
/// 5. the number of records, 0 or 1, that are the header;
/// 6. 1 if [`CsvScanner::take_dialect`] has a new dialect.
type Results = [u32; 7];

/// The scanner of one file.
#[wasm_bindgen]
#[derive(Debug)]
pub struct CsvScanner {
    options: CsvOptions,
    preamble: Option<Preamble>,
    reader: Option<CsvReader>,
    new_dialect: Option<CsvDialect>,
    results: Box<Results>,
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
        let options = read_options::<CsvOptions>(options, ErrorCode::InvalidParameter, others);
        let (options, _) = options.map_err(|error| error_to_js(&error))?;
        Ok(Self { options, preamble: None, reader: None, new_dialect: None, results: Box::default() })
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
                self.reader = Some(CsvReader::new(&self.options, &preamble, compression));
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
        let charset = self.preamble?.charset;
        (!charset.is_scannable()).then(|| charset.label().into())
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
        let reader = self.reader.as_mut().ok_or_else(not_detected)?;
        let result = reader.scan(length.min(MAX_PIECE_BYTES), is_scalar);
        self.update_results();
        result.map_err(to_js_error)
    }

    /// Ends the file. Returns the same as `scan`.
    ///
    /// # Errors
    /// `bad_response`, if a quote is never closed. The records before it are complete.
    pub fn finish(&mut self) -> Result<usize, JsValue> {
        let reader = self.reader.as_mut().ok_or_else(not_detected)?;
        let result = reader.finish();
        self.update_results();
        result.map_err(to_js_error)
    }

    /// The dialect, if the last piece showed it or changed it.
    ///
    /// # Errors
    /// `internal`, if it cannot be converted.
    #[wasm_bindgen(js_name = takeDialect)]
    pub fn take_dialect(&mut self) -> Result<Option<Ts<CsvDialect>>, JsValue> {
        self.new_dialect.take().as_ref().map(to_js).transpose()
    }

    fn update_results(&mut self) {
        let Some(reader) = &mut self.reader else { return };
        let buffer = address(reader.buffer(MAX_PIECE_BYTES).as_ptr());
        if let Some(dialect) = reader.take_dialect() {
            self.new_dialect = Some(dialect.clone());
        }
        let records = reader.records();
        *self.results = [
            buffer,
            address(records.text.as_ptr()),
            address(records.ends.as_ptr()),
            address(records.counts.as_ptr()),
            count(records.counts.len()),
            count(reader.header_records()),
            self.new_dialect.is_some().into(),
        ];
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
        self.0.is_utf_8() && self.0.sequences() > 0
    }
}

fn charset_of_type(media_type: Option<String>) -> Option<Charset> {
    media_type.and_then(|text| charset_of(&text)).and_then(|label| Charset::from_label(&label))
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

fn address<T>(pointer: *const T) -> u32 {
    count(pointer.addr())
}

/// A number of this 32-bit platform.
fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or_default()
}
