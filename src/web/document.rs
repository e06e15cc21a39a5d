//! The document of a sender name: read and validated before anything is sent.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, FormData};

use crate::{
    api::document::{Document, SIGNATURE_LENGTH},
    client::error::{Error, ErrorCode, Result},
    protocol::{credentials::Credentials, form::Form},
    web::{host, promise::settled},
};

/// A validated document with its content.
pub struct Upload {
    document: Document,
    content: Blob,
}

impl Upload {
    /// Reads the beginning of a document and validates it.
    ///
    /// # Errors
    /// `invalid_parameter`, if it is of none of the accepted types; `document_rejected`.
    pub async fn read(value: &JsValue) -> Result<Self> {
        let invalid = || {
            let message =
                "`document` takes a File, a Blob, an ArrayBuffer, a view of one, or `{ data, fileName, type? }`";
            Error::new(ErrorCode::InvalidParameter, message).parameter("document")
        };
        let content = host::to_blob(value).ok_or_else(invalid)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
        let size = content.size() as u64;
        let start = content.slice_with_i32_and_i32(0, SIGNATURE_LENGTH.cast_signed()).map_err(|_| invalid())?;
        let start = settled(Ok(start.array_buffer().into())).await.map_err(|_| invalid())?;
        let name = host::document_name(value);
        let document = Document::validate(name.as_deref(), size, &Uint8Array::new(&start).to_vec())?;
        Ok(Self { document, content })
    }

    /// The form with the document in it.
    ///
    /// # Errors
    /// What the platform threw.
    pub fn multipart(&self, form: &Form, credentials: &Credentials) -> std::result::Result<FormData, JsValue> {
        let multipart = FormData::new()?;
        let mut failure = None;
        form.each_field(credentials, |name, value| {
            if let Err(thrown) = multipart.append_with_str(name, value) {
                failure = Some(thrown);
            }
        });
        if let Some(thrown) = failure {
            return Err(thrown);
        }
        let options = BlobPropertyBag::new();
        options.set_type(self.document.media_type);
        let parts = js_sys::Array::of1(&self.content);
        let content = Blob::new_with_blob_sequence_and_options(&parts, &options)?;
        // The service's page does not name the field: it took any name where that was tried.
        multipart.append_with_blob_and_filename("file", &content, &self.document.file_name)?;
        Ok(multipart)
    }
}
