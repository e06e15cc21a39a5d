//! A request of the API, its parameters checked: which script, which fields, which limits, and whether it changes anything.
//! An endpoint is a type that makes one.

use serde::Serialize;

use crate::{
    api::input::Handle,
    client::{
        error::{Error, ErrorCode, Result},
        rate_limits::Rules,
    },
    protocol::{api_error::ApiError, credentials::Credentials, form::Form},
};

/// An endpoint of the service: what a user passes, what is sent for it, and what comes back.
pub trait Endpoint {
    /// The method in this package's API, for log lines (`history.list`).
    const METHOD: &'static str;
    /// What a response is decoded into.
    type Output: Serialize;

    /// The request for it.
    ///
    /// # Errors
    /// `invalid_parameter`, naming the parameter and what it takes.
    fn to_request(&self) -> Result<Request>;

    /// The file that is sent along.
    fn document(&self) -> Option<Handle> {
        None
    }

    /// Decodes a response that is not an error.
    ///
    /// # Errors
    /// `bad_response`, if the response is not one of this endpoint.
    fn decode(response: &str) -> Result<Self::Output>;
}

/// A script with pages of its own: it names the endpoint in errors and gives the meaning of an N.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// `get.php`
    History,
    /// `senders.php`
    Senders,
    /// `downloads.php`
    Tasks,
}

impl Scope {
    /// The scope of a script, if it has one.
    #[must_use]
    pub fn of_script(script: &str) -> Option<Self> {
        match script {
            "get.php" => Some(Self::History),
            "senders.php" => Some(Self::Senders),
            "downloads.php" => Some(Self::Tasks),
            _ => None,
        }
    }

    /// The endpoint's name in errors.
    #[must_use]
    pub fn endpoint(self) -> &'static str {
        match self {
            Self::History => "history",
            Self::Senders => "senders",
            Self::Tasks => "tasks",
        }
    }

    fn list_method(self) -> &'static str {
        match self {
            Self::History => "history.list",
            Self::Senders => "senders.list",
            Self::Tasks => "tasks.list",
        }
    }
}

/// The endpoint's name in errors, by the script: its scope's, or the script itself.
#[must_use]
pub fn endpoint_of(script: &str) -> &str {
    Scope::of_script(script).map_or(script, |scope| scope.endpoint())
}

/// What the body of a response is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// A text to decode.
    Text,
    /// A page of the history, which nearly always has the form that the fast reader takes.
    HistoryPage,
    /// A file, which is not decoded.
    File,
    /// The bytes for another client, the service's errors among them.
    Forwarded,
}

/// One request, its parameters checked.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method in this package's API, for hooks and log lines: that which lists, unless the caller names another.
    pub method: &'static str,
    /// The scope of its script, if that has one.
    pub scope: Option<Scope>,
    /// The fields that it sends.
    pub form: Form,
    /// Whether it changes something at the service, so that it is never sent twice.
    pub is_change: bool,
    /// Which of the service's limits it counts against.
    pub rules: Rules,
    /// The error number that means an empty list.
    pub empty_list_code: Option<i64>,
    /// What the body of its response is.
    pub body_kind: BodyKind,
}

impl Request {
    /// A request that only reads.
    #[must_use]
    pub fn read(form: Form, rules: Rules) -> Self {
        let scope = Scope::of_script(&form.script);
        Self {
            method: scope.map_or("call", Scope::list_method),
            scope,
            form,
            is_change: false,
            rules,
            empty_list_code: None,
            body_kind: BodyKind::Text,
        }
    }

    /// A request for a list; that error number means that the list is empty.
    #[must_use]
    pub fn list(form: Form, rules: Rules, empty_list_code: i64) -> Self {
        Self { empty_list_code: Some(empty_list_code), ..Self::read(form, rules) }
    }

    /// A request for a file.
    #[must_use]
    pub fn file(form: Form, rules: Rules) -> Self {
        Self { body_kind: BodyKind::File, ..Self::read(form, rules) }
    }

    /// A request that changes something.
    #[must_use]
    pub fn change(form: Form, rules: Rules) -> Self {
        Self { is_change: true, ..Self::read(form, rules) }
    }

    /// The endpoint's name in errors.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        endpoint_of(&self.form.script)
    }

    /// Decodes a complete response, error or not. A secret that the response repeats is redacted where an error quotes it, before
    /// the quotation is shortened.
    ///
    /// # Errors
    /// What the service reported, or `bad_response`.
    pub fn decode(
        &self,
        response: &str,
        credentials: &Credentials,
        decode: &mut dyn FnMut(&str) -> Result<()>,
    ) -> Result<()> {
        if let Some(error) = ApiError::find(response) {
            return match self.empty_list_code {
                Some(empty) if empty == error.n => decode("[]"),
                _ => Err(error.to_error(self.scope, credentials)),
            };
        }
        if response.trim_ascii().is_empty() {
            let mut error = Error::new(ErrorCode::BadResponse, "the response is empty");
            error.is_incomplete = true;
            return Err(self.with_unknown_outcome(error));
        }
        decode(response).map_err(|error| self.with_unknown_outcome(error.redacted(response, credentials)))
    }

    /// Adds, for a change, that its outcome is unknown: so that no caller repeats it in good faith.
    #[must_use]
    pub fn with_unknown_outcome(&self, error: Error) -> Error {
        if !self.is_change {
            return error;
        }
        error.with_unknown_outcome(if self.scope == Some(Scope::Senders) { ", with `senders.get`" } else { "" })
    }
}
