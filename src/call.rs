//! What a call is: which script, which fields, which limits, does it change anything, what an N means, how a reply becomes
//! its output. An endpoint is one function from what a user gave to a [`Call`]; [`crate::driver`] runs any of them. A new
//! endpoint is such a function with its tables, and touches nothing else.

use crate::{
    error::{Error, ErrorCode, Result},
    form::Form,
    limits::Rules,
    record::{self, Shape},
    reply::{ApiError, is_ok},
    text::trim,
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

    /// What an N means here: the tables of the service's pages "Получение истории отправленных сообщений", "Ответ сервера
    /// и коды ошибок" (of the sender names) and "Дії з відкладеними завданнями".
    #[must_use]
    pub fn meaning(self, n: i64) -> ErrorCode {
        match (self, n) {
            (_, 1) => ErrorCode::InvalidParameter,
            (_, 2) => ErrorCode::Unauthorized,
            (_, 4) => ErrorCode::IpBlocked,
            (_, 9) => ErrorCode::RateLimited,
            (Self::History | Self::Senders, 3) | (Self::Tasks, 5) => ErrorCode::NotFound,
            (Self::Senders, 5) => ErrorCode::NotSaved,
            (Self::Senders, 7) => ErrorCode::InvalidNumber,
            (Self::Senders, 8) => ErrorCode::Undeliverable,
            (Self::Senders, 10) => ErrorCode::CodeAlreadySent,
            (Self::Senders, 11) => ErrorCode::WrongCode,
            _ => ErrorCode::UnknownApiError,
        }
    }
}

/// How a reply that is no error becomes the output, as JSON.
#[derive(Clone, Copy, Debug)]
pub enum Decode {
    /// A list of objects; an N that means that there are none.
    List(&'static Shape, i64),
    /// `OK`, and nothing else.
    Ok,
    /// It does not: it is a file.
    File,
    /// In a way of its own.
    By(fn(&str) -> Result<String>),
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
    pub limits: Rules,
    /// How its reply is read.
    pub decode: Decode,
}

impl Call {
    /// A call that only reads.
    #[must_use]
    pub fn read(form: Form, limits: Rules, decode: Decode) -> Self {
        Self { endpoint: Endpoint::of_script(&form.script), form, changes: false, limits, decode }
    }

    /// A call that changes something.
    #[must_use]
    pub fn change(form: Form, limits: Rules, decode: Decode) -> Self {
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
                _ => Err(error.to_error(self.endpoint)),
            };
        }
        if trim(reply).is_empty() {
            let mut error = Error::new(ErrorCode::BadReply, "the reply is empty", &[]);
            error.cut_off = true;
            return Err(self.of_unknown_outcome(error));
        }
        match self.decode {
            Decode::List(shape, _) => record::list(reply, shape),
            Decode::Ok if is_ok(reply) => Ok("null".into()),
            Decode::Ok | Decode::File => Err(Error::new(
                ErrorCode::BadReply,
                "the reply says neither OK nor an error: %",
                &[&record::excerpt(reply)],
            )),
            Decode::By(decode) => decode(reply),
        }
        .map_err(|error| self.of_unknown_outcome(error))
    }

    /// Adds, for a change, that nobody knows what came of it: so that nobody sends it twice in good faith.
    #[must_use]
    pub fn of_unknown_outcome(&self, mut error: Error) -> Error {
        if self.changes {
            error.message.push_str(
                "; whether the change was made is not known, so it was not sent again: \
                 look before you repeat it (a sender name with `senders.list({ all: true })`)",
            );
        }
        error
    }
}
