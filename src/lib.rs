//! The core of `smsc-wasm`, a client for the HTTP API of the SMSC gateway (smsc.ru, smsc.ua, smsc.kz, smsc.tj, smscentre.com).
//!
//! * [`api`]: what users pass and receive, one module per concept. An endpoint is a type with a `to_request`.
//! * [`protocol`]: what goes over the wire: forms, credentials, responses, errors, formats.
//! * [`client`]: how a call runs: attempts, retries, deadlines, rate limits, pagination, polling.
//! * [`csv`]: task files: charset, dialect, columns, archives.
//! * `web` (wasm only): the exports, and the execution of a call: `fetch`, timers, signals. It makes no decisions.
//!
//! Everything but `web` is pure: no clock, no I/O, no JavaScript. `ARCHITECTURE.md` shows the path of one call.

#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::unreachable,
        clippy::cast_lossless,
        reason = "a test may fail with a panic"
    )
)]

pub mod api;
pub mod client;
pub mod csv;
pub mod protocol;

#[cfg(target_arch = "wasm32")]
#[allow(missing_debug_implementations, reason = "its types hold JavaScript values, and nothing prints them")]
mod web;

pub use client::error::{Error, ErrorCode, Result};
