//! What a user gave, read field by field, so that every mistake is found before anything is sent and is named by its path.
//!
//! The JavaScript end hands a value over as JSON text. What JSON cannot hold is marked there: a `Date` is `{"$date": ms}`,
//! a `bigint` `{"$bigint": "digits"}`, anything else `{"$kind": "a function"}`.

use core::ops::RangeInclusive;

use crate::{
    day::Day,
    error::{Error, ErrorCode, Result},
    json::{self, Object, Value, field},
};

/// The fields of one object. Each is taken once; [`Fields::finish`] refuses those that nobody took.
#[derive(Debug)]
pub struct Fields {
    code: ErrorCode,
    path: String,
    values: Object,
    known: Vec<&'static str>,
}

/// One field: present or not, with the path that an error names.
#[derive(Debug)]
pub struct Field {
    code: ErrorCode,
    path: String,
    value: Option<Value>,
}

impl Fields {
    /// Reads JSON text. `null` and an empty text are an object without fields.
    ///
    /// # Errors
    /// Where the text is no object; `what` names it.
    pub fn parse(json: &str, code: ErrorCode, what: &str) -> Result<Self> {
        let value = if json.is_empty() {
            Value::Null
        } else {
            json::parse(json).map_err(|_| Error::new(code, format!("{what} takes an object")))?
        };
        let field = Field { code, path: String::new(), value: Some(value) };
        match field.value {
            Some(Value::Null) => Ok(Self::empty(code)),
            _ if field.is_plain_object() => field.fields(),
            _ => Err(Error::new(code, format!("{what} takes an object, and got {}", field.got()))),
        }
    }

    fn empty(code: ErrorCode) -> Self {
        Self { code, path: String::new(), values: Object::new(), known: Vec::new() }
    }

    /// The code that the errors of these fields have.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// The path of a field, as an error names it.
    #[must_use]
    pub fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.into() } else { format!("{}.{name}", self.path) }
    }

    /// Takes a field out, present or not.
    pub fn take(&mut self, name: &'static str) -> Field {
        self.known.push(name);
        let place = self.values.iter().position(|(key, _)| key == name);
        let value = place.map(|place| self.values.swap_remove(place).1).filter(|value| *value != Value::Null);
        Field { code: self.code, path: self.path_of(name), value }
    }

    /// Takes out all that is left, whatever its name.
    pub fn take_rest(&mut self) -> impl Iterator<Item = (String, Field)> {
        let code = self.code;
        core::mem::take(&mut self.values)
            .into_iter()
            .map(move |(name, value)| (name.clone(), Field { code, path: name, value: Some(value) }))
    }

    /// Refuses a field that nobody took: a slip of the pen would otherwise change the meaning unseen.
    ///
    /// # Errors
    /// Names the first such field and those that there are.
    pub fn finish(self) -> Result<()> {
        let Some((name, _)) = self.values.first() else { return Ok(()) };
        let known = self.known.join("`, `");
        let message = format!("`{}` is not known here; there are `{known}`", self.path_of(name));
        Err(Error::new(self.code, message).parameter(self.path_of(name)))
    }
}

impl Field {
    /// The path that an error names.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The code that an error about it has.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// Whether a value was given.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.value.is_some()
    }

    /// An error about this field: `` `path` takes … ``.
    #[must_use]
    pub fn error(&self, takes: &str) -> Error {
        Error::new(self.code, format!("`{}` takes {takes}", self.path)).parameter(self.path.clone())
    }

    fn mismatch(&self, takes: &str) -> Error {
        self.error(&format!("{takes}, and got {}", self.got()))
    }

    /// The value as a person would call it, shortened.
    fn got(&self) -> String {
        match &self.value {
            None | Some(Value::Null) => "nothing".into(),
            Some(Value::List(items)) if items.is_empty() => "an empty list".into(),
            Some(Value::List(_)) => "a list".into(),
            Some(Value::Object(marks)) => match (field(marks, "$kind"), field(marks, "$bigint")) {
                (Some(Value::Text(kind)), _) | (_, Some(Value::Text(kind))) => kind.clone(),
                _ if field(marks, "$date").is_some() => "a Date".into(),
                _ => "an object".into(),
            },
            Some(Value::Bool(flag)) => if *flag { "true" } else { "false" }.into(),
            Some(Value::Number(number)) => shortened(number),
            Some(Value::Text(text)) => format!("\"{}\"", shortened(text)),
        }
    }

    fn is_plain_object(&self) -> bool {
        matches!(&self.value, Some(Value::Object(fields)) if !fields.iter().any(|(name, _)| name.starts_with('$')))
    }

    /// The value of a field that has to be there.
    ///
    /// # Errors
    /// Where it is missing; `takes` says what belongs there.
    pub fn required<T>(&self, takes: &str, read: impl FnOnce(&Self) -> Result<Option<T>>) -> Result<T> {
        read(self)?.ok_or_else(|| {
            Error::new(self.code, format!("`{}` is missing; it takes {takes}", self.path)).parameter(self.path.clone())
        })
    }

    /// A text, which may be empty.
    ///
    /// # Errors
    /// Where it is anything else.
    pub fn text(&self) -> Result<Option<String>> {
        match &self.value {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.mismatch("a text")),
        }
    }

    /// A text with something in it. The error never shows the value, which may be a secret.
    ///
    /// # Errors
    /// Where it is anything else.
    pub fn filled_text(&self) -> Result<Option<String>> {
        match &self.value {
            None => Ok(None),
            Some(Value::Text(text)) if !text.trim().is_empty() => Ok(Some(text.clone())),
            Some(_) => Err(self.error("a text that is not empty")),
        }
    }

    /// `true` or `false`.
    ///
    /// # Errors
    /// Where it is anything else.
    pub fn flag(&self) -> Result<Option<bool>> {
        match &self.value {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.mismatch("`true` or `false`")),
        }
    }

    /// A whole number within a range.
    ///
    /// # Errors
    /// Where it is anything else.
    pub fn whole(&self, range: RangeInclusive<u64>) -> Result<Option<u64>> {
        let Some(value) = &self.value else { return Ok(None) };
        let number = match value {
            Value::Number(number) => whole_number(number),
            _ => None,
        };
        match number {
            Some(number) if range.contains(&number) => Ok(Some(number)),
            _ => Err(self.mismatch(&format!("a whole number from {} to {}", range.start(), range.end()))),
        }
    }

    /// An identifier: digits, as text, number or `bigint`. Kept as text, since it can exceed 2^53.
    ///
    /// # Errors
    /// Where it is anything else.
    pub fn id(&self) -> Result<Option<String>> {
        let text = match &self.value {
            None => return Ok(None),
            Some(Value::Text(text)) => text.trim().to_owned(),
            Some(Value::Number(number)) => number.clone(),
            Some(Value::Object(marks)) => match field(marks, "$bigint") {
                Some(Value::Text(digits)) => digits.clone(),
                _ => String::new(),
            },
            Some(_) => String::new(),
        };
        let is_id = (1..=30).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_id { Ok(Some(text)) } else { Err(self.mismatch("an id: digits, as a number or a text")) }
    }

    /// A calendar day: `YYYY-MM-DD`, `DD.MM.YYYY` or a `Date`.
    ///
    /// # Errors
    /// Where it is anything else, or no day of the calendar.
    pub fn day(&self) -> Result<Option<Day>> {
        let day = match &self.value {
            None => return Ok(None),
            Some(Value::Text(text)) => Day::parse(text),
            Some(Value::Object(marks)) => match field(marks, "$date") {
                Some(Value::Number(ms)) => whole_number(ms).and_then(Day::at_instant),
                _ => None,
            },
            Some(_) => None,
        };
        match day {
            Some(day) => Ok(Some(day)),
            None => {
                Err(self
                    .mismatch("a day that exists: \"YYYY-MM-DD\", \"DD.MM.YYYY\" or a valid Date, from 1970 to 9999"))
            }
        }
    }

    /// One of some words.
    ///
    /// # Errors
    /// Where it is anything else.
    pub fn one_of<T: Copy>(&self, words: &[(&str, T)]) -> Result<Option<T>> {
        let Some(value) = &self.value else { return Ok(None) };
        let found = words.iter().find(|(word, _)| value.as_text() == Some(word));
        let names = || words.iter().map(|(word, _)| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
        found.map(|(_, meaning)| Some(*meaning)).ok_or_else(|| self.mismatch(&format!("one of {}", names())))
    }

    /// A list of texts, each made ready by `item`, which says what is wrong with one. Never empty.
    ///
    /// # Errors
    /// Where it is no list, is empty, or `item` refuses a member.
    pub fn list(
        &self,
        of: &str,
        item: impl Fn(&str) -> core::result::Result<String, &'static str>,
    ) -> Result<Option<Vec<String>>> {
        let Some(value) = &self.value else { return Ok(None) };
        let takes = format!("a list of {of} that is not empty");
        let Value::List(items) = value else { return Err(self.mismatch(&takes)) };
        if items.is_empty() {
            return Err(self.mismatch(&takes));
        }
        let mut texts = Vec::with_capacity(items.len());
        for (index, value) in items.iter().enumerate() {
            let member = Self { code: self.code, path: format!("{}[{index}]", self.path), value: Some(value.clone()) };
            let wrong = |takes: &str| member.mismatch(takes).parameter(self.path.clone());
            let Value::Text(text) = value else { return Err(wrong("a text")) };
            texts.push(item(text).map_err(wrong)?);
        }
        Ok(Some(texts))
    }

    /// A plain value that a form can hold: text, number, `true` as `1`, `false` as `0`.
    ///
    /// # Errors
    /// Where it is anything else.
    pub fn form_value(&self) -> Result<String> {
        match &self.value {
            Some(Value::Text(text)) => Ok(text.clone()),
            Some(Value::Number(number)) => Ok(number.clone()),
            Some(Value::Bool(flag)) => Ok(if *flag { "1" } else { "0" }.into()),
            Some(Value::Object(marks)) if field(marks, "$bigint").is_some() => Ok(self.got()),
            _ => Err(self.mismatch("a text, a number, `true` or `false`")),
        }
    }

    /// A list of bytes.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let Some(Value::List(items)) = &self.value else { return None };
        let byte = |item: &Value| match item {
            Value::Number(number) => number.parse().ok(),
            _ => None,
        };
        items.iter().map(byte).collect()
    }

    /// A function, of which JSON tells only that it is one.
    ///
    /// # Errors
    /// Where it is anything else.
    pub fn function(&self) -> Result<()> {
        if self.value.is_none() || self.got() == "a function" { Ok(()) } else { Err(self.mismatch("a function")) }
    }

    /// An address that JavaScript has parsed: its text, protocol, host name, and whether it has parts beyond the path.
    #[must_use]
    pub fn url(&self) -> Option<(&str, &str, &str, bool)> {
        let parts = self.value.as_ref()?.as_object()?;
        let part = |name: &str| field(parts, name)?.as_text();
        Some((part("$url")?, part("protocol")?, part("hostname")?, field(parts, "extras")? == &Value::Bool(true)))
    }

    /// The fields of an object.
    ///
    /// # Errors
    /// Where it is no object.
    pub fn fields(self) -> Result<Fields> {
        if !self.is_plain_object() {
            return Err(self.mismatch("an object"));
        }
        let values = match self.value {
            Some(Value::Object(values)) => values,
            _ => Object::new(),
        };
        Ok(Fields { code: self.code, path: self.path, values, known: Vec::new() })
    }

    /// `true` as `Some(None)`, an object as `Some(Some(fields))`, `false` or nothing as `None`.
    ///
    /// # Errors
    /// Where it is anything else.
    pub fn switch_or_fields(self) -> Result<Option<Option<Fields>>> {
        match self.value {
            None | Some(Value::Bool(false)) => Ok(None),
            Some(Value::Bool(true)) => Ok(Some(None)),
            _ => self.fields().map(|fields| Some(Some(fields))),
        }
    }
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// A whole number written as JSON: `5`, and `5.0` or `5e0` too, as JavaScript makes no difference.
#[must_use]
pub fn whole_number<T: core::str::FromStr>(text: &str) -> Option<T> {
    let whole = match text.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    whole.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(json: &str) -> Field {
        Fields::parse(&format!("{{\"x\":{json}}}"), ErrorCode::InvalidParameter, "the query").unwrap().take("x")
    }

    fn message<T: core::fmt::Debug>(result: Result<T>) -> String {
        let error = result.unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidParameter);
        error.to_string()
    }

    #[test]
    fn a_message_names_the_field_what_it_takes_and_what_it_got() {
        assert_eq!(message(field("0").whole(1..=9)), "`x` takes a whole number from 1 to 9, and got 0");
        assert_eq!(message(field("\"5\"").whole(1..=9)), "`x` takes a whole number from 1 to 9, and got \"5\"");
        assert_eq!(
            message(field("{\"$kind\":\"NaN\"}").whole(1..=9)),
            "`x` takes a whole number from 1 to 9, and got NaN"
        );
        assert_eq!(message(field("[]").flag()), "`x` takes `true` or `false`, and got an empty list");
        assert_eq!(message(field("\"\"").filled_text()), "`x` takes a text that is not empty");
        assert_eq!(message(field("[\"a\",5]").list("texts", |text| Ok(text.into()))), "`x[1]` takes a text, and got 5");
        let long = format!("\"{}\"", "я".repeat(100));
        assert!(message(field(&long).flag()).len() < 150);
    }

    #[test]
    fn an_id_keeps_every_digit() {
        assert_eq!(field("\"92233720368547758070\"").id().unwrap().unwrap(), "92233720368547758070");
        assert_eq!(field("{\"$bigint\":\"18446744073709551616\"}").id().unwrap().unwrap(), "18446744073709551616");
        assert_eq!(field("42").id().unwrap().unwrap(), "42");
        for wrong in ["-1", "1.5", "\"1a\"", "\"\"", "true", "1e3"] {
            assert!(field(wrong).id().is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_unknown_field_is_refused_by_its_path() {
        let mut outer = Fields::parse(r#"{"a":{"b":1,"c":2}}"#, ErrorCode::InvalidParameter, "it").unwrap();
        let mut inner = outer.take("a").fields().unwrap();
        inner.take("b");
        let error = inner.finish().unwrap_err();
        assert_eq!(error.details().parameter.as_deref(), Some("a.c"));
        assert_eq!(error.to_string(), "`a.c` is not known here; there are `b`");
        outer.finish().unwrap();
    }

    #[test]
    fn nothing_is_an_object_without_fields_and_a_list_is_none() {
        assert!(Fields::parse("", ErrorCode::InvalidParameter, "it").is_ok());
        assert!(Fields::parse("null", ErrorCode::InvalidParameter, "it").is_ok());
        assert_eq!(
            message(Fields::parse("[1]", ErrorCode::InvalidParameter, "the query")),
            "the query takes an object, and got a list"
        );
        assert!(Fields::parse(r#"{"$date":5}"#, ErrorCode::InvalidParameter, "it").is_err());
    }
}
