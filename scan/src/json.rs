//! JSON strings, in the form that `JSON.stringify` gives them.

/// Appends a text in UTF-8 as a JSON string.
pub fn push_json_string(json: &mut Vec<u8>, text: &[u8]) {
    json.push(b'"');
    let mut rest = text;
    while let Some(index) = first_escape(rest) {
        let (plain, behind) = rest.split_at_checked(index).unwrap_or_default();
        json.extend_from_slice(plain);
        let [byte, behind @ ..] = behind else { break };
        push_escape(json, *byte);
        rest = behind;
    }
    json.extend_from_slice(rest);
    json.push(b'"');
}

/// Appends an integer that a float holds exactly.
pub fn push_integer(json: &mut Vec<u8>, number: f64) {
    #[expect(clippy::cast_possible_truncation, reason = "it is at most 2^53")]
    json.extend_from_slice(itoa::Buffer::new().format(number as i64).as_bytes());
}

/// Appends the name of a member of a JSON object, and its colon.
pub fn push_json_key(json: &mut Vec<u8>, name: &str) {
    push_json_string(json, name.as_bytes());
    json.push(b':');
}

/// The index of the first byte that needs an escape: a quote, a backslash or a control character.
#[inline]
fn first_escape(text: &[u8]) -> Option<usize> {
    let (chunks, rest) = text.as_chunks::<8>();
    let chunk = chunks.iter().position(|chunk| has_escape(u64::from_le_bytes(*chunk)));
    let start = chunk.map_or(text.len().wrapping_sub(rest.len()), |index| index.wrapping_mul(8));
    let index = text.get(start..)?.iter().position(|byte| *byte < b' ' || matches!(byte, b'"' | b'\\'))?;
    Some(start.wrapping_add(index))
}

const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = LOW_BITS << 7;

/// Whether one of eight bytes needs an escape.
#[inline]
fn has_escape(word: u64) -> bool {
    let below = |word: u64, limit: u64| word.wrapping_sub(LOW_BITS.wrapping_mul(limit)) & !word;
    let equals = |byte: u64| below(word ^ LOW_BITS.wrapping_mul(byte), 1);
    (below(word, 0x20) | equals(0x22) | equals(0x5C)) & HIGH_BITS != 0
}

#[cold]
fn push_escape(json: &mut Vec<u8>, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let letter = match byte {
        b'"' | b'\\' => byte,
        b'\x08' => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        b'\x0C' => b'f',
        b'\r' => b'r',
        _ => {
            let digit = |index: u8| DIGITS.get(usize::from(index)).copied().unwrap_or_default();
            json.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 0xF)]);
            return;
        }
    };
    json.extend_from_slice(&[b'\\', letter]);
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn control_characters_quotes_and_backslashes_are_escaped() {
        let mut json = Vec::new();
        push_json_string(&mut json, "a\"b\\\u{8}\t\n\u{C}\r\u{0}\u{1f}\u{7f}Ж\u{2028}/".as_bytes());
        let expected = "\"a\\\"b\\\\\\b\\t\\n\\f\\r\\u0000\\u001f\u{7f}Ж\u{2028}/\"";
        assert_eq!(String::from_utf8(json).unwrap(), expected);
    }

    #[test]
    fn integers_have_their_digits() {
        for (number, digits) in
            [(0.0, "0"), (-0.0, "0"), (7.0, "7"), (-42.0, "-42"), (-9_007_199_254_740_991.0, "-9007199254740991")]
        {
            let mut json = Vec::new();
            push_integer(&mut json, number);
            assert_eq!(String::from_utf8(json).unwrap(), digits);
        }
    }

    #[test]
    fn an_escape_is_found_at_every_place() {
        for (byte, escape) in
            [("\"", "\\\""), ("\\", "\\\\"), ("\u{0}", "\\u0000"), ("\u{1f}", "\\u001f"), ("\n", "\\n")]
        {
            for index in 0..20 {
                let (before, behind) = ("x".repeat(index), "Ж ~\u{7f}!".repeat(3));
                let mut json = Vec::new();
                push_json_string(&mut json, format!("{before}{byte}{behind}").as_bytes());
                assert_eq!(String::from_utf8(json).unwrap(), format!("\"{before}{escape}{behind}\""));
            }
        }
    }
}
