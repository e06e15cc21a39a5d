//! A page of the history, read as it nearly always is: a list of flat objects whose fields are all known, each once, and of
//! the kind that they should have. Then the texts are decoded, one behind the other, and of each field it is written down where
//! its text stands, or its number. Whatever else there is leaves the page to a reader that takes its time.

use core::hint::black_box;

use crate::{
    PADDING,
    blocks::{CHUNK, ROOM, Texts},
    character, grow,
};

/// A field that a message can have.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// Its key, of at most 15 bytes.
    pub key: &'a str,
    /// Whether it is a whole number, quoted or not; else it is a text, or a number that is taken as its digits.
    pub whole: bool,
}

/// So many cells stand before those of a message's fields: from where to where its texts reach, and which fields it has.
pub const HEAD: usize = 2;

/// Marks the end of a text that holds escapes; and, among the fields that it has, a message that has such a text.
pub const ESCAPED: u64 = 1 << 63;

/// A page, and where in it everything stands.
#[derive(Debug)]
pub struct Page {
    /// The page, and room for a longer one.
    input: Vec<u8>,
    length: usize,
    texts: Texts,
    text: Vec<u16>,
    written: usize,
    /// Of each message [`HEAD`] cells and one for each field: where a text begins among those of its message and, in the upper
    /// half, where it ends, in units of UTF-16; or the bits of a whole number as a float.
    cells: Vec<u64>,
    filled: usize,
}

/// The cell of a `null`, which counts as missing.
const NOTHING: u64 = u64::MAX;

/// There are no more fields than this.
const MOST: usize = 32;

impl Default for Page {
    fn default() -> Self {
        let (input, text, cells) = Default::default();
        Self { input, length: 0, texts: Texts::new(), text, written: 0, cells, filled: 0 }
    }
}

impl Page {
    /// Where the next page of so many bytes is to be put.
    pub fn room(&mut self, length: usize) -> &mut [u8] {
        grow(&mut self.input, length.saturating_add(PADDING));
        self.shorten(length);
        self.input.get_mut(..length).unwrap_or_default()
    }

    /// For how many bytes there is room.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.input.len()
    }

    /// The page has only so many of those bytes.
    pub fn shorten(&mut self, length: usize) {
        self.length = length;
        if let Some(padding) = self.input.get_mut(length..length.saturating_add(PADDING)) {
            padding.fill(0);
        }
    }

    /// Reads the page that was put there. Says whether it is one that this can read, and not empty.
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    pub fn read(&mut self, fields: &[Field<'_>]) -> bool {
        grow(&mut self.text, self.input.len().saturating_add(ROOM));
        let bytes = self.input.get(..self.length.saturating_add(PADDING)).unwrap_or_default();
        let (texts, text) = (&self.texts, &mut self.text);
        let mut behind = [0; MOST];
        let mut reader = Reader { bytes, at: 0, texts, text, written: 0, base: 0, escaped: 0, behind: &mut behind };
        let filled = reader.rows(&fields.iter().map(Key::of).collect::<Vec<_>>(), &mut self.cells);
        self.written = reader.written;
        self.filled = filled.unwrap_or_default();
        self.filled > 0
    }

    /// The texts of all messages, one behind the other.
    #[must_use]
    pub fn text(&self) -> &[u16] {
        self.text.get(..self.written).unwrap_or_default()
    }

    /// The cells of all messages.
    #[must_use]
    pub fn cells(&self) -> &[u64] {
        self.cells.get(..self.filled).unwrap_or_default()
    }
}

/// A field by the bytes that stand for its key.
struct Key {
    /// The key and the quote behind it.
    bits: u128,
    mask: u128,
    length: usize,
    whole: bool,
}

impl Key {
    fn of(field: &Field<'_>) -> Self {
        let (mut bits, mut mask) = ([0; 16], [0; 16]);
        let length = field.key.len().wrapping_add(1);
        for ((byte, bit), mask) in field.key.bytes().chain([b'"']).zip(&mut bits).zip(&mut mask) {
            (*bit, *mask) = (byte, 0xFF);
        }
        Self { bits: u128::from_le_bytes(bits), mask: u128::from_le_bytes(mask), length, whole: field.whole }
    }

    /// Whether it stands there.
    fn is(&self, there: u128) -> bool {
        (there ^ self.bits) & self.mask == 0
    }
}

struct Reader<'a> {
    /// The page, with [`PADDING`] zeros behind it.
    bytes: &'a [u8],
    at: usize,
    texts: &'a Texts,
    text: &'a mut [u16],
    written: usize,
    /// Where the texts of the message begin.
    base: usize,
    /// Whether one of them holds escapes.
    escaped: u64,
    /// Which field came last time behind each of them, and first of all, in the last place.
    behind: &'a mut [u8; MOST],
}

// All of it but what is rare is one function, so that what it counts stays out of memory.
impl Reader<'_> {
    #[inline]
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or_default()
    }

    #[inline]
    fn step(&mut self) {
        self.at = self.at.wrapping_add(1);
    }

    #[inline]
    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek() == byte).then(|| self.step())
    }

    /// The next so many bytes.
    #[inline]
    fn next<const LENGTH: usize>(&self) -> Option<&[u8; LENGTH]> {
        self.bytes.get(self.at..)?.first_chunk()
    }

    #[inline]
    fn space(&mut self) {
        if self.peek() <= b' ' {
            self.at = behind_space(self.bytes, self.at);
        }
    }

    /// One of two signs, with space around it: says whether it is the first.
    #[inline]
    fn either(&mut self, first: u8, second: u8) -> Option<bool> {
        self.space();
        let is_first = self.take(first).is_some();
        if !is_first {
            self.take(second)?;
        }
        self.space();
        Some(is_first)
    }

    #[inline]
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn rows(&mut self, keys: &[Key], cells: &mut Vec<u64>) -> Option<usize> {
        self.either(b'[', b'[')?;
        let mut filled = 0_usize;
        loop {
            let from = filled;
            filled = filled.wrapping_add(HEAD).wrapping_add(keys.len());
            if cells.len() < filled {
                grow(cells, filled.wrapping_mul(2));
            }
            self.row(keys, cells.get_mut(from..filled)?)?;
            if self.either(b']', b',')? {
                return (self.at.wrapping_add(PADDING) == self.bytes.len()).then_some(filled);
            }
        }
    }

    #[inline]
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn row(&mut self, keys: &[Key], cells: &mut [u64]) -> Option<()> {
        // What stands there of an earlier page does not count.
        let [place, fields, cells @ ..] = cells else { return None };
        self.base = self.written;
        self.escaped = 0;
        self.either(b'{', b'{')?;
        self.take(b'"')?;
        let (mut there, mut seen, mut before) = (0_u64, 0_u64, MOST.wrapping_sub(1));
        loop {
            let slot = self.key(keys, before)?;
            before = slot;
            let bit = 1_u64 << slot;
            if seen & bit != 0 {
                return None;
            }
            seen |= bit;
            if self.take(b':').is_none() {
                self.either(b':', b':')?;
            }
            self.space();
            let cell = self.value(keys.get(slot)?.whole)?;
            if cell != NOTHING {
                there |= bit;
                *cells.get_mut(slot)? = cell;
            }
            // There is hardly ever space.
            if self.next() == Some(b",\"") {
                self.at = self.at.wrapping_add(2);
                continue;
            }
            if self.either(b'}', b',')? {
                break;
            }
            self.take(b'"')?;
        }
        *place = span(self.base, self.written);
        *fields = there | self.escaped;
        Some(())
    }

    /// A key: most likely it is the one that stood there last time.
    #[inline]
    fn key(&mut self, keys: &[Key], before: usize) -> Option<usize> {
        let there = u128::from_le_bytes(*self.next()?);
        let behind = self.behind.get_mut(before)?;
        let mut slot = usize::from(*behind);
        if !keys.get(slot)?.is(there) {
            slot = keys.iter().position(|key| key.is(there))?;
            *behind = u8::try_from(slot).ok()?;
        }
        self.at = self.at.wrapping_add(keys.get(slot)?.length);
        Some(slot)
    }

    /// A value, or [`NOTHING`].
    #[inline]
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn value(&mut self, whole: bool) -> Option<u64> {
        let first = self.peek();
        if first == b'"' {
            self.step();
            if !whole {
                return self.text();
            }
        }
        if first == b'n' {
            let null = self.next() == Some(b"null");
            self.at = self.at.wrapping_add(4);
            return null.then_some(NOTHING);
        }
        let number = self.number(whole)?;
        if first == b'"' {
            self.take(b'"')?;
        }
        Some(number)
    }

    /// A text, up to the quote that ends it.
    #[inline]
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn text(&mut self) -> Option<u64> {
        let (from, mut escaped, mut carry) = (self.written, 0, 0);
        loop {
            let room = self.text.get_mut(self.written..)?.first_chunk_mut()?;
            let copied = self.texts.copy(self.bytes.get(self.at..)?.first_chunk()?, carry, room);
            if copied.stops == 0 {
                self.at = self.at.wrapping_add(CHUNK);
                self.written = self.written.wrapping_add(copied.begin.count_ones() as usize);
                carry = copied.carry;
                continue;
            }
            let before = copied.stops.wrapping_sub(1) & !copied.stops;
            if copied.broken & before.wrapping_add(1) != 0 {
                return None;
            }
            self.at = self.at.wrapping_add(before.count_ones() as usize);
            self.written = self.written.wrapping_add((copied.begin & before).count_ones() as usize);
            carry = 0;
            match self.peek() {
                b'"' => break,
                b'\\' => {
                    escaped = ESCAPED;
                    let [_, sign] = *self.next()?;
                    // Those by number may be half a pair.
                    matches!(sign, b'"' | b'\\' | b'/' | b'n' | b'r' | b't' | b'b' | b'f').then_some(())?;
                    self.write(b'\\'.into());
                    self.write(sign.into());
                    self.at = self.at.wrapping_add(2);
                }
                ..b' ' => return None,
                _ => {
                    let (unit, second, length) = character(*self.next()?)?;
                    self.write(unit);
                    if second != 0 {
                        self.write(second);
                    }
                    self.at = self.at.wrapping_add(length);
                }
            }
        }
        self.step();
        self.escaped |= escaped;
        Some(self.span(from) | escaped)
    }

    #[inline]
    fn write(&mut self, unit: u16) {
        if let Some(slot) = self.text.get_mut(self.written) {
            *slot = unit;
        }
        self.written = self.written.wrapping_add(1);
    }

    /// The place of what was written since then.
    #[inline]
    fn span(&self, from: usize) -> u64 {
        span(from.wrapping_sub(self.base), self.written.wrapping_sub(self.base))
    }

    /// A number: a whole one as a float, or its digits as a text.
    #[inline]
    fn number(&mut self, whole: bool) -> Option<u64> {
        let from = self.at;
        let minus = self.take(b'-').is_some();
        let first = self.at;
        let mut number = 0_u64;
        while let digit @ b'0'..=b'9' = self.peek() {
            number = number.wrapping_mul(10).wrapping_add(u64::from(digit & 0xF));
            self.step();
        }
        let digits = self.at.wrapping_sub(first);
        if digits == 0 || self.bytes.get(first) == Some(&b'0') && (digits > 1 || minus) {
            return None;
        }
        if !whole {
            if self.take(b'.').is_some() {
                let point = self.at;
                while self.peek().is_ascii_digit() {
                    self.step();
                }
                if self.at == point {
                    return None;
                }
            }
            let text = self.written;
            for byte in self.bytes.get(from..self.at)? {
                // Not unrolled: there are few.
                self.write(black_box(*byte).into());
            }
            return Some(self.span(text));
        }
        if digits > 15 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "so few digits fit")]
        let number = number as f64;
        Some(if minus { -number } else { number }.to_bits())
    }
}

/// What is behind the space that stands there.
#[cold]
#[inline(never)]
fn behind_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at = at.wrapping_add(1);
    }
    at
}

/// The place of a text. None reaches so far that it could be [`NOTHING`]: no memory is as large.
fn span(from: usize, to: usize) -> u64 {
    from as u64 | (to as u64) << 32
}
