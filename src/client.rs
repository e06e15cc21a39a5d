//! How a call runs. State machines: time and randomness are arguments.

pub mod clock;
pub mod cursor;
pub mod error;
pub mod exchange;
pub mod executor;
pub mod item_codec;
pub mod item_key;
pub mod iteration;
pub mod pagination;
pub mod polling;
pub mod progress;
pub mod rate_limits;
pub mod retry;
pub mod sender_search;
pub mod task_search;
