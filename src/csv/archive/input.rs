//! The bytes of an archive that are not read yet.

use smsc_scan::LOOK_BACK;

use super::Step;

/// The bytes of an archive that are not read yet.
#[derive(Debug, Default)]
pub struct Input {
    bytes: Vec<u8>,
    position: usize,
    /// Bytes before those that are held.
    removed: u64,
    is_complete: bool,
}

impl Input {
    /// Adds bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        // The decoder may return bytes that it read ahead.
        let kept = self.position.saturating_sub(LOOK_BACK);
        self.bytes = [self.bytes.get(kept..).unwrap_or_default(), bytes].concat();
        self.position = self.position.saturating_sub(kept);
        self.removed = self.removed.saturating_add(kept as u64);
    }

    /// Ends the input.
    pub fn end(&mut self) {
        self.is_complete = true;
    }

    /// Whether no more bytes follow those that are held.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// The bytes that are not read yet.
    #[must_use]
    pub fn rest(&self) -> &[u8] {
        self.bytes.get(self.position..).unwrap_or_default()
    }

    /// All bytes that are held, and the position in them, for the decoder.
    pub fn parts(&mut self) -> (&[u8], &mut usize) {
        (&self.bytes, &mut self.position)
    }

    /// Skips bytes.
    pub fn skip(&mut self, length: usize) {
        self.position = self.position.saturating_add(length).min(self.bytes.len());
    }

    /// The number of bytes read so far.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.removed.saturating_add(self.position as u64)
    }

    /// Takes all bytes that are held.
    pub(super) fn take(&mut self) -> Step {
        if self.rest().is_empty() {
            return if self.is_complete { Step::End } else { Step::NeedsInput };
        }
        let bytes = self.rest().to_vec();
        self.skip(bytes.len());
        Step::Bytes(bytes)
    }
}

/// A little-endian number of `N` bytes; 0 beyond the end.
pub(super) fn number<const N: usize>(bytes: &[u8], at: usize) -> u64 {
    let digits = bytes.get(at..at.saturating_add(N)).unwrap_or_default();
    digits.iter().rev().fold(0, |number, digit| number << 8 | u64::from(*digit))
}

/// A little-endian length of `N` bytes; 0 beyond the end.
pub(super) fn length<const N: usize>(bytes: &[u8], at: usize) -> usize {
    usize::try_from(number::<N>(bytes, at)).unwrap_or(usize::MAX)
}
