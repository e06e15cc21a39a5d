//! The document of a sender name, read and validated before anything is sent; or the stream of a file that `smsc-wasm/proxy` passes on.

use std::borrow::Cow;

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

/// A file to send.
pub struct Upload {
    file_name: String,
    media_type: Cow<'static, str>,
    content: Content,
    boundary: Boundary,
}

/// The content of a file.
enum Content {
    /// All of it: a document that was validated.
    Bytes(Vec<u8>),
    /// A stream that can be sent once.
    Stream(JsValue),
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
        Ok(Self::new(document.file_name, document.media_type.into(), Content::Bytes(content)))
    }

    /// A file that somebody else has validated, as a stream of bytes.
    pub fn stream(file_name: String, media_type: String, stream: JsValue) -> Self {
        Self::new(file_name, media_type.into(), Content::Stream(stream))
    }

    fn new(file_name: String, media_type: Cow<'static, str>, content: Content) -> Self {
        let boundary = Boundary::new([js_sys::Math::random(), js_sys::Math::random()]);
        Self { file_name, media_type, content, boundary }
    }

    /// The media type of the body.
    pub fn content_type(&self) -> String {
        self.boundary.content_type()
    }

    /// The form with the document in it. It is a secret.
    pub fn body(&self, form: &Form, credentials: &Credentials) -> JsValue {
        let Self { file_name, media_type, .. } = self;
        // The service's page does not name the field: it took any name where that was tried.
        let file = |content| FilePart { name: "file", file_name, media_type, content };
        match &self.content {
            Content::Bytes(content) => {
                Uint8Array::from(self.boundary.encode(form, credentials, &file(content)).as_slice()).into()
            }
            Content::Stream(stream) => {
                let head = self.boundary.encode_head(form, credentials, &file(&[]));
                host::join_stream(&Uint8Array::from(head.as_slice()), stream, &self.boundary.end())
            }
        }
    }
}
