//! What users pass and receive. [`input`] reads it into validated [`values`]; [`lenient`] reads the service's responses.

pub mod balance;
pub mod command;
pub mod document;
pub mod history;
pub mod input;
#[cfg(not(target_arch = "wasm32"))]
pub mod json_input;
pub mod lenient;
pub mod message;
pub mod message_columns;
pub mod message_lines;
pub mod message_page;
pub mod options;
pub mod page_reader;
pub mod reference;
pub mod registrations;
pub mod sender;
pub mod senders;
pub mod tasks;
pub mod unknown_name;
pub mod values;
