use core::fmt::Write;

use proptest::prelude::*;
use serde::Serialize;

use super::*;
use crate::{
    api::{history::HistoryQuery, senders::SenderQuery, tasks::TaskQuery},
    protocol::{
        json::{self, Value, field},
        request::{Endpoint, Request},
    },
};
use ResponseFormat::{Comma, Json, Text, Xml};

const FORMATS: [ResponseFormat; 4] = [Text, Comma, Xml, Json];

/// The formats other than JSON.
const OTHER_FORMATS: [ResponseFormat; 3] = [Text, Comma, Xml];

/// The formats without quoting.
const LINE_FORMATS: [ResponseFormat; 2] = [Text, Comma];

const SENDERS: List = List::Senders(SenderSelection::Unknown);
const ALL_SENDERS: List = List::Senders(SenderSelection::All);
const ACTIVE_SENDERS: List = List::Senders(SenderSelection::Active);

/// What a response is decoded to, as JSON.
fn try_decode(list: List, format: ResponseFormat, text: &str) -> Result<String> {
    fn to_json<T: Serialize>(items: &[T]) -> String {
        serde_json::to_string(items).unwrap()
    }
    match list {
        List::History => decode_history(text, format).map(|messages| to_json(&messages)),
        List::Senders(selection) => {
            let all = match selection {
                SenderSelection::All => Some(true),
                SenderSelection::Active => Some(false),
                SenderSelection::Unknown => None,
            };
            decode_senders(text, format, all).map(|senders| to_json(&senders))
        }
        List::Tasks => decode_tasks(text, format).map(|tasks| to_json(&tasks)),
    }
}

fn decoded(list: List, format: ResponseFormat, text: &str) -> String {
    try_decode(list, format, text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The message of the error that a malformed response is rejected with.
fn rejected(list: List, format: ResponseFormat, text: &str) -> String {
    let error = try_decode(list, format, text).expect_err(text);
    assert_eq!(
        (error.code, error.endpoint.as_deref()),
        (ErrorCode::BadResponse, Some(list.scope().endpoint())),
        "{text}"
    );
    error.message.clone()
}

/// A response of the history with one message, as the page shows it in each format.
fn history_response(format: ResponseFormat, message: &str) -> String {
    match format {
        Text => format!(
            "Status = 1, check_time = 28.12.2019 19:20:22, err = 0, send_date = 28.12.2019 19:20:16, phone = 79999999999, \
             mccmnc = 25001, country = Россия, operator = МТС, region = г. Москва, cost = 1.40, sender_id = SMSC.RU, \
             status_name = Доставлено, message = {message}, type = 0, ID = 12, int_id = 4221212121212121212, sms_cnt = 1, \
             format = 0, crc = 4294967295"
        ),
        Comma => format!(
            "1,1577550022,0,1577550016,79999999999,25001,Россия,МТС,г. Москва,1.40,SMSC.RU,Доставлено, {message},0,12,\
             4221212121212121212,1,0,4294967295"
        ),
        Xml | Json => {
            let message = message.replace('&', "&amp;").replace('<', "&lt;");
            format!(
                "<list>\n<sms>\n<status>1</status>\n<last_date>28.12.2019 19:20:22</last_date>\n\
                 <last_timestamp>1577550022</last_timestamp>\n<err>0</err>\n<send_date>28.12.2019 19:20:16</send_date>\n\
                 <send_timestamp>1577550016</send_timestamp>\n<phone>79999999999</phone>\n<cost>1.40</cost>\n\
                 <sender_id>SMSC.RU</sender_id>\n<status_name>Доставлено</status_name>\n<message>{message}</message>\n\
                 <mccmnc>25001</mccmnc>\n<country>Россия</country>\n<operator>МТС</operator>\n<region>г. Москва</region>\n\
                 <type>0</type>\n<id>12</id>\n<int_id>4221212121212121212</int_id>\n<sms_cnt>1</sms_cnt>\n\
                 <format>0</format>\n<crc>4294967295</crc>\n</sms>\n</list>"
            )
        }
    }
}

/// The messages that [`history_response`] is decoded to: without the fields that the format does not carry.
fn expected_messages(format: ResponseFormat, messages: &[&str]) -> String {
    let objects = messages.iter().map(|message| {
        let mut object = String::from("{\"status\":1,\"statusName\":\"Доставлено\"");
        for (is_carried, field) in [
            (format != Comma, r#""lastDate":"28.12.2019 19:20:22""#),
            (format != Text, r#""lastTimestamp":1577550022"#),
            (format != Comma, r#""sendDate":"28.12.2019 19:20:16""#),
            (format != Text, r#""sendTimestamp":1577550016"#),
        ] {
            if is_carried {
                write!(object, ",{field}").unwrap();
            }
        }
        let message = serde_json::to_string(message).unwrap();
        write!(
            object,
            r#","phone":"79999999999","cost":"1.40","senderId":"SMSC.RU","message":{message},"mccmnc":"25001","country":"Россия","operator":"МТС","region":"г. Москва","type":0,"id":12,"intId":"4221212121212121212","smsCnt":1,"format":0,"crc":4294967295,"err":0}}"#
        )
        .unwrap();
        object
    });
    format!("[{}]", objects.collect::<Vec<_>>().join(","))
}

#[test]
fn scopes_and_empty_list_codes_are_those_of_the_live_calls() {
    let live = |request: Result<Request>| {
        let request = request.unwrap();
        (request.scope, request.empty_list_code)
    };
    for (list, request) in [
        (List::History, HistoryQuery::default().to_request()),
        (SENDERS, SenderQuery::default().to_request()),
        (List::Tasks, TaskQuery::default().to_request()),
    ] {
        assert_eq!((Some(list.scope()), Some(list.empty_list_code())), live(request));
    }
}

#[test]
fn integers_are_those_of_the_structs() {
    for (list, keys) in [
        (List::History, &["status", "err", "crc", "flag", "phone", "cost", "int_id"][..]),
        (SENDERS, &["sender", "id", "status", "mega_step", "by_int"]),
        (List::Tasks, &["id", "name", "status", "created", "time", "file"]),
    ] {
        for key in keys {
            let response = format!(r#"[{{"{key}":"x"}}]"#);
            let is_text = !decoded(list, Json, &response).contains("extra");
            assert_eq!(list.is_integer(key), !is_text, "{key}");
        }
    }
}

#[test]
fn decodes_any_message_in_each_format() {
    for message in [
        "Тест",
        "",
        "one, two, three",
        "two\nlines",
        "\r\n\r\n",
        "5,6,7,8,9,10",
        ", type = 5, ID = 6, int_id = 7",
        "x, type = 0, ID = 1, int_id = 2, sms_cnt = 3, format = 0, crc = 4",
        "x, type = 0, ID = 1, int_id = 2, sms_cnt = 3, format = 0, crc = 4\nand more",
        "a\n,0,1,2,3,4,5\nb",
        ", message = twice",
        "<b>&amp;</b> ]]> \"'",
        "]]>\u{0}\u{1}",
    ] {
        for format in OTHER_FORMATS {
            let response = history_response(format, message);
            assert_eq!(decoded(List::History, format, &response), expected_messages(format, &[message]));
        }
    }
}

#[test]
fn a_record_ends_where_the_next_starts() {
    for format in LINE_FORMATS {
        for line_break in ["\n", "\r\n"] {
            let response = ["a\nb", "", "c,\n"].map(|message| history_response(format, message)).join(line_break);
            let expected = expected_messages(format, &["a\nb", "", "c,\n"]);
            assert_eq!(decoded(List::History, format, &(response + line_break)), expected);
        }
    }
}

#[test]
fn a_space_before_a_message_belongs_to_it_unless_all_messages_have_one() {
    let with_space = history_response(Comma, "a");
    let without_space = with_space.replace(", a,", ",a,");
    let mixed = [with_space.as_str(), &without_space].join("\n");
    assert_eq!(decoded(List::History, Comma, &mixed), expected_messages(Comma, &[" a", "a"]));
    assert_eq!(decoded(List::History, Comma, &without_space), expected_messages(Comma, &["a"]));
    assert_eq!(decoded(List::History, Comma, &history_response(Comma, " a")), expected_messages(Comma, &[" a"]));
}

#[test]
fn rejects_responses_with_two_readings() {
    for format in LINE_FORMATS {
        // The complete start of a record after a line without an end: a message that quotes one, or a damaged record.
        let quoted = history_response(format, &["a\n", &history_response(format, "b")].concat());
        let damaged =
            [history_response(format, "a").replace("4294967295", ""), history_response(format, "b")].join("\n");
        for response in [quoted, damaged] {
            let message = rejected(List::History, format, &response);
            assert!(message.contains("more than one way at line 2"), "{message}");
        }
    }
    // A comma in a value shifts the values after it.
    let shifted = history_response(Comma, "a").replace("МТС", "МТС, Москва");
    assert!(rejected(List::History, Comma, &shifted).contains("does not start like"));
    let second = [history_response(Comma, "a"), shifted].join("\n");
    assert!(rejected(List::History, Comma, &second).contains("more than one way at line 2"));
    // A field exists twice before the message.
    let twice = history_response(Text, "a").replace("SMSC.RU", "A, status_name = B");
    let twice = [history_response(Text, "a"), twice].join("\n");
    assert!(rejected(List::History, Text, &twice).contains("more than one way at line 2"));
    // `b` is either a field or a part of the name.
    assert!(rejected(SENDERS, Text, "name = A, b = c, id = 5").contains("more than one reading"));
}

#[test]
fn accepts_a_line_whose_last_space_was_trimmed() {
    let response = history_response(Text, "\nb").replace("message = \n", "message =\n");
    assert_eq!(decoded(List::History, Text, &response), expected_messages(Text, &["\nb"]));
}

#[test]
fn a_response_that_is_cut_off_is_not_a_shorter_list() {
    for format in OTHER_FORMATS {
        let [first, last] = ["a\nb", "c"].map(|message| history_response(format, message));
        let response = format!("{first}\n{last}").replace("</list>\n<list>", "");
        assert!(decode_history(&response, format).is_ok());
        // A number that is cut in its middle is a number.
        let offsets = response.char_indices().map(|(offset, _)| offset).filter(|offset| *offset <= response.len() - 10);
        for offset in offsets.filter(|offset| format == Xml || offset.abs_diff(first.len()) > 10) {
            let cut_off = &response[..offset];
            assert!(decode_history(cut_off, format).is_err(), "{cut_off}");
        }
    }
}

#[test]
fn an_empty_integer_is_absent() {
    let response = history_response(Text, "a").replace("err = 0", "err = ").replace("region = г. Москва", "region = ");
    let messages = decoded(List::History, Text, &response);
    assert!(!messages.contains("\"err\"") && messages.contains("\"region\":\"\""), "{messages}");
    let response = history_response(Comma, "a").replace(",0,1577550016", ",,1577550016");
    assert!(!decoded(List::History, Comma, &response).contains("\"err\""));
    let response =
        history_response(Xml, "a").replace("<err>0</err>", "<err></err>").replace("<crc>4294967295</crc>", "");
    let messages = decoded(List::History, Xml, &response);
    assert!(!messages.contains("\"err\"") && !messages.contains("\"crc\""), "{messages}");
}

#[test]
fn an_unknown_field_is_in_extra() {
    let response = history_response(Text, "a").replace("cost = 1.40", "flag = 2, comment = , cost = 1.40");
    assert!(decoded(List::History, Text, &response).ends_with(r#","flag":2,"extra":{"comment":""}}]"#));
    let response = history_response(Xml, "a").replace("<cost>", "<flag>2</flag><comment/><cost>");
    assert!(decoded(List::History, Xml, &response).ends_with(r#","flag":2,"extra":{"comment":""}}]"#));
}

#[test]
fn decodes_sender_names_in_each_format() {
    let expected = r#"[{"name":"SMSC.RU","id":1},{"name":"my name, 5","id":22}]"#;
    for (format, response) in [
        (Text, "name = SMSC.RU, id = 1\nname = my name, 5, id = 22\n"),
        (Comma, "SMSC.RU,1\r\nmy name, 5,22"),
        (Xml, "<list>\n<sender id=\"1\">SMSC.RU</sender>\n<sender id=\"22\">my name, 5</sender>\n</list>"),
        (Json, r#"[{"sender":"SMSC.RU","id":1},{"sender":"my name, 5","id":22}]"#),
    ] {
        assert_eq!(decoded(SENDERS, format, response), expected);
    }
    let expected = r#"[{"name":"SMSC.RU","id":1,"status":1},{"name":"a,b c","id":22,"status":0}]"#;
    for (format, response) in [
        (Text, "name = SMSC.RU, status = 1, id = 1\nname = a,b c, status = 0, id = 22"),
        (Comma, "SMSC.RU,1,1\na,b c,0,22"),
        (Xml, "<list><sender status=\"1\" id=\"1\">SMSC.RU</sender><sender status='0' id='22'>a,b c</sender></list>"),
    ] {
        assert_eq!(decoded(SENDERS, format, response), expected);
        assert_eq!(decoded(ALL_SENDERS, format, response), expected);
    }
    let expected = r#"[{"name":"A, id = 7","id":15,"operators":{"megaStep":2,"tele2":255},"extra":{"mts_subst":"B"}}]"#;
    for (format, response) in [
        (Text, "name = A, id = 7, mega_step = 2, mts_subst = B, tele2 = 255, id = 15"),
        (Xml, r#"<list><sender mega_step="2" mts_subst="B" tele2="255" id="15">A, id = 7</sender></list>"#),
    ] {
        assert_eq!(decoded(SENDERS, format, response), expected);
    }
}

#[test]
fn the_selection_of_sender_names_distinguishes_a_status_from_a_name() {
    assert_eq!(decoded(SENDERS, Comma, "A,1,5"), r#"[{"name":"A","id":5,"status":1}]"#);
    assert_eq!(decoded(ACTIVE_SENDERS, Comma, "A,1,5"), r#"[{"name":"A,1","id":5}]"#);
    assert_eq!(decoded(SENDERS, Comma, "A,1,5\nB,6"), r#"[{"name":"A,1","id":5},{"name":"B","id":6}]"#);
    assert_eq!(decoded(SENDERS, Comma, "79990000000,5"), r#"[{"name":"79990000000","id":5}]"#);
    assert!(rejected(ALL_SENDERS, Comma, "A,1,5\nB,6").contains("no sender name at line 2"));
    let response = "name = A, status = 1, id = 5";
    assert_eq!(decoded(ACTIVE_SENDERS, Text, response), r#"[{"name":"A, status = 1","id":5}]"#);
    assert!(rejected(ALL_SENDERS, Text, "name = A, id = 5").contains("no sender name"));
    let response = "name = A, status = 1, status = 2, id = 5";
    assert_eq!(decoded(SENDERS, Text, response), r#"[{"name":"A, status = 1","id":5,"status":2}]"#);
}

#[test]
fn decodes_the_documents_of_a_sender_name() {
    let expected = r#"[{"name":"A","id":1,"files":[{"name":"a.pdf","id":7,"status":1,"comment":"нечётко"},{"name":"b.pdf","id":8,"status":2}]}]"#;
    let response = "<list>\n<sender id=\"1\">\n  A\n  <files>\n<file>a.pdf</file>\n<fid>7</fid><fstatus>1</fstatus>\
         <fcomment>нечётко</fcomment>\n</files>\n<files><file>b.pdf</file><fid>8</fid><fstatus>2</fstatus><fcomment/>\
         </files></sender></list>";
    assert_eq!(decoded(SENDERS, Xml, response), expected);
    let empty = "<list><sender id=\"1\">A<files/></sender></list>";
    assert_eq!(decoded(SENDERS, Xml, empty), r#"[{"name":"A","id":1,"files":[]}]"#);
}

#[test]
fn decodes_tasks_in_each_format() {
    let expected = r#"[{"id":12,"name":"a, b, status = 1","status":2,"created":"21.11.2026 10:00","file":"a.csv"},{"id":13,"name":"","status":0,"created":"x"}]"#;
    for (format, response) in [
        (
            Text,
            "id = 12, name = a, b, status = 1, status = 2, created = 21.11.2026 10:00, time = , file = a.csv\n\
             id = 13, name = , status = 0, created = x, time = , file =",
        ),
        (Comma, "12,a, b, status = 1,2,21.11.2026 10:00,,a.csv\n13,,0,x,,"),
        (
            Xml,
            "<list>\n<task>\n<id>12</id>\n<name>a, b, status = 1</name>\n<status>2</status><created>21.11.2026 10:00</created>\
             <time></time><file>a.csv</file></task><task><id>13</id><name/><status>0</status><created>x</created><time/><file/>\
             </task></list>",
        ),
        (
            Json,
            r#"[{ "id": 12, "name": "a, b, status = 1", "status": "2", "created": "21.11.2026 10:00", "time": "", "file": "a.csv"},
             {"id": 13, "name": "", "status": "0", "created": "x", "time": "", "file": ""}]"#,
        ),
    ] {
        assert_eq!(decoded(List::Tasks, format, response), expected, "{format:?}");
    }
    rejected(List::Tasks, Comma, "12,a,2,x,y,z,z");
    rejected(List::Tasks, Comma, "12,a,2,x,y,z\nnot a task");
    rejected(List::Tasks, Text, "id = 12, name = a, status = 2, created = x, time = y");
    assert_eq!(
        decoded(List::Tasks, Comma, "1,a\nb,2,x,y,z"),
        decoded(List::Tasks, Json, r#"[{"id":1,"name":"a\nb","status":2,"created":"x","time":"y","file":"z"}]"#)
    );
}

#[test]
fn an_error_in_any_form_is_the_error_of_the_live_call() {
    for format in FORMATS {
        for response in [
            "ERROR = 2 (authorise error)",
            "\u{FEFF}0,-2\n",
            "<result>\n<error>authorise error</error>\n<error_code>2</error_code>\n</result>",
            "{\n\"error\": \"authorise error\",\n\"error_code\": 2\n}",
        ] {
            let error = decode_tasks(response, format).unwrap_err();
            assert_eq!((error.code, error.api_code), (ErrorCode::Unauthorized, Some(2)));
            assert_eq!(error.endpoint.as_deref(), Some("tasks"));
            let with_code = |n: &str| response.replace('2', n);
            assert_eq!(decoded(List::History, format, &with_code("3")), "[]");
            assert_eq!(decoded(SENDERS, format, &with_code("3")), "[]");
            assert_eq!(decoded(List::Tasks, format, &with_code("5")), "[]");
            assert!(decode_history(&with_code("5"), format).is_err());
        }
    }
    // A line that starts like an error is one, although it could be a sender name.
    assert_eq!(decode_senders("ERROR = 5,15", Comma, None).unwrap_err().code, ErrorCode::NotSaved);
    assert_eq!(decoded(SENDERS, Comma, "ERROR,15"), r#"[{"name":"ERROR","id":15}]"#);
    let commented = "<!-- x --><result a=\"1\"><error><![CDATA[<x>]]></error><error_code> 9 </error_code></result>";
    let error = decode_history(commented, Xml).unwrap_err();
    assert_eq!((error.code, error.api_message.as_deref()), (ErrorCode::RateLimited, Some("<x>")));
}

#[test]
fn an_empty_list_is_not_an_empty_response() {
    for response in ["<list></list>", "<list/>", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<list>\n</list>\n"] {
        assert_eq!(decoded(List::History, Xml, response), "[]");
    }
    for response in ["[]", "{}", "\u{FEFF}[]"] {
        assert_eq!(decoded(SENDERS, Json, response), "[]");
    }
    for format in FORMATS {
        for response in ["", " \n", "\u{FEFF}"] {
            assert_eq!(rejected(List::History, format, response), "the response is empty");
        }
    }
}

#[test]
fn rejects_what_is_not_a_list() {
    for response in [
        "OK",
        "<html><body>1,2</body></html>",
        "<!DOCTYPE html>\n<html>",
        "hello, world",
        "\n\n,\n",
        "a = b",
        "<list><other/></list>",
        "<list><sms><status>1</list>",
        "<list></list><list></list>",
        "<list></list>x",
        "x<list></list>",
        "<list><sms></sms>",
        "<list><sms a=></sms></list>",
        "<list",
        "<result>OK</result>",
        "5",
        "[5]",
    ] {
        for list in [List::History, SENDERS, ALL_SENDERS, List::Tasks] {
            for format in FORMATS {
                rejected(list, format, response);
            }
        }
    }
}

#[test]
fn errors_name_what_is_wrong_and_where() {
    for (format, response, message) in [
        (Text, "a = b", "the response does not start like a list of this format: \"a = b\""),
        (Comma, "1,a,2,x,y,z\n", "the response does not start like a list of this format: \"1,a,2,x,y,z\""),
        (Xml, "<list><a/></list>", "the response has an unexpected element <a> (at byte 6): \"<a/></list>\""),
        (Xml, "<list><sms>", "the response is XML that is cut off (at byte 11): \"<list><sms>\""),
        (Xml, "<list></a>", "the response is not XML (at byte 6): \"</a>\""),
        (Xml, "<result>OK</result>", "the response is neither a list nor an error: \"<result>OK</result>\""),
        (Json, "[5]", "the response is not a list of objects: \"[5]\""),
    ] {
        assert_eq!(rejected(List::History, format, response), message);
    }
    let cut_off = rejected(List::Tasks, Comma, "1,a,2,x,y,z\n2,b");
    assert_eq!(cut_off, "the response is cut off in its last record: \"2,b\"");
}

#[test]
fn xml_text_is_taken_as_it_is_written() {
    let message = |xml: &str| {
        let messages = decoded(List::History, Xml, &history_response(Xml, "@").replace('@', xml));
        let Ok(Value::Array(messages)) = json::parse(&messages) else { panic!("{messages}") };
        let message = messages[0].as_object().unwrap();
        field(message, "message").and_then(Value::as_text).unwrap().to_string()
    };
    for (xml, text) in [
        ("&lt;&#1055;&#x41F;&#x1F642;&gt;", "<ПП🙂>"),
        ("<![CDATA[a <b> &amp;]]> c", "a <b> &amp; c"),
        ("a<!-- , --><?x y?>b", "ab"),
        // References that XML does not define stay.
        ("A&B; &nbsp; &#0; &#xD800; &#99999999999; &#+65; & &", "A&B; &nbsp; &#0; &#xD800; &#99999999999; &#+65; & &"),
        (" a\r\nb\rc\n ", " a\r\nb\rc\n "),
    ] {
        assert_eq!(message(xml), text);
    }
    // The entities of a document type are not resolved.
    let document_type = "<!DOCTYPE list [<!ENTITY a \"&b;&b;\"><!ENTITY b \"x\">]>\n";
    let response = [document_type, &history_response(Xml, "&a;").replace("&amp;", "&")].concat();
    assert_eq!(decoded(List::History, Xml, &response), expected_messages(Xml, &["&a;"]));
}

#[test]
fn xml_attributes_are_unescaped_unless_they_were_not_escaped() {
    for (attribute, text) in [("A &amp; B &#1055;", "A & B П"), ("A & B", "A & B"), ("A&nbsp;B", "A&nbsp;B")] {
        let response = format!("<list><sender id=\"1\" x=\"{attribute}\">A</sender></list>");
        let expected = format!(r#"[{{"name":"A","id":1,"extra":{{"x":"{text}"}}}}]"#);
        assert_eq!(decoded(SENDERS, Xml, &response), expected);
    }
}

#[test]
fn unknown_xml_elements_and_attributes_are_in_extra() {
    let response = "<list a=\"1\"><sms z=\"&quot;\"><status code=\"x\">1</status><new><a>1</a>t<b/></new></sms></list>";
    assert_eq!(
        decoded(List::History, Xml, response),
        r##"[{"status":1,"extra":{"z":"\"","status.code":"x","new":{"a":"1","b":"","#text":"t"}}}]"##
    );
}

#[test]
fn a_message_that_may_be_two_records_is_rejected() {
    for message in [",1,2,1,2,1,2\n5, type = ,1,2,1,2, type = ", "\n0,1,2,1,2,1,2,1,2,1,2, type = , type = "] {
        assert!(may_be_two_records(message));
        assert!(rejected(List::History, Comma, &history_response(Comma, message)).contains("more than one way"));
    }
}

#[test]
fn decodes_or_rejects_deep_and_wide_responses() {
    let nested = |depth: usize| ["<list><sms>", &"<a>".repeat(depth), &"</a>".repeat(depth), "</sms></list>"].concat();
    assert!(decode_history(&nested(100), Xml).is_ok());
    rejected(List::History, Xml, &nested(100_000));
    rejected(List::History, Json, &"[".repeat(100_000));
    let attributes = "a=\"1\" ".repeat(100_000);
    assert!(decode_history(&["<list><sms ", &attributes, "/></list>"].concat(), Xml).is_ok());
    for part in [", a = b", ", type = 1", ",", ",1", "\n", "\nStatus = 1, ", ", crc = 1", " = "] {
        let repeated = part.repeat(100_000);
        for list in [List::History, SENDERS, List::Tasks] {
            for format in LINE_FORMATS {
                let _ = try_decode(list, format, &repeated);
                let _ = try_decode(list, format, &history_response(format, &repeated));
                let _ = try_decode(list, format, &["name = a", &repeated, ", id = 5"].concat());
            }
        }
    }
}

const PARTS: &str = r#"(<list>|</list>|<sms>|</sms>|<sender|<task>|</|<!--|-->|<!\[CDATA\[|\]\]>|<!DOCTYPE|&|;|&#x41;| id="|">|ERROR = |0,-|Status = 1, |check_time = |, message = |, type = 0|, ID = 1|, int_id = 5|, sms_cnt = 1|, format = 0|, crc = 1|name = |, id = |, status = 1|, created = |, time = |, file = |\r?\n|,|[0-9]{1,2}|1,2,3,4,5,6|\[|\{"|":|\]|\}|.)"#;

/// Whether a line of the message may be the start of a record in fmt=1.
fn may_be_two_records(message: &str) -> bool {
    message.split('\n').skip(1).any(|line| line.starts_with(|c: char| c.is_ascii_digit()) && line.contains(','))
}

proptest! {
    #[test]
    fn any_text_is_decoded_or_rejected(
        parts in proptest::collection::vec(PARTS, 0..16),
        format in proptest::sample::select(&FORMATS),
    ) {
        let text = parts.concat();
        for list in [List::History, SENDERS, ALL_SENDERS, ACTIVE_SENDERS, List::Tasks] {
            if let Err(error) = try_decode(list, format, &text) {
                prop_assert!(!error.message.is_empty());
                prop_assert_eq!(error.endpoint.as_deref(), Some(list.scope().endpoint()));
            }
        }
    }

    #[test]
    fn any_message_is_decoded_as_it_was_written(
        message in r#"(, (type|ID|crc|message) = |[,\n\r&<>;"' a5я]|,1,2|\PC){0,20}"#,
    ) {
        for format in OTHER_FORMATS {
            match try_decode(List::History, format, &history_response(format, &message)) {
                Err(error) if format == Comma && may_be_two_records(&message) => {
                    prop_assert!(error.message.contains("more than one way"));
                }
                messages => prop_assert_eq!(
                    messages.map_err(|error| error.message.clone()),
                    Ok(expected_messages(format, &[&message]))
                ),
            }
        }
    }
}
