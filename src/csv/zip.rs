//! The one file of a zip archive, repackaged as gzip: the platform decompresses that, and checks length and checksum.
//!
//! The compressed data is the same in both formats. Only what surrounds it differs: [`ZipReader`] says how many bytes of the
//! archive to skip, which bytes to emit instead, and how many to pass on. The size may be known only from the central
//! directory at the end, so that the last [`TAIL_BYTES`] are held back until the archive is complete.
//!
//! Format: <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>, and RFC 1952 for gzip.

use serde::Serialize;
use tsify::Tsify;

/// The fixed part of a local file header.
const HEADER_BYTES: usize = 30;

/// The bytes that may follow the data: its sizes, its entry in the central directory, and the end record with a comment of up
/// to 64 kB.
pub const TAIL_BYTES: usize = 66_000;

/// The longest block of data that is not compressed (RFC 1951).
const MAX_STORED_BYTES: usize = 65_535;

/// A gzip header: no name, no time, an unknown system.
const GZIP_HEADER: [u8; 10] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];

const CENTRAL_ENTRY: u64 = 0x0201_4B50;
const END_RECORD: u64 = 0x0605_4B50;
const ZIP64_LOCATOR: u64 = 0x0706_4B50;

/// Lengths of the end records, which stand last in an archive: zip64 record, zip64 locator, end record.
const END_RECORD_BYTES: usize = 22;
const ZIP64_LOCATOR_BYTES: usize = 20;
const ZIP64_RECORD_BYTES: usize = 56;

/// A size with this value is in the zip64 extra field.
const IN_ZIP64: u64 = 0xFFFF_FFFF;

/// Why a zip archive cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ZipError {
    /// The central directory is missing.
    #[error("is cut off")]
    CutOff,
    /// The file is encrypted.
    #[error("is encrypted")]
    Encrypted,
    /// The compression is neither "stored" nor "deflate".
    #[error("uses compression method {0}, which is not supported")]
    Method(u64),
    /// The archive has several files.
    #[error("holds more than one file")]
    SeveralFiles,
    /// Sizes contradict each other.
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
    /// Whether this was the last step.
    pub is_done: bool,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Before the file's local header.
    Header,
    /// In the data, whose end is not known yet.
    Data { passed: u64 },
    /// In the last bytes of the data.
    LastData { rest: usize, trailer: [u8; 8] },
    /// The file is over.
    Done,
}

/// The repackaging of one archive.
#[derive(Debug)]
pub struct ZipReader {
    state: State,
    is_stored: bool,
}

impl Default for ZipReader {
    fn default() -> Self {
        Self { state: State::Header, is_stored: false }
    }
}

impl ZipReader {
    /// The next step. `held` are the bytes of the archive that were neither skipped nor passed on: at least as many as the last step
    /// needed, or all that are left if `is_complete`.
    ///
    /// # Errors
    /// If the archive does not hold exactly one file that can be read.
    pub fn step(&mut self, held: &[u8], is_complete: bool) -> Result<ZipStep, ZipError> {
        match self.state {
            State::Header => self.header(held, is_complete),
            State::Data { passed } => match held.len().checked_sub(TAIL_BYTES) {
                Some(surplus @ 1..) => {
                    let step = self.pass(surplus);
                    self.state = State::Data { passed: passed.saturating_add(step.pass as u64) };
                    Ok(ZipStep { needed: TAIL_BYTES.saturating_add(1), ..step })
                }
                _ if !is_complete => Ok(ZipStep { needed: TAIL_BYTES.saturating_add(1), ..ZipStep::default() }),
                _ => {
                    let entry = read_entry(held)?;
                    let rest = entry.packed_size.checked_sub(passed).and_then(|rest| usize::try_from(rest).ok());
                    let rest = rest.filter(|rest| *rest <= entry.offset).ok_or(ZipError::Damaged)?;
                    self.state = State::LastData { rest, trailer: entry.trailer };
                    Ok(ZipStep::default())
                }
            },
            State::LastData { rest: 0, trailer } => {
                self.state = State::Done;
                // Stored data ends with an empty block, which is marked as the last one.
                let last_block = if self.is_stored { stored_block(true, 0).to_vec() } else { Vec::new() };
                Ok(ZipStep { emit: [&last_block, &trailer[..]].concat(), is_done: true, ..ZipStep::default() })
            }
            State::LastData { rest, trailer } => {
                let step = self.pass(rest);
                self.state = State::LastData { rest: rest.saturating_sub(step.pass), trailer };
                Ok(step)
            }
            State::Done => Ok(ZipStep { is_done: true, ..ZipStep::default() }),
        }
    }

    fn header(&mut self, held: &[u8], is_complete: bool) -> Result<ZipStep, ZipError> {
        if held.len() < HEADER_BYTES {
            if is_complete {
                return Err(ZipError::CutOff);
            }
            return Ok(ZipStep { needed: HEADER_BYTES, ..ZipStep::default() });
        }
        if number::<2>(held, 6) & 1 == 1 {
            return Err(ZipError::Encrypted);
        }
        self.is_stored = match number::<2>(held, 8) {
            0 => true,
            8 => false,
            method => return Err(ZipError::Method(method)),
        };
        let length = HEADER_BYTES.saturating_add(size::<2>(held, 26)).saturating_add(size::<2>(held, 28));
        if held.len() < length {
            if is_complete {
                return Err(ZipError::CutOff);
            }
            return Ok(ZipStep { needed: length, ..ZipStep::default() });
        }
        self.state = State::Data { passed: 0 };
        let needed = TAIL_BYTES.saturating_add(1);
        Ok(ZipStep { skip: length, emit: GZIP_HEADER.to_vec(), needed, ..ZipStep::default() })
    }

    /// Passes on as many of the bytes as one block holds.
    fn pass(&self, available: usize) -> ZipStep {
        if !self.is_stored {
            return ZipStep { pass: available, ..ZipStep::default() };
        }
        let pass = available.min(MAX_STORED_BYTES);
        ZipStep { emit: stored_block(false, pass).to_vec(), pass, ..ZipStep::default() }
    }
}

/// The header of a block of data that is not compressed.
fn stored_block(is_last: bool, length: usize) -> [u8; 5] {
    let length = u16::try_from(length).unwrap_or_default();
    let ([low, high], [not_low, not_high]) = (length.to_le_bytes(), (!length).to_le_bytes());
    [is_last.into(), low, high, not_low, not_high]
}

/// The file's entry in the central directory.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The entry's offset in the archive's last bytes.
    offset: usize,
    packed_size: u64,
    /// The gzip trailer: checksum and length.
    trailer: [u8; 8],
}

/// Reads the entry of the only file from an archive's last bytes.
fn read_entry(tail: &[u8]) -> Result<Entry, ZipError> {
    let last = tail.len().checked_sub(END_RECORD_BYTES).ok_or(ZipError::CutOff)?;
    let end = (0..=last).rev().find(|at| number::<4>(tail, *at) == END_RECORD).ok_or(ZipError::CutOff)?;
    let locator = end.checked_sub(ZIP64_LOCATOR_BYTES);
    let is_zip64 = locator.is_some_and(|locator| number::<4>(tail, locator) == ZIP64_LOCATOR);
    let (directory_end, count, directory_size) = if is_zip64 {
        let record = locator.and_then(|locator| locator.checked_sub(ZIP64_RECORD_BYTES)).ok_or(ZipError::CutOff)?;
        (record, field::<8>(tail, record, 32), field::<8>(tail, record, 40))
    } else {
        (end, field::<2>(tail, end, 10), field::<4>(tail, end, 12))
    };
    let directory_size = usize::try_from(directory_size).unwrap_or(usize::MAX);
    let entry = directory_end.checked_sub(directory_size).ok_or(ZipError::CutOff)?;
    if number::<4>(tail, entry) != CENTRAL_ENTRY {
        return Err(ZipError::CutOff);
    }
    if count != 1 {
        return Err(ZipError::SeveralFiles);
    }
    let (mut packed, mut length) = (field::<4>(tail, entry, 20), field::<4>(tail, entry, 24));
    let mut extra = zip64_extra(tail, entry, end);
    if length == IN_ZIP64 {
        length = number::<8>(tail, extra);
        extra = extra.saturating_add(8);
    }
    if packed == IN_ZIP64 {
        packed = number::<8>(tail, extra);
    }
    let mut trailer = [0; 8];
    let [c0, c1, c2, c3, l0, l1, l2, l3] = &mut trailer;
    [*c0, *c1, *c2, *c3, ..] = field::<4>(tail, entry, 16).to_le_bytes();
    // gzip keeps the lower half.
    [*l0, *l1, *l2, *l3, ..] = length.to_le_bytes();
    Ok(Entry { offset: entry, packed_size: packed, trailer })
}

/// The values of an entry's zip64 extra field.
fn zip64_extra(tail: &[u8], entry: usize, end: usize) -> usize {
    let mut at = entry.saturating_add(46).saturating_add(size::<2>(tail, entry.saturating_add(28)));
    while at < end && number::<2>(tail, at) != 1 {
        at = at.saturating_add(4).saturating_add(size::<2>(tail, at.saturating_add(2)));
    }
    at.saturating_add(4)
}

/// A little-endian number of `N` bytes in a record.
fn field<const N: usize>(bytes: &[u8], record: usize, offset: usize) -> u64 {
    number::<N>(bytes, record.saturating_add(offset))
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
