use proptest::prelude::*;

use super::*;

/// What the library reads, in this crate's terms.
fn second_opinion(text: &str) -> Option<Value> {
    fn convert(value: serde_json::Value) -> Value {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(flag) => Value::Bool(flag),
            serde_json::Value::Number(number) => Value::Number(number.to_string()),
            serde_json::Value::String(text) => Value::Text(text),
            serde_json::Value::Array(items) => Value::List(items.into_iter().map(convert).collect()),
            serde_json::Value::Object(fields) => {
                Value::Object(fields.into_iter().map(|(key, value)| (key, convert(value))).collect())
            }
        }
    }
    serde_json::from_str(text).ok().map(convert)
}

fn written(value: &Value) -> String {
    let mut writer = Writer::default();
    writer.value(value);
    writer.finish()
}

#[test]
fn nothing_is_lost() {
    let text = r#"{"b":-0.10,"a":[1e400,123456789012345678901234567890,null,true,false,{}],"é":"\"\\\/\n\r\t\b\f\u0416\ud834\udd1e","b":[]}"#;
    let again = written(&parse(text).unwrap());
    let expected = r#"{"b":-0.10,"a":[1e400,123456789012345678901234567890,null,true,false,{}],"é":"\"\\/\n\u000D\u0009\u0008\u000CЖ𝄞","b":[]}"#;
    assert_eq!(again, expected);
}

#[test]
fn what_breaks_off_is_told_from_what_is_wrong() {
    for text in ["", " ", "[", "[1,", "{\"a\"", "{\"a\":", "\"abc", "\"\\", "\"\\u12", "tru", "-", "1.", "1e", "[\"я"]
    {
        assert!(parse(text).unwrap_err().breaks_off, "{text}");
    }
    for text in [
        "]",
        "[1,]",
        "{1:2}",
        "{\"a\" 1}",
        "01",
        "+1",
        ".5",
        "'a'",
        "\"\n\"",
        "\"\\x\"",
        "1 2",
        "nul1",
        "{\"a\":1,}",
        "\u{FEFF}1",
    ] {
        assert!(!parse(text).unwrap_err().breaks_off, "{text}");
    }
}

#[test]
fn half_a_pair_is_replaced_and_a_deep_nest_refused() {
    assert_eq!(parse(r#""\ud834x""#).unwrap(), Value::Text("\u{FFFD}x".into()));
    assert_eq!(parse(r#""\udd1e""#).unwrap(), Value::Text("\u{FFFD}".into()));
    assert_eq!(parse(r#""\ud834\u0041""#).unwrap(), Value::Text("\u{FFFD}A".into()));
    assert!(parse(&"[".repeat(1_000_000)).is_err());
    assert!(parse(&("[".repeat(128) + &"]".repeat(128))).is_ok());
}

proptest! {
    #[test]
    fn it_reads_what_the_library_reads(text in r#"([\[\]{},:"\\/ntu0-9eE+.\- ]|true|null|"[a-zя]{0,3}":|\\u[0-9a-f]{4}){0,30}"#) {
        let lone_surrogate = text.to_ascii_lowercase().contains("\\ud");
        let repeated = text.matches(':').count() > 1;
        if !lone_surrogate && !repeated {
            prop_assert_eq!(parse(&text).ok(), second_opinion(&text));
        }
    }

    #[test]
    fn what_is_written_is_read(texts in proptest::collection::vec(".*", 0..4), number: i64) {
        let fields = texts.iter().map(|text| (text.clone(), Value::Text(text.clone()))).collect();
        let value = Value::List(vec![Value::Object(fields), Value::Number(number.to_string()), Value::Null]);
        prop_assert!(second_opinion(&written(&value)).is_some());
        prop_assert_eq!(parse(&written(&value)), Ok(value));
    }
}
