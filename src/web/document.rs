//! The document of a sender name: read and validated before anything is sent.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::{
    api::document::{Document, MAX_SIZE},
    client::error::{Error, ErrorCode, Result},
    protocol::{
        credentials::Credentials,
        form::Form,
        multipart::{Boundary, FilePart},
    },
    web::{host, promise::settled_by},
};

/// A validated document with its content.
pub struct Upload {
    document: Document,
    content: Vec<u8>,
    boundary: Boundary,
}

impl Upload {
    /// Reads a document and validates it. One that is too large is not read.
    ///
    /// # Errors
    /// `invalid_parameter`, if it is of none of the accepted types; `document_rejected`.
    pub async fn read(value: &JsValue) -> Result<Self> {
        let invalid = || {
            let message =
                "`document` takes a File, a Blob, an ArrayBuffer, a view of one, or `{ data, fileName, type? }`";
            Error::new(ErrorCode::InvalidParameter, message).parameter("document")
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
        let size = host::document_size(value).ok_or_else(invalid)? as u64;
        let content = if size > MAX_SIZE {
            Vec::new()
        } else {
            let bytes = settled_by(|id| host::read_document(value, id)).await.map_err(|_| invalid())?;
            bytes.dyn_ref::<Uint8Array>().ok_or_else(invalid)?.to_vec()
        };
        let size = if content.is_empty() { size } else { content.len() as u64 };
        let document = Document::validate(host::document_name(value).as_deref(), size, &content)?;
        let boundary = Boundary::new([js_sys::Math::random(), js_sys::Math::random()]);
        Ok(Self { document, content, boundary })
    }

    /// The media type of the body.
    pub fn content_type(&self) -> String {
        self.boundary.content_type()
    }

    /// The form with the document in it. It is a secret.
    pub fn body(&self, form: &Form, credentials: &Credentials) -> JsValue {
        let Document { file_name, media_type } = &self.document;
        // The service's page does not name the field: it took any name where that was tried.
        let file = FilePart { name: "file", file_name, media_type, content: &self.content };
        Uint8Array::from(self.boundary.encode(form, credentials, &file).as_slice()).into()
    }
}
