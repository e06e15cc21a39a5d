//! The reasons why an archive cannot be read.

use std::fmt;

/// Why an archive cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArchiveError {
    /// The archive ends early.
    CutOff,
    /// The data, its checksum or its length is wrong, or something else follows it.
    Damaged(&'static str),
    /// The file is encrypted.
    Encrypted,
    /// The compression is neither "stored" nor "deflate".
    Method(u64),
    /// The archive has no file.
    NoFile,
    /// The archive has several files, and none was chosen.
    SeveralFiles(Vec<String>),
    /// The archive has no file of that name.
    NoSuchFile {
        /// The name.
        file: String,
        /// The names of the files.
        files: Vec<String>,
    },
    /// The archive is a document of this kind.
    Document(&'static str),
}

/// Names in a message.
const MAX_NAMES: usize = 20;

fn list(files: &[String]) -> String {
    let more = if files.len() > MAX_NAMES {
        format!(" and {} more", files.len().saturating_sub(MAX_NAMES))
    } else {
        String::new()
    };
    let names: Vec<&str> = files.iter().take(MAX_NAMES).map(String::as_str).collect();
    names.join(", ") + &more
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CutOff => f.write_str("is cut off"),
            Self::Damaged(reason) => write!(f, "cannot be unpacked: {reason}"),
            Self::Encrypted => f.write_str("is encrypted"),
            Self::Method(method) => write!(f, "uses compression method {method}, which is not supported"),
            Self::NoFile => f.write_str("holds no file"),
            Self::SeveralFiles(files) => {
                write!(f, "holds more than one file: {}. Choose one with the option `file`", list(files))
            }
            Self::NoSuchFile { file, files } => write!(f, "holds no file {file:?}, but: {}", list(files)),
            Self::Document(kind) => write!(f, "is {kind} and not CSV: save it as CSV first"),
        }
    }
}
