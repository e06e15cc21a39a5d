//! A document for the operators (a trade mark certificate, a domain certificate): jpg, tif, pdf, png, zip or rar, at most
//! 3 MB.

use crate::{
    error::{Error, ErrorCode, Result},
    input::Field,
    text::{decimal, fill},
};

/// The largest document: 3 MB.
const LARGEST: u64 = 3 * 1024 * 1024;

/// The kinds of documents: extensions, media type, and how the content begins, each byte as the character of its number.
const KINDS: &[(&[&str], &str, &[&str])] = &[
    (&["jpg", "jpeg"], "image/jpeg", &["\u{FF}\u{D8}\u{FF}"]),
    (&["tif", "tiff"], "image/tiff", &["II*\0", "MM\0*"]),
    (&["pdf"], "application/pdf", &["%PDF-"]),
    (&["png"], "image/png", &["\u{89}PNG\r\n\u{1A}\n"]),
    (&["zip"], "application/zip", &["PK\x03\x04", "PK\x05\x06", "PK\x07\x08"]),
    (&["rar"], "application/vnd.rar", &["Rar!\x1A\x07"]),
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
    /// The same as a text: the media type, a space, the name.
    #[must_use]
    pub fn text(&self) -> String {
        fill("% %", &[self.media_type, &self.file_name])
    }

    /// Reads and checks `{ fileName?, size, head }`: the head is the content's first bytes, each as a character.
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
        let file_name = fields.take("fileName").text()?.unwrap_or_default();
        let (size, head) = (fields.take("size").whole(0, u64::MAX)?, fields.take("head").text()?);
        let (Some(size), Some(head)) = (size, head) else { return Err(not_one) };
        fields.finish()?;
        let rejected = |template: &str, pieces: &[&str]| {
            let takes = "`%` takes a jpg, tif, pdf, png, zip or rar file of at most 3 MB; %";
            Err(Error::new(ErrorCode::DocumentRejected, takes, &[&path, &fill(template, pieces)]).parameter(&path))
        };
        if size > LARGEST {
            return rejected("this one has % bytes", &[&decimal(size)]);
        }
        if size == 0 {
            return rejected("this one is empty", &[]);
        }
        let found = KINDS.iter().find(|(.., signatures)| signatures.iter().any(|start| head.starts_with(start)));
        let Some((extensions, media_type, _)) = found else {
            return rejected("the content of this one is none of these", &[]);
        };
        let content = extensions.first().copied().unwrap_or_default();
        if file_name.is_empty() {
            return Ok(Some(Self { file_name: fill("document.%", &[content]), media_type }));
        }
        let start = file_name.bytes().rposition(|byte| byte == b'.').map_or(usize::MAX, |at| at.saturating_add(1));
        let extension = file_name.get(start..).unwrap_or_default();
        let says = |extensions: &[&str]| extensions.iter().any(|known| extension.eq_ignore_ascii_case(known));
        if says(extensions) {
            return Ok(Some(Self { file_name, media_type }));
        }
        if KINDS.iter().any(|(extensions, ..)| says(extensions)) {
            return rejected("the content of \"%\" is %, not what its name says", &[&file_name, content]);
        }
        rejected("the name \"%\" has none of these endings", &[&file_name])
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
        let head = head.iter().map(|byte| format!("\\u{byte:04x}")).collect::<Vec<_>>().concat();
        read(&format!("{{\"fileName\":\"{name}\",\"size\":{size},\"head\":\"{head}\"}}"))
    }

    #[test]
    fn every_kind_by_name_and_content() {
        for (extensions, media_type, signatures) in KINDS {
            for signature in *signatures {
                let signature = &signature.chars().map(|c| u8::try_from(c).unwrap()).collect::<Vec<_>>();
                for extension in *extensions {
                    let sound = document(&format!("Мой файл.{}", extension.to_uppercase()), LARGEST, signature)
                        .unwrap()
                        .unwrap();
                    assert_eq!(sound.media_type, *media_type);
                }
                let unnamed = document("", 1, signature).unwrap().unwrap();
                assert_eq!(unnamed.file_name, format!("document.{}", extensions[0]));
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
            assert_eq!(error.code, ErrorCode::DocumentRejected);
            assert_eq!(error.parameter.as_deref(), Some("document"));
            assert!(error.to_string().ends_with(why), "{error}");
        }
        for json in ["5", "\"a.pdf\"", "{\"fileName\":\"a.pdf\"}", "[1]"] {
            assert_eq!(read(json).unwrap_err().code, ErrorCode::InvalidParameter, "{json}");
        }
    }
}
