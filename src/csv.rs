//! CSV files of tasks: every decision about a file, from its first bytes to the fields of a message. Nothing here knows of
//! JavaScript; `web/csv.rs` exports it, and TypeScript moves the bytes.
//!
//! ```text
//! bytes ─► compression ─► preamble ─► scanner ─► records ─► rows (TypeScript)
//!          dialect, zip   dialect,    scanner    reader,    column_fields
//!                         charset_guess          columns
//! ```
//!
//! * [`options`]: the part of the dialect that the caller knows.
//! * [`dialect`]: compression, and the result, [`CsvDialect`](dialect::CsvDialect); [`delimiter`]; [`charset_guess`] and [`utf_16`]:
//!   the charset.
//! * [`zip`]: the file in a zip archive.
//! * [`scanner`]: from bytes to the text of all fields ([`smsc_scan`]); [`reader`]: the same with the header and the dialect.
//! * [`field_locator`]: the fields of a file without decoding them; [`bulk_reader`]: what they become instead of rows, columns
//!   ([`column_batch`]) or lines of JSON, whose keys [`json_keys`] makes. [`dialect_state`]: the header and the charset, for both readers.
//! * [`columns`]: the columns' names; [`titles`] and [`column_fields`]: the fields of a message that they hold.
//! * [`content_disposition`]: the name of a downloaded file.
//! * [`error`]: the reasons why a file cannot be read.

pub mod bulk_reader;
pub mod charset_guess;
pub mod column_batch;
pub mod column_fields;
pub mod columns;
pub mod content_disposition;
pub mod delimiter;
pub mod dialect;
pub mod dialect_state;
pub mod error;
pub mod field_locator;
pub mod json_keys;
pub mod options;
pub mod reader;
pub mod record_limits;
pub mod scanner;
pub mod titles;
pub mod utf_16;
pub mod zip;

pub use scanner::Scanner;
