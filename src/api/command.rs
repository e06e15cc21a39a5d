//! Any other command of the service: a script by its name, with parameters as they are.

use std::borrow::Cow;

use crate::{
    api::{
        input::{Input, Kind, describe_number, misplaced_option},
        lenient::is_rounded,
        message::camel_case,
        options::CommandOptions,
    },
    client::{
        error::{Error, ErrorCode, Result},
        rate_limits::{self, Rules},
    },
    protocol::{
        form::{Form, ResponseFormat},
        json::{self, Value},
        request::Request,
    },
};

/// Parameters that the package sets itself.
const RESERVED: [&str; 5] = ["login", "psw", "apikey", "charset", "fmt"];

/// A command. `is_raw`: the response is the service's own text, in the format of the parameter `fmt`. `is_idempotent`: the
/// caller says that it may be sent again.
///
/// # Errors
/// `invalid_parameter`, naming the parameter and what it takes.
pub fn request(script: &str, parameters: &impl Input, is_raw: bool, is_idempotent: bool) -> Result<Request> {
    let Some(name) = name_of(script) else {
        let message = "`script` takes the file name of one of the service's scripts, such as \"balance.php\"";
        return invalid("script", message);
    };
    let mut form = Form::new(format!("{name}.php"));
    if is_raw {
        form.format = ResponseFormat::Text;
    }
    let keys = match parameters.kind() {
        Kind::Undefined => Vec::new(),
        Kind::Object => parameters.keys().ok_or_else(unreadable)?,
        _ => return Err(Error::new(ErrorCode::InvalidParameter, "`parameters` takes an object")),
    };
    for key in keys {
        let kind = parameters.get(&key).ok_or_else(unreadable)?.kind();
        if CommandOptions::NAMES.iter().any(|option| camel_case(option) == key) && !matches!(kind, Kind::Undefined) {
            return invalid(&key, &misplaced_option(&key));
        }
        if key == "fmt" && is_raw {
            form.format = response_format(&kind)?;
        } else if RESERVED.contains(&key.as_str()) {
            return invalid(&key, &format!("`{key}` is set by the package itself"));
        } else if let Some(value) = form_value(&key, kind)? {
            form.set(Cow::Owned(key), value);
        }
    }
    let is_change = !is_idempotent && !only_reads(&form);
    let rules = rules(&form);
    Ok(if is_change { Request::change(form, rules) } else { Request::read(form, rules) })
}

fn invalid<T>(name: &str, message: &str) -> Result<T> {
    Err(Error::new(ErrorCode::InvalidParameter, message).parameter(name))
}

/// The name of a script without its ending; `None` if it is no name. It may then contain credentials.
#[must_use]
pub fn name_of(script: &str) -> Option<&str> {
    let name = script.strip_suffix(".php").unwrap_or(script);
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (!name.is_empty() && name.bytes().all(is_name)).then_some(name)
}

fn unreadable() -> Error {
    Error::new(ErrorCode::InvalidParameter, "`parameters` takes an object, and got an object that cannot be read")
}

fn response_format<V>(kind: &Kind<V>) -> Result<ResponseFormat> {
    let format = match kind {
        Kind::Undefined => Some(ResponseFormat::Text),
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range")]
        Kind::Number(fmt @ 0.0..=3.0) if fmt.fract() == 0.0 => ResponseFormat::from_fmt(*fmt as u64),
        _ => None,
    };
    match format {
        Some(format) => Ok(format),
        None => invalid("fmt", "`fmt` takes a whole number from 0 to 3"),
    }
}

/// A value as a form holds it: a text, an integer, `true` as `1`, `false` as `0`. `None` for `undefined`.
fn form_value<V>(name: &str, kind: Kind<V>) -> Result<Option<String>> {
    match kind {
        Kind::Undefined => Ok(None),
        Kind::Text(text) | Kind::BigInt(text) => Ok(Some(text)),
        Kind::Bool(flag) => Ok(Some(if flag { "1" } else { "0" }.into())),
        Kind::Number(number) if number.is_finite() => Ok(Some(describe_number(number))),
        _ => invalid(name, &format!("`{name}` takes a text, a number, `true` or `false`")),
    }
}

fn rules(form: &Form) -> Rules {
    match form.script.as_ref() {
        "get.php" if form.get("get_messages").is_some() => &rate_limits::HISTORY,
        "senders.php" if form.get("get").is_some() => &rate_limits::SENDERS_LIST,
        "senders.php" if form.get("add").is_some() => &rate_limits::SENDERS_ADD,
        "downloads.php" => &rate_limits::TASKS,
        _ => &[],
    }
}

/// Commands known to change nothing, which may be sent again.
fn only_reads(form: &Form) -> bool {
    const CHANGES: [&str; 6] = ["add", "chg", "del", "set", "send_code", "check_code"];
    let is_reading_script = match form.script.as_ref() {
        "get.php" | "balance.php" | "info.php" | "downloads.php" | "status.php" => true,
        "senders.php" => form.get("get").is_some(),
        _ => false,
    };
    is_reading_script && CHANGES.iter().all(|command| form.get(command).is_none())
}

/// The JSON of a response of `call`, as text and as a value, or `None` for a bare `OK`.
///
/// # Errors
/// `bad_response`, if it is not JSON.
pub fn check_json(response: &str) -> Result<Option<(&str, Value)>> {
    let text = response.trim_ascii();
    if text.eq_ignore_ascii_case("ok") {
        return Ok(None);
    }
    match json::parse(text) {
        Ok(value) => Ok(Some((text, value))),
        Err(error) => Err(crate::protocol::response::not_json(response, error)),
    }
}

/// Whether an integer in the value would be rounded as a JavaScript number.
#[must_use]
pub fn has_rounded(value: &Value) -> bool {
    match value {
        Value::Number(digits) => is_rounded(digits),
        Value::Array(items) => items.iter().any(has_rounded),
        Value::Object(fields) => fields.iter().any(|(_, value)| has_rounded(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
