//! The document of a sender name, read and validated before anything is sent; or the stream of a file that `smsc-wasm/proxy` passes on.

use std::borrow::Cow;

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::{
    api::{
        document::{Document, MAX_SIZE},
        input::{Input, Kind},
        nearest_name::unknown_name,
    },
    client::error::{Error, ErrorCode, Result},
    protocol::{
        credentials::Credentials,
        form::Form,
        multipart::{Boundary, FilePart},
    },
    web::{convert::JsInput, host, promise::settled_by},
};

/// The keys of a document that is a plain object.
const KEYS: [&str; 3] = ["data", "fileName", "type"];

/// The content of a document that is an object with the keys [`KEYS`]. A `Blob` has other ones.
fn data_of(document: &JsValue) -> Option<JsInput> {
    let is_object = document.is_object() && !js_sys::ArrayBuffer::is_view(document);
    if is_object { JsInput(document.clone()).get("data").filter(|data| !data.is_missing()) } else { None }
}

fn check_keys(document: &JsValue) -> Result<()> {
    let keys = data_of(document).and_then(|_| JsInput(document.clone()).keys()).unwrap_or_default();
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
fn not_a_document(document: &JsValue) -> Error {
    let (path, accepted, given) = if let Some(data) = data_of(document) {
        ("document.data", "a Blob, an ArrayBuffer or a view of one", data)
    } else {
        let accepted = "a File, a Blob, an ArrayBuffer, a view of one, or `{ data, fileName, type? }`";
        ("document", accepted, JsInput(document.clone()))
    };
    let is_promise = given.0.is_object() && given.get("then").is_some_and(|then| then.0.is_function());
    let kind = given.kind();
    let got = match kind {
        Kind::Text(_) => format!("{}. Read the file first, for example with `openAsBlob`", kind.describe()),
        _ if is_promise => "a promise. Await it".into(),
        _ => kind.describe(),
    };
    Error::new(ErrorCode::InvalidParameter, format!("`{path}` takes {accepted}, and got {got}")).parameter(path)
}

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
    /// `invalid_parameter`, if it is of none of the accepted types; `document_rejected`.
    pub async fn read(value: &JsValue) -> Result<Self> {
        let invalid = || not_a_document(value);
        check_keys(value)?;
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
        if stream.is_undefined() { body.into() } else { host::insert_stream(&body, stream) }
    }
}
