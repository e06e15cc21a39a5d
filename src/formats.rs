//! Saved replies in each of the service's four formats: 0 lines of named values, 1 values with commas, 2 XML, 3 JSON. They
//! become the very values that the live calls give; what a format does not carry is absent.
//!
//! The formats 0 and 1 quote nothing, and one field of each list is free text: a message, a sender name, a task's name. So
//! what stands before it is read from the left, what stands behind it from the right, and the rest is the text, whatever
//! it holds. What can then still be read in two ways is refused.
//!
//! All of this is a WebAssembly module of its own (the feature `formats`), since the client has no use for it.

mod comma;
mod lines;
mod named;
mod xml;

#[cfg(all(target_arch = "wasm32", feature = "formats"))]
mod border;

use crate::{
    call::Endpoint,
    error::{Error, ErrorCode, Result},
    history::MESSAGE,
    json::{Object, Value, Writer},
    record::{self, Shape, convert_list, excerpt},
    reply::ApiError,
    senders::SENDER,
    tasks::TASK,
    text::trim,
};

/// A list of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// The history: `get.php`.
    History,
    /// The sender names. Whether they were asked for with `all=1`, where that is known: it tells a status from a number at
    /// the end of a name.
    Senders(Option<bool>),
    /// The deferred tasks.
    Tasks,
}

impl List {
    fn endpoint(self) -> Endpoint {
        match self {
            Self::History => Endpoint::History,
            Self::Senders(_) => Endpoint::Senders,
            Self::Tasks => Endpoint::Tasks,
        }
    }

    fn shape(self) -> &'static Shape {
        match self {
            Self::History => MESSAGE,
            Self::Senders(_) => SENDER,
            Self::Tasks => TASK,
        }
    }

    /// The endpoint's name in errors.
    fn name(self) -> &'static str {
        match self {
            Self::History => "history",
            Self::Senders(_) => "senders",
            Self::Tasks => "tasks",
        }
    }

    /// The N that says that there is nothing.
    fn nothing(self) -> i64 {
        if self == Self::Tasks { 5 } else { 3 }
    }
}

/// Reads a saved list, error or not, to the output as JSON: the list that the live call gives.
///
/// # Errors
/// What the service reported, or `bad_reply`.
pub fn decode(list: List, fmt: u32, text: &str) -> Result<String> {
    read(list, fmt, text.strip_prefix("\u{FEFF}").unwrap_or(text)).map_err(|mut error| {
        error.endpoint = Some(list.name().into());
        error
    })
}

fn read(list: List, fmt: u32, text: &str) -> Result<String> {
    if let Some(error) = ApiError::find(text) {
        return reported(list, &error);
    }
    if trim(text).is_empty() {
        return Err(Error::new(ErrorCode::BadReply, "the reply is empty", &[]));
    }
    let records = match fmt {
        0 => named::read(list, text)?,
        1 => comma::read(list, text)?,
        2 => match xml::read(list, text)? {
            xml::Reply::Records(records) => records,
            xml::Reply::Error(error) => return reported(list, &error),
        },
        3 => return record::list(text, list.shape()),
        _ => return Err(Error::new(ErrorCode::InvalidParameter, "`fmt` takes 0, 1, 2 or 3", &[]).parameter("fmt")),
    };
    let mut writer = Writer::default();
    convert_list(records.into_iter().map(|record| made(record, list.shape())).collect(), list.shape(), &mut writer);
    Ok(writer.finish())
}

fn reported(list: List, error: &ApiError) -> Result<String> {
    if error.n == list.nothing() { Ok("[]".into()) } else { Err(error.to_error(list.endpoint())) }
}

/// A record as JSON would have it. These formats write a number that is not there as an empty text.
fn made(mut record: Object, shape: &Shape) -> Value {
    let numbers = || shape.fields.split(' ').filter_map(|entry| entry.strip_prefix("#")).chain(shape.wholes.split(' '));
    record.retain(|(key, value)| {
        !matches!(value, Value::Text(text) if trim(text).is_empty() && numbers().any(|number| number == key))
    });
    Value::Object(record)
}

/// The error for a text that is not what the format has.
fn unreadable(what: &[&str], text: &str) -> Error {
    Error::new(ErrorCode::BadReply, "the reply %: %", &[&what.concat(), &excerpt(text)])
}

#[cfg(test)]
mod tests;
