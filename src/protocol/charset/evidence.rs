//! The decision between UTF-8 and windows-1251.

/// Whether a text is UTF-8 or windows-1251, by the proportion of its valid UTF-8 sequences.
///
/// In windows-1251, some pairs of letters are valid UTF-8 ("Ві", "Рё"), but most are not. In UTF-8, a few bytes can be broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CharsetEvidence {
    /// Valid characters beyond ASCII.
    valid: usize,
    /// Those of them that are usual text in windows-1251 too.
    ambiguous: usize,
    /// Sequences that are not valid.
    invalid: usize,
}

/// Whether the byte often follows a capital letter in windows-1251: `Ё ё І і Ї ї Є є Ґ ґ Ў ў Ј … ’ ” »` and the no-break space.
fn often_follows_a_capital(byte: u8) -> bool {
    matches!(byte, 0x85 | 0x92 | 0x94 | 0xA0..=0xA3 | 0xA5 | 0xA8 | 0xAA | 0xAF | 0xB2..=0xB4 | 0xB8 | 0xBA | 0xBB | 0xBF)
}

impl CharsetEvidence {
    /// Counts the sequences of a part of the text. A character that its end cuts off does not count, unless the text
    /// `is_complete`.
    pub fn add(&mut self, bytes: &[u8], is_complete: bool) {
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            let valid = chunk.valid().as_bytes();
            let following = valid.iter().skip(1).chain([&0]);
            for (first, second) in valid.iter().zip(following).filter(|(first, _)| **first >= 0xC0) {
                self.valid = self.valid.saturating_add(1);
                let is_ambiguous = *first < 0xE0 && often_follows_a_capital(*second);
                self.ambiguous = self.ambiguous.saturating_add(is_ambiguous.into());
            }
            let is_cut_off = chunks.peek().is_none()
                && std::str::from_utf8(chunk.invalid()).err().is_none_or(|error| error.error_len().is_none());
            if !is_cut_off || (is_complete && !chunk.invalid().is_empty()) {
                self.invalid = self.invalid.saturating_add(1);
            }
        }
    }

    /// The number of sequences beyond ASCII, valid or not.
    #[must_use]
    pub fn sequences(self) -> usize {
        self.valid.saturating_add(self.invalid)
    }

    /// Whether the text is UTF-8, as far as it is known: it is, unless more sequences are invalid than valid. An ambiguous one
    /// counts half.
    #[must_use]
    pub fn is_utf_8(self) -> bool {
        self.invalid.saturating_mul(2) <= self.valid.saturating_mul(2).saturating_sub(self.ambiguous)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::charset::to_windows_1251;

    #[test]
    fn evidence_is_the_proportion_of_valid_sequences() {
        let is_utf_8 = |bytes: &[u8]| {
            let mut evidence = CharsetEvidence::default();
            evidence.add(bytes, true);
            evidence.is_utf_8()
        };
        for word in ["Вітаємо", "Рівне", "Рёбра", "МІЙ", "РІЙ", "ВІДДІЛЕННЯ", "ООО «СМС»", "привет", "№ 5"]
        {
            assert!(is_utf_8(word.as_bytes()), "{word}");
            assert!(!is_utf_8(&to_windows_1251(word).unwrap()), "{word} in windows-1251");
        }
        assert!(is_utf_8(b"ascii"));
        assert!(is_utf_8("а\u{a0}п".as_bytes()));
        // One broken byte, a character that is cut off at the end, or at the beginning.
        assert!(is_utf_8(&[b"\xFF", "Привет".as_bytes()].concat()));
        assert!(is_utf_8(&"Привет".as_bytes()[..11]));
        assert!(is_utf_8(&"Привет".as_bytes()[1..]));
        let mut evidence = CharsetEvidence::default();
        evidence.add(&"П".as_bytes()[..1], false);
        assert_eq!((evidence.sequences(), evidence.is_utf_8()), (0, true));
    }

    #[test]
    fn evidence_adds_up() {
        let mut evidence = CharsetEvidence::default();
        for part in ["Пр".as_bytes(), b"\xFF", b"ok"] {
            evidence.add(part, false);
        }
        assert_eq!((evidence.sequences(), evidence.is_utf_8()), (3, true));
        evidence.add(b"\xFF\xFF", false);
        assert_eq!((evidence.sequences(), evidence.is_utf_8()), (5, false));
    }
}
