//! Finding out the form of a file from its beginning.

use super::CsvOptions;
use crate::charset::Charset;

/// So many bytes tell the charset, and within so many the first record should end.
const ENOUGH: usize = 4096;
const FIRST_RECORD: usize = 1 << 20;

const DELIMITERS: [u8; 4] = *b";,\t|";

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
    pub delimiter: u8,
}

/// Finds out the form; nothing while the beginning is too short to tell. `whole`: nothing more will come.
pub fn detect(beginning: &[u8], options: &CsvOptions, whole: bool) -> Option<Detected> {
    if !whole && beginning.len() < ENOUGH {
        return None;
    }
    let marked = Charset::from_mark(beginning);
    let charset = options.encoding.or(marked.map(|(charset, _)| charset)).unwrap_or_else(|| {
        // Always so many, however much has come: what is found out must not depend on how the file was cut on its way.
        unmarked(beginning.get(..ENOUGH).unwrap_or(beginning))
    });
    // The mark of another charset than the one that was said is text.
    let mark = marked.filter(|(marked, _)| *marked == charset).map_or(0, |(_, length)| length);
    let body = beginning.get(mark..).unwrap_or_default();
    let delimiter = match options.delimiter {
        Some(delimiter) => delimiter,
        None if matches!(charset, Charset::Utf16Le | Charset::Utf16Be) => {
            delimiter(charset.text(body).as_bytes(), whole)?
        }
        // Delimiters, quotes and line breaks are ASCII in all others.
        None => delimiter(body, whole)?,
    };
    let guess = options.encoding.is_none() && marked.is_none() && charset == Charset::Utf8;
    Some(Detected { charset, mark, guess, delimiter })
}

/// UTF-16, if every second byte is often zero and no other is; UTF-8, if all that is there is valid; windows-1251 otherwise.
fn unmarked(bytes: &[u8]) -> Charset {
    let (pairs, _) = bytes.as_chunks::<2>();
    let zeros = |upper: fn(&[u8; 2]) -> u8| pairs.iter().filter(|pair| upper(pair) == 0).count();
    // Delimiters, digits and spaces are ASCII in every file.
    match (zeros(|[first, _]| *first), zeros(|[_, second]| *second), pairs.len() >> 4) {
        (0, little, some) if little > some => return Charset::Utf16Le,
        (big, 0, some) if big > some => return Charset::Utf16Be,
        _ => {}
    }
    match core::str::from_utf8(bytes) {
        // Cut off within a character.
        Err(error) if error.error_len().is_some() => Charset::Windows1251,
        _ => Charset::Utf8,
    }
}

/// The most frequent candidate of the first record, outside quotes.
fn delimiter(bytes: &[u8], whole: bool) -> Option<u8> {
    let mut counts = [0_usize; DELIMITERS.len()];
    let (mut quoted, mut begun, mut ended) = (false, false, false);
    for byte in bytes {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted && begun => {
                ended = true;
                break;
            }
            b'\n' | b'\r' => continue,
            _ if !quoted => {
                for (count, _) in counts.iter_mut().zip(DELIMITERS).filter(|(_, candidate)| candidate == byte) {
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
