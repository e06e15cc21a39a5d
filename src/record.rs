//! Lenient reading of the service's objects. Numbers come as numbers or as text, fields are missing or new: a value of the
//! expected kind is taken, anything else stays, under the service's own key, in `extra`. Nothing is dropped.

use serde::{Serialize, Serializer};

use crate::{
    error::{Error, ErrorCode, Result},
    input::whole_number,
    json::{self, NoJson, Object, Value},
};

/// The service's own keys and values that have no field of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra(pub Object);

impl Serialize for Extra {
    fn serialize<S: Serializer>(&self, serializer: S) -> core::result::Result<S::Ok, S::Error> {
        json::object(&self.0, serializer)
    }
}

/// Whether a field is missing that every reply is documented to hold. The generated types say that it is there; they would
/// call it optional if `Option::is_none` stood in its place.
#[expect(clippy::ref_option, reason = "serde calls it so")]
pub(crate) fn absent<T>(field: &Option<T>) -> bool {
    field.is_none()
}

/// One object of a reply, whose fields are taken out one by one.
#[derive(Debug)]
pub struct Record(Object);

impl Record {
    /// Wraps an object.
    #[must_use]
    pub fn new(fields: Object) -> Self {
        Self(fields)
    }

    /// A text; a number is taken as its digits, since types drift. An `int_id` or a cost never passes through a float.
    pub fn text(&mut self, key: &str) -> Option<String> {
        self.take(key, |value| match value {
            Value::Text(text) => Some(core::mem::take(text)),
            Value::Number(number) => Some(core::mem::take(number)),
            _ => None,
        })
    }

    /// A text with something in it; an empty one counts as absent.
    pub fn filled_text(&mut self, key: &str) -> Option<String> {
        self.text(key).filter(|text| !text.is_empty())
    }

    /// A whole number, quoted or not.
    pub fn whole(&mut self, key: &str) -> Option<i64> {
        self.take(key, |value| match value {
            Value::Text(text) => whole_number(text.trim()),
            Value::Number(number) => whole_number(number),
            _ => None,
        })
    }

    /// A list of objects.
    pub fn list(&mut self, key: &str) -> Option<Vec<Self>> {
        self.take(key, |value| match value {
            Value::List(items) if items.iter().all(|item| item.as_object().is_some()) => {
                Some(records(core::mem::take(items)))
            }
            _ => None,
        })
    }

    /// What nobody took; nothing where nothing is left.
    #[must_use]
    pub fn rest(mut self) -> Option<Extra> {
        self.0.retain(|(_, value)| *value != Value::Null);
        (!self.0.is_empty()).then_some(Extra(self.0))
    }

    fn take<T>(&mut self, key: &str, read: impl FnOnce(&mut Value) -> Option<T>) -> Option<T> {
        let place = self.0.iter().position(|(name, _)| name == key)?;
        let taken = read(&mut self.0.get_mut(place)?.1)?;
        self.0.remove(place);
        Some(taken)
    }
}

/// Reads a JSON list of objects. `null` and an empty object count as an empty list.
///
/// # Errors
/// `bad_reply`, where the text is not JSON, or is something else.
pub fn parse_list(text: &str) -> Result<Vec<Record>> {
    let value = json::parse(text).map_err(|error| not_json(text, error))?;
    match value {
        Value::List(items) if items.iter().all(|item| item.as_object().is_some()) => Ok(records(items)),
        Value::Object(fields) if fields.is_empty() => Ok(Vec::new()),
        Value::Null => Ok(Vec::new()),
        _ => Err(Error::new(ErrorCode::BadReply, format!("the reply is no list of objects: {}", excerpt(text)))),
    }
}

/// Reads a JSON object, if the text is one.
#[must_use]
pub fn parse_object(text: &str) -> Option<Record> {
    match json::parse(text) {
        Ok(Value::Object(fields)) => Some(Record::new(fields)),
        _ => None,
    }
}

fn records(items: Vec<Value>) -> Vec<Record> {
    items
        .into_iter()
        .filter_map(|item| match item {
            Value::Object(fields) => Some(Record::new(fields)),
            _ => None,
        })
        .collect()
}

/// The error for a text that is no JSON: where it breaks off or what stands there instead.
#[must_use]
pub fn not_json(text: &str, error: NoJson) -> Error {
    let what = if text.trim_start().starts_with('<') {
        "a page of HTML or XML"
    } else if error.breaks_off {
        "JSON that breaks off"
    } else {
        "no JSON"
    };
    Error::new(ErrorCode::BadReply, format!("the reply is {what} (at byte {}): {}", error.at, excerpt(text)))
        .with(|details| details.cut_off = error.breaks_off)
}

/// The beginning of a reply, for an error message.
#[must_use]
pub fn excerpt(text: &str) -> String {
    const LONGEST: usize = 120;
    let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut short: String = clean.take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("\"{short}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(json: &str) -> Record {
        parse_list(&format!("[{json}]")).unwrap().remove(0)
    }

    #[test]
    fn numbers_and_texts_stand_for_one_another() {
        let mut fields = record(
            r#"{"a":5,"b":"-5","c":" 7 ","d":4294967295,"e":"x","f":1.5,"g":123456789012345678901,"h":0.10,"i":2.0}"#,
        );
        assert_eq!(fields.whole("a"), Some(5));
        assert_eq!(fields.whole("b"), Some(-5));
        assert_eq!(fields.whole("c"), Some(7));
        assert_eq!(fields.whole("d"), Some(4_294_967_295));
        assert_eq!(fields.whole("e"), None);
        assert_eq!(fields.whole("f"), None);
        assert_eq!(fields.text("g").as_deref(), Some("123456789012345678901"));
        assert_eq!(fields.text("h").as_deref(), Some("0.10"));
        assert_eq!(fields.whole("i"), Some(2));
        assert_eq!(crate::call::to_json(&fields.rest()).unwrap(), r#"{"e":"x","f":1.5}"#);
    }

    #[test]
    fn null_is_absent_and_nothing_left_is_no_extra() {
        let mut fields = record(r#"{"a":null}"#);
        assert_eq!(fields.text("a"), None);
        assert_eq!(fields.rest(), None);
    }

    #[test]
    fn what_is_no_list_of_objects_is_a_bad_reply() {
        for (text, message) in [
            ("[1]", "the reply is no list of objects: \"[1]\""),
            ("{\"error\":1}", "the reply is no list of objects: \"{\"error\":1}\""),
            ("5", "the reply is no list of objects: \"5\""),
            ("[{\"a\":1},", "the reply is JSON that breaks off (at byte 9): \"[{\"a\":1},\""),
            ("<html>", "the reply is a page of HTML or XML (at byte 0): \"<html>\""),
            ("hello", "the reply is no JSON (at byte 0): \"hello\""),
        ] {
            let error = parse_list(text).unwrap_err();
            assert_eq!((error.code(), error.to_string().as_str()), (ErrorCode::BadReply, message));
        }
        assert!(parse_list(&"[".repeat(100_000)).is_err());
    }
}
