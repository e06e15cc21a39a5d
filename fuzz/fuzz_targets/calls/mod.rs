//! What the targets `query` and `reply` share: every call, as the border makes it.

use smsc_wasm::call::Call;
use smsc_wasm::error::{ErrorCode, Result};
use smsc_wasm::input::{Fields, parse};
use smsc_wasm::{command::command, history, senders, tasks};

/// So many calls there are.
pub const COUNT: u8 = 11;

/// Makes a call of what a user gave. The last two are `call` and `raw`, for a script of that name.
pub fn make(which: u8, input: &str, script: &str, idempotent: bool) -> Result<Call> {
    let values = parse(input, ErrorCode::InvalidParameter, "the query")?;
    let fields = &Fields::new(&values, ErrorCode::InvalidParameter);
    match which % COUNT {
        0 => history::list(fields),
        1 => senders::list(fields),
        2 => senders::add(fields).map(|(call, _)| call),
        3 => senders::update(fields).map(|(call, _)| call),
        4 => senders::send_code(fields),
        5 => senders::confirm_code(fields),
        6 => senders::remove(fields),
        7 => tasks::list(fields),
        8 => tasks::file(fields),
        raw => command(script, fields, raw == 10, idempotent),
    }
}
