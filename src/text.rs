//! Texts made and taken apart without the standard library's formatting and pattern searching, which would be a tenth of
//! the compiled module.

/// A text with each `%` replaced by the next of some pieces. What a piece holds is not looked at.
#[must_use]
pub fn fill(template: &str, pieces: &[&str]) -> String {
    let mut text = String::new();
    let mut pieces = pieces.iter();
    let mut rest = template;
    while let Some((before, behind)) = cut(rest, b'%') {
        text.push_str(before);
        text.push_str(pieces.next().copied().unwrap_or_default());
        rest = behind;
    }
    text.push_str(rest);
    text
}

/// A whole number in decimal digits.
#[must_use]
pub fn decimal(number: u64) -> String {
    let mut digits = Vec::new();
    let mut rest = number;
    loop {
        digits.push(u8::try_from(rest % 10).unwrap_or_default() | b'0');
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    digits.iter().rev().map(|digit| char::from(*digit)).collect()
}

/// A whole number in decimal digits, with its sign.
#[must_use]
pub fn signed(number: i64) -> String {
    fill("%%", &[if number < 0 { "-" } else { "" }, &decimal(number.unsigned_abs())])
}

/// Writes a byte as two hexadecimal digits.
pub fn hex(byte: u8, to: &mut String) {
    for half in [byte >> 4, byte & 15] {
        to.push(char::from(if half < 10 { half | b'0' } else { half.wrapping_add(b'A' - 10) }));
    }
}

/// The number that decimal digits are, and nothing else; none where it is too large.
#[must_use]
pub fn number(digits: &str) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.bytes().try_fold(0_u64, |number, byte| {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        // A multiplication that is checked would take 128 bits.
        let tenfold = (number <= u64::MAX / 10).then_some(number.wrapping_mul(10))?;
        tenfold.checked_add(digit.into())
    })
}

/// The same with a sign before it.
#[must_use]
pub fn signed_number(text: &str) -> Option<i64> {
    match text.strip_prefix("-") {
        Some(digits) => 0_i64.checked_sub_unsigned(number(digits)?),
        None => number(text)?.try_into().ok(),
    }
}

/// What stands before the first of an ASCII sign, and what behind it; nothing where there is none.
#[must_use]
pub fn cut(text: &str, sign: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == sign)?;
    Some((text.get(..at)?, text.get(at.saturating_add(1)..)?))
}

/// Without the white space of ASCII at both ends.
#[must_use]
pub fn trim(text: &str) -> &str {
    text.trim_ascii()
}

/// Where a text holds another. (The standard library's search is faster on long texts, and four times as large.)
#[must_use]
pub fn find(text: &str, part: &str) -> Option<usize> {
    text.as_bytes().windows(part.len().max(1)).position(|window| window == part.as_bytes())
}

/// The text with every occurrence of a part replaced.
#[must_use]
pub fn replace(mut text: &str, part: &str, by: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    while let Some(at) = find(text, part) {
        replaced.push_str(text.get(..at).unwrap_or_default());
        replaced.push_str(by);
        text = text.get(at.saturating_add(part.len())..).unwrap_or_default();
    }
    replaced.push_str(text);
    replaced
}

/// `lastTimestamp` for `last_timestamp`: the names of the service as those of this package.
#[must_use]
pub fn camel(name: &str) -> String {
    let mut upper = false;
    let mut camel = String::with_capacity(name.len());
    for c in name.chars() {
        if c == '_' {
            upper = true;
        } else {
            camel.push(if upper { c.to_ascii_uppercase() } else { c });
            upper = false;
        }
    }
    camel
}

/// `last_timestamp` for `lastTimestamp`.
#[must_use]
pub fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len().saturating_add(2));
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_written_and_read_as_the_standard_library_does(n: u64, i: i64, text in "-?[0-9x+]{0,21}") {
            prop_assert_eq!(decimal(n), n.to_string());
            prop_assert_eq!(signed(i), i.to_string());
            prop_assert_eq!(number(&decimal(n)), Some(n));
            prop_assert_eq!(signed_number(&signed(i)), Some(i));
            let plain = !text.contains('+');
            prop_assert_eq!(number(&text), text.parse().ok().filter(|_| plain));
            prop_assert_eq!(signed_number(&text), text.parse().ok().filter(|_| plain));
        }

        #[test]
        fn texts_are_taken_apart_as_the_standard_library_does(text in "[ a,яё\n]{0,12}", part in "[a,я]{1,2}") {
            prop_assert_eq!(cut(&text, b','), text.split_once(','));
            prop_assert_eq!(trim(&text), text.trim());
            prop_assert_eq!(find(&text, &part), text.find(&part));
            prop_assert_eq!(replace(&text, &part, "*"), text.replace(&part, "*"));
        }

        #[test]
        fn names_go_both_ways(name in "[a-z]{1,4}[0-9]?(_[a-z]{1,4}){0,3}") {
            prop_assert_eq!(snake(&camel(&name)), name);
        }
    }

    #[test]
    fn the_ends_of_the_range() {
        assert_eq!(signed_number("-9223372036854775808"), Some(i64::MIN));
        assert_eq!(signed_number("9223372036854775808"), None);
        assert_eq!(number("18446744073709551616"), None);
        assert_eq!(fill("a%%в%", &["", "%б"]), "a%бв");
    }
}
