//! Adding, changing and removing a sender name: `add=1`, `chg=1`, `del=1`.

use serde::Serialize;

use super::{Document, Registrations, form, subaccount};
use crate::{
    call::{Call, Endpoint, OUTCOME_UNKNOWN, expect_ok},
    error::{Error, ErrorCode, Result},
    form::Form,
    input::{Field, Fields, whole_number},
    limits::{self, Rule},
    record::{Record, excerpt, parse_object},
    reply::between,
    which::Which,
};

/// What a new sender name, or a change of one, brings along. All fields are optional.
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[cfg_attr(target_arch = "wasm32", serde(rename_all = "camelCase"))]
pub struct SenderContent {
    /// A comment for the moderator.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    comment: Option<String>,
    /// At which operators to register the name.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    registrations: Registrations,
    /// A document for the operators, such as a trade mark certificate: jpg, tif, pdf, png, zip or rar, at most 3 MB.
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "SenderDocument"))]
    document: Option<Document>,
    /// A description of the document.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    document_info: Option<String>,
}

impl SenderContent {
    fn take(fields: &mut Fields) -> Result<Self> {
        let comment = fields.take("comment").text()?;
        let registrations = Registrations::read(fields.take("registrations"))?;
        let document = Document::read(fields.take("document"))?;
        let info = fields.take("documentInfo");
        let document_info = info.text()?;
        if document_info.is_some() && document.is_none() {
            return Err(info.error("a description of `document`, which is missing"));
        }
        Ok(Self { comment, registrations, document, document_info })
    }

    fn is_empty(&self) -> bool {
        self.comment.is_none() && self.registrations.is_empty() && self.document.is_none()
    }

    fn write(&self, form: Form) -> Form {
        let form = form.with_some("cmt", self.comment.as_ref());
        self.registrations.write(form).with_some("doc_info", self.document_info.as_ref())
    }
}

/// The new id that `senders.add` gives.
#[derive(Debug, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct NewSender {
    /// The sender name's id, given by the service.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number"))]
    pub id: u64,
}

/// A new sender name.
#[derive(Debug)]
pub struct Add {
    name: String,
    /// The comment of an e-mail address, which may be empty, where the name is one.
    email: Option<String>,
    content: SenderContent,
    subaccount: Option<String>,
}

impl Add {
    /// Reads and checks a new name.
    ///
    /// # Errors
    /// `invalid_parameter` or `document_rejected`, naming the parameter and what it takes.
    pub fn read(mut fields: Fields) -> Result<Self> {
        let name = fields.take("name").required("the new sender name, a text", Field::filled_text)?;
        let email = match fields.take("email").switch_or_fields()? {
            None => None,
            Some(None) => Some(String::new()),
            Some(Some(mut email)) => {
                let comment = email.take("comment").text()?;
                email.finish()?;
                Some(comment.unwrap_or_default())
            }
        };
        let add =
            Self { name, email, content: SenderContent::take(&mut fields)?, subaccount: subaccount(&mut fields)? };
        fields.finish()?;
        Ok(add)
    }

    /// The document that goes along.
    #[must_use]
    pub fn document(&self) -> Option<Document> {
        self.content.document.clone()
    }
}

impl Call for Add {
    type Output = NewSender;

    fn endpoint(&self) -> Endpoint {
        Endpoint::Senders
    }

    fn form(&self) -> Form {
        let form =
            form("add", self.subaccount.as_ref()).with("sender", &self.name).with_flag("mail", self.email.is_some());
        self.content.write(form.with_some("name", self.email.as_ref().filter(|comment| !comment.is_empty())))
    }

    fn changes(&self) -> bool {
        true
    }

    fn limits(&self) -> &'static [Rule] {
        limits::SENDERS_ADD
    }

    /// The new id, in any format: `{"sender": 5}`, `ID = 5`, `5`, `<sender><id>5</id></sender>`.
    fn decode(&self, reply: &str) -> Result<NewSender> {
        let text = reply.trim();
        let in_json = || whole_id(parse_object(text)?);
        let in_text = || {
            whole_number(text.strip_prefix("ID").map_or(text, |rest| rest.trim_start().trim_start_matches('=')).trim())
        };
        let in_xml = || whole_number(between(text, "<id>", "</id>")?.trim());
        match in_json().or_else(in_text).or_else(in_xml) {
            Some(id) => Ok(NewSender { id }),
            None => Err(Error::new(
                ErrorCode::BadReply,
                format!("the reply holds no id of the new sender name: {}; {OUTCOME_UNKNOWN}", excerpt(reply)),
            )),
        }
    }
}

fn whole_id(mut record: Record) -> Option<u64> {
    u64::try_from(record.whole("sender").or_else(|| record.whole("id"))?).ok()
}

/// A change of a sender name.
#[derive(Debug)]
pub struct Update {
    which: Which,
    content: SenderContent,
    subaccount: Option<String>,
}

impl Update {
    /// Reads and checks a change.
    ///
    /// # Errors
    /// `invalid_parameter` or `document_rejected`, naming the parameter and what it takes.
    pub fn read(mut fields: Fields) -> Result<Self> {
        let update = Self {
            which: Which::take(&mut fields)?,
            content: SenderContent::take(&mut fields)?,
            subaccount: subaccount(&mut fields)?,
        };
        let code = fields.code();
        fields.finish()?;
        if update.content.is_empty() {
            let message = "nothing to change: give `comment`, `registrations` or `document`";
            return Err(Error::new(code, message).parameter("comment"));
        }
        Ok(update)
    }

    /// The document that goes along.
    #[must_use]
    pub fn document(&self) -> Option<Document> {
        self.content.document.clone()
    }
}

impl Call for Update {
    type Output = ();

    fn endpoint(&self) -> Endpoint {
        Endpoint::Senders
    }

    fn form(&self) -> Form {
        self.content.write(self.which.write(form("chg", self.subaccount.as_ref()), "sender"))
    }

    fn changes(&self) -> bool {
        true
    }

    fn decode(&self, reply: &str) -> Result<()> {
        expect_ok(reply)
    }
}

/// The end of a sender name.
#[derive(Debug)]
pub struct Remove {
    which: Which,
    subaccount: Option<String>,
}

impl Remove {
    /// Reads and checks which name is meant.
    ///
    /// # Errors
    /// `invalid_parameter`, naming the parameter and what it takes.
    pub fn read(mut fields: Fields) -> Result<Self> {
        let remove = Self { which: Which::take(&mut fields)?, subaccount: subaccount(&mut fields)? };
        fields.finish()?;
        Ok(remove)
    }
}

impl Call for Remove {
    type Output = ();

    fn endpoint(&self) -> Endpoint {
        Endpoint::Senders
    }

    fn form(&self) -> Form {
        self.which.write(form("del", self.subaccount.as_ref()), "sender")
    }

    fn changes(&self) -> bool {
        true
    }

    fn decode(&self, reply: &str) -> Result<()> {
        expect_ok(reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::Credentials;

    fn fields(json: &str) -> Fields {
        Fields::parse(json, ErrorCode::InvalidParameter, "it").unwrap()
    }

    fn body(call: &impl Call) -> String {
        call.form().encode(&Credentials::none()).to_string()
    }

    #[test]
    fn a_new_name_with_everything() {
        let add = Add::read(fields(r#"{"name":"shop@a.by","comment":"Магазин","email":{"comment":"Анна"},"registrations":{"mtsStep":true},
            "document":{"fileName":"a.pdf","size":9,"head":[37,80,68,70,45]},"documentInfo":"знак","subaccount":"sub"}"#)).unwrap();
        assert_eq!(
            add.form()
                .all(&Credentials::none())
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
                .join("&"),
            "add=1&user=sub&sender=shop@a.by&mail=1&name=Анна&cmt=Магазин&mts_step=1&doc_info=знак&fmt=3&charset=utf-8"
        );
        assert_eq!(add.document().unwrap().file_name, "a.pdf");
        assert_eq!(
            body(&Add::read(fields(r#"{"name":"a@b.c","email":{}}"#)).unwrap()),
            "add=1&sender=a%40b.c&mail=1&fmt=3&charset=utf-8"
        );
    }

    #[test]
    fn the_new_id_in_every_format() {
        let add = Add::read(fields(r#"{"name":"A"}"#)).unwrap();
        for reply in [
            "{\n\"sender\": 15\n}",
            "{\"sender\":\"15\"}",
            "{\"id\":15}",
            "ID = 15",
            "15\n",
            "<sender>\n<id>15</id>\n</sender>",
        ] {
            assert_eq!(add.read(reply).unwrap(), r#"{"id":15}"#, "{reply}");
        }
        for reply in ["OK", "{}", "[]", "<html>", "-5"] {
            let error = add.read(reply).unwrap_err();
            assert_eq!(error.code(), ErrorCode::BadReply);
            assert!(error.to_string().contains("it is not known whether the change was made"), "{error}");
        }
    }

    #[test]
    fn which_name_is_meant() {
        assert_eq!(body(&Remove::read(fields(r#"{"id":5}"#)).unwrap()), "del=1&id=5&fmt=3&charset=utf-8");
        assert_eq!(body(&Remove::read(fields(r#"{"name":"A B"}"#)).unwrap()), "del=1&sender=A+B&fmt=3&charset=utf-8");
        assert_eq!(
            body(&Update::read(fields(r#"{"name":"A","comment":""}"#)).unwrap()),
            "chg=1&sender=A&cmt=&fmt=3&charset=utf-8"
        );
        for json in ["{}", r#"{"id":5,"name":"A"}"#, r#"{"id":"x"}"#, r#"{"name":""}"#] {
            assert_eq!(Remove::read(fields(json)).unwrap_err().code(), ErrorCode::InvalidParameter, "{json}");
        }
        assert!(Update::read(fields(r#"{"id":5}"#)).is_err());
        assert!(Add::read(fields(r#"{"name":"A","documentInfo":"x"}"#)).is_err());
    }

    #[test]
    fn a_change_is_made_or_its_fate_is_unknown() {
        let remove = Remove::read(fields(r#"{"id":5}"#)).unwrap();
        assert_eq!(remove.read("{\n\"result\": \"OK\"\n}").unwrap(), "null");
        assert_eq!(remove.read("OK").unwrap(), "null");
        assert_eq!(remove.read("ERROR = 5 (x)").unwrap_err().code(), ErrorCode::NotSaved);
        assert_eq!(remove.read("0,-3").unwrap_err().code(), ErrorCode::NotFound);
        for reply in ["", "maybe"] {
            let error = remove.read(reply).unwrap_err();
            assert_eq!(error.code(), ErrorCode::BadReply);
            assert!(error.to_string().contains("it is not known whether the change was made"));
        }
    }
}
