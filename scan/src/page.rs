//! Decoder of history pages in their usual form: a list of flat objects with known fields, each at most once and of its expected
//! type. It decodes the strings to one text and writes a slot for each field: the span of its text, or its number. It rejects
//! every other page, and the caller decodes that one with the general decoder.
//!
//! It can also locate the values without decoding the strings ([`PageDecoder::locate`]).

use core::hint::black_box;

use crate::{
    PADDING,
    blocks::{CHUNK_LEN, JsonStringDecoder, OUTPUT_LEN},
    decode_character, ensure_len,
    located_page::{escape_len, long_integer_slot},
};

/// A field of a message.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// The key, of at most 15 bytes.
    pub key: &'a str,
    /// Whether it is an integer, quoted or not. Other fields are text; a number is accepted and kept as its digits.
    pub is_integer: bool,
}

/// Number of slots of a message before those of its fields: the span of its text, and the mask of the fields that it has.
pub const HEADER_SLOTS: usize = 2;

/// The bit that marks escapes, in the end of a text and in the mask of the fields of its message.
pub const ESCAPED: u64 = 1 << 63;

/// The slot of a field, by its index, if the message with those slots has the field.
#[must_use]
#[inline]
pub fn field_slot(message: &[u64], field: usize) -> Option<u64> {
    let is_present = message.get(1)?.checked_shr(u32::try_from(field).ok()?)? & 1 == 1;
    message.get(HEADER_SLOTS.checked_add(field)?).copied().filter(|_| is_present)
}

/// A decoder of history pages, with its input and output buffers.
#[derive(Debug)]
pub struct PageDecoder {
    /// The page, with padding. The length stays that of the longest page.
    input: Vec<u8>,
    /// Length of the page, in bytes.
    length: usize,
    keys: Vec<FieldKey>,
    /// For each field, the index of the field that followed it last time; in the last element, that of a message's first field.
    successors: [u8; MAX_KEYS],
    string_decoder: JsonStringDecoder,
    text: Vec<u16>,
    text_len: usize,
    /// For each message, [`HEADER_SLOTS`] and one slot for each field. The slot of a text has its start in the lower half and its
    /// end in the upper half, in UTF-16 units from the start of the message's text. The slot of an integer has the bits of an
    /// `f64`. [`Self::locate`] has the spans of texts in bytes, from the start of the page.
    slots: Vec<u64>,
    slot_count: usize,
}

/// The slot of a `null`, which counts as a missing field.
const NULL_SLOT: u64 = u64::MAX;

/// Maximum number of fields.
const MAX_KEYS: usize = 32;

impl PageDecoder {
    /// A decoder of pages whose messages have these fields.
    #[must_use]
    pub fn new(fields: &[Field<'_>]) -> Self {
        let (input, text, slots) = Default::default();
        let (keys, string_decoder) = (fields.iter().map(FieldKey::new).collect(), JsonStringDecoder::new());
        Self {
            input,
            length: 0,
            keys,
            successors: [0; MAX_KEYS],
            string_decoder,
            text,
            text_len: 0,
            slots,
            slot_count: 0,
        }
    }

    /// The buffer for the next page, of `length` bytes.
    pub fn buffer(&mut self, length: usize) -> &mut [u8] {
        ensure_len(&mut self.input, length.saturating_add(PADDING));
        self.truncate(length);
        self.input.get_mut(..length).unwrap_or_default()
    }

    /// The length of the buffer for the longest page so far, in bytes, with padding.
    #[must_use]
    pub fn buffer_len(&self) -> usize {
        self.input.len()
    }

    /// Shortens the page to the first `length` bytes of the buffer.
    pub fn truncate(&mut self, length: usize) {
        self.length = length;
        if let Some(padding) = self.input.get_mut(length..length.saturating_add(PADDING)) {
            padding.fill(0);
        }
    }

    /// The number of fields of a message.
    pub(crate) fn field_count(&self) -> usize {
        self.keys.len()
    }

    /// Whether the field with that index is an integer.
    pub(crate) fn is_integer(&self, field: usize) -> Option<bool> {
        self.keys.get(field).map(|key| key.is_integer)
    }

    /// Decodes the page in the buffer. Returns `false` if the page is empty or does not have the usual form.
    pub fn decode(&mut self) -> bool {
        ensure_len(&mut self.text, self.input.len().saturating_add(OUTPUT_LEN));
        self.parse::<false>()
    }

    /// Locates the values of the page in the buffer, which is UTF-8. The slot of a text has its start and its end in the page, in
    /// bytes. Accepts what [`Self::decode`] accepts, and also `\u` escapes and integers of any length. Returns `false` for other
    /// pages.
    pub fn locate(&mut self) -> bool {
        self.parse::<true>()
    }

    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn parse<const LOCATE: bool>(&mut self) -> bool {
        let bytes = self.input.get(..self.length.saturating_add(PADDING)).unwrap_or_default();
        let mut parser = Parser::<LOCATE> {
            bytes,
            position: 0,
            string_decoder: &self.string_decoder,
            text: &mut self.text,
            text_len: 0,
            message_start: 0,
            escaped: 0,
            successors: &mut self.successors,
        };
        let slot_count = parser.parse_page(&self.keys, &mut self.slots);
        self.text_len = parser.text_len;
        self.slot_count = slot_count.unwrap_or_default();
        self.slot_count > 0
    }

    /// The text of all messages, one after the other, in UTF-16.
    #[must_use]
    pub fn text(&self) -> &[u16] {
        self.text.get(..self.text_len).unwrap_or_default()
    }

    /// The bytes of the page.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.input.get(..self.length).unwrap_or_default()
    }

    /// The slots of all messages.
    #[must_use]
    pub fn slots(&self) -> &[u64] {
        self.slots.get(..self.slot_count).unwrap_or_default()
    }
}

/// The key of a field, for a comparison with 16 bytes of input.
#[derive(Debug)]
struct FieldKey {
    /// The key and its closing quote.
    bits: u128,
    mask: u128,
    length: usize,
    is_integer: bool,
}

impl FieldKey {
    fn new(field: &Field<'_>) -> Self {
        let (mut bits, mut mask) = ([0; 16], [0; 16]);
        let length = field.key.len().wrapping_add(1);
        for ((byte, bit), mask) in field.key.bytes().chain([b'"']).zip(&mut bits).zip(&mut mask) {
            (*bit, *mask) = (byte, 0xFF);
        }
        let (bits, mask) = (u128::from_le_bytes(bits), u128::from_le_bytes(mask));
        Self { bits, mask, length, is_integer: field.is_integer }
    }

    fn matches(&self, input: u128) -> bool {
        (input ^ self.bits) & self.mask == 0
    }
}

/// A parser of one page. Its methods return `None` for a page that does not have the usual form. With `LOCATE`, it decodes no strings.
struct Parser<'a, const LOCATE: bool> {
    /// The page, and [`PADDING`] zeros after it.
    bytes: &'a [u8],
    position: usize,
    string_decoder: &'a JsonStringDecoder,
    text: &'a mut [u16],
    text_len: usize,
    /// Start of the message's text.
    message_start: usize,
    /// [`ESCAPED`] if a text of the message has escapes, otherwise 0.
    escaped: u64,
    /// [`PageDecoder::successors`].
    successors: &'a mut [u8; MAX_KEYS],
}

// All methods but the rare ones are inlined into one function, so that the position and the lengths stay in registers.
impl<const LOCATE: bool> Parser<'_, LOCATE> {
    #[inline]
    fn peek(&self) -> u8 {
        self.bytes.get(self.position).copied().unwrap_or_default()
    }

    #[inline]
    fn advance(&mut self) {
        self.position = self.position.wrapping_add(1);
    }

    #[inline]
    fn consume(&mut self, byte: u8) -> Option<()> {
        (self.peek() == byte).then(|| self.advance())
    }

    /// The next `LENGTH` bytes, without consuming them.
    #[inline]
    fn peek_chunk<const LENGTH: usize>(&self) -> Option<&[u8; LENGTH]> {
        self.bytes.get(self.position..)?.first_chunk()
    }

    #[inline]
    fn skip_whitespace(&mut self) {
        if self.peek() <= b' ' {
            self.position = position_after_whitespace(self.bytes, self.position);
        }
    }

    /// Consumes one of two bytes and the whitespace around it. Returns whether it is the first of the two.
    #[inline]
    fn consume_either(&mut self, first: u8, second: u8) -> Option<bool> {
        self.skip_whitespace();
        let is_first = self.consume(first).is_some();
        if !is_first {
            self.consume(second)?;
        }
        self.skip_whitespace();
        Some(is_first)
    }

    /// Parses the page. Returns the number of slots.
    #[inline]
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn parse_page(&mut self, keys: &[FieldKey], slots: &mut Vec<u64>) -> Option<usize> {
        self.consume_either(b'[', b'[')?;
        let mut slot_count = 0_usize;
        loop {
            let start = slot_count;
            slot_count = slot_count.wrapping_add(HEADER_SLOTS).wrapping_add(keys.len());
            if slots.len() < slot_count {
                ensure_len(slots, slot_count.wrapping_mul(2));
            }
            self.parse_message(keys, slots.get_mut(start..slot_count)?)?;
            if self.consume_either(b']', b',')? {
                return (self.position.wrapping_add(PADDING) == self.bytes.len()).then_some(slot_count);
            }
        }
    }

    #[inline]
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn parse_message(&mut self, keys: &[FieldKey], slots: &mut [u64]) -> Option<()> {
        // The slots can have values of an earlier page. The mask of present fields excludes them.
        let [text_span, field_mask, slots @ ..] = slots else { return None };
        self.message_start = self.text_len;
        self.escaped = 0;
        self.consume_either(b'{', b'{')?;
        self.consume(b'"')?;
        let (mut present, mut seen, mut previous) = (0_u64, 0_u64, MAX_KEYS.wrapping_sub(1));
        loop {
            let index = self.parse_key(keys, previous)?;
            previous = index;
            let bit = 1_u64 << index;
            if seen & bit != 0 {
                return None;
            }
            seen |= bit;
            if self.consume(b':').is_none() {
                self.consume_either(b':', b':')?;
            }
            self.skip_whitespace();
            let slot = self.parse_value(keys.get(index)?.is_integer)?;
            if slot != NULL_SLOT {
                present |= bit;
                *slots.get_mut(index)? = slot;
            }
            // Whitespace is rare.
            if self.peek_chunk() == Some(b",\"") {
                self.position = self.position.wrapping_add(2);
                continue;
            }
            if self.consume_either(b'}', b',')? {
                break;
            }
            self.consume(b'"')?;
        }
        *text_span = pack_span(self.message_start, self.text_len);
        *field_mask = present | self.escaped;
        Some(())
    }

    /// Parses a key. Returns its index. It first compares the key that followed the previous one last time.
    #[inline]
    fn parse_key(&mut self, keys: &[FieldKey], previous: usize) -> Option<usize> {
        let input = u128::from_le_bytes(*self.peek_chunk()?);
        let successor = self.successors.get_mut(previous)?;
        let mut index = usize::from(*successor);
        if !keys.get(index)?.matches(input) {
            index = keys.iter().position(|key| key.matches(input))?;
            *successor = u8::try_from(index).ok()?;
        }
        self.position = self.position.wrapping_add(keys.get(index)?.length);
        Some(index)
    }

    /// Parses a value. Returns its slot, or [`NULL_SLOT`].
    #[inline]
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn parse_value(&mut self, is_integer: bool) -> Option<u64> {
        let first = self.peek();
        if first == b'"' {
            self.advance();
            if !is_integer {
                return if LOCATE { self.locate_string() } else { self.parse_string() };
            }
        }
        if first == b'n' {
            let is_null = self.peek_chunk() == Some(b"null");
            self.position = self.position.wrapping_add(4);
            return is_null.then_some(NULL_SLOT);
        }
        let number = self.parse_number(is_integer)?;
        if first == b'"' {
            self.consume(b'"')?;
        }
        Some(number)
    }

    /// Parses a string after its opening quote.
    #[inline]
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn parse_string(&mut self) -> Option<u64> {
        let (start, mut escaped, mut carry) = (self.text_len, 0, 0);
        loop {
            let output = self.text.get_mut(self.text_len..)?.first_chunk_mut()?;
            let window = self.bytes.get(self.position..)?.first_chunk()?;
            let decoded = self.string_decoder.decode(window, carry, output);
            if decoded.stops == 0 {
                self.position = self.position.wrapping_add(CHUNK_LEN);
                self.text_len = self.text_len.wrapping_add(decoded.starts.count_ones() as usize);
                carry = decoded.carry;
                continue;
            }
            let before = decoded.stops.wrapping_sub(1) & !decoded.stops;
            if decoded.invalid & before.wrapping_add(1) != 0 {
                return None;
            }
            self.position = self.position.wrapping_add(before.count_ones() as usize);
            self.text_len = self.text_len.wrapping_add((decoded.starts & before).count_ones() as usize);
            carry = 0;
            match self.peek() {
                b'"' => break,
                b'\\' => {
                    escaped = ESCAPED;
                    let [_, escape] = *self.peek_chunk()?;
                    // A `\u` escape can be half of a surrogate pair, so the general decoder handles it.
                    matches!(escape, b'"' | b'\\' | b'/' | b'n' | b'r' | b't' | b'b' | b'f').then_some(())?;
                    self.push(b'\\'.into());
                    self.push(escape.into());
                    self.position = self.position.wrapping_add(2);
                }
                ..b' ' => return None,
                _ => {
                    let (unit, second, length) = decode_character(*self.peek_chunk()?)?;
                    self.push(unit);
                    if second != 0 {
                        self.push(second);
                    }
                    self.position = self.position.wrapping_add(length);
                }
            }
        }
        self.advance();
        self.escaped |= escaped;
        Some(self.span_from(start) | escaped)
    }

    /// Locates a string after its opening quote.
    #[inline]
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn locate_string(&mut self) -> Option<u64> {
        let (start, mut escaped) = (self.position, 0);
        loop {
            let stops = self.string_decoder.stops(self.peek_chunk()?);
            self.position = self.position.wrapping_add((stops.trailing_zeros() as usize).min(CHUNK_LEN));
            if stops == 0 {
                continue;
            }
            match self.peek() {
                b'"' => break,
                b'\\' => {
                    escaped = ESCAPED;
                    let length = escape_len(self.bytes.get(self.position..)?)?;
                    self.position = self.position.wrapping_add(length);
                }
                _ => return None,
            }
        }
        let span = pack_span(start, self.position);
        self.advance();
        Some(span | escaped)
    }

    #[inline]
    fn push(&mut self, unit: u16) {
        if let Some(target) = self.text.get_mut(self.text_len) {
            *target = unit;
        }
        self.text_len = self.text_len.wrapping_add(1);
    }

    /// The span of the text from `start` to the end, from the start of the message's text.
    #[inline]
    fn span_from(&self, start: usize) -> u64 {
        pack_span(start.wrapping_sub(self.message_start), self.text_len.wrapping_sub(self.message_start))
    }

    /// Parses a number. Returns the bits of an integer as `f64`, or the span of the digits as text.
    #[inline]
    fn parse_number(&mut self, is_integer: bool) -> Option<u64> {
        let start = self.position;
        let is_negative = self.consume(b'-').is_some();
        let first = self.position;
        let mut number = 0_u64;
        while let digit @ b'0'..=b'9' = self.peek() {
            number = number.wrapping_mul(10).wrapping_add(u64::from(digit & 0xF));
            self.advance();
        }
        let digits = self.position.wrapping_sub(first);
        if digits == 0 || self.bytes.get(first) == Some(&b'0') && (digits > 1 || is_negative) {
            return None;
        }
        if !is_integer {
            if self.consume(b'.').is_some() {
                let fraction = self.position;
                while self.peek().is_ascii_digit() {
                    self.advance();
                }
                if self.position == fraction {
                    return None;
                }
            }
            if LOCATE {
                return Some(pack_span(start, self.position));
            }
            let text_start = self.text_len;
            for byte in self.bytes.get(start..self.position)? {
                // `black_box` prevents unrolling: numbers are short.
                self.push(black_box(*byte).into());
            }
            return Some(self.span_from(text_start));
        }
        if digits > 15 {
            return if LOCATE { long_integer_slot(start, self.position) } else { None };
        }
        #[expect(clippy::cast_precision_loss, reason = "15 digits fit in 53 bits")]
        let number = number as f64;
        Some(if is_negative { -number } else { number }.to_bits())
    }
}

/// The position after whitespace.
#[cold]
#[inline(never)]
fn position_after_whitespace(bytes: &[u8], mut position: usize) -> usize {
    while matches!(bytes.get(position), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        position = position.wrapping_add(1);
    }
    position
}

/// Packs a span into a slot. It never equals [`NULL_SLOT`], because no text is long enough.
fn pack_span(start: usize, end: usize) -> u64 {
    start as u64 | (end as u64) << 32
}
