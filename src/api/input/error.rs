//! What is wrong with a value, and the message that says it.

use std::fmt;

use serde::de::{self, Error as _, Expected, Unexpected};

use super::{Kind, describe::shorten, misplaced_option};
use crate::{
    api::{
        message::camel_case,
        unknown_name::{alias, nearest, unknown_name},
    },
    client::error::{Error, ErrorCode},
};

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
pub(super) enum Problem {
    /// What the value takes and what it got, as a predicate.
    Mismatch {
        message: String,
        /// The same without the text that it got.
        redacted: String,
    },
    /// The field is none of these.
    Unknown {
        /// The fields that are known.
        known: &'static [&'static str],
        /// The field `id` of the object, if it has one.
        id: Option<String>,
    },
}

impl InputError {
    pub(super) fn new(problem: Problem) -> Self {
        Self(Box::new(Fault { path: None, index: None, problem, hint: None }))
    }

    fn mismatch(message: &dyn fmt::Display) -> Self {
        Self::new(Problem::Mismatch { message: message.to_string(), redacted: format!("{message:#}") })
    }

    /// The same error, with what to do.
    #[must_use]
    pub(super) fn hint(mut self, hint: Option<String>) -> Self {
        self.0.hint = hint;
        self
    }

    /// The same error, inside a field of that name.
    #[must_use]
    pub(super) fn inside(mut self, name: &str) -> Self {
        self.0.path = Some(self.0.path.map_or_else(|| name.into(), |path| format!("{name}.{path}")));
        self
    }

    /// The same error, at that item of a list.
    #[must_use]
    pub(super) fn at(mut self, index: usize) -> Self {
        self.0.index = Some(index);
        self
    }

    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.0.problem, Problem::Unknown { .. })
    }

    /// The error for an unknown field that is the name of an option; else the error itself.
    pub(super) fn into_misplaced_option(self, options: &[&str], others: &[String]) -> Result<Error, Self> {
        let (Problem::Unknown { known, id }, Some(path)) = (&self.0.problem, &self.0.path) else { return Err(self) };
        let is_option = options.iter().any(|option| camel_case(option) == *path) || others.contains(path);
        // `file` is an option of rows, and an obvious name for the name of a file.
        if !is_option || (id.is_none() && alias(path, known).is_some()) {
            return Err(self);
        }
        Ok(Error::new(ErrorCode::InvalidParameter, misplaced_option(path)).parameter(path))
    }

    /// `others` are known fields of the input beside those that were read.
    pub(super) fn into_error(self, code: ErrorCode, what: &str, others: &[String]) -> Error {
        let Fault { path, index, problem, hint } = *self.0;
        let hint = hint.map(|hint| format!(". {hint}")).unwrap_or_default();
        let item = index.map(|index| format!("[{index}]")).unwrap_or_default();
        let path = path.map(|path| format!("{path}{item}"));
        let name = path.as_deref().unwrap_or_default();
        let message = match problem {
            Problem::Mismatch { message, redacted } => {
                // A secret may be in the wrong option.
                let predicate = if code == ErrorCode::InvalidOption { redacted } else { message };
                if path.is_some() { format!("`{name}` {predicate}{hint}") } else { format!("{what} {predicate}{hint}") }
            }
            // A whole task or sender name was passed to say which one is meant.
            Problem::Unknown { known: known @ (["id", "name"] | ["id", "name", _]), id: Some(id) }
                if !is_typo(name, known) =>
            {
                format!("Unknown parameter `{name}`. Pass only `{{ id: {id} }}`.")
            }
            Problem::Unknown { known, .. } => {
                let known = known.iter().copied().chain(others.iter().map(String::as_str)).collect::<Vec<_>>();
                unknown_name(name, &known, code)
            }
        };
        let error = Error::new(code, message);
        if path.is_some() { error.parameter(name) } else { error }
    }
}

fn is_typo(path: &str, known: &[&str]) -> bool {
    nearest(path, known).is_some()
}

fn is_integer(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Why a value is rejected, as a predicate. `{:#}` does not show a text that may be a secret.
pub(crate) struct Mismatch<'a> {
    /// The accepted values.
    pub expected: String,
    /// The value that was passed.
    pub given: Given<'a>,
    /// A note about that value: why it is rejected, or the remedy.
    pub explanation: Option<String>,
}

/// A value that is rejected.
pub(crate) enum Given<'a> {
    /// It is missing.
    Nothing,
    /// A text.
    Text(&'a str),
    /// Another value, as a message describes it.
    Other(String),
}

impl fmt::Display for Mismatch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// The characters of a text that is too short for a secret.
        const MAX_SHOWN: usize = 3;
        let expected = &self.expected;
        let given = match &self.given {
            Given::Nothing => return write!(f, "is missing; it takes {expected}"),
            Given::Text(text) if f.alternate() && text.chars().nth(MAX_SHOWN).is_some() => "a text",
            Given::Text(text) => &format!("\"{}\"", shorten(text)),
            Given::Other(description) => description,
        };
        let (colon, explanation) = self.explanation.as_ref().map_or(("", ""), |explanation| (": ", explanation));
        write!(f, "takes {expected}, and got {given}{colon}{explanation}")
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
            Self::Mismatch { message, .. } => f.write_str(message),
            Self::Unknown { .. } => f.write_str("is unknown"),
        }
    }
}

impl std::error::Error for InputError {}

impl de::Error for InputError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::mismatch(&message)
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
        let expected = format!("one of \"{}\"", expected.join("\", \""));
        Self::custom(Mismatch { expected, given: Given::Text(got), explanation: None }).hint(hint)
    }
}

impl<V> Kind<V> {
    /// The error for a value of another kind than expected.
    pub(super) fn mismatch(&self, expected: &str) -> InputError {
        let given = match self {
            Self::Undefined => Given::Nothing,
            Self::Text(text) => Given::Text(text),
            _ => Given::Other(self.describe()),
        };
        InputError::custom(Mismatch { expected: expected.into(), given, explanation: None })
    }

    /// What to do with a value that was passed alone, and not as the field of an object with these fields.
    pub(super) fn hint_of_field(&self, known: &[&str]) -> Option<String> {
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
    pub(super) fn mismatch_hiding_text(&self, expected: &str) -> InputError {
        match self {
            Self::Text(_) => InputError::custom(format_args!("takes {expected}, and got a text")),
            _ => self.mismatch(expected),
        }
    }
}
