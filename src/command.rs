//! Any other command of the service: a script by its name, with parameters as they are.

use crate::{
    call::{Call, Decode},
    error::{Error, Result},
    form::Form,
    input::Fields,
    json::{self, Writer},
    limits::{self, Rules},
    record::not_json,
    text::{fill, trim},
};

/// Parameters that the package sets itself.
const RESERVED: &[&str] = &["login", "psw", "apikey", "charset"];

/// A command whose reply is JSON or, if `raw`, the service's own text in the format of the parameter `fmt`. `idempotent`:
/// the caller says that it may be sent again.
///
/// # Errors
/// `invalid_parameter`, naming the parameter and what it takes.
pub fn command(script: &str, parameters: &Fields, raw: bool, idempotent: bool) -> Result<Call> {
    let code = parameters.code();
    let name = script.strip_suffix(".php").unwrap_or(script);
    let sound =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !sound {
        let message = "`script` takes the file name of one of the service's scripts, such as \"balance.php\"";
        return Err(Error::new(code, message, &[]).parameter("script"));
    }
    let mut form = Form::new(&fill("%.php", &[name]));
    if raw {
        form.fmt = parameters.take("fmt").whole(0, 3)?.unwrap_or(0);
    }
    for field in parameters.rest() {
        let name = field.name();
        if RESERVED.contains(&name) || name == "fmt" {
            return Err(Error::new(code, "`%` is set by the package itself", &[name]).parameter(name));
        }
        form.set(name, field.form_value()?);
    }
    let limits = limits(&form);
    let decode = Decode::By(if raw { as_it_is } else { as_json });
    let reads = idempotent || only_reads(&form);
    Ok(if reads { Call::read(form, limits, decode) } else { Call::change(form, limits, decode) })
}

/// The reply as a JSON text.
#[expect(clippy::unnecessary_wraps, reason = "it stands beside those that can fail")]
fn as_it_is(reply: &str) -> Result<String> {
    let mut writer = Writer::default();
    writer.text(reply);
    Ok(writer.finish())
}

/// The reply as it is, or `{ "result": "OK" }` for a bare `OK`.
fn as_json(reply: &str) -> Result<String> {
    let text = trim(reply);
    if text.eq_ignore_ascii_case("ok") {
        return Ok(r#"{"result":"OK"}"#.into());
    }
    json::parse(text).map_err(|error| not_json(reply, error))?;
    Ok(text.into())
}

fn limits(form: &Form) -> Rules {
    match form.script.as_str() {
        "get.php" if form.get("get_messages").is_some() => &limits::HISTORY,
        "senders.php" if form.get("get").is_some() => &limits::SENDERS_LIST,
        "senders.php" if form.get("add").is_some() => &limits::SENDERS_ADD,
        "downloads.php" => &limits::TASKS,
        _ => &[],
    }
}

/// Commands known to change nothing, which may be sent again.
fn only_reads(form: &Form) -> bool {
    let has_none = |commands: &[&str]| commands.iter().all(|command| form.get(command).is_none());
    match form.script.as_str() {
        "get.php" | "balance.php" | "info.php" | "downloads.php" => true,
        "status.php" => has_none(&["del"]),
        "senders.php" => form.get("get").is_some() && has_none(&["add", "chg", "del", "send_code", "check_code"]),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{credentials::Credentials, error::ErrorCode, input::parse};

    fn made(script: &str, json: &str, raw: bool) -> Result<Call> {
        let values = parse(json, ErrorCode::InvalidParameter, "the parameters")?;
        command(script, &Fields::new(&values, ErrorCode::InvalidParameter), raw, false)
    }

    #[test]
    fn parameters_as_they_are() {
        let form = made("balance", r#"{"cur":1,"all":true,"x":"ы"}"#, false).unwrap().form;
        assert_eq!(form.script, "balance.php");
        assert_eq!(form.encode(&Credentials::none()), "cur=1&all=1&x=%D1%8B&fmt=3&charset=utf-8");
        let form = made("get.php", r#"{"fmt":1}"#, true).unwrap().form;
        assert_eq!(form.encode(&Credentials::none()), "fmt=1&charset=utf-8");
        for (script, json, parameter) in [
            ("../x.php", "{}", "script"),
            ("", "{}", "script"),
            ("a.php", r#"{"psw":"x"}"#, "psw"),
            ("a.php", r#"{"fmt":1}"#, "fmt"),
            ("a.php", r#"{"x":{}}"#, "x"),
            ("a.php", r#"{"x":null}"#, "x"),
        ] {
            let error = made(script, json, false).unwrap_err();
            assert_eq!(error.parameter.as_deref(), Some(parameter), "{script} {json}");
        }
        assert!(made("a.php", r#"{"fmt":4}"#, true).is_err());
    }

    #[test]
    fn what_is_known_to_read_may_be_sent_again() {
        let changes = |script: &str, json: &str| made(script, json, false).unwrap().changes;
        assert!(!changes("balance.php", "{}"));
        assert!(!changes("status.php", r#"{"phone":"7","id":1}"#));
        assert!(changes("status.php", r#"{"phone":"7","id":1,"del":1}"#));
        assert!(!changes("senders.php", r#"{"get":1}"#));
        assert!(changes("senders.php", r#"{"del":1,"id":5}"#));
        assert!(changes("send.php", "{}"));
        let none = parse("", ErrorCode::InvalidParameter, "it").unwrap();
        let parameters = Fields::new(&none, ErrorCode::InvalidParameter);
        assert!(!command("send.php", &parameters, false, true).unwrap().changes);
    }

    #[test]
    fn the_reply_as_it_is_and_an_error_in_any_shape() {
        let balance = made("balance.php", "{}", false).unwrap();
        assert_eq!(balance.decode(" {\"balance\": 1.50}\n").unwrap(), "{\"balance\": 1.50}");
        assert_eq!(balance.decode("OK").unwrap(), r#"{"result":"OK"}"#);
        assert_eq!(balance.decode("ERROR = 2 (x)").unwrap_err().code, ErrorCode::Unauthorized);
        assert_eq!(balance.decode("<html>").unwrap_err().code, ErrorCode::BadReply);
        let text = made("balance.php", "{}", true).unwrap();
        assert_eq!(text.decode("1.50\n").unwrap(), r#""1.50\n""#);
        let history = made("get.php", r#"{"get_messages":1}"#, true).unwrap();
        assert_eq!(history.decode("0,-9").unwrap_err().code, ErrorCode::RateLimited);
        assert_eq!(history.decode("0,-3").unwrap_err().code, ErrorCode::NotFound);
    }
}
