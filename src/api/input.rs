//! Reads what a user passed into typed values, so that every mistake is found before anything is sent and is named by its
//! path.
//!
//! The [`Input`] trait is what a JavaScript value looks like from here; `web` implements it for `JsValue`, and the tests for
//! JSON. `serde-wasm-bindgen` reads only the fields that a struct names, so that it would let a mistyped option pass; it has
//! no paths, and does not catch what a getter throws.

use std::fmt;

use serde::de::{self, DeserializeOwned, Deserializer, Visitor};

use self::deserializer::InputDeserializer;
use crate::client::error::{Error, ErrorCode};

mod describe;
mod deserializer;
mod error;

pub use self::{describe::describe_number, error::InputError};
pub(crate) use self::{
    describe::{OBJECT, shorten},
    error::{Given, Mismatch},
};

/// A value that a user passed.
pub trait Input: Sized {
    /// The value by its kind.
    fn kind(&self) -> Kind<Self>;

    /// Whether the value is `undefined` or `null`.
    fn is_missing(&self) -> bool {
        matches!(self.kind(), Kind::Undefined | Kind::Null)
    }

    /// The names of an object's own fields; `None` if it cannot be read.
    fn keys(&self) -> Option<Vec<String>>;

    /// A field of an object, also one of its prototype; `None` if it cannot be read.
    fn get(&self, name: &str) -> Option<Self>;

    /// Keeps the value for JavaScript under a number: functions, signals, documents.
    fn keep(self) -> u32;
}

/// The kinds of values.
#[derive(Debug)]
pub enum Kind<V> {
    /// `undefined`.
    Undefined,
    /// `null`: a field that is optional counts as missing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// The digits of a `bigint`.
    BigInt(String),
    /// A string.
    Text(String),
    /// A `Date`: milliseconds since 1970, or NaN.
    Date(f64),
    /// An array.
    Array(Vec<V>),
    /// Any other object.
    Object,
    /// A function.
    Function,
    /// Anything else, by its name.
    Other(&'static str),
}

/// A value that only JavaScript can use, by the number under which [`Input::keep`] keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handle(pub u32);

/// A function that a user passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Callback(pub Handle);

/// The name of an options object in errors.
const OPTIONS: &str = "`options`";

/// The name by which [`Handle`] asks for a value of any kind.
const ANY: &str = "$any";
/// The name by which [`Callback`] asks for a function.
const FUNCTION: &str = "$function";

/// Reads a value that a user passed. `what` names it in errors ("the query").
///
/// # Errors
/// With that code, naming the path of the value at fault.
pub fn read<T: DeserializeOwned>(input: impl Input, code: ErrorCode, what: &str) -> Result<T, Error> {
    T::deserialize(InputDeserializer(Some(input))).map_err(|error| error.into_error(code, what, &[]))
}

/// Reads a query: the first argument of a call. `options` are the Rust names of the options of its next argument, `others` the names
/// of those that TypeScript reads: an error says if one of them is in the query.
///
/// # Errors
/// `invalid_parameter`, naming the path of the value at fault.
pub fn read_query<T: DeserializeOwned>(input: impl Input, options: &[&str], others: &[String]) -> Result<T, Error> {
    let code = ErrorCode::InvalidParameter;
    T::deserialize(InputDeserializer(Some(input))).map_err(|error| {
        error.into_misplaced_option(options, others).unwrap_or_else(|error| error.into_error(code, "the query", &[]))
    })
}

/// The message for an option that is in the argument before the options.
#[must_use]
pub fn misplaced_option(name: &str) -> String {
    format!("`{name}` is an option: pass it in the next argument")
}

/// Reads the options that are the core's. `others` are the names of those that TypeScript has taken out: the error of an unknown
/// option lists them too.
///
/// # Errors
/// `invalid_option` for an unknown option; with that code for an invalid one.
pub fn read_options<T: DeserializeOwned>(input: impl Input, code: ErrorCode, others: &[String]) -> Result<T, Error> {
    T::deserialize(InputDeserializer(Some(input))).map_err(|error| {
        let code = if error.is_unknown() { ErrorCode::InvalidOption } else { code };
        error.into_error(code, OPTIONS, others)
    })
}

/// Reads an argument that is a parameter itself.
///
/// # Errors
/// With that code, naming the parameter.
pub fn read_named<T: DeserializeOwned>(input: impl Input, code: ErrorCode, name: &str) -> Result<T, Error> {
    T::deserialize(InputDeserializer(Some(input))).map_err(|error| error.inside(name).into_error(code, name, &[]))
}

struct HandleVisitor(&'static str);

impl Visitor<'_> for HandleVisitor {
    type Value = Handle;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_u32<E: de::Error>(self, handle: u32) -> Result<Handle, E> {
        Ok(Handle(handle))
    }
}

impl<'de> de::Deserialize<'de> for Handle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(ANY, HandleVisitor("a value"))
    }
}

impl<'de> de::Deserialize<'de> for Callback {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(FUNCTION, HandleVisitor("a function")).map(Self)
    }
}

#[cfg(test)]
pub(crate) mod tests;
