//! Any other command of the service: a script by its name, with parameters as they are.

use crate::{
    call::{Call, Endpoint},
    error::{Error, ErrorCode, Result},
    form::Form,
    input::Fields,
    json::{self, Value},
    limits::{self, Rule},
    record::not_json,
};

/// Parameters that the package sets itself.
const RESERVED: &[&str] = &["login", "psw", "apikey", "charset"];

#[derive(Debug)]
struct Command {
    form: Form,
    changes: bool,
}

impl Command {
    fn read(script: &str, mut parameters: Fields, idempotent: bool, fmt: Option<u8>) -> Result<Self> {
        let code = parameters.code();
        let name = script.strip_suffix(".php").unwrap_or(script);
        let sound = !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if !sound {
            let message = "`script` takes the file name of one of the service's scripts, such as \"balance.php\"";
            return Err(Error::new(code, message).parameter("script"));
        }
        let mut form = Form::new(&format!("{name}.php"));
        form.fmt = fmt.unwrap_or(3);
        for (name, field) in parameters.take_rest() {
            if RESERVED.contains(&name.as_str()) || (name == "fmt" && fmt.is_none()) {
                return Err(Error::new(code, format!("`{name}` is set by the package itself")).parameter(name));
            }
            form.set(&name, field.form_value()?);
        }
        let changes = !(idempotent || only_reads(&form));
        Ok(Self { form, changes })
    }

    fn limits(&self) -> &'static [Rule] {
        let has = |name: &str| self.form.get(name).is_some();
        match self.form.script.as_str() {
            "get.php" if has("get_messages") => limits::HISTORY,
            "senders.php" if has("get") => limits::SENDERS_LIST,
            "senders.php" if has("add") => limits::SENDERS_ADD,
            "downloads.php" => limits::TASKS,
            _ => &[],
        }
    }
}

/// Commands known to change nothing, which may be sent again.
fn only_reads(form: &Form) -> bool {
    match form.script.as_str() {
        "get.php" | "balance.php" | "info.php" | "downloads.php" => true,
        "status.php" => form.get("del").is_none(),
        "senders.php" => {
            form.get("get").is_some()
                && ["add", "chg", "del", "send_code", "check_code"].iter().all(|command| form.get(command).is_none())
        }
        _ => false,
    }
}

/// A command whose reply is JSON.
#[derive(Debug)]
pub struct JsonCommand(Command);

impl JsonCommand {
    /// Checks script and parameters. `idempotent`: the caller says that it may be sent again.
    ///
    /// # Errors
    /// `invalid_parameter`, naming the parameter and what it takes.
    pub fn read(script: &str, parameters: Fields, idempotent: bool) -> Result<Self> {
        Command::read(script, parameters, idempotent, None).map(Self)
    }
}

impl Call for JsonCommand {
    type Output = Value;

    fn endpoint(&self) -> Endpoint {
        Endpoint::of_script(&self.0.form.script)
    }

    fn form(&self) -> Form {
        self.0.form.clone()
    }

    fn changes(&self) -> bool {
        self.0.changes
    }

    fn limits(&self) -> &'static [Rule] {
        self.0.limits()
    }

    /// The reply as it is, or `{ "result": "OK" }` for a bare `OK`.
    fn decode(&self, reply: &str) -> Result<Value> {
        let text = if reply.trim().eq_ignore_ascii_case("ok") { r#"{"result":"OK"}"# } else { reply };
        json::parse(text).map_err(|error| not_json(reply, error))
    }
}

/// A command whose reply is given as it came.
#[derive(Debug)]
pub struct RawCommand(Command);

impl RawCommand {
    /// Checks script and parameters, `fmt` among them. `idempotent`: the caller says that it may be sent again.
    ///
    /// # Errors
    /// `invalid_parameter`, naming the parameter and what it takes.
    pub fn read(script: &str, mut parameters: Fields, idempotent: bool) -> Result<Self> {
        let fmt = parameters.take("fmt").whole(0..=3)?.unwrap_or(0);
        Command::read(script, parameters, idempotent, Some(u8::try_from(fmt).unwrap_or_default())).map(Self)
    }
}

impl Call for RawCommand {
    type Output = String;

    fn endpoint(&self) -> Endpoint {
        Endpoint::of_script(&self.0.form.script)
    }

    fn form(&self) -> Form {
        self.0.form.clone()
    }

    fn changes(&self) -> bool {
        self.0.changes
    }

    fn limits(&self) -> &'static [Rule] {
        self.0.limits()
    }

    fn decode(&self, reply: &str) -> Result<String> {
        Ok(reply.into())
    }
}

/// The code that errors in a command's parameters have.
pub const CODE: ErrorCode = ErrorCode::InvalidParameter;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::Credentials;

    fn call(script: &str, json: &str) -> Result<JsonCommand> {
        JsonCommand::read(script, Fields::parse(json, CODE, "the parameters")?, false)
    }

    fn raw(script: &str, json: &str) -> RawCommand {
        RawCommand::read(script, Fields::parse(json, CODE, "the parameters").unwrap(), false).unwrap()
    }

    #[test]
    fn parameters_as_they_are() {
        let form = Call::form(&call("balance", r#"{"cur":1,"all":true,"x":"ы"}"#).unwrap());
        assert_eq!(form.script, "balance.php");
        assert_eq!(form.encode(&Credentials::none()).as_str(), "cur=1&all=1&x=%D1%8B&fmt=3&charset=utf-8");
        assert_eq!(
            Call::form(&raw("get.php", r#"{"fmt":1}"#)).encode(&Credentials::none()).as_str(),
            "fmt=1&charset=utf-8"
        );
        for (script, json, parameter) in [
            ("../x.php", "{}", "script"),
            ("", "{}", "script"),
            ("a.php", r#"{"psw":"x"}"#, "psw"),
            ("a.php", r#"{"fmt":1}"#, "fmt"),
            ("a.php", r#"{"x":{}}"#, "x"),
            ("a.php", r#"{"x":null}"#, "x"),
        ] {
            assert_eq!(
                call(script, json).unwrap_err().details().parameter.as_deref(),
                Some(parameter),
                "{script} {json}"
            );
        }
    }

    #[test]
    fn what_is_known_to_read_may_be_sent_again() {
        let changes = |script: &str, json: &str| Call::changes(&call(script, json).unwrap());
        assert!(!changes("balance.php", "{}"));
        assert!(!changes("status.php", r#"{"phone":"7","id":1}"#));
        assert!(changes("status.php", r#"{"phone":"7","id":1,"del":1}"#));
        assert!(!changes("senders.php", r#"{"get":1}"#));
        assert!(changes("senders.php", r#"{"del":1,"id":5}"#));
        assert!(changes("send.php", "{}"));
        let parameters = Fields::parse("{}", CODE, "it").unwrap();
        assert!(!Call::changes(&JsonCommand::read("send.php", parameters, true).unwrap()));
    }

    #[test]
    fn the_reply_as_it_is_and_an_error_in_any_shape() {
        let balance = call("balance.php", "{}").unwrap();
        assert_eq!(balance.read(" {\"balance\": 1.50}\n").unwrap(), "{\"balance\":1.50}");
        assert_eq!(balance.read("OK").unwrap(), r#"{"result":"OK"}"#);
        assert_eq!(balance.read("ERROR = 2 (x)").unwrap_err().code(), ErrorCode::Unauthorized);
        assert_eq!(balance.read("<html>").unwrap_err().code(), ErrorCode::BadReply);
        assert_eq!(raw("balance.php", "{}").read("1.50\n").unwrap(), r#""1.50\n""#);
        assert_eq!(raw("get.php", r#"{"get_messages":1}"#).read("0,-9").unwrap_err().code(), ErrorCode::RateLimited);
    }
}
