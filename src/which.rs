//! Naming a thing of the service by its id or by its name: one of the two.

use crate::{error::Result, form::Form, input::Fields};

/// `{ id }` or `{ name }`.
#[derive(Debug, PartialEq, Eq)]
pub enum Which {
    /// `{ id }`
    Id(String),
    /// `{ name }`
    Name(String),
}

impl Which {
    /// Takes `id` or `name` out of the given fields.
    ///
    /// # Errors
    /// Where there is neither, or both.
    pub fn take(fields: &mut Fields) -> Result<Self> {
        let (id, name) = (fields.take("id"), fields.take("name"));
        match (id.id()?, name.filled_text()?) {
            (Some(id), None) => Ok(Self::Id(id)),
            (None, Some(name)) => Ok(Self::Name(name)),
            (Some(_), Some(_)) => Err(name.error("the place of `id`: give `{ id }` or `{ name }`, not both")),
            (None, None) => Err(id.error("an id where there is no `name`: give `{ id }` or `{ name }`")),
        }
    }

    /// Adds it to a form, a name under the given parameter.
    #[must_use]
    pub fn write(&self, form: Form, name_parameter: &str) -> Form {
        match self {
            Self::Id(id) => form.with("id", id),
            Self::Name(name) => form.with(name_parameter, name),
        }
    }
}
