//! The detection of UTF-16 without a byte order mark.

use crate::protocol::charset::Charset;

/// Detects UTF-16 in a beginning without a byte order mark, which may end inside a character. Nearly all units are usual
/// characters, and many have a first byte that is a control character in any other charset.
#[must_use]
pub fn detect_utf_16(bytes: &[u8]) -> Option<Charset> {
    let (pairs, _) = bytes.as_chunks::<2>();
    [(Charset::Utf16Le, u16::from_le_bytes as fn([u8; 2]) -> u16), (Charset::Utf16Be, u16::from_be_bytes)]
        .into_iter()
        .find(|(_, unit)| is_text(pairs.iter().map(|pair| unit(*pair))))
        .map(|(charset, _)| charset)
}

/// Whether UTF-16 units are text of a usual kind.
fn is_text(units: impl Iterator<Item = u16>) -> bool {
    let (mut usual, mut evidence, mut all) = (0_usize, 0_usize, 0_usize);
    let mut is_after_high = false;
    for unit in units {
        let (is_high, is_low) = (matches!(unit, 0xD800..=0xDBFF), matches!(unit, 0xDC00..=0xDFFF));
        let is_pair = is_low && is_after_high;
        is_after_high = is_high;
        all = all.saturating_add(1);
        usual = usual.saturating_add((is_pair || is_high || is_usual(unit)).into());
        evidence = evidence.saturating_add((is_pair || unit < 0x0900).into());
    }
    // In ASCII, a pair of bytes is not a usual character; a control character can be one by accident.
    usual.saturating_mul(4) > all.saturating_mul(3) && evidence.saturating_mul(16) > all
}

/// ASCII, Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic and Georgian letters, punctuation, currencies, symbols, and marks.
fn is_usual(unit: u16) -> bool {
    matches!(unit, 0x09 | 0x0A | 0x0D | 0x20..=0x7E | 0xA0..=0x06FF | 0x10A0..=0x10FF | 0x2010..=0x27BF | 0xFE0F | 0xFEFF)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn utf16(text: &str, encode: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(encode).collect()
    }

    #[test]
    fn unmarked_utf_16() {
        let text = "Телефон;Текст\n79991234567;Привет\n";
        assert_eq!(detect_utf_16(&utf16(text, u16::to_le_bytes)), Some(Charset::Utf16Le));
        assert_eq!(detect_utf_16(&utf16(text, u16::to_be_bytes)), Some(Charset::Utf16Be));
        for other in [b"", text.as_bytes(), b"1;\xCF\xF0\xE8\n", b"a\0b\0\0c"] {
            assert_eq!(detect_utf_16(other), None);
        }
    }

    #[test]
    fn unmarked_utf_16_of_any_alphabet() {
        for text in [
            "Иванов",
            "телефон;текст\nИванов;Привет\n",
            "Щ",
            "😀;😀😀😀\n👍🏽;🎉\n",
            "😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
            "1;Привет 😀, «Мир» — №5 …\n",
            "қазақша;Ґанок\n",
            "ID;phone\n1;79990000001\n",
        ] {
            assert_eq!(detect_utf_16(&utf16(text, u16::to_le_bytes)), Some(Charset::Utf16Le), "{text}");
            assert_eq!(detect_utf_16(&utf16(text, u16::to_be_bytes)), Some(Charset::Utf16Be), "{text}");
        }
    }

    #[test]
    fn zeros_of_one_parity_are_not_utf_16_by_themselves() {
        for text in ["1;abc\0\n", "12;ab\0\n", "7999;abc\0\0\0;ok\n", "a;b\0;c\0d\n"] {
            let text = text.repeat(600);
            let zeros: Vec<bool> = text.bytes().enumerate().filter(|(_, b)| *b == 0).map(|(i, _)| i % 2 == 0).collect();
            assert!(!zeros.is_empty());
            assert_eq!(detect_utf_16(text.as_bytes()), None, "{:?}", &text[..9]);
        }
    }

    proptest! {
        #[test]
        fn utf_8_is_not_utf_16(text in "[a-zа-я€𝄞;\n]{0,80}", end in 0_usize..400) {
            let bytes = text.as_bytes();
            prop_assert_eq!(detect_utf_16(bytes.get(..end).unwrap_or(bytes)), None);
        }

        #[test]
        fn utf_16_with_digits_is_utf_16(text in "[а-я]{0,9};[0-9]{5,11}\n") {
            prop_assert_eq!(detect_utf_16(&utf16(&text, u16::to_le_bytes)), Some(Charset::Utf16Le));
            prop_assert_eq!(detect_utf_16(&utf16(&text, u16::to_be_bytes)), Some(Charset::Utf16Be));
        }
    }
}
