//! What the package's TypeScript does for this module (`pkg-template/src/runtime/host.ts`), and JavaScript values that a user
//! may have made: only the members that are used are declared, and each access may throw.

use js_sys::{Array, Function, Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::RequestInit;

#[wasm_bindgen(raw_module = "./host.js")]
extern "C" {
    /// A promise that is rejected if this instance traps.
    pub type Deferred;
    /// A pending promise.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Deferred;
    /// The promise itself.
    #[wasm_bindgen(method, getter)]
    pub fn promise(this: &Deferred) -> Promise;
    /// Fulfills it.
    #[wasm_bindgen(method)]
    pub fn resolve(this: &Deferred, value: &JsValue);
    /// Rejects it.
    #[wasm_bindgen(method)]
    pub fn reject(this: &Deferred, error: &JsValue);

    /// Makes an `SmscError` of its details.
    #[wasm_bindgen(js_name = smscError)]
    pub fn smsc_error(details: &JsValue, cause: &JsValue) -> JsValue;

    /// Makes messages of the columns of a page: three numbers stand at that address.
    #[wasm_bindgen(js_name = buildMessages)]
    pub fn build_messages(address: usize) -> Array;

    /// Whether a value is a `Date`, of this realm or another.
    #[wasm_bindgen(js_name = isDate)]
    pub fn is_date(value: &JsValue) -> bool;

    /// Whether the code runs in a browser's page or one of its workers.
    #[wasm_bindgen(js_name = isPage)]
    pub fn is_page() -> bool;

    /// A sentence for whatever was thrown.
    #[wasm_bindgen(js_name = describeThrown)]
    pub fn describe_thrown(thrown: &JsValue) -> String;

    /// All texts of a value that was thrown, however deep.
    #[wasm_bindgen(js_name = textsOf)]
    pub fn texts_of(thrown: &JsValue) -> String;

    /// An error with that name and message, and no stack.
    #[wasm_bindgen(js_name = bareError)]
    pub fn bare_error(name: &str, message: &str) -> JsValue;

    /// Calls `fetch`. Its rejection has a handler, even if this instance traps before it awaits the promise.
    #[wasm_bindgen(catch, js_name = callFetch)]
    pub fn call_fetch(fetch: &Function, url: &str, init: &RequestInit) -> Result<JsValue, JsValue>;

    /// Reads a chunk; the promise is handled likewise.
    #[wasm_bindgen(catch, js_name = readChunk)]
    pub fn read_chunk(reader: &ReaderLike) -> Result<JsValue, JsValue>;

    /// A document as a `Blob`, if it is one of the accepted types.
    #[wasm_bindgen(js_name = toBlob)]
    pub fn to_blob(document: &JsValue) -> Option<web_sys::Blob>;

    /// The name of a document, if it has one.
    #[wasm_bindgen(js_name = documentName)]
    pub fn document_name(document: &JsValue) -> Option<String>;

    /// Aborts the controller if this instance traps.
    #[wasm_bindgen(js_name = abortOnTrap)]
    pub fn abort_on_trap(controller: &web_sys::AbortController);
    /// Undoes [`abort_on_trap`].
    #[wasm_bindgen(js_name = keepOnTrap)]
    pub fn keep_on_trap(controller: &web_sys::AbortController);

    /// Records a request that counts in those windows, for other copies of the package and for the instance after a trap.
    #[wasm_bindgen(js_name = recordRequest)]
    pub fn record_request(account: &str, windows: &Array) -> JsValue;
    /// The recorded request ended, or (`was_sent` is false) was not sent.
    #[wasm_bindgen(js_name = endRequest)]
    pub fn end_request(record: &JsValue, was_sent: bool);

    /// Releases the lease of a shared limiter if this instance traps.
    #[wasm_bindgen(js_name = holdLease)]
    pub fn hold_lease(limiter: &JsValue, ticket: &str);
    /// The lease was released.
    #[wasm_bindgen(js_name = dropLease)]
    pub fn drop_lease(ticket: &str);

    /// Tells this process from all others.
    #[wasm_bindgen(js_name = processId)]
    pub fn process_id() -> String;
}

#[wasm_bindgen]
extern "C" {
    /// The members of an `AbortSignal` that are used.
    #[derive(Clone)]
    pub type SignalLike;
    #[wasm_bindgen(method, getter)]
    pub fn aborted(this: &SignalLike) -> bool;
    #[wasm_bindgen(method, getter)]
    pub fn reason(this: &SignalLike) -> JsValue;
    #[wasm_bindgen(method, catch, js_name = addEventListener)]
    pub fn add_listener(this: &SignalLike, event: &str, listener: &Function) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = removeEventListener)]
    pub fn remove_listener(this: &SignalLike, event: &str, listener: &Function) -> Result<(), JsValue>;

    /// The members of a `Response` that are used. A custom `fetch` may return no more.
    #[derive(Clone)]
    pub type ResponseLike;
    #[wasm_bindgen(method, getter, catch)]
    pub fn status(this: &ResponseLike) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch, js_name = type)]
    pub fn response_type(this: &ResponseLike) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    pub fn headers(this: &ResponseLike) -> Result<Option<HeadersLike>, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    pub fn body(this: &ResponseLike) -> Result<Option<StreamLike>, JsValue>;
    #[wasm_bindgen(method, catch, js_name = arrayBuffer)]
    pub fn array_buffer(this: &ResponseLike) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn text(this: &ResponseLike) -> Result<JsValue, JsValue>;

    /// The members of `Headers` that are used.
    pub type HeadersLike;
    #[wasm_bindgen(method, catch)]
    pub fn get(this: &HeadersLike, name: &str) -> Result<JsValue, JsValue>;

    /// The members of a `ReadableStream` that are used.
    pub type StreamLike;
    #[wasm_bindgen(method, catch, js_name = getReader)]
    pub fn reader(this: &StreamLike) -> Result<ReaderLike, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn cancel(this: &StreamLike) -> Result<JsValue, JsValue>;

    /// The members of a stream's reader that are used.
    #[derive(Clone)]
    pub type ReaderLike;
    #[wasm_bindgen(method, catch, js_name = cancel)]
    pub fn cancel_reader(this: &ReaderLike) -> Result<JsValue, JsValue>;

    /// One result of a reader.
    pub type ChunkLike;
    #[wasm_bindgen(method, getter, catch)]
    pub fn done(this: &ChunkLike) -> Result<bool, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    pub fn value(this: &ChunkLike) -> Result<Uint8Array, JsValue>;

    /// A shared rate limiter.
    #[derive(Clone)]
    pub type LimiterLike;
    #[wasm_bindgen(method, catch)]
    pub fn acquire(this: &LimiterLike, request: &Object, signal: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn release(this: &LimiterLike, ticket: &str, hold: &JsValue) -> Result<JsValue, JsValue>;
}
