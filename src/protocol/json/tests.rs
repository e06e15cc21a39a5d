use proptest::prelude::*;

use super::*;

/// The value that another parser reads.
fn parse_with_serde_json(text: &str) -> Option<Value> {
    fn convert(value: serde_json::Value) -> Value {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(flag) => Value::Bool(flag),
            serde_json::Value::Number(number) => Value::Number(number.to_string()),
            serde_json::Value::String(text) => Value::Text(text),
            serde_json::Value::Array(items) => Value::Array(items.into_iter().map(convert).collect()),
            serde_json::Value::Object(fields) => {
                Value::Object(fields.into_iter().map(|(key, value)| (key, convert(value))).collect())
            }
        }
    }
    serde_json::from_str(text).ok().map(convert)
}

fn number(digits: &str) -> Value {
    Value::Number(digits.into())
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

#[test]
fn nothing_is_lost() {
    let json = r#"{"b":-0.10,"a":[1e400,123456789012345678901234567890,null,true,false,{}],"é":"\"\\\/\n\r\t\b\f\u0416\ud834\udd1e","b":[]}"#;
    let items = vec![
        number("1e400"),
        number("123456789012345678901234567890"),
        Value::Null,
        Value::Bool(true),
        Value::Bool(false),
        Value::Object(Vec::new()),
    ];
    let fields = vec![
        ("b".into(), number("-0.10")),
        ("a".into(), Value::Array(items)),
        ("é".into(), text("\"\\/\n\r\t\u{8}\u{c}Ж𝄞")),
        ("b".into(), Value::Array(Vec::new())),
    ];
    assert_eq!(parse(json), Ok(Value::Object(fields)));
}

#[test]
fn a_text_that_is_cut_off_is_distinguished_from_one_that_is_wrong() {
    for text in [
        "",
        " ",
        "[",
        "[1,",
        "{",
        "{\"a\"",
        "{\"a\":",
        "\"abc",
        "\"\\",
        "\"\\u12",
        "\"\\ud834",
        "\"\\ud834\\u00",
        "tru",
        "n",
        "-",
        "1.",
        "1e",
        "[\"я",
    ] {
        let error = parse(text).unwrap_err();
        assert!(error.is_incomplete && !error.is_too_large, "{text}");
        assert_eq!(error.offset, text.len(), "{text}");
    }
    for (text, offset) in [
        ("]", 0),
        ("x", 0),
        ("[1,]", 3),
        ("{1:2}", 1),
        ("{\"a\" 1}", 5),
        ("01", 1),
        ("+1", 0),
        (".5", 0),
        ("'a'", 0),
        ("\"\n\"", 1),
        ("\"a\n", 2),
        ("\"\\x\"", 2),
        ("\"\\x", 2),
        ("\"\\u1x", 4),
        ("1 2", 2),
        ("nul1", 3),
        ("tx", 1),
        ("{\"a\":1,}", 7),
        ("\u{FEFF}1", 0),
    ] {
        let error = parse(text).unwrap_err();
        assert!(!error.is_incomplete && !error.is_too_large, "{text}");
        assert_eq!(error.offset, offset, "{text}");
    }
}

#[test]
fn half_a_surrogate_pair_becomes_the_replacement_character() {
    assert_eq!(parse(r#""\ud834x""#), Ok(text("\u{FFFD}x")));
    assert_eq!(parse(r#""\udd1e""#), Ok(text("\u{FFFD}")));
    assert_eq!(parse(r#""\ud834\u0041""#), Ok(text("\u{FFFD}A")));
}

#[test]
fn deep_nesting_is_rejected() {
    assert!(!parse(&"[".repeat(1_000_000)).unwrap_err().is_incomplete);
    assert!(parse(&("[".repeat(128) + &"]".repeat(128))).is_ok());
    assert!(parse(&("{\"a\":".repeat(129) + "1" + &"}".repeat(129))).is_err());
}

#[test]
fn more_values_than_the_maximum_are_rejected() {
    // The array itself is a value too.
    let array = |length: usize| format!("[{}{{}}]", "{},".repeat(length - 1));
    let fits = |length: usize| CONTAINER_VALUES * (length + 1) <= max_values(array(length).len());
    let longest = (137_000..150_000).find(|length| !fits(length + 1)).unwrap();
    assert!((130_000..150_000).contains(&longest));
    assert!(parse(&array(longest)).is_ok());
    let error = parse(&array(longest + 1)).unwrap_err();
    assert!(error.is_too_large && !error.is_incomplete);
    assert_eq!(error.offset, 1 + 3 * longest);
}

#[test]
fn a_long_list_of_usual_items_is_read() {
    let row = r#"{"id":1,"name":"a rather long name of a task","status":"2"}"#;
    assert!(parse(&format!("[{}{row}]", format!("{row},").repeat(800_000))).is_ok());
}

#[test]
fn integers_are_read_quoted_or_not() {
    let integer = |text: &str| parse(text).unwrap().as_integer();
    for (text, expected) in [("5", 5), ("-5", -5), ("\" 5 \"", 5), ("5.00", 5), ("-9223372036854775808", i64::MIN)] {
        assert_eq!(integer(text), Some(expected), "{text}");
    }
    for text in ["5.5", "\"5.\"", "1e3", "\"+5\"", "\"\"", "\"5a\"", "9223372036854775808", "true", "null", "[5]"] {
        assert_eq!(integer(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn reads_as_another_parser_does(
        text in r#"([\[\]{},:"\\/ntu0-9eE+.\- ]|true|null|"[a-zя]{0,3}":|\\u[0-9a-f]{4}){0,30}"#,
    ) {
        let has_surrogate = text.to_ascii_lowercase().contains("\\ud");
        let may_repeat_a_key = text.matches(':').count() > 1;
        if !has_surrogate && !may_repeat_a_key {
            prop_assert_eq!(parse(&text).ok(), parse_with_serde_json(&text));
        }
    }

    #[test]
    fn a_serialized_value_is_read_again(texts in proptest::collection::vec(".*", 0..4), number: i32) {
        let fields = texts.iter().map(|text| (text.clone(), Value::Text(text.clone()))).collect();
        let value = Value::Array(vec![Value::Object(fields), Value::Number(number.to_string()), Value::Null]);
        let json = serde_json::to_string(&value).unwrap();
        prop_assert!(parse_with_serde_json(&json).is_some());
        prop_assert_eq!(parse(&json), Ok(value));
    }

    #[test]
    fn the_beginning_of_a_json_text_is_incomplete(number: i32, text in ".{0,9}", flag: bool, length in 0usize..200) {
        let value = Value::Array(vec![
            Value::Object(vec![(text.clone(), Value::Text(text))]),
            Value::Bool(flag),
            Value::Null,
            Value::Number(number.to_string()),
        ]);
        let json = serde_json::to_string(&value).unwrap();
        let start = &json[..json.floor_char_boundary(length)];
        if start.len() < json.len() {
            prop_assert!(parse(start).unwrap_err().is_incomplete, "{}", start);
        }
    }
}
