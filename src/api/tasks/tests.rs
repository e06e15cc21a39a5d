use serde::de::DeserializeOwned;

use super::*;
use crate::client::error::ErrorCode;
use crate::{
    api::input::tests::read_json,
    protocol::{credentials::Credentials, request::BodyKind},
};

fn request<T: Endpoint + DeserializeOwned>(json: &str) -> Result<Request> {
    read_json::<T>(json)?.to_request()
}

fn body<T: Endpoint + DeserializeOwned>(json: &str) -> String {
    request::<T>(json).unwrap().form.encode(&Credentials::none())
}

fn parameter<T: Endpoint + DeserializeOwned>(json: &str) -> String {
    let error = request::<T>(json).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidParameter, "{error}");
    error.parameter.clone().unwrap()
}

#[test]
fn every_parameter_is_sent_as_documented() {
    assert_eq!(body::<TaskQuery>("{}"), "get_list=1&fmt=3&charset=utf-8");
    assert_eq!(body::<TaskQuery>(r#"{"afterId":"7","limit":5}"#), "get_list=1&cnt=5&after_id=7&fmt=3&charset=utf-8");
    assert_eq!(parameter::<TaskQuery>(r#"{"limit":0}"#), "limit");
    assert_eq!(parameter::<TaskQuery>(r#"{"limit":1000001}"#), "limit");
    assert_eq!(parameter::<TaskQuery>(r#"{"afterId":-1}"#), "afterId");
    assert_eq!(body::<TaskRef>(r#"{"id":12}"#), "get_file=1&id=12&fmt=3&charset=utf-8");
    assert_eq!(body::<TaskRef>(r#"{"name":"a.csv"}"#), "get_file=1&name=a.csv&fmt=3&charset=utf-8");
    assert_eq!(request::<TaskRef>(r#"{"id":12}"#).unwrap().body_kind, BodyKind::File);
    assert_eq!(parameter::<TaskRef>(r#"{"id":12,"name":"a.csv"}"#), "name");
    assert_eq!(parameter::<TaskRef>("{}"), "id");
}

#[test]
fn decodes_the_documented_response_and_an_empty_list() {
    let decode = |response: &str| {
        let mut tasks = String::new();
        let decoded = request::<TaskQuery>("{}").unwrap().decode(response, &Credentials::none(), &mut |text| {
            tasks = serde_json::to_string(&TaskQuery::decode(text)?).unwrap();
            Ok(())
        });
        decoded.map(|()| tasks).unwrap()
    };
    assert_eq!(
        decode(
            "[{ \"id\": 12,\n\"name\": \"a, b\",\n\"status\": \"2\",\n\"created\": \"21.11.2026 10:00\",\n\"time\": \"\",\n\
             \"file\": \"a.csv\"\n}]"
        ),
        r#"[{"id":12,"name":"a, b","status":2,"created":"21.11.2026 10:00","file":"a.csv"}]"#
    );
    assert_eq!(decode("ERROR = 5 (not found)"), "[]");
    assert_eq!(decode("[]"), "[]");
}
