//! Redaction: finds a secret in a text in whatever encoding the text repeats it.
//!
//! A secret is a few patterns: its characters, and its bytes in hexadecimal and Base64. Each character of a pattern is found as it
//! is, or escaped as JSON, HTML, a form or an address escape it. The escapes may differ from character to character.

use crate::protocol::{
    charset::{to_windows_1251, windows_1251_char},
    letters::to_lowercase,
};

/// What replaces a secret in a text.
const REDACTED: &str = "[redacted]";

/// The bytes of a shorter secret are not searched in hexadecimal and Base64: too much other text would look like them.
const MIN_ENCODED_LENGTH: usize = 4;

/// No encoding of a secret is longer than this number of times its bytes.
pub const MAX_EXPANSION: usize = 12;

/// Names of ASCII characters in HTML.
static ENTITIES: [(&str, char); 41] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{A0}'),
    ("excl", '!'),
    ("num", '#'),
    ("dollar", '$'),
    ("percnt", '%'),
    ("lpar", '('),
    ("rpar", ')'),
    ("ast", '*'),
    ("midast", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("period", '.'),
    ("sol", '/'),
    ("colon", ':'),
    ("semi", ';'),
    ("equals", '='),
    ("quest", '?'),
    ("commat", '@'),
    ("lsqb", '['),
    ("lbrack", '['),
    ("bsol", '\\'),
    ("rsqb", ']'),
    ("rbrack", ']'),
    ("hat", '^'),
    ("lowbar", '_'),
    ("underbar", '_'),
    ("grave", '`'),
    ("lcub", '{'),
    ("lbrace", '{'),
    ("verbar", '|'),
    ("vert", '|'),
    ("rcub", '}'),
    ("rbrace", '}'),
    ("tab", '\t'),
    ("newline", '\n'),
    ("iocy", 'ё'),
];

/// Names of the letters from `а` to `я` in HTML, without their ending `cy`.
const CYRILLIC: &str = "a b v g d ie zh z i j k l m n o p r s t u f kh ts ch sh shch hard y soft e yu ya";

/// The text without a secret.
#[must_use]
pub fn redact(text: &str, secret: &str) -> String {
    let patterns = Pattern::of(secret);
    let mut may_begin = [false; 256];
    for byte in patterns.iter().flat_map(Pattern::first_bytes) {
        if let Some(may_begin) = may_begin.get_mut(usize::from(byte)) {
            *may_begin = true;
        }
    }
    let mut clean = String::with_capacity(text.len());
    // The text before this is copied or redacted, that before `from` is searched.
    let (mut copied, mut from) = (0, 0);
    while let Some(offset) = find_byte(text, from, &may_begin) {
        from = offset.saturating_add(1);
        let found = patterns.iter().filter_map(|pattern| Some((pattern, pattern.end_at(text, offset)?)));
        let Some((pattern, end)) = found.max_by_key(|(_, end)| *end) else { continue };
        // Parts of the secret are in the digits beside the pattern.
        let start = back(text, offset, pattern.shared_before).max(copied);
        let end = forward(text, end, pattern.shared_after);
        clean.push_str(text.get(copied..start).unwrap_or_default());
        clean.push_str(REDACTED);
        (copied, from) = (end, end);
    }
    clean.push_str(text.get(copied..).unwrap_or_default());
    clean
}

/// The next character whose first byte may begin a pattern.
fn find_byte(text: &str, from: usize, may_begin: &[bool; 256]) -> Option<usize> {
    let rest = text.as_bytes().get(from..)?;
    let found = rest.iter().position(|byte| may_begin.get(usize::from(*byte)) == Some(&true))?;
    Some(from.saturating_add(found))
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte)
}

/// The start of the Base64 digits before a byte, at most that many.
fn back(text: &str, offset: usize, max: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    offset.saturating_sub(before.iter().rev().take(max).take_while(|byte| is_base64(**byte)).count())
}

/// The end of the Base64 digits behind a byte, at most that many.
fn forward(text: &str, offset: usize, max: usize) -> usize {
    let behind = text.as_bytes().get(offset..).unwrap_or_default();
    offset.saturating_add(behind.iter().take(max).take_while(|byte| is_base64(**byte)).count())
}

/// A text to find.
struct Pattern {
    chars: Vec<char>,
    /// Base64 digits. Any other pattern is found in lower and upper case.
    is_base64: bool,
    /// Base64 digits before the pattern that hold bits of the secret and of other bytes.
    shared_before: usize,
    /// Such digits behind it.
    shared_after: usize,
}

impl Pattern {
    fn of(secret: &str) -> Vec<Self> {
        let plain = |text: &str| Self {
            chars: text.chars().map(to_lowercase).collect(),
            is_base64: false,
            shared_before: 0,
            shared_after: 0,
        };
        let mut patterns = vec![plain(secret)];
        let other = to_windows_1251(secret).filter(|bytes| bytes != secret.as_bytes());
        for bytes in std::iter::once(secret.as_bytes().to_vec()).chain(other) {
            if bytes.len() >= MIN_ENCODED_LENGTH {
                patterns.push(plain(&hexadecimal(&bytes)));
                patterns.extend((0..3).map(|before| Self::base64(&bytes, before)));
            }
        }
        patterns.retain(|pattern| !pattern.chars.is_empty());
        patterns
    }

    /// The digits that hold nothing but the bytes, if that many other bytes are before them in their group of three.
    fn base64(bytes: &[u8], before: usize) -> Self {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let (mut chars, mut bits, mut count) = (Vec::new(), 0_u32, 0_u32);
        for byte in std::iter::repeat_n(&0, before).chain(bytes) {
            bits = bits.wrapping_shl(8) | u32::from(*byte);
            count = count.saturating_add(8);
            while count >= 6 {
                count = count.saturating_sub(6);
                let digit = bits.wrapping_shr(count) & 63;
                chars.extend(usize::try_from(digit).ok().and_then(|digit| DIGITS.get(digit)).copied().map(char::from));
            }
        }
        let shared_before = before.saturating_mul(8).div_ceil(6);
        chars.drain(..shared_before.min(chars.len()));
        Self { chars, is_base64: true, shared_before, shared_after: usize::from(count > 0) }
    }

    fn matches(&self, letter: char, c: char) -> bool {
        if self.is_base64 {
            c == letter || matches!((letter, c), ('+', '-') | ('/', '_'))
        } else {
            // An excerpt shows a control character as a space.
            to_lowercase(c) == letter || (letter == ' ' && c.is_control())
        }
    }

    /// The bytes that the pattern may begin with.
    fn first_bytes(&self) -> Vec<u8> {
        let Some(first) = self.chars.first().copied() else { return Vec::new() };
        let mut bytes = vec![b'%', b'\\', b'&'];
        // The lower and upper cases of a letter are no further apart than this.
        let (low, high) = (u32::from(first).saturating_sub(80), u32::from(first).saturating_add(80));
        for c in (low..=high).filter_map(char::from_u32).filter(|c| self.matches(first, *c)) {
            bytes.extend(c.encode_utf8(&mut [0; 4]).bytes().take(1));
        }
        if first == ' ' {
            bytes.push(b'+');
        }
        bytes
    }

    /// The end of the pattern that begins at a byte: the longest one, if its characters can be read in several ways.
    fn end_at(&self, text: &str, offset: usize) -> Option<usize> {
        let mut ends = vec![offset];
        for letter in &self.chars {
            let mut next = Vec::new();
            for end in ends {
                let rest = text.get(end..)?;
                each_reading(rest, |c, length| {
                    let is_found = self.matches(*letter, c) || (*letter == ' ' && c == '+' && length == 1);
                    let end = end.saturating_add(length);
                    if is_found && !next.contains(&end) {
                        next.push(end);
                    }
                });
            }
            if next.is_empty() {
                return None;
            }
            ends = next;
        }
        ends.into_iter().max()
    }
}

/// Visits each character that the start of a text may stand for, with its length in bytes.
fn each_reading(text: &str, mut visit: impl FnMut(char, usize)) {
    let Some(first) = text.chars().next() else { return };
    visit(first, first.len_utf8());
    match first {
        '\\' => read_backslash(text, visit),
        '%' => read_percent(text, visit),
        '&' => read_entity(text, visit),
        _ => {}
    }
}

/// An escape of JSON or JavaScript.
fn read_backslash(text: &str, mut visit: impl FnMut(char, usize)) {
    let Some(second) = text.chars().nth(1) else { return };
    let c = match second {
        'u' => {
            let Some(unit) = hex(text, 2, 4) else { return };
            let is_pair = text.get(6..8) == Some("\\u");
            let low = hex(text, 8, 4).filter(|_| is_pair && (0xD800..0xDC00).contains(&unit));
            let units = [unit, low.unwrap_or_default()].map(|unit| u16::try_from(unit).unwrap_or_default());
            if let Some(Ok(c)) = char::decode_utf16(units).next() {
                visit(c, if c.len_utf16() == 2 { 12 } else { 6 });
            }
            return;
        }
        'x' => {
            let Some(c) = hex(text, 2, 2).and_then(char::from_u32) else { return };
            return visit(c, 4);
        }
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{C}',
        other => other,
    };
    visit(c, second.len_utf8().saturating_add(1));
}

/// A character as an address or a form escapes it: the bytes of UTF-8, a byte of windows-1251, or `%uXXXX`.
fn read_percent(text: &str, mut visit: impl FnMut(char, usize)) {
    if text.get(1..2).is_some_and(|mark| mark.eq_ignore_ascii_case("u")) {
        if let Some(c) = hex(text, 2, 4).and_then(char::from_u32) {
            visit(c, 6);
        }
        return;
    }
    let byte = |index: usize| {
        let at = index.saturating_mul(3);
        let is_escaped = text.as_bytes().get(at) == Some(&b'%');
        hex(text, at.saturating_add(1), 2).filter(|_| is_escaped).and_then(|byte| u8::try_from(byte).ok())
    };
    let bytes: Vec<u8> = (0..4).map_while(byte).collect();
    let Some(first) = bytes.first() else { return };
    if !first.is_ascii() {
        visit(windows_1251_char(*first), 3);
    }
    for length in 1..=bytes.len() {
        let mut chars =
            bytes.get(..length).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default().chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            visit(c, length.saturating_mul(3));
        }
    }
}

/// A character reference of HTML.
fn read_entity(text: &str, mut visit: impl FnMut(char, usize)) {
    let rest = text.get(1..).unwrap_or_default();
    let (mark, is_digit): (&str, fn(&char) -> bool) = if rest.starts_with("#x") || rest.starts_with("#X") {
        ("#x", char::is_ascii_hexdigit)
    } else if rest.starts_with('#') {
        ("#", char::is_ascii_digit)
    } else {
        ("", char::is_ascii_alphanumeric)
    };
    let name: String = rest.chars().skip(mark.len()).take_while(is_digit).take(8).collect();
    let end = mark.len().saturating_add(name.len()).saturating_add(1);
    let end = if text.as_bytes().get(end) == Some(&b';') { end.saturating_add(1) } else { end };
    let c = match mark.len() {
        2 => u32::from_str_radix(&name, 16).ok().and_then(char::from_u32),
        1 => name.parse().ok().and_then(char::from_u32),
        _ => named(&name.to_ascii_lowercase()),
    };
    if let Some(c) = c {
        visit(c, end);
    }
}

fn named(name: &str) -> Option<char> {
    if let Some((_, c)) = ENTITIES.iter().find(|(entity, _)| *entity == name) {
        return Some(*c);
    }
    let letter = name.strip_suffix("cy")?;
    ('а'..='я').zip(CYRILLIC.split(' ')).find(|(_, name)| *name == letter).map(|(c, _)| c)
}

/// That many hexadecimal digits at an offset.
fn hex(text: &str, offset: usize, length: usize) -> Option<u32> {
    let digits = text.get(offset..offset.saturating_add(length))?;
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(digits, 16).ok().filter(|_| is_plain)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(secret: &str, encodings: &[&str]) {
        for encoding in encodings {
            assert_eq!(redact(&format!("({encoding})"), secret), "([redacted])", "{secret} as {encoding}");
        }
    }

    #[test]
    fn a_secret_is_found_in_each_encoding() {
        check(
            "q\"r/s",
            &["q\"r/s", "q\\\"r\\/s", "q\\u0022r\\u002Fs", "q&quot;r&sol;s", "q&#34;r&#x2f;s", "q%22r%2fs"],
        );
        check(
            "a&b<c",
            &["a&amp;b&lt;c", "a&#38;b&#60c", "a&#x26;b&#X3C;c", "A&AMP;B&LT;C", "a%26b%3Cc", "a\\x26b\\u003cc"],
        );
        check(
            "пароль",
            &[
                "ПАРОЛЬ",
                "\\u043f\\u0430\\u0440\\u043e\\u043b\\u044c",
                "\\u041F\\u0410\\u0420\\u041E\\u041B\\u042C",
                "%D0%BF%d0%b0%D1%80%D0%BE%D0%BB%D1%8C",
                "%EF%E0%F0%EE%EB%FC",
                "%CF%C0%D0%CE%CB%DC",
                "%u043F%u0430%u0440%u043e%u043b%u044c",
                "&pcy;&acy;&rcy;&ocy;&lcy;&softcy;",
                "&#1087;&#1072;&#x440;&#1086;&#1083;&#1100;",
                "d0bfd0b0d180d0bed0bbd18c",
                "EFE0F0EEEBFC",
                "0L/QsNGA0L7Qu9GM",
                "0L\\/QsNGA0L7Qu9GM",
                "0L_QsNGA0L7Qu9GM",
                "0L%2FQsNGA0L7Qu9GM",
                "7+Dw7uv8",
            ],
        );
        check("key 1 ё😀", &["key+1+%D1%91%F0%9F%98%80", "KEY%201 \\u0451\\ud83d\\ude00", "key 1 &iocy;&#128512;"]);
        // An excerpt shows a control character as a space.
        check(" k 1", &["\0k\n1", "\tk\u{85}1"]);
        check("p\\\\w", &["p\\\\w", "p\\\\\\\\w", "p\\u005c\\w"]);
        check("a%41b", &["a%41b", "a%2541b", "a%25%34%31b"]);
    }

    #[test]
    fn base64_is_found_wherever_it_begins() {
        // The user's name and the password of an `Authorization` header.
        for text in ["YTpzZWNyZXQta2V5", "YWI6c2VjcmV0LWtleQ", "YWJjOnNlY3JldC1rZXk", "OnNlY3JldC1rZXkx"] {
            let redacted = redact(text, "secret-key");
            // At most the digits of the other bytes are left.
            assert!(redacted.contains(REDACTED) && redacted.len() <= REDACTED.len() + 6, "{text}: {redacted}");
        }
    }

    #[test]
    fn other_texts_stay() {
        for text in
            ["", "secre", "%", "%4", "\\", "\\u", "\\u12", "&", "&#", "&#x;", "&amp;", "SGVsbG8sIHdvcmxk", "я\\я%я&я"]
        {
            assert_eq!(redact(text, "secret"), text);
        }
        // A short secret is not searched by its bytes.
        assert_eq!(redact("38 OA ab", "8"), "3[redacted] OA ab");
    }

    #[test]
    fn a_huge_text_is_searched_in_time() {
        let text = "\"x\",".repeat(250_000);
        assert_eq!(redact(&text, "key-1").len(), text.len());
    }

    proptest! {
        #[test]
        fn any_mixture_of_encodings_is_found(
            letters in proptest::collection::vec((any::<char>(), 0usize..6), 1..8), before in "[ -~]{0,6}", after in "[ -~]{0,6}",
        ) {
            let secret: String = letters.iter().map(|(c, _)| *c).collect();
            let encode = |(c, form): &(char, usize)| match form {
                0 => c.to_string(),
                1 => c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect::<Vec<_>>().concat(),
                2 => format!("&#{};", u32::from(*c)),
                3 => format!("&#x{:X};", u32::from(*c)),
                _ => c.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat(),
            };
            let encoded: String = letters.iter().map(encode).collect();
            prop_assume!(encoded.len() <= secret.len() * MAX_EXPANSION);
            let redacted = redact(&format!("{before}{encoded}{after}"), &secret);
            prop_assert!(redacted.contains(REDACTED), "{redacted}");
        }

        #[test]
        fn any_text_is_searched(text in r"([a-c%&\\#;ux0-9я]|.){0,40}", secret in "[a-c%&;я]{0,6}") {
            let redacted = redact(&text, &secret);
            prop_assert!(secret.is_empty() == (redacted == text) || redacted == text || redacted.contains(REDACTED));
        }
    }
}
