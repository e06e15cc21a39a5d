//! The file in a zip archive. Entries are read in the order in which they come, so that the archive need not be held.
//!
//! Format: <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>

use smsc_scan::{Crc32, Inflater, Progress};

use super::{
    Step,
    error::ArchiveError,
    input::{Input, length, number},
    names::{decode_name, document_of, is_chosen, is_ignored},
};

const LOCAL_ENTRY: u64 = 0x0403_4B50;
const DESCRIPTOR: u64 = 0x0807_4B50;
const CENTRAL_ENTRY: u64 = 0x0201_4B50;
const ARCHIVE_EXTRA: u64 = 0x0806_4B50;
const SIGNATURE: u64 = 0x0505_4B50;
const ZIP64_END: u64 = 0x0606_4B50;
const ZIP64_LOCATOR: u64 = 0x0706_4B50;
const END: u64 = 0x0605_4B50;
/// The mark of an archive that might have been split.
const SINGLE_SEGMENT: u64 = 0x3030_4B50;

const LOCAL_BYTES: usize = 30;
const CENTRAL_BYTES: usize = 46;
const END_BYTES: usize = 22;
const LOCATOR_BYTES: usize = 20;
/// The longest data descriptor: signature, checksum, and two sizes of eight bytes.
const DESCRIPTOR_BYTES: usize = 24;

/// A size with this value is in the zip64 extra field.
const IN_ZIP64: u64 = 0xFFFF_FFFF;

/// Bytes of stored data in a step.
const STORED_BYTES: usize = 65_536;

#[derive(Debug)]
enum State {
    /// Before the signature of an entry or of another record.
    Record,
    /// In a record or in the data of a file that is not read.
    Skip {
        left: u64,
    },
    Data(Box<Data>),
    /// Behind the data.
    DataEnd(Box<Data>),
    Done,
}

/// The data of an entry.
#[derive(Debug)]
struct Data {
    /// The decoder, unless the data is stored.
    inflater: Option<Inflater>,
    /// Whether the content is wanted.
    is_wanted: bool,
    /// Checksum, size of the data, and size of the content, unless they follow the data.
    declared: Option<[u64; 3]>,
    start: u64,
    length: u64,
}

/// The reader of one zip archive.
#[derive(Debug)]
pub struct ZipReader {
    /// The bytes of the archive.
    pub input: Input,
    state: State,
    file: Option<String>,
    is_found: bool,
    files: Vec<String>,
    checksum: Crc32,
}

impl ZipReader {
    /// A reader of the file with this name, or of the only one.
    pub fn new(file: Option<&str>) -> Self {
        Self {
            input: Input::default(),
            state: State::Record,
            file: file.map(str::to_owned),
            is_found: false,
            files: Vec::new(),
            checksum: Crc32::default(),
        }
    }

    /// The next bytes of the content.
    pub(super) fn step(&mut self) -> Result<Step, ArchiveError> {
        loop {
            let state = std::mem::replace(&mut self.state, State::Done);
            let step = match state {
                State::Record => self.record()?,
                State::Skip { left } => self.skip(left),
                State::Data(data) => self.data(data)?,
                State::DataEnd(data) => self.data_end(data)?,
                State::Done => Some(Step::End),
            };
            match step {
                Some(Step::NeedsInput) if self.input.is_complete() => return Err(ArchiveError::CutOff),
                Some(step) => return Ok(step),
                None => {}
            }
        }
    }

    /// Waits for more bytes in the same state.
    fn wait(&mut self, state: State) -> Step {
        self.state = state;
        Step::NeedsInput
    }

    fn record(&mut self) -> Result<Option<Step>, ArchiveError> {
        let rest = self.input.rest();
        let (needed, skipped) = match number::<4>(rest, 0) {
            _ if rest.len() < 4 => (4, 0),
            LOCAL_ENTRY => return self.entry(),
            DESCRIPTOR | SINGLE_SEGMENT if self.input.offset() == 0 => (4, 4),
            CENTRAL_ENTRY => {
                let texts = [28, 30, 32].iter().fold(0_u64, |sum, at| sum.saturating_add(number::<2>(rest, *at)));
                (CENTRAL_BYTES, texts.saturating_add(CENTRAL_BYTES as u64))
            }
            ARCHIVE_EXTRA => (8, number::<4>(rest, 4).saturating_add(8)),
            SIGNATURE => (6, number::<2>(rest, 4).saturating_add(6)),
            ZIP64_END => (12, number::<8>(rest, 4).saturating_add(12)),
            ZIP64_LOCATOR => (4, LOCATOR_BYTES as u64),
            END => (END_BYTES, 0),
            _ => return Err(ArchiveError::Damaged("its structure is invalid")),
        };
        if rest.len() < needed {
            return Ok(Some(self.wait(State::Record)));
        }
        if number::<4>(rest, 0) == END {
            // A comment follows, with any content.
            return self.finish().map(|()| Some(Step::End));
        }
        self.state = State::Skip { left: skipped };
        Ok(None)
    }

    /// Checks that the archive had the one file to read.
    fn finish(&mut self) -> Result<(), ArchiveError> {
        let files = std::mem::take(&mut self.files);
        match self.file.take() {
            Some(file) if !self.is_found => Err(ArchiveError::NoSuchFile { file, files }),
            None if files.is_empty() => Err(ArchiveError::NoFile),
            None if files.len() > 1 => Err(ArchiveError::SeveralFiles(files)),
            _ => Ok(()),
        }
    }

    /// The header of a file or a folder.
    fn entry(&mut self) -> Result<Option<Step>, ArchiveError> {
        let rest = self.input.rest();
        let extra = LOCAL_BYTES.saturating_add(length::<2>(rest, 26));
        let end = extra.saturating_add(length::<2>(rest, 28));
        if rest.len() < LOCAL_BYTES || rest.len() < end {
            return Ok(Some(self.wait(State::Record)));
        }
        let (flags, method) = (number::<2>(rest, 6), number::<2>(rest, 8));
        let name = decode_name(rest.get(LOCAL_BYTES..extra).unwrap_or_default());
        let declared = (flags & 8 == 0).then(|| declared_sizes(rest, extra, end));
        self.input.skip(end);
        let is_wanted = self.is_wanted(name)?;
        if let (false, Some([_, packed, _])) = (is_wanted, declared) {
            self.state = State::Skip { left: packed };
            return Ok(None);
        }
        if flags & 1 == 1 {
            return Err(ArchiveError::Encrypted);
        }
        let inflater = match method {
            0 => None,
            8 => Some(Inflater::default()),
            method => return Err(ArchiveError::Method(method)),
        };
        self.checksum.reset();
        let start = self.input.offset();
        self.state = State::Data(Box::new(Data { inflater, is_wanted, declared, start, length: 0 }));
        Ok(None)
    }

    /// Whether the entry is the file to read: the chosen one, or the first.
    fn is_wanted(&mut self, name: String) -> Result<bool, ArchiveError> {
        if is_ignored(&name) {
            return Ok(false);
        }
        if let Some(document) = document_of(&name).filter(|_| self.file.is_none() && self.files.is_empty()) {
            return Err(ArchiveError::Document(document));
        }
        let is_wanted = !self.is_found && self.file.as_ref().is_none_or(|file| is_chosen(&name, file));
        self.is_found |= is_wanted;
        self.files.push(name);
        Ok(is_wanted)
    }

    fn skip(&mut self, left: u64) -> Option<Step> {
        let available = self.input.rest().len();
        let length = usize::try_from(left).map_or(available, |left| left.min(available));
        self.input.skip(length);
        let left = left.saturating_sub(length as u64);
        if left > 0 {
            return Some(self.wait(State::Skip { left }));
        }
        self.state = State::Record;
        None
    }

    fn data(&mut self, mut data: Box<Data>) -> Result<Option<Step>, ArchiveError> {
        let (content, is_over, needs_input) = match &mut data.inflater {
            Some(inflater) => {
                let (bytes, position) = self.input.parts();
                let progress =
                    inflater.inflate(bytes, position).map_err(|_| ArchiveError::Damaged("its data is invalid"))?;
                (inflater.output().to_vec(), progress == Progress::Done, progress == Progress::NeedsInput)
            }
            None => self.stored(&data),
        };
        self.checksum.add(&content);
        data.length = data.length.saturating_add(content.len() as u64);
        let is_wanted = data.is_wanted;
        self.state = if is_over { State::DataEnd(data) } else { State::Data(data) };
        if is_wanted && !content.is_empty() {
            return Ok(Some(Step::Bytes(content)));
        }
        Ok((content.is_empty() && needs_input).then_some(Step::NeedsInput))
    }

    /// The next bytes of stored data, whether it is over, and whether more bytes are needed.
    fn stored(&mut self, data: &Data) -> (Vec<u8>, bool, bool) {
        let rest = self.input.rest();
        let packed = self.input.offset().saturating_sub(data.start);
        let (available, is_over) = match data.declared {
            Some([_, size, _]) => {
                let left = usize::try_from(size.saturating_sub(packed)).unwrap_or(usize::MAX);
                (left.min(rest.len()), left <= rest.len().min(STORED_BYTES))
            }
            None => match rest.windows(4).position(|bytes| number::<4>(bytes, 0) == DESCRIPTOR) {
                // The data can contain the signature.
                Some(0) if rest.len() < DESCRIPTOR_BYTES && !self.input.is_complete() => {
                    return (Vec::new(), false, true);
                }
                Some(0) => match self.descriptor_length(rest, packed, data.length) {
                    Some(_) => return (Vec::new(), true, false),
                    None => (1, false),
                },
                Some(at) => (at, false),
                None => (rest.len().saturating_sub(3), false),
            },
        };
        let content = rest.get(..available.min(STORED_BYTES)).unwrap_or_default().to_vec();
        self.input.skip(content.len());
        (content, is_over, !is_over)
    }

    /// Checks the checksum and the sizes.
    fn data_end(&mut self, data: Box<Data>) -> Result<Option<Step>, ArchiveError> {
        let wrong = ArchiveError::Damaged("its checksum or its size is wrong");
        let packed = self.input.offset().saturating_sub(data.start);
        let rest = self.input.rest();
        if let Some(declared) = data.declared {
            if declared != [self.checksum.value().into(), packed, data.length] {
                return Err(wrong);
            }
        } else if rest.len() < DESCRIPTOR_BYTES.saturating_add(2) && !self.input.is_complete() {
            return Ok(Some(self.wait(State::DataEnd(data))));
        } else if let Some(length) = self.descriptor_length(rest, packed, data.length) {
            self.input.skip(length);
        } else {
            return Err(if self.input.is_complete() { ArchiveError::CutOff } else { wrong });
        }
        self.state = State::Record;
        Ok(None)
    }

    /// The length of the data descriptor with these sizes: with or without a signature, with sizes of four or eight bytes.
    fn descriptor_length(&self, bytes: &[u8], packed: u64, length: u64) -> Option<usize> {
        [(4_usize, 4_usize), (4, 8), (0, 4), (0, 8)].into_iter().find_map(|(sizes, width)| {
            let has_signature = number::<4>(bytes, 0) == DESCRIPTOR;
            let first = sizes.saturating_add(4);
            let second = first.saturating_add(width);
            let end = second.saturating_add(width);
            let size = |at| if width == 4 { number::<4>(bytes, at) } else { number::<8>(bytes, at) };
            // Some programs write the value that refers to the central directory.
            let is_size = |at, expected: u64| match size(at) {
                IN_ZIP64 if width == 4 => true,
                size => size == if width == 4 { expected & IN_ZIP64 } else { expected },
            };
            let is_descriptor = (sizes == 0 || has_signature)
                && number::<4>(bytes, sizes) == u64::from(self.checksum.value())
                && is_size(first, packed)
                && is_size(second, length)
                && bytes.len() >= end
                && bytes.get(end..).is_some_and(|next| next.len() < 2 || next.starts_with(b"PK"));
            is_descriptor.then_some(end)
        })
    }
}

/// Checksum, size of the data and size of the content, from a header whose extra fields have this span.
fn declared_sizes(header: &[u8], extra: usize, end: usize) -> [u64; 3] {
    let (mut packed, mut size) = (number::<4>(header, 18), number::<4>(header, 22));
    let mut at = extra;
    while at < end && number::<2>(header, at) != 1 {
        at = at.saturating_add(4).saturating_add(length::<2>(header, at.saturating_add(2)));
    }
    at = at.saturating_add(4);
    if size == IN_ZIP64 {
        size = number::<8>(header, at);
        at = at.saturating_add(8);
    }
    if packed == IN_ZIP64 {
        packed = number::<8>(header, at);
    }
    [number::<4>(header, 14), packed, size]
}
