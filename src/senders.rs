//! Sender names: `senders.php` (pages "Перечень доступных операций с именами отправителей" and "Ответ сервера и коды
//! ошибок").

mod code;
mod document;
mod list;
mod operators;
mod registrations;
mod sender;
mod write;

pub use code::{ConfirmCode, SendCode, SenderCode, SenderCodeRequest};
pub use document::Document;
pub use list::{List, SenderQuery};
pub use operators::OperatorKey;
pub use registrations::{BelarusDetails, Registrations, UkraineDetails};
pub use sender::{Sender, SenderFile};
pub use write::{Add, NewSender, Remove, SenderContent, Update};

use crate::{error::Result, form::Form, input::Fields};

/// The most names of one request.
pub const MOST: u64 = 15_000;

/// The login of the sub-client that a command is for: `user`, on every command of the page.
fn subaccount(fields: &mut Fields) -> Result<Option<String>> {
    fields.take("subaccount").filled_text()
}

fn form(command: &str, subaccount: Option<&String>) -> Form {
    Form::new("senders.php").with(command, "1").with_some("user", subaccount)
}
