//! What a user gave, read field by field, so that every mistake is found before anything is sent and is named by its path.
//!
//! The JavaScript end hands a value over as JSON text. What JSON cannot hold is marked there: a `Date` is `{"$date": ms}`,
//! a `bigint` `{"$bigint": "digits"}`, anything else `{"$kind": "a function"}`.

use core::{cell::Cell, fmt};

use crate::{
    day::Day,
    error::{Error, ErrorCode, Result},
    json::{self, Object, Value, field},
    text::{cut, decimal, fill, signed_number, trim},
};

/// The fields of one object. [`Fields::finish`] refuses those that nobody asked for.
pub struct Fields<'a> {
    code: ErrorCode,
    path: String,
    values: &'a [(String, Value)],
    known: Cell<Vec<&'static str>>,
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values may be secrets.
        f.debug_struct("Fields").field("path", &self.path).finish_non_exhaustive()
    }
}

/// One field: present or not.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    of: &'a Fields<'a>,
    name: &'a str,
    value: Option<&'a Value>,
}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Field").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What a user gave, as JSON text, read. Nothing and `null` are an object without fields.
///
/// # Errors
/// Where the text is no object; `what` names it.
pub fn parse(json: &str, code: ErrorCode, what: &str) -> Result<Object> {
    let value = if json.is_empty() { Ok(Value::Null) } else { json::parse(json) };
    match value {
        Ok(Value::Null) => Ok(Object::new()),
        Ok(Value::Object(fields)) if is_plain(&fields) => Ok(fields),
        Ok(other) => Err(Error::new(code, "% takes an object, and got %", &[what, &got(Some(&other))])),
        Err(_) => Err(Error::new(code, "% takes an object", &[what])),
    }
}

/// Whether an object is one, and no mark for something else.
fn is_plain(fields: &Object) -> bool {
    !fields.iter().any(|(name, _)| name.starts_with("$"))
}

impl<'a> Fields<'a> {
    /// The fields of what a user gave; errors about them have this code.
    #[must_use]
    pub fn new(values: &'a Object, code: ErrorCode) -> Self {
        Self { code, path: String::new(), values, known: Cell::default() }
    }

    /// The code that the errors of these fields have.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// The path of a field, as an error names it.
    #[must_use]
    pub fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.into() } else { fill("%.%", &[&self.path, name]) }
    }

    /// A field, present or not.
    pub fn take(&'a self, name: &'static str) -> Field<'a> {
        let mut known = self.known.take();
        known.push(name);
        self.known.set(known);
        let given = self.values.iter().find(|(key, _)| key == name).map(|(_, value)| value);
        Field { of: self, name, value: given.filter(|value| !matches!(value, Value::Null)) }
    }

    /// Whether nothing was given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// All that nobody asked for so far, whatever its name.
    pub fn rest(&'a self) -> impl Iterator<Item = Field<'a>> {
        let known = self.known.take();
        let rest = self.values.iter().filter(move |(name, _)| !known.iter().any(|known| known == name));
        rest.map(|(name, value)| Field { of: self, name, value: Some(value) })
    }

    /// Refuses a field that nobody asked for: a slip of the pen would otherwise change the meaning unseen.
    ///
    /// # Errors
    /// Names the first such field and those that there are.
    pub fn finish(&self) -> Result<()> {
        let known = self.known.take();
        let Some((name, _)) = self.values.iter().find(|(name, _)| !known.iter().any(|known| known == name)) else {
            return Ok(());
        };
        let path = self.path_of(name);
        let known = list(&known, "`");
        Err(Error::new(self.code, "`%` is not known here; there are %", &[&path, &known]).parameter(&path))
    }
}

impl<'a> Field<'a> {
    /// The name that the user gave it.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The path that an error names.
    #[must_use]
    pub fn path(&self) -> String {
        self.of.path_of(self.name)
    }

    /// Whether a value was given.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.value.is_some()
    }

    /// An error about this field: `` `path` takes … ``.
    #[must_use]
    pub fn error(&self, takes: &str) -> Error {
        self.wrong("` takes %", &[takes])
    }

    fn wrong(&self, template: &str, pieces: &[&str]) -> Error {
        let path = self.path();
        Error::new(self.of.code, "`%%", &[&path, &fill(template, pieces)]).parameter(&path)
    }

    /// An error about this field's value: `` `path` takes …, and got … ``.
    #[must_use]
    pub fn mismatch(&self, takes: &str) -> Error {
        self.wrong("` takes %, and got %", &[takes, &got(self.value)])
    }

    /// The error for a field that has to be there and is not.
    #[must_use]
    pub fn missing(&self, takes: &str) -> Error {
        self.wrong("` is missing; it takes %", &[takes])
    }

    /// A text, which may be empty.
    ///
    /// # Errors
    /// Where it is anything else.
    pub fn text(&self) -> Result<Option<String>> {
        match self.value {
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
        match self.value {
            None => Ok(None),
            Some(Value::Text(text)) if !trim(text).is_empty() => Ok(Some(text.clone())),
            Some(_) => Err(self.error("a text that is not empty")),
        }
    }

    /// `true` or `false`.
    ///
    /// # Errors
    /// Where it is anything else.
    pub fn flag(&self) -> Result<Option<bool>> {
        match self.value {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.mismatch("`true` or `false`")),
        }
    }

    /// A whole number within a range.
    ///
    /// # Errors
    /// Where it is anything else.
    pub fn whole(&self, least: u64, most: u64) -> Result<Option<u64>> {
        let Some(value) = self.value else { return Ok(None) };
        let number = match value {
            Value::Number(number) => whole_number(number).and_then(|number| u64::try_from(number).ok()),
            _ => None,
        };
        match number {
            Some(number) if least <= number && number <= most => Ok(Some(number)),
            _ => Err(self.mismatch(&fill("a whole number from % to %", &[&decimal(least), &decimal(most)]))),
        }
    }

    /// An identifier: digits, as text, number or `bigint`. Kept as text, since it can exceed 2^53.
    ///
    /// # Errors
    /// Where it is anything else.
    pub fn id(&self) -> Result<Option<String>> {
        let text = match self.value {
            None => return Ok(None),
            Some(Value::Text(text)) => trim(text).into(),
            Some(Value::Number(number)) => number.clone(),
            Some(Value::Object(marks)) => match field(marks, "$bigint") {
                Some(Value::Text(digits)) => digits.clone(),
                _ => String::new(),
            },
            Some(_) => String::new(),
        };
        if is_id(&text) { Ok(Some(text)) } else { Err(self.mismatch("an id: digits, as a number or a text")) }
    }

    /// A calendar day: `YYYY-MM-DD`, `DD.MM.YYYY` or a `Date`.
    ///
    /// # Errors
    /// Where it is anything else, or no day of the calendar.
    pub fn day(&self) -> Result<Option<Day>> {
        let day = match self.value {
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

    /// One of some words, `word=meaning` or `word` alone, separated by `|`: its meaning.
    ///
    /// # Errors
    /// Where it is anything else.
    pub fn one_of(&self, words: &'static str) -> Result<Option<&'static str>> {
        let Some(value) = self.value else { return Ok(None) };
        let mut names = Vec::new();
        let mut rest = words;
        while !rest.is_empty() {
            let (entry, behind) = cut(rest, b'|').unwrap_or((rest, ""));
            let (word, meaning) = cut(entry, b'=').unwrap_or((entry, entry));
            if value.as_text() == Some(word) {
                return Ok(Some(meaning));
            }
            names.push(word);
            rest = behind;
        }
        Err(self.mismatch(&fill("one of %", &[&list(&names, "\"")])))
    }

    /// A list of texts that is not empty, each made ready by `item`, which says what is wrong with one; joined by commas.
    ///
    /// # Errors
    /// Where it is no list, is empty, or `item` refuses a member.
    pub fn list(
        &self,
        of: &str,
        item: fn(&str) -> core::result::Result<String, &'static str>,
    ) -> Result<Option<String>> {
        let Some(value) = self.value else { return Ok(None) };
        let takes = fill("a list of % that is not empty", &[of]);
        let Value::List(items) = value else { return Err(self.mismatch(&takes)) };
        if items.is_empty() {
            return Err(self.mismatch(&takes));
        }
        let mut joined = String::new();
        for (index, value) in items.iter().enumerate() {
            let ready = match value {
                Value::Text(text) => item(text),
                _ => Err("a text"),
            };
            match ready {
                Ok(text) if joined.is_empty() => joined = text,
                Ok(text) => {
                    joined.push(',');
                    joined.push_str(&text);
                }
                Err(takes) => {
                    let index = decimal(u64::try_from(index).unwrap_or_default());
                    return Err(self.wrong("[%]` takes %, and got %", &[&index, takes, &got(Some(value))]));
                }
            }
        }
        Ok(Some(joined))
    }

    /// A plain value that a form can hold: text, number, `true` as `1`, `false` as `0`.
    ///
    /// # Errors
    /// Where it is anything else.
    pub fn form_value(&self) -> Result<String> {
        match self.value {
            Some(Value::Text(text)) => Ok(text.clone()),
            Some(Value::Number(number)) => Ok(number.clone()),
            Some(Value::Bool(flag)) => Ok(if *flag { "1" } else { "0" }.into()),
            Some(Value::Object(marks)) if field(marks, "$bigint").is_some() => Ok(got(self.value)),
            _ => Err(self.mismatch("a text, a number, `true` or `false`")),
        }
    }

    /// A function, of which JSON tells only that it is one.
    ///
    /// # Errors
    /// Where it is anything else.
    pub fn function(&self) -> Result<()> {
        if self.value.is_none() || got(self.value) == "a function" { Ok(()) } else { Err(self.mismatch("a function")) }
    }

    /// An address that JavaScript has parsed: its text, protocol, host name, and whether it has parts beyond the path.
    #[must_use]
    pub fn url(&self) -> Option<(&str, &str, &str, bool)> {
        let parts = self.value?.as_object()?;
        let part = |name: &str| field(parts, name)?.as_text();
        Some((
            part("$url")?,
            part("protocol")?,
            part("hostname")?,
            matches!(field(parts, "extras")?, Value::Bool(true)),
        ))
    }

    /// The fields of an object.
    ///
    /// # Errors
    /// Where it is no object.
    pub fn fields(&self) -> Result<Fields<'a>> {
        match self.value {
            Some(Value::Object(values)) if is_plain(values) => {
                Ok(Fields { code: self.of.code, path: self.path(), values, known: Cell::default() })
            }
            _ => Err(self.mismatch("an object")),
        }
    }
}

/// A value as a person would call it, shortened.
fn got(value: Option<&Value>) -> String {
    match value {
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
        Some(Value::Text(text)) => fill("\"%\"", &[&shortened(text)]),
    }
}

/// Several words, each between quotes of a kind.
fn list(words: &[&str], quote: &str) -> String {
    let mut list = String::new();
    for word in words {
        if !list.is_empty() {
            list.push_str(", ");
        }
        for piece in [quote, word, quote] {
            list.push_str(piece);
        }
    }
    list
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// A whole number written as JSON: `5`, and `5.0` too, as JavaScript makes no difference.
#[must_use]
pub fn whole_number(text: &str) -> Option<i64> {
    let whole = match cut(text, b'.') {
        Some((whole, fraction)) if !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    signed_number(whole)
}

/// Whether it is an identifier of the service: digits, and not too many.
#[must_use]
pub fn is_id(text: &str) -> bool {
    (1..=30).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<T>(json: &str, read: impl FnOnce(Field) -> T) -> T {
        let values = parse(&format!("{{\"x\":{json}}}"), ErrorCode::InvalidParameter, "the query").unwrap();
        read(Fields::new(&values, ErrorCode::InvalidParameter).take("x"))
    }

    fn message<T: core::fmt::Debug>(json: &str, read: impl FnOnce(Field) -> Result<T>) -> String {
        let error = with(json, read).unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidParameter);
        assert_eq!(error.parameter.as_deref(), Some("x"));
        error.to_string()
    }

    #[test]
    fn a_message_names_the_field_what_it_takes_and_what_it_got() {
        let whole = |json: &str| message(json, |field| field.whole(1, 9));
        assert_eq!(whole("0"), "`x` takes a whole number from 1 to 9, and got 0");
        assert_eq!(whole("\"5\""), "`x` takes a whole number from 1 to 9, and got \"5\"");
        assert_eq!(whole("{\"$kind\":\"NaN\"}"), "`x` takes a whole number from 1 to 9, and got NaN");
        assert_eq!(message("[]", |field| field.flag()), "`x` takes `true` or `false`, and got an empty list");
        assert_eq!(message("\"\"", |field| field.filled_text()), "`x` takes a text that is not empty");
        let list = |field: Field| field.list("texts", |text| Ok(text.into()));
        assert_eq!(message("[\"a\",5]", list), "`x[1]` takes a text, and got 5");
        assert!(message(&format!("\"{}\"", "я".repeat(100)), |field| field.flag()).len() < 150);
    }

    #[test]
    fn an_id_keeps_every_digit() {
        let id = |json: &str| with(json, |field| field.id());
        assert_eq!(id("\"92233720368547758070\"").unwrap().unwrap(), "92233720368547758070");
        assert_eq!(id("{\"$bigint\":\"18446744073709551616\"}").unwrap().unwrap(), "18446744073709551616");
        assert_eq!(id("42").unwrap().unwrap(), "42");
        for wrong in ["-1", "1.5", "\"1a\"", "\"\"", "true", "1e3"] {
            assert!(id(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_unknown_field_is_refused_by_its_path() {
        let values = parse(r#"{"a":{"b":1,"c":2}}"#, ErrorCode::InvalidParameter, "it").unwrap();
        let outer = Fields::new(&values, ErrorCode::InvalidParameter);
        let inner = outer.take("a").fields().unwrap();
        inner.take("b");
        let error = inner.finish().unwrap_err();
        assert_eq!(error.parameter.as_deref(), Some("a.c"));
        assert_eq!(error.to_string(), "`a.c` is not known here; there are `b`");
        outer.finish().unwrap();
    }

    #[test]
    fn nothing_is_an_object_without_fields_and_a_list_is_none() {
        let parse = |json: &str| parse(json, ErrorCode::InvalidParameter, "the query");
        assert!(parse("").unwrap().is_empty());
        assert!(parse("null").unwrap().is_empty());
        assert_eq!(parse("[1]").unwrap_err().to_string(), "the query takes an object, and got a list");
        assert!(parse(r#"{"$date":5}"#).is_err());
        assert!(parse("{").is_err());
    }
}
