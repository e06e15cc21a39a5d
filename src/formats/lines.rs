//! Which lines of the formats 0 and 1 are a record. Usually one is; but a message can hold line breaks, which nothing marks.
//!
//! A record ends with a line whose end is that of a record and behind which a line begins like one. Any other reading would
//! have to take a whole end and a whole beginning for a part of a message.

use super::unreadable;
use crate::{
    error::{Error, Result},
    text::decimal,
};

/// How a line begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Not like a record.
    No,
    /// Like a record, whose free text begins there.
    At(usize),
    /// Like a record, in more than one way, or as one that is broken.
    Unclear,
}

/// Splits a reply into records, each with the byte where its free text begins.
///
/// `begins` says how a line begins, and `ends` whether it ends like a record, looking no further back than a byte.
pub fn records(
    text: &str,
    begins: impl Fn(&str) -> Start,
    ends: impl Fn(&str, usize) -> bool,
) -> Result<Vec<(&str, usize)>> {
    let mut records = Vec::new();
    // The record under way: where it and its free text begin; and whether the line before ended like a record.
    let mut open = None;
    let mut ended = true;
    let mut from = 0_usize;
    for (place, line) in text.split_inclusive('\n').enumerate() {
        let to = from.saturating_add(line.len());
        let line = unbroken(line);
        let number = || decimal(u64::try_from(place.saturating_add(1)).unwrap_or_default());
        let unclear = || unreadable(&["can be read in more than one way at line ", &number()], line);
        let start = begins(line);
        if open.is_none() && !matches!(start, Start::At(_)) {
            return Err(unreadable(&["does not begin like a list of this format"], line));
        }
        let begun = match start {
            Start::At(at) if ended => Some(at),
            // It may be a part of the message before it, or a record behind one that is broken.
            Start::At(at) if ends(line, at) => return Err(unclear()),
            Start::Unclear if ended => return Err(unclear()),
            _ => None,
        };
        if let Some(at) = begun {
            let whole = open.replace((from, at));
            records.extend(whole.map(|(start, at)| (unbroken(text.get(start..from).unwrap_or_default()), at)));
        }
        ended = ends(line, begun.unwrap_or_default());
        from = to;
    }
    match open {
        Some((start, at)) if ended => records.push((unbroken(text.get(start..).unwrap_or_default()), at)),
        Some((start, _)) => {
            return Err(unreadable(&["breaks off in its last record"], text.get(start..).unwrap_or_default()));
        }
        None => {}
    }
    Ok(records)
}

/// The error for a record that is none after all.
pub fn unclear(record: &str) -> Error {
    unreadable(&["can be read in more than one way"], record)
}

/// Without the line break at its end.
pub fn unbroken(line: &str) -> &str {
    let line = line.strip_suffix("\n").unwrap_or(line);
    line.strip_suffix("\r").unwrap_or(line)
}

/// Without the blank lines around it.
pub fn body(text: &str) -> &str {
    text.trim_matches(['\r', '\n'])
}

/// Whether a text is a whole number, of any length: the id of a message can be longer than any number here.
pub fn is_digits(text: &str) -> bool {
    let digits = text.strip_prefix("-").unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
