//! The confirmation of a digital sender name by a code.

use serde::Deserialize;
use tsify::Tsify;

use super::{form, set_subaccount};
use crate::{
    api::values::{ConfirmationCode, NonEmptyText, PhoneNumber, SenderName},
    client::error::Result,
    protocol::{
        request::{Endpoint, Request},
        response,
    },
};

/// A request for a confirmation code to a sender name that was added before.
#[derive(Clone, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct SenderCodeRequest {
    /// The digital sender name: a phone number of 5 to 15 digits. `+`, spaces, hyphens and brackets are removed.
    #[tsify(type = "string")]
    pub name: PhoneNumber,
    /// The sender name that the code comes from, an active one; by default the service's own. `not_found` if you have none of that
    /// name.
    #[tsify(optional, type = "string")]
    pub site: Option<SenderName>,
    /// The site that the text of the message names.
    #[tsify(optional, type = "string")]
    pub site_name: Option<NonEmptyText>,
    /// Login of the sub-client that the command is for.
    #[tsify(optional, type = "string")]
    pub subaccount: Option<NonEmptyText>,
}

impl Endpoint for SenderCodeRequest {
    const METHOD: &'static str = "senders.sendCode";
    type Output = ();

    fn to_request(&self) -> Result<Request> {
        let mut form = form("send_code").with("sender", self.name.0.as_str());
        form.set_some("site", self.site.as_ref().map(|SenderName(site)| site.as_str()));
        form.set_some("site_name", self.site_name.as_ref().map(|NonEmptyText(name)| name.as_str()));
        set_subaccount(&mut form, self.subaccount.as_ref());
        Ok(Request::change(form, &[]))
    }

    fn decode(response: &str) -> Result<()> {
        response::acknowledged(response)
    }
}

/// The confirmation code that was received.
#[derive(Clone, Debug, Deserialize, Tsify)]
pub struct SenderCode {
    /// The digital sender name, as in `sendCode`.
    #[tsify(type = "string")]
    pub name: PhoneNumber,
    /// The code, best as text: a number has no leading zeros.
    #[tsify(type = "string | number")]
    pub code: ConfirmationCode,
    /// Login of the sub-client that the command is for.
    #[tsify(optional, type = "string")]
    pub subaccount: Option<NonEmptyText>,
}

impl Endpoint for SenderCode {
    const METHOD: &'static str = "senders.confirmCode";
    type Output = ();

    fn to_request(&self) -> Result<Request> {
        let mut form = form("check_code").with("sender", self.name.0.as_str()).with("code", self.code.0.as_str());
        set_subaccount(&mut form, self.subaccount.as_ref());
        Ok(Request::change(form, &[]))
    }

    fn decode(response: &str) -> Result<()> {
        response::acknowledged(response)
    }
}
