//! The document of a sender name, read and validated before anything is sent; or the stream of a file that `smsc-wasm/proxy` passes on.

use std::borrow::Cow;

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::{
    api::document::{self, Document, MAX_SIZE},
    client::error::{Error, ErrorCode, Result},
    protocol::{
        credentials::Credentials,
        form::Form,
        multipart::{Boundary, FilePart},
    },
    web::{
        convert::{Failed, JsInput},
        host,
        promise::settled_by,
    },
};

/// A file to send.
pub struct Upload {
    file_name: String,
    media_type: Cow<'static, str>,
    content: Vec<u8>,
    /// Instead of the content: a file that is sent as it arrives.
    stream: JsValue,
    boundary: Boundary,
}

impl Upload {
    /// Reads a document and validates it. One that is too large is not read.
    ///
    /// # Errors
    /// `invalid_parameter`, if it is of none of the accepted types or cannot be read; `document_rejected`.
    pub async fn read(value: &JsValue) -> Result<Self, Failed> {
        let input = JsInput(value.clone());
        document::check_keys(&input)?;
        let invalid = || document::not_a_document(&input);
        let unreadable = |cause| Failed {
            error: Error::new(ErrorCode::InvalidParameter, "`document` could not be read").parameter("document"),
            cause,
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
        let size = host::document_size(value).ok_or_else(invalid)? as u64;
        let content = if size > MAX_SIZE {
            Vec::new()
        } else {
            let bytes = settled_by(|id| host::read_document(value, id)).await.map_err(unreadable)?;
            bytes.dyn_ref::<Uint8Array>().ok_or_else(invalid)?.to_vec()
        };
        let size = if content.is_empty() { size } else { content.len() as u64 };
        let document = Document::validate(host::document_name(value).as_deref(), size, &content)?;
        Ok(Self::new(document.file_name, document.media_type.into(), content, JsValue::UNDEFINED))
    }

    /// A file that arrives from another client.
    pub fn stream(file: &JsValue) -> Self {
        let media_type = js_sys::Reflect::get(file, &"type".into()).ok().and_then(|media_type| media_type.as_string());
        let file_name = host::document_name(file).unwrap_or_default();
        Self::new(file_name, media_type.unwrap_or_default().into(), Vec::new(), file.clone())
    }

    fn new(file_name: String, media_type: Cow<'static, str>, content: Vec<u8>, stream: JsValue) -> Self {
        let boundary = Boundary::new([js_sys::Math::random(), js_sys::Math::random()]);
        Self { file_name, media_type, content, stream, boundary }
    }

    /// Whether the file arrives from another client, so that it can be sent only once.
    pub fn is_stream(&self) -> bool {
        !self.stream.is_undefined()
    }

    /// The media type of the body.
    pub fn content_type(&self) -> String {
        self.boundary.content_type()
    }

    /// The form with the document in it. It is a secret.
    pub fn body(&self, form: &Form, credentials: &Credentials) -> JsValue {
        let Self { file_name, media_type, content, stream, boundary } = self;
        // The service's page does not name the field: it took any name where that was tried.
        let file = FilePart { name: "file", file_name, media_type, content };
        let body = Uint8Array::from(boundary.encode(form, credentials, &file).as_slice());
        if self.is_stream() { host::insert_stream(&body, stream) } else { body.into() }
    }
}
