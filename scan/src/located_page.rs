//! Values of a page that was located: parts of the page, decoded one by one.

use crate::{
    ESCAPED, HEADER_SLOTS, PageDecoder,
    json::{push_integer, push_json_string},
    page::field_slot,
};

/// A value of a message in a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LocatedValue<'a> {
    /// An integer that a float holds exactly.
    Integer(f64),
    /// The digits of a larger integer.
    Digits(&'a [u8]),
    /// A text without escapes.
    Text(&'a [u8]),
    /// A text with escapes, for [`unescape_json`].
    Escaped(&'a [u8]),
}

/// The upper bits of the slot of a long integer. In a float they are those of no number.
const LONG_INTEGER: u64 = 0xFFF9 << 48;

/// The slot of an integer with more than 15 digits: its start in the lower half, and its length.
pub fn long_integer_slot(start: usize, end: usize) -> Option<u64> {
    let length = u16::try_from(end.checked_sub(start)?).ok()?;
    Some(LONG_INTEGER | u64::from(length) << 32 | start as u64)
}

/// The largest integer up to which floats, and so JavaScript's numbers, are exact.
pub const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

impl PageDecoder {
    /// The number of slots of a message.
    fn slots_per_message(&self) -> usize {
        HEADER_SLOTS.saturating_add(self.field_count())
    }

    /// The number of located messages.
    #[must_use]
    pub fn message_count(&self) -> usize {
        self.slots().len().checked_div(self.slots_per_message()).unwrap_or_default()
    }

    /// The value of a field of a located message, by their indexes.
    #[must_use]
    #[inline]
    pub fn value(&self, message: usize, field: usize) -> Option<LocatedValue<'_>> {
        self.slot_value(self.message_slots(message)?, field)
    }

    #[inline]
    fn message_slots(&self, message: usize) -> Option<&[u64]> {
        let start = message.checked_mul(self.slots_per_message())?;
        self.slots().get(start..)?.get(..self.slots_per_message())
    }

    /// The value of a field of the message with those slots.
    #[inline]
    fn slot_value(&self, slots: &[u64], field: usize) -> Option<LocatedValue<'_>> {
        let slot = field_slot(slots, field)?;
        if self.is_integer(field)? {
            if slot & LONG_INTEGER != LONG_INTEGER {
                return Some(LocatedValue::Integer(f64::from_bits(slot)));
            }
            let digits = self.part(low_half(slot), low_half(slot).checked_add(low_half(slot >> 32) & 0xFFFF)?)?;
            return Some(safe_integer(digits).map_or(LocatedValue::Digits(digits), LocatedValue::Integer));
        }
        let text = self.part(low_half(slot), low_half((slot & !ESCAPED) >> 32))?;
        Some(if slot & ESCAPED == 0 { LocatedValue::Text(text) } else { LocatedValue::Escaped(text) })
    }

    /// Appends a located message as a JSON object; `keys` are those of its fields, with their colons. Returns `None`, and has appended a
    /// part of it, if JavaScript's numbers round an integer of it.
    pub fn push_json_object(
        &self,
        message: usize,
        keys: &[Vec<u8>],
        json: &mut Vec<u8>,
        scratch: &mut Vec<u8>,
    ) -> Option<()> {
        let slots = self.message_slots(message)?;
        let mut separator = b'{';
        for (field, key) in keys.iter().enumerate() {
            let Some(value) = self.slot_value(slots, field) else { continue };
            json.push(core::mem::replace(&mut separator, b','));
            json.extend_from_slice(key);
            match value {
                LocatedValue::Integer(number) => push_integer(json, number),
                LocatedValue::Text(text) => {
                    // A text without escapes has the same form.
                    json.push(b'"');
                    json.extend_from_slice(text);
                    json.push(b'"');
                }
                LocatedValue::Escaped(text) => {
                    unescape_json(text, scratch);
                    push_json_string(json, scratch);
                }
                LocatedValue::Digits(_) => return None,
            }
        }
        if separator == b'{' {
            json.push(separator);
        }
        json.push(b'}');
        Some(())
    }

    fn part(&self, start: usize, end: usize) -> Option<&[u8]> {
        self.bytes().get(start..end)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half")]
fn low_half(slot: u64) -> usize {
    slot as u32 as usize
}

/// The integer with these digits, if a float holds it exactly.
fn safe_integer(digits: &[u8]) -> Option<f64> {
    let (is_negative, digits) = digits.strip_prefix(b"-").map_or((false, digits), |digits| (true, digits));
    let number = digits.iter().try_fold(0_u64, |number, digit| {
        number.checked_mul(10)?.checked_add(u64::from(digit & 0xF)).filter(|number| *number <= MAX_SAFE_INTEGER)
    })?;
    #[expect(clippy::cast_precision_loss, reason = "it is at most 2^53")]
    let number = number as f64;
    Some(if is_negative { -number } else { number })
}

/// The length of the escape with which the bytes begin; of two if they are the halves of a surrogate pair.
#[cold]
pub fn escape_len(bytes: &[u8]) -> Option<usize> {
    match bytes.get(1)? {
        b'"' | b'\\' | b'/' | b'n' | b'r' | b't' | b'b' | b'f' => Some(2),
        b'u' => unicode_escape(bytes).map(|(_, length)| length),
        _ => None,
    }
}

/// The character of the `\u` escape, or the two of a surrogate pair, with which the bytes begin; and their length.
fn unicode_escape(bytes: &[u8]) -> Option<(char, usize)> {
    let unit = |start: usize| {
        let [b'\\', b'u', digits @ ..] = bytes.get(start..start.checked_add(6)?)? else { return None };
        digits.iter().try_fold(0_u32, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
    };
    let first = unit(0)?;
    if let Some(character) = char::from_u32(first) {
        return Some((character, 6));
    }
    let second = unit(6).filter(|second| first < 0xDC00 && second & 0xFC00 == 0xDC00)?;
    let code = ((first & 0x3FF) << 10 | second & 0x3FF).wrapping_add(0x1_0000);
    Some((char::from_u32(code)?, 12))
}

/// Replaces the escapes of a located text.
pub fn unescape_json(text: &[u8], unescaped: &mut Vec<u8>) {
    unescaped.clear();
    let mut rest = text;
    while let Some(index) = rest.iter().position(|byte| *byte == b'\\') {
        let (plain, escape) = rest.split_at_checked(index).unwrap_or_default();
        unescaped.extend_from_slice(plain);
        let length = push_unescaped(escape, unescaped);
        rest = escape.get(length..).unwrap_or_default();
    }
    unescaped.extend_from_slice(rest);
}

/// Appends the character of an escape. Returns its length.
fn push_unescaped(escape: &[u8], unescaped: &mut Vec<u8>) -> usize {
    let byte = match escape.get(1) {
        Some(b'u') => {
            let Some((character, length)) = unicode_escape(escape) else { return escape.len() };
            unescaped.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            return length;
        }
        Some(b'n') => b'\n',
        Some(b'r') => b'\r',
        Some(b't') => b'\t',
        Some(b'b') => b'\x08',
        Some(b'f') => b'\x0C',
        Some(byte) => *byte,
        None => return escape.len(),
    };
    unescaped.push(byte);
    2
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::Field;

    const FIELDS: [Field<'static>; 2] =
        [Field { key: "text", is_integer: false }, Field { key: "number", is_integer: true }];

    fn located(page: &str) -> Option<PageDecoder> {
        let mut decoder = PageDecoder::new(&FIELDS);
        decoder.buffer(page.len()).copy_from_slice(page.as_bytes());
        decoder.locate().then_some(decoder)
    }

    #[test]
    fn values_are_parts_of_the_page() {
        let page = r#"[{"text":"Привет, мир, и ещё много слов","number":-5},{"number":"7","text":12.50},
            {"text":"a\n\u0416\ud834\udd1E\/"},{"text":null,"number":9007199254740991},{"number":-9007199254740992}]"#;
        let decoder = located(page).unwrap();
        assert_eq!(decoder.message_count(), 5);
        let text = "Привет, мир, и ещё много слов".as_bytes();
        assert_eq!(decoder.value(0, 0), Some(LocatedValue::Text(text)));
        assert_eq!(decoder.value(0, 1), Some(LocatedValue::Integer(-5.0)));
        assert_eq!(decoder.value(1, 0), Some(LocatedValue::Text(b"12.50")));
        assert_eq!(decoder.value(1, 1), Some(LocatedValue::Integer(7.0)));
        let Some(LocatedValue::Escaped(escaped)) = decoder.value(2, 0) else { panic!("no escapes") };
        let mut unescaped = Vec::new();
        unescape_json(escaped, &mut unescaped);
        assert_eq!(String::from_utf8(unescaped).unwrap(), "a\nЖ𝄞/");
        assert_eq!(decoder.value(2, 1), None);
        assert_eq!(decoder.value(3, 0), None);
        assert_eq!(decoder.value(3, 1), Some(LocatedValue::Integer(9_007_199_254_740_991.0)));
        assert_eq!(decoder.value(4, 1), Some(LocatedValue::Digits(b"-9007199254740992")));
        assert_eq!(decoder.value(5, 1), None);
    }

    #[test]
    fn messages_are_objects_of_json() {
        let page = r#"[{"number":"-5","text":"Привет"},{"number":null},{"text":"\"\n\u0416\/"},{"number":9007199254740992,"text":1.50}]"#;
        let decoder = located(page).unwrap();
        let keys = [b"\"t\":".to_vec(), b"\"n\":".to_vec()];
        let mut json = Vec::new();
        let mut push = |message| decoder.push_json_object(message, &keys, &mut json, &mut Vec::new());
        assert_eq!([push(0), push(1), push(2), push(3), push(4)], [Some(()), Some(()), Some(()), None, None]);
        let expected = r#"{"t":"Привет","n":-5}{}{"t":"\"\nЖ/"}{"t":"1.50","n":"#;
        assert_eq!(String::from_utf8(json).unwrap(), expected);
    }

    #[test]
    fn other_pages_are_rejected() {
        for page in [
            r#"[{"text":"\ud834"}]"#,
            r#"[{"text":"\udd1e\ud834"}]"#,
            r#"[{"text":"\u00g0"}]"#,
            r#"[{"text":"\x"}]"#,
            r#"[{"text":"a"#,
            "[{\"text\":\"a\n\"}]",
            r#"[{"other":1}]"#,
            r#"[{"number":1.5}]"#,
            r#"[{"number":007}]"#,
            "[]",
        ] {
            assert!(located(page).is_none(), "{page}");
        }
    }
}
