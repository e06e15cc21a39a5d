//! A document for the operators (a trade mark certificate, a domain certificate): jpg, tif, pdf, png, zip or rar, at most
//! 3 MB.

use crate::{
    error::{Error, ErrorCode, Result},
    input::Field,
    json::Writer,
};

/// The largest document: 3 MB.
const LARGEST: u64 = 3 * 1024 * 1024;

/// A kind of document: its extensions, its media type, and how its content begins.
#[derive(Debug)]
struct Kind {
    extensions: &'static [&'static str],
    media_type: &'static str,
    signatures: &'static [&'static [u8]],
}

const KINDS: &[Kind] = &[
    Kind { extensions: &["jpg", "jpeg"], media_type: "image/jpeg", signatures: &[b"\xFF\xD8\xFF"] },
    Kind { extensions: &["tif", "tiff"], media_type: "image/tiff", signatures: &[b"II*\0", b"MM\0*"] },
    Kind { extensions: &["pdf"], media_type: "application/pdf", signatures: &[b"%PDF-"] },
    Kind { extensions: &["png"], media_type: "image/png", signatures: &[b"\x89PNG\r\n\x1A\n"] },
    Kind {
        extensions: &["zip"],
        media_type: "application/zip",
        signatures: &[b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"],
    },
    Kind { extensions: &["rar"], media_type: "application/vnd.rar", signatures: &[b"Rar!\x1A\x07"] },
];

/// A checked document, without its bytes, which never leave JavaScript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The file's name, as the service gets it.
    pub file_name: String,
    /// Its media type.
    pub media_type: &'static str,
}

impl Document {
    /// The same as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = Writer::default();
        json.open('{');
        json.text_field("fileName", &self.file_name);
        json.text_field("type", self.media_type);
        json.close('}');
        json.finish()
    }

    /// Reads and checks `{ fileName?, size, head }`: the head is the content's first bytes as a list of numbers.
    ///
    /// # Errors
    /// `document_rejected`, saying what is wrong with it; `invalid_parameter`, where it is no document at all.
    pub fn read(field: Field) -> Result<Option<Self>> {
        if !field.is_given() {
            return Ok(None);
        }
        let path = field.path();
        let not_one = field.error("a File, a Blob, an ArrayBuffer, a view of one, or `{ data, fileName, type? }`");
        let Ok(fields) = field.fields() else { return Err(not_one) };
        let file_name = fields.take("fileName").text()?.filter(|name| !name.is_empty());
        let size = fields.take("size").whole(0..=u64::MAX)?;
        let head = fields.take("head").bytes();
        let (Some(size), Some(head)) = (size, head) else { return Err(not_one) };
        fields.finish()?;
        let rejected = |why: &str| {
            let message = format!("`{path}` takes a jpg, tif, pdf, png, zip or rar file of at most 3 MB; {why}");
            Err(Error::new(ErrorCode::DocumentRejected, message).parameter(path.clone()))
        };
        if size > LARGEST {
            return rejected(&format!("this one has {size} bytes"));
        }
        if size == 0 {
            return rejected("this one is empty");
        }
        let begins = |kind: &&Kind| kind.signatures.iter().any(|signature| head.starts_with(signature));
        let Some(kind) = KINDS.iter().find(begins) else {
            return rejected("the content of this one is none of these");
        };
        let Some(file_name) = file_name else {
            let extension = kind.extensions.first().copied().unwrap_or_default();
            return Ok(Some(Self { file_name: format!("document.{extension}"), media_type: kind.media_type }));
        };
        let extension = file_name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        let says = |kind: &Kind| extension.as_deref().is_some_and(|extension| kind.extensions.contains(&extension));
        if !KINDS.iter().any(says) {
            return rejected(&format!("the name \"{file_name}\" has none of these endings"));
        }
        if !says(kind) {
            let content = kind.extensions.first().copied().unwrap_or_default();
            return rejected(&format!("the content of \"{file_name}\" is {content}, not what its name says"));
        }
        Ok(Some(Self { file_name, media_type: kind.media_type }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Fields, parse};

    fn read(json: &str) -> Result<Option<Document>> {
        let values = parse(&format!("{{\"document\":{json}}}"), ErrorCode::InvalidParameter, "it")?;
        Document::read(Fields::new(&values, ErrorCode::InvalidParameter).take("document"))
    }

    fn document(name: &str, size: u64, head: &[u8]) -> Result<Option<Document>> {
        read(&format!("{{\"fileName\":\"{name}\",\"size\":{size},\"head\":{head:?}}}"))
    }

    #[test]
    fn every_kind_by_name_and_content() {
        for kind in KINDS {
            for signature in kind.signatures {
                for extension in kind.extensions {
                    let sound = document(&format!("Мой файл.{}", extension.to_uppercase()), LARGEST, signature)
                        .unwrap()
                        .unwrap();
                    assert_eq!(sound.media_type, kind.media_type);
                }
                let unnamed = document("", 1, signature).unwrap().unwrap();
                assert_eq!(unnamed.file_name, format!("document.{}", kind.extensions[0]));
            }
        }
        assert_eq!(read("null").unwrap(), None);
    }

    #[test]
    fn what_is_rejected_and_why() {
        for (result, why) in [
            (document("a.pdf", LARGEST + 1, b"%PDF-1"), "this one has 3145729 bytes"),
            (document("a.pdf", 0, b""), "this one is empty"),
            (document("a.pdf", 9, b"hello"), "the content of this one is none of these"),
            (document("a.png", 9, b"%PDF-1"), "the content of \"a.png\" is pdf, not what its name says"),
            (document("a.docx", 9, b"PK\x03\x04"), "the name \"a.docx\" has none of these endings"),
            (document("pdf", 9, b"%PDF-1"), "the name \"pdf\" has none of these endings"),
        ] {
            let error = result.unwrap_err();
            assert_eq!(error.code(), ErrorCode::DocumentRejected);
            assert_eq!(error.details().parameter.as_deref(), Some("document"));
            assert!(error.to_string().ends_with(why), "{error}");
        }
        for json in ["5", "\"a.pdf\"", "{\"fileName\":\"a.pdf\"}", "[1]"] {
            assert_eq!(read(json).unwrap_err().code(), ErrorCode::InvalidParameter, "{json}");
        }
    }
}
