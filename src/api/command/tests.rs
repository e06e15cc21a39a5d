use super::*;
use crate::{api::json_input::JsonInput, protocol::credentials::Credentials};

fn prepare(script: &str, json: &str, is_raw: bool) -> Result<Request> {
    request(script, &JsonInput::parse(json).unwrap(), is_raw, false)
}

#[test]
fn parameters_are_sent_as_they_are() {
    let form =
        prepare("balance", r#"{"cur":1,"all":true,"off":false,"x":"ы","n":{"$bigint":"18446744073709551616"}}"#, false);
    let form = form.unwrap().form;
    assert_eq!(form.script, "balance.php");
    assert_eq!(
        form.encode(&Credentials::none()),
        "cur=1&all=1&off=0&x=%D1%8B&n=18446744073709551616&fmt=3&charset=utf-8"
    );
    let form = prepare("get.php", r#"{"fmt":1}"#, true).unwrap().form;
    assert_eq!(form.encode(&Credentials::none()), "fmt=1&charset=utf-8");
    let form = prepare("get.php", "", true).unwrap().form;
    assert_eq!(form.encode(&Credentials::none()), "fmt=0&charset=utf-8");
    let form = prepare("a.php", r#"{"x":1.5,"y":-0,"empty":""}"#, false).unwrap().form;
    assert_eq!(form.encode(&Credentials::none()), "x=1.5&y=0&empty=&fmt=3&charset=utf-8");
}

#[test]
fn mistakes_are_rejected_by_the_name_of_the_parameter() {
    for (script, json, parameter) in [
        ("../x.php", "{}", "script"),
        ("", "{}", "script"),
        (".php", "{}", "script"),
        ("Balance", "{}", "script"),
        ("a.php", r#"{"psw":"x"}"#, "psw"),
        ("a.php", r#"{"login":null}"#, "login"),
        ("a.php", r#"{"apikey":"x"}"#, "apikey"),
        ("a.php", r#"{"charset":"x"}"#, "charset"),
        ("a.php", r#"{"fmt":1}"#, "fmt"),
        ("a.php", r#"{"x":{}}"#, "x"),
        ("a.php", r#"{"x":[1]}"#, "x"),
        ("a.php", r#"{"x":{"$date":5}}"#, "x"),
        ("a.php", r#"{"x":{"$kind":"a function"}}"#, "x"),
        ("a.php", r#"{"x":1e999}"#, "x"),
        ("a.php", r#"{"x":null}"#, "x"),
    ] {
        let error = prepare(script, json, false).unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidParameter);
        assert_eq!(error.parameter.as_deref(), Some(parameter), "{script} {json}");
    }
    for fmt in ["4", "-1", "1.5", "\"1\"", "true"] {
        let error = prepare("a.php", &format!(r#"{{"fmt":{fmt}}}"#), true).unwrap_err();
        assert_eq!(error.parameter.as_deref(), Some("fmt"), "{fmt}");
    }
    assert_eq!(prepare("a.php", "[1]", false).unwrap_err().to_string(), "`parameters` takes an object");
}

#[test]
fn only_a_command_known_to_read_may_be_sent_again() {
    let is_change = |script: &str, json: &str| prepare(script, json, false).unwrap().is_change;
    assert!(!is_change("balance.php", "{}"));
    assert!(!is_change("status.php", r#"{"phone":"7","id":1}"#));
    assert!(is_change("status.php", r#"{"phone":"7","id":1,"del":1}"#));
    assert!(!is_change("senders.php", r#"{"get":1}"#));
    assert!(is_change("senders.php", r#"{"get":1,"del":1}"#));
    assert!(is_change("senders.php", r#"{"del":1,"id":5}"#));
    assert!(is_change("send.php", "{}"));
    let send = request("send.php", &JsonInput::parse("").unwrap(), false, true).unwrap();
    assert!(!send.is_change);
}

#[test]
fn a_command_counts_against_the_limits_of_its_endpoint() {
    let rules = |script: &str, json: &str| prepare(script, json, false).unwrap().rules.first().map(|rule| rule.name);
    assert_eq!(rules("get.php", r#"{"get_messages":1}"#), Some("history.identical"));
    assert_eq!(rules("get.php", "{}"), None);
    assert_eq!(rules("senders.php", r#"{"get":1}"#), Some("senders.list.identical"));
    assert_eq!(rules("senders.php", r#"{"add":1}"#), Some("senders.add"));
    assert_eq!(rules("downloads.php", "{}"), Some("tasks.identical"));
    assert_eq!(rules("balance.php", "{}"), None);
}

/// What a command decodes a response into: the JSON text, or the text itself.
fn decode(request: &Request, response: &str, is_raw: bool) -> Result<Option<String>> {
    let mut output = None;
    request.decode(response, &Credentials::none(), &mut |text: &str| {
        output = if is_raw { Some(text.into()) } else { check_json(text)?.map(|(text, _)| text.into()) };
        Ok(())
    })?;
    Ok(output)
}

#[test]
fn a_response_stays_as_it_is_and_an_error_is_found_in_any_format() {
    let balance = prepare("balance.php", "{}", false).unwrap();
    let json = decode(&balance, " {\"balance\": 1.50}\n", false).unwrap();
    assert_eq!(json.as_deref(), Some("{\"balance\": 1.50}"));
    assert_eq!(decode(&balance, "OK", false).unwrap(), None);
    assert_eq!(decode(&balance, "ERROR = 2 (x)", false).unwrap_err().code, ErrorCode::Unauthorized);
    assert_eq!(decode(&balance, "<html>", false).unwrap_err().code, ErrorCode::BadResponse);
    let text = prepare("balance.php", "{}", true).unwrap();
    assert_eq!(decode(&text, "1.50\n", true).unwrap().as_deref(), Some("1.50\n"));
    let history = prepare("get.php", r#"{"get_messages":1}"#, true).unwrap();
    assert_eq!(decode(&history, "0,-9", true).unwrap_err().code, ErrorCode::RateLimited);
    assert_eq!(decode(&history, "0,-3", true).unwrap_err().code, ErrorCode::NotFound);
}

#[test]
fn integers_that_a_number_would_round_are_found_at_any_depth() {
    let finds = |text: &str| check_json(text).unwrap().is_some_and(|(_, value)| has_rounded(&value));
    for text in ["9007199254740992", r#"[1,{"a":[18446744073709551615]}]"#] {
        assert!(finds(text), "{text}");
    }
    for text in ["9007199254740991", r#"{"a":"9007199254740992","b":[1.5,null]}"#, "OK"] {
        assert!(!finds(text), "{text}");
    }
}
