//! Confirming a digital sender name (a phone number) by a code: `send_code=1`, `check_code=1`.

use super::{form, subaccount};
use crate::{
    call::{Call, Endpoint, expect_ok},
    error::Result,
    form::Form,
    history::phone,
    input::{Field, Fields},
};

/// To which number a confirmation code is to be sent.
#[derive(Debug)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[cfg_attr(target_arch = "wasm32", serde(rename_all = "camelCase"))]
pub struct SenderCodeRequest {
    /// The digital sender name: a phone number of 5 to 15 digits. `+`, spaces, hyphens and brackets are taken off.
    pub name: String,
    /// The sender name that the code comes from, an active one; by default the service's own.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub site: Option<String>,
    /// The site that the text of the message names.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub site_name: Option<String>,
    /// Login of the sub-client that the command is for.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub subaccount: Option<String>,
}

/// The code that was received.
#[derive(Debug)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[cfg_attr(target_arch = "wasm32", serde(rename_all = "camelCase"))]
pub struct SenderCode {
    /// The digital sender name, as in `sendCode`.
    pub name: String,
    /// The code.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | number"))]
    pub code: String,
    /// Login of the sub-client that the command is for.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub subaccount: Option<String>,
}

fn digital_name(fields: &mut Fields) -> Result<String> {
    let field = fields.take("name");
    let name = field.required("a digital sender name: a phone number", Field::filled_text)?;
    phone(&name).map_err(|takes| field.error(takes))
}

/// Sends a code.
#[derive(Debug)]
pub struct SendCode(SenderCodeRequest);

impl SendCode {
    /// Reads and checks the number.
    ///
    /// # Errors
    /// `invalid_parameter`, naming the parameter and what it takes.
    pub fn read(mut fields: Fields) -> Result<Self> {
        let request = SenderCodeRequest {
            name: digital_name(&mut fields)?,
            site: fields.take("site").filled_text()?,
            site_name: fields.take("siteName").filled_text()?,
            subaccount: subaccount(&mut fields)?,
        };
        fields.finish()?;
        Ok(Self(request))
    }
}

impl Call for SendCode {
    type Output = ();

    fn endpoint(&self) -> Endpoint {
        Endpoint::Senders
    }

    fn form(&self) -> Form {
        form("send_code", self.0.subaccount.as_ref())
            .with("sender", &self.0.name)
            .with_some("site", self.0.site.as_ref())
            .with_some("site_name", self.0.site_name.as_ref())
    }

    fn changes(&self) -> bool {
        true
    }

    fn decode(&self, reply: &str) -> Result<()> {
        expect_ok(reply)
    }
}

/// Confirms a name by its code.
#[derive(Debug)]
pub struct ConfirmCode(SenderCode);

impl ConfirmCode {
    /// Reads and checks number and code.
    ///
    /// # Errors
    /// `invalid_parameter`, naming the parameter and what it takes.
    pub fn read(mut fields: Fields) -> Result<Self> {
        let name = digital_name(&mut fields)?;
        let code = fields.take("code");
        if !code.is_given() {
            return Err(code.error("the code that was received"));
        }
        let code = SenderCode { name, code: filled_value(&code)?, subaccount: subaccount(&mut fields)? };
        fields.finish()?;
        Ok(Self(code))
    }
}

fn filled_value(field: &Field) -> Result<String> {
    let value = field.form_value()?.trim().to_owned();
    if value.is_empty() { Err(field.error("the code that was received")) } else { Ok(value) }
}

impl Call for ConfirmCode {
    type Output = ();

    fn endpoint(&self) -> Endpoint {
        Endpoint::Senders
    }

    fn form(&self) -> Form {
        form("check_code", self.0.subaccount.as_ref()).with("sender", &self.0.name).with("code", &self.0.code)
    }

    fn changes(&self) -> bool {
        true
    }

    fn decode(&self, reply: &str) -> Result<()> {
        expect_ok(reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{credentials::Credentials, error::ErrorCode};

    fn fields(json: &str) -> Fields {
        Fields::parse(json, ErrorCode::InvalidParameter, "it").unwrap()
    }

    #[test]
    fn both_commands_as_the_service_takes_them() {
        let send = SendCode::read(fields(r#"{"name":"+7 999 123-45-67","site":"SHOP","siteName":"shop.ru"}"#)).unwrap();
        assert_eq!(
            send.form().encode(&Credentials::none()).as_str(),
            "send_code=1&sender=79991234567&site=SHOP&site_name=shop.ru&fmt=3&charset=utf-8"
        );
        for code in ["\"0042\"", "\" 0042 \""] {
            let confirm = ConfirmCode::read(fields(&format!(r#"{{"name":"79991234567","code":{code}}}"#))).unwrap();
            assert_eq!(
                confirm.form().encode(&Credentials::none()).as_str(),
                "check_code=1&sender=79991234567&code=0042&fmt=3&charset=utf-8"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let parameter = |error: crate::Error| error.details().parameter.clone().unwrap();
        assert_eq!(parameter(SendCode::read(fields("{}")).unwrap_err()), "name");
        assert_eq!(parameter(SendCode::read(fields(r#"{"name":"SHOP"}"#)).unwrap_err()), "name");
        assert_eq!(parameter(ConfirmCode::read(fields(r#"{"name":"79991234567"}"#)).unwrap_err()), "code");
        assert_eq!(parameter(ConfirmCode::read(fields(r#"{"name":"79991234567","code":""}"#)).unwrap_err()), "code");
    }
}
