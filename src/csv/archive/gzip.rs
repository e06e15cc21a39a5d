//! gzip files (RFC 1952): one member or several, and zeros behind them.

use smsc_scan::{Crc32, Inflater, Progress};

use super::{
    Step,
    error::ArchiveError,
    input::{Input, length, number},
};

/// The fixed part of a member's header, and its trailer: checksum and length.
const HEADER_BYTES: usize = 10;
const TRAILER_BYTES: usize = 8;

const HAS_HEADER_CHECKSUM: u64 = 2;
const HAS_EXTRA: u64 = 4;
const HAS_NAME: u64 = 8;
const HAS_COMMENT: u64 = 16;

#[derive(Debug, Default)]
enum State {
    /// Before a member.
    #[default]
    Header,
    Data(Box<Inflater>),
    Trailer,
}

/// The reader of one gzip file.
#[derive(Debug, Default)]
pub struct GzipReader {
    /// The bytes of the file.
    pub input: Input,
    state: State,
    checksum: Crc32,
    length: u64,
    has_member: bool,
}

impl GzipReader {
    /// The next bytes of the content.
    pub(super) fn step(&mut self) -> Result<Step, ArchiveError> {
        loop {
            let is_complete = self.input.is_complete();
            let missing = if is_complete { Err(ArchiveError::CutOff) } else { Ok(Step::NeedsInput) };
            match &mut self.state {
                State::Header => {
                    if self.has_member {
                        let zeros = self.input.rest().iter().take_while(|byte| **byte == 0).count();
                        self.input.skip(zeros);
                        if self.input.rest().is_empty() {
                            return Ok(if is_complete { Step::End } else { Step::NeedsInput });
                        }
                    }
                    let Some(header) = header_length(self.input.rest())? else { return missing };
                    self.input.skip(header);
                    self.has_member = true;
                    self.checksum.reset();
                    self.length = 0;
                    self.state = State::Data(Box::default());
                }
                State::Data(inflater) => {
                    let (bytes, position) = self.input.parts();
                    let progress =
                        inflater.inflate(bytes, position).map_err(|_| ArchiveError::Damaged("its data is invalid"))?;
                    let output = inflater.output().to_vec();
                    self.checksum.add(&output);
                    self.length = self.length.saturating_add(output.len() as u64);
                    if progress == Progress::Done {
                        self.state = State::Trailer;
                    }
                    if !output.is_empty() {
                        return Ok(Step::Bytes(output));
                    }
                    if progress == Progress::NeedsInput {
                        return missing;
                    }
                }
                State::Trailer => {
                    let rest = self.input.rest();
                    if rest.len() < TRAILER_BYTES {
                        return missing;
                    }
                    if number::<4>(rest, 0) != u64::from(self.checksum.value())
                        || number::<4>(rest, 4) != self.length & 0xFFFF_FFFF
                    {
                        return Err(ArchiveError::Damaged("its checksum is wrong"));
                    }
                    self.input.skip(TRAILER_BYTES);
                    self.state = State::Header;
                }
            }
        }
    }
}

/// The length of a member's header; `None` if more bytes are needed.
fn header_length(bytes: &[u8]) -> Result<Option<usize>, ArchiveError> {
    const MAGIC: [u8; 3] = [0x1F, 0x8B, 8];
    if bytes.iter().zip(MAGIC).any(|(byte, magic)| *byte != magic) {
        return Err(ArchiveError::Damaged("other data follows it"));
    }
    if bytes.len() < HEADER_BYTES {
        return Ok(None);
    }
    let flags = number::<1>(bytes, 3);
    let mut end = HEADER_BYTES;
    if flags & HAS_EXTRA != 0 {
        end = end.saturating_add(2).saturating_add(length::<2>(bytes, end));
    }
    for flag in [HAS_NAME, HAS_COMMENT] {
        if flags & flag != 0 {
            let text = bytes.get(end..).unwrap_or_default();
            let Some(zero) = text.iter().position(|byte| *byte == 0) else { return Ok(None) };
            end = end.saturating_add(zero).saturating_add(1);
        }
    }
    if flags & HAS_HEADER_CHECKSUM != 0 {
        end = end.saturating_add(2);
    }
    Ok((bytes.len() >= end).then_some(end))
}
