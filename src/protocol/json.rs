//! JSON without loss: numbers stay the text they are, fields keep their order, repeated keys stay.
//!
//! `serde_json::Value` rounds numbers, and drops repeated keys; `hifijson` keeps both and weighs a third of it.

use hifijson::{
    Error, Expect, Read, SliceLexer,
    escape::{self, Lex as _},
    num::Lex as _,
    str::LexWrite as _,
    token::Lex,
};

/// Deeper nesting than this is rejected: a response of the service has three levels.
const MAX_DEPTH: usize = 128;

/// A response has at most this many values, and one more for every eight bytes: a value takes up to 32 bytes of memory, and an item
/// of a list up to 800, while `{}` takes 3 bytes of the response. A full page of the history has 27,000 values in 600 kB, a full list
/// of sender names 450,000 in 9 MB.
const MAX_VALUES: usize = 500_000;
const BYTES_PER_VALUE: usize = 8;

/// An array or object counts as this many values.
const CONTAINER_VALUES: usize = 4;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A string.
    Text(String),
    /// An array.
    Array(Vec<Value>),
    /// An object, in its order.
    Object(Object),
}

/// The fields of an object, in their order.
pub type Object = Vec<(String, Value)>;

/// Why a text is not JSON, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Whether the text is cut off: more text could make it JSON.
    pub is_incomplete: bool,
    /// Whether it has more values than are read.
    pub is_too_large: bool,
    /// The offset of the error, in bytes.
    pub offset: usize,
}

/// Parses a text that is one JSON value and nothing else.
///
/// # Errors
/// If the text is not JSON, is nested too deeply or has too many values.
pub fn parse(text: &str) -> Result<Value, SyntaxError> {
    let mut parser = Parser { lexer: SliceLexer::new(text.as_bytes()), values_left: max_values(text.len()) };
    let parsed = parser.document();
    let rest = parser.lexer.as_slice().len();
    parsed.map_err(|failure| SyntaxError {
        is_incomplete: rest == 0 && failure == Failure::Syntax,
        is_too_large: failure == Failure::TooLarge,
        offset: text.len().saturating_sub(rest).saturating_sub((failure == Failure::InvalidByte).into()),
    })
}

/// The most values of a text of that length.
fn max_values(length: usize) -> usize {
    MAX_VALUES.saturating_add(length / BYTES_PER_VALUE)
}

#[derive(PartialEq, Eq)]
enum Failure {
    /// The next byte is wrong, or missing.
    Syntax,
    /// The byte before the rest is wrong.
    InvalidByte,
    TooLarge,
}

impl From<Expect> for Failure {
    fn from(_: Expect) -> Self {
        Self::Syntax
    }
}

impl From<Error> for Failure {
    fn from(_: Error) -> Self {
        Self::Syntax
    }
}

impl From<hifijson::str::Error> for Failure {
    fn from(error: hifijson::str::Error) -> Self {
        match error {
            hifijson::str::Error::Control => Self::InvalidByte,
            hifijson::str::Error::Escape(error) => error.into(),
            _ => Self::Syntax,
        }
    }
}

impl From<escape::Error> for Failure {
    fn from(error: escape::Error) -> Self {
        match error {
            escape::Error::InvalidKind(_) | escape::Error::InvalidHex(_) => Self::InvalidByte,
            _ => Self::Syntax,
        }
    }
}

struct Parser<'a> {
    lexer: SliceLexer<'a>,
    values_left: usize,
}

impl Parser<'_> {
    fn document(&mut self) -> Result<Value, Failure> {
        let next = self.lexer.ws_peek().ok_or(Failure::Syntax)?;
        let value = self.value(next, 0)?;
        if self.lexer.ws_peek().is_some() { Err(Failure::Syntax) } else { Ok(value) }
    }

    fn value(&mut self, next: u8, depth: usize) -> Result<Value, Failure> {
        let count = if matches!(next, b'[' | b'{') { CONTAINER_VALUES } else { 1 };
        self.values_left = self.values_left.checked_sub(count).ok_or(Failure::TooLarge)?;
        let depth = depth.saturating_add(1);
        match next {
            b'"' => {
                self.lexer.discarded();
                self.string().map(Value::Text)
            }
            b'-' | b'0'..=b'9' => {
                let number = self.lexer.as_slice();
                self.lexer.num_ignore().validate().map_err(Error::from)?;
                let length = number.len().saturating_sub(self.lexer.as_slice().len());
                let digits = number.get(..length).and_then(|digits| core::str::from_utf8(digits).ok());
                digits.map(|digits| Value::Number(digits.into())).ok_or(Failure::Syntax)
            }
            b'[' if depth <= MAX_DEPTH => {
                let mut items = Vec::new();
                self.members(b']', |parser, next| {
                    items.push(parser.value(next, depth)?);
                    Ok(())
                })?;
                Ok(Value::Array(items))
            }
            b'{' if depth <= MAX_DEPTH => {
                let mut fields = Vec::new();
                self.members(b'}', |parser, next| {
                    parser.lexer.expect(|_| Some(next), b'"').ok_or(Failure::Syntax)?;
                    let key = parser.string()?;
                    parser.lexer.expect(Lex::ws_peek, b':').ok_or(Failure::Syntax)?;
                    let next = parser.lexer.ws_peek().ok_or(Failure::Syntax)?;
                    fields.push((key, parser.value(next, depth)?));
                    Ok(())
                })?;
                Ok(Value::Object(fields))
            }
            b'n' => self.word(b"null", Value::Null),
            b't' => self.word(b"true", Value::Bool(true)),
            b'f' => self.word(b"false", Value::Bool(false)),
            _ => Err(Failure::Syntax),
        }
    }

    /// A value that is one word. (The lexer's own reader of these words does not stop at the first wrong letter.)
    fn word(&mut self, word: &[u8], value: Value) -> Result<Value, Failure> {
        for letter in word {
            self.lexer.expect(Read::peek_next, *letter).ok_or(Failure::Syntax)?;
        }
        Ok(value)
    }

    /// The members of an array or object, without the bracket that opens it.
    fn members(
        &mut self,
        end: u8,
        mut member: impl FnMut(&mut Self, u8) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.lexer.discarded();
        let mut next = self.lexer.ws_peek().ok_or(Failure::Syntax)?;
        if next == end {
            self.lexer.discarded();
            return Ok(());
        }
        loop {
            member(self, next)?;
            next = self.lexer.ws_peek().ok_or(Failure::Syntax)?;
            if next != end && next != b',' {
                return Err(Failure::Syntax);
            }
            self.lexer.discarded();
            if next == end {
                return Ok(());
            }
            next = self.lexer.ws_peek().ok_or(Failure::Syntax)?;
        }
    }

    /// A string without its opening quote. Half of a surrogate pair becomes the replacement character.
    fn string(&mut self) -> Result<String, Failure> {
        self.lexer.str_fold(
            String::new(),
            |bytes, text| {
                // The whole response is a `&str`, and the lexer splits it at ASCII characters only.
                text.push_str(core::str::from_utf8(bytes).map_err(hifijson::str::Error::Utf8)?);
                Ok::<_, Failure>(())
            },
            |lexer, text| {
                let start = SliceLexer::new(lexer.as_slice());
                let next = lexer.take_next().ok_or(Failure::Syntax)?;
                let unescaped = match lexer.escape(next) {
                    Ok(unescaped) => unescaped,
                    Err(escape::Error::ExpectedLowSurrogate | escape::Error::InvalidChar(_)) => {
                        // Only the first escape is the broken one: continue behind its four digits.
                        *lexer = start;
                        lexer.discarded();
                        let _: u16 = lexer.hex()?;
                        char::REPLACEMENT_CHARACTER
                    }
                    Err(error) => return Err(error.into()),
                };
                text.push(unescaped);
                Ok(())
            },
        )
    }
}

impl Value {
    /// The string, if the value is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The fields, if the value is an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// The integer, if the value is one, quoted or not. `5.0` is one too, as in JavaScript.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Text(text) | Self::Number(text) => parse_integer(text.trim_ascii()),
            _ => None,
        }
    }

    /// The digits of the integer of any length, if the value is one, quoted or not.
    #[must_use]
    pub fn integer_digits(&self) -> Option<String> {
        match self {
            Self::Text(text) | Self::Number(text) => integer_digits(text.trim_ascii()),
            _ => None,
        }
    }
}

/// Parses an integer as JSON writes it: `5`, `-5`, and `5.0` too, as JavaScript makes no difference.
#[must_use]
pub fn parse_integer(text: &str) -> Option<i64> {
    let digits = integer_part(text)?;
    if digits.starts_with('+') { None } else { digits.parse().ok() }
}

/// The digits of an integer of any length, without leading zeros.
#[must_use]
pub fn integer_digits(text: &str) -> Option<String> {
    if let Some(integer) = parse_integer(text) {
        return Some(integer.to_string());
    }
    // Longer than 63 bits.
    let integer = integer_part(text)?;
    let (sign, digits) = integer.strip_prefix('-').map_or(("", integer), |digits| ("-", digits));
    let is_integer = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_integer.then(|| format!("{sign}{}", digits.trim_start_matches('0')))
}

/// The text without a fraction of zeros; `None` if it has another.
fn integer_part(text: &str) -> Option<&str> {
    match text.split_once('.') {
        Some((digits, fraction)) if !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0') => Some(digits),
        Some(_) => None,
        None => Some(text),
    }
}

/// The first field with that name.
#[must_use]
pub fn field<'a>(fields: &'a Object, name: &str) -> Option<&'a Value> {
    fields.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests;
