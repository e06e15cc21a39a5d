use proptest::prelude::*;
use smsc_scan::{ESCAPED, Field, HEADER_SLOTS, PageDecoder};

use super::*;
use crate::{
    api::{input::tests::read_json, message::COLUMNS, page_reader::PageReader},
    client::{item_key::ItemId, iteration::Iteration},
    protocol::{credentials::Credentials, form::ResponseFormat},
};

fn request(json: &str) -> Result<Request> {
    read_json::<HistoryQuery>(json)?.to_request()
}

fn body(json: &str) -> String {
    request(json).unwrap().form.encode(&Credentials::none())
}

/// The messages of a response, as JSON.
fn decode(response: &str) -> Result<String> {
    let mut messages = String::new();
    request("{}").unwrap().decode(response, &Credentials::none(), &mut |text| {
        messages = serde_json::to_string(&HistoryQuery::decode(text)?.messages).unwrap();
        Ok(())
    })?;
    Ok(messages)
}

#[test]
fn every_parameter_is_sent_as_documented() {
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
    let request = request("{}").unwrap();
    assert_eq!((request.body_kind, request.is_change), (BodyKind::HistoryPage, false));
    assert_eq!((request.endpoint(), request.form.format), ("history", ResponseFormat::Json));
}

#[test]
fn every_mistake_is_found_before_anything_is_sent() {
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
        (r#"{"phones":["79999999999,79999999998"]}"#, "phones[0]"),
        (r#"{"phones":["79999999999",""]}"#, "phones[1]"),
        (r#"{"phones":["1234"]}"#, "phones[0]"),
        (r#"{"phones":["1234567890123456"]}"#, "phones[0]"),
        (r#"{"emails":[]}"#, "emails"),
        (r#"{"emails":["a@b.c,d@e.f"]}"#, "emails[0]"),
        (r#"{"emails":["nobody"]}"#, "emails[0]"),
        (r#"{"emails":["nobody@"]}"#, "emails[0]"),
        (r#"{"phones":["79999999999"],"emails":["a@b.c"]}"#, "phones"),
        (r#"{"phones":["79999999999"],"channel":"email"}"#, "phones"),
        (r#"{"phones":["79999999999"],"channel":"all"}"#, "phones"),
        (r#"{"emails":["a@b.c"],"channel":"sms"}"#, "channel"),
        (r#"{"emails":["a@b.c"],"channel":"all"}"#, "channel"),
        (r#"{"channel":"all"}"#, "channel"),
        (r#"{"channel":"viber"}"#, "channel"),
        (r#"{"cursor":"abc"}"#, "cursor"),
        (r#"{"cursor":"01.11.2026/5/5"}"#, "cursor"),
        (r#"{"cursor":"1~5__5"}"#, "cursor"),
        (r#"{"phone":"79999999999"}"#, "phone"),
    ] {
        let error = request(json).unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidParameter, "{json}");
        assert_eq!(error.parameter.as_deref(), Some(parameter), "{json}: {error}");
    }
    let message = |json: &str| request(json).unwrap_err().to_string();
    assert!(message(r#"{"phones":[]}"#).ends_with(", and got an empty list"));
    assert!(message(r#"{"phones":["79999999999",""]}"#).starts_with("`phones[1]` takes one phone number"));
}

#[test]
fn one_request_covers_half_a_year_and_an_iteration_any_period() {
    let is_sound = |json: &str| request(json).is_ok();
    assert!(is_sound(r#"{"start":"2026-07-01","end":"2026-12-31"}"#));
    assert!(!is_sound(r#"{"start":"2026-07-01","end":"2027-01-01"}"#));
    assert!(is_sound(r#"{"start":"2020-01-01"}"#));
    assert!(is_sound(r#"{"end":"2020-01-01"}"#));
    let long: HistoryQuery = read_json(r#"{"start":"2020-01-01","end":"2026-01-01","limit":50000}"#).unwrap();
    long.check().unwrap();
    assert_eq!(long.iteration().limit, Some(50_000));
}

#[test]
fn a_page_of_an_iteration_keeps_the_filters_of_the_query() {
    let query: HistoryQuery = read_json(r#"{"phones":["79999999999"],"limit":50000,"start":"2020-01-01"}"#).unwrap();
    let position =
        Position { start: Day::parse("2026-11-01"), end: None, cursor: Some("7".into()), limit: MAX_PAGE_SIZE };
    let body = query.at(0, position).to_request().unwrap().form.encode(&Credentials::none());
    assert_eq!(body, "get_messages=1&start=01.11.2026&phone=79999999999&prev_id=7&cnt=1000&fmt=3&charset=utf-8");
}

fn query(json: &str) -> HistoryQuery {
    read_json(json).unwrap()
}

#[test]
fn a_full_page_has_a_next_cursor_which_its_query_takes() {
    let first = query(r#"{"limit":2,"phones":["79999999999","79999999998"]}"#);
    assert_eq!(first.next_cursor(1, "8"), None);
    assert_eq!(first.next_cursor(2, ""), None);
    let cursor = first.next_cursor(2, "8").unwrap();
    let next = |json: &str| request(&json.replace('}', &format!(r#","cursor":"{cursor}"}}"#)));
    // `limit` is no part of the query's identity, nor is the order of the phones.
    let sent = next(r#"{"limit":5,"phones":["79999999998","79999999999"],"channel":"sms"}"#).unwrap();
    assert_eq!((sent.form.get("prev_id"), sent.form.get("cnt")), (Some("8"), Some("5")));
    for other in [
        r#"{"phones":["79999999999"]}"#,
        r#"{"limit":2}"#,
        r#"{"emails":["a@b.c"]}"#,
        r#"{"start":"2026-11-01","phones":["79999999999","79999999998"]}"#,
        r#"{"end":"2026-11-01","phones":["79999999999","79999999998"]}"#,
    ] {
        let error = next(other).unwrap_err();
        assert_eq!((error.code, error.parameter.as_deref()), (ErrorCode::InvalidParameter, Some("cursor")), "{other}");
    }
}

/// A cursor that a user stored outlives the version of the package.
#[test]
fn the_text_of_a_cursor_stays_the_same() {
    let cursor = query(r#"{"start":"2020-01-01","limit":7}"#).next_cursor(7, "5").unwrap();
    assert_eq!(cursor, "c7896948652797934005~0__5~3880821577");
}

#[test]
fn an_iteration_and_a_list_take_each_others_cursors() {
    let list = query(r#"{"limit":2,"start":"2026-05-22","end":"2026-11-21"}"#);
    let today = Day::parse("2026-11-21").unwrap();
    let with = |cursor: String| HistoryQuery { cursor: Some(CursorText(cursor)), ..list.clone() };
    let iteration = |query: &HistoryQuery| Iteration::new(query.iteration(), today).unwrap();
    let resumed = iteration(&with(list.next_cursor(2, "8").unwrap()));
    let (_, position) = resumed.next_request(today).unwrap();
    assert_eq!((resumed.count(), position.limit, position.cursor.as_deref()), (0, 2, Some("8")));
    // The same days again, from the id; and the days that are left, from a cursor between two windows.
    let mut pages = iteration(&HistoryQuery { limit: None, ..list.clone() });
    let full = (0..1000).map(|id| ItemKey { id: ItemId::Number(id), timestamp: None }).collect();
    pages.accept(0, full, Some("999")).unwrap();
    pages.take();
    let field = |request: &Request, name: &str| request.form.get(name).map(ToOwned::to_owned);
    let sent = with(pages.next_cursor().unwrap()).to_request().unwrap();
    assert_eq!((field(&sent, "end").as_deref(), field(&sent, "prev_id").as_deref()), (Some("21.11.2026"), Some("999")));
    pages.accept(0, Vec::new(), None).unwrap();
    let sent = with(pages.next_cursor().unwrap()).to_request().unwrap();
    assert_eq!(
        (field(&sent, "start").as_deref(), field(&sent, "end").as_deref()),
        (Some("22.05.2026"), Some("25.05.2026"))
    );
    assert_eq!(field(&sent, "prev_id"), None);
}

#[test]
fn both_channels_are_two_streams_of_an_iteration() {
    let both = query(r#"{"channel":"all"}"#);
    both.check().unwrap();
    assert_eq!((both.iteration().stream_count, query("{}").iteration().stream_count), (2, 1));
    assert_ne!(both.iteration().fingerprint, query("{}").iteration().fingerprint);
    let position = || Position { start: None, end: None, cursor: None, limit: 5 };
    let format = |query: &HistoryQuery, stream| {
        query.at(stream, position()).to_request().unwrap().form.get("format").map(ToOwned::to_owned)
    };
    assert_eq!((format(&both, 0).as_deref(), format(&both, 1).as_deref()), (Some("0"), Some("8")));
    assert_eq!(format(&query("{}"), 0), None);
    assert_eq!(format(&query(r#"{"emails":["a@b.c"]}"#), 0).as_deref(), Some("8"));
    let error = request(r#"{"channel":"all"}"#).unwrap_err();
    assert_eq!(error.parameter.as_deref(), Some("channel"));
    assert!(error.to_string().contains("history.iterate"), "{error}");
}

#[test]
fn knows_the_keys_of_messages() {
    let page = HistoryQuery::decode(r#"[{"int_id":9,"send_timestamp":"5"},{}]"#).unwrap();
    let key = |id: &str, timestamp| ItemKey { id: id.into(), timestamp };
    assert_eq!(page.keys(), [key("9", Some(5)), key("", None)]);
}

/// The page's own sample, its missing brace put back.
const DOCUMENTED: &str = "[{\n\"status\": 1,\n\"last_date\": \"28.12.2019 19:20:22\",\n\"last_timestamp\": 1577550022,\n\
    \"err\": 0,\n\"send_date\": \"28.12.2019 19:20:16\",\n\"send_timestamp\": 1577550016,\n\"phone\": \"79999999999\",\n\
    \"cost\": \"1.40\",\n\"sender_id\": \"SMSC.RU\",\n\"status_name\": \"Доставлено\",\n\"message\": \"Тест, \\\"да\\\"\",\n\
    \"mccmnc\": \"25001\",\n\"country\": \"Россия\",\n\"operator\": \"МТС\",\n\"region\": \"г. Москва\",\n\"type\": 0,\n\
    \"id\": 12,\n\"int_id\": \"4221212121212121212\",\n\"sms_cnt\": 1,\n\"format\": 0,\n\"crc\": 4294967295\n}]";

#[test]
fn decodes_the_documented_response() {
    assert_eq!(
        decode(DOCUMENTED).unwrap(),
        r#"[{"status":1,"statusName":"Доставлено","lastDate":"28.12.2019 19:20:22","lastTimestamp":1577550022,"sendDate":"28.12.2019 19:20:16","sendTimestamp":1577550016,"phone":"79999999999","cost":"1.40","senderId":"SMSC.RU","message":"Тест, \"да\"","mccmnc":"25001","country":"Россия","operator":"МТС","region":"г. Москва","type":0,"id":12,"intId":"4221212121212121212","smsCnt":1,"format":0,"crc":4294967295,"err":0}]"#
    );
}

#[test]
fn accepts_other_types_and_missing_and_unknown_fields() {
    let response = r#"[{"status":"-3","int_id":922337203685477580799,"cost":1.40,"phone":79999999999,"flag":"2",
        "comment":"x","operator_orig":null,"id":"not a number"}]"#;
    assert_eq!(
        decode(response).unwrap(),
        r#"[{"status":-3,"phone":"79999999999","cost":"1.40","intId":"922337203685477580799","flag":2,"extra":{"comment":"x","id":"not a number"}}]"#
    );
}

#[test]
fn error_3_is_an_empty_page_and_any_other_error_is_an_error() {
    for response in ["ERROR = 3 (not found)", "{\"error\":\"x\",\"error_code\":3}", "0,-3", "[]"] {
        assert_eq!(decode(response).unwrap(), "[]", "{response}");
    }
    let code = |response: &str| decode(response).unwrap_err().code;
    assert_eq!(code("ERROR = 2 (x)"), ErrorCode::Unauthorized);
    assert_eq!(code("ERROR = 5 (x)"), ErrorCode::UnknownApiError);
    assert_eq!(code(" \n"), ErrorCode::BadResponse);
    assert_eq!(code("{\"error\":\"x\"}"), ErrorCode::BadResponse);
}

proptest! {
    #[test]
    fn any_input_is_accepted_or_rejected(
        json in r#"\{"(start|end|phones|emails|limit|cursor|channel)":["\[\]{}0-9a-z,:@. -]{0,20}\}"#,
    ) {
        let _ = request(&json);
    }

    #[test]
    fn any_response_is_decoded_or_rejected(response in r#"(\[|\{|"[a-z_]{1,8}":|[0-9]{1,3}|,|\}|\]|null|.){0,30}"#) {
        let _ = decode(&response);
    }

    #[test]
    fn a_query_reaches_the_form_unchanged(
        days in 0i64..20_000, length in 0i32..180, limit in 1u64..=1000, cursor in "[1-9][0-9]{0,25}",
        phones in proptest::collection::vec("[1-9][0-9]{4,14}", 1..5),
    ) {
        let start = Day::at_instant(days * 86_400_000).unwrap();
        let json = format!(
            r#"{{"start":"{}","end":"{}","limit":{limit},"cursor":"{cursor}","phones":{}}}"#,
            start.text(), start.plus_days(length).text(), serde_json::to_string(&phones).unwrap(),
        );
        let form = request(&json).unwrap().form;
        prop_assert_eq!(form.get("start").unwrap(), start.text());
        prop_assert_eq!(form.get("end").unwrap(), start.plus_days(length).text());
        prop_assert_eq!(form.get("cnt").unwrap(), limit.to_string());
        prop_assert_eq!(form.get("prev_id").unwrap(), cursor);
        prop_assert_eq!(form.get("phone").unwrap(), phones.join(","));
    }
}

/// The name of a field in JavaScript: `lastTimestamp` for `last_timestamp`.
fn camel_case(key: &str) -> String {
    let mut words = key.split('_');
    let first = words.next().unwrap().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
}

/// The messages that the fast reader finds in a page, as JavaScript makes them of its columns.
fn read_fast(response: &str) -> Option<serde_json::Value> {
    let mut decoder = PageDecoder::new(&COLUMNS);
    decoder.buffer(response.len()).copy_from_slice(response.as_bytes());
    if !decoder.decode() {
        return None;
    }
    let text = |slot: u64, base: u64| {
        let (start, end) = (slot & 0xFFFF_FFFF, (slot & !ESCAPED) >> 32);
        let units = &decoder.text()[usize::try_from(base + start).unwrap()..usize::try_from(base + end).unwrap()];
        serde_json::from_str::<String>(&format!("\"{}\"", String::from_utf16(units).unwrap())).unwrap()
    };
    let message = |slots: &[u64]| {
        let mut message = serde_json::Map::new();
        for (index, Field { key, is_integer }) in
            COLUMNS.iter().enumerate().filter(|(index, _)| slots[1] >> index & 1 == 1)
        {
            let slot = slots[HEADER_SLOTS + index];
            let number = || serde_json::from_str(&f64::from_bits(slot).to_string()).unwrap();
            let value = if *is_integer { number() } else { text(slot, slots[0] & 0xFFFF_FFFF).into() };
            message.insert(camel_case(key), value);
        }
        serde_json::Value::from(message)
    };
    Some(decoder.slots().chunks(HEADER_SLOTS + COLUMNS.len()).map(message).collect())
}

fn as_value(json: &str) -> serde_json::Value {
    serde_json::from_str(json).unwrap()
}

#[test]
fn the_fast_reader_agrees_with_the_decoder_or_leaves_the_page_to_it() {
    // A longer key is not distinguished from others.
    assert!(COLUMNS.iter().all(|field| field.key.len() <= 15));
    for response in [
        DOCUMENTED,
        r#"[{"status":"-3","int_id":922337203685477580799,"cost":1.40,"phone":79999999999,"flag":"2"}]"#,
        r#" [ {"phone" : null , "message":"\u0434а😀\n\"\\" } ,{"id":0}] "#,
    ] {
        match read_fast(response) {
            Some(messages) => assert_eq!(messages, as_value(&decode(response).unwrap()), "{response}"),
            None => assert!(response.contains("u0434"), "{response}"),
        }
    }
    for response in [
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
        assert_eq!(read_fast(response), None, "{response}");
    }
}

proptest! {
    #[test]
    fn the_fast_reader_agrees_with_the_decoder_on_any_page(
        messages in proptest::collection::vec(
            proptest::collection::vec((0..24_usize, 0..14_usize, "[a-zа-яё😀 ]{0,5}", any::<u32>()), 0..8),
            1..4,
        ),
        space in "[ \n\t]{0,2}",
    ) {
        let keys: Vec<_> = COLUMNS.iter().map(|field| field.key).chain(["comment", "\\u0069d"]).collect();
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
        let response = format!("{space}[{}]{space}", messages.iter().map(object).collect::<Vec<_>>().join(","));
        if let Some(messages) = read_fast(&response) {
            prop_assert_eq!(messages, as_value(&decode(&response).unwrap()), "{}", response);
            let mut reader = PageReader::default();
            reader.buffer(response.len()).copy_from_slice(response.as_bytes());
            prop_assert!(reader.read());
            let page = HistoryQuery::decode(&response).unwrap();
            // An id of the service consists of digits, so that it holds no escapes.
            if !response.contains('\\') {
                prop_assert_eq!(reader.keys(), page.keys());
                let last = reader.last_key().map(|key| key.id.text());
                prop_assert_eq!(last, last_id(&page.keys()));
            }
            prop_assert_eq!(reader.len(), page.messages.len());
        }
    }
}

#[test]
fn a_start_older_than_half_a_year_without_an_end_is_rejected_before_it_is_sent() {
    let today = Day::parse("2026-11-21").unwrap();
    let check = |query: &str| read_json::<HistoryQuery>(query).unwrap().check_age(today);
    let error = check(r#"{"start":"2026-05-21"}"#).unwrap_err();
    assert_eq!((error.code, error.parameter.as_deref()), (ErrorCode::InvalidParameter, Some("start")));
    assert!(error.to_string().contains("`history.iterate`"), "{error}");
    for query in
        [r#"{"start":"2026-05-22"}"#, r#"{"start":"2025-01-01","end":"2025-02-01"}"#, r#"{"end":"2020-01-01"}"#]
    {
        check(query).unwrap();
    }
}
