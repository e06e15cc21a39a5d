//! From the separators of a block to the ends of fields and records.

use crate::{
    MAX_FIELDS,
    blocks::WINDOW,
    shape::{Place, Shape},
};

/// A complete record with more than [`MAX_FIELDS`] fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Oversized {
    /// The number of complete records before it in the piece.
    pub index: usize,
    /// Its number in the file, the header included.
    pub record: u64,
    /// The line on which it begins.
    pub line: u64,
}

/// Where a scan stands.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// Where in a record.
    pub place: Place,
    /// Whether the last byte was a CR.
    pub after_cr: bool,
    /// Units of text.
    pub text: usize,
    /// Ends of fields.
    pub ends: usize,
    /// Complete records of the piece.
    pub counts: usize,
    /// Units of their text.
    pub complete_text: usize,
    /// Ends of their fields.
    pub complete_ends: usize,
    /// Complete records of the file.
    pub records: u64,
    line: u64,
    /// The line on which the record under way begins.
    pub record_line: u64,
    /// The first complete record of the piece with too many fields.
    pub oversized: Option<Oversized>,
}

impl State {
    /// At the beginning of a file.
    pub fn new() -> Self {
        Self {
            place: Place::FIELD_START,
            after_cr: false,
            text: 0,
            ends: 0,
            counts: 0,
            complete_text: 0,
            complete_ends: 0,
            records: 0,
            line: 1,
            record_line: 1,
            oversized: None,
        }
    }

    /// Drops the complete records and keeps what belongs to the one under way.
    #[cold]
    pub fn forget_records(&mut self, text: &mut [u16], ends: &mut [u32]) {
        let (units, fields) = (self.complete_text, self.complete_ends);
        if text.get(units..self.text).is_some() {
            text.copy_within(units..self.text, 0);
        }
        if let Some(open) = ends.get_mut(fields..self.ends) {
            for end in open {
                *end = end.wrapping_sub(u32::try_from(units).unwrap_or_default());
            }
            ends.copy_within(fields..self.ends, 0);
        }
        self.text = self.text.wrapping_sub(units);
        self.ends = self.ends.wrapping_sub(fields);
        (self.counts, self.complete_text, self.complete_ends) = (0, 0, 0);
        self.oversized = None;
    }

    /// Takes the separators of a block, whose bytes that are to be kept follow the text so far.
    #[inline]
    pub fn take(&mut self, shape: &Shape, window: &[u8; WINDOW], keep: u64, ends: &mut [u32], counts: &mut [u32]) {
        let breaks = shape.separators & shape.breaks;
        // A line break at the beginning of a record ends none: the line is blank, or it is the LF behind a CR.
        let begins = breaks << 1 | u64::from(self.place == Place::FIELD_START && self.ends == self.complete_ends);
        let ending = shape.separators & !(breaks & begins);
        let (mut left, mut next) = (ending, self.ends);
        while left != 0 {
            // Eight at a time, whether there are so many or not: how many there are is hard to foresee.
            let Some(eight) = ends.get_mut(next..).and_then(|rest| rest.first_chunk_mut::<8>()) else { break };
            for end in eight {
                // The separators themselves are not kept.
                *end = self.end(keep & upto(left));
                left &= left.wrapping_sub(1);
            }
            next = next.wrapping_add(8);
        }
        if shape.breaks != 0 {
            self.take_breaks(shape, window, ending, ends, counts);
        } else {
            self.after_cr = false;
        }
        self.ends = self.ends.wrapping_add(ending.count_ones() as usize);
        self.place = shape.place;
    }

    /// Takes the line breaks of a block, some of which end records.
    #[inline(never)]
    fn take_breaks(&mut self, shape: &Shape, window: &[u8; WINDOW], ending: u64, ends: &[u32], counts: &mut [u32]) {
        let mut left = shape.breaks;
        // Two places behind the last CR: one behind the LF that would belong to it.
        let mut behind_pair = usize::from(self.after_cr);
        while left != 0 {
            let at = left.trailing_zeros() as usize;
            let upto = upto(left);
            let bit = left & upto;
            let byte = window.get(at);
            let behind_cr = byte == Some(&b'\n') && behind_pair == at.wrapping_add(1);
            self.line = self.line.wrapping_add(u64::from(!behind_cr));
            if byte == Some(&b'\r') {
                behind_pair = at.wrapping_add(2);
            }
            if ending & bit != 0 {
                self.end_record(ends, counts, self.ends.wrapping_add((ending & upto).count_ones() as usize));
            }
            if shape.separators & bit != 0 {
                self.record_line = self.line;
            }
            left ^= bit;
        }
        self.after_cr = behind_pair == shape.length.wrapping_add(1);
    }

    /// A character of text was written, wherever that is: one unit, and a second unless it is 0.
    #[inline]
    pub fn wrote(&mut self, second: u16) {
        self.text = self.text.wrapping_add(1).wrapping_add((second != 0).into());
        self.after_cr = false;
        if self.place != Place::QUOTED {
            self.place = Place::PLAIN;
        }
    }

    /// A field ends, and with a line break the record, unless that stands at its beginning: then the line is blank, or it is the LF
    /// behind a CR.
    pub fn separator(&mut self, is_break: bool, ends: &mut [u32], counts: &mut [u32]) {
        if !is_break {
            self.end_field(ends);
        } else if self.place != Place::FIELD_START || self.ends > self.complete_ends {
            self.end_last(ends, counts);
        }
    }

    /// Behind a line break, unless that is the LF behind a CR.
    pub fn line(&mut self, behind_cr: bool) {
        self.line = self.line.wrapping_add(u64::from(!behind_cr));
        if self.place == Place::FIELD_START {
            self.record_line = self.line;
        }
    }

    fn end(&self, kept: u64) -> u32 {
        // A piece has less text than this can count.
        #[expect(clippy::cast_possible_truncation, reason = "see above")]
        let text = self.text as u32;
        text.wrapping_add(kept.count_ones())
    }

    fn end_field(&mut self, ends: &mut [u32]) {
        if let Some(end) = ends.get_mut(self.ends) {
            *end = self.end(0);
        }
        self.ends = self.ends.wrapping_add(1);
    }

    /// The record under way ends with the field that ends here.
    pub fn end_last(&mut self, ends: &mut [u32], counts: &mut [u32]) {
        self.end_field(ends);
        self.end_record(ends, counts, self.ends);
    }

    /// A record is complete, with so many ends.
    fn end_record(&mut self, ends: &[u32], counts: &mut [u32], end: usize) {
        let fields = end.wrapping_sub(self.complete_ends);
        if let Some(count) = counts.get_mut(self.counts) {
            *count = u32::try_from(fields).unwrap_or_default();
        }
        self.records = self.records.wrapping_add(1);
        if fields > MAX_FIELDS && self.oversized.is_none() {
            self.oversized = Some(Oversized { index: self.counts, record: self.records, line: self.record_line });
        }
        self.counts = self.counts.wrapping_add(1);
        self.complete_ends = end;
        self.complete_text = ends.get(end.wrapping_sub(1)).map_or(0, |end| *end as usize);
    }
}

/// The lowest bit that is set, and those below it; all of them, where none is.
fn upto(bits: u64) -> u64 {
    bits ^ bits.wrapping_sub(1)
}

/// The bits below the lowest one that is set; all of them, where none is.
pub fn below(bits: u64) -> u64 {
    bits.wrapping_sub(1) & !bits
}
