//! One request and its response, through `fetch` or a custom function. That function is not trusted: it may reject with anything
//! and return something that is not a `Response`.
//!
//! `gloo-net` cannot be given a `fetch`, and panics if one rejects with something that is not an `Error`; `web_sys::Response` is
//! a class, which a custom response need not be an instance of. docs/dependencies.md names the test.

use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, FormData, RequestInit, RequestRedirect, Url};

use crate::{
    protocol::response::Head,
    web::{
        clock,
        host::{self, ChunkLike, HeadersLike, ReaderLike, ResponseLike, StreamLike},
        promise::settled,
    },
};

/// Why there is no response.
#[derive(Debug)]
pub enum TransportError {
    /// No connection, or it broke: what `fetch` rejected with.
    Connection(JsValue),
    /// Something that a retry cannot change.
    BadResponse(String),
}

/// The body of a request.
pub enum RequestBody {
    /// A form.
    Text(String),
    /// A form with a file.
    Multipart(FormData),
}

/// A response whose body is not read yet.
pub struct Response {
    inner: ResponseLike,
    headers: Option<HeadersLike>,
    pub status: u16,
    reader: Option<ReaderLike>,
    is_read: bool,
}

const MAX_REDIRECTS: usize = 5;

fn bad<T>(message: &str) -> Result<T, TransportError> {
    Err(TransportError::BadResponse(message.into()))
}

thread_local! {
    static FORM_HEADERS: Object = {
        let headers = Object::new();
        let _ = Reflect::set(&headers, &"content-type".into(), &"application/x-www-form-urlencoded".into());
        headers
    };
}

/// Sends one request. Redirects are followed here, as the request they are, and only on the same host: the body holds the
/// credentials. A change is never sent again as a `GET`, which `fetch` would do after 301 to 303.
pub async fn send(
    fetch: Option<&Function>,
    mut url: String,
    body: RequestBody,
    controller: &AbortController,
) -> Result<Response, TransportError> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(&controller.signal()));
    match body {
        RequestBody::Text(text) => {
            init.set_body(&JsValue::from(text));
            FORM_HEADERS.with(|headers| init.set_headers(headers));
        }
        RequestBody::Multipart(form) => init.set_body(&form),
    }
    let global;
    let fetch = if let Some(fetch) = fetch {
        fetch
    } else {
        let found = Reflect::get(&js_sys::global(), &"fetch".into()).unwrap_or_default();
        let Ok(function) = found.dyn_into::<Function>() else {
            return bad("this environment has no `fetch`: pass one to `createClient({ fetch })`");
        };
        global = function;
        &global
    };
    for _ in 0..=MAX_REDIRECTS {
        let response = settled(host::call_fetch(fetch, &url, &init)).await.map_err(TransportError::Connection)?;
        let response = Response::new(response)?;
        if response.is_opaque_redirect() {
            return bad("the service's host redirected the request, and a page cannot see where to: correct `baseUrl`");
        }
        let (301 | 302 | 303 | 307 | 308, Some(location)) = (response.status, response.header("location")) else {
            return Ok(response);
        };
        response.cancel();
        url = follow(&url, &location)?;
    }
    bad("the service's host redirects without end")
}

fn follow(from: &str, location: &str) -> Result<String, TransportError> {
    let parsed = Url::new(from).and_then(|old| Ok((old, Url::new_with_base(location, from)?)));
    let (old, next) = parsed.map_err(TransportError::Connection)?;
    if next.host() != old.host() || (next.protocol() != old.protocol() && next.protocol() != "https:") {
        return bad(&format!(
            "the service's host redirected the request to {}, which does not get the credentials",
            next.origin()
        ));
    }
    Ok(next.href())
}

impl Response {
    fn new(value: JsValue) -> Result<Self, TransportError> {
        let not_a_response = "`fetch` returned something that is not a Response";
        if !value.is_object() {
            return bad(not_a_response);
        }
        let inner: ResponseLike = value.unchecked_into();
        let Some(status) = inner.status().ok().and_then(|status| status.as_f64()) else {
            return bad(not_a_response);
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
        let status = status as u16;
        let headers = inner.headers().ok().flatten();
        Ok(Self { inner, headers, status, reader: None, is_read: false })
    }

    fn is_opaque_redirect(&self) -> bool {
        // Only an opaque response has the status 0.
        self.status == 0
            && self.inner.response_type().is_ok_and(|kind| kind.as_string().as_deref() == Some("opaqueredirect"))
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers.as_ref()?.get(name).ok()?.as_string()
    }

    /// The length of the body, if the head tells it: that of a compressed body is another.
    pub fn content_length(&self) -> Option<u64> {
        let length = self.header("content-length").filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
        if self.header("content-encoding").is_some() { None } else { length.parse().ok() }
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
                None => return self.whole().await,
            }
        }
        let Some(reader) = &self.reader else { return Ok(None) };
        let chunk: ChunkLike =
            settled(host::read_chunk(reader)).await.map_err(TransportError::Connection)?.unchecked_into();
        if chunk.done().map_err(TransportError::Connection)? {
            self.is_read = true;
            return Ok(None);
        }
        chunk.value().map(Some).map_err(TransportError::Connection)
    }

    fn stream(&self) -> Option<StreamLike> {
        let stream = self.inner.body().ok().flatten()?;
        let has_reader = Reflect::get(&stream, &"getReader".into()).is_ok_and(|reader| reader.is_function());
        has_reader.then_some(stream)
    }

    /// The whole body, of a response without a stream, once.
    async fn whole(&mut self) -> Result<Option<Uint8Array>, TransportError> {
        if self.is_read {
            return Ok(None);
        }
        self.is_read = true;
        let has = |method: &str| Reflect::get(&self.inner, &method.into()).is_ok_and(|value| value.is_function());
        if has("arrayBuffer") {
            let buffer = settled(self.inner.array_buffer()).await.map_err(TransportError::Connection)?;
            return Ok(Some(Uint8Array::new(&buffer)));
        }
        if has("text") {
            let text = settled(self.inner.text()).await.map_err(TransportError::Connection)?;
            return Ok(Some(Uint8Array::from(text.as_string().unwrap_or_default().as_bytes())));
        }
        bad("`fetch` returned a Response without a body")
    }

    /// The chunks of the body, if they are no larger than the maximum together.
    pub async fn chunks(&mut self, max_bytes: u64) -> Result<Option<Vec<Uint8Array>>, TransportError> {
        if self.content_length().is_some_and(|length| length > max_bytes) {
            self.cancel();
            return Ok(None);
        }
        let mut chunks = Vec::new();
        let mut size = 0_u64;
        while let Some(chunk) = self.chunk().await? {
            size = size.saturating_add(chunk.length().into());
            if size > max_bytes {
                self.cancel();
                return Ok(None);
            }
            chunks.push(chunk);
        }
        Ok(Some(chunks))
    }

    /// Whether the body was read to its end.
    pub fn is_read(&self) -> bool {
        self.is_read
    }

    /// Gives up the body.
    pub fn cancel(&self) {
        let cancelled = match &self.reader {
            Some(reader) => reader.cancel_reader(),
            None => match self.inner.body() {
                Ok(Some(stream)) => stream.cancel(),
                _ => return,
            },
        };
        // A failure to cancel does not matter, but an unhandled rejection would end a Node.js process.
        if let Ok(promise) = cancelled
            && let Ok(promise) = promise.dyn_into::<Promise>()
        {
            wasm_bindgen_futures::spawn_local(async move {
                let _ = JsFuture::from(promise).await;
            });
        }
    }
}

/// `Retry-After` in milliseconds from now: seconds, or a date.
fn retry_after_ms(value: &str) -> Option<u64> {
    if let Ok(seconds) = value.trim_ascii().parse::<u64>() {
        return Some(seconds.saturating_mul(1000));
    }
    let date = js_sys::Date::parse(value);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
    let date_ms = date as u64;
    date.is_finite().then(|| date_ms.saturating_sub(clock::wall_ms()))
}
