//! New sender names and changes of them.

use serde::{Deserialize, Serialize};
use tsify::Tsify;

use super::{form, invalid, set_sender, set_subaccount};
use crate::{
    api::{
        input::Handle,
        lenient::IdDigits,
        registrations::Registrations,
        values::{Id, NonEmptyText, SenderName},
    },
    client::{
        error::{Error, Result},
        rate_limits,
    },
    protocol::{
        form::Form,
        json::{self, Value, field, integer_digits},
        request::{Endpoint, Request},
        response,
        text::between,
    },
};

/// The e-mail address that is a sender name.
#[derive(Clone, Debug, Deserialize, Tsify)]
pub struct SenderEmail {
    /// A comment, usually the owner's name.
    #[tsify(optional, type = "string")]
    pub comment: Option<NonEmptyText>,
}

/// Declares an endpoint that sets the content of a sender name: a struct with these fields, and with those of the content.
macro_rules! with_content {
    ($(#[$attribute:meta])* $name:ident { $($(#[$field_attribute:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, Deserialize, Tsify)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $($(#[$field_attribute])* pub $field: $type,)*
            /// A comment for the moderator.
            #[tsify(optional)]
            pub comment: Option<String>,
            /// The operators at which to register the name.
            #[tsify(optional)]
            pub registrations: Option<Registrations>,
            /// A document for the operators, such as a trade mark certificate: jpg, tif, pdf, png, zip or rar, at most 3 MiB.
            #[tsify(optional, type = "SenderDocument")]
            pub document: Option<Handle>,
            /// A description of the document.
            #[tsify(optional)]
            pub document_info: Option<String>,
            /// Login of the sub-client that the name is for.
            #[tsify(optional, type = "string")]
            pub subaccount: Option<NonEmptyText>,
        }

        impl $name {
            fn content(&self) -> Content<'_> {
                Content {
                    comment: self.comment.as_ref(),
                    registrations: self.registrations.as_ref(),
                    has_document: self.document.is_some(),
                    document_info: self.document_info.as_ref(),
                }
            }
        }
    };
}

with_content! {
    /// A new sender name.
    SenderInput {
        /// The name itself, as recipients will see it: up to 11 Latin letters, digits and signs; a phone number with its country code, whose
        /// `+`, spaces, hyphens and brackets are removed; or an e-mail address, with `email`. The service rejects another one with
        /// `not_saved`.
        #[tsify(type = "string")]
        name: SenderName,
        /// Marks the name as an e-mail address. Pass `{}` if there is no comment.
        #[tsify(optional)]
        email: Option<SenderEmail>,
    }
}

/// The new id that `senders.add` gives.
#[derive(Debug, Serialize, Tsify)]
pub struct NewSender {
    /// The sender name's id, given by the service: an integer. From 2^53 on, which a number would round, its digits as text.
    #[tsify(type = "number")]
    pub id: IdDigits,
}

impl Endpoint for SenderInput {
    const METHOD: &'static str = "senders.add";
    type Output = NewSender;

    fn document(&self) -> Option<Handle> {
        self.document
    }

    fn to_request(&self) -> Result<Request> {
        let mut form = form("add").with("sender", self.name.0.as_str());
        if let Some(email) = &self.email {
            form.set("mail", "1");
            form.set_some("name", email.comment.as_ref().map(|NonEmptyText(comment)| comment.as_str()));
        }
        self.content().write(&mut form)?;
        set_subaccount(&mut form, self.subaccount.as_ref());
        Ok(Request::change(form, &rate_limits::SENDERS_ADD))
    }

    /// The new id, in any format: `{"sender": 5}`, `ID = 5`, `5`, `<sender><id>5</id></sender>`.
    fn decode(response: &str) -> Result<NewSender> {
        let text = response.trim_ascii();
        let id = match json::parse(text) {
            Ok(Value::Object(fields)) => {
                field(&fields, "sender").or_else(|| field(&fields, "id")).and_then(Value::integer_digits)
            }
            Ok(value) => value.integer_digits(),
            Err(_) => {
                let rest = text.strip_prefix("ID").map(str::trim_ascii);
                let rest = rest.map(|rest| rest.strip_prefix('=').unwrap_or(rest));
                rest.or_else(|| between(text, "<id>", "</id>")).and_then(|id| integer_digits(id.trim_ascii()))
            }
        };
        match id {
            Some(id) if !id.starts_with('-') => Ok(NewSender { id: IdDigits(id) }),
            _ => Err(Error::bad_response("the response holds no id of the new sender name", response)),
        }
    }
}

with_content! {
    /// A change of a sender name: `id` or `name` says which one, the other fields are new.
    SenderUpdate {
        /// The id of the sender name.
        #[tsify(optional, type = "number | string | bigint")]
        id: Option<Id>,
        /// The sender name itself. Of a phone number, `+`, spaces, hyphens and brackets are removed.
        #[tsify(optional, type = "string")]
        name: Option<SenderName>,
    }
}

impl Endpoint for SenderUpdate {
    const METHOD: &'static str = "senders.update";
    type Output = ();

    fn document(&self) -> Option<Handle> {
        self.document
    }

    fn to_request(&self) -> Result<Request> {
        let mut form = form("chg");
        set_sender(&mut form, self.id.as_ref(), self.name.as_ref())?;
        if !self.content().write(&mut form)? {
            return invalid("comment", "nothing to change: pass `comment`, `registrations` or `document`");
        }
        set_subaccount(&mut form, self.subaccount.as_ref());
        Ok(Request::change(form, &[]))
    }

    fn decode(response: &str) -> Result<()> {
        response::acknowledged(response)
    }
}

/// The content of a new sender name, or of a change.
struct Content<'a> {
    comment: Option<&'a String>,
    registrations: Option<&'a Registrations>,
    has_document: bool,
    document_info: Option<&'a String>,
}

impl Content<'_> {
    /// Adds the content to a form. Returns whether there is any.
    fn write(&self, form: &mut Form) -> Result<bool> {
        let length = form.len();
        form.set_some("cmt", self.comment.map(String::as_str));
        if let Some(registrations) = self.registrations {
            registrations.write(form)?;
        }
        form.set_some("doc_info", self.document_info.map(String::as_str));
        if self.document_info.is_some() && !self.has_document {
            return invalid("documentInfo", "`documentInfo` describes `document`, which is missing");
        }
        Ok(self.has_document || form.len() > length)
    }
}
