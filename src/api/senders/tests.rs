use serde::de::DeserializeOwned;

use super::*;
use crate::{
    api::input::{Handle, tests::read_json},
    client::{
        item_key::{ItemId, ItemKey},
        iteration::Iteration,
        pagination::Position,
    },
    protocol::{credentials::Credentials, day::Day},
};

fn request<T: Endpoint + DeserializeOwned>(json: &str) -> Result<Request> {
    read_json::<T>(json)?.to_request()
}

/// The fields of a request, decoded.
fn form<T: Endpoint + DeserializeOwned>(json: &str) -> String {
    let body = request::<T>(json).unwrap().form.encode(&Credentials::none());
    let pairs = form_urlencoded::parse(body.as_bytes()).map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join("&").replace("&fmt=3&charset=utf-8", "")
}

fn parameter<T: Endpoint + DeserializeOwned>(json: &str) -> String {
    let error = request::<T>(json).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidParameter, "{error}");
    error.parameter.clone().unwrap()
}

/// What a request decodes a response into, as JSON.
fn decode<T: Endpoint + DeserializeOwned>(json: &str, response: &str) -> Result<String> {
    let mut output = String::new();
    request::<T>(json).unwrap().decode(response, &Credentials::none(), &mut |text| {
        output = serde_json::to_string(&T::decode(text)?).unwrap();
        Ok(())
    })?;
    Ok(output)
}

#[test]
fn every_parameter_of_a_query_is_sent_as_documented() {
    assert_eq!(form::<SenderQuery>("{}"), "get=1");
    assert_eq!(
        form::<SenderQuery>(
            r#"{"all":true,"operators":true,"files":true,"changedSince":"2026-11-01","cursor":77,"limit":15000,
            "subaccount":"sub"}"#
        ),
        "get=1&all=1&operators=1&files=1&from_date=01.11.2026&prev_id=77&cnt=15000&user=sub"
    );
    for (json, name) in [
        (r#"{"limit":15001}"#, "limit"),
        (r#"{"all":1}"#, "all"),
        (r#"{"changedSince":"31.02.2026"}"#, "changedSince"),
        (r#"{"cursor":"x"}"#, "cursor"),
        (r#"{"cursor":"/5/1"}"#, "cursor"),
        (r#"{"cursor":"1~5__5"}"#, "cursor"),
        (r#"{"subaccount":" "}"#, "subaccount"),
        (r#"{"offset":1}"#, "offset"),
    ] {
        assert_eq!(parameter::<SenderQuery>(json), name);
    }
}

#[test]
fn a_page_of_an_iteration_keeps_the_filters_of_the_query() {
    let query: SenderQuery = read_json(r#"{"all":true,"cursor":"9","limit":20000,"subaccount":"sub"}"#).unwrap();
    let iteration = query.iteration();
    assert_eq!((iteration.cursor.as_deref(), iteration.limit), (Some("9"), Some(20_000)));
    assert_eq!((iteration.stream_count, iteration.page_size), (1, MAX_PAGE_SIZE));
    let page = query.at(Position { start: None, end: None, cursor: Some("7".into()), limit: 15_000 });
    let body = page.to_request().unwrap().form.encode(&Credentials::none());
    assert_eq!(body, "get=1&all=1&prev_id=7&cnt=15000&user=sub&fmt=3&charset=utf-8");
    let senders = SenderQuery::decode(r#"[{"id":9},{"id":"7"},{},{"id":8}]"#).unwrap();
    assert_eq!((lowest_id(&senders), lowest_id(&[])), (Some(7), None));
    let ids: Vec<String> = keys(&senders).into_iter().map(|key| key.id.text()).collect();
    assert_eq!(ids, ["9", "7", "", "8"]);
}

#[test]
fn a_cursor_of_an_iteration_belongs_to_its_query() {
    let query: SenderQuery = read_json(r#"{"all":true,"operators":false}"#).unwrap();
    let mut pages = Iteration::new(query.iteration(), Day::parse("2026-11-21").unwrap()).unwrap();
    let full = (1..=MAX_PAGE_SIZE).rev().map(|id| ItemKey { id: ItemId::Number(id + 50), timestamp: None }).collect();
    pages.accept(0, full, Some("51")).unwrap();
    pages.take();
    let cursor = pages.next_cursor().unwrap();
    let with = |json: &str| json.replace('}', &format!(r#","cursor":"{cursor}"}}"#));
    let body = form::<SenderQuery>(&with(r#"{"all":true,"operators":true,"limit":5}"#));
    assert_eq!(body, "get=1&all=1&operators=1&prev_id=51&cnt=5");
    for other in
        [r#"{"all":false}"#, r#"{"all":true,"subaccount":"sub"}"#, r#"{"all":true,"changedSince":"2026-11-01"}"#]
    {
        assert_eq!(parameter::<SenderQuery>(&with(other)), "cursor", "{other}");
    }
}

#[test]
fn names_by_change_cannot_be_continued() {
    let error = |json: &str| read_json::<SenderQuery>(json).unwrap().iteration().continuation_error;
    assert_eq!(error("{}"), None);
    let error = error(r#"{"changedSince":"2026-11-01"}"#).unwrap();
    assert_eq!((error.code, error.parameter.as_deref()), (ErrorCode::InvalidParameter, Some("changedSince")));
}

#[test]
fn the_properties_that_a_query_adds_are_always_there() {
    let complete = |json: &str| {
        let mut senders = SenderQuery::decode(r#"[{"id":9}]"#).unwrap();
        let query: SenderQuery = read_json(json).unwrap();
        for sender in &mut senders {
            query.complete(sender);
        }
        serde_json::to_string(&senders).unwrap()
    };
    assert_eq!(complete("{}"), r#"[{"id":9}]"#);
    assert_eq!(complete(r#"{"operators":true}"#), r#"[{"id":9,"operators":{}}]"#);
    assert_eq!(complete(r#"{"files":true}"#), r#"[{"id":9,"files":[]}]"#);
}

#[test]
fn decodes_the_documented_lists() {
    let decode = |response: &str| decode::<SenderQuery>("{}", response).unwrap();
    assert_eq!(decode("[{\n\"sender\": \"SMSC.RU\",\n\"id\": 1\n}]"), r#"[{"name":"SMSC.RU","id":1}]"#);
    assert_eq!(
        decode("[{\n\"sender\": \"my name\",\n\"id\": 1,\n\"status\": 0\n}]"),
        r#"[{"name":"my name","id":1,"status":0}]"#
    );
    assert_eq!(
        decode(r#"[{"sender":"A","mega_step":"2","tele2":"255","by_int":"9","mts_subst":"B","id":"15"}]"#),
        r#"[{"name":"A","id":15,"operators":{"megaStep":2,"tele2":255,"byInt":9},"extra":{"mts_subst":"B"}}]"#
    );
    assert_eq!(
        decode(
            r#"[{"sender":"A","id":1,"files":[{"file":"a.pdf","fid":7,"fstatus":1,"fcomment":"нечётко"},
            {"file":"b.pdf","fid":"8","fstatus":"2","fcomment":""}]}]"#
        ),
        r#"[{"name":"A","id":1,"files":[{"name":"a.pdf","id":7,"status":1,"comment":"нечётко"},{"name":"b.pdf","id":8,"status":2}]}]"#
    );
    assert_eq!(decode("{\"error\": \"not found\", \"error_code\": 3}"), "[]");
}

#[test]
fn a_new_name_is_sent_with_everything_that_belongs_to_it() {
    let everything = r#"{"name":"shop@a.by","comment":"Магазин","email":{"comment":"Анна"},"registrations":{"mtsStep":true},
        "document":{"fileName":"a.pdf"},"documentInfo":"знак","subaccount":"sub"}"#;
    assert_eq!(
        form::<SenderInput>(everything),
        "add=1&sender=shop@a.by&mail=1&name=Анна&cmt=Магазин&mts_step=1&doc_info=знак&user=sub"
    );
    let input: SenderInput = read_json(everything).unwrap();
    assert_eq!(input.document, Some(Handle(0)));
    assert!(input.to_request().unwrap().is_change);
    assert_eq!(form::<SenderInput>(r#"{"name":"a@b.c","email":{}}"#), "add=1&sender=a@b.c&mail=1");
    assert_eq!(parameter::<SenderInput>("{}"), "name");
    assert_eq!(parameter::<SenderInput>(r#"{"name":"A","documentInfo":"x"}"#), "documentInfo");
    assert_eq!(parameter::<SenderInput>(r#"{"name":"A","email":true}"#), "email");
    assert_eq!(parameter::<SenderInput>(r#"{"name":"A","email":{"comment":5}}"#), "email.comment");
    assert_eq!(parameter::<SenderInput>(r#"{"name":"A","comment":5}"#), "comment");
}

#[test]
fn reads_the_new_id_in_every_format() {
    let decode = |response: &str| decode::<SenderInput>(r#"{"name":"A"}"#, response);
    for response in [
        "{\n\"sender\": 15\n}",
        "{\"sender\":\"15\"}",
        "{\"id\":15}",
        "ID = 15",
        "15\n",
        "<sender>\n<id>15</id>\n</sender>",
    ] {
        assert_eq!(decode(response).unwrap(), r#"{"id":15}"#, "{response}");
    }
    for response in ["OK", "{}", "[]", "<html>", "-5", ""] {
        let error = decode(response).unwrap_err();
        assert_eq!(error.code, ErrorCode::BadResponse);
        assert!(error.to_string().contains("whether the change was made is not known"), "{error}");
    }
}

#[test]
fn a_sender_is_selected_by_its_id_or_its_name() {
    assert_eq!(form::<SenderRef>(r#"{"id":5}"#), "del=1&id=5");
    assert_eq!(form::<SenderRef>(r#"{"name":"A B","subaccount":"sub"}"#), "del=1&sender=A B&user=sub");
    assert_eq!(form::<SenderUpdate>(r#"{"name":"A","comment":""}"#), "chg=1&sender=A&cmt=");
    for (json, name) in
        [("{}", "id"), (r#"{"id":5,"name":"A"}"#, "name"), (r#"{"id":"x"}"#, "id"), (r#"{"name":""}"#, "name")]
    {
        assert_eq!(parameter::<SenderRef>(json), name, "{json}");
        assert_eq!(parameter::<SenderUpdate>(json), name, "{json}");
    }
}

#[test]
fn an_update_changes_something() {
    assert_eq!(parameter::<SenderUpdate>(r#"{"id":5}"#), "comment");
    assert_eq!(parameter::<SenderUpdate>(r#"{"id":5,"subaccount":"sub"}"#), "comment");
    assert_eq!(parameter::<SenderUpdate>(r#"{"id":5,"registrations":{"tele2":false}}"#), "comment");
    assert_eq!(parameter::<SenderUpdate>(r#"{"id":5,"documentInfo":"x"}"#), "documentInfo");
    assert!(request::<SenderUpdate>(r#"{"id":5,"registrations":{"tele2":true}}"#).unwrap().is_change);
    assert_eq!(form::<SenderUpdate>(r#"{"id":5,"document":{},"documentInfo":"x"}"#), "chg=1&id=5&doc_info=x");
    assert_eq!(form::<SenderUpdate>(r#"{"id":5,"document":{}}"#), "chg=1&id=5");
}

#[test]
fn a_change_is_acknowledged_or_its_outcome_is_unknown() {
    let decode = |response: &str| decode::<SenderRef>(r#"{"id":5}"#, response);
    for response in ["{\n\"result\": \"OK\"\n}", r#"{"result":"ok"}"#, "OK", "<result>OK</result>"] {
        assert_eq!(decode(response).unwrap(), "null");
    }
    assert_eq!(decode("ERROR = 5 (x)").unwrap_err().code, ErrorCode::NotSaved);
    assert_eq!(decode("0,-3").unwrap_err().code, ErrorCode::NotFound);
    for response in ["", "maybe"] {
        let error = decode(response).unwrap_err();
        assert_eq!(error.code, ErrorCode::BadResponse);
        assert!(error.to_string().contains("whether the change was made is not known"), "{error}");
    }
}

#[test]
fn a_name_that_is_a_phone_number_is_its_digits() {
    for (name, sent) in [
        ("+7 999 123-45-67", "79991234567"),
        ("7 (999) 123-45-67", "79991234567"),
        ("79991234567", "79991234567"),
        // A short text may be a name, and nothing else is changed.
        ("8-800-55555", "8-800-55555"),
        ("8\u{2011}800\u{2011}55555", "8\u{2011}800\u{2011}55555"),
        ("\u{200E}(+7999) 123", "7999123"),
        ("\u{FF0B}7999123", "7999123"),
        ("+X", "+X"),
        (" SHOP", " SHOP"),
    ] {
        let of_name = format!(r#"{{"name":"{name}"}}"#);
        assert_eq!(form::<SenderInput>(&of_name), format!("add=1&sender={sent}"));
        assert_eq!(form::<SenderRef>(&of_name), format!("del=1&sender={sent}"));
    }
}

#[test]
fn a_digital_name_is_confirmed_by_a_code() {
    let send = r#"{"name":"+7 999 123-45-67","site":"SHOP","siteName":"shop.ru"}"#;
    assert_eq!(form::<SenderCodeRequest>(send), "send_code=1&sender=79991234567&site=SHOP&site_name=shop.ru");
    for (code, sent) in [("\"0042\"", "0042"), ("\" 0042 \"", "0042"), ("42", "42"), (r#"{"$bigint":"42"}"#, "42")] {
        let form = form::<SenderCode>(&format!(r#"{{"name":"79991234567","code":{code}}}"#));
        assert_eq!(form, format!("check_code=1&sender=79991234567&code={sent}"));
    }
    assert_eq!(parameter::<SenderCodeRequest>("{}"), "name");
    assert_eq!(parameter::<SenderCodeRequest>(r#"{"name":"SHOP"}"#), "name");
    assert_eq!(parameter::<SenderCode>(r#"{"name":"79991234567"}"#), "code");
    assert_eq!(parameter::<SenderCode>(r#"{"name":"79991234567","code":""}"#), "code");
    assert_eq!(parameter::<SenderCode>(r#"{"name":"79991234567","code":1.5}"#), "code");
}

const UKRAINE: &str = r#"{"legalName":"ТОВ","taxId":"123","site":"a.ua","email":"a@a.ua","address":"Київ","description":"d","subject":"s"}"#;
const BELARUS: &str = r#"{"companyName":"ООО","taxId":"1","address":"Минск","occupation":19,"mailingType":3,"sampleMessage":"m","site":"a.by"}"#;

fn with_registrations(registrations: &str) -> String {
    format!(r#"{{"name":"A","registrations":{registrations}}}"#)
}

#[test]
fn every_registration_has_its_parameter() {
    for (name, wire_name) in [
        ("mtsStep", "mts_step"),
        ("sberStep", "sber_step"),
        ("tele2", "tele2"),
        ("motiv", "motiv"),
        ("megaStep", "mega_step"),
        ("beeStep", "bee_step"),
        ("motivStep", "motiv_step"),
        ("winmobStep", "winmob_step"),
        ("volnamobStep", "volnamob_step"),
        ("tele2Step", "tele2_step"),
    ] {
        let form = form::<SenderInput>(&with_registrations(&format!("{{\"{name}\":true}}")));
        assert_eq!(form, format!("add=1&sender=A&{wire_name}=1"));
    }
    assert_eq!(form::<SenderInput>(&with_registrations(r#"{"tele2":false}"#)), "add=1&sender=A");
    let parameter = |registrations: &str| parameter::<SenderInput>(&with_registrations(registrations));
    assert_eq!(parameter(r#"{"tele2":1}"#), "registrations.tele2");
    assert_eq!(parameter(r#"{"megaInt":true}"#), "registrations.megaInt");
}

#[test]
fn the_details_of_a_country_are_sent_once_and_are_all_required() {
    let registrations = format!("{{\"uaReg\":{UKRAINE},\"uaInt\":{UKRAINE},\"byInt\":{BELARUS}}}");
    assert_eq!(
        form::<SenderInput>(&with_registrations(&registrations)),
        "add=1&sender=A&ua_reg=1&ua_int=1&fio=ТОВ&inn=123&site=a.ua&email=a@a.ua&address=Київ&desc=d&subj=s\
         &by_int=1&by_fio=ООО&by_inn=1&by_address=Минск&by_ocup=19&by_type=3&by_mes=m&by_site=a.by"
    );
    let parameter = |registrations: &str| parameter::<SenderInput>(&with_registrations(registrations));
    for (key, details, names) in [
        ("uaReg", UKRAINE, "legalName taxId site email address description subject"),
        ("byReg", BELARUS, "companyName taxId address occupation mailingType sampleMessage site"),
    ] {
        for name in names.split(' ') {
            let without = serde_json::from_str::<serde_json::Value>(details).map(|mut details| {
                details.as_object_mut().unwrap().remove(name).unwrap();
                details
            });
            let registrations = format!("{{\"{key}\":{}}}", without.unwrap());
            assert_eq!(parameter(&registrations), format!("registrations.{key}.{name}"));
            // A mistyped name is found as such.
            let mistyped = details.replace(&format!("\"{name}\""), "\"x\"");
            assert_eq!(parameter(&format!("{{\"{key}\":{mistyped}}}")), format!("registrations.{key}.x"));
        }
    }
    let wrong = |from: &str, to: &str| parameter(&format!("{{\"byReg\":{}}}", BELARUS.replace(from, to)));
    assert_eq!(wrong("19", "20"), "registrations.byReg.occupation");
    assert_eq!(wrong(":3,", ":0,"), "registrations.byReg.mailingType");
    assert_eq!(parameter("{\"uaReg\":true}"), "registrations.uaReg");
    for (national, international, details, other) in [
        ("uaReg", "uaInt", UKRAINE, UKRAINE.replace("Київ", "Львів")),
        ("byReg", "byInt", BELARUS, BELARUS.replace("Минск", "Брест")),
    ] {
        let registrations = format!("{{\"{national}\":{details},\"{international}\":{other}}}");
        assert_eq!(parameter(&registrations), format!("registrations.{international}"));
    }
}
