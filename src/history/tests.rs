use proptest::prelude::*;

use super::*;
use crate::{credentials::Credentials, error::ErrorCode, input::parse};

fn made(json: &str) -> Result<Call> {
    let values = parse(json, ErrorCode::InvalidParameter, "the query")?;
    list(&Fields::new(&values, ErrorCode::InvalidParameter))
}

fn body(json: &str) -> String {
    made(json).unwrap().form.encode(&Credentials::none())
}

fn read(query: &str, reply: &str) -> String {
    made(query).unwrap().decode(reply).unwrap()
}

#[test]
fn every_parameter_as_the_service_takes_it() {
    assert_eq!(body("{}"), "get_messages=1&cnt=1000&fmt=3&charset=utf-8");
    assert_eq!(
        body(
            r#"{"start":"2026-11-01","end":"21.11.2026","phones":["+7 (999) 999-99-99","380501234567"],"limit":5,
            "cursor":"92233720368547758070"}"#
        ),
        "get_messages=1&start=01.11.2026&end=21.11.2026&phone=79999999999%2C380501234567&\
         prev_id=92233720368547758070&cnt=5&fmt=3&charset=utf-8"
    );
    assert_eq!(body(r#"{"emails":["a@b.c"]}"#), "get_messages=1&email=a%40b.c&format=8&cnt=1000&fmt=3&charset=utf-8");
    assert!(body(r#"{"channel":"email"}"#).contains("&format=8&"));
    assert!(body(r#"{"channel":"sms"}"#).contains("&format=0&"));
}

#[test]
fn what_is_wrong_is_found_before_anything_is_sent() {
    for (json, parameter) in [
        (r#"{"start":"2026-02-30"}"#, "start"),
        (r#"{"start":"yesterday"}"#, "start"),
        (r#"{"start":{"$date":null}}"#, "start"),
        (r#"{"end":5}"#, "end"),
        (r#"{"start":"2026-11-02","end":"2026-11-01"}"#, "start"),
        (r#"{"limit":0}"#, "limit"),
        (r#"{"limit":1001}"#, "limit"),
        (r#"{"limit":1.5}"#, "limit"),
        (r#"{"phones":[]}"#, "phones"),
        (r#"{"phones":"79999999999"}"#, "phones"),
        (r#"{"phones":["79999999999,79999999998"]}"#, "phones"),
        (r#"{"phones":["79999999999",""]}"#, "phones"),
        (r#"{"phones":["1234"]}"#, "phones"),
        (r#"{"phones":["1234567890123456"]}"#, "phones"),
        (r#"{"emails":["a@b.c,d@e.f"]}"#, "emails"),
        (r#"{"emails":["nobody"]}"#, "emails"),
        (r#"{"emails":["nobody@"]}"#, "emails"),
        (r#"{"phones":["79999999999"],"emails":["a@b.c"]}"#, "phones"),
        (r#"{"phones":["79999999999"],"channel":"email"}"#, "phones"),
        (r#"{"emails":["a@b.c"],"channel":"sms"}"#, "channel"),
        (r#"{"channel":"viber"}"#, "channel"),
        (r#"{"cursor":"abc"}"#, "cursor"),
        (r#"{"phone":"79999999999"}"#, "phone"),
    ] {
        let error = made(json).unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidParameter, "{json}");
        assert_eq!(error.parameter.as_deref(), Some(parameter), "{json}: {error}");
    }
}

#[test]
fn one_request_covers_half_a_year_and_a_walk_any_period() {
    let period = |json: &str| made(json).is_ok();
    assert!(period(r#"{"start":"2026-07-01","end":"2026-12-31"}"#));
    assert!(!period(r#"{"start":"2026-07-01","end":"2027-01-01"}"#));
    assert!(period(r#"{"start":"2020-01-01"}"#));
    assert!(period(r#"{"end":"2020-01-01"}"#));
    let long = r#"{"start":"2020-01-01","end":"2026-01-01","limit":50000}"#;
    let values = parse(long, ErrorCode::InvalidParameter, "it").unwrap();
    let form = query(&Fields::new(&values, ErrorCode::InvalidParameter), true).unwrap();
    assert_eq!(form.get("cnt"), Some("50000"));
}

/// The page's own sample, its missing brace put back.
const DOCUMENTED: &str = "[{\n\"status\": 1,\n\"last_date\": \"28.12.2019 19:20:22\",\n\"last_timestamp\": 1577550022,\n\
    \"err\": 0,\n\"send_date\": \"28.12.2019 19:20:16\",\n\"send_timestamp\": 1577550016,\n\"phone\": \"79999999999\",\n\
    \"cost\": \"1.40\",\n\"sender_id\": \"SMSC.RU\",\n\"status_name\": \"Доставлено\",\n\"message\": \"Тест, \\\"да\\\"\",\n\
    \"mccmnc\": \"25001\",\n\"country\": \"Россия\",\n\"operator\": \"МТС\",\n\"region\": \"г. Москва\",\n\"type\": 0,\n\
    \"id\": 12,\n\"int_id\": \"4221212121212121212\",\n\"sms_cnt\": 1,\n\"format\": 0,\n\"crc\": 4294967295\n}]";

#[test]
fn the_documented_reply() {
    assert_eq!(
        read("{}", DOCUMENTED),
        r#"[{"status":1,"statusName":"Доставлено","lastDate":"28.12.2019 19:20:22","lastTimestamp":1577550022,"sendDate":"28.12.2019 19:20:16","sendTimestamp":1577550016,"phone":"79999999999","cost":"1.40","senderId":"SMSC.RU","message":"Тест, \"да\"","mccmnc":"25001","country":"Россия","operator":"МТС","region":"г. Москва","type":0,"id":12,"intId":"4221212121212121212","smsCnt":1,"format":0,"crc":4294967295,"err":0}]"#
    );
}

#[test]
fn drifting_types_missing_and_unknown_fields() {
    let drifted = r#"[{"status":"-3","int_id":922337203685477580799,"cost":1.40,"phone":79999999999,"flag":"2",
        "comment":"x","operator_orig":null,"id":"not a number"}]"#;
    assert_eq!(
        read("{}", drifted),
        r#"[{"status":-3,"phone":"79999999999","cost":"1.40","intId":"922337203685477580799","flag":2,"extra":{"comment":"x","id":"not a number"}}]"#
    );
}

#[test]
fn nothing_found_is_an_empty_page_in_every_shape_and_any_other_error_is_an_error() {
    for reply in ["ERROR = 3 (not found)", "{\"error\":\"x\",\"error_code\":3}", "0,-3", "[]"] {
        assert_eq!(read("{}", reply), "[]", "{reply}");
    }
    let code = |reply: &str| made("{}").unwrap().decode(reply).unwrap_err().code;
    assert_eq!(code("ERROR = 2 (x)"), ErrorCode::Unauthorized);
    assert_eq!(code("ERROR = 5 (x)"), ErrorCode::UnknownApiError);
    assert_eq!(code(" \n"), ErrorCode::BadReply);
    assert_eq!(code("{\"error\":\"x\"}"), ErrorCode::BadReply);
}

proptest! {
    #[test]
    fn any_input_is_read_or_refused(
        json in r#"\{"(start|end|phones|emails|limit|cursor|channel)":["\[\]{}0-9a-z,:@. -]{0,20}\}"#,
    ) {
        let _ = made(&json);
    }

    #[test]
    fn any_reply_is_read_or_refused(reply in r#"(\[|\{|"[a-z_]{1,8}":|[0-9]{1,3}|,|\}|\]|null|.){0,30}"#) {
        let _ = made("{}").unwrap().decode(&reply);
    }

    #[test]
    fn a_query_reaches_the_form_as_it_was_meant(
        days in 0i64..20_000, length in 0i32..180, limit in 1u64..=1000, cursor in "[1-9][0-9]{0,25}",
        phones in proptest::collection::vec("[1-9][0-9]{4,14}", 1..5),
    ) {
        let start = Day::at_instant(days * 86_400_000).unwrap();
        let json = format!(
            r#"{{"start":"{}","end":"{}","limit":{limit},"cursor":"{cursor}","phones":{}}}"#,
            start.text(), start.plus_days(length).text(), serde_json::to_string(&phones).unwrap(),
        );
        let form = made(&json).unwrap().form;
        prop_assert_eq!(form.get("start").unwrap(), start.text());
        prop_assert_eq!(form.get("end").unwrap(), start.plus_days(length).text());
        prop_assert_eq!(form.get("cnt").unwrap(), limit.to_string());
        prop_assert_eq!(form.get("prev_id").unwrap(), cursor);
        prop_assert_eq!(form.get("phone").unwrap(), phones.join(","));
    }
}

/// What was found in a page, as JSON.
fn found(reply: &str) -> Option<String> {
    let mut page = Page::default();
    page.room(reply.len()).copy_from_slice(reply.as_bytes());
    if !super::read(&mut page) {
        return None;
    }
    let columns = record::columns(MESSAGE);
    let names: Vec<String> = record::columns(MESSAGE).iter().map(|field| crate::text::camel(field.key)).collect();
    let text = |cell: u64, base: u64| {
        let (from, to) = (cell & 0xFFFF_FFFF, (cell & !smsc_scan::ESCAPED) >> 32);
        let units = &page.text()[usize::try_from(base + from).unwrap()..usize::try_from(base + to).unwrap()];
        serde_json::from_str::<String>(&format!("\"{}\"", String::from_utf16(units).unwrap())).unwrap()
    };
    let message = |cells: &[u64]| {
        let mut message = serde_json::Map::new();
        for (at, column) in columns.iter().enumerate().filter(|(at, _)| cells[1] >> at & 1 == 1) {
            let cell = cells[smsc_scan::HEAD + at];
            let number = || serde_json::from_str(&f64::from_bits(cell).to_string()).unwrap();
            let value = if column.whole { number() } else { text(cell, cells[0] & 0xFFFF_FFFF).into() };
            message.insert(names[at].clone(), value);
        }
        serde_json::Value::from(message)
    };
    let messages: Vec<_> = page.cells().chunks(smsc_scan::HEAD + columns.len()).map(message).collect();
    Some(serde_json::Value::from(messages).to_string())
}

fn as_value(json: &str) -> serde_json::Value {
    serde_json::from_str(json).unwrap()
}

#[test]
fn a_page_that_is_read_at_once_says_the_same() {
    // No longer key is told from others.
    assert!(record::columns(MESSAGE).iter().all(|field| field.key.len() <= 15));
    for reply in [
        DOCUMENTED,
        r#"[{"status":"-3","int_id":922337203685477580799,"cost":1.40,"phone":79999999999,"flag":"2"}]"#,
        r#" [ {"phone" : null , "message":"\u0434а😀\n\"\\" } ,{"id":0}] "#,
    ] {
        match found(reply) {
            Some(found) => assert_eq!(as_value(&found), as_value(&read("{}", reply)), "{reply}"),
            None => assert!(reply.contains("u0434"), "{reply}"),
        }
    }
    for left in [
        "",
        "[]",
        "{}",
        "[{}]",
        r#"[{"comment":"x"}]"#,
        r#"[{"id":1,"id":2}]"#,
        r#"[{"id":"x"}]"#,
        r#"[{"id":1.5}]"#,
        r#"[{"id":1e3}]"#,
        r#"[{"id":-0}]"#,
        r#"[{"id":01}]"#,
        r#"[{"id":9007199254740993}]"#,
        r#"[{"cost":1e3}]"#,
        r#"[{"cost":01}]"#,
        r#"[{"cost":-}]"#,
        r#"[{"cost":1.}]"#,
        r#"[{"cost":true}]"#,
        r#"[{"cost":[]}]"#,
        r#"[{"cost":nul}]"#,
        r#"[{"message":"\x"}]"#,
        r#"[{"message":"a"#,
        "[{\"message\":\"a\nb\"}]",
        r#"[{"id":1}"#,
        r#"[{"id":1},]"#,
        r#"[{"id":1}] x"#,
        r#"[{"id":1 "type":2}]"#,
        "[1]",
    ] {
        assert_eq!(found(left), None, "{left}");
    }
}

proptest! {
    #[test]
    fn what_is_read_at_once_is_what_is_read_with_time(
        messages in proptest::collection::vec(
            proptest::collection::vec((0..24_usize, 0..14_usize, "[a-zа-яё😀 ]{0,5}", any::<u32>()), 0..8),
            1..4,
        ),
        space in "[ \n\t]{0,2}",
    ) {
        let keys: Vec<_> = record::columns(MESSAGE).iter().map(|field| field.key).chain(["comment", "\\u0069d"]).collect();
        let value = |kind: usize, text: &str, number: u32| match kind {
            0..4 => format!("\"{text}\""),
            4 => format!("\"{number}\""),
            5..8 => number.to_string(),
            8 => format!("-{number}"),
            9 => format!("{number}.50"),
            10 => "null".into(),
            11 => format!("\"{text}\\n\\\"\\/{number}\""),
            12 => format!("\"\\u04{:02x}{text}\"", number % 256),
            _ => format!("\" {number}\""),
        };
        let object = |fields: &Vec<(usize, usize, String, u32)>| {
            let pair = |(key, kind, text, number): &(usize, usize, String, u32)| {
                format!("\"{}\"{space}:{space}{}", keys[*key], value(*kind, text, *number))
            };
            format!("{{{space}{}{space}}}", fields.iter().map(pair).collect::<Vec<_>>().join(&format!("{space},{space}")))
        };
        let reply = format!("{space}[{}]{space}", messages.iter().map(object).collect::<Vec<_>>().join(","));
        if let Some(found) = found(&reply) {
            prop_assert_eq!(as_value(&found), as_value(&read("{}", &reply)), "{}", reply);
        }
    }
}
