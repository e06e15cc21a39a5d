//! The account's balance: `balance.php`.

use serde::{Deserialize, Serialize};
use tsify::Tsify;

use crate::{
    api::lenient::{Extra, Record, Text},
    client::error::{Error, Result},
    protocol::{
        form::Form,
        json::{self, Value},
        request::{Endpoint, Request},
        response::not_json,
    },
};

/// Asks for the balance. It takes no parameters.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct BalanceQuery {}

/// The account's balance. The amounts are decimals as text, so that no digit is lost.
#[derive(Debug, Serialize, Tsify)]
pub struct Balance {
    /// The balance, such as `"1834.5"`. It can be below zero.
    #[tsify(type = "string")]
    pub balance: Text,
    /// The currency of both amounts, as the service writes it (`"RUR"`); absent if the response does not hold it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional, type = "string")]
    pub currency: Option<Text>,
    /// The credit that the service grants; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional, type = "string")]
    pub credit: Option<Text>,
    /// Other fields of the response, under the service's own keys; absent if there are none.
    #[serde(skip_serializing_if = "Extra::is_empty")]
    #[tsify(optional, type = "Record<string, unknown>")]
    pub extra: Extra,
}

impl Endpoint for BalanceQuery {
    const METHOD: &'static str = "balance";
    type Output = Balance;

    fn to_request(&self) -> Result<Request> {
        Ok(Request::read(Form::new("balance.php").with("cur", "1"), &[]))
    }

    fn decode(response: &str) -> Result<Balance> {
        let Value::Object(fields) = json::parse(response).map_err(|error| not_json(response, error))? else {
            return Err(not_a_balance(response));
        };
        let mut record = Record::new(fields);
        Ok(Balance {
            balance: record.take("balance").ok_or_else(|| not_a_balance(response))?,
            currency: record.take("currency"),
            credit: record.take("credit"),
            extra: record.rest(),
        })
    }
}

fn not_a_balance(response: &str) -> Error {
    Error::bad_response("the response holds no balance", response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::error::ErrorCode;
    use crate::protocol::credentials::Credentials;

    #[test]
    fn the_balance_is_asked_for_with_its_currency() {
        let request = BalanceQuery {}.to_request().unwrap();
        assert_eq!(request.form.encode(&Credentials::none()), "cur=1&fmt=3&charset=utf-8");
        assert!(!request.is_change && request.rules.is_empty());
    }

    #[test]
    fn every_digit_and_every_field_is_kept() {
        let json = |response: &str| serde_json::to_string(&BalanceQuery::decode(response).unwrap()).unwrap();
        assert_eq!(json(r#"{"balance": "-0.10", "currency": "RUR"}"#), r#"{"balance":"-0.10","currency":"RUR"}"#);
        assert_eq!(
            json(r#"{"balance":12345678901234567890.123,"credit":"5","bonus":1}"#),
            r#"{"balance":"12345678901234567890.123","credit":"5","extra":{"bonus":1}}"#
        );
        for wrong in ["", "12.5", "[]", "{}", r#"{"balance":null}"#, r#"{"balance":{}}"#, r#"{"balance":"1""#] {
            assert_eq!(BalanceQuery::decode(wrong).unwrap_err().code, ErrorCode::BadResponse, "{wrong}");
        }
    }
}
