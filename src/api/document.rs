//! A document for the operators (a trade mark certificate, a domain certificate): jpg, tif, pdf, png, zip or rar, at most
//! 3 MiB.

use crate::client::error::{Error, ErrorCode, Result};

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

#[cfg(test)]
mod tests {
    use super::*;

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
