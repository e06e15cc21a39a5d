//! The file in an archive: gzip with one or more members, zip with one file, and archives in archives.
//!
//! The project's own decoder is used ([`smsc_scan::Inflater`]), because the decoders of the platforms differ in what they accept
//! behind a member, and none says where it ends.

mod error;
mod gzip;
mod input;
mod names;
#[cfg(test)]
mod tests;
mod zip;

pub use error::ArchiveError;
pub use input::Input;

use super::{dialect::Compression, error::CsvError};

/// Bytes that show the format of a file.
pub const MAGIC_BYTES: usize = 8;

/// Archives in archives, at most.
const MAX_LAYERS: usize = 4;

/// Formats that are recognized to be named in the error: the first bytes, and the name.
const OTHER_FORMATS: [(&[u8], &str); 7] = [
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an Excel workbook (.xls)"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive"),
    (b"Rar!\x1A\x07", "a rar archive"),
    (b"\xFD7zXZ\0", "an xz archive"),
    (b"\x28\xB5\x2F\xFD", "a zstd archive"),
    (b"BZh", "a bzip2 archive"),
    (b"%PDF-", "a PDF document"),
];

/// The compression of a file by its first [`MAGIC_BYTES`].
///
/// # Errors
/// If the file has a format that cannot be read.
pub fn detect(head: &[u8]) -> Result<Option<Compression>, CsvError> {
    let other = OTHER_FORMATS.iter().find(|(magic, _)| head.starts_with(magic) && is_binary(head));
    match (Compression::detect(head), other) {
        (None, Some((_, name))) => Err(CsvError::OtherFormat(name)),
        (compression, _) => Ok(compression),
    }
}

/// A text can begin with the letters of a format's name, such as a column `BZh`.
fn is_binary(head: &[u8]) -> bool {
    match head {
        // The size of a block, and the digits of pi that begin it.
        [b'B', b'Z', b'h', size, rest @ ..] => size.is_ascii_digit() && rest.starts_with(b"1AY&"),
        _ => true,
    }
}

/// The result of a step of a layer.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Bytes(Vec<u8>),
    NeedsInput,
    End,
}

#[derive(Debug)]
enum Layer {
    Gzip(Box<gzip::GzipReader>),
    Zip(Box<zip::ZipReader>),
}

impl Layer {
    fn new(compression: Compression, file: Option<&str>) -> Self {
        match compression {
            Compression::Gzip => Self::Gzip(Box::default()),
            Compression::Zip => Self::Zip(Box::new(zip::ZipReader::new(file))),
        }
    }

    fn input(&mut self) -> &mut Input {
        match self {
            Self::Gzip(reader) => &mut reader.input,
            Self::Zip(reader) => &mut reader.input,
        }
    }

    fn step(&mut self) -> Result<Step, CsvError> {
        let (result, compression) = match self {
            Self::Gzip(reader) => (reader.step(), Compression::Gzip),
            Self::Zip(reader) => (reader.step(), Compression::Zip),
        };
        result.map_err(|error| CsvError::Archive { compression: compression.label(), error })
    }
}

/// The reader of the file in an archive.
#[derive(Debug)]
pub struct ArchiveReader {
    /// From the outer archive to the inner one.
    layers: Vec<Layer>,
    file: Option<String>,
    source: Input,
    /// The first bytes of the last layer's content, until they show whether it is an archive too.
    head: Option<Vec<u8>>,
}

impl ArchiveReader {
    /// A reader of an archive with this compression. `file`: the file to read in a zip archive.
    #[must_use]
    pub fn new(compression: Compression, file: Option<String>) -> Self {
        let layers = vec![Layer::new(compression, file.as_deref())];
        Self { layers, file, source: Input::default(), head: Some(Vec::new()) }
    }

    /// Adds the next bytes of the archive.
    pub fn push(&mut self, bytes: &[u8]) {
        self.source.push(bytes);
    }

    /// Ends the archive.
    pub fn end(&mut self) {
        self.source.end();
    }

    /// The next bytes of the file. `None` at its end, or if more of the archive is needed first: see [`Self::is_over`].
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn next_bytes(&mut self) -> Result<Option<Vec<u8>>, CsvError> {
        loop {
            let last = self.layers.len().saturating_sub(1);
            let step = self.pull(last)?;
            let Some(mut head) = self.head.take() else {
                return Ok(match step {
                    Step::Bytes(bytes) => Some(bytes),
                    Step::NeedsInput => None,
                    Step::End => {
                        self.layers.clear();
                        None
                    }
                });
            };
            let is_over = step == Step::End;
            match step {
                Step::NeedsInput => {
                    self.head = Some(head);
                    return Ok(None);
                }
                Step::Bytes(bytes) => head.extend_from_slice(&bytes),
                Step::End => {}
            }
            if head.len() < MAGIC_BYTES && !is_over {
                self.head = Some(head);
                continue;
            }
            match detect(&head)?.filter(|_| self.layers.len() < MAX_LAYERS) {
                Some(compression) => {
                    let mut layer = Layer::new(compression, self.file.as_deref());
                    layer.input().push(&head);
                    self.layers.push(layer);
                    self.head = Some(Vec::new());
                }
                None if head.is_empty() => {}
                None => return Ok(Some(head)),
            }
        }
    }

    /// Whether the whole file was read.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.layers.is_empty()
    }

    fn pull(&mut self, index: usize) -> Result<Step, CsvError> {
        loop {
            let Some(layer) = self.layers.get_mut(index) else { return Ok(Step::End) };
            let step = layer.step()?;
            if step != Step::NeedsInput {
                return Ok(step);
            }
            let below = match index.checked_sub(1) {
                Some(below) => self.pull(below)?,
                None => self.source.take(),
            };
            let Some(layer) = self.layers.get_mut(index) else { return Ok(Step::End) };
            match below {
                Step::Bytes(bytes) => layer.input().push(&bytes),
                Step::NeedsInput => return Ok(Step::NeedsInput),
                Step::End => layer.input().end(),
            }
        }
    }
}
