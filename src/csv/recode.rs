//! What the scanner does not know becomes UTF-8 first; and pieces end at the ends of characters.

use crate::charset::Charset;

/// Cuts pieces at the ends of characters, and makes UTF-8 of the charsets that are rare.
#[derive(Debug)]
pub struct Recoder {
    charset: Charset,
}

/// The beginning of a character: at most three bytes.
#[derive(Debug, Default)]
pub struct Rest {
    bytes: [u8; 3],
    length: usize,
}

impl Rest {
    /// Takes off so many bytes from the end.
    fn cut(input: &mut Vec<u8>, length: usize) -> Self {
        let mut rest = Self { length, ..Self::default() };
        let whole = input.len().saturating_sub(length);
        for (slot, byte) in rest.bytes.iter_mut().zip(input.drain(whole..)) {
            *slot = byte;
        }
        rest
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl Recoder {
    /// For a file of one charset.
    pub fn new(charset: Charset) -> Self {
        Self { charset }
    }

    /// Makes the input what the scanner takes, and gives what has to wait for its continuation; at the end nothing has.
    pub fn recode(&mut self, input: &mut Vec<u8>, last: bool) -> Rest {
        let open = match self.charset {
            Charset::Utf8 => open_utf8(input),
            Charset::Utf16Le => open_utf16(input, 1),
            Charset::Utf16Be => open_utf16(input, 2),
            _ => 0,
        };
        let rest = Rest::cut(input, if last { 0 } else { open });
        if !matches!(self.charset, Charset::Utf8 | Charset::Windows1251) {
            *input = self.charset.text(input).into_bytes();
        }
        rest
    }
}

/// So many bytes at the end begin a character of UTF-8 that needs more.
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

/// So many bytes at the end begin a character of UTF-16 that needs more; its units' upper bytes stand so many places
/// before the end.
fn open_utf16(bytes: &[u8], upper: usize) -> usize {
    let half = bytes.len() & 1;
    let at = bytes.len().checked_sub(half.saturating_add(upper));
    let high = at.and_then(|at| bytes.get(at)).is_some_and(|byte| byte & 0xFC == 0xD8);
    if high { half.saturating_add(2) } else { half }
}
