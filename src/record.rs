//! From the service's objects to this package's, by a table of their fields.
//!
//! The reading is lenient: numbers come as numbers or as text, fields are missing or new. A value of the expected kind is
//! taken; anything else stays, under the service's own key, in `extra`. Nothing is dropped.

use crate::{
    error::{Error, ErrorCode, Result},
    input::whole_number,
    json::{self, NoJson, Object, Value, Writer},
};

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A text. A number is taken as its digits: an `int_id` or a cost never passes through a float.
    Text,
    /// A text; an empty one counts as absent.
    Filled,
    /// A whole number, quoted or not.
    Whole,
    /// A list of objects.
    List(Shape),
    /// Whole numbers under many keys, given as one object.
    Wholes(&'static [Field]),
}

/// One field: the service's key, this package's name, and what it holds.
pub type Field = (&'static str, &'static str, Kind);

/// The fields of an object, in the order in which they are given.
pub type Shape = &'static [Field];

/// Writes an object of the service as one of this package.
pub fn convert(mut record: Object, shape: Shape, writer: &mut Writer) {
    writer.open('{');
    for (key, name, kind) in shape {
        if let Kind::Wholes(fields) = kind {
            wholes(&mut record, name, fields, writer);
            continue;
        }
        let Some(place) = record.iter().position(|(other, _)| other == key) else { continue };
        let (_, value) = record.remove(place);
        match (kind, value) {
            (Kind::Filled, Value::Text(text)) if text.is_empty() => {}
            (Kind::Text | Kind::Filled, Value::Text(text) | Value::Number(text)) => writer.text_field(name, &text),
            (Kind::List(shape), Value::List(items)) if items.iter().all(|item| item.as_object().is_some()) => {
                writer.name(name);
                convert_list(items, shape, writer);
            }
            (kind, value) => match (kind, whole(&value)) {
                (Kind::Whole, Some(number)) => {
                    writer.name(name);
                    writer.raw(&number.to_string());
                }
                _ => record.push(((*key).into(), value)),
            },
        }
    }
    record.retain(|(_, value)| !matches!(value, Value::Null));
    if !record.is_empty() {
        writer.name("extra");
        writer.object(&record);
    }
    writer.close('}');
}

fn wholes(record: &mut Object, name: &str, fields: &[Field], writer: &mut Writer) {
    let mut any = false;
    for (key, name_of_one, _) in fields {
        let Some(place) = record.iter().position(|(other, _)| other == key) else { continue };
        let Some(number) = record.get(place).and_then(|(_, value)| whole(value)) else { continue };
        record.remove(place);
        if !any {
            writer.name(name);
            writer.open('{');
            any = true;
        }
        writer.name(name_of_one);
        writer.raw(&number.to_string());
    }
    if any {
        writer.close('}');
    }
}

/// Writes a list of the service's objects.
pub fn convert_list(items: Vec<Value>, shape: Shape, writer: &mut Writer) {
    writer.open('[');
    for item in items {
        if let Value::Object(record) = item {
            writer.next();
            convert(record, shape, writer);
        }
    }
    writer.close(']');
}

/// A whole number, quoted or not.
#[must_use]
pub fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Text(text) | Value::Number(text) => whole_number(text.trim()),
        _ => None,
    }
}

/// Reads a JSON list of objects. `null` and an empty object count as an empty list.
///
/// # Errors
/// `bad_reply`, where the text is not JSON, or is something else.
pub fn parse_list(text: &str) -> Result<Vec<Value>> {
    match json::parse(text).map_err(|error| not_json(text, error))? {
        Value::List(items) if items.iter().all(|item| item.as_object().is_some()) => Ok(items),
        Value::Object(fields) if fields.is_empty() => Ok(Vec::new()),
        Value::Null => Ok(Vec::new()),
        _ => Err(Error::new(ErrorCode::BadReply, format!("the reply is no list of objects: {}", excerpt(text)))),
    }
}

/// Reads a JSON list of objects and writes it as this package's.
///
/// # Errors
/// As [`parse_list`].
pub fn list(text: &str, shape: Shape) -> Result<String> {
    let mut writer = Writer::default();
    convert_list(parse_list(text)?, shape, &mut writer);
    Ok(writer.finish())
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
    let mut short = String::from('"');
    for (place, c) in text.chars().enumerate() {
        if place == LONGEST {
            short.push('…');
            break;
        }
        short.push(if c.is_control() { ' ' } else { c });
    }
    short.push('"');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    const PART: Shape = &[("n", "number", Kind::Whole)];
    const SHAPE: Shape = &[
        ("a", "first", Kind::Whole),
        ("b", "second", Kind::Text),
        ("c", "third", Kind::Filled),
        ("d", "parts", Kind::List(PART)),
        ("", "several", Kind::Wholes(&[("e", "eee", Kind::Whole), ("f", "fff", Kind::Whole)])),
    ];

    fn one(json: &str) -> String {
        let list = list(&format!("[{json}]"), SHAPE).unwrap();
        list[1..list.len() - 1].into()
    }

    #[test]
    fn numbers_and_texts_stand_for_one_another() {
        assert_eq!(one(r#"{"b":"x","a":5}"#), r#"{"first":5,"second":"x"}"#);
        assert_eq!(
            one(r#"{"a":" -5 ","b":123456789012345678901}"#),
            r#"{"first":-5,"second":"123456789012345678901"}"#
        );
        assert_eq!(one(r#"{"a":2.0,"b":0.10}"#), r#"{"first":2,"second":"0.10"}"#);
        assert_eq!(one(r#"{"f":"255","e":0}"#), r#"{"several":{"eee":0,"fff":255}}"#);
    }

    #[test]
    fn what_is_of_another_kind_or_unknown_stays_under_its_own_key() {
        assert_eq!(one(r#"{"a":"x","b":null,"z":[1]}"#), r#"{"extra":{"z":[1],"a":"x"}}"#);
        assert_eq!(one(r#"{"a":1.5,"b":{},"e":"y"}"#), r#"{"extra":{"e":"y","a":1.5,"b":{}}}"#);
        assert_eq!(one(r#"{"d":[{"n":1},{"m":2}]}"#), r#"{"parts":[{"number":1},{"extra":{"m":2}}]}"#);
        assert_eq!(one(r#"{"d":[5]}"#), r#"{"extra":{"d":[5]}}"#);
        assert_eq!(one(r#"{"c":"","z":null}"#), "{}");
        assert_eq!(one(r#"{"a":1,"a":2}"#), r#"{"first":1,"extra":{"a":2}}"#);
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
            let error = list(text, SHAPE).unwrap_err();
            assert_eq!((error.code(), error.to_string().as_str()), (ErrorCode::BadReply, message));
        }
        for text in ["[]", "{}", "null"] {
            assert_eq!(list(text, SHAPE).unwrap(), "[]");
        }
    }
}
