//! References to a sender name or to the file of a task: by an id or by a name.

use crate::{
    api::values::Id,
    client::error::{Error, ErrorCode, Result},
    protocol::form::Form,
};

/// Adds the id or the name to a form, the name as `name_field`.
///
/// # Errors
/// `invalid_parameter`, unless exactly one of the two is given.
pub fn set_reference(form: &mut Form, id: Option<&Id>, name: Option<&str>, name_field: &'static str) -> Result<()> {
    let (parameter, message) = match (id, name) {
        (Some(Id(id)), None) => {
            form.set("id", id.as_str());
            return Ok(());
        }
        (None, Some(name)) => {
            form.set(name_field, name);
            return Ok(());
        }
        (Some(_), Some(_)) => ("name", "pass `{ id }` or `{ name }`, not both"),
        (None, None) => ("id", "`id` is missing: pass `{ id }` or `{ name }`"),
    };
    Err(Error::new(ErrorCode::InvalidParameter, message).parameter(parameter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_an_id_or_a_name() {
        let form = |id: Option<&str>, name: Option<&str>| {
            let id = id.map(|id| Id(id.into()));
            let mut form = Form::new("senders.php");
            set_reference(&mut form, id.as_ref(), name, "sender")
                .map(|()| ["id", "sender"].map(|field| form.get(field).map(str::to_owned)))
                .map_err(|error| error.parameter.clone())
        };
        assert_eq!(form(Some("5"), None), Ok([Some("5".into()), None]));
        assert_eq!(form(None, Some("ACME")), Ok([None, Some("ACME".into())]));
        assert_eq!(form(Some("5"), Some("ACME")), Err(Some("name".into())));
        assert_eq!(form(None, None), Err(Some("id".into())));
    }
}
