//! The file name of a `Content-Disposition` header (RFC 6266).

use crate::protocol::charset::{Charset, windows_1251};

/// The file name, without a path. `filename*` counts before `filename`.
///
/// A header's bytes beyond ASCII arrive in JavaScript as latin-1: they are read as UTF-8 if they are valid, otherwise as windows-1251.
#[must_use]
pub fn file_name(header: &str) -> Option<String> {
    let parameters = parameters(header);
    let value = |name: &str| parameters.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    let extended = value("filename*").and_then(|(_, value)| decode_extended(value));
    let name = extended.or_else(|| value("filename").map(|(_, value)| decode_plain(value)))?;
    base_name(&name)
}

/// The parameters of a header: names and values, without quotes.
fn parameters(header: &str) -> Vec<(&str, String)> {
    let mut parameters = Vec::new();
    let mut rest = header;
    while !rest.is_empty() {
        let (segment, behind) = split(rest);
        let Some((name, _)) = segment.split_once('=') else {
            // The disposition's type, or a parameter without a value.
            rest = behind;
            continue;
        };
        let value = rest.split_once('=').map_or("", |(_, value)| value.trim_start());
        let (value, behind) = if let Some(quoted) = value.strip_prefix('"') {
            let (value, behind) = unquote(quoted);
            (value, split(behind).1)
        } else {
            let (value, behind) = split(value);
            (value.trim().to_owned(), behind)
        };
        parameters.push((name.trim(), value));
        rest = behind;
    }
    parameters
}

/// The text before the next semicolon, and the text behind it.
fn split(text: &str) -> (&str, &str) {
    text.split_once(';').unwrap_or((text, ""))
}

/// A quoted string without its quotes, and what follows. A backslash escapes quotes and backslashes only: some servers send the paths
/// of Windows as they are.
fn unquote(quoted: &str) -> (String, &str) {
    let mut text = String::new();
    let mut chars = quoted.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => {
                let escaped = chars.clone().next().filter(|next| matches!(next, '"' | '\\'));
                text.push(escaped.unwrap_or('\\'));
                if escaped.is_some() {
                    chars.next();
                }
            }
            _ => text.push(c),
        }
    }
    (text, chars.as_str())
}

/// The text of an extended value (RFC 8187): charset, language, and percent-encoded bytes. `None` if it is malformed, or in a charset
/// that is not decoded here.
fn decode_extended(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_language, encoded) = rest.split_once('\'')?;
    let bytes = percent_decode(encoded)?;
    match Charset::from_label(charset) {
        Some(Charset::Utf8) => return String::from_utf8(bytes).ok(),
        Some(Charset::Windows1251) => return Some(windows_1251(&bytes)),
        Some(_) => return None,
        None => {}
    }
    if charset.eq_ignore_ascii_case("iso-8859-1") {
        return Some(bytes.into_iter().map(char::from).collect());
    }
    Some(decode_bytes(bytes))
}

fn percent_decode(encoded: &str) -> Option<Vec<u8>> {
    let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let (high, low) = (digit(rest.next())?, digit(rest.next())?);
                u8::try_from(high << 4 | low).ok()?
            }
            byte => byte,
        });
    }
    Some(bytes)
}

/// The text of a plain value. A character beyond latin-1 shows that the value is decoded already.
fn decode_plain(value: &str) -> String {
    let bytes: Result<Vec<u8>, _> = value.chars().map(|c| u8::try_from(u32::from(c))).collect();
    bytes.map_or_else(|_| value.to_owned(), decode_bytes)
}

/// UTF-8 if the bytes are valid, otherwise windows-1251.
fn decode_bytes(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| windows_1251(error.as_bytes()))
}

/// The last segment of a path, without control characters; `None` if nothing is left.
fn base_name(name: &str) -> Option<String> {
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    (!matches!(name, "" | "." | "..")).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn assert_name(header: &str, name: &str) {
        assert_eq!(file_name(header).as_deref(), Some(name), "{header}");
    }

    /// The text of a header as JavaScript sees it.
    fn latin1(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| char::from(*byte)).collect()
    }

    #[test]
    fn extended_names_come_first() {
        assert_name("attachment; filename*=UTF-8''%D0%9D%D0%BE%D1%8F.csv; filename=x.csv", "Ноя.csv");
        assert_name("attachment; filename=\"x.csv\"; FileName* = utf-8'ru'%D0%9D.csv", "Н.csv");
        assert_name("attachment; filename*=windows-1251''%CD%EE%FF.csv", "Ноя.csv");
        assert_name("attachment; filename*=windows-1251'ru'%D0%B8%E1%F0%E0.csv", "Рёбра.csv");
        // Valid UTF-8 too, but the charset is given.
        assert_name("attachment; filename*=CP1251'ru'%D0%B8.csv", "Рё.csv");
        assert_name("attachment; filename*=UTF-8'ru'%D0%9E%D1%82%D1%87%D1%91%D1%82%202026.csv", "Отчёт 2026.csv");
        assert_name("attachment; filename*=iso-8859-1'en'%A3%20rates.csv", "£ rates.csv");
        assert_name("attachment; filename*=\"UTF-8''%d0%9d.csv\"", "Н.csv");
    }

    #[test]
    fn a_malformed_extended_name_is_ignored() {
        for malformed in ["UTF-8''%D0.csv", "UTF-8''%G0.csv", "UTF-8''a%2", "x.csv", "UTF-8'x"] {
            assert_name(&format!("attachment; filename*={malformed}; filename=plain.csv"), "plain.csv");
            assert_eq!(file_name(&format!("attachment; filename*={malformed}")), None);
        }
    }

    #[test]
    fn plain_names() {
        assert_name("attachment; filename=plain.csv", "plain.csv");
        assert_name("attachment;filename=plain name.csv ; size=5", "plain name.csv");
        assert_name(r#"attachment; filename="a \"b\".csv""#, r#"a "b".csv"#);
        assert_name("attachment; filename=\"a;b.csv\"; x=y", "a;b.csv");
        assert_name("attachment; name=\"x; filename=no.csv\"; filename=yes.csv", "yes.csv");
        assert_name("filename=bare.csv", "bare.csv");
        assert_name("attachment; filename=\"open.csv", "open.csv");
    }

    #[test]
    fn bytes_beyond_ascii_are_utf_8_or_windows_1251() {
        assert_name(&latin1("attachment; filename=\"Ноя.csv\"".as_bytes()), "Ноя.csv");
        assert_name(&latin1(b"attachment; filename=\"\xCD\xEE\xFF.csv\""), "Ноя.csv");
        assert_name("attachment; filename=\"Ноя.csv\"", "Ноя.csv");
    }

    #[test]
    fn a_path_is_removed() {
        assert_name("attachment; filename=\"../../etc/passwd\"", "passwd");
        assert_name(r#"attachment; filename="C:\reports\x.csv""#, "x.csv");
        assert_name(r#"attachment; filename="C:\\reports\\x.csv""#, "x.csv");
        assert_name("attachment; filename*=UTF-8''..%2Fx%00%0A.csv", "x.csv");
        assert_name("attachment; filename*=UTF-8'ru'C%3A%5C%D0%9E%D1%82%D1%87%D1%91%D1%82%5Cx.csv", "x.csv");
        assert_name("attachment; filename*=windows-1251'ru'%CE%F2%F7%B8%F2/%CD%EE%FF.csv", "Ноя.csv");
        assert_name("attachment; filename=/srv/export/november.csv; size=1", "november.csv");
    }

    #[test]
    fn no_name() {
        for header in
            ["", "attachment", "inline; size=5", "attachment; filename=", "attachment; filename=\"\"", "filename=a/.."]
        {
            assert_eq!(file_name(header), None, "{header}");
        }
    }

    proptest! {
        #[test]
        fn names_survive_each_form(name in "[a-zА-яё0-9№ ]{1,9}[.]csv") {
            let name = name.trim();
            let encoded = name.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
            prop_assert_eq!(file_name(&format!("attachment; filename*=UTF-8''{encoded}")), Some(name.to_owned()));
            let quoted = latin1(format!("attachment; filename=\"{name}\"").as_bytes());
            prop_assert_eq!(file_name(&quoted), Some(name.to_owned()));
        }

        #[test]
        fn any_header_is_read(header in r#"([a-z]{0,3}|filename|filename\*|=|;|"|\\|%[0-9A-F]{0,2}|'|/|UTF-8''|[à-я\n ]){0,12}"#) {
            if let Some(name) = file_name(&header) {
                prop_assert!(!name.is_empty() && !name.contains(['/', '\\']));
            }
        }
    }
}
