//! The core of `smsc-wasm`, a client for the HTTP API of the SMSC gateway (smsc.ru, smsc.ua, smsc.kz, smscentre.com).
//!
//! The core never waits and never touches the network: it is told what a user asks, says what to send and when, is told
//! what came back, and says what that means. A call travels one road, and each stretch of it is one module:
//!
//! ```text
//! JS value ─► query ─► form ─► limits ─► fetch ─► reply ─► decoded value ─► JS value
//!    input    history   form    limits   (the JS    reply      record           js
//!          parameters                     ends)    error
//!                               driver ────────────►
//! ```
//!
//! * [`call`]: what a call is; [`driver`] runs any: attempts, waits, retries, time-outs.
//! * [`history`], [`senders`], [`tasks`], [`command`]: the endpoints, each a function from what a user gave to a call, with
//!   the tables of what it takes ([`parameters`]) and of what its reply holds ([`record`]).
//! * [`walk`]: the plan of a walk over many history pages or many sender names.
//! * [`csv`]: the scanner of task files.
//! * `formats`: saved replies in any of the four formats. In wasm only with the feature of that name, which makes a small
//!   module of its own.
//! * `js` (wasm only): the JavaScript ends. All else builds and is tested natively.

#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::unreachable,
        clippy::cast_lossless,
        reason = "a test may fail loudly"
    )
)]

pub mod call;
pub mod command;
pub mod credentials;
pub mod csv;
pub mod day;
pub mod driver;
pub mod error;
pub mod form;
#[cfg(any(not(target_arch = "wasm32"), feature = "formats"))]
pub mod formats;
pub mod history;
pub mod input;
pub mod json;
pub mod limits;
pub mod parameters;
pub mod record;
pub mod reply;
pub mod senders;
pub mod settings;
pub mod tasks;
pub mod text;
pub mod walk;

#[cfg(all(target_arch = "wasm32", not(feature = "formats")))]
mod js;
#[cfg(feature = "types")]
mod types;

pub use error::{Error, ErrorCode, Result};
