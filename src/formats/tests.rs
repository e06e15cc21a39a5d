use core::fmt::Write;

use proptest::prelude::*;

use super::*;

fn decoded(list: List, fmt: u32, text: &str) -> String {
    decode(list, fmt, text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn refused(list: List, fmt: u32, text: &str) -> String {
    let error = decode(list, fmt, text).expect_err(text);
    assert_eq!((error.code, error.endpoint.as_deref()), (ErrorCode::BadReply, Some(list.name())), "{text}");
    error.message.clone()
}

/// A message, as the page shows it in each format.
fn history_in(fmt: u32, message: &str) -> String {
    match fmt {
        0 => format!(
            "Status = 1, check_time = 28.12.2019 19:20:22, err = 0, send_date = 28.12.2019 19:20:16, phone = 79999999999, \
             mccmnc = 25001, country = Россия, operator = МТС, region = г. Москва, cost = 1.40, sender_id = SMSC.RU, \
             status_name = Доставлено, message = {message}, type = 0, ID = 12, int_id = 4221212121212121212, sms_cnt = 1, \
             format = 0, crc = 4294967295"
        ),
        1 => format!(
            "1,1577550022,0,1577550016,79999999999,25001,Россия,МТС,г. Москва,1.40,SMSC.RU,Доставлено, {message},0,12,\
             4221212121212121212,1,0,4294967295"
        ),
        _ => {
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

/// What is expected of it: without the fields that the format does not carry.
fn history_of(fmt: u32, messages: &[&str]) -> String {
    let written = messages.iter().map(|message| {
        let mut json = String::from("{\"status\":1,\"statusName\":\"Доставлено\"");
        for (carried, field) in [
            (fmt != 1, r#""lastDate":"28.12.2019 19:20:22""#),
            (fmt != 0, r#""lastTimestamp":1577550022"#),
            (fmt != 1, r#""sendDate":"28.12.2019 19:20:16""#),
            (fmt != 0, r#""sendTimestamp":1577550016"#),
        ] {
            if carried {
                write!(json, ",{field}").unwrap();
            }
        }
        let mut text = Writer::default();
        text.text(message);
        let text = text.finish();
        write!(
            json,
            r#","phone":"79999999999","cost":"1.40","senderId":"SMSC.RU","message":{text},"mccmnc":"25001","country":"Россия","operator":"МТС","region":"г. Москва","type":0,"id":12,"intId":"4221212121212121212","smsCnt":1,"format":0,"crc":4294967295,"err":0}}"#
        )
        .unwrap();
        json
    });
    format!("[{}]", written.collect::<Vec<_>>().join(","))
}

#[test]
fn a_message_in_each_format_whatever_it_holds() {
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
        for fmt in 0..3 {
            assert_eq!(decoded(List::History, fmt, &history_in(fmt, message)), history_of(fmt, &[message]));
        }
    }
}

#[test]
fn a_record_ends_where_the_next_begins() {
    for fmt in 0..2 {
        for end in ["\n", "\r\n"] {
            let text = [history_in(fmt, "a\nb"), history_in(fmt, ""), history_in(fmt, "c,\n")].join(end) + end;
            assert_eq!(decoded(List::History, fmt, &text), history_of(fmt, &["a\nb", "", "c,\n"]));
        }
    }
}

#[test]
fn the_space_before_a_message_is_the_formats_only_where_all_have_one() {
    let with = history_in(1, "a");
    let without = with.replace(", a,", ",a,");
    assert_eq!(decoded(List::History, 1, &[with.as_str(), &without].join("\n")), history_of(1, &[" a", "a"]));
    assert_eq!(decoded(List::History, 1, &without), history_of(1, &["a"]));
    assert_eq!(decoded(List::History, 1, &history_in(1, " a")), history_of(1, &[" a"]));
}

#[test]
fn what_has_two_readings_is_refused() {
    for fmt in 0..2 {
        // A whole beginning behind a line that has no end: a message that quotes one, or a record that is broken.
        let quoted = history_in(fmt, &["a\n", &history_in(fmt, "b")].concat());
        let broken = [history_in(fmt, "a").replace("4294967295", ""), history_in(fmt, "b")].join("\n");
        for text in [quoted, broken] {
            assert!(refused(List::History, fmt, &text).contains("more than one way at line 2"), "{text}");
        }
    }
    // A value with a comma shifts those behind it.
    let shifted = history_in(1, "a").replace("МТС", "МТС, Москва");
    assert!(refused(List::History, 1, &shifted).contains("does not begin"));
    let second = [history_in(1, "a"), shifted].join("\n");
    assert!(refused(List::History, 1, &second).contains("more than one way at line 2"));
    // A field twice before the message.
    let twice = [history_in(0, "a"), history_in(0, "a").replace("SMSC.RU", "A, status_name = B")].join("\n");
    assert!(refused(List::History, 0, &twice).contains("more than one way at line 2"));
    // Nobody can tell whether this is a field or a part of the name.
    assert!(refused(List::Senders(None), 0, "name = A, b = c, id = 5").contains("more than one reading"));
}

#[test]
fn a_line_whose_last_space_was_trimmed() {
    let text = history_in(0, "\nb").replace("message = \n", "message =\n");
    assert_eq!(decoded(List::History, 0, &text), history_of(0, &["\nb"]));
}

#[test]
fn what_breaks_off_is_no_shorter_list() {
    for fmt in 0..3 {
        let whole = [history_in(fmt, "a\nb"), history_in(fmt, "c")].join("\n").replace("</list>\n<list>", "");
        assert!(decode(List::History, fmt, &whole).is_ok());
        // The last number may be cut in its middle, which nothing shows.
        let cuts = whole.char_indices().map(|(at, _)| at).filter(|at| *at <= whole.len() - 10);
        let first_record = history_in(fmt, "a\nb").len();
        for at in cuts.filter(|at| fmt == 2 || at.abs_diff(first_record) > 10) {
            let cut = &whole[..at];
            assert!(decode(List::History, fmt, cut).is_err(), "{cut}");
        }
    }
}

#[test]
fn numbers_that_are_not_there() {
    let text = history_in(0, "a").replace("err = 0", "err = ").replace("region = г. Москва", "region = ");
    let read = decoded(List::History, 0, &text);
    assert!(!read.contains("\"err\"") && read.contains("\"region\":\"\""), "{read}");
    let text = history_in(1, "a").replace(",0,1577550016", ",,1577550016");
    assert!(!decoded(List::History, 1, &text).contains("\"err\""));
    let text = history_in(2, "a").replace("<err>0</err>", "<err></err>").replace("<crc>4294967295</crc>", "");
    let read = decoded(List::History, 2, &text);
    assert!(!read.contains("\"err\"") && !read.contains("\"crc\""), "{read}");
    // A field that is new, in the formats that name them.
    let text = history_in(0, "a").replace("cost = 1.40", "flag = 2, comment = , cost = 1.40");
    assert!(decoded(List::History, 0, &text).ends_with(r#","flag":2,"extra":{"comment":""}}]"#));
    let text = history_in(2, "a").replace("<cost>", "<flag>2</flag><comment/><cost>");
    assert!(decoded(List::History, 2, &text).ends_with(r#","flag":2,"extra":{"comment":""}}]"#));
}

#[test]
fn sender_names_in_each_format() {
    let senders = List::Senders(None);
    let names = r#"[{"name":"SMSC.RU","id":1},{"name":"my name, 5","id":22}]"#;
    for (fmt, text) in [
        (0, "name = SMSC.RU, id = 1\nname = my name, 5, id = 22\n"),
        (1, "SMSC.RU,1\r\nmy name, 5,22"),
        (2, "<list>\n<sender id=\"1\">SMSC.RU</sender>\n<sender id=\"22\">my name, 5</sender>\n</list>"),
        (3, r#"[{"sender":"SMSC.RU","id":1},{"sender":"my name, 5","id":22}]"#),
    ] {
        assert_eq!(decoded(senders, fmt, text), names);
    }
    let all = r#"[{"name":"SMSC.RU","id":1,"status":1},{"name":"a,b c","id":22,"status":0}]"#;
    for (fmt, text) in [
        (0, "name = SMSC.RU, status = 1, id = 1\nname = a,b c, status = 0, id = 22"),
        (1, "SMSC.RU,1,1\na,b c,0,22"),
        (2, "<list><sender status=\"1\" id=\"1\">SMSC.RU</sender><sender status='0' id='22'>a,b c</sender></list>"),
    ] {
        assert_eq!(decoded(senders, fmt, text), all);
        assert_eq!(decoded(List::Senders(Some(true)), fmt, text), all);
    }
    let operators =
        r#"[{"name":"A, id = 7","id":15,"operators":{"megaStep":2,"tele2":255},"extra":{"mts_subst":"B"}}]"#;
    for (fmt, text) in [
        (0, "name = A, id = 7, mega_step = 2, mts_subst = B, tele2 = 255, id = 15"),
        (2, r#"<list><sender mega_step="2" mts_subst="B" tele2="255" id="15">A, id = 7</sender></list>"#),
    ] {
        assert_eq!(decoded(senders, fmt, text), operators);
    }
}

#[test]
fn what_was_asked_for_tells_a_status_from_a_name() {
    let read = |all, text| decoded(List::Senders(all), 1, text);
    assert_eq!(read(None, "A,1,5"), r#"[{"name":"A","id":5,"status":1}]"#);
    assert_eq!(read(Some(false), "A,1,5"), r#"[{"name":"A,1","id":5}]"#);
    assert_eq!(read(None, "A,1,5\nB,6"), r#"[{"name":"A,1","id":5},{"name":"B","id":6}]"#);
    assert_eq!(read(None, "79990000000,5"), r#"[{"name":"79990000000","id":5}]"#);
    refused(List::Senders(Some(true)), 1, "A,1,5\nB,6");
    assert_eq!(
        decoded(List::Senders(Some(false)), 0, "name = A, status = 1, id = 5"),
        r#"[{"name":"A, status = 1","id":5}]"#
    );
    refused(List::Senders(Some(true)), 0, "name = A, id = 5");
    assert_eq!(
        decoded(List::Senders(None), 0, "name = A, status = 1, status = 2, id = 5"),
        r#"[{"name":"A, status = 1","id":5,"status":2}]"#
    );
}

#[test]
fn the_documents_of_a_sender() {
    let files = r#"[{"name":"A","id":1,"files":[{"name":"a.pdf","id":7,"status":1,"comment":"нечётко"},{"name":"b.pdf","id":8,"status":2}]}]"#;
    let text = "<list>\n<sender id=\"1\">\n  A\n  <files>\n<file>a.pdf</file>\n<fid>7</fid><fstatus>1</fstatus>\
                <fcomment>нечётко</fcomment>\n</files>\n<files><file>b.pdf</file><fid>8</fid><fstatus>2</fstatus><fcomment/>\
                </files></sender></list>";
    assert_eq!(decoded(List::Senders(None), 2, text), files);
    let empty = "<list><sender id=\"1\">A<files/></sender></list>";
    assert_eq!(decoded(List::Senders(None), 2, empty), r#"[{"name":"A","id":1,"files":[]}]"#);
}

#[test]
fn tasks_in_each_format() {
    let read = r#"[{"id":12,"name":"a, b, status = 1","status":2,"created":"21.11.2026 10:00","file":"a.csv"},{"id":13,"name":"","status":0,"created":"x"}]"#;
    for (fmt, text) in [
        (
            0,
            "id = 12, name = a, b, status = 1, status = 2, created = 21.11.2026 10:00, time = , file = a.csv\n\
             id = 13, name = , status = 0, created = x, time = , file =",
        ),
        (1, "12,a, b, status = 1,2,21.11.2026 10:00,,a.csv\n13,,0,x,,"),
        (
            2,
            "<list>\n<task>\n<id>12</id>\n<name>a, b, status = 1</name>\n<status>2</status><created>21.11.2026 10:00</created>\
             <time></time><file>a.csv</file></task><task><id>13</id><name/><status>0</status><created>x</created><time/><file/>\
             </task></list>",
        ),
        (
            3,
            r#"[{ "id": 12, "name": "a, b, status = 1", "status": "2", "created": "21.11.2026 10:00", "time": "", "file": "a.csv"},
             {"id": 13, "name": "", "status": "0", "created": "x", "time": "", "file": ""}]"#,
        ),
    ] {
        assert_eq!(decoded(List::Tasks, fmt, text), read, "{fmt}");
    }
    refused(List::Tasks, 1, "12,a,2,x,y,z,z");
    refused(List::Tasks, 1, "12,a,2,x,y,z\nnothing of a task");
    refused(List::Tasks, 0, "id = 12, name = a, status = 2, created = x, time = y");
    assert_eq!(
        decoded(List::Tasks, 1, "1,a\nb,2,x,y,z"),
        decoded(List::Tasks, 3, r#"[{"id":1,"name":"a\nb","status":2,"created":"x","time":"y","file":"z"}]"#)
    );
}

#[test]
fn an_error_in_any_shape_is_the_live_calls_error() {
    for fmt in 0..4 {
        for text in [
            "ERROR = 2 (authorise error)",
            "\u{FEFF}0,-2\n",
            "<result>\n<error>authorise error</error>\n<error_code>2</error_code>\n</result>",
            "{\n\"error\": \"authorise error\",\n\"error_code\": 2\n}",
        ] {
            let error = decode(List::Tasks, fmt, text).unwrap_err();
            assert_eq!((error.code, error.api_code), (ErrorCode::Unauthorized, Some(2)));
            assert_eq!(error.endpoint.as_deref(), Some("tasks"));
            let nothing = |n: &str| text.replace('2', n);
            assert_eq!(decoded(List::History, fmt, &nothing("3")), "[]");
            assert_eq!(decoded(List::Senders(None), fmt, &nothing("3")), "[]");
            assert_eq!(decoded(List::Tasks, fmt, &nothing("5")), "[]");
            assert!(decode(List::History, fmt, &nothing("5")).is_err());
        }
    }
    // A line that begins like an error is one, though a sender name might be so, too.
    assert_eq!(decode(List::Senders(None), 1, "ERROR = 5,15").unwrap_err().code, ErrorCode::NotSaved);
    assert_eq!(decoded(List::Senders(None), 1, "ERROR,15"), r#"[{"name":"ERROR","id":15}]"#);
    let commented = "<!-- x --><result a=\"1\"><error><![CDATA[<x>]]></error><error_code> 9 </error_code></result>";
    let error = decode(List::History, 2, commented).unwrap_err();
    assert_eq!((error.code, error.api_message.as_deref()), (ErrorCode::RateLimited, Some("<x>")));
}

#[test]
fn empty_lists_and_empty_replies() {
    for text in ["<list></list>", "<list/>", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<list>\n</list>\n"] {
        assert_eq!(decoded(List::History, 2, text), "[]");
    }
    for text in ["[]", "{}", "null", "\u{FEFF}[]"] {
        assert_eq!(decoded(List::Senders(None), 3, text), "[]");
    }
    for fmt in 0..4 {
        for text in ["", " \n", "\u{FEFF}"] {
            assert_eq!(refused(List::History, fmt, text), "the reply is empty");
        }
    }
}

#[test]
fn what_is_no_list_is_refused() {
    for text in [
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
        for list in [List::History, List::Senders(None), List::Senders(Some(true)), List::Tasks] {
            for fmt in 0..4 {
                refused(list, fmt, text);
            }
        }
    }
}

#[test]
fn xml_is_taken_as_it_is_written() {
    let message = |xml: &str| {
        let text = history_in(2, "@").replace('@', xml);
        let read = decoded(List::History, 2, &text);
        let Ok(Value::List(messages)) = crate::json::parse(&read) else { panic!("{read}") };
        let message = messages[0].as_object().unwrap();
        crate::json::field(message, "message").and_then(Value::as_text).unwrap().to_string()
    };
    for (xml, text) in [
        ("&lt;&#1055;&#x41F;&#x1F642;&gt;", "<ПП🙂>"),
        ("<![CDATA[a <b> &amp;]]> c", "a <b> &amp; c"),
        ("a<!-- , --><?x y?>b", "ab"),
        // What is no entity stays.
        ("A&B; &nbsp; &#0; &#xD800; &#99999999999; &#+65; & &", "A&B; &nbsp; \u{0} &#xD800; &#99999999999; &#+65; & &"),
        (" a\r\nb\rc\n ", " a\r\nb\rc\n "),
    ] {
        assert_eq!(message(xml), text);
    }
    // No entity of a document's own.
    let bomb = "<!DOCTYPE list [<!ENTITY a \"&b;&b;\"><!ENTITY b \"x\">]>\n";
    assert_eq!(
        decoded(List::History, 2, &[bomb, &history_in(2, "&a;").replace("&amp;", "&")].concat()),
        history_of(2, &["&a;"])
    );
    let more = "<list a=\"1\"><sms z=\"&quot;\"><status code=\"x\">1</status><new><a>1</a>t<b/></new></sms></list>";
    assert_eq!(
        decoded(List::History, 2, more),
        r##"[{"status":1,"extra":{"z":"\"","status.code":"x","new":{"a":"1","b":"","#text":"t"}}}]"##
    );
}

#[test]
fn a_message_that_may_be_two_records_is_refused() {
    for message in [",1,2,1,2,1,2\n5, type = ,1,2,1,2, type = ", "\n0,1,2,1,2,1,2,1,2,1,2, type = , type = "] {
        assert!(may_be_two(message));
        assert!(refused(List::History, 1, &history_in(1, message)).contains("more than one way"));
    }
}

#[test]
fn a_deep_or_wide_document_ends_soon() {
    let deep = |n: usize| ["<list><sms>", &"<a>".repeat(n), &"</a>".repeat(n), "</sms></list>"].concat();
    assert!(decode(List::History, 2, &deep(100)).is_ok());
    refused(List::History, 2, &deep(100_000));
    refused(List::History, 3, &"[".repeat(100_000));
    let many = "a=\"1\" ".repeat(100_000);
    assert!(decode(List::History, 2, &["<list><sms ", &many, "/></list>"].concat()).is_ok());
    for part in [", a = b", ", type = 1", ",", ",1", "\n", "\nStatus = 1, ", ", crc = 1", " = "] {
        for list in [List::History, List::Senders(None), List::Tasks] {
            for fmt in 0..2 {
                let _ = decode(list, fmt, &part.repeat(100_000));
                let _ = decode(list, fmt, &history_in(fmt, &part.repeat(100_000)));
                let _ = decode(list, fmt, &["name = a", &part.repeat(100_000), ", id = 5"].concat());
            }
        }
    }
}

const PIECES: &str = r#"(<list>|</list>|<sms>|</sms>|<sender|<task>|</|<!--|-->|<!\[CDATA\[|\]\]>|<!DOCTYPE|&|;|&#x41;| id="|">|ERROR = |0,-|Status = 1, |check_time = |, message = |, type = 0|, ID = 1|, int_id = 5|, sms_cnt = 1|, format = 0|, crc = 1|name = |, id = |, status = 1|, created = |, time = |, file = |\r?\n|,|[0-9]{1,2}|1,2,3,4,5,6|\[|\{"|":|\]|\}|.)"#;

/// Whether a line of the message can pass for the beginning of a record in fmt=1.
fn may_be_two(message: &str) -> bool {
    message.split('\n').skip(1).any(|line| line.starts_with(|sign: char| sign.is_ascii_digit()) && line.contains(','))
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(pieces in proptest::collection::vec(PIECES, 0..16), fmt in 0u32..4) {
        let text = pieces.concat();
        for list in [List::History, List::Senders(None), List::Senders(Some(true)), List::Senders(Some(false)), List::Tasks] {
            if let Ok(read) = decode(list, fmt, &text) {
                prop_assert!(serde_json::from_str::<Vec<serde_json::Map<String, serde_json::Value>>>(&read).is_ok());
            }
        }
    }

    #[test]
    fn any_message_is_read_as_it_was_written(message in r#"(, (type|ID|crc|message) = |[,\n\r&<>;"' a5я]|,1,2|\PC){0,20}"#) {
        for fmt in 0..3 {
            match decode(List::History, fmt, &history_in(fmt, &message)) {
                Err(error) if fmt == 1 && may_be_two(&message) => prop_assert!(error.message.contains("more than one way")),
                read => prop_assert_eq!(read.map_err(|error| error.message.clone()), Ok(history_of(fmt, &[&message]))),
            }
        }
    }
}
