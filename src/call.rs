//! What an endpoint is: which script, which fields, which limits, does it change anything, what an N means, how a reply
//! becomes its output. [`crate::driver`] runs any of them; a new endpoint is a new implementation and touches nothing else.

use core::fmt::{self, Debug};

use serde::Serialize;

use crate::{
    error::{Error, ErrorCode, Result},
    form::Form,
    limits::Rule,
    reply::{ApiError, ErrorTable},
};

/// The group of pages that a call belongs to: it names the endpoint in errors and says what an N means there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// `get.php`
    History,
    /// `senders.php`
    Senders,
    /// `downloads.php`
    Tasks,
    /// Any other script, by its file name.
    Script(String),
}

/// What every page of the service lists.
const COMMON: ErrorTable = &[
    (1, ErrorCode::InvalidParameter),
    (2, ErrorCode::Unauthorized),
    (4, ErrorCode::IpBlocked),
    (9, ErrorCode::RateLimited),
];

/// The page "Получение истории отправленных сообщений".
const HISTORY: ErrorTable = &[
    (1, ErrorCode::InvalidParameter),
    (2, ErrorCode::Unauthorized),
    (3, ErrorCode::NotFound),
    (4, ErrorCode::IpBlocked),
    (9, ErrorCode::RateLimited),
];

/// The page "Ответ сервера и коды ошибок" of the sender names.
const SENDERS: ErrorTable = &[
    (1, ErrorCode::InvalidParameter),
    (2, ErrorCode::Unauthorized),
    (3, ErrorCode::NotFound),
    (4, ErrorCode::IpBlocked),
    (5, ErrorCode::NotSaved),
    (7, ErrorCode::InvalidNumber),
    (8, ErrorCode::Undeliverable),
    (9, ErrorCode::RateLimited),
    (10, ErrorCode::CodeAlreadySent),
    (11, ErrorCode::WrongCode),
];

/// The page "Дії з відкладеними завданнями".
const TASKS: ErrorTable = &[
    (1, ErrorCode::InvalidParameter),
    (2, ErrorCode::Unauthorized),
    (4, ErrorCode::IpBlocked),
    (5, ErrorCode::NotFound),
    (9, ErrorCode::RateLimited),
];

impl Endpoint {
    /// The endpoint of a script.
    #[must_use]
    pub fn of_script(script: &str) -> Self {
        match script {
            "get.php" => Self::History,
            "senders.php" => Self::Senders,
            "downloads.php" => Self::Tasks,
            other => Self::Script(other.into()),
        }
    }

    /// Its name in errors.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::History => "history",
            Self::Senders => "senders",
            Self::Tasks => "tasks",
            Self::Script(script) => script,
        }
    }

    /// What its N means.
    #[must_use]
    pub fn errors(&self) -> ErrorTable {
        match self {
            Self::History => HISTORY,
            Self::Senders => SENDERS,
            Self::Tasks => TASKS,
            Self::Script(_) => COMMON,
        }
    }
}

/// One call of the API, its parameters checked.
pub trait Call: Debug {
    /// What a sound reply holds.
    type Output: Serialize;

    /// The group it belongs to.
    fn endpoint(&self) -> Endpoint;

    /// The fields that it sends.
    fn form(&self) -> Form;

    /// Whether it changes something at the service, so that it is never sent twice.
    fn changes(&self) -> bool {
        false
    }

    /// Which of the service's limits it counts against.
    fn limits(&self) -> &'static [Rule] {
        &[]
    }

    /// The output that an error N stands for, where it is no failure ("not found" of a list).
    fn output_of_error(&self, _n: i64) -> Option<Self::Output> {
        None
    }

    /// Reads a reply that is no error.
    ///
    /// # Errors
    /// `bad_reply`, where it is nothing that this endpoint gives.
    fn decode(&self, reply: &str) -> Result<Self::Output>;

    /// Reads a reply, error or not, to the output as JSON.
    ///
    /// # Errors
    /// What the service reported, or `bad_reply`.
    fn read(&self, reply: &str) -> Result<String> {
        let output = match ApiError::find(reply) {
            Some(error) => self.output_of_error(error.n).ok_or_else(|| error.to_error(self.endpoint().errors()))?,
            None if reply.trim().is_empty() => return Err(empty_reply(self.changes())),
            None => self.decode(reply)?,
        };
        to_json(&output)
    }
}

/// Reads a reply to the output as JSON.
type Read = dyn Fn(&str) -> Result<String>;

/// A call without its type: all that it takes to run it.
pub struct Prepared {
    /// See [`Call::endpoint`].
    pub endpoint: Endpoint,
    /// See [`Call::form`].
    pub form: Form,
    /// See [`Call::changes`].
    pub changes: bool,
    /// See [`Call::limits`].
    pub limits: &'static [Rule],
    /// See [`Call::read`].
    pub read: Box<Read>,
}

impl Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared").field("form", &self.form).finish_non_exhaustive()
    }
}

impl<C: Call + 'static> From<C> for Prepared {
    fn from(call: C) -> Self {
        Self {
            endpoint: call.endpoint(),
            form: call.form(),
            changes: call.changes(),
            limits: call.limits(),
            read: Box::new(move |reply| call.read(reply)),
        }
    }
}

/// Any value as JSON text.
///
/// # Errors
/// `internal`: none of the types here can fail.
pub fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::internal(format!("a result could not be written: {error}")))
}

/// What is said after a change whose fate nobody knows, so that nobody sends it twice in good faith.
pub const OUTCOME_UNKNOWN: &str = "it is not known whether the change was made, so it was not sent again: \
    look before you repeat it (for a sender name, with `senders.list({ all: true })`)";

fn empty_reply(changes: bool) -> Error {
    let message =
        if changes { format!("the reply is empty; {OUTCOME_UNKNOWN}") } else { "the reply is empty".to_owned() };
    Error::new(ErrorCode::BadReply, message).with(|details| details.cut_off = true)
}

/// The output of a change: nothing but that it was made.
///
/// # Errors
/// `bad_reply`, where the reply does not say `OK`.
pub fn expect_ok(reply: &str) -> Result<()> {
    if crate::reply::is_ok(reply) {
        return Ok(());
    }
    let message =
        format!("the reply says neither OK nor an error: {}; {OUTCOME_UNKNOWN}", crate::record::excerpt(reply));
    Err(Error::new(ErrorCode::BadReply, message))
}
