//! Operations on a block of 64 bytes. Two implementations give the same results: [`simd`] for WebAssembly, and [`scalar`] for
//! native builds.

pub mod scalar;
#[cfg(target_arch = "wasm32")]
pub mod simd;

#[cfg(not(target_arch = "wasm32"))]
pub use scalar::{BlockDecoder, JsonStringDecoder, Utf8Classifier};
#[cfg(target_arch = "wasm32")]
pub use simd::{BlockDecoder, JsonStringDecoder, Utf8Classifier};

/// Length of a block, in bytes.
pub const BLOCK_LEN: usize = 64;

/// Length of a block and its lookahead, in bytes: a character can begin in the block and end after it.
pub const WINDOW_LEN: usize = BLOCK_LEN + CHUNK_WINDOW_LEN;

/// Length of an output buffer, in UTF-16 units: one unit for each byte of a block, and one vector that is written past them.
pub const OUTPUT_LEN: usize = 72;

/// Length of a chunk of a JSON string, in bytes.
pub const CHUNK_LEN: usize = 16;

/// Length of a chunk and its lookahead, in bytes.
pub const CHUNK_WINDOW_LEN: usize = 24;

/// Result of decoding the one-byte and two-byte characters of a chunk of a JSON string. The lowest bit of a mask is the first
/// byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodedChunk {
    /// Bytes that end the run of plain text: quotes, backslashes, control characters, first bytes of longer characters, and
    /// invalid bytes. The output is valid up to the lowest of them.
    pub stops: u32,
    /// First bytes of characters. Each has one unit in the output.
    pub starts: u32,
    /// 1 if the first byte after the chunk belongs to the last unit.
    pub carry: u32,
    /// Continuation bytes without a first byte, and bytes that should be continuation bytes and are not.
    pub invalid: u32,
}

/// Masks of the CSV syntax in a block. The lowest bit is the first byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyntaxMasks {
    /// `"`.
    pub quotes: u64,
    /// Delimiters, LF and CR, in quotes or not.
    pub terminators: u64,
    /// LF and CR, in quotes or not.
    pub line_breaks: u64,
}

/// Masks of the bytes beyond ASCII in a block of UTF-8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Utf8Masks {
    /// Continuation bytes.
    pub continuations: u64,
    /// First bytes of two-byte characters.
    pub two_byte_leads: u64,
    /// First bytes of longer characters, and bytes that never occur in UTF-8.
    pub long_or_invalid: u64,
}
