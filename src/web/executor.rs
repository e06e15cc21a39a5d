//! The executor of the calls. `spawn_local` of `wasm-bindgen-futures` runs other tasks, such as the renewal of a lease: it adds a
//! microtask to the start and to each wake (docs/dependencies.md).

use std::future::Future;

use wasm_bindgen_futures::spawn_local;

use crate::client::executor;
/// Calls a function, then continues the calls that it woke. Only for entries from the event loop, not from a user's code.
pub use crate::client::executor::enter;

/// Runs the future of a call, now until it waits; inside the poll of another call, after that poll.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    executor::spawn(Box::pin(future), || spawn_local(async { executor::run() }));
}
