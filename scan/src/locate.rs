//! Location of the fields of a file, without decoding them: the separators are found as for a scan, and the bytes stay where they
//! are. The ends of fields count bytes, and include the separator after the field.

use crate::{
    BLOCK_LEN, PADDING, Scan,
    blocks::WINDOW_LEN,
    ensure_len,
    separators::{FieldState, Separators},
};

impl Scan {
    /// Locates the fields of the next part, which follows the bytes of the incomplete record and of the parts before. [`PADDING`]
    /// bytes must follow it. The charset does not matter: separators and quotes are ASCII.
    #[cold]
    pub fn locate_part(&mut self, padded: &[u8]) {
        let length = padded.len().saturating_sub(PADDING);
        ensure_len(&mut self.ends, self.state.field_count.saturating_add(length).saturating_add(BLOCK_LEN));
        ensure_len(&mut self.counts, self.state.record_count.saturating_add(length).saturating_add(1));
        self.locate_all(padded, length);
    }

    /// Ends the file and its last record. Returns `false` if a quote is not closed.
    #[cold]
    pub fn finish_location(&mut self) -> bool {
        // As if a separator followed: the ends include it.
        self.state.text_len = self.state.text_len.wrapping_add(1);
        self.finish()
    }

    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn locate_all(&mut self, padded: &[u8], length: usize) {
        let mut position = 0_usize;
        while position < length {
            let mut end = length;
            if !self.is_scalar {
                position = self.locate_blocks(padded, position);
                end = length.min(position.saturating_add(BLOCK_LEN));
            }
            self.locate_bytes(padded.get(position..end).unwrap_or_default());
            position = end;
        }
    }

    /// Locates the fields of blocks up to one that requires [`Self::locate_bytes`]. Returns the position of that block.
    #[inline]
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn locate_blocks(&mut self, padded: &[u8], mut position: usize) -> usize {
        let state = &mut self.state;
        // The last bytes are shorter than a window.
        while let Some(window) = padded.get(position..).and_then(|rest| rest.first_chunk::<WINDOW_LEN>()) {
            let masks = self.decoder.syntax_masks(window, self.delimiter);
            let Some(separators) = Separators::find(&masks, !0, state.field) else { break };
            state.locate_block(&separators, window, &mut self.ends, &mut self.counts);
            state.text_len = state.text_len.wrapping_add(BLOCK_LEN);
            position = position.wrapping_add(BLOCK_LEN);
        }
        position
    }

    #[inline(never)]
    fn locate_bytes(&mut self, bytes: &[u8]) {
        let state = &mut self.state;
        for byte in bytes.iter().copied() {
            let is_line_break = matches!(byte, b'\n' | b'\r');
            let is_lf_of_crlf = byte == b'\n' && state.is_after_cr;
            state.text_len = state.text_len.wrapping_add(1);
            if (is_line_break || byte == self.delimiter) && state.field != FieldState::QUOTED {
                state.add_separator(is_line_break, &mut self.ends, &mut self.counts);
                state.field = FieldState::START;
            } else {
                state.field = state.field.after(byte);
            }
            if is_line_break {
                state.add_line(is_lf_of_crlf);
            }
            state.is_after_cr = byte == b'\r';
        }
    }
}

/// The text of a located field: without its quotes, and with one quote for each escaped pair. The text is a part of the field, or it
/// is written to `scratch`.
#[inline]
pub fn unquote<'a>(field: &'a [u8], scratch: &'a mut Vec<u8>) -> &'a [u8] {
    plain_text(field).unwrap_or_else(|| {
        unescape(field.get(1..).unwrap_or_default(), scratch);
        scratch
    })
}

/// The text of a located field that is a part of it: of one without quotes, or with quotes around it only.
#[inline]
pub fn plain_text(field: &[u8]) -> Option<&[u8]> {
    let [b'"', rest @ ..] = field else { return Some(field) };
    match rest.split_last() {
        Some((b'"', text)) if !text.contains(&b'"') => Some(text),
        _ => None,
    }
}

/// Writes the text of a quoted field after its first quote. A quote in an unexpected place is text, as for a scan.
#[cold]
#[inline(never)]
fn unescape(rest: &[u8], text: &mut Vec<u8>) {
    text.clear();
    let mut state = FieldState::QUOTED;
    for byte in rest.iter().copied() {
        // A quote that ends the quoted text is not part of it.
        if byte != b'"' || state != FieldState::QUOTED {
            text.push(byte);
        }
        state = state.after(byte);
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The records of a file that is located in two parts.
    fn located(bytes: &[u8], split: usize, is_scalar: bool) -> (bool, Vec<Vec<Vec<u8>>>) {
        let mut scan = Scan::new(b';', false);
        scan.is_scalar = is_scalar;
        let (first, rest) = bytes.split_at(split.min(bytes.len()));
        for part in [first, rest] {
            scan.locate_part(&[part, &[0; PADDING]].concat());
        }
        let is_complete = scan.finish_location();
        let (mut ends, mut start, mut scratch) = (scan.ends().iter(), 0, Vec::new());
        let mut field = |is_first: bool| {
            let end = *ends.next().unwrap() as usize;
            let mut bytes = &bytes[start..end - 1];
            while let ([b'\r' | b'\n', rest @ ..], true) = (bytes, is_first) {
                bytes = rest;
            }
            start = end;
            unquote(bytes, &mut scratch).to_vec()
        };
        let records = scan.counts().iter().map(|count| (0..*count).map(|index| field(index == 0)).collect());
        (is_complete, records.collect())
    }

    /// The same records by a scan, which decodes the fields.
    fn scanned(bytes: &[u8]) -> (bool, Vec<Vec<Vec<u8>>>) {
        let mut scan = Scan::new(b';', false);
        scan.scan_part(&[bytes, &[0; PADDING]].concat()).unwrap();
        let is_complete = scan.finish();
        let (mut ends, mut start) = (scan.ends().iter(), 0);
        let mut field = || {
            let end = *ends.next().unwrap() as usize;
            let text = String::from_utf16(&scan.text()[start..end]).unwrap();
            start = end;
            text.into_bytes()
        };
        (is_complete, scan.counts().iter().map(|count| (0..*count).map(|_| field()).collect()).collect())
    }

    proptest! {
        #[test]
        fn located_fields_are_those_of_a_scan(
            text in r#"([a-z;"]|[а-я]|\r|\n|\r\n|"[а-я;\r\n]{0,9}";|;"a""b"|;"a"b"c|[a-zа-я]{20,90}){0,60}"#,
            split in 0..300_usize,
        ) {
            for is_scalar in [false, true] {
                prop_assert_eq!(located(text.as_bytes(), split, is_scalar), scanned(text.as_bytes()));
            }
        }
    }
}
