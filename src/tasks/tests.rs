use super::*;
use crate::{credentials::Credentials, error::ErrorCode, input::parse};

fn made(make: fn(&Fields) -> Result<Call>, json: &str) -> Result<Call> {
    let values = parse(json, ErrorCode::InvalidParameter, "it")?;
    make(&Fields::new(&values, ErrorCode::InvalidParameter))
}

fn body(make: fn(&Fields) -> Result<Call>, json: &str) -> String {
    made(make, json).unwrap().form.encode(&Credentials::none())
}

#[test]
fn every_parameter_as_the_service_takes_it() {
    assert_eq!(body(list, "{}"), "get_list=1&fmt=3&charset=utf-8");
    assert_eq!(body(list, r#"{"afterId":"7","limit":5}"#), "get_list=1&cnt=5&after_id=7&fmt=3&charset=utf-8");
    assert!(made(list, r#"{"limit":0}"#).is_err());
    assert!(made(list, r#"{"afterId":-1}"#).is_err());
    assert_eq!(body(file, r#"{"id":12}"#), "get_file=1&id=12&fmt=3&charset=utf-8");
    assert_eq!(body(file, r#"{"name":"a.csv"}"#), "get_file=1&name=a.csv&fmt=3&charset=utf-8");
    assert!(made(file, r#"{"id":12,"name":"a.csv"}"#).is_err());
    assert!(made(file, "{}").is_err());
}

#[test]
fn the_documented_reply_and_an_empty_list() {
    let read = |reply: &str| made(list, "{}").unwrap().decode(reply).unwrap();
    assert_eq!(
        read(
            "[{ \"id\": 12,\n\"name\": \"a, b\",\n\"status\": \"2\",\n\"created\": \"21.11.2026 10:00\",\n\"time\": \"\",\n\
             \"file\": \"a.csv\"\n}]"
        ),
        r#"[{"id":12,"name":"a, b","status":2,"created":"21.11.2026 10:00","file":"a.csv"}]"#
    );
    assert_eq!(read("ERROR = 5 (not found)"), "[]");
    assert_eq!(read("[]"), "[]");
}
