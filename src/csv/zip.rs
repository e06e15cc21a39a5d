//! A file in a zip archive, repackaged as gzip: the platform decompresses that, and checks length and checksum.
//!
//! The compressed data is the same in both formats. Only what surrounds it differs: [`ZipReader`] says how many bytes of the
//! archive to skip, which bytes to emit instead, and how many to pass on. It reads the archive once, record by record. If the
//! size of an entry is not in its header, the entry ends where a descriptor with its size stands before the next header.
//!
//! Format: <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>, and RFC 1952 for gzip.

mod names;

use serde::Serialize;
use tsify::Tsify;

use self::names::{Names, is_ignored, is_office_part, text_of};

/// The longest block of data that is not compressed (RFC 1951).
const MAX_STORED_BYTES: usize = 65_535;

/// A gzip header: no name, no time, an unknown system.
const GZIP_HEADER: [u8; 10] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];

const LOCAL_HEADER: u64 = 0x0403_4B50;
const CENTRAL_ENTRY: u64 = 0x0201_4B50;
const DESCRIPTOR: u64 = 0x0807_4B50;
const EXTRA_DATA: u64 = 0x0806_4B50;
const SIGNATURE: u64 = 0x0505_4B50;
const ZIP64_RECORD: u64 = 0x0606_4B50;
const ZIP64_LOCATOR: u64 = 0x0706_4B50;
const END_RECORD: u64 = 0x0605_4B50;

/// The fixed part of a local header.
const HEADER_BYTES: usize = 30;

/// The longest fixed part of a record after the entries.
const RECORD_BYTES: usize = 46;

const END_RECORD_BYTES: usize = 22;

/// The longest descriptor, and the signature after it.
const DESCRIPTOR_BYTES: usize = 28;

/// A size with this value is in the zip64 extra field.
const IN_ZIP64: u64 = 0xFFFF_FFFF;

/// Why a zip archive cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ZipError {
    /// The archive ends early.
    #[error("is cut off")]
    CutOff,
    /// The file is encrypted.
    #[error("is encrypted")]
    Encrypted,
    /// The compression is neither "stored" nor "deflate".
    #[error("uses compression method {0}, which is not supported")]
    Method(u64),
    /// The archive has no file.
    #[error("holds no file")]
    Empty,
    /// The archive has several files.
    #[error("holds several files: {0}. Select one with `file`")]
    SeveralFiles(Names),
    /// The archive does not have the wanted file.
    #[error("does not hold \"{0}\", but {1}")]
    NotFound(String, Names),
    /// The archive is a workbook or a document.
    #[error("is an Excel workbook (.xlsx) or another Office document: save it as CSV")]
    OfficeDocument,
    /// Records are not where the sizes say.
    #[error("is damaged")]
    Damaged,
}

/// The next step of a repackaging: skip bytes of the archive, emit others, then pass on bytes of the archive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ZipStep {
    /// Bytes of the archive to skip.
    pub skip: usize,
    /// Bytes to emit.
    #[tsify(type = "number[]")]
    pub emit: Vec<u8>,
    /// Bytes of the archive to pass on.
    pub pass: usize,
    /// Bytes of the archive that the next step needs, or all to its end.
    pub needed: usize,
    /// Whether the file is complete. The steps after it only check the rest of the archive.
    pub is_file_complete: bool,
    /// Whether this was the last step.
    pub is_done: bool,
}

impl ZipStep {
    fn needs(needed: usize) -> Self {
        Self { needed, ..Self::default() }
    }
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Before a record.
    Record,
    /// In the data of an entry.
    Data { passed: u64, end: Option<DataEnd>, is_stored: bool, is_selected: bool },
    /// After the last record.
    Done,
}

/// The end of an entry's data.
#[derive(Clone, Copy, Debug, Default)]
struct DataEnd {
    rest: u64,
    /// Bytes of the descriptor after the data.
    descriptor: usize,
    /// The gzip trailer: checksum and length.
    trailer: [u8; 8],
}

/// The repackaging of one archive.
#[derive(Debug)]
pub struct ZipReader {
    state: State,
    file: Option<String>,
    names: Names,
    is_found: bool,
}

impl ZipReader {
    /// The repackaging of the archive's only file, or of the one with this path.
    #[must_use]
    pub fn new(file: Option<String>) -> Self {
        Self { state: State::Record, file, names: Names::default(), is_found: false }
    }

    /// The path within the file, if that is an archive too. Known once the file is found.
    #[must_use]
    pub fn inner_path(&self) -> Option<&str> {
        self.file.as_deref().filter(|file| !file.is_empty())
    }

    /// The next step. `held` are the bytes of the archive that were neither skipped nor passed on: at least as many as the last step
    /// needed, or all that are left if `is_complete`.
    ///
    /// # Errors
    /// If the archive does not hold exactly one file, or not the wanted one, or if it cannot be read.
    pub fn step(&mut self, held: &[u8], is_complete: bool) -> Result<ZipStep, ZipError> {
        let step = match self.state {
            State::Record => self.record(held, is_complete)?,
            State::Data { passed, end: None, is_stored, is_selected } => {
                if let Some(end) = find_end(held, passed) {
                    self.state = State::Data { passed, end: Some(end), is_stored, is_selected };
                    return Ok(ZipStep::default());
                }
                // The end may begin in the last bytes.
                match held.len().saturating_sub(DESCRIPTOR_BYTES.saturating_sub(1)) {
                    0 => ZipStep::needs(DESCRIPTOR_BYTES),
                    surplus => {
                        let step = step_over(surplus, is_stored, is_selected);
                        let passed = passed.saturating_add(step.skip.saturating_add(step.pass) as u64);
                        self.state = State::Data { passed, end: None, is_stored, is_selected };
                        step
                    }
                }
            }
            State::Data { end: Some(DataEnd { rest: 0, descriptor, trailer }), is_stored, is_selected, .. } => {
                if held.len() < descriptor {
                    ZipStep::needs(descriptor)
                } else {
                    self.state = State::Record;
                    let emit = match (is_selected, is_stored) {
                        (false, _) => Vec::new(),
                        (true, false) => trailer.to_vec(),
                        // Stored data ends with an empty block, which is marked as the last one.
                        (true, true) => [&stored_block(true, 0)[..], &trailer].concat(),
                    };
                    ZipStep { skip: descriptor, emit, is_file_complete: is_selected, ..ZipStep::default() }
                }
            }
            State::Data { passed, end: Some(end), is_stored, is_selected } => {
                match usize::try_from(end.rest).unwrap_or(usize::MAX).min(held.len()) {
                    0 => ZipStep::needs(1),
                    available => {
                        let step = step_over(available, is_stored, is_selected);
                        let rest = end.rest.saturating_sub(step.skip.saturating_add(step.pass) as u64);
                        self.state = State::Data { passed, end: Some(DataEnd { rest, ..end }), is_stored, is_selected };
                        step
                    }
                }
            }
            State::Done => ZipStep { is_done: true, ..ZipStep::default() },
        };
        if is_complete && step.needed > held.len() {
            return Err(ZipError::CutOff);
        }
        Ok(step)
    }

    /// Reads or skips the next record.
    fn record(&mut self, held: &[u8], is_complete: bool) -> Result<ZipStep, ZipError> {
        let length = match number::<4>(held, 0) {
            _ if held.len() < 4 => return Ok(ZipStep::needs(4)),
            LOCAL_HEADER => return self.header(held),
            END_RECORD if held.len() < END_RECORD_BYTES => return Ok(ZipStep::needs(END_RECORD_BYTES)),
            END_RECORD => {
                self.check_names()?;
                self.state = State::Done;
                return Ok(ZipStep { is_done: true, ..ZipStep::default() });
            }
            CENTRAL_ENTRY | EXTRA_DATA | SIGNATURE | ZIP64_RECORD if held.len() < RECORD_BYTES && !is_complete => {
                return Ok(ZipStep::needs(RECORD_BYTES));
            }
            CENTRAL_ENTRY => [28, 30, 32].iter().map(|at| number::<2>(held, *at)).fold(46, u64::saturating_add),
            EXTRA_DATA => number::<4>(held, 4).saturating_add(8),
            SIGNATURE => number::<2>(held, 4).saturating_add(6),
            ZIP64_RECORD => number::<8>(held, 4).saturating_add(12),
            ZIP64_LOCATOR => 20,
            _ => return Err(ZipError::Damaged),
        };
        let end = Some(DataEnd { rest: length, ..DataEnd::default() });
        self.state = State::Data { passed: 0, end, is_stored: false, is_selected: false };
        Ok(ZipStep::default())
    }

    /// Reads the header of an entry, and selects the entry or not.
    fn header(&mut self, held: &[u8]) -> Result<ZipStep, ZipError> {
        if held.len() < HEADER_BYTES {
            return Ok(ZipStep::needs(HEADER_BYTES));
        }
        let (flags, method) = (number::<2>(held, 6), number::<2>(held, 8));
        let name_end = HEADER_BYTES.saturating_add(size::<2>(held, 26));
        let length = name_end.saturating_add(size::<2>(held, 28));
        let Some(header) = held.get(..length) else { return Ok(ZipStep::needs(length)) };
        let name = text_of(header.get(HEADER_BYTES..name_end).unwrap_or_default());
        if is_office_part(&name) {
            return Err(ZipError::OfficeDocument);
        }
        let is_selected = !is_ignored(&name) && self.select(&name);
        let is_stored = match method {
            _ if !is_selected => false,
            _ if flags & 1 == 1 => return Err(ZipError::Encrypted),
            0 => true,
            8 => false,
            method => return Err(ZipError::Method(method)),
        };
        let has_descriptor = flags & 8 != 0;
        let (mut packed, mut unpacked) = (number::<4>(held, 18), number::<4>(held, 22));
        if packed == IN_ZIP64 || unpacked == IN_ZIP64 {
            let sizes = zip64_sizes(header, name_end);
            (unpacked, packed) = (number::<8>(header, sizes), number::<8>(header, sizes.saturating_add(8)));
        }
        let trailer = trailer(number::<4>(held, 14), unpacked);
        let end = (!has_descriptor).then_some(DataEnd { rest: packed, descriptor: 0, trailer });
        self.state = State::Data { passed: 0, end, is_stored, is_selected };
        let emit = if is_selected { GZIP_HEADER.to_vec() } else { Vec::new() };
        Ok(ZipStep { skip: length, emit, ..ZipStep::default() })
    }

    /// Whether a file with this name is the wanted one, or the first if none is wanted.
    fn select(&mut self, name: &str) -> bool {
        self.names.add(name);
        let inner = match &self.file {
            _ if self.is_found => return false,
            None => None,
            Some(file) => match file.strip_prefix(name) {
                Some("") => Some(String::new()),
                Some(rest) if rest.starts_with('/') => Some(rest.trim_start_matches('/').to_owned()),
                _ => return false,
            },
        };
        self.file = inner;
        self.is_found = true;
        true
    }

    fn check_names(&self) -> Result<(), ZipError> {
        match (self.is_found, &self.file) {
            (false, None) => Err(ZipError::Empty),
            (false, Some(file)) => Err(ZipError::NotFound(file.clone(), self.names.clone())),
            (true, None) if self.names.len() > 1 => Err(ZipError::SeveralFiles(self.names.clone())),
            _ => Ok(()),
        }
    }
}

/// Passes on as many of the bytes as one block holds, or skips all.
fn step_over(available: usize, is_stored: bool, is_selected: bool) -> ZipStep {
    if !is_selected {
        return ZipStep { skip: available, ..ZipStep::default() };
    }
    if !is_stored {
        return ZipStep { pass: available, ..ZipStep::default() };
    }
    let pass = available.min(MAX_STORED_BYTES);
    ZipStep { emit: stored_block(false, pass).to_vec(), pass, ..ZipStep::default() }
}

/// The header of a block of data that is not compressed.
fn stored_block(is_last: bool, length: usize) -> [u8; 5] {
    let length = u16::try_from(length).unwrap_or_default();
    let ([low, high], [not_low, not_high]) = (length.to_le_bytes(), (!length).to_le_bytes());
    [is_last.into(), low, high, not_low, not_high]
}

/// The end of data whose size only its descriptor has. Before the next header stand the checksum and both sizes, of four or eight
/// bytes each, and usually a signature before them. The size must be that of the data, of which `passed` bytes are gone.
fn find_end(held: &[u8], passed: u64) -> Option<DataEnd> {
    for next in 12..held.len().saturating_sub(3) {
        // Most bytes are no `P`.
        if held.get(next) != Some(&b'P')
            || !matches!(number::<4>(held, next), LOCAL_HEADER | CENTRAL_ENTRY | EXTRA_DATA)
        {
            continue;
        }
        for (sizes_bytes, size_bytes) in [(16_usize, 8_usize), (8, 4)] {
            let Some(sizes) = next.checked_sub(sizes_bytes) else { continue };
            let Some(checksum) = sizes.checked_sub(4) else { continue };
            let (packed, unpacked) = match size_bytes {
                4 => (number::<4>(held, sizes), number::<4>(held, sizes.saturating_add(4))),
                _ => (number::<8>(held, sizes), number::<8>(held, sizes.saturating_add(8))),
            };
            let signature = checksum.checked_sub(4).filter(|at| number::<4>(held, *at) == DESCRIPTOR);
            for start in [signature, Some(checksum)].into_iter().flatten() {
                let length = passed.saturating_add(start as u64);
                let expected = if size_bytes == 4 { length & IN_ZIP64 } else { length };
                if packed == expected {
                    let trailer = trailer(number::<4>(held, checksum), unpacked);
                    return Some(DataEnd { rest: start as u64, descriptor: next.saturating_sub(start), trailer });
                }
            }
        }
    }
    None
}

/// The gzip trailer, which has the lower half of the length.
fn trailer(checksum: u64, length: u64) -> [u8; 8] {
    (checksum | length << 32).to_le_bytes()
}

/// The position of the two sizes in the zip64 extra field of a header.
fn zip64_sizes(header: &[u8], extra: usize) -> usize {
    let mut at = extra;
    while at < header.len() && number::<2>(header, at) != 1 {
        at = at.saturating_add(4).saturating_add(size::<2>(header, at.saturating_add(2)));
    }
    at.saturating_add(4)
}

/// A little-endian number of `N` bytes; 0 beyond the end.
fn number<const N: usize>(bytes: &[u8], at: usize) -> u64 {
    let digits = bytes.get(at..at.saturating_add(N)).unwrap_or_default();
    digits.iter().rev().fold(0, |number, digit| number << 8 | u64::from(*digit))
}

fn size<const N: usize>(bytes: &[u8], at: usize) -> usize {
    usize::try_from(number::<N>(bytes, at)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
