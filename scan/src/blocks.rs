//! What is done with a block of 64 bytes at once. There are two of it that give the same: by vectors ([`simd`]) where the
//! product runs, and without ([`scalar`]): for native builds, and where vectors are slow.

pub mod scalar;
#[cfg(target_arch = "wasm32")]
pub mod simd;

#[cfg(not(target_arch = "wasm32"))]
pub use scalar::Blocks;
#[cfg(target_arch = "wasm32")]
pub use simd::Blocks;

/// So many bytes make a block.
pub const BLOCK: usize = 64;

/// A block, and what is looked at behind it: a character can begin in it and end there.
pub const WINDOW: usize = 80;

/// The units of a block, and what is written beside them.
pub const ROOM: usize = 72;

/// Where in a block bytes of some kind are: the lowest bit stands for the first byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Masks {
    /// `"`.
    pub quotes: u64,
    /// Delimiters, LF and CR.
    pub events: u64,
    /// LF and CR.
    pub breaks: u64,
    /// UTF-8: bytes that continue a character.
    pub continuing: u64,
    /// UTF-8: first bytes of characters of two bytes and more.
    pub lead: u64,
    /// UTF-8: first bytes of characters of three bytes and more.
    pub third: u64,
    /// UTF-8: first bytes of characters of four bytes.
    pub fourth: u64,
    /// UTF-8: whether there is a byte that it never has.
    pub never: bool,
}

impl Masks {
    /// Whether no character has more than two bytes: nor does one of four that began in the block before end here.
    #[inline]
    fn at_most_two_bytes(&self, keep: u64) -> bool {
        self.third | (keep & self.continuing) == 0
    }
}
