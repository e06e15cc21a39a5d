//! The executor of the calls. `spawn_local` of `wasm-bindgen-futures` runs other tasks, such as the renewal of a lease: it adds a
//! microtask to each wake, which takes longer than the rest of a wake (docs/dependencies.md).

use std::future::Future;

use wasm_bindgen_futures::spawn_local;

use crate::client::executor::Executor;

thread_local! {
    static EXECUTOR: Executor = Executor::new(|| spawn_local(async { EXECUTOR.with(Executor::run) }));
}

/// Runs the future of a call, now until it waits. Inside the poll of another one, after that.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    EXECUTOR.with(|executor| executor.spawn(Box::pin(future)));
}

/// Calls a function, then continues the calls that it woke. JavaScript must have called the module from its event loop, not from a
/// user's code.
pub fn enter(act: impl FnOnce()) {
    EXECUTOR.with(|executor| executor.enter(act));
}
