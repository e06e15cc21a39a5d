//! Decompression of deflate data (RFC 1951), which gzip files and zip archives contain.
//!
//! The platforms have a decoder too, but it does not say where the data ends, and they differ in what may follow: another member of
//! a gzip file, padding, another file of an archive.

/// The data is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged;

/// Why [`Inflater::inflate`] returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// All of the input was read.
    NeedsInput,
    /// The output is full.
    OutputFull,
    /// The data has ended. The position is behind its last byte.
    Done,
}

/// Bytes before the position that must stay in the input: the decoder reads ahead, and returns what it did not need.
pub const LOOK_BACK: usize = 8;

const WINDOW: usize = 32_768;
const BUFFER: usize = 2 * WINDOW;
const MAX_LENGTH: usize = 258;

/// Codes up to this length are looked up in a table.
const FAST_BITS: u32 = 10;
const MAX_BITS: u32 = 15;

/// Base values and extra bits of lengths and distances.
const LENGTH_BASES: [u16; 29] =
    [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const LENGTH_BITS: [u8; 29] = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASES: [u16; 30] = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
    8193, 12289, 16385, 24577,
];
const DISTANCE_BITS: [u8; 30] =
    [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];

/// The order in which a block gives the lengths of the code for code lengths.
const LENGTH_ORDER: [u8; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// A Huffman code.
#[derive(Debug)]
struct Code {
    /// For the next [`FAST_BITS`] bits: the symbol and, in the lower four bits, its length; 0 for a longer code.
    fast: Vec<u16>,
    /// The number of codes of each length.
    counts: [u16; 16],
    /// The symbols in the order of their codes.
    symbols: Vec<u16>,
}

/// The next symbol of a code.
enum Decoded {
    Symbol(u16, u32),
    NeedsInput,
    Invalid,
}

impl Code {
    /// The code of symbols with these lengths. Only a code of one symbol may be incomplete.
    fn new(lengths: &[u8]) -> Result<Self, Damaged> {
        let mut counts = [0_u16; 16];
        for length in lengths {
            let count = counts.get_mut(usize::from(*length)).ok_or(Damaged)?;
            *count = count.wrapping_add(1);
        }
        let used = lengths.iter().filter(|length| **length > 0).count();
        let (mut left, mut code, mut first) = (1_i32, 0_u32, 0_usize);
        let (mut next_codes, mut next_places) = ([0_u32; 16], [0_usize; 16]);
        for ((count, next_code), next_place) in counts.iter().zip(&mut next_codes).zip(&mut next_places).skip(1) {
            left = left.wrapping_mul(2).wrapping_sub(i32::from(*count));
            if left < 0 {
                return Err(Damaged);
            }
            code <<= 1;
            (*next_code, *next_place) = (code, first);
            code = code.wrapping_add(u32::from(*count));
            first = first.wrapping_add(usize::from(*count));
        }
        if left > 0 && used > 1 {
            return Err(Damaged);
        }
        let mut fast = vec![0_u16; 1 << FAST_BITS];
        let mut symbols = vec![0_u16; used];
        for (symbol, length) in (0_u16..).zip(lengths).filter(|(_, length)| **length > 0) {
            let (Some(code), Some(place)) =
                (next_codes.get_mut(usize::from(*length)), next_places.get_mut(usize::from(*length)))
            else {
                return Err(Damaged);
            };
            *symbols.get_mut(*place).ok_or(Damaged)? = symbol;
            *place = place.wrapping_add(1);
            let bits = u32::from(*length);
            let reversed = code.reverse_bits().wrapping_shr(32_u32.wrapping_sub(bits));
            *code = code.wrapping_add(1);
            if bits <= FAST_BITS {
                let entry = symbol << 4 | u16::from(*length);
                for slot in fast.iter_mut().skip(reversed as usize).step_by(1_usize.wrapping_shl(bits)) {
                    *slot = entry;
                }
            }
        }
        Ok(Self { fast, counts, symbols })
    }

    #[inline]
    fn decode(&self, bits: u64, available: u32) -> Decoded {
        let index = (bits & ((1 << FAST_BITS) - 1)) as usize;
        let entry = self.fast.get(index).copied().unwrap_or_default();
        let length = u32::from(entry & 0xF);
        if entry == 0 {
            return self.decode_long(bits, available);
        }
        if length > available { Decoded::NeedsInput } else { Decoded::Symbol(entry >> 4, length) }
    }

    #[inline(never)]
    fn decode_long(&self, mut bits: u64, available: u32) -> Decoded {
        let (mut code, mut first, mut index) = (0_u32, 0_u32, 0_u32);
        for (count, length) in self.counts.iter().zip(0..=MAX_BITS).skip(1) {
            if length > available {
                return Decoded::NeedsInput;
            }
            code |= u32::from(bits & 1 == 1);
            bits >>= 1;
            let count = u32::from(*count);
            let offset = code.wrapping_sub(first);
            if offset < count {
                let symbol = self.symbols.get(index.wrapping_add(offset) as usize);
                return symbol.map_or(Decoded::Invalid, |symbol| Decoded::Symbol(*symbol, length));
            }
            index = index.wrapping_add(count);
            first = first.wrapping_add(count) << 1;
            code <<= 1;
        }
        Decoded::Invalid
    }
}

#[derive(Debug)]
enum State {
    /// Before the header of a block.
    Header,
    /// In a stored block.
    Stored { left: usize },
    /// In the lengths of a block's codes: the code for lengths, the lengths so far, the numbers of both codes' symbols.
    Lengths { code: Box<Code>, lengths: Vec<u8>, literals: usize, all: usize },
    /// In compressed data.
    Data { literals: Box<Code>, distances: Box<Code> },
    /// Behind the last block.
    Done,
}

/// The decompression of one deflate stream.
#[derive(Debug)]
pub struct Inflater {
    state: State,
    is_last: bool,
    bits: u64,
    /// The number of valid bits. Higher bits are those that follow, or zero.
    available: u32,
    buffer: Vec<u8>,
    /// The output of the last call.
    start: usize,
    end: usize,
}

impl Default for Inflater {
    fn default() -> Self {
        Self { state: State::Header, is_last: false, bits: 0, available: 0, buffer: vec![0; BUFFER], start: 0, end: 0 }
    }
}

impl Inflater {
    /// Decompresses the input from the position on, which moves. The output replaces that of the call before.
    ///
    /// # Errors
    /// If the data is not valid.
    #[cold]
    pub fn inflate(&mut self, input: &[u8], position: &mut usize) -> Result<Progress, Damaged> {
        if self.end.wrapping_add(MAX_LENGTH) > BUFFER {
            let from = self.end.wrapping_sub(WINDOW);
            if self.buffer.get(from..self.end).is_some() {
                self.buffer.copy_within(from..self.end, 0);
            }
            self.end = WINDOW;
        }
        self.start = self.end;
        loop {
            let progress = match &mut self.state {
                State::Header => self.header(input, position)?,
                State::Stored { .. } => self.stored(input, position),
                State::Lengths { .. } => self.lengths(input, position)?,
                State::Data { .. } => self.data(input, position)?,
                State::Done => Some(Progress::Done),
            };
            if let Some(progress) = progress {
                return Ok(progress);
            }
        }
    }

    /// The output of the last call.
    #[must_use]
    pub fn output(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    #[inline]
    fn refill(&mut self, input: &[u8], position: &mut usize) {
        if let Some(word) = input.get(*position..).and_then(|rest| rest.first_chunk::<8>()) {
            self.bits |= u64::from_le_bytes(*word).wrapping_shl(self.available);
            *position = position.wrapping_add((63_u32.wrapping_sub(self.available) >> 3) as usize);
            // As many bytes as fit: 56 bits, and the bits of a byte that were there before.
            self.available |= 0x38;
            return;
        }
        while self.available < 56
            && let Some(byte) = input.get(*position)
        {
            self.bits |= u64::from(*byte).wrapping_shl(self.available);
            self.available = self.available.wrapping_add(8);
            *position = position.wrapping_add(1);
        }
    }

    #[inline]
    fn consume(&mut self, count: u32) {
        self.bits = self.bits.wrapping_shr(count);
        self.available = self.available.wrapping_sub(count);
    }

    #[inline]
    fn take(&mut self, count: u32) -> u64 {
        let value = self.bits & 1_u64.wrapping_shl(count).wrapping_sub(1);
        self.consume(count);
        value
    }

    /// Skips to a whole byte, and returns the bytes that were read ahead.
    fn align(&mut self, position: &mut usize) {
        *position = position.wrapping_sub((self.available >> 3) as usize);
        (self.bits, self.available) = (0, 0);
    }

    fn header(&mut self, input: &[u8], position: &mut usize) -> Result<Option<Progress>, Damaged> {
        if self.is_last {
            self.align(position);
            self.state = State::Done;
            return Ok(None);
        }
        self.refill(input, position);
        let kind = self.bits >> 1 & 3;
        // Of a stored block: the rest of the byte, the length and its complement. Of a dynamic one: its numbers.
        let needed = match kind {
            0 => 3_u32.wrapping_add(self.available.wrapping_sub(3) & 7).wrapping_add(32),
            1 | 3 => 3,
            // Three bits for each of at least four code lengths follow, so that these are never the last bits.
            _ => 17,
        };
        if self.available < 3 || self.available < needed {
            return Ok(Some(Progress::NeedsInput));
        }
        if kind == 2 {
            return self.dynamic_header(input, position);
        }
        self.is_last = self.take(1) == 1;
        self.consume(2);
        self.state = match kind {
            0 => {
                self.consume(self.available & 7);
                let (length, complement) = (self.take(16), self.take(16));
                if length ^ complement != 0xFFFF {
                    return Err(Damaged);
                }
                self.align(position);
                State::Stored { left: usize::try_from(length).unwrap_or_default() }
            }
            1 => {
                let lengths: Vec<u8> =
                    [(8, 144), (9, 112), (7, 24), (8, 8)].iter().flat_map(|(bits, n)| vec![*bits; *n]).collect();
                State::Data { literals: Code::new(&lengths)?.into(), distances: Code::new(&[5; 32])?.into() }
            }
            _ => return Err(Damaged),
        };
        Ok(None)
    }

    /// The header of a dynamic block, up to the code for code lengths: at most 17 + 19 × 3 bits, more than fit.
    fn dynamic_header(&mut self, input: &[u8], position: &mut usize) -> Result<Option<Progress>, Damaged> {
        let counts = self.bits >> 3;
        let (literals, distances) = ((counts & 31).wrapping_add(257), (counts >> 5 & 31).wrapping_add(1));
        let given = (counts >> 10 & 15).wrapping_add(4);
        let (mut rest, mut ahead) = (self.bits >> 17, self.available.wrapping_sub(17));
        // The bits behind those that are loaded, without consuming them.
        let mut next = *position;
        let mut order = [0_u8; 19];
        for place in LENGTH_ORDER.iter().take(usize::try_from(given).unwrap_or_default()) {
            if ahead < 3 {
                let Some(byte) = input.get(next) else { return Ok(Some(Progress::NeedsInput)) };
                rest = rest & 1_u64.wrapping_shl(ahead).wrapping_sub(1) | u64::from(*byte).wrapping_shl(ahead);
                ahead = ahead.wrapping_add(8);
                next = next.wrapping_add(1);
            }
            if let Some(length) = order.get_mut(usize::from(*place)) {
                *length = u8::try_from(rest & 7).unwrap_or_default();
            }
            (rest, ahead) = (rest >> 3, ahead.wrapping_sub(3));
        }
        if literals > 286 {
            return Err(Damaged);
        }
        self.is_last = self.bits & 1 == 1;
        *position = next;
        (self.bits, self.available) = (rest & 1_u64.wrapping_shl(ahead).wrapping_sub(1), ahead);
        let code = Box::new(Code::new(&order)?);
        let literals = usize::try_from(literals).unwrap_or_default();
        let all = literals.wrapping_add(usize::try_from(distances).unwrap_or_default());
        self.state = State::Lengths { code, lengths: Vec::with_capacity(all), literals, all };
        Ok(None)
    }

    fn lengths(&mut self, input: &[u8], position: &mut usize) -> Result<Option<Progress>, Damaged> {
        loop {
            self.refill(input, position);
            let State::Lengths { code, lengths, literals, all } = &mut self.state else { return Ok(None) };
            if lengths.len() >= *all {
                if lengths.len() > *all {
                    return Err(Damaged);
                }
                let (first, second) = lengths.split_at_checked(*literals).ok_or(Damaged)?;
                let literals = Box::new(Code::new(first)?);
                self.state = State::Data { literals, distances: Box::new(Code::new(second)?) };
                return Ok(None);
            }
            let (symbol, length) = match code.decode(self.bits, self.available) {
                Decoded::Symbol(symbol, length) => (symbol, length),
                Decoded::NeedsInput => return Ok(Some(Progress::NeedsInput)),
                Decoded::Invalid => return Err(Damaged),
            };
            let (value, extra, base) = match symbol {
                0..16 => (u8::try_from(symbol).unwrap_or_default(), 0, 1),
                16 => (*lengths.last().ok_or(Damaged)?, 2, 3),
                17 => (0, 3, 3),
                _ => (0, 7, 11_u64),
            };
            if self.available < length.wrapping_add(extra) {
                return Ok(Some(Progress::NeedsInput));
            }
            let repeat = base.wrapping_add(self.bits.wrapping_shr(length) & 1_u64.wrapping_shl(extra).wrapping_sub(1));
            let target = lengths.len().wrapping_add(usize::try_from(repeat).unwrap_or_default());
            lengths.resize(target, value);
            self.consume(length.wrapping_add(extra));
        }
    }

    fn stored(&mut self, input: &[u8], position: &mut usize) -> Option<Progress> {
        let State::Stored { left } = &mut self.state else { return None };
        if *left == 0 {
            self.state = State::Header;
            return None;
        }
        let source = input.get(*position..).unwrap_or_default();
        let target = self.buffer.get_mut(self.end..BUFFER).unwrap_or_default();
        let length = source.len().min(target.len()).min(*left);
        if length == 0 {
            return Some(if source.is_empty() { Progress::NeedsInput } else { Progress::OutputFull });
        }
        for (to, from) in target.iter_mut().zip(source).take(length) {
            *to = *from;
        }
        *left = left.wrapping_sub(length);
        self.end = self.end.wrapping_add(length);
        *position = position.wrapping_add(length);
        None
    }

    fn data(&mut self, input: &[u8], position: &mut usize) -> Result<Option<Progress>, Damaged> {
        // Taken out, so that the codes can be used beside the other fields.
        let State::Data { literals, distances } = std::mem::replace(&mut self.state, State::Done) else {
            return Ok(None);
        };
        let progress = self.symbols(input, position, &literals, &distances)?;
        self.state = if progress.is_some() { State::Data { literals, distances } } else { State::Header };
        Ok(progress)
    }

    /// Decompresses symbols, up to the end of the block.
    fn symbols(
        &mut self,
        input: &[u8],
        position: &mut usize,
        literals: &Code,
        distances: &Code,
    ) -> Result<Option<Progress>, Damaged> {
        while self.end.wrapping_add(MAX_LENGTH) <= BUFFER {
            self.refill(input, position);
            let (symbol, length) = match literals.decode(self.bits, self.available) {
                Decoded::Symbol(symbol, length) => (symbol, length),
                Decoded::NeedsInput => return Ok(Some(Progress::NeedsInput)),
                Decoded::Invalid => return Err(Damaged),
            };
            if let Ok(byte) = u8::try_from(symbol) {
                self.consume(length);
                if let Some(slot) = self.buffer.get_mut(self.end) {
                    *slot = byte;
                }
                self.end = self.end.wrapping_add(1);
                continue;
            }
            if symbol == 256 {
                self.consume(length);
                return Ok(None);
            }
            // The whole pair fits in the bits: 15 + 5 + 15 + 13. It is consumed only if all of it is there.
            let index = usize::from(symbol.wrapping_sub(257));
            let (Some(base), Some(extra)) = (LENGTH_BASES.get(index), LENGTH_BITS.get(index)) else {
                return Err(Damaged);
            };
            let (mut bits, mut used) = (self.bits.wrapping_shr(length), length);
            let mut value = |base: u16, extra: u8, bits: &mut u64| {
                let value = *bits & 1_u64.wrapping_shl(extra.into()).wrapping_sub(1);
                *bits = bits.wrapping_shr(extra.into());
                used = used.wrapping_add(extra.into());
                usize::from(base).wrapping_add(usize::try_from(value).unwrap_or_default())
            };
            let run = value(*base, *extra, &mut bits);
            let left = self.available.saturating_sub(used);
            let (symbol, length) = match distances.decode(bits, left) {
                Decoded::Symbol(symbol, length) => (usize::from(symbol), length),
                Decoded::NeedsInput => return Ok(Some(Progress::NeedsInput)),
                Decoded::Invalid => return Err(Damaged),
            };
            let (Some(base), Some(extra)) = (DISTANCE_BASES.get(symbol), DISTANCE_BITS.get(symbol)) else {
                return Err(Damaged);
            };
            bits = bits.wrapping_shr(length);
            used = used.wrapping_add(length);
            let distance_bits = u32::from(*extra);
            let distance = usize::from(*base).wrapping_add(
                usize::try_from(bits & 1_u64.wrapping_shl(distance_bits).wrapping_sub(1)).unwrap_or_default(),
            );
            used = used.wrapping_add(distance_bits);
            if used > self.available {
                return Ok(Some(Progress::NeedsInput));
            }
            self.consume(used);
            self.copy(distance, run)?;
        }
        Ok(Some(Progress::OutputFull))
    }

    /// Repeats earlier output.
    #[inline]
    fn copy(&mut self, distance: usize, length: usize) -> Result<(), Damaged> {
        let from = self.end.checked_sub(distance).ok_or(Damaged)?;
        let span = self.buffer.get_mut(from..self.end.wrapping_add(length)).ok_or(Damaged)?;
        if distance >= length {
            let (source, target) = span.split_at_mut_checked(distance).ok_or(Damaged)?;
            for (to, from) in target.iter_mut().zip(source) {
                *to = *from;
            }
        } else {
            for index in distance..span.len() {
                let byte = span.get(index.wrapping_sub(distance)).copied().unwrap_or_default();
                if let Some(slot) = span.get_mut(index) {
                    *slot = byte;
                }
            }
        }
        self.end = self.end.wrapping_add(length);
        Ok(())
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use miniz_oxide::{deflate::compress_to_vec, inflate::decompress_to_vec_with_limit};
    use proptest::prelude::*;

    use super::*;

    /// The output, and the length of the data, from input in pieces.
    fn inflate(input: &[u8], piece: usize) -> Result<(Vec<u8>, usize), Option<Damaged>> {
        let mut inflater = Inflater::default();
        let (mut output, mut position, mut end) = (Vec::new(), 0, 0);
        loop {
            let progress = inflater.inflate(&input[..end], &mut position).map_err(Some)?;
            output.extend_from_slice(inflater.output());
            match progress {
                Progress::Done => return Ok((output, position)),
                Progress::OutputFull => {}
                Progress::NeedsInput if end == input.len() => return Err(None),
                Progress::NeedsInput => end = input.len().min(end + piece),
            }
        }
    }

    #[test]
    fn long_output_and_long_distances() {
        for level in [0, 1, 6, 9] {
            let data: Vec<u8> = (0..300_000_u32)
                .map(|i| if i % 40_000 < 32_000 { (i.wrapping_mul(i) >> 9) as u8 } else { b'a' + (i % 3) as u8 })
                .collect();
            let packed = compress_to_vec(&data, level);
            let expected = Ok((data, packed.len()));
            for piece in [1, 5, 8, 9, 100, usize::MAX / 2] {
                assert_eq!(inflate(&packed, piece), expected, "level {level} in pieces of {piece}");
            }
        }
    }

    #[test]
    fn invalid_data() {
        for data in [
            &[0x07_u8][..],
            // A stored block whose length and complement differ.
            &[0x01, 1, 0, 1, 0, 9],
            // A distance before the beginning of the output.
            &[0x03, 0x02, 0x00, 0x00],
        ] {
            assert!(matches!(inflate(data, 1), Err(Some(Damaged)) | Err(None)), "{data:?}");
        }
        assert_eq!(inflate(&[0x07], 1), Err(Some(Damaged)));
        assert_eq!(inflate(&[0x01, 1, 0, 1, 0, 9], 9), Err(Some(Damaged)));
        assert_eq!(inflate(&[], 1), Err(None));
        assert_eq!(inflate(&[0x03, 0x00], 1), Ok((vec![], 2)));
    }

    proptest! {
        #[test]
        fn agrees_with_miniz(
            parts in proptest::collection::vec(("[a-zа-я;]{0,30}", 0_usize..400), 0..12),
            level in 0_u8..10, piece in prop_oneof![1_usize..12, 1_usize..300], tail in proptest::collection::vec(any::<u8>(), 0..20),
        ) {
            let data = parts.iter().map(|(text, times)| text.repeat(*times)).collect::<String>().into_bytes();
            let packed = compress_to_vec(&data, level);
            let input = [packed.as_slice(), &tail].concat();
            prop_assert_eq!(inflate(&input, piece), Ok((data, packed.len())));
            for length in 0..packed.len().min(40) {
                prop_assert_eq!(inflate(&packed[..length], piece), Err(None));
            }
        }

        #[test]
        fn damaged_data_agrees_with_miniz(
            data in proptest::collection::vec(0_u8..40, 0..600), level in 1_u8..10,
            edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), piece in 1_usize..300,
        ) {
            let mut packed = compress_to_vec(&data, level);
            for (at, byte) in edits {
                let at = at.index(packed.len());
                packed[at] = byte;
            }
            let expected = decompress_to_vec_with_limit(&packed, 1 << 22);
            match inflate(&packed, piece) {
                Ok((output, _)) => prop_assert_eq!(Ok(output), expected.map_err(|error| error.status)),
                Err(_) => prop_assert!(expected.is_err()),
            }
        }
    }
}
