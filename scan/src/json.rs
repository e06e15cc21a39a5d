//! JSON strings, in the form that `JSON.stringify` gives them.

/// Appends a text in UTF-8 as a JSON string.
pub fn push_json_string(json: &mut Vec<u8>, text: &[u8]) {
    json.push(b'"');
    let mut rest = text;
    while let Some(index) = rest.iter().position(|byte| needs_escape(*byte)) {
        let (plain, behind) = rest.split_at_checked(index).unwrap_or_default();
        json.extend_from_slice(plain);
        let [byte, behind @ ..] = behind else { break };
        push_escape(json, *byte);
        rest = behind;
    }
    json.extend_from_slice(rest);
    json.push(b'"');
}

#[inline]
fn needs_escape(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
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

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn control_characters_quotes_and_backslashes_are_escaped() {
        let mut json = Vec::new();
        push_json_string(&mut json, "a\"b\\\u{8}\t\n\u{C}\r\u{0}\u{1f}\u{7f}Ж\u{2028}/".as_bytes());
        let expected = "\"a\\\"b\\\\\\b\\t\\n\\f\\r\\u0000\\u001f\u{7f}Ж\u{2028}/\"";
        assert_eq!(String::from_utf8(json).unwrap(), expected);
    }
}
