//! Lenient types for responses: numbers come as numbers or as text, fields are missing or new. A field of another kind than
//! expected, or an unknown one, stays under the service's own key in `extra`. Only `null` counts as absent, and an empty text if
//! the field is [`NonEmpty`].

use serde::{Serialize, Serializer};
use smsc_scan::MAX_SAFE_INTEGER;

use crate::protocol::json::{Object, Value};

/// An integer, quoted or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integer(pub i64);

impl Serialize for Integer {
    /// As a JavaScript number, or as its digits if a number would be rounded.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.unsigned_abs() <= MAX_SAFE_INTEGER {
            serializer.serialize_i64(self.0)
        } else {
            serializer.collect_str(&self.0)
        }
    }
}

/// An id: the digits of an integer of any length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdDigits(pub String);

impl IdDigits {
    /// The number, if it has at most 64 bits and no sign.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        self.0.parse().ok()
    }
}

impl Serialize for IdDigits {
    /// As an [`Integer`].
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.parse() {
            Ok(integer) => Integer(integer).serialize(serializer),
            Err(_) => serializer.serialize_str(&self.0),
        }
    }
}

impl FromResponse for IdDigits {
    fn from_response(value: Value) -> Result<Option<Self>, Value> {
        value.integer_digits().map(|digits| Some(Self(digits))).ok_or(value)
    }
}

/// Whether digits are an integer that a JavaScript number would round.
#[must_use]
pub fn is_rounded(digits: &str) -> bool {
    let unsigned = digits.trim_start_matches('-');
    let is_integer = unsigned.bytes().all(|byte| byte.is_ascii_digit());
    is_integer && unsigned.parse::<u64>().map_or(true, |integer| integer > MAX_SAFE_INTEGER)
}

/// A text; a number is taken as its digits, so that an `int_id` or a cost never passes through a float.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Text(pub String);

/// A decimal number, as the text that it is.
pub type Decimal = Text;

/// A text; an empty one counts as absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NonEmpty(pub String);

/// Fields that this package does not know, under the service's own keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extra(pub Object);

impl Extra {
    /// Whether there are no such fields.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Extra {
    /// In the module the fields become a JavaScript object there: an assignment of a field named `__proto__` would change the
    /// object's prototype, and the standard library's parser of floats would add 15 kB.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[cfg(target_arch = "wasm32")]
        return serde_wasm_bindgen::preserve::serialize(&crate::web::convert::object_to_js(&self.0), serializer);
        #[cfg(not(target_arch = "wasm32"))]
        serialize_object(&self.0, serializer)
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn serialize_object<S: Serializer>(fields: &Object, serializer: S) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeMap;

    let mut map = serializer.serialize_map(Some(fields.len()))?;
    for (name, value) in fields {
        map.serialize_entry(name, value)?;
    }
    map.end()
}

#[cfg(not(target_arch = "wasm32"))]
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Number(digits) if is_rounded(digits) => serializer.serialize_str(digits),
            Self::Number(digits) => match digits.parse() {
                Ok(integer) => Integer(integer).serialize(serializer),
                Err(_) => serializer.serialize_f64(digits.parse().unwrap_or(f64::NAN)),
            },
            Self::Text(text) => serializer.serialize_str(text),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(fields) => serialize_object(fields, serializer),
        }
    }
}

/// A type that is read from a field of a response.
pub trait FromResponse: Sized {
    /// Reads the value, or returns it.
    ///
    /// # Errors
    /// The value, if it is of another kind.
    fn from_response(value: Value) -> Result<Option<Self>, Value>;
}

impl FromResponse for Integer {
    fn from_response(value: Value) -> Result<Option<Self>, Value> {
        value.as_integer().map(|integer| Some(Self(integer))).ok_or(value)
    }
}

impl FromResponse for Text {
    fn from_response(value: Value) -> Result<Option<Self>, Value> {
        match value {
            Value::Text(text) | Value::Number(text) => Ok(Some(Self(text))),
            other => Err(other),
        }
    }
}

impl FromResponse for NonEmpty {
    fn from_response(value: Value) -> Result<Option<Self>, Value> {
        match value {
            Value::Text(text) | Value::Number(text) => Ok((!text.is_empty()).then_some(Self(text))),
            other => Err(other),
        }
    }
}

impl<T: From<Record>> FromResponse for Vec<T> {
    fn from_response(value: Value) -> Result<Option<Self>, Value> {
        match value {
            Value::Array(items) if items.iter().all(|item| item.as_object().is_some()) => {
                let objects = items.into_iter().filter_map(|item| match item {
                    Value::Object(fields) => Some(T::from(Record::new(fields))),
                    _ => None,
                });
                Ok(Some(objects.collect()))
            }
            other => Err(other),
        }
    }
}

/// Whether a field is left out. With `Option::is_none` its declaration would have a `?`, which only the fields get that the
/// service's pages call optional.
#[must_use]
pub fn is_absent<T>(value: &Option<T>) -> bool {
    value.is_none()
}

/// The fields of an object of the service, taken out one by one.
#[derive(Debug)]
pub struct Record(Object);

impl Record {
    /// The fields of an object.
    #[must_use]
    pub fn new(fields: Object) -> Self {
        Self(fields)
    }

    /// Takes a field out. One of another kind stays.
    pub fn take<T: FromResponse>(&mut self, key: &str) -> Option<T> {
        let index = self.0.iter().position(|(name, _)| name == key)?;
        let (_, value) = self.0.get_mut(index)?;
        match T::from_response(core::mem::replace(value, Value::Null)) {
            Ok(read) => {
                self.0.remove(index);
                read
            }
            Err(other) => {
                *value = other;
                None
            }
        }
    }

    /// Takes out an integer that is no id. One that a JavaScript number would round stays.
    pub fn take_number(&mut self, key: &str) -> Option<Integer> {
        let value = self.0.iter().find(|(name, _)| name == key).and_then(|(_, value)| value.as_integer());
        if value.is_some_and(|integer| integer.unsigned_abs() > MAX_SAFE_INTEGER) { None } else { self.take(key) }
    }

    /// The fields that were not taken out. A `null` counts as absent.
    #[must_use]
    pub fn rest(self) -> Extra {
        let mut fields = self.0;
        fields.retain(|(_, value)| *value != Value::Null);
        Extra(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::json;

    #[derive(Serialize)]
    struct Part {
        #[serde(skip_serializing_if = "Option::is_none")]
        number: Option<Integer>,
        #[serde(skip_serializing_if = "Extra::is_empty")]
        extra: Extra,
    }

    impl From<Record> for Part {
        fn from(mut record: Record) -> Self {
            Self { number: record.take("n"), extra: record.rest() }
        }
    }

    #[derive(Serialize)]
    struct Whole {
        #[serde(skip_serializing_if = "Option::is_none")]
        a: Option<Integer>,
        #[serde(skip_serializing_if = "Option::is_none")]
        b: Option<Text>,
        #[serde(skip_serializing_if = "Option::is_none")]
        c: Option<NonEmpty>,
        #[serde(skip_serializing_if = "Option::is_none")]
        d: Option<Vec<Part>>,
        #[serde(skip_serializing_if = "Extra::is_empty")]
        extra: Extra,
    }

    fn read(text: &str) -> String {
        let Ok(Value::Object(fields)) = json::parse(text) else { panic!("{text} is not an object") };
        let mut record = Record::new(fields);
        let whole = Whole {
            a: record.take("a"),
            b: record.take("b"),
            c: record.take("c"),
            d: record.take("d"),
            extra: record.rest(),
        };
        serde_json::to_string(&whole).unwrap()
    }

    #[test]
    fn numbers_and_texts_are_accepted_for_one_another() {
        assert_eq!(read(r#"{"b":"x","a":5}"#), r#"{"a":5,"b":"x"}"#);
        assert_eq!(read(r#"{"a":" -5 ","b":123456789012345678901}"#), r#"{"a":-5,"b":"123456789012345678901"}"#);
        assert_eq!(read(r#"{"a":2.0,"b":0.10}"#), r#"{"a":2,"b":"0.10"}"#);
    }

    #[test]
    fn integers_that_a_number_would_round_become_text() {
        assert_eq!(
            read(r#"{"a":9007199254740991,"z":-9007199254740991}"#),
            r#"{"a":9007199254740991,"extra":{"z":-9007199254740991}}"#
        );
        assert_eq!(read(r#"{"a":"9007199254740993"}"#), r#"{"a":"9007199254740993"}"#);
        assert_eq!(read(r#"{"a":-9007199254740992}"#), r#"{"a":"-9007199254740992"}"#);
        let large = r#"{"extra":{"a":"18446744073709551616","z":["9007199254740993",0.5]}}"#;
        assert_eq!(read(r#"{"a":18446744073709551616,"z":[9007199254740993,0.5]}"#), large);
        assert!(is_rounded("9007199254740992") && is_rounded("-99999999999999999999"));
        assert!(!is_rounded("9007199254740991") && !is_rounded("1e30") && !is_rounded("9007199254740993.5"));
    }

    #[test]
    fn an_id_keeps_every_digit() {
        let id = |json: &str| IdDigits::from_response(json::parse(json).unwrap()).map(|id| id.unwrap());
        for (json, digits, serialized) in [
            ("5", "5", "5"),
            ("\" 05 \"", "5", "5"),
            ("5.0", "5", "5"),
            ("9007199254740991", "9007199254740991", "9007199254740991"),
            ("9007199254740992", "9007199254740992", "\"9007199254740992\""),
            ("9223372036854775808", "9223372036854775808", "\"9223372036854775808\""),
            ("\"0018446744073709551616\"", "18446744073709551616", "\"18446744073709551616\""),
            ("-9223372036854775809.0", "-9223372036854775809", "\"-9223372036854775809\""),
        ] {
            let id = id(json).unwrap();
            assert_eq!(id.0, digits);
            assert_eq!(serde_json::to_string(&id).unwrap(), serialized);
        }
        for json in ["\"\"", "\"-\"", "\"+5\"", "1.5", "1e30", "\"a\"", "null", "[5]"] {
            assert!(id(json).is_err(), "{json}");
        }
        assert_eq!(id("18446744073709551615").unwrap().number(), Some(u64::MAX));
        assert_eq!(id("18446744073709551616").unwrap().number(), None);
    }

    #[test]
    fn a_field_of_another_kind_or_an_unknown_one_stays_in_extra() {
        assert_eq!(read(r#"{"a":"x","b":null,"z":[1]}"#), r#"{"extra":{"a":"x","z":[1]}}"#);
        assert_eq!(read(r#"{"a":1.5,"b":{},"e":"y"}"#), r#"{"extra":{"a":1.5,"b":{},"e":"y"}}"#);
        assert_eq!(read(r#"{"d":[{"n":1},{"m":2}]}"#), r#"{"d":[{"number":1},{"extra":{"m":2}}]}"#);
        assert_eq!(read(r#"{"d":[5]}"#), r#"{"extra":{"d":[5]}}"#);
        assert_eq!(read(r#"{"c":"","z":null}"#), "{}");
        assert_eq!(read(r#"{"a":1,"a":2}"#), r#"{"a":1,"extra":{"a":2}}"#);
    }
}
