//! What goes over the wire: [`request`]s with their [`form`] and [`credentials`], and [`response`]s with the service's
//! [errors](api_error).

pub mod api_error;
pub mod credentials;
pub mod date;
pub mod form;
pub mod json;
pub mod request;
pub mod response;
