//! Pieces of the file end at the ends of characters, and what the scanner does not know becomes UTF-8.

use smsc_scan::PADDING;

use crate::charset::Charset;

/// The bytes as sound UTF-8, with zeros behind them.
pub fn padded(charset: Charset, bytes: &[u8]) -> Vec<u8> {
    let mut text = charset.text(bytes).into_bytes();
    text.resize(text.len().saturating_add(PADDING), 0);
    text
}

/// So many of the bytes up to `end`, at most three, begin a character that needs more.
pub fn open(charset: Charset, bytes: &[u8], end: usize) -> usize {
    let bytes = bytes.get(..end).unwrap_or_default();
    match charset {
        Charset::Utf8 => open_utf8(bytes),
        Charset::Utf16Le => open_utf16(bytes, 1),
        Charset::Utf16Be => open_utf16(bytes, 2),
        _ => 0,
    }
}

fn open_utf8(bytes: &[u8]) -> usize {
    for (length, byte) in (1..4).zip(bytes.iter().rev()) {
        let needs = match byte {
            0x80..0xC0 => continue,
            0xC0..0xE0 => 2,
            0xE0..0xF0 => 3,
            0xF0.. => 4,
            _ => 1,
        };
        return if needs > length { length } else { 0 };
    }
    0
}

/// The upper half of a unit stands so many places before its end.
fn open_utf16(bytes: &[u8], upper: usize) -> usize {
    let half = bytes.len() & 1;
    let at = bytes.len().checked_sub(half.saturating_add(upper));
    // The first unit of a pair.
    let high = at.and_then(|at| bytes.get(at)).is_some_and(|byte| byte & 0xFC == 0xD8);
    if high { half.saturating_add(2) } else { half }
}
