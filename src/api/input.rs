//! Reads what a user passed into typed values, so that every mistake is found before anything is sent and is named by its
//! path.
//!
//! The [`Input`] trait is what a JavaScript value looks like from here; `web` implements it for `JsValue`, and the tests for
//! JSON. `serde-wasm-bindgen` reads only the fields that a struct names, so that it would let a mistyped option pass; it has
//! no paths, and does not catch what a getter throws.

use std::fmt;

use serde::{
    de::{
        self, DeserializeOwned, DeserializeSeed, Deserializer, Error as _, Expected, IntoDeserializer, SeqAccess,
        Unexpected, Visitor,
    },
    forward_to_deserialize_any,
};
use smsc_scan::MAX_SAFE_INTEGER;

use crate::{
    api::{
        message::camel_case,
        nearest_name::{alias, nearest, unknown_name},
    },
    client::error::{Error, ErrorCode},
    protocol::text::split_once,
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

/// What is wrong with a value, and where. Boxed so that a `Result` stays small.
#[derive(Debug, PartialEq, Eq)]
pub struct InputError(Box<Fault>);

#[derive(Debug, PartialEq, Eq)]
struct Fault {
    /// `None` for the input as a whole.
    path: Option<String>,
    /// The index in the list at the path. No list holds objects, so that it comes last.
    index: Option<usize>,
    problem: Problem,
    /// What to do, as a sentence.
    hint: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
enum Problem {
    /// What the value takes and what it got, as a predicate.
    Mismatch(String),
    /// The field is none of these.
    Unknown {
        /// The fields that are known.
        known: &'static [&'static str],
        /// The field `id` of the object, if it has one.
        id: Option<String>,
    },
}

impl InputError {
    fn new(problem: Problem) -> Self {
        Self(Box::new(Fault { path: None, index: None, problem, hint: None }))
    }

    /// The same error, with what to do.
    #[must_use]
    fn hint(mut self, hint: Option<String>) -> Self {
        self.0.hint = hint;
        self
    }

    /// The same error, inside a field of that name.
    #[must_use]
    fn inside(mut self, name: &str) -> Self {
        self.0.path = Some(self.0.path.map_or_else(|| name.into(), |path| format!("{name}.{path}")));
        self
    }

    /// The same error, at that item of a list.
    #[must_use]
    fn at(mut self, index: usize) -> Self {
        self.0.index = Some(index);
        self
    }

    fn is_unknown(&self) -> bool {
        matches!(self.0.problem, Problem::Unknown { .. })
    }

    /// The error for an unknown field that is the name of an option; else the error itself.
    fn into_misplaced_option(self, options: &[&str], others: &[String]) -> Result<Error, Self> {
        let (Problem::Unknown { known, id }, Some(path)) = (&self.0.problem, &self.0.path) else { return Err(self) };
        let is_option = options.iter().any(|option| camel_case(option) == *path) || others.contains(path);
        // `file` is an option of rows, and an obvious name for the name of a file.
        if !is_option || (id.is_none() && alias(path, known).is_some()) {
            return Err(self);
        }
        Ok(Error::new(ErrorCode::InvalidParameter, misplaced_option(path)).parameter(path))
    }

    /// `others` are known fields of the input beside those that were read.
    fn into_error(self, code: ErrorCode, what: &str, others: &[String]) -> Error {
        let Fault { path, index, problem, hint } = *self.0;
        let hint = hint.map(|hint| format!(". {hint}")).unwrap_or_default();
        let problem = match problem {
            // A secret may be in the wrong option.
            Problem::Mismatch(message) if code == ErrorCode::InvalidOption => Problem::Mismatch(without_text(message)),
            other => other,
        };
        let Some(path) = path else { return Error::new(code, format!("{what} {problem}{hint}")) };
        let item = index.map(|index| format!("[{index}]")).unwrap_or_default();
        let path = format!("{path}{item}");
        let message = match problem {
            Problem::Mismatch(_) => format!("`{path}` {problem}{hint}"),
            // A whole task or sender name was passed to say which one is meant.
            Problem::Unknown { known: known @ (["id", "name"] | ["id", "name", _]), id: Some(id) }
                if !is_typo(&path, known) =>
            {
                format!("Unknown parameter `{path}`. Pass only `{{ id: {id} }}`.")
            }
            Problem::Unknown { known, .. } => {
                let known = known.iter().copied().chain(others.iter().map(String::as_str)).collect::<Vec<_>>();
                unknown_name(&path, &known, code)
            }
        };
        Error::new(code, message).parameter(&path)
    }
}

fn is_typo(path: &str, known: &[&str]) -> bool {
    nearest(path, known).is_some()
}

fn is_integer(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The message without the text that it got, unless that is too short for a secret.
fn without_text(message: String) -> String {
    const MAX_SHOWN: usize = 3;
    match split_once(&message, ", and got \"") {
        Some((expected, text)) if text.chars().count() > MAX_SHOWN.saturating_add(1) => {
            format!("{expected}, and got a text")
        }
        _ => message,
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.problem.fmt(f)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mismatch(message) => f.write_str(message),
            Self::Unknown { .. } => f.write_str("is unknown"),
        }
    }
}

impl std::error::Error for InputError {}

impl de::Error for InputError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Problem::Mismatch(message.to_string()))
    }

    /// The deserializer describes a value of a wrong kind before a visitor sees it.
    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("takes {expected}"))
    }

    fn invalid_value(got: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(got, expected)
    }

    fn unknown_variant(got: &str, expected: &'static [&'static str]) -> Self {
        // "smsc.kz" for "kz"
        let last = got.rsplit('.').next().unwrap_or(got);
        let hint = nearest(last, expected).map(|nearest| format!("Did you mean \"{nearest}\"?"));
        let expected = expected.join("\", \"");
        Self::custom(format_args!("takes one of \"{expected}\", and got \"{}\"", shorten(got))).hint(hint)
    }
}

/// A text of at most 40 characters, for a message.
pub(crate) fn shorten(text: &str) -> String {
    const MAX_LENGTH: usize = 40;
    let mut short: String = text.chars().take(MAX_LENGTH).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// A number as JavaScript writes it.
#[must_use]
pub fn describe_number(number: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "compared below")]
    let integer = number as i64;
    #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "whether it is that integer")]
    match number {
        _ if number.is_nan() => "NaN".into(),
        _ if number.is_infinite() => "Infinity".into(),
        _ if integer as f64 == number && integer.unsigned_abs() <= MAX_SAFE_INTEGER => integer.to_string(),
        _ => describe_float(number),
    }
}

/// In the module the engine formats floats: the standard library's formatting would add 9 kB.
fn describe_float(number: f64) -> String {
    #[cfg(target_arch = "wasm32")]
    return js_sys::Number::from(number).to_string_with_radix(10).map(String::from).unwrap_or_default();
    #[cfg(not(target_arch = "wasm32"))]
    number.to_string()
}

/// A value, or `None` where a field is missing. What does not depend on the type that is read is in functions of their own, which
/// keeps the module small.
struct InputDeserializer<I>(Option<I>);

impl<I: Input> InputDeserializer<I> {
    fn kind(&self) -> Kind<I> {
        self.0.as_ref().map_or(Kind::Undefined, Input::kind)
    }

    fn is_missing(&self) -> bool {
        self.0.as_ref().is_none_or(Input::is_missing)
    }

    fn text(self, expected: &str) -> Result<String, InputError> {
        match self.kind() {
            Kind::Text(text) => Ok(text),
            kind => Err(kind.mismatch(expected)),
        }
    }

    fn word(self, words: &[&str]) -> Result<String, InputError> {
        self.text(&format!("one of \"{}\"", words.join("\", \"")))
    }

    fn bool(self) -> Result<bool, InputError> {
        match self.kind() {
            Kind::Bool(flag) => Ok(flag),
            kind => Err(kind.mismatch("`true` or `false`")),
        }
    }

    fn number(self) -> Result<f64, InputError> {
        match self.kind() {
            Kind::Number(number) => Ok(number),
            kind => Err(kind.mismatch("a number")),
        }
    }

    /// Any value that is not missing.
    fn handle(self) -> Result<u32, InputError> {
        match (self.kind(), self.0) {
            (kind @ Kind::Undefined, _) | (kind, None) => Err(kind.mismatch("a value")),
            (_, Some(value)) => Ok(value.keep()),
        }
    }

    fn function(self) -> Result<u32, InputError> {
        match (self.kind(), self.0) {
            (Kind::Function, Some(value)) => Ok(value.keep()),
            (kind, _) => Err(kind.mismatch_hiding_text("a function")),
        }
    }

    fn items(self) -> Result<Items<I>, InputError> {
        match self.kind() {
            Kind::Array(items) if !items.is_empty() => Ok(Items { items: items.into_iter(), read: 0 }),
            kind => Err(kind.mismatch("a list that is not empty")),
        }
    }

    /// The known fields of an object. A missing object has none of them, so that the error says what the first one takes. An
    /// unknown field is rejected: a typo would otherwise change the meaning unseen.
    fn fields(self, known: &'static [&'static str]) -> Result<Fields<I>, InputError> {
        let fields = |object| Ok(Fields { object, known, read: 0 });
        let object = match (self.kind(), self.0) {
            (Kind::Object, Some(object)) => object,
            (Kind::Undefined, _) => return fields(None),
            (kind, _) => return Err(kind.mismatch_hiding_text("an object").hint(kind.hint_of_field(known))),
        };
        let Some(keys) = object.keys() else {
            return Err(InputError::custom("takes an object, and got an object that cannot be read"));
        };
        for key in keys {
            if !known.contains(&key.as_str())
                && object.get(&key).is_none_or(|value| !matches!(value.kind(), Kind::Undefined))
            {
                let id = object.get("id").filter(|id| !id.is_missing()).map(|id| id.kind().describe());
                return Err(InputError::new(Problem::Unknown { known, id }).inside(&key));
            }
        }
        fields(Some(object))
    }
}

impl<V> Kind<V> {
    /// The value in a few words, for a message. A text may be shown.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Undefined => "nothing".into(),
            Self::Null => "null".into(),
            Self::Bool(flag) => flag.to_string(),
            Self::Text(text) => format!("\"{}\"", shorten(text)),
            Self::Number(number) => describe_number(*number),
            Self::BigInt(digits) => format!("{}n", shorten(digits)),
            Self::Date(_) => "a Date".into(),
            Self::Array(items) if items.is_empty() => "an empty list".into(),
            Self::Array(_) => "a list".into(),
            Self::Object => "an object".into(),
            Self::Function => "a function".into(),
            Self::Other(kind) => (*kind).into(),
        }
    }

    /// The error for a value of another kind than expected.
    fn mismatch(&self, expected: &str) -> InputError {
        match self {
            Self::Undefined => InputError::custom(format_args!("is missing; it takes {expected}")),
            _ => InputError::custom(format_args!("takes {expected}, and got {}", self.describe())),
        }
    }

    /// What to do with a value that was passed alone, and not as the field of an object with these fields.
    fn hint_of_field(&self, known: &[&str]) -> Option<String> {
        let has = |name: &str| known.contains(&name);
        match self {
            Self::Number(_) | Self::BigInt(_) if has("id") => Some(format!("Pass `{{ id: {} }}`.", self.describe())),
            Self::Text(text) if has("id") && is_integer(text) => {
                Some(format!("Pass `{{ id: \"{text}\" }}` or `{{ name: \"{text}\" }}`."))
            }
            Self::Text(_) if has("name") => Some(format!("Pass `{{ name: {} }}`.", self.describe())),
            Self::Text(_) if has("apiKey") => Some("An API key is passed as `{ apiKey }`.".into()),
            _ => None,
        }
    }

    /// The same for a text that is not shown: it may be a key, as in `createClient("…")`.
    fn mismatch_hiding_text(&self, expected: &str) -> InputError {
        match self {
            Self::Text(_) => InputError::custom(format_args!("takes {expected}, and got a text")),
            _ => self.mismatch(expected),
        }
    }
}

impl<'de, I: Input> Deserializer<'de> for InputDeserializer<I> {
    type Error = InputError;

    /// For the validated values: a scalar as it is, or the name of another kind.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        match self.kind() {
            Kind::Undefined => visitor.visit_unit(),
            Kind::Bool(flag) => visitor.visit_bool(flag),
            Kind::Number(number) => visitor.visit_f64(number),
            Kind::BigInt(digits) => visitor.visit_newtype_struct(digits.into_deserializer()),
            Kind::Text(text) => visitor.visit_string(text),
            #[expect(clippy::cast_possible_truncation, reason = "a cast of a float saturates")]
            Kind::Date(ms) if ms.is_finite() => visitor.visit_i64(ms as i64),
            kind => visitor.visit_byte_buf(kind.describe().into_bytes()),
        }
    }

    /// For a type that describes the text that it takes.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        let expected = (&visitor as &dyn Expected).to_string();
        visitor.visit_string(self.text(&expected)?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        if self.is_missing() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        visitor.visit_bool(self.bool()?)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        visitor.visit_f64(self.number()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        visitor.visit_string(self.text("a text")?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        let mut items = self.items()?;
        visitor.visit_seq(&mut items).map_err(|error| items.locate(error))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, InputError> {
        let handle = match name {
            ANY => self.handle()?,
            FUNCTION => self.function()?,
            _ => return visitor.visit_newtype_struct(self),
        };
        visitor.visit_u32(handle)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        let mut fields = self.fields(known)?;
        visitor.visit_seq(&mut fields).map_err(|error| fields.locate(error))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        visitor.visit_enum(self.word(variants)?.into_deserializer())
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 u8 u16 u32 u64 f32 char bytes byte_buf unit unit_struct tuple tuple_struct map
        identifier ignored_any
    }
}

/// The known fields of an object, in their order. (serde's code that reads a struct in order is a third of that which reads it by
/// names.)
struct Fields<I> {
    object: Option<I>,
    known: &'static [&'static str],
    read: usize,
}

impl<I: Input> Fields<I> {
    /// The value of the next field.
    fn next(&mut self) -> Result<Option<InputDeserializer<I>>, InputError> {
        let Some(name) = self.known.get(self.read) else { return Ok(None) };
        self.read = self.read.saturating_add(1);
        let Some(object) = &self.object else { return Ok(Some(InputDeserializer(None))) };
        match object.get(name) {
            None => Err(InputError::custom("cannot be read: its getter throws")),
            value => Ok(Some(InputDeserializer(value))),
        }
    }

    /// An error of the field that was read last.
    fn locate(&self, error: InputError) -> InputError {
        match self.read.checked_sub(1).and_then(|index| self.known.get(index)) {
            Some(name) => error.inside(name),
            None => error,
        }
    }
}

impl<'de, I: Input> SeqAccess<'de> for Fields<I> {
    type Error = InputError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, InputError> {
        self.next()?.map(|value| seed.deserialize(value)).transpose()
    }
}

/// The items of an array.
struct Items<V> {
    items: std::vec::IntoIter<V>,
    read: usize,
}

impl<V> Items<V> {
    /// An error of the item that was read last.
    fn locate(&self, error: InputError) -> InputError {
        error.at(self.read.saturating_sub(1))
    }
}

impl<'de, V: Input> SeqAccess<'de> for Items<V> {
    type Error = InputError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, InputError> {
        let Some(item) = self.items.next() else { return Ok(None) };
        self.read = self.read.saturating_add(1);
        seed.deserialize(InputDeserializer(Some(item))).map(Some)
    }
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
