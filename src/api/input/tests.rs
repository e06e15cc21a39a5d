use serde::Deserialize;

use super::*;
use crate::api::{
    json_input,
    values::{BoundedInt, Id, NonEmptyText, SecretText},
};
use crate::protocol::day::Day;

/// Reads JSON as the parameters of a call.
pub(crate) fn read_json<T: DeserializeOwned>(json: &str) -> Result<T, Error> {
    json_input::read(json, ErrorCode::InvalidParameter, "the query")
}

/// Reads JSON as the options of a client or a call.
pub(crate) fn read_options<T: DeserializeOwned>(json: &str) -> Result<T, Error> {
    json_input::read(json, ErrorCode::InvalidOption, "`options`")
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Size {
    Small,
    Large,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inner {
    first_name: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct Fields {
    count: Option<BoundedInt<1, 9>>,
    at_least: Option<BoundedInt<1, { u64::MAX }>>,
    flag: Option<bool>,
    text: Option<String>,
    filled: Option<NonEmptyText>,
    secret: Option<SecretText>,
    id: Option<Id>,
    ids: Option<Vec<Id>>,
    day: Option<Day>,
    size: Option<Size>,
    inner: Option<Inner>,
    callback: Option<Callback>,
    any: Option<Handle>,
}

#[derive(Debug, Deserialize)]
struct Required {
    count: BoundedInt<1, 9>,
    filled: NonEmptyText,
    callback: Callback,
    inner: Inner,
}

/// The message about a value, which names the field and has the right code.
fn message(name: &str, json: &str) -> String {
    let error = read_json::<Fields>(&format!("{{\"{name}\":{json}}}")).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidParameter);
    let path = error.parameter.as_deref().unwrap();
    assert!(path == name || path.starts_with(&format!("{name}[")), "{path}");
    assert!(error.to_string().starts_with(&format!("`{path}` ")), "{path}: {error}");
    error.to_string()
}

#[test]
fn a_message_names_the_field_what_it_takes_and_what_it_got() {
    for (name, json, expected) in [
        ("count", "0", "`count` takes a whole number from 1 to 9, and got 0"),
        ("count", "1.5", "`count` takes a whole number from 1 to 9, and got 1.5"),
        ("count", "1e18", "`count` takes a whole number from 1 to 9, and got 1000000000000000000"),
        ("count", "\"5\"", "`count` takes a whole number from 1 to 9, and got \"5\""),
        ("count", "[5]", "`count` takes a whole number from 1 to 9, and got a list"),
        ("count", r#"{"$bigint":"5"}"#, "`count` takes a whole number from 1 to 9, and got 5n"),
        ("count", r#"{"$date":5}"#, "`count` takes a whole number from 1 to 9, and got a Date"),
        ("count", r#"{"$date":null}"#, "`count` takes a whole number from 1 to 9, and got a Date"),
        ("count", r#"{"$kind":"a symbol"}"#, "`count` takes a whole number from 1 to 9, and got a symbol"),
        ("at_least", "0", "`at_least` takes a whole number of at least 1, and got 0"),
        ("flag", "[]", "`flag` takes `true` or `false`, and got an empty list"),
        ("text", "true", "`text` takes a text, and got true"),
        ("filled", "\"\"", "`filled` takes a text that is not empty"),
        ("id", "{}", "`id` takes an id: digits, as a number or a text, and got an object: pass its `id` alone"),
        ("id", "-1", "`id` takes an id: digits, as a number or a text, and got -1"),
        ("id", r#"{"$bigint":"-7"}"#, "`id` takes an id: digits, as a number or a text, and got -7n"),
        ("size", "\"huge\"", "`size` takes one of \"small\", \"large\", and got \"huge\""),
        ("size", "\"SMALL\"", "`size` takes one of \"small\", \"large\", and got \"SMALL\". Did you mean \"small\"?"),
        ("size", "\"a.larg\"", "`size` takes one of \"small\", \"large\", and got \"a.larg\". Did you mean \"large\"?"),
        ("size", "5", "`size` takes one of \"small\", \"large\", and got 5"),
        ("inner", "true", "`inner` takes an object, and got true"),
        ("inner", r#"{"$date":5}"#, "`inner` takes an object, and got a Date"),
        ("callback", "{}", "`callback` takes a function, and got an object"),
    ] {
        assert_eq!(message(name, json), expected);
    }
    assert!(message("flag", &format!("\"{}\"", "я".repeat(100))).len() < 150);
}

#[test]
fn the_message_and_the_parameter_name_the_item_of_a_list() {
    assert_eq!(message("ids", "[\"1\",\"a\"]"), "`ids[1]` takes an id: digits, as a number or a text, and got \"a\"");
    assert_eq!(message("ids", "[[]]"), "`ids[0]` takes an id: digits, as a number or a text, and got an empty list");
    assert_eq!(message("ids", "[]"), "`ids` takes a list that is not empty, and got an empty list");
    assert_eq!(message("ids", "\"1\""), "`ids` takes a list that is not empty, and got \"1\"");
}

#[test]
fn a_message_never_shows_a_secret() {
    for json in ["5e3", "true", "[\"key\"]", "{\"key\":1}", r#"{"$bigint":"5000"}"#, r#"{"$date":5000}"#, "\"  \""] {
        let message = message("secret", json);
        assert!(message.starts_with("`secret` takes a text that is not empty"), "{message}");
        assert!(!message.contains("key") && !message.contains("5000"), "{message}");
    }
    // The key is passed as a function, or as all the options.
    assert_eq!(message("callback", "\"a key\""), "`callback` takes a function, and got a text");
    let error = read_json::<Fields>("\"a key\"").unwrap_err();
    assert_eq!(error.to_string(), "the query takes an object, and got a text");
    // The key is in the wrong option. A text of three characters is no key.
    let option = |json: &str| read_options::<Fields>(json).unwrap_err().to_string();
    for (json, expected) in [
        ("{\"size\":\"a key\"}", "`size` takes one of \"small\", \"large\", and got a text"),
        ("{\"count\":\"a key\"}", "`count` takes a whole number from 1 to 9, and got a text"),
        ("{\"flag\":\"a key\"}", "`flag` takes `true` or `false`, and got a text"),
        ("{\"id\":\", and got \\\"\"}", "`id` takes an id: digits, as a number or a text, and got a text"),
        ("{\"count\":\"5\"}", "`count` takes a whole number from 1 to 9, and got \"5\""),
    ] {
        assert_eq!(option(json), expected);
    }
}

#[test]
fn an_id_keeps_every_digit() {
    let id = |json: &str| read_json::<Fields>(&format!("{{\"id\":{json}}}")).map(|fields| fields.id.unwrap().0);
    assert_eq!(id("\"92233720368547758070\"").unwrap(), "92233720368547758070");
    assert_eq!(id(r#"{"$bigint":"18446744073709551616"}"#).unwrap(), "18446744073709551616");
    assert_eq!(id("42").unwrap(), "42");
    for wrong in ["-1", "1.5", "9007199254740992", "\"1a\"", "\"\"", "true"] {
        assert!(id(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_missing_field_says_what_it_takes() {
    let missing = |json: &str| {
        let error = read_json::<Required>(json).unwrap_err();
        (error.parameter.clone().unwrap(), error.to_string())
    };
    assert_eq!(missing("{}"), ("count".into(), "`count` is missing; it takes a whole number from 1 to 9".into()));
    assert_eq!(
        missing(r#"{"count":5}"#),
        ("filled".into(), "`filled` is missing; it takes a text that is not empty".into())
    );
    assert_eq!(
        missing(r#"{"count":5,"filled":"a"}"#),
        ("callback".into(), "`callback` is missing; it takes a function".into())
    );
    let required = r#"{"count":5,"filled":"a","callback":{"$kind":"a function"},"inner":{}}"#;
    let Required { count, filled, callback, inner } = read_json(required).unwrap();
    assert_eq!((count, filled, callback), (BoundedInt(5), NonEmptyText("a".into()), Callback(Handle(0))));
    assert_eq!(inner.first_name, None);
}

#[test]
fn an_unknown_field_is_rejected_by_its_path() {
    let error = read_json::<Fields>(r#"{"inner":{"firstName":true,"last[0]":2}}"#).unwrap_err();
    assert_eq!(error.parameter.as_deref(), Some("inner.last[0]"));
    assert_eq!(error.to_string(), "Unknown parameter `inner.last[0]`. The parameters here are `firstName`.");
    let error = read_json::<Fields>(r#"{"":1}"#).unwrap_err();
    assert_eq!(error.parameter.as_deref(), Some(""));
    let error = read_json::<Fields>(r#"{"cuont":1}"#).unwrap_err();
    assert_eq!(error.parameter.as_deref(), Some("cuont"));
    assert_eq!(error.to_string(), "Unknown parameter `cuont`. Did you mean `count`?");
}

#[test]
fn an_unknown_field_names_the_nearest_one() {
    let message = |json| read_json::<Fields>(json).unwrap_err().to_string();
    let nested = message(r#"{"inner":{"firstname":"a"}}"#);
    assert_eq!(nested, "Unknown parameter `inner.firstname`. Did you mean `inner.firstName`?");
    assert_eq!(message(r#"{"ID":1}"#), "Unknown parameter `ID`. Did you mean `id`?");
    // Too short to be a typo of `id`, and too far from anything.
    for name in ["to", "телефон"] {
        let json = format!(r#"{{"{name}":1}}"#);
        let error = read_json::<Fields>(&json).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("Unknown parameter `{name}`. The parameters here are `count`, ")),
            "{error}"
        );
    }
    let error = read_options::<Fields>(r#"{"cuont":1}"#).unwrap_err();
    assert_eq!(error.to_string(), "Unknown option `cuont`. Did you mean `count`?");
}

#[test]
fn undefined_is_an_object_without_fields_and_a_list_is_not_an_object() {
    for json in ["", "{}"] {
        let fields: Fields = read_json(json).unwrap();
        assert!(fields.count.is_none() && fields.at_least.is_none() && fields.any.is_none(), "{json}");
    }
    let error = read_json::<Fields>("[1]").unwrap_err();
    assert_eq!(error.to_string(), "the query takes an object, and got a list");
    assert_eq!(error.parameter, None);
    assert!(read_json::<Fields>(r#"{"$date":5}"#).is_err());
    assert!(read_json::<Fields>("{").is_err());
}

#[test]
fn every_kind_of_value_is_read() {
    let json = r#"{"count":9,"at_least":9007199254740991,"flag":false,"text":"","filled":" a ","secret":"s","ids":[1,"2"],
        "day":{"$date":0},"size":"large","inner":{},"callback":{"$kind":"a function"},"any":[]}"#;
    let fields: Fields = read_json(json).unwrap();
    assert_eq!(fields.count, Some(BoundedInt(9)));
    assert_eq!(fields.at_least, Some(BoundedInt(9_007_199_254_740_991)));
    assert_eq!((fields.flag, fields.text.as_deref()), (Some(false), Some("")));
    assert_eq!(fields.filled, Some(NonEmptyText(" a ".into())));
    assert_eq!(fields.secret.unwrap().0.as_str(), "s");
    assert_eq!(fields.ids, Some(vec![Id("1".into()), Id("2".into())]));
    assert_eq!(fields.day, Day::parse("1970-01-01"));
    assert!(matches!(fields.size, Some(Size::Large)));
    assert_eq!((fields.callback, fields.any), (Some(Callback(Handle(0))), Some(Handle(0))));
    assert_eq!(fields.inner.unwrap().first_name, None);
    assert!(matches!(read_json::<Fields>(r#"{"size":"small"}"#).unwrap().size, Some(Size::Small)));
}

/// An object of which a part cannot be read.
struct Throws {
    has_keys: bool,
}

impl Input for Throws {
    fn kind(&self) -> Kind<Self> {
        Kind::Object
    }

    fn keys(&self) -> Option<Vec<String>> {
        self.has_keys.then(|| vec!["count".into()])
    }

    fn get(&self, _: &str) -> Option<Self> {
        None
    }

    fn keep(self) -> u32 {
        0
    }
}

#[test]
fn an_object_that_throws_is_rejected() {
    let read = |has_keys| read::<Fields>(Throws { has_keys }, ErrorCode::InvalidOption, "`options`").unwrap_err();
    let error = read(true);
    assert_eq!((error.code, error.parameter.as_deref()), (ErrorCode::InvalidOption, Some("count")));
    assert_eq!(error.to_string(), "`count` cannot be read: its getter throws");
    assert_eq!(read(false).to_string(), "`options` takes an object, and got an object that cannot be read");
}

#[test]
fn an_argument_that_is_a_parameter_itself_is_named() {
    let input = |json: &str| json_input::JsonInput::parse(json).unwrap();
    let read = |json: &str| read_named::<Id>(input(json), ErrorCode::InvalidParameter, "id");
    assert_eq!(read("5").unwrap(), Id("5".into()));
    for (json, message) in [
        ("true", "`id` takes an id: digits, as a number or a text, and got true"),
        ("", "`id` is missing; it takes an id: digits, as a number or a text"),
    ] {
        let error = read(json).unwrap_err();
        assert_eq!((error.parameter.as_deref(), error.to_string().as_str()), (Some("id"), message));
    }
}

/// What says which task is meant.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only its errors are read")]
struct Ref {
    id: Option<Id>,
    name: Option<NonEmptyText>,
}

#[test]
fn a_value_without_its_object_is_shown_in_one() {
    let message = |json: &str| read_json::<Ref>(json).unwrap_err().to_string();
    for (json, hint) in [
        ("303", "and got 303. Pass `{ id: 303 }`."),
        ("\"303\"", "Pass `{ id: \"303\" }` or `{ name: \"303\" }`."),
        ("\"a.csv\"", "Pass `{ name: \"a.csv\" }`."),
        ("[303]", "the query takes an object, and got a list"),
        ("true", "the query takes an object, and got true"),
    ] {
        assert!(message(json).ends_with(hint), "{}", message(json));
    }
    assert_eq!(message(r#"{"id":5,"name":"a","status":2}"#), "Unknown parameter `status`. Pass only `{ id: 5 }`.");
    assert_eq!(message(r#"{"id":5,"nane":"a"}"#), "Unknown parameter `nane`. Did you mean `name`?");
    assert_eq!(message(r#"{"file":"a.csv"}"#), "Unknown parameter `file`. Did you mean `name`?");
}

#[test]
fn an_option_in_a_query_is_named_as_one() {
    let message = |json: &str| {
        let query = json_input::JsonInput::parse(json).unwrap();
        let others = ["file".into(), "select".into()];
        read_query::<Ref>(query, &["timeout_ms", "signal"], &others).unwrap_err().to_string()
    };
    for (json, name) in [
        (r#"{"timeoutMs":5}"#, "timeoutMs"),
        (r#"{"id":5,"signal":1}"#, "signal"),
        (r#"{"id":5,"select":[]}"#, "select"),
        (r#"{"id":5,"file":"a"}"#, "file"),
    ] {
        assert_eq!(message(json), misplaced_option(name));
    }
    assert_eq!(message(r#"{"file":"a"}"#), "Unknown parameter `file`. Did you mean `name`?");
    assert!(message(r#"{"timeout_ms":5}"#).starts_with("Unknown parameter `timeout_ms`"));
    assert_eq!(message("5"), "the query takes an object, and got 5. Pass `{ id: 5 }`.");
}
