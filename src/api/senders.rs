//! Sender names: `senders.php` (pages "Перечень доступных операций с именами отправителей" and "Ответ сервера и коды
//! ошибок").

mod change;
mod code;
mod list;

use serde::Deserialize;

pub use change::{NewSender, SenderEmail, SenderInput, SenderUpdate};
pub use code::{SenderCode, SenderCodeRequest};
pub use list::{MAX_PAGE_SIZE, SenderQuery, keys, lowest_id};

use crate::{
    api::{
        reference::set_reference,
        values::{Id, NonEmptyText, SenderName},
    },
    client::error::{Error, ErrorCode, Result},
    protocol::{
        form::Form,
        request::{Endpoint, Request},
        response,
    },
};

fn form(command: &'static str) -> Form {
    Form::new("senders.php").with(command, "1")
}

fn set_subaccount(form: &mut Form, subaccount: Option<&NonEmptyText>) {
    form.set_some("user", subaccount.map(|NonEmptyText(login)| login.as_str()));
}

fn invalid<T>(name: &str, message: &str) -> Result<T> {
    Err(Error::new(ErrorCode::InvalidParameter, message).parameter(name))
}

/// Adds the id or the name of a sender name to a form: one of the two.
fn set_sender(form: &mut Form, id: Option<&Id>, name: Option<&SenderName>) -> Result<()> {
    set_reference(form, id, name.map(|SenderName(name)| name.as_str()), "sender")
}

/// Says which sender name is meant: by its id or by the name.
#[derive(Clone, Debug, Deserialize)]
pub struct SenderRef {
    /// Its id.
    pub id: Option<Id>,
    /// The name itself.
    pub name: Option<SenderName>,
    /// Login of the sub-client that the command is for.
    pub subaccount: Option<NonEmptyText>,
}

impl SenderRef {
    /// Checks that it says which name.
    ///
    /// # Errors
    /// `invalid_parameter`, unless exactly one of `id` and `name` is given.
    pub fn check(&self) -> Result<()> {
        set_sender(&mut form("get"), self.id.as_ref(), self.name.as_ref())
    }
}

impl Endpoint for SenderRef {
    const METHOD: &'static str = "senders.remove";
    type Output = ();

    fn to_request(&self) -> Result<Request> {
        let mut form = form("del");
        set_sender(&mut form, self.id.as_ref(), self.name.as_ref())?;
        set_subaccount(&mut form, self.subaccount.as_ref());
        Ok(Request::change(form, &[]))
    }

    fn decode(response: &str) -> Result<()> {
        response::acknowledged(response)
    }
}

#[cfg(test)]
mod tests;
