//! What touches JavaScript: the exports, and the execution of a call. It decides nothing.
//!
//! * `exports`: what the package's TypeScript calls; `convert` passes values both ways.
//! * `client`: the validated options. `call`: asks the state machine for the next step and awaits it; `fetch` sends, `document`
//!   prepares a file to send, `limiter` asks a shared rate limiter, `account` queues the calls of one account, `hooks` reports,
//!   `cause` redacts what was thrown.
//! * `download` reads a file; `iteration`, `senders` and `poller` repeat calls; `page_output`: what an iteration
//!   gives.
//! * `history_page`: messages from the bytes of a page of the history.
//! * With the feature `formats`, instead of the client: `csv`, the scanner of task files; `history_output`, columns and lines of the
//!   history; `column_table`, a batch of columns; `formats`, stored responses.
//! * `timer`, `signal`, `clock`, `promise`: the platform as futures.
//! * `host`: what the package's TypeScript does for this module.

#[cfg_attr(feature = "formats", allow(dead_code, reason = "the second module converts less"))]
pub mod convert;
#[cfg_attr(feature = "formats", allow(dead_code, reason = "the second module only locates values"))]
mod history_page;
mod host;

#[cfg(feature = "formats")]
mod column_table;
#[cfg(feature = "formats")]
mod csv;
#[cfg(feature = "formats")]
mod formats;
#[cfg(feature = "formats")]
mod history_output;

#[cfg(not(feature = "formats"))]
mod account;
#[cfg(not(feature = "formats"))]
mod call;
#[cfg(not(feature = "formats"))]
mod cause;
#[cfg(not(feature = "formats"))]
mod client;
#[cfg(not(feature = "formats"))]
mod clock;
#[cfg(not(feature = "formats"))]
mod document;
#[cfg(not(feature = "formats"))]
mod download;
#[cfg(not(feature = "formats"))]
mod executor;
#[cfg(not(feature = "formats"))]
mod exports;
#[cfg(not(feature = "formats"))]
mod fetch;
#[cfg(not(feature = "formats"))]
mod hooks;
#[cfg(not(feature = "formats"))]
mod iteration;
#[cfg(not(feature = "formats"))]
mod limiter;
#[cfg(not(feature = "formats"))]
mod page_output;
#[cfg(not(feature = "formats"))]
mod poller;
#[cfg(not(feature = "formats"))]
mod promise;
#[cfg(not(feature = "formats"))]
mod senders;
#[cfg(not(feature = "formats"))]
mod signal;
#[cfg(not(feature = "formats"))]
mod timer;

/// Zeroes memory on free, because credentials pass through many temporary strings.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<rlsf::SmallGlobalTlsf> =
    zeroizing_alloc::ZeroAlloc(rlsf::SmallGlobalTlsf::new());
