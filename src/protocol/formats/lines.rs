//! Splits the formats 0 and 1 into records. A record is usually one line, but a message can contain line breaks, and nothing
//! marks those.
//!
//! A record therefore ends with a line that ends like a record and is followed by a line that starts like one. In any other
//! reading, a message would contain both the complete end of a record and the complete start of another.

use super::malformed;
use crate::client::error::{Error, Result};

/// How a line starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineStart {
    /// Not like a record, so it continues one.
    Continuation,
    /// Like a record whose free text starts at this offset.
    Record {
        /// Offset in the line, in bytes.
        free_text: usize,
    },
    /// Like a record, but in more than one way, or like a damaged one.
    Ambiguous,
}

/// A record of one or more lines.
#[derive(Clone, Copy, Debug)]
pub struct RawRecord<'a> {
    /// The text, without the line break at its end.
    pub text: &'a str,
    /// The offset of the free text, in bytes.
    pub free_text: usize,
}

impl RawRecord<'_> {
    /// The first offset at which the fields after the free text can start: they are on the last line.
    pub fn trailing_start(&self) -> usize {
        let last_line = self.text.rfind('\n').map_or(0, |offset| offset.saturating_add(1));
        last_line.max(self.free_text)
    }
}

/// Splits a response into records.
///
/// `start_of` classifies the start of a line. `is_end` says whether a line ends like a record, with the fields after the
/// free text starting at that offset or later.
pub fn split_records(
    text: &str,
    start_of: impl Fn(&str) -> LineStart,
    is_end: impl Fn(&str, usize) -> bool,
) -> Result<Vec<RawRecord<'_>>> {
    let mut records = Vec::new();
    // The offsets of the record that is not complete yet, and of its free text.
    let mut open: Option<(usize, usize)> = None;
    let mut previous_line_is_end = true;
    let mut offset = 0_usize;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let next_offset = offset.saturating_add(line.len());
        let line = trim_line_break(line);
        let start = start_of(line);
        if open.is_none() && !matches!(start, LineStart::Record { .. }) {
            return Err(malformed("does not start like a list of this format", line));
        }
        let free_text = match start {
            LineStart::Record { free_text } if previous_line_is_end => Some(free_text),
            // Either a part of the message before it, or a record after a damaged one.
            LineStart::Record { free_text } if is_end(line, free_text) => return Err(ambiguous_line(index, line)),
            LineStart::Ambiguous if previous_line_is_end => return Err(ambiguous_line(index, line)),
            _ => None,
        };
        if let Some(free_text) = free_text {
            let complete = open.replace((offset, free_text));
            records.extend(complete.map(|(start, free_text)| raw_record(text.get(start..offset), free_text)));
        }
        previous_line_is_end = is_end(line, free_text.unwrap_or_default());
        offset = next_offset;
    }
    if let Some((start, free_text)) = open {
        let last = raw_record(text.get(start..), free_text);
        if !previous_line_is_end {
            return Err(malformed("is cut off in its last record", last.text));
        }
        records.push(last);
    }
    Ok(records)
}

fn raw_record(text: Option<&str>, free_text: usize) -> RawRecord<'_> {
    RawRecord { text: trim_line_break(text.unwrap_or_default()), free_text }
}

fn ambiguous_line(index: usize, line: &str) -> Error {
    let message = format!("can be read in more than one way at line {}", index.saturating_add(1));
    malformed(&message, line)
}

/// The error for a record that has more than one reading.
pub fn ambiguous(record: &str) -> Error {
    malformed("can be read in more than one way", record)
}

/// The line without the line break at its end.
pub fn trim_line_break(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

/// The text without the blank lines around it.
pub fn trim_blank_lines(text: &str) -> &str {
    text.trim_matches(['\r', '\n'])
}

/// Whether a text is an integer of any length: the id of a message can exceed every integer type.
pub fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
