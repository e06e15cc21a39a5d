//! JSON without a loss: numbers stay the text they are, fields keep their order, repeated keys stay.
//!
//! `serde_json` reads as well, but brings its visitors and the formatting of floats: 40 kB of WebAssembly that this crate
//! has no use for. The tests hold this module against it.

use crate::text::{decimal, hex};

/// Deeper nesting than this is refused: a reply of the service has three levels.
const DEEPEST: usize = 128;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// An object, in its order.
    Object(Object),
}

/// The fields of an object, in their order.
pub type Object = Vec<(String, Value)>;

/// Why a text is no JSON, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoJson {
    /// Whether it breaks off: more text could make it JSON.
    pub breaks_off: bool,
    /// The byte at which it is none.
    pub at: usize,
}

type Parsed<T> = Result<T, NoJson>;

/// Reads a text that is one JSON value and nothing else.
///
/// # Errors
/// Where the text is no JSON.
pub fn parse(text: &str) -> Parsed<Value> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = reader.value()?;
    reader.space();
    if reader.at < text.len() { reader.fail() } else { Ok(value) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn fail<T>(&self) -> Parsed<T> {
        Err(NoJson { breaks_off: self.at >= self.text.len(), at: self.at })
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.step();
        }
    }

    fn expect(&mut self, byte: u8) -> Parsed<()> {
        if self.peek() == Some(byte) {
            self.step();
            Ok(())
        } else {
            self.fail()
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Parsed<Value> {
        for byte in word.bytes() {
            self.expect(byte)?;
        }
        Ok(value)
    }

    fn value(&mut self) -> Parsed<Value> {
        self.space();
        match self.peek() {
            Some(b'"') => self.string().map(Value::Text),
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::list),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.fail(),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Parsed<Value>) -> Parsed<Value> {
        if self.depth >= DEEPEST {
            return self.fail();
        }
        self.depth = self.depth.saturating_add(1);
        self.step();
        let value = read(self)?;
        self.depth = self.depth.saturating_sub(1);
        Ok(value)
    }

    fn list(&mut self) -> Parsed<Value> {
        let mut items = Vec::new();
        self.members(b']', |reader| {
            items.push(reader.value()?);
            Ok(())
        })?;
        Ok(Value::List(items))
    }

    fn object(&mut self) -> Parsed<Value> {
        let mut fields = Vec::new();
        self.members(b'}', |reader| {
            reader.space();
            let key = reader.string()?;
            reader.space();
            reader.expect(b':')?;
            fields.push((key, reader.value()?));
            Ok(())
        })?;
        Ok(Value::Object(fields))
    }

    fn members(&mut self, end: u8, mut member: impl FnMut(&mut Self) -> Parsed<()>) -> Parsed<()> {
        self.space();
        if self.peek() == Some(end) {
            self.step();
            return Ok(());
        }
        loop {
            member(self)?;
            self.space();
            if self.peek() == Some(end) {
                self.step();
                return Ok(());
            }
            self.expect(b',')?;
        }
    }

    fn number(&mut self) -> Parsed<Value> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.step();
        }
        if self.peek() == Some(b'0') {
            self.step();
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.step();
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.step();
            if let Some(b'+' | b'-') = self.peek() {
                self.step();
            }
            self.digits()?;
        }
        Ok(Value::Number(self.since(start).into()))
    }

    #[inline(never)]
    fn digits(&mut self) -> Parsed<()> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return self.fail();
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.step();
        }
        Ok(())
    }

    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn string(&mut self) -> Parsed<String> {
        self.expect(b'"')?;
        let mut text = String::new();
        loop {
            let start = self.at;
            let rest = self.text.as_bytes().get(start..).unwrap_or_default();
            let plain = rest.iter().position(|byte| *byte == b'"' || *byte == b'\\' || *byte < 0x20);
            self.at = start.saturating_add(plain.unwrap_or(rest.len()));
            text.push_str(self.since(start));
            match self.peek() {
                Some(b'"') => {
                    self.step();
                    return Ok(text);
                }
                Some(b'\\') => {
                    self.step();
                    text.push(self.escape()?);
                }
                _ => return self.fail(),
            }
        }
    }

    fn escape(&mut self) -> Parsed<char> {
        let plain = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'u') => {
                self.step();
                return self.unicode();
            }
            _ => return self.fail(),
        };
        self.step();
        Ok(plain)
    }

    /// `\uXXXX`, and the second of a surrogate pair behind it. Half a pair becomes the replacement character.
    fn unicode(&mut self) -> Parsed<char> {
        let first = self.four_digits()?;
        if (0xD800..0xDC00).contains(&first) && self.text.get(self.at..).is_some_and(|rest| rest.starts_with("\\u")) {
            let behind_first = self.at;
            self.at = self.at.saturating_add(2);
            let second = self.four_digits()?;
            if (0xDC00..0xE000).contains(&second) {
                let pair = (u32::from(first & 0x3FF) << 10 | u32::from(second & 0x3FF)).saturating_add(0x1_0000);
                return Ok(char::from_u32(pair).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = behind_first;
        }
        Ok(char::from_u32(first.into()).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn four_digits(&mut self) -> Parsed<u16> {
        let start = self.at;
        for _ in 0..4 {
            if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                return self.fail();
            }
            self.step();
        }
        let digits = self.since(start).chars();
        Ok(digits.filter_map(|digit| u16::try_from(digit.to_digit(16)?).ok()).fold(0, |sum, digit| (sum << 4) | digit))
    }
}

impl Value {
    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The fields, if it is an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(fields) => Some(fields),
            _ => None,
        }
    }
}

/// The first field of that name.
#[must_use]
pub fn field<'a>(fields: &'a Object, name: &str) -> Option<&'a Value> {
    fields.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// Writes JSON.
#[derive(Debug, Default)]
pub struct Writer(String);

impl Writer {
    /// What was written.
    #[must_use]
    pub fn finish(self) -> String {
        self.0
    }

    /// Writes JSON that is ready.
    pub fn raw(&mut self, json: &str) {
        self.0.push_str(json);
    }

    /// Writes a text.
    pub fn text(&mut self, text: &str) {
        self.0.push('"');
        let mut start = 0_usize;
        for (at, byte) in text.bytes().enumerate() {
            if byte >= 0x20 && byte != b'"' && byte != b'\\' {
                continue;
            }
            self.0.push_str(text.get(start..at).unwrap_or_default());
            start = at.saturating_add(1);
            match byte {
                b'"' => self.0.push_str("\\\""),
                b'\\' => self.0.push_str("\\\\"),
                b'\n' => self.0.push_str("\\n"),
                _ => {
                    self.0.push_str("\\u00");
                    hex(byte, &mut self.0);
                }
            }
        }
        self.0.push_str(text.get(start..).unwrap_or_default());
        self.0.push('"');
    }

    /// Begins an object or a list.
    pub fn open(&mut self, bracket: char) {
        self.0.push(bracket);
    }

    /// Ends an object or a list.
    pub fn close(&mut self, bracket: char) {
        self.0.push(bracket);
    }

    /// Goes on to the next member of a list.
    pub fn next(&mut self) {
        if !self.0.ends_with(['[', '{']) {
            self.0.push(',');
        }
    }

    /// Goes on to a field of an object, whose value is written next.
    pub fn name(&mut self, name: &str) {
        self.next();
        self.text(name);
        self.0.push(':');
    }

    /// A field that is a text.
    pub fn text_field(&mut self, name: &str, text: &str) {
        self.name(name);
        self.text(text);
    }

    /// A field that is a text, where there is one.
    pub fn optional_text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text_field(name, text);
        }
    }

    /// A field whose JSON is ready.
    pub fn raw_field(&mut self, name: &str, json: &str) {
        self.name(name);
        self.raw(json);
    }

    /// A field that is a number.
    pub fn number_field(&mut self, name: &str, number: u64) {
        self.raw_field(name, &decimal(number));
    }

    /// Writes a value.
    pub fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.raw("null"),
            Value::Bool(true) => self.raw("true"),
            Value::Bool(false) => self.raw("false"),
            Value::Number(digits) => self.raw(digits),
            Value::Text(text) => self.text(text),
            Value::List(items) => {
                self.open('[');
                for item in items {
                    self.next();
                    self.value(item);
                }
                self.close(']');
            }
            Value::Object(fields) => self.object(fields),
        }
    }

    /// Writes an object.
    pub fn object(&mut self, fields: &Object) {
        self.open('{');
        for (name, value) in fields {
            self.name(name);
            self.value(value);
        }
        self.close('}');
    }
}

#[cfg(test)]
mod tests;
