//! The values of one column of a batch: each different value once, and for each row its code, the index of its value.

use crate::windows_1251::WINDOWS_1251;

/// The values of one column of a batch.
#[derive(Debug, Default)]
pub struct Dictionary {
    /// A hash table: in the upper half of a slot the hash of a value, in the lower half its code plus one, or 0.
    slots: Vec<u64>,
    /// The bytes of all values, one after the other.
    bytes: Vec<u8>,
    /// The end of each value in the bytes.
    ends: Vec<u32>,
    codes: Vec<u32>,
    text: Vec<u16>,
    text_ends: Vec<u32>,
}

/// The text of all values, one after the other, and the end of each.
#[derive(Clone, Copy, Debug)]
pub enum DictionaryText<'a> {
    /// ASCII.
    Ascii(&'a [u8], &'a [u32]),
    /// UTF-16.
    Utf16(&'a [u16], &'a [u32]),
}

/// The length of a value, and its first and last eight bytes: short values are compared at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Fingerprint {
    first: u64,
    last: u64,
    length: u32,
}

/// Values up to this length are equal if their fingerprints are.
const FINGERPRINT_LEN: usize = 16;

/// The number of slots of the first table.
const MIN_SLOTS: usize = 256;

impl Dictionary {
    /// Removes all values.
    pub fn clear(&mut self) {
        self.slots.fill(0);
        self.ends.clear();
        self.bytes.clear();
        self.codes.clear();
    }

    /// Adds the value of the next row.
    #[inline]
    pub fn push(&mut self, value: &[u8]) {
        if self.ends.len().wrapping_mul(2) >= self.slots.len() {
            self.grow();
        }
        let fingerprint = Fingerprint::new(value);
        let hash = hash(&fingerprint, value);
        let mask = self.slots.len().wrapping_sub(1);
        let mut index = hash as usize & mask;
        let code = loop {
            let Some(slot) = self.slots.get_mut(index) else { return };
            if *slot == 0 {
                let code = number(self.ends.len());
                *slot = u64::from(hash) << 32 | u64::from(code.wrapping_add(1));
                self.bytes.extend_from_slice(value);
                self.ends.push(number(self.bytes.len()));
                break code;
            }
            if (*slot >> 32) as u32 == hash {
                #[expect(clippy::cast_possible_truncation, reason = "the lower half")]
                let code = (*slot as u32).wrapping_sub(1);
                if self.is_equal(code as usize, &fingerprint, value) {
                    break code;
                }
            }
            index = index.wrapping_add(1) & mask;
        };
        self.codes.push(code);
    }

    #[inline]
    fn is_equal(&self, code: usize, fingerprint: &Fingerprint, value: &[u8]) -> bool {
        let known = self.value(code);
        Fingerprint::new(known) == *fingerprint && (value.len() <= FINGERPRINT_LEN || known == value)
    }

    fn value(&self, code: usize) -> &[u8] {
        let end = |code: usize| self.ends.get(code).map_or(0, |end| *end as usize);
        self.bytes.get(code.checked_sub(1).map_or(0, end)..end(code)).unwrap_or_default()
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        let length = self.slots.len().wrapping_mul(4).max(MIN_SLOTS);
        let old = core::mem::replace(&mut self.slots, vec![0; length]);
        let mask = length.wrapping_sub(1);
        for slot in old.into_iter().filter(|slot| *slot != 0) {
            let mut index = (slot >> 32) as usize & mask;
            while self.slots.get(index).is_some_and(|slot| *slot != 0) {
                index = index.wrapping_add(1) & mask;
            }
            if let Some(free) = self.slots.get_mut(index) {
                *free = slot;
            }
        }
    }

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// For each row, the code of its value.
    #[must_use]
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// Decodes the values: windows-1251 if `is_single_byte`, otherwise UTF-8, in which invalid bytes become replacement characters.
    pub fn decode(&mut self, is_single_byte: bool) -> DictionaryText<'_> {
        if self.bytes.is_ascii() {
            return DictionaryText::Ascii(&self.bytes, &self.ends);
        }
        self.text.clear();
        self.text_ends.clear();
        self.text.reserve(self.bytes.len());
        let mut start = 0;
        for end in &self.ends {
            let bytes = self.bytes.get(start as usize..*end as usize).unwrap_or_default();
            start = *end;
            if is_single_byte {
                let unit = |byte: &u8| byte.checked_sub(0x80).map_or(u16::from(*byte), upper_half);
                self.text.extend(bytes.iter().map(unit));
            } else {
                match core::str::from_utf8(bytes) {
                    Ok(text) => self.text.extend(text.encode_utf16()),
                    Err(_) => self.text.extend(String::from_utf8_lossy(bytes).encode_utf16()),
                }
            }
            self.text_ends.push(number(self.text.len()));
        }
        DictionaryText::Utf16(&self.text, &self.text_ends)
    }
}

fn upper_half(index: u8) -> u16 {
    WINDOWS_1251.get(usize::from(index)).copied().unwrap_or_default()
}

/// A number of at most 32 bits: a batch is far smaller.
#[expect(clippy::cast_possible_truncation, reason = "a batch has less than 2^32 bytes")]
fn number(length: usize) -> u32 {
    length as u32
}

impl DictionaryText<'_> {
    /// Each value as a string.
    #[must_use]
    pub fn texts(self) -> Vec<String> {
        let (Self::Ascii(_, ends) | Self::Utf16(_, ends)) = self;
        let mut start = 0;
        let texts = ends.iter().map(|end| {
            let range = start as usize..*end as usize;
            start = *end;
            match self {
                Self::Ascii(bytes, _) => String::from_utf8_lossy(bytes.get(range).unwrap_or_default()).into_owned(),
                Self::Utf16(units, _) => String::from_utf16_lossy(units.get(range).unwrap_or_default()),
            }
        });
        texts.collect()
    }
}

impl Fingerprint {
    #[inline]
    fn new(value: &[u8]) -> Self {
        let length = number(value.len());
        let (first, last) = match (value.first_chunk::<8>(), value.last_chunk::<8>()) {
            (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
            _ => match (value.first_chunk::<4>(), value.last_chunk::<4>()) {
                (Some(first), Some(last)) => (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into()),
                _ => (value.iter().fold(0, |bits, byte| bits << 8 | u64::from(*byte)), 0),
            },
        };
        Self { first, last, length }
    }
}

const MULTIPLIERS: [u64; 2] = [0x9E37_79B9_7F4A_7C15, 0xD6E8_FEB8_6659_FD93];

/// The hash of a value. Not all 64 bits have to be good: the upper half is used.
#[inline]
fn hash(fingerprint: &Fingerprint, value: &[u8]) -> u32 {
    let [first, last] = MULTIPLIERS;
    let mut hash = (fingerprint.first ^ u64::from(fingerprint.length)).wrapping_mul(first)
        ^ fingerprint.last.wrapping_mul(last).rotate_left(32);
    if value.len() > FINGERPRINT_LEN {
        let (chunks, _) = value.as_chunks();
        for chunk in chunks {
            hash = (hash ^ u64::from_le_bytes(*chunk)).wrapping_mul(first);
            hash ^= hash >> 32;
        }
    }
    (hash.wrapping_mul(last) >> 32) as u32
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(dictionary: &mut Dictionary, is_single_byte: bool) -> Vec<String> {
        let values = dictionary.decode(is_single_byte).texts();
        dictionary.codes().iter().map(|code| values[*code as usize].clone()).collect()
    }

    #[test]
    fn each_value_is_held_once() {
        let mut dictionary = Dictionary::default();
        for value in ["a", "b", "a", "", "b", ""] {
            dictionary.push(value.as_bytes());
        }
        assert_eq!(dictionary.codes(), [0, 1, 0, 2, 1, 2]);
        assert_eq!(dictionary.decode(false).texts(), ["a", "b", ""]);
        dictionary.clear();
        dictionary.push(b"b");
        assert_eq!(dictionary.codes(), [0]);
        assert_eq!(dictionary.decode(false).texts(), ["b"]);
    }

    #[test]
    fn values_are_decoded() {
        let mut dictionary = Dictionary::default();
        for value in [&b"\xD0\x96\xF0\x9D\x84\x9E"[..], b"\xFFx\xD0", b"x"] {
            dictionary.push(value);
        }
        assert_eq!(texts(&mut dictionary, false), ["Ж𝄞", "\u{FFFD}x\u{FFFD}", "x"]);
        let mut dictionary = Dictionary::default();
        dictionary.push(b"\xC6a\xB9");
        assert_eq!(texts(&mut dictionary, true), ["Жa№"]);
    }

    proptest! {
        #[test]
        fn every_row_has_its_value(values in proptest::collection::vec("[ab]{0,3}|[abЖ]{6,40}|a{0,30}b?a{0,30}", 0..300)) {
            let mut dictionary = Dictionary::default();
            for value in &values {
                dictionary.push(value.as_bytes());
            }
            let mut distinct = values.clone();
            distinct.sort();
            distinct.dedup();
            prop_assert_eq!(dictionary.decode(false).texts().len(), distinct.len());
            prop_assert_eq!(texts(&mut dictionary, false), values);
        }
    }
}
