//! One request and its response, through `fetch` or a custom function. That function is not trusted: it may reject with anything
//! and return something that is not a `Response`.
//!
//! `gloo-net` cannot be given a `fetch`, and panics if one rejects with something that is not an `Error`; `web_sys::Response` is
//! a class, which a custom response need not be an instance of. docs/dependencies.md names the test.

use js_sys::{Array, Function, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, Url};

use crate::{
    client::exchange::step::Failure,
    protocol::response::{Head, RetryAfter},
    web::{
        clock,
        host::{self, ReaderLike, ResponseLike, StreamLike},
        promise::settled_by,
    },
};

/// Why there is no response.
#[derive(Debug)]
pub enum TransportError {
    /// No connection, or it broke: what `fetch` rejected with.
    Connection(JsValue),
    /// Something that a retry cannot change.
    BadResponse(String),
    /// A redirect to another host.
    Redirect(String),
    /// The environment has no `fetch`.
    NoFetch,
}

impl TransportError {
    /// The failure, its description, and the cause.
    pub fn into_failure(self) -> (Failure, String, JsValue) {
        match self {
            Self::Connection(thrown) => (Failure::Connection, host::describe_thrown(&thrown), thrown),
            Self::BadResponse(message) => (Failure::BadResponse, message, JsValue::UNDEFINED),
            Self::Redirect(origin) => (Failure::Redirect, origin, JsValue::UNDEFINED),
            Self::NoFetch => (Failure::NoFetch, String::new(), JsValue::UNDEFINED),
        }
    }
}

/// A response whose body is not read yet.
pub struct Response {
    inner: ResponseLike,
    pub status: u16,
    /// The controller of the attempt.
    controller: AbortController,
    reader: Option<ReaderLike>,
    is_read: bool,
}

const MAX_REDIRECTS: usize = 5;

fn bad<T>(message: &str) -> Result<T, TransportError> {
    Err(TransportError::BadResponse(message.into()))
}

/// What is sent.
pub struct Post<'a> {
    pub url: String,
    pub body: JsValue,
    pub content_type: &'a JsValue,
    /// The headers of the user.
    pub headers: &'a JsValue,
    /// Whether it changes something at the service.
    pub is_change: bool,
    /// Whether the body is a stream, which can be sent once.
    pub is_stream: bool,
}

/// Sends one request. Redirects are followed here, as the request they are, and only on the same host: the body holds the
/// credentials. A change that was answered with 301, 302 or 303 may have been made, and is not sent again, nor is a file that arrives
/// from another client. `on_head` gets the status of each response.
pub async fn send(
    fetch: Option<&Function>,
    post: Post<'_>,
    controller: &AbortController,
    on_head: &dyn Fn(u16),
) -> Result<Response, TransportError> {
    let Post { mut url, body, content_type, headers, is_change, is_stream } = post;
    let global;
    let fetch = if let Some(fetch) = fetch {
        fetch
    } else {
        let found = Reflect::get(&js_sys::global(), &"fetch".into()).unwrap_or_default();
        let Ok(function) = found.dyn_into::<Function>() else {
            return Err(TransportError::NoFetch);
        };
        global = function;
        &global
    };
    for _ in 0..=MAX_REDIRECTS {
        let response = settled_by(|id| host::call_fetch(fetch, &url, &body, content_type, headers, controller, id))
            .await
            .map_err(TransportError::Connection)?;
        let response = Response::new(response, controller.clone())?;
        on_head(response.status);
        if response.is_opaque_redirect() {
            return bad("the service's host redirected the request, and a page cannot see where to: correct `baseUrl`");
        }
        let location =
            if matches!(response.status, 301 | 302 | 303 | 307 | 308) { response.header("location") } else { None };
        let Some(location) = location else { return Ok(response) };
        response.cancel();
        if is_stream || is_change && response.status <= 303 {
            return bad("the service's host redirected the change, which is not sent again: correct `baseUrl`");
        }
        url = follow(&url, &location)?;
    }
    bad("the service's host redirects without end")
}

fn follow(from: &str, location: &str) -> Result<String, TransportError> {
    let parsed = Url::new(from).and_then(|old| Ok((old, Url::new_with_base(location, from)?)));
    let (old, next) = parsed.map_err(TransportError::Connection)?;
    if next.host() != old.host() || (next.protocol() != old.protocol() && next.protocol() != "https:") {
        return Err(TransportError::Redirect(next.origin()));
    }
    Ok(next.href())
}

impl Response {
    fn new(value: JsValue, controller: AbortController) -> Result<Self, TransportError> {
        let Some(status) = host::status_of(&value) else {
            return bad("`fetch` returned something that is not a Response");
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
        let status = status as u16;
        Ok(Self { inner: value.unchecked_into(), status, controller, reader: None, is_read: false })
    }

    fn is_opaque_redirect(&self) -> bool {
        // Only an opaque response has the status 0.
        self.status == 0
            && self.inner.response_type().is_ok_and(|kind| kind.as_string().as_deref() == Some("opaqueredirect"))
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<String> {
        host::header_of(&self.inner, name)
    }

    /// The media type.
    pub fn content_type(&self) -> Option<String> {
        host::content_type_of(&self.inner)
    }

    /// The length of the body, if a header gives it. For a compressed body, the header gives another length.
    pub fn content_length(&self) -> Option<u64> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
        host::content_length_of(&self.inner).map(|length| length as u64)
    }

    /// The head. `Retry-After` matters only for a status other than 200.
    pub fn head(&self) -> Head {
        let retry_after = if self.status == 200 { None } else { self.header("retry-after") };
        Head { status: self.status, retry_after_ms: retry_after.and_then(|value| retry_after_ms(&value)) }
    }

    /// The next chunk of the body; `None` at its end.
    pub async fn chunk(&mut self) -> Result<Option<Uint8Array>, TransportError> {
        if self.reader.is_none() {
            match self.stream() {
                Some(stream) => self.reader = Some(stream.reader().map_err(TransportError::Connection)?),
                // Without a stream, the whole body is one chunk.
                None if self.is_read => return Ok(None),
                None => {
                    let chunks = self.chunks(u64::MAX).await?.unwrap_or_default();
                    return Ok(chunks.into_iter().next());
                }
            }
        }
        let Some(reader) = &self.reader else { return Ok(None) };
        let chunk = settled_by(|id| host::read_chunk(reader, id)).await.map_err(TransportError::Connection)?;
        if chunk.is_undefined() {
            self.is_read = true;
            return Ok(None);
        }
        Ok(Some(chunk.unchecked_into()))
    }

    fn stream(&self) -> Option<StreamLike> {
        let stream = self.inner.body().ok().flatten()?;
        let has_reader = Reflect::get(&stream, &"getReader".into()).is_ok_and(|reader| reader.is_function());
        has_reader.then_some(stream)
    }

    /// The chunks of the whole body, if they are no larger than the maximum together.
    pub async fn chunks(&mut self, max_bytes: u64) -> Result<Option<Vec<Uint8Array>>, TransportError> {
        self.is_read = true;
        #[expect(clippy::cast_precision_loss, reason = "a maximum may be rounded")]
        let body = settled_by(|id| host::read_body(&self.inner, max_bytes as f64, &self.controller, id)).await;
        let body = body.map_err(TransportError::Connection)?;
        if body.is_null() {
            return bad("`fetch` returned a Response without a body");
        }
        Ok(body.dyn_ref::<Array>().map(|chunks| chunks.iter().map(JsCast::unchecked_into).collect()))
    }

    /// Whether the body was read to its end.
    pub fn is_read(&self) -> bool {
        self.is_read
    }

    /// Gives up the body.
    pub fn cancel(&self) {
        match (&self.reader, self.inner.body()) {
            (Some(reader), _) => host::cancel_body(reader),
            (None, Ok(Some(stream))) => host::cancel_body(&stream),
            _ => {}
        }
    }
}

/// `Retry-After` in milliseconds from now.
fn retry_after_ms(value: &str) -> Option<u64> {
    let date = match RetryAfter::parse(value)? {
        RetryAfter::Ms(ms) => return Some(ms),
        RetryAfter::Date(date) => js_sys::Date::parse(&date),
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
    let date_ms = date as u64;
    date.is_finite().then(|| date_ms.saturating_sub(clock::wall_ms()))
}
