//! A document for the operators (a trade mark certificate, a domain certificate): jpg, tif, pdf, png, zip or rar, at most
//! 3 MiB.

use crate::{
    api::{
        input::{Input, Kind as InputKind},
        unknown_name::unknown_name,
    },
    client::error::{Error, ErrorCode, Result},
};

/// The largest document: 3 MiB.
pub const MAX_SIZE: u64 = 3 * 1024 * 1024;

struct Kind {
    /// The first is the usual one.
    extensions: &'static [&'static str],
    media_type: &'static str,
    /// How the content begins.
    signatures: &'static [&'static [u8]],
}

const KINDS: [Kind; 6] = [
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

impl Kind {
    fn has_extension(&self, extension: &str) -> bool {
        self.extensions.iter().any(|known| extension.eq_ignore_ascii_case(known))
    }
}

/// A validated document, without its bytes, which stay in JavaScript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The file's name, as the service gets it.
    pub file_name: String,
    /// Its media type.
    pub media_type: &'static str,
}

impl Document {
    /// Validates a document by its name, its size and the first bytes of its content.
    ///
    /// # Errors
    /// `document_rejected`, saying what is wrong with it.
    pub fn validate(file_name: Option<&str>, size: u64, start: &[u8]) -> Result<Self> {
        let rejected = |why: &str| {
            let message = format!("`document` takes a jpg, tif, pdf, png, zip or rar file of at most 3 MiB; {why}");
            Err(Error::new(ErrorCode::DocumentRejected, message).parameter("document"))
        };
        if size > MAX_SIZE {
            return rejected(&format!("this one has {size} bytes"));
        }
        if size == 0 {
            return rejected("this one is empty");
        }
        let found = KINDS.iter().find(|kind| kind.signatures.iter().any(|signature| start.starts_with(signature)));
        let Some(kind) = found else {
            return rejected("the content of this one is none of these");
        };
        let usual_extension = kind.extensions.first().copied().unwrap_or_default();
        // The service needs no path of the caller's machine.
        let file_name = file_name.and_then(|path| path.rsplit(['/', '\\']).next());
        let Some(file_name) = file_name.filter(|name| !name.is_empty()) else {
            return Ok(Self { file_name: format!("document.{usual_extension}"), media_type: kind.media_type });
        };
        let extension = file_name.rsplit_once('.').map_or("", |(_, extension)| extension);
        if kind.has_extension(extension) {
            return Ok(Self { file_name: file_name.into(), media_type: kind.media_type });
        }
        if KINDS.iter().any(|kind| kind.has_extension(extension)) {
            return rejected(&format!("the content of \"{file_name}\" is {usual_extension}, not what its name says"));
        }
        rejected(&format!("the name \"{file_name}\" has none of these endings"))
    }
}

/// The keys of a document that is a plain object.
const KEYS: [&str; 3] = ["data", "fileName", "type"];

/// The content of a document that is an object with the keys [`KEYS`]. A `Blob` has other ones.
fn data_of<I: Input>(document: &I) -> Option<I> {
    let is_object = matches!(document.kind(), InputKind::Object);
    if is_object { document.get("data").filter(|data| !data.is_missing()) } else { None }
}

/// Rejects an object with other keys.
///
/// # Errors
/// `invalid_parameter`, naming the key.
pub fn check_keys(document: &impl Input) -> Result<()> {
    let keys = data_of(document).and_then(|_| document.keys()).unwrap_or_default();
    match keys.iter().find(|key| !KEYS.contains(&key.as_str())) {
        Some(key) => {
            let path = format!("document.{key}");
            let message = unknown_name(&path, &KEYS, ErrorCode::InvalidParameter);
            Err(Error::new(ErrorCode::InvalidParameter, message).parameter(&path))
        }
        None => Ok(()),
    }
}

/// The error for a value of another type.
#[must_use]
pub fn not_a_document<I: Input>(document: &I) -> Error {
    let data = data_of(document);
    let (path, accepted, given) = if let Some(data) = &data {
        ("document.data", "a Blob, an ArrayBuffer or a view of one", data)
    } else {
        let accepted = "a File, a Blob, an ArrayBuffer, a view of one, or `{ data, fileName, type? }`";
        ("document", accepted, document)
    };
    let kind = given.kind();
    let is_promise = matches!(kind, InputKind::Object)
        && given.get("then").is_some_and(|then| matches!(then.kind(), InputKind::Function));
    let got = match kind {
        InputKind::Text(_) => format!("{}. Read the file first, for example with `openAsBlob`", kind.describe()),
        _ if is_promise => "a promise. Await it".into(),
        _ => kind.describe(),
    };
    Error::new(ErrorCode::InvalidParameter, format!("`{path}` takes {accepted}, and got {got}")).parameter(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::json_input::JsonInput;

    #[test]
    fn accepts_every_kind_by_name_and_content() {
        for Kind { extensions, media_type, signatures } in &KINDS {
            for signature in *signatures {
                for extension in *extensions {
                    let name = format!("Мой файл.{}", extension.to_uppercase());
                    let document = Document::validate(Some(&name), MAX_SIZE, signature).unwrap();
                    assert_eq!(document.media_type, *media_type);
                }
                let unnamed = Document::validate(None, 1, signature).unwrap();
                assert_eq!(unnamed.file_name, format!("document.{}", extensions[0]));
            }
        }
    }

    fn input(json: &str) -> JsonInput {
        JsonInput::parse(json).unwrap()
    }

    #[test]
    fn other_keys_of_an_object_with_data_are_named() {
        for json in ["5", r#""a.pdf""#, "[]", "{}", r#"{"name":"a.pdf"}"#, r#"{"data":null,"x":1}"#] {
            assert_eq!(check_keys(&input(json)), Ok(()), "{json}");
        }
        assert_eq!(check_keys(&input(r#"{"data":{},"fileName":"a.pdf","type":"x"}"#)), Ok(()));
        let error = check_keys(&input(r#"{"data":{},"filename":"a.pdf"}"#)).unwrap_err();
        assert_eq!(error.to_string(), "Unknown parameter `document.filename`. Did you mean `document.fileName`?");
        assert_eq!(error.parameter.as_deref(), Some("document.filename"));
    }

    #[test]
    fn the_error_for_another_type_names_what_was_passed() {
        for (json, path, got) in [
            ("5", "document", "5"),
            (r#""a.pdf""#, "document", "\"a.pdf\". Read the file first, for example with `openAsBlob`"),
            (r#"{"data":"a.pdf"}"#, "document.data", "\"a.pdf\". Read the file first, for example with `openAsBlob`"),
            (r#"{"data":{"then":{"$kind":"a function"}}}"#, "document.data", "a promise. Await it"),
            (r#"{"then":{"$kind":"a function"}}"#, "document", "a promise. Await it"),
            (r#"{"then":5}"#, "document", "an object"),
        ] {
            let error = not_a_document(&input(json));
            assert!(error.to_string().ends_with(&format!(", and got {got}")), "{error}");
            assert_eq!(error.parameter.as_deref(), Some(path), "{json}");
        }
    }

    #[test]
    fn a_path_is_reduced_to_the_name() {
        for path in ["/home/me/a.pdf", "C:\\me\\a.pdf", "./a.pdf", "a.pdf"] {
            assert_eq!(Document::validate(Some(path), 6, b"%PDF-1").unwrap().file_name, "a.pdf");
        }
        assert_eq!(Document::validate(Some("me/"), 6, b"%PDF-1").unwrap().file_name, "document.pdf");
    }

    #[test]
    fn rejects_others_and_says_why() {
        for (name, size, start, why) in [
            ("a.pdf", MAX_SIZE + 1, &b"%PDF-1"[..], "this one has 3145729 bytes"),
            ("a.pdf", 0, b"", "this one is empty"),
            ("a.pdf", 9, b"hello", "the content of this one is none of these"),
            ("a.png", 9, b"%PDF-1", "the content of \"a.png\" is pdf, not what its name says"),
            ("a.docx", 9, b"PK\x03\x04", "the name \"a.docx\" has none of these endings"),
            ("pdf", 9, b"%PDF-1", "the name \"pdf\" has none of these endings"),
        ] {
            let error = Document::validate(Some(name), size, start).unwrap_err();
            assert_eq!(error.code, ErrorCode::DocumentRejected);
            assert_eq!(error.parameter.as_deref(), Some("document"));
            assert!(error.to_string().ends_with(why), "{error}");
        }
    }
}
