//! The checksum of gzip files and zip archives, eight bytes at a time.

const POLYNOMIAL: u32 = 0xEDB8_8320;

/// The checksum of the bytes so far.
#[derive(Debug)]
pub struct Crc32 {
    /// The effect of a byte that 0 to 7 other bytes follow.
    tables: Vec<[u32; 256]>,
    value: u32,
}

impl Default for Crc32 {
    fn default() -> Self {
        let mut tables = vec![[0_u32; 256]; 8];
        let mut table = [0_u32; 256];
        for (entry, byte) in table.iter_mut().zip(0_u32..) {
            *entry = (0..8).fold(byte, |value, _| value >> 1 ^ if value & 1 == 1 { POLYNOMIAL } else { 0 });
        }
        let first = table;
        for slot in &mut tables {
            *slot = table;
            for entry in &mut table {
                *entry = *entry >> 8 ^ at(&first, *entry);
            }
        }
        Self { tables, value: !0 }
    }
}

/// The entry of the lowest byte.
#[inline]
fn at(table: &[u32; 256], value: u32) -> u32 {
    table.get((value & 0xFF) as usize).copied().unwrap_or_default()
}

impl Crc32 {
    /// Adds bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        let Some(tables) = self.tables.first_chunk::<8>() else { return };
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            let word = u64::from_le_bytes(*word) ^ u64::from(self.value);
            #[expect(clippy::cast_possible_truncation, reason = "these are its halves")]
            let (low, high) = (word as u32, (word >> 32) as u32);
            let [t0, t1, t2, t3, t4, t5, t6, t7] = tables;
            self.value = at(t7, low)
                ^ at(t6, low >> 8)
                ^ at(t5, low >> 16)
                ^ at(t4, low >> 24)
                ^ at(t3, high)
                ^ at(t2, high >> 8)
                ^ at(t1, high >> 16)
                ^ at(t0, high >> 24);
        }
        let [t0, ..] = tables;
        for byte in rest {
            self.value = self.value >> 8 ^ at(t0, self.value ^ u32::from(*byte));
        }
    }

    /// The checksum.
    #[must_use]
    pub fn value(&self) -> u32 {
        !self.value
    }

    /// Starts over.
    pub fn reset(&mut self) {
        self.value = !0;
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn checksums() {
        for (text, checksum) in
            [("", 0), ("123456789", 0xCBF4_3926), ("The quick brown fox jumps over the lazy dog", 0x414F_A339)]
        {
            for split in 0..=text.len() {
                let (first, rest) = text.as_bytes().split_at(split);
                let mut crc = Crc32::default();
                crc.add(first);
                crc.add(rest);
                assert_eq!(crc.value(), checksum, "{text}");
            }
        }
    }
}
