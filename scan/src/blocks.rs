//! What is done with a block of 64 bytes at once. There are two of it that give the same: by vectors ([`simd`]) where the
//! product runs, and without ([`scalar`]) for native builds.

pub mod scalar;
#[cfg(target_arch = "wasm32")]
pub mod simd;

#[cfg(not(target_arch = "wasm32"))]
pub use scalar::{Blocks, Texts};
#[cfg(target_arch = "wasm32")]
pub use simd::{Blocks, Texts};

/// So many bytes make a block.
pub const BLOCK: usize = 64;

/// A block, and what is looked at behind it: a character can begin in it and end there.
pub const WINDOW: usize = BLOCK + AHEAD;

/// The units of a block, and what is written beside them.
pub const ROOM: usize = 72;

/// So many bytes of a text of JSON are looked at at once.
pub const CHUNK: usize = 16;

/// Those and what is looked at behind them.
pub const AHEAD: usize = 24;

/// The beginning of a text of JSON, whose characters of one byte and two were decoded. The lowest bit of a mask stands for the
/// first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// What a text cannot hold as it is (quotes, backslashes, what is below the space), first bytes of longer characters, and
    /// bytes that are in the wrong place. Nothing counts from the lowest of them on.
    pub stops: u32,
    /// The bytes of which there is a unit.
    pub begin: u32,
    /// 1 where the first of the bytes that follow belongs to the last of the units.
    pub carry: u32,
    /// Bytes that are in the wrong place.
    pub broken: u32,
}

/// Where in a block bytes of some kind are: the lowest bit stands for the first byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Masks {
    /// `"`.
    pub quotes: u64,
    /// Delimiters, LF and CR.
    pub events: u64,
    /// LF and CR.
    pub breaks: u64,
}

/// Where in a block of UTF-8 bytes beyond ASCII are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Characters {
    /// Bytes that continue a character.
    pub continuing: u64,
    /// First bytes of characters of two bytes.
    pub lead: u64,
    /// First bytes of longer ones, and bytes that UTF-8 never has.
    pub longer: u64,
}
