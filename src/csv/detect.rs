//! Finding out the form of a file from its beginning.

use super::{CsvOptions, text::is_cut_off};
use crate::{
    charset::{Charset, windows_1251},
    text::{decimal, fill},
};

/// So many bytes tell the charset, and within so many the first record should end.
const ENOUGH: usize = 4096;
const FIRST_RECORD: usize = 1 << 20;

const DELIMITERS: [u16; 4] = [b';' as u16, b',' as u16, b'\t' as u16, b'|' as u16];

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detected {
    /// The charset.
    pub charset: Charset,
    /// The length of the byte order mark.
    pub mark: usize,
    /// Whether UTF-8 is only a guess: nothing but ASCII was seen.
    pub guess: bool,
    /// The delimiter.
    pub delimiter: u16,
}

impl Default for Detected {
    fn default() -> Self {
        Self { charset: Charset::Utf8, mark: 0, guess: true, delimiter: DELIMITERS[0] }
    }
}

/// Finds out the form; nothing while the beginning is too short to tell. `whole`: nothing more will come.
pub fn detect(beginning: &[u8], options: &CsvOptions, whole: bool) -> Option<Detected> {
    if !whole && beginning.len() < ENOUGH {
        return None;
    }
    let (marked, mark) = Charset::from_mark(beginning).map_or((None, 0), |(charset, length)| (Some(charset), length));
    let charset = options.encoding.or(marked).unwrap_or_else(|| unmarked(beginning));
    let mark = if marked == Some(charset) { mark } else { 0 };
    let body = beginning.get(mark..).unwrap_or_default();
    let delimiter = match options.delimiter {
        Some(delimiter) => delimiter,
        None => delimiter(body, charset, whole)?,
    };
    let guess = options.encoding.is_none() && marked.is_none();
    Some(Detected { charset, mark, guess, delimiter })
}

/// UTF-8, if all that is there is valid; windows-1251 otherwise.
fn unmarked(bytes: &[u8]) -> Charset {
    match core::str::from_utf8(bytes) {
        Ok(_) => Charset::Utf8,
        Err(error) if is_cut_off(bytes.get(error.valid_up_to()..).unwrap_or_default()) => Charset::Utf8,
        Err(_) => Charset::Windows1251,
    }
}

/// The most frequent candidate of the first record, outside quotes. Delimiters, quotes and line breaks are ASCII in every
/// charset here.
fn delimiter(bytes: &[u8], charset: Charset, whole: bool) -> Option<u16> {
    let units = units(bytes, charset);
    let mut counts = [0_usize; DELIMITERS.len()];
    let (mut quoted, mut begun, mut ended) = (false, false, false);
    for unit in units {
        match unit {
            0x22 => quoted = !quoted,
            0x0A | 0x0D if !quoted && begun => {
                ended = true;
                break;
            }
            0x0A | 0x0D => continue,
            _ if !quoted => {
                for (count, _) in counts.iter_mut().zip(DELIMITERS).filter(|(_, candidate)| *candidate == unit) {
                    *count = count.saturating_add(1);
                }
            }
            _ => {}
        }
        begun = true;
    }
    if !ended && !whole && bytes.len() < FIRST_RECORD {
        return None;
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    counts.iter().zip(DELIMITERS).find(|(count, _)| **count == most).map(|(_, delimiter)| delimiter)
}

fn units(bytes: &[u8], charset: Charset) -> Vec<u16> {
    let (pairs, _) = bytes.as_chunks::<2>();
    match charset {
        Charset::Utf16Le => pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect(),
        Charset::Utf16Be => pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect(),
        Charset::Utf8 | Charset::Windows1251 => bytes.iter().map(|byte| windows_1251(*byte)).collect(),
    }
}

/// Whether a record names columns: every cell has a letter, or is empty, and none is a number, a date or a phone.
pub fn names_columns(cells: &[String]) -> bool {
    let names = |cell: &String| {
        let cell = cell.trim();
        cell.chars().next().is_some_and(char::is_alphabetic) && !cell.contains('@')
    };
    cells.iter().any(names) && cells.iter().all(|cell| cell.trim().is_empty() || names(cell))
}

/// Makes every name different: the second `name` is `name_2`.
pub fn distinct(names: &[String]) -> Vec<String> {
    let mut taken: Vec<String> = Vec::new();
    for name in names {
        let mut unique = name.clone();
        let mut number = 2_u32;
        while taken.contains(&unique) || (unique != *name && names.contains(&unique)) {
            unique = fill("%_%", &[name, &decimal(number.into())]);
            number = number.saturating_add(1);
        }
        taken.push(unique);
    }
    taken
}
