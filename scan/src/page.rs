//! A page of the history, read as it nearly always is: a list of flat objects whose fields are all known, each once, and of
//! the kind that they should have. Then nothing is copied: the page is decoded, and of each field it is written down where it
//! stands. Whatever else there is leaves the page to a reader that takes its time.

use core::slice;

use crate::{PADDING, Scan};

/// A field that a message can have.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// Its key.
    pub key: &'a str,
    /// Whether it is a whole number, quoted or not; else it is a text, or a number that is taken as its digits.
    pub whole: bool,
}

impl Field<'_> {
    /// Whether this is its key.
    #[inline(never)]
    fn is(&self, units: &[u16]) -> bool {
        let key = self.key.as_bytes();
        // All of it, wherever it differs: to stop early takes longer.
        key.len() == units.len()
            && key.iter().zip(units).fold(0, |other, (byte, unit)| other | u16::from(*byte) ^ *unit) == 0
    }
}

/// So many cells stand before those of a message's fields: from where to where it reaches, and which fields it has.
pub const HEAD: usize = 2;

/// Marks the end of a text that holds escapes.
pub const ESCAPED: u64 = 1 << 63;

/// A page, and where in it everything stands.
#[derive(Debug)]
pub struct Page {
    input: Vec<u8>,
    scan: Scan,
    rows: usize,
    /// Of each message [`HEAD`] cells and one for each field: where a text begins and, in the upper half, where it ends, in
    /// units of UTF-16; or the bits of a whole number as a float.
    cells: Vec<u64>,
}

/// The cell of a `null`, which counts as missing.
const NOTHING: u64 = u64::MAX;

const NULL: [u16; 4] = [0x6E, 0x75, 0x6C, 0x6C];

/// There are no more fields than this.
const MOST: usize = 32;

impl Default for Page {
    fn default() -> Self {
        Self { input: Vec::new(), scan: Scan::new(0, false), rows: 0, cells: Vec::new() }
    }
}

impl Page {
    /// Where the next page of so many bytes is to be put.
    pub fn room(&mut self, length: usize) -> &mut [u8] {
        self.input.clear();
        self.input.resize(length.saturating_add(PADDING), 0);
        self.input.get_mut(..length).unwrap_or_default()
    }

    /// The page has only so many of those bytes.
    pub fn shorten(&mut self, length: usize) {
        self.input.truncate(length);
        self.input.resize(length.saturating_add(PADDING), 0);
    }

    /// Reads the page that was put there. Says whether it is one that this can read, and not empty.
    pub fn read(&mut self, fields: &[Field<'_>]) -> bool {
        self.rows = 0;
        self.cells.clear();
        let Ok((units, marks)) = self.scan.decode(&self.input) else { return false };
        let mut reader = Reader { units, at: 0, marks: marks.iter(), cells: &mut self.cells, behind: [0; MOST] };
        let rows = reader.rows(fields);
        self.rows = rows.unwrap_or_default();
        self.rows > 0
    }

    /// How many messages there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The text of the page.
    #[must_use]
    pub fn text(&self) -> &[u16] {
        self.scan.decoded()
    }

    /// The cells of all messages.
    #[must_use]
    pub fn cells(&self) -> &[u64] {
        &self.cells
    }
}

struct Reader<'a> {
    units: &'a [u16],
    at: usize,
    /// Where the quotes are that come next, and the other signs of which a text can hold none.
    marks: slice::Iter<'a, u32>,
    cells: &'a mut Vec<u64>,
    /// Which field came last time behind each of them, and first of all, in the last place.
    behind: [u8; MOST],
}

impl Reader<'_> {
    fn peek(&self) -> u16 {
        self.units.get(self.at).copied().unwrap_or_default()
    }

    fn step(&mut self) {
        self.at = self.at.wrapping_add(1);
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek() == u16::from(byte)).then(|| self.step())
    }

    #[inline]
    fn space(&mut self) {
        if self.peek() <= 0x20 {
            self.all_space();
        }
    }

    #[cold]
    #[inline(never)]
    fn all_space(&mut self) {
        while let space @ (0x20 | 0x0A | 0x0D | 0x09) = self.peek() {
            if space < 0x20 {
                self.mark();
            }
            self.step();
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

    /// The place of the next mark.
    #[inline]
    fn mark(&mut self) -> Option<usize> {
        self.marks.next().map(|mark| *mark as usize)
    }

    fn rows(&mut self, fields: &[Field<'_>]) -> Option<usize> {
        self.either(b'[', b'[')?;
        let mut rows = 0_usize;
        loop {
            self.row(fields)?;
            rows = rows.wrapping_add(1);
            if self.either(b']', b',')? {
                return (self.at == self.units.len()).then_some(rows);
            }
        }
    }

    fn row(&mut self, fields: &[Field<'_>]) -> Option<()> {
        let (start, head) = (self.at, self.cells.len());
        self.cells.resize(head.wrapping_add(HEAD).wrapping_add(fields.len()), 0);
        self.either(b'{', b'{')?;
        let (mut there, mut seen, mut before) = (0_u64, 0_u64, MOST.wrapping_sub(1));
        loop {
            let slot = self.key(fields, before)?;
            before = slot;
            let bit = 1_u64 << slot;
            if seen & bit != 0 {
                return None;
            }
            seen |= bit;
            self.either(b':', b':')?;
            let cell = self.value(fields.get(slot)?.whole)?;
            if cell != NOTHING {
                there |= bit;
                *self.cells.get_mut(head.wrapping_add(HEAD).wrapping_add(slot))? = cell;
            }
            if self.either(b'}', b',')? {
                break;
            }
        }
        *self.cells.get_mut(head)? = span(start, self.at);
        *self.cells.get_mut(head.wrapping_add(1))? = there;
        Some(())
    }

    /// A key: most likely it is the one that stood there last time.
    #[inline(never)]
    fn key(&mut self, fields: &[Field<'_>], before: usize) -> Option<usize> {
        self.take(b'"')?;
        self.mark();
        let to = self.mark()?;
        let key = self.units.get(self.at..to)?;
        self.at = to;
        self.take(b'"')?;
        let behind = self.behind.get_mut(before)?;
        let guess = usize::from(*behind);
        if fields.get(guess).is_some_and(|field| field.is(key)) {
            return Some(guess);
        }
        let slot = fields.iter().position(|field| field.is(key))?;
        *behind = u8::try_from(slot).ok()?;
        Some(slot)
    }

    /// A value, or [`NOTHING`].
    #[inline(never)]
    fn value(&mut self, whole: bool) -> Option<u64> {
        match self.peek() {
            0x22 => {
                self.step();
                self.mark();
                let from = self.at;
                let (to, escaped) = self.text()?;
                if !whole {
                    self.at = to.wrapping_add(1);
                    return Some(span(from, to) | escaped);
                }
                let number = self.number(true)?;
                (self.at == to).then(|| self.step())?;
                Some(number)
            }
            0x6E => {
                let end = self.at.wrapping_add(4);
                let null = self.units.get(self.at..end) == Some(&NULL);
                self.at = end;
                null.then_some(NOTHING)
            }
            _ => self.number(whole),
        }
    }

    /// The quote that ends a text, and whether there are escapes in it.
    #[inline]
    fn text(&mut self) -> Option<(usize, u64)> {
        let mut escaped = 0;
        loop {
            let at = self.mark()?;
            match self.units.get(at)? {
                0x22 => return Some((at, escaped)),
                0x5C => {
                    escaped = ESCAPED;
                    let sign = u8::try_from(*self.units.get(at.wrapping_add(1))?).ok()?;
                    match sign {
                        // They are marks too.
                        b'"' | b'\\' => {
                            self.mark();
                        }
                        // Those by number may be half a pair.
                        _ => b"/nrtbf".contains(&sign).then_some(())?,
                    }
                }
                _ => return None,
            }
        }
    }

    /// A number: a whole one as a float, or where its digits stand.
    #[inline(never)]
    fn number(&mut self, whole: bool) -> Option<u64> {
        let from = self.at;
        let minus = self.take(b'-').is_some();
        let (number, digits) = self.digits()?;
        let leads = self.units.get(self.at.wrapping_sub(digits)) == Some(&b'0'.into());
        if leads && (digits > 1 || minus) {
            return None;
        }
        if !whole {
            if self.take(b'.').is_some() {
                self.digits()?;
            }
            return match self.peek() {
                0x65 | 0x45 => None,
                _ => Some(span(from, self.at)),
            };
        }
        if digits > 15 || matches!(self.peek(), 0x2E | 0x65 | 0x45) {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "so few digits fit")]
        let number = number as f64;
        Some(if minus { -number } else { number }.to_bits())
    }

    /// At least one digit: what they say, modulo 2^64, and how many they are.
    #[inline(never)]
    fn digits(&mut self) -> Option<(u64, usize)> {
        let from = self.at;
        let mut number = 0_u64;
        while let unit @ 0x30..=0x39 = self.peek() {
            number = number.wrapping_mul(10).wrapping_add(u64::from(unit & 0xF));
            self.step();
        }
        let digits = self.at.wrapping_sub(from);
        (digits > 0).then_some((number, digits))
    }
}

/// The place of a text. None reaches so far that it could be [`NOTHING`]: no memory is as large.
fn span(from: usize, to: usize) -> u64 {
    from as u64 | (to as u64) << 32
}
