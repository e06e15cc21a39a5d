//! What goes over the wire: [`request`]s with their [`form`] and [`credentials`], and [`response`]s with the service's
//! [errors](api_error). `formats` decodes stored responses: natively, and in a separate WebAssembly module.

pub mod api_error;
pub mod charset;
pub mod credentials;
pub mod day;
pub mod form;
#[cfg(any(not(target_arch = "wasm32"), feature = "formats"))]
pub mod formats;
pub mod json;
pub mod letters;
pub mod multipart;
pub mod redaction;
pub mod request;
pub mod response;
pub mod text;
