//! JSON as the input of a call, for tests and fuzzing.
//!
//! An object with one of these fields is a value that JSON lacks: `{"$date": 0}` is a `Date` (`null` for an invalid one),
//! `{"$bigint": "5"}` a `bigint`, `{"$kind": "a function"}` a function, and any other `$kind` a symbol.

use serde::de::DeserializeOwned;

use crate::{
    api::input::{self, Input, Kind},
    client::error::{Error, ErrorCode, Result},
    protocol::json::{self, Object, Value, field},
};

/// A JSON value as the input of a call; `None` is `undefined`.
#[derive(Clone, Debug)]
pub struct JsonInput(Option<Value>);

impl JsonInput {
    /// Parses a text. An empty one is `undefined`; `None` if it is not JSON.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() { Some(Self(None)) } else { json::parse(text).ok().map(|value| Self(Some(value))) }
    }
}

/// Reads a text as [`input::read`] reads a JavaScript value.
///
/// # Errors
/// With that code, naming the path of the value at fault.
pub fn read<T: DeserializeOwned>(text: &str, code: ErrorCode, what: &str) -> Result<T> {
    let value = JsonInput::parse(text).ok_or_else(|| Error::new(code, format!("{what} takes JSON")))?;
    input::read(value, code, what)
}

/// The number that a JSON number is in JavaScript.
fn number(digits: &str) -> f64 {
    digits.parse().unwrap_or(f64::NAN)
}

fn kind_of_object(fields: &Object) -> Kind<JsonInput> {
    if let Some(date) = field(fields, "$date") {
        return Kind::Date(if let Value::Number(ms) = date { number(ms) } else { f64::NAN });
    }
    if let Some(Value::Text(digits)) = field(fields, "$bigint") {
        return Kind::BigInt(digits.clone());
    }
    match field(fields, "$kind").map(Value::as_text) {
        None => Kind::Object,
        Some(Some("a function")) => Kind::Function,
        Some(_) => Kind::Other("a symbol"),
    }
}

impl Input for JsonInput {
    fn kind(&self) -> Kind<Self> {
        let Some(value) = &self.0 else { return Kind::Undefined };
        match value {
            Value::Null => Kind::Null,
            Value::Bool(flag) => Kind::Bool(*flag),
            Value::Number(digits) => Kind::Number(number(digits)),
            Value::Text(text) => Kind::Text(text.clone()),
            Value::Array(items) => Kind::Array(items.iter().map(|item| Self(Some(item.clone()))).collect()),
            Value::Object(fields) => kind_of_object(fields),
        }
    }

    fn keys(&self) -> Option<Vec<String>> {
        let fields = self.0.as_ref()?.as_object()?;
        Some(fields.iter().map(|(name, _)| name.clone()).collect())
    }

    fn get(&self, name: &str) -> Option<Self> {
        Some(Self(field(self.0.as_ref()?.as_object()?, name).cloned()))
    }

    /// Nothing is kept: no value of JSON is one that only JavaScript can use.
    fn keep(self) -> u32 {
        0
    }
}
