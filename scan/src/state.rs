//! State of a scan: it turns the separators of a block into the ends of fields and records.

use crate::{
    MAX_FIELDS,
    blocks::WINDOW_LEN,
    separators::{FieldState, Separators},
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

/// State of a scan. The ends of fields and the numbers of fields are in slices of the caller.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// State within the incomplete record.
    pub field: FieldState,
    /// Whether the last byte was a CR.
    pub is_after_cr: bool,
    /// Length of the text, in UTF-16 units.
    pub text_len: usize,
    /// Number of complete fields.
    pub field_count: usize,
    /// Number of complete records in the piece.
    pub record_count: usize,
    /// Length of the complete records' text, in UTF-16 units.
    pub complete_text_len: usize,
    /// Number of fields in the complete records.
    pub complete_field_count: usize,
    /// Number of complete records in the file.
    pub total_records: u64,
    line: u64,
    /// The line on which the incomplete record begins.
    pub record_line: u64,
    /// The first complete record of the piece with too many fields.
    pub oversized: Option<Oversized>,
}

impl State {
    /// State at the beginning of a file.
    pub fn new() -> Self {
        Self {
            field: FieldState::START,
            is_after_cr: false,
            text_len: 0,
            field_count: 0,
            record_count: 0,
            complete_text_len: 0,
            complete_field_count: 0,
            total_records: 0,
            line: 1,
            record_line: 1,
            oversized: None,
        }
    }

    /// Removes the complete records. The text and the fields of the incomplete record move to the beginning.
    #[cold]
    pub fn remove_complete_records(&mut self, text: &mut [u16], ends: &mut [u32]) {
        let (units, fields) = (self.complete_text_len, self.complete_field_count);
        if text.get(units..self.text_len).is_some() {
            text.copy_within(units..self.text_len, 0);
        }
        if let Some(incomplete) = ends.get_mut(fields..self.field_count) {
            for end in incomplete {
                *end = end.wrapping_sub(u32::try_from(units).unwrap_or_default());
            }
            ends.copy_within(fields..self.field_count, 0);
        }
        self.text_len = self.text_len.wrapping_sub(units);
        self.field_count = self.field_count.wrapping_sub(fields);
        (self.record_count, self.complete_text_len, self.complete_field_count) = (0, 0, 0);
        self.oversized = None;
    }

    /// Adds the separators of a block. The caller appends the `kept` bytes to the text afterwards.
    #[inline]
    pub fn add_block(
        &mut self,
        separators: &Separators,
        window: &[u8; WINDOW_LEN],
        kept: u64,
        ends: &mut [u32],
        counts: &mut [u32],
    ) {
        let text_len = self.end_after(0);
        // The separators themselves are not kept.
        let end = |remaining| text_len.wrapping_add((kept & through_lowest(remaining)).count_ones());
        self.add_ends::<8>(separators, window, ends, counts, end);
    }

    /// Adds the separators of a block all of whose bytes are kept.
    #[inline]
    pub fn locate_block(
        &mut self,
        separators: &Separators,
        window: &[u8; WINDOW_LEN],
        ends: &mut [u32],
        counts: &mut [u32],
    ) {
        let first_end = self.end_after(1);
        self.add_ends::<4>(separators, window, ends, counts, |remaining: u64| {
            first_end.wrapping_add(remaining.trailing_zeros())
        });
    }

    /// Adds the separators of a block. `end` returns the end of the field before the lowest of some separators. `STEP` ends are always
    /// written at once, even if fewer remain: the number is hard to predict for the processor.
    #[inline]
    fn add_ends<const STEP: usize>(
        &mut self,
        separators: &Separators,
        window: &[u8; WINDOW_LEN],
        ends: &mut [u32],
        counts: &mut [u32],
        end: impl Fn(u64) -> u32,
    ) {
        let breaks = separators.unquoted & separators.line_breaks;
        // A line break at the start of a record does not end a field: the line is blank, or the break is the LF of a CRLF.
        let is_record_start = self.field == FieldState::START && self.field_count == self.complete_field_count;
        let record_starts = breaks << 1 | u64::from(is_record_start);
        let field_ends = separators.unquoted & !(breaks & record_starts);
        let (mut remaining, mut next) = (field_ends, self.field_count);
        while remaining != 0 {
            let Some(slots) = ends.get_mut(next..).and_then(|rest| rest.first_chunk_mut::<STEP>()) else { break };
            for slot in slots {
                *slot = end(remaining);
                remaining &= remaining.wrapping_sub(1);
            }
            next = next.wrapping_add(STEP);
        }
        if separators.line_breaks != 0 {
            self.add_line_breaks(separators, window, field_ends, ends, counts);
        } else {
            self.is_after_cr = false;
        }
        self.field_count = self.field_count.wrapping_add(field_ends.count_ones() as usize);
        self.field = separators.end_state;
    }

    /// Adds the line breaks of a block: it counts the lines and ends the records.
    #[inline(never)]
    fn add_line_breaks(
        &mut self,
        separators: &Separators,
        window: &[u8; WINDOW_LEN],
        field_ends: u64,
        ends: &[u32],
        counts: &mut [u32],
    ) {
        let mut remaining = separators.line_breaks;
        // The index after a CRLF whose CR is the last one: two after the CR.
        let mut crlf_end = usize::from(self.is_after_cr);
        while remaining != 0 {
            let index = remaining.trailing_zeros() as usize;
            let through = through_lowest(remaining);
            let bit = remaining & through;
            let byte = window.get(index);
            let is_lf_of_crlf = byte == Some(&b'\n') && crlf_end == index.wrapping_add(1);
            self.line = self.line.wrapping_add(u64::from(!is_lf_of_crlf));
            if byte == Some(&b'\r') {
                crlf_end = index.wrapping_add(2);
            }
            if field_ends & bit != 0 {
                self.end_record(
                    ends,
                    counts,
                    self.field_count.wrapping_add((field_ends & through).count_ones() as usize),
                );
            }
            if separators.unquoted & bit != 0 {
                self.record_line = self.line;
            }
            remaining ^= bit;
        }
        self.is_after_cr = crlf_end == separators.length.wrapping_add(1);
    }

    /// Adds a character that the caller wrote to the text: one unit, and a second unless it is 0.
    #[inline]
    pub fn add_character(&mut self, second: u16) {
        self.text_len = self.text_len.wrapping_add(1).wrapping_add((second != 0).into());
        self.is_after_cr = false;
        if self.field != FieldState::QUOTED {
            self.field = FieldState::UNQUOTED;
        }
    }

    /// Adds a separator. A delimiter ends the field, and a line break ends the record too. A line break at the start of a record
    /// ends neither: the line is blank, or the break is the LF of a CRLF.
    pub fn add_separator(&mut self, is_line_break: bool, ends: &mut [u32], counts: &mut [u32]) {
        if !is_line_break {
            self.end_field(ends);
        } else if self.field != FieldState::START || self.field_count > self.complete_field_count {
            self.end_last_field(ends, counts);
        }
    }

    /// Counts a line after its line break. The LF of a CRLF does not begin another line.
    pub fn add_line(&mut self, is_lf_of_crlf: bool) {
        self.line = self.line.wrapping_add(u64::from(!is_lf_of_crlf));
        if self.field == FieldState::START {
            self.record_line = self.line;
        }
    }

    /// The end of a field after the `kept` bytes of a block.
    fn end_after(&self, kept: u64) -> u32 {
        #[expect(clippy::cast_possible_truncation, reason = "the text of a piece has less than 2^32 units")]
        let text_len = self.text_len as u32;
        text_len.wrapping_add(kept.count_ones())
    }

    fn end_field(&mut self, ends: &mut [u32]) {
        if let Some(end) = ends.get_mut(self.field_count) {
            *end = self.end_after(0);
        }
        self.field_count = self.field_count.wrapping_add(1);
    }

    /// Ends the field and its record.
    pub fn end_last_field(&mut self, ends: &mut [u32], counts: &mut [u32]) {
        self.end_field(ends);
        self.end_record(ends, counts, self.field_count);
    }

    /// Ends the record. `field_count` includes the fields of the records before it.
    fn end_record(&mut self, ends: &[u32], counts: &mut [u32], field_count: usize) {
        let fields = field_count.wrapping_sub(self.complete_field_count);
        if let Some(count) = counts.get_mut(self.record_count) {
            *count = u32::try_from(fields).unwrap_or_default();
        }
        self.total_records = self.total_records.wrapping_add(1);
        if fields > MAX_FIELDS && self.oversized.is_none() {
            self.oversized =
                Some(Oversized { index: self.record_count, record: self.total_records, line: self.record_line });
        }
        self.record_count = self.record_count.wrapping_add(1);
        self.complete_field_count = field_count;
        self.complete_text_len = ends.get(field_count.wrapping_sub(1)).map_or(0, |end| *end as usize);
    }
}

/// Mask of the bits up to and including the lowest one that is set; all bits for 0.
fn through_lowest(bits: u64) -> u64 {
    bits ^ bits.wrapping_sub(1)
}

/// Mask of the bits below the lowest one that is set; all bits for 0.
pub fn below_lowest(bits: u64) -> u64 {
    bits.wrapping_sub(1) & !bits
}
