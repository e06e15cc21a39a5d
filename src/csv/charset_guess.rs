//! The decision between UTF-8 and windows-1251 while a file is scanned.
//!
//! A file often begins with ASCII, so the decision is made when the first bytes beyond ASCII come, by the proportion of valid
//! UTF-8 sequences in a window. A few sequences decide only about their window, and count for the next one too. Windows do not
//! depend on the pieces in which the file arrives.

use crate::protocol::charset::CharsetEvidence;

/// The length of a window, from its first byte beyond ASCII on.
pub const WINDOW_BYTES: usize = 4096;

/// So many sequences beyond ASCII make the decision final.
const SUFFICIENT_SEQUENCES: usize = 64;

/// A decision that later bytes may change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CharsetGuess(CharsetEvidence);

/// A window in some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first byte beyond ASCII.
    pub start: usize,
    /// The end of the window.
    pub end: usize,
    /// Whether more bytes are needed first.
    pub is_incomplete: bool,
}

impl CharsetGuess {
    /// The next window of these bytes, whose sequences it counts. `None` if all bytes are ASCII. `is_last`: the file ends with
    /// these bytes, so that a shorter window is enough.
    pub fn window(&mut self, bytes: &[u8], is_last: bool) -> Option<Window> {
        let start = bytes.iter().position(|byte| !byte.is_ascii())?;
        let end = start.saturating_add(WINDOW_BYTES).min(bytes.len());
        let is_incomplete = !is_last && end.saturating_sub(start) < WINDOW_BYTES;
        if !is_incomplete {
            self.0.add(bytes.get(start..end).unwrap_or_default(), is_last && end == bytes.len());
        }
        Some(Window { start, end, is_incomplete })
    }

    /// Whether the bytes so far are UTF-8, and not windows-1251.
    #[must_use]
    pub fn is_utf_8(self) -> bool {
        self.0.is_utf_8()
    }

    /// Whether the decision is final.
    #[must_use]
    pub fn is_certain(self) -> bool {
        self.0.sequences() >= SUFFICIENT_SEQUENCES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_begins_with_the_first_byte_beyond_ascii() {
        let mut guess = CharsetGuess::default();
        assert_eq!(guess.window(b"ascii", true), None);
        let incomplete = Window { start: 2, end: 4, is_incomplete: true };
        assert_eq!(guess.window(b"1;\xCF\xF0", false), Some(incomplete));
        assert!(guess.is_utf_8());
        assert_eq!(guess.window(b"1;\xCF\xF0", true), Some(Window { is_incomplete: false, ..incomplete }));
        assert!(!guess.is_utf_8());
        let long = [b"1;\xD0\xBF", vec![b'a'; WINDOW_BYTES].as_slice()].concat();
        let window = Window { start: 2, end: 2 + WINDOW_BYTES, is_incomplete: false };
        assert_eq!(guess.window(&long, false), Some(window));
    }

    #[test]
    fn many_sequences_are_certain() {
        let mut guess = CharsetGuess::default();
        guess.window(&"я".repeat(SUFFICIENT_SEQUENCES - 1).into_bytes(), true);
        assert!(guess.is_utf_8() && !guess.is_certain());
        guess.window("я".as_bytes(), true);
        assert!(guess.is_utf_8() && guess.is_certain());
    }
}
