//! What a call is: which script, which fields, which limits, does it change anything, what an N means, how a reply becomes
//! its output. An endpoint is one function from what a user gave to a [`Call`]; [`crate::driver`] runs any of them. A new
//! endpoint is such a function with its tables, and touches nothing else.

use crate::{
    error::{Error, ErrorCode, Result},
    form::Form,
    limits::Rule,
    record::{self, Shape},
    reply::{ApiError, ErrorTable, is_ok},
};

/// The group of pages that a call belongs to: it names the endpoint in errors and says what an N means there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// `get.php`
    History,
    /// `senders.php`
    Senders,
    /// `downloads.php`
    Tasks,
    /// Any other script.
    Script,
}

/// What every page of the service lists.
const COMMON: ErrorTable = &[
    (1, ErrorCode::InvalidParameter),
    (2, ErrorCode::Unauthorized),
    (4, ErrorCode::IpBlocked),
    (9, ErrorCode::RateLimited),
];

/// The page "Получение истории отправленных сообщений".
const HISTORY: ErrorTable = &[(3, ErrorCode::NotFound)];

/// The page "Ответ сервера и коды ошибок" of the sender names.
const SENDERS: ErrorTable = &[
    (3, ErrorCode::NotFound),
    (5, ErrorCode::NotSaved),
    (7, ErrorCode::InvalidNumber),
    (8, ErrorCode::Undeliverable),
    (10, ErrorCode::CodeAlreadySent),
    (11, ErrorCode::WrongCode),
];

/// The page "Дії з відкладеними завданнями".
const TASKS: ErrorTable = &[(5, ErrorCode::NotFound)];

impl Endpoint {
    /// The endpoint of a script.
    #[must_use]
    pub fn of_script(script: &str) -> Self {
        match script {
            "get.php" => Self::History,
            "senders.php" => Self::Senders,
            "downloads.php" => Self::Tasks,
            _ => Self::Script,
        }
    }

    /// What an N means here.
    #[must_use]
    pub fn meaning(self, n: i64) -> ErrorCode {
        let own = match self {
            Self::History => HISTORY,
            Self::Senders => SENDERS,
            Self::Tasks => TASKS,
            Self::Script => &[],
        };
        let known = COMMON.iter().chain(own).find(|(known, _)| *known == n);
        known.map_or(ErrorCode::UnknownApiError, |(_, code)| *code)
    }
}

/// How a reply that is no error becomes the output, as JSON.
#[derive(Clone, Copy, Debug)]
pub enum Decode {
    /// A list of objects; an N that means that there are none.
    List(Shape, i64),
    /// `OK`, and nothing else.
    Ok,
    /// In a way of its own; an N that is no failure, and the output that it stands for.
    By(fn(&Form, &str) -> Result<String>, Option<(i64, &'static str)>),
}

/// One call of the API, its parameters checked.
#[derive(Debug)]
pub struct Call {
    /// The group that it belongs to.
    pub endpoint: Endpoint,
    /// The fields that it sends.
    pub form: Form,
    /// Whether it changes something at the service, so that it is never sent twice.
    pub changes: bool,
    /// Which of the service's limits it counts against.
    pub limits: &'static [Rule],
    /// How its reply is read.
    pub decode: Decode,
}

impl Call {
    /// A call that only reads.
    #[must_use]
    pub fn read(form: Form, limits: &'static [Rule], decode: Decode) -> Self {
        Self { endpoint: Endpoint::of_script(&form.script), form, changes: false, limits, decode }
    }

    /// A call that changes something.
    #[must_use]
    pub fn change(form: Form, limits: &'static [Rule], decode: Decode) -> Self {
        Self { changes: true, ..Self::read(form, limits, decode) }
    }

    /// The endpoint's name in errors.
    #[must_use]
    pub fn name(&self) -> &str {
        match self.endpoint {
            Endpoint::History => "history",
            Endpoint::Senders => "senders",
            Endpoint::Tasks => "tasks",
            Endpoint::Script => &self.form.script,
        }
    }

    /// Reads a reply, error or not, to the output as JSON.
    ///
    /// # Errors
    /// What the service reported, or `bad_reply`.
    pub fn decode(&self, reply: &str) -> Result<String> {
        if let Some(error) = ApiError::find(reply) {
            return match self.decode {
                Decode::List(_, none) if none == error.n => Ok("[]".into()),
                Decode::By(_, Some((none, output))) if none == error.n => Ok(output.into()),
                _ => Err(error.to_error(self.endpoint)),
            };
        }
        if reply.trim().is_empty() {
            let error = Error::new(ErrorCode::BadReply, "the reply is empty");
            return Err(self.of_unknown_outcome(error.with(|details| details.cut_off = true)));
        }
        match self.decode {
            Decode::List(shape, _) => record::list(reply, shape),
            Decode::Ok if is_ok(reply) => Ok("null".into()),
            Decode::Ok => {
                let message = format!("the reply says neither OK nor an error: {}", record::excerpt(reply));
                Err(Error::new(ErrorCode::BadReply, message))
            }
            Decode::By(decode, _) => decode(&self.form, reply),
        }
        .map_err(|error| self.of_unknown_outcome(error))
    }

    /// Adds, for a change, that nobody knows what came of it: so that nobody sends it twice in good faith.
    #[must_use]
    pub fn of_unknown_outcome(&self, error: Error) -> Error {
        if !self.changes {
            return error;
        }
        error.with(|details| {
            details.message.push_str(
                "; it is not known whether the change was made, so it was not sent again: \
                 look before you repeat it (for a sender name, with `senders.list({ all: true })`)",
            );
        })
    }
}
