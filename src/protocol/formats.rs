//! Decodes stored responses in each of the service's four formats: 0 lines of named values, 1 values separated by commas, 2
//! XML, 3 JSON. The results have the types of the live calls. A field that a format does not carry is absent.
//!
//! The formats 0 and 1 quote nothing, and one field of each list is free text: a message, a sender name, a task's name. The
//! fields before it are therefore read from the left, the fields after it from the right, and the rest is the free text,
//! whatever it contains. A response that still has more than one reading is rejected.
//!
//! The client does not need this module, so it is a separate WebAssembly module (the feature `formats`).

mod comma;
mod lines;
mod text;
mod xml;

use crate::{
    api::{
        lenient::Record,
        message::{COLUMNS, Message},
        sender::{Operators, Sender},
        tasks::Task,
    },
    client::error::{Error, ErrorCode, Result},
    protocol::{
        api_error::ApiError, credentials::Credentials, form::ResponseFormat, json::Object, request::Scope, response,
    },
};

/// The sender names that a list was requested for. With `all=1`, each has a status. Without it, a number before the id is part
/// of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SenderSelection {
    /// All names: `all=1`.
    All,
    /// The active names only.
    Active,
    /// Not known. Each name then has a status if each line can have one.
    Unknown,
}

/// A list of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// The history: `get.php`.
    History,
    /// The sender names: `senders.php`.
    Senders(SenderSelection),
    /// The deferred tasks: `downloads.php`.
    Tasks,
}

impl List {
    fn scope(self) -> Scope {
        match self {
            Self::History => Scope::History,
            Self::Senders(_) => Scope::Senders,
            Self::Tasks => Scope::Tasks,
        }
    }

    /// The error number that means an empty list.
    fn empty_list_code(self) -> i64 {
        match self {
            Self::History | Self::Senders(_) => 3,
            Self::Tasks => 5,
        }
    }

    /// Whether a field of the list is an integer.
    fn is_integer(self, key: &str) -> bool {
        match self {
            Self::History => COLUMNS.iter().any(|column| column.is_integer && column.key == key),
            Self::Senders(_) => matches!(key, "id" | "status") || Operators::KEYS.contains(&key),
            Self::Tasks => matches!(key, "id" | "status"),
        }
    }
}

/// The fields of a message after its text, all of them integers, in the formats 0 and 1 (page "Получение истории отправленных сообщений").
const TRAILING_MESSAGE_FIELDS: [&str; 6] = ["type", "id", "int_id", "sms_cnt", "format", "crc"];

/// The fields of a task after its name, in the formats 0 and 1 (page "Дії з відкладеними завданнями").
const TRAILING_TASK_FIELDS: [&str; 4] = ["status", "created", "time", "file"];

/// Decodes a stored response of the history.
///
/// # Errors
/// The error that the service reported, or `bad_response`.
pub fn decode_history(text: &str, format: ResponseFormat) -> Result<Vec<Message>> {
    decode(List::History, text, format)
}

/// Decodes a stored list of sender names. `all` says whether they were requested with `all=1`, if that is known.
///
/// # Errors
/// The error that the service reported, or `bad_response`.
pub fn decode_senders(text: &str, format: ResponseFormat, all: Option<bool>) -> Result<Vec<Sender>> {
    let selection = match all {
        Some(true) => SenderSelection::All,
        Some(false) => SenderSelection::Active,
        None => SenderSelection::Unknown,
    };
    decode(List::Senders(selection), text, format)
}

/// Decodes a stored list of deferred tasks.
///
/// # Errors
/// The error that the service reported, or `bad_response`.
pub fn decode_tasks(text: &str, format: ResponseFormat) -> Result<Vec<Task>> {
    decode(List::Tasks, text, format)
}

fn decode<T: From<Record>>(list: List, text: &str, format: ResponseFormat) -> Result<Vec<T>> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let objects = decode_objects(list, text, format).map_err(|error| error.at(list.scope().endpoint()))?;
    Ok(objects.into_iter().map(|fields| T::from(Record::new(fields))).collect())
}

/// The items of a list, under the keys that they have in JSON.
fn decode_objects(list: List, text: &str, format: ResponseFormat) -> Result<Vec<Object>> {
    if let Some(error) = ApiError::find(text) {
        return reported(list, &error);
    }
    if text.trim_ascii().is_empty() {
        return Err(Error::new(ErrorCode::BadResponse, "the response is empty"));
    }
    let mut objects = match format {
        ResponseFormat::Text => text::decode(list, text)?,
        ResponseFormat::Comma => comma::decode(list, text)?,
        ResponseFormat::Xml => match xml::decode(list, text)? {
            xml::Document::List(objects) => objects,
            xml::Document::Error(error) => return reported(list, &error),
        },
        ResponseFormat::Json => return response::objects(text),
    };
    for object in &mut objects {
        remove_empty_integers(list, object);
    }
    Ok(objects)
}

fn reported(list: List, error: &ApiError) -> Result<Vec<Object>> {
    if error.n == list.empty_list_code() {
        Ok(Vec::new())
    } else {
        Err(error.to_error(Some(list.scope()), &Credentials::none()))
    }
}

/// The formats other than JSON write an absent integer as an empty text.
fn remove_empty_integers(list: List, object: &mut Object) {
    object.retain(|(key, value)| {
        let is_blank = value.as_text().is_some_and(|text| text.trim_ascii().is_empty());
        !(is_blank && list.is_integer(key))
    });
}

/// The error for a response that is not in its format.
fn malformed(message: &str, text: &str) -> Error {
    Error::bad_response(&format!("the response {message}"), text)
}

#[cfg(test)]
mod tests;
