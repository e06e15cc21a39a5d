//! From the separators of a block to the ends of fields and records.

use crate::{
    blocks::{Masks, WINDOW},
    shape::{Place, Shape},
};

/// Where a scan stands.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// Where in a record.
    pub place: Place,
    /// Whether the last byte was a CR.
    after_cr: bool,
    /// Complete fields of the record under way.
    pub fields: u32,
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
}

impl State {
    /// At the beginning of a file.
    pub fn new() -> Self {
        Self {
            place: Place::FieldStart,
            after_cr: false,
            fields: 0,
            text: 0,
            ends: 0,
            counts: 0,
            complete_text: 0,
            complete_ends: 0,
            records: 0,
            line: 1,
            record_line: 1,
        }
    }

    /// Drops the complete records and keeps what belongs to the one under way.
    pub fn forget_records(&mut self, text: &mut [u16], ends: &mut [u32]) {
        self.forget(text, ends, self.complete_text, self.complete_ends);
        self.counts = 0;
    }

    /// Drops so many units of text and so many ends at the beginning.
    pub fn forget(&mut self, text: &mut [u16], ends: &mut [u32], units: usize, fields: usize) {
        let cut = u32::try_from(units).unwrap_or(u32::MAX);
        if let Some(left) = ends.get_mut(fields..self.ends) {
            for end in left {
                *end = end.saturating_sub(cut);
            }
            ends.copy_within(fields..self.ends, 0);
        }
        if text.get(units..self.text).is_some() {
            text.copy_within(units..self.text, 0);
        }
        for (place, cut) in [
            (&mut self.text, units),
            (&mut self.complete_text, units),
            (&mut self.ends, fields),
            (&mut self.complete_ends, fields),
        ] {
            *place = place.saturating_sub(cut);
        }
    }

    /// Takes the separators of a block, of whose bytes those to be kept follow the text so far.
    #[inline]
    #[expect(clippy::too_many_arguments, reason = "a part of one loop, set apart to be read")]
    pub fn take(
        &mut self,
        shape: &Shape,
        masks: &Masks,
        window: &[u8; WINDOW],
        keep: u64,
        delimiter: u8,
        ends: &mut [u32],
        counts: &mut [u32],
        valid: u64,
    ) {
        let mut events = masks.events & valid;
        while events != 0 {
            let place = events.trailing_zeros();
            let before = (1_u64 << place).wrapping_sub(1);
            let bit = 1_u64 << place;
            events &= events.wrapping_sub(1);
            let byte = window.get(place as usize).copied().unwrap_or_default();
            let end = self.text.wrapping_add((keep & before).count_ones() as usize);
            if byte == delimiter {
                if shape.separators & bit != 0 {
                    self.end_field(ends, end);
                }
                continue;
            }
            let after_cr =
                place.checked_sub(1).map_or(self.after_cr, |before| window.get(before as usize) == Some(&b'\r'));
            // A CR and an LF are one line break.
            let second = byte == b'\n' && after_cr;
            self.line = self.line.wrapping_add(u64::from(!second));
            if shape.separators & bit == 0 {
                continue;
            }
            let blank = self.fields == 0 && shape.starts & bit != 0;
            if !blank {
                self.end_field(ends, end);
                self.end_record(counts, end);
            }
            self.record_line = self.line;
        }
        let last = valid.count_ones().wrapping_sub(1);
        self.after_cr = window.get(last as usize) == Some(&b'\r');
        self.place = shape.place;
    }

    #[inline]
    pub fn end_field(&mut self, ends: &mut [u32], end: usize) {
        if let (Some(slot), Ok(end)) = (ends.get_mut(self.ends), u32::try_from(end)) {
            *slot = end;
        }
        self.ends = self.ends.wrapping_add(1);
        self.fields = self.fields.wrapping_add(1);
    }

    #[inline]
    pub fn end_record(&mut self, counts: &mut [u32], end: usize) {
        if let Some(slot) = counts.get_mut(self.counts) {
            *slot = self.fields;
        }
        self.counts = self.counts.wrapping_add(1);
        self.records = self.records.wrapping_add(1);
        self.fields = 0;
        (self.complete_text, self.complete_ends) = (end, self.ends);
    }
}
