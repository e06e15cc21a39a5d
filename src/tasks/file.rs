//! A task's file: `get_file=1`.

use crate::{
    call::{Call, Endpoint},
    error::{Error, ErrorCode, Result},
    form::Form,
    input::Fields,
    limits::{self, Rule},
    which::Which,
};

/// One request for a file. Its body is no reply to decode but the file itself.
#[derive(Debug)]
pub struct File(Which);

impl File {
    /// Reads and checks which task's file is meant.
    ///
    /// # Errors
    /// `invalid_parameter`, naming the parameter and what it takes.
    pub fn read(mut fields: Fields) -> Result<Self> {
        let which = Which::take(&mut fields)?;
        fields.finish()?;
        Ok(Self(which))
    }
}

impl Call for File {
    type Output = ();

    fn endpoint(&self) -> Endpoint {
        Endpoint::Tasks
    }

    fn form(&self) -> Form {
        self.0.write(Form::new("downloads.php").with("get_file", "1"), "name")
    }

    fn limits(&self) -> &'static [Rule] {
        limits::TASKS
    }

    fn decode(&self, _reply: &str) -> Result<()> {
        Err(Error::new(ErrorCode::Internal, "a file is not decoded"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::Credentials;

    #[test]
    fn by_id_or_by_name() {
        let body = |json: &str| {
            let fields = Fields::parse(json, ErrorCode::InvalidParameter, "it")?;
            File::read(fields).map(|file| file.form().encode(&Credentials::none()).to_string())
        };
        assert_eq!(body(r#"{"id":12}"#).unwrap(), "get_file=1&id=12&fmt=3&charset=utf-8");
        assert_eq!(body(r#"{"name":"a.csv"}"#).unwrap(), "get_file=1&name=a.csv&fmt=3&charset=utf-8");
        assert!(body(r#"{"id":12,"name":"a.csv"}"#).is_err());
        assert!(body("{}").is_err());
    }
}
