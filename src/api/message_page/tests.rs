use proptest::prelude::*;

use super::*;
use crate::{
    api::{
        history::HistoryQuery,
        message_columns::{ColumnValues, MessageColumns},
        message_lines::MessageLines,
    },
    protocol::request::Endpoint,
};

fn located(json: &str) -> Option<MessagePage> {
    MessagePage::locate(None, json.len(), |buffer| buffer.copy_from_slice(json.as_bytes()))
}

fn decoded(json: &str) -> MessagePage {
    MessagePage::Decoded(HistoryQuery::decode(json).unwrap().messages)
}

fn try_lines(json: &str) -> Option<Vec<String>> {
    let MessagePage::Located(decoder) = located(json)? else { return None };
    let mut lines = MessageLines::default();
    lines.push_page(&decoder)?;
    let line = |index: usize| String::from_utf8(lines.lines(index..index + 1).to_vec()).unwrap();
    Some((0..decoder.message_count()).map(line).collect())
}

fn lines(json: &str) -> Vec<String> {
    try_lines(json).unwrap()
}

/// The columns of a page: texts, or numbers as texts.
fn columns(page: &MessagePage, select: Option<&[&str]>) -> Vec<(String, &'static str, Vec<String>)> {
    let select: Option<Vec<String>> = select.map(|names| names.iter().map(ToString::to_string).collect());
    let mut columns = MessageColumns::new(select.as_deref()).unwrap();
    // The columns of an earlier batch have no effect.
    for message in (0..page.len()).rev() {
        columns.push(page, message);
    }
    columns.clear();
    for message in 0..page.len() {
        columns.push(page, message);
    }
    assert_eq!(columns.len(), page.len());
    let names: Vec<String> = columns.names().collect();
    let values = columns.columns().map(|values| match values {
        ColumnValues::Numbers(numbers) => ("numbers", numbers.iter().map(ToString::to_string).collect()),
        ColumnValues::Texts(dictionary) => {
            let values = dictionary.decode(false).texts();
            ("texts", dictionary.codes().iter().map(|code| values[*code as usize].clone()).collect())
        }
    });
    names.into_iter().zip(values).map(|(name, (kind, values))| (name, kind, values)).collect()
}

#[test]
fn lines_have_the_fields_of_messages() {
    let page = r#"[{"phone":79991234567,"status_name":"a\u0416\/\"","id":"5","status":-1},{"err":0}]"#;
    let expected = ["{\"status\":-1,\"statusName\":\"aЖ/\\\"\",\"phone\":\"79991234567\",\"id\":5}\n", "{\"err\":0}\n"];
    assert_eq!(lines(page), expected);
    assert_eq!(try_lines(r#"[{"id":9007199254740993}]"#), None);
}

#[test]
fn lines_of_an_earlier_page_are_removed() {
    let mut lines = MessageLines::default();
    for errors in [0..9, 3..6] {
        let objects: Vec<String> = errors.map(|error| format!("{{\"err\":{error}}}\n")).collect();
        let Some(MessagePage::Located(page)) = located(&format!("[{}]", objects.join(","))) else {
            panic!("not located")
        };
        lines.clear();
        lines.push_page(&page).unwrap();
        for range in [0..objects.len(), 1..3, 2..3, 0..0] {
            assert_eq!(lines.lines(range.clone()), objects[range].concat().as_bytes());
        }
    }
}

#[test]
fn columns_have_texts_or_numbers() {
    let json = r#"[{"phone":7,"id":1,"cost":"1.5"},{"cost":1.5},{"phone":"8","id":"-3","cost":"a\nb"}]"#;
    let texts = |values: &[&str]| values.iter().map(ToString::to_string).collect::<Vec<_>>();
    let expected = [
        ("id".to_owned(), "numbers", texts(&["1", "NaN", "-3"])),
        ("phone".to_owned(), "texts", texts(&["7", "", "8"])),
        ("cost".to_owned(), "texts", texts(&["1.5", "1.5", "a\nb"])),
    ];
    for page in [located(json).unwrap(), decoded(json)] {
        assert_eq!(columns(&page, Some(&["id", "phone", "cost"])), expected);
        assert_eq!(columns(&page, None).len(), COLUMNS.len());
    }
}

#[test]
fn integers_beyond_2_to_the_53_are_texts() {
    let json = r#"[{"id":1},{"flag":null},{"id":9007199254740993},{"id":9007199254740991}]"#;
    for page in [located(json).unwrap(), decoded(json)] {
        let values = ["1", "", "9007199254740993", "9007199254740991"].map(Into::into).to_vec();
        assert_eq!(columns(&page, Some(&["id"])), [("id".into(), "texts", values)]);
    }
}

#[test]
fn an_unknown_field_names_the_nearest_one() {
    let error = MessageColumns::new(Some(&["phon".into()])).unwrap_err();
    assert_eq!(error.to_string(), "Unknown field `phon`. Did you mean `phone`?");
    assert_eq!(error.parameter.as_deref(), Some("select"));
}

#[test]
fn names_are_those_of_the_struct() {
    let json = r#"[{"status_name":"a","send_timestamp":1,"sms_cnt":1,"type":1,"mccmnc":"1"}]"#;
    let MessagePage::Decoded(messages) = decoded(json) else { panic!("not decoded") };
    let line = serde_json::to_string(&messages[0]).unwrap() + "\n";
    assert_eq!(lines(json), [line]);
}

#[test]
fn other_pages_are_not_located() {
    for page in ["[]", r#"[{"unknown":1}]"#, r#"{"error":"x"}"#] {
        assert!(located(page).is_none(), "{page}");
    }
    assert!(MessagePage::locate(None, 3, |buffer| buffer.copy_from_slice(b"[\xFF]")).is_none());
}

proptest! {
    #[test]
    fn a_located_page_has_the_values_of_the_decoded_one(
        messages in proptest::collection::vec(
            r#"\{("phone":(7|"8"|"[a-zа-я]{0,40}"|"\\\\n\\\\u0416\\\\\\\\"|1\.50|null))?\}"#, 1..4),
        ids in proptest::collection::vec(r#"[1-9][0-9]{0,17}|"-?[1-9][0-9]{0,17}"|null|0"#, 4),
    ) {
        let fields = messages.iter().zip(&ids).map(|(message, id)| {
            let rest = message.trim_start_matches('{');
            format!("{{\"id\":{id},\"int_id\":{id}{}{rest}", if rest == "}" { "" } else { "," })
        });
        let json = format!("[{}]", fields.collect::<Vec<_>>().join(","));
        let located = located(&json).unwrap();
        let decoded = decoded(&json);
        prop_assert_eq!(columns(&located, None), columns(&decoded, None));
        prop_assert_eq!(located.keys(), decoded.keys());
        let MessagePage::Decoded(messages) = &decoded else { panic!("not decoded") };
        if let Some(lines) = try_lines(&json) {
            for (line, message) in lines.iter().zip(messages) {
                prop_assert_eq!(line, &(serde_json::to_string(message).unwrap() + "\n"));
            }
        }
    }
}
