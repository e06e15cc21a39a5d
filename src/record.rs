//! From the service's objects to this package's, by a table of their fields.
//!
//! The reading is lenient: numbers come as numbers or as text, fields are missing or new. A value of the expected kind is
//! taken; anything else stays, under the service's own key, in `extra`. Nothing is dropped.

use crate::{
    error::{Error, ErrorCode, Result},
    input::whole_number,
    json::{self, NoJson, Object, Value, Writer},
    text::{camel, cut, decimal, signed, trim},
};

/// What an object of the service holds, as texts: one of structs weighs three times as much in the compiled module.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The service's keys in the order in which they are given, separated by spaces. Our name is the key in camel case,
    /// or what stands behind a `>`. What is before the key says what it holds:
    ///
    /// | | |
    /// | --- | --- |
    /// | | a text; a number is taken as its digits, so that an `int_id` or a cost never passes through a float |
    /// | `?` | a text; an empty one counts as absent |
    /// | `#` | a whole number, quoted or not |
    /// | `@` | a list of objects |
    /// | `%` | no key of the service: the object of all `wholes` that are there |
    pub fields: &'static str,
    /// Keys of whole numbers that are given together.
    pub wholes: &'static str,
    /// The fields of the objects in a list.
    pub list: &'static str,
}

impl Shape {
    /// A shape without lists and gathered numbers.
    #[must_use]
    pub const fn flat(fields: &'static str) -> Self {
        Self { fields, wholes: "", list: "" }
    }
}

/// One field, taken out of its text: the kind, the service's key, and our name.
struct Field {
    kind: u8,
    key: &'static str,
    name: String,
}

fn fields_of(spec: &'static str) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut rest = spec;
    while !rest.is_empty() {
        let (entry, behind) = cut(rest, b' ').unwrap_or((rest, ""));
        rest = behind;
        let kind = entry.bytes().next().filter(u8::is_ascii_punctuation);
        let names = entry.get(usize::from(kind.is_some())..).unwrap_or_default();
        let (key, name) = cut(names, b'>').map_or_else(|| (names, camel(names)), |(key, name)| (key, name.into()));
        fields.push(Field { kind: kind.unwrap_or(0), key, name });
    }
    fields
}

/// The fields of a flat shape, for [`smsc_scan::Page`].
#[must_use]
pub fn columns(shape: &Shape) -> Vec<smsc_scan::Field<'static>> {
    // A loop: what collects an iterator of these in place weighs 0.3 kB.
    let mut columns = Vec::new();
    for Field { kind, key, .. } in &fields_of(shape.fields) {
        columns.push(smsc_scan::Field { key, whole: *kind == b'#' });
    }
    columns
}

/// Writes objects of the service as this package's.
pub fn convert_list(items: Vec<Value>, shape: &Shape, writer: &mut Writer) {
    let (fields, wholes) = (fields_of(shape.fields), fields_of(shape.wholes));
    writer.open('[');
    for item in items {
        if let Value::Object(record) = item {
            writer.next();
            convert(record, &fields, &wholes, shape, writer);
        }
    }
    writer.close(']');
}

fn convert(mut record: Object, fields: &[Field], wholes: &[Field], shape: &Shape, writer: &mut Writer) {
    writer.open('{');
    for Field { kind, key, name } in fields {
        if *kind == b'%' {
            gather(&mut record, name, wholes, writer);
            continue;
        }
        let Some(place) = record.iter().position(|(other, _)| other == key) else { continue };
        let (_, value) = record.remove(place);
        match (*kind, value) {
            (b'?', Value::Text(text)) if text.is_empty() => {}
            (0 | b'?', Value::Text(text) | Value::Number(text)) => writer.text_field(name, &text),
            (b'@', Value::List(items)) if items.iter().all(|item| item.as_object().is_some()) => {
                writer.name(name);
                convert_list(items, &Shape::flat(shape.list), writer);
            }
            (kind, value) => match whole(&value) {
                Some(number) if kind == b'#' => writer.raw_field(name, &signed(number)),
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

fn gather(record: &mut Object, name: &str, wholes: &[Field], writer: &mut Writer) {
    let mut any = false;
    for field in wholes {
        let Some(place) = record.iter().position(|(other, _)| other == field.key) else { continue };
        let Some(number) = record.get(place).and_then(|(_, value)| whole(value)) else { continue };
        record.remove(place);
        if !any {
            writer.name(name);
            writer.open('{');
            any = true;
        }
        writer.raw_field(&field.name, &signed(number));
    }
    if any {
        writer.close('}');
    }
}

/// A whole number, quoted or not.
#[must_use]
pub fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Text(text) | Value::Number(text) => whole_number(trim(text)),
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
        _ => Err(Error::new(ErrorCode::BadReply, "the reply is no list of objects: %", &[&excerpt(text)])),
    }
}

/// Reads a JSON list of objects and writes it as this package's.
///
/// # Errors
/// As [`parse_list`].
pub fn list(text: &str, shape: &Shape) -> Result<String> {
    let mut writer = Writer::default();
    convert_list(parse_list(text)?, shape, &mut writer);
    Ok(writer.finish())
}

/// The error for a text that is no JSON: where it breaks off or what stands there instead.
#[must_use]
pub fn not_json(text: &str, error: NoJson) -> Error {
    let what = if trim(text).starts_with("<") {
        "a page of HTML or XML"
    } else if error.breaks_off {
        "JSON that breaks off"
    } else {
        "no JSON"
    };
    let at = decimal(u64::try_from(error.at).unwrap_or_default());
    let mut bad = Error::new(ErrorCode::BadReply, "the reply is % (at byte %): %", &[what, &at, &excerpt(text)]);
    bad.cut_off = error.breaks_off;
    bad
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

    const SHAPE: &Shape =
        &Shape { fields: "#a>first b>second ?c>third @d>parts %several", wholes: "e_e f", list: "#n>number" };

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
        assert_eq!(one(r#"{"f":"255","e_e":0}"#), r#"{"several":{"eE":0,"f":255}}"#);
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
            assert_eq!((error.code, error.to_string().as_str()), (ErrorCode::BadReply, message));
        }
        for text in ["[]", "{}", "null"] {
            assert_eq!(list(text, SHAPE).unwrap(), "[]");
        }
    }
}
