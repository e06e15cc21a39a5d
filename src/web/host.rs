//! What the package's TypeScript does for this module (`pkg-template/src/runtime/host.ts`), and JavaScript values that a user
//! may have made: only the members that are used are declared, and each access may throw.

use js_sys::{Array, Function, Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortController;

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

    /// A page of the history, as users get it.
    #[wasm_bindgen(js_name = historyPage)]
    pub fn history_page(messages: &Array, next_cursor: Option<&str>) -> JsValue;

    /// The items of an array, if a value is one that can be read.
    #[wasm_bindgen(js_name = itemsOf)]
    pub fn items_of(value: &JsValue) -> Option<Array>;

    /// The time of a `Date` of this realm or another, if a value is one; NaN if it is invalid.
    #[wasm_bindgen(js_name = timeOf)]
    pub fn time_of(value: &JsValue) -> Option<f64>;

    /// Whether the code runs in a browser's page or one of its workers.
    #[wasm_bindgen(js_name = isPage)]
    pub fn is_page() -> bool;

    /// A sentence for whatever was thrown.
    #[wasm_bindgen(js_name = describeThrown)]
    pub fn describe_thrown(thrown: &JsValue) -> String;

    /// All texts of a value that was thrown, however deep; `None` if they are too long to search.
    #[wasm_bindgen(js_name = textsOf)]
    pub fn texts_of(thrown: &JsValue) -> Option<String>;

    /// A text, or its length if it is too long to show; `None` for any other value.
    #[wasm_bindgen(js_name = shortText)]
    pub fn short_text(value: &JsValue) -> Option<String>;

    /// An error with that name and message, and no stack.
    #[wasm_bindgen(js_name = bareError)]
    pub fn bare_error(name: &str, message: &str) -> JsValue;

    /// Reports the outcome of a promise, a thenable or a value to [`settle`](crate::web::promise::settle) under that number.
    #[wasm_bindgen(js_name = whenSettled)]
    pub fn when_settled(value: &JsValue, id: u32);

    /// Calls `fetch`, and reports the outcome under that number: if this instance traps meanwhile, its rejection has a handler.
    #[wasm_bindgen(js_name = callFetch)]
    pub fn call_fetch(
        fetch: &Function,
        url: &str,
        body: &JsValue,
        content_type: &JsValue,
        headers: &JsValue,
        controller: &AbortController,
        id: u32,
    );

    /// The headers of a user as one object, or a text that describes the fault.
    #[wasm_bindgen(js_name = readHeaders)]
    pub fn read_headers(headers: &JsValue) -> JsValue;

    /// Calls `onProgress`, whose exception is passed on. The promise of an async function is not awaited.
    #[wasm_bindgen(catch, js_name = callProgress)]
    pub fn call_progress(on_progress: &Function, progress: &JsValue) -> Result<(), JsValue>;

    /// Calls a hook. An exception has no effect.
    #[wasm_bindgen(js_name = callHook)]
    pub fn call_hook(hook: &Function, event: &JsValue);

    /// Calls a logger's method. An exception has no effect.
    #[wasm_bindgen(js_name = callLogger)]
    pub fn call_logger(write: &Function, logger: &JsValue, message: &str, fields: &JsValue);

    /// Reads a chunk of a body, and reports it under that number: bytes, or `undefined` at the end.
    #[wasm_bindgen(js_name = readChunk)]
    pub fn read_chunk(reader: &ReaderLike, id: u32);

    /// Reads the whole body of a response, and reports its chunks under that number: an array; `undefined` if they are larger than
    /// the maximum; `null` if there is no body to read. An attempt that is over reads nothing more.
    #[wasm_bindgen(js_name = readBody)]
    pub fn read_body(response: &ResponseLike, max_bytes: f64, controller: &AbortController, id: u32);

    /// The HTTP status of a response; `None` if the value is no response.
    #[wasm_bindgen(js_name = statusOf)]
    pub fn status_of(response: &JsValue) -> Option<f64>;

    /// A header of a response.
    #[wasm_bindgen(js_name = headerOf)]
    pub fn header_of(response: &ResponseLike, name: &str) -> Option<String>;

    /// The media type of a response.
    #[wasm_bindgen(js_name = contentTypeOf)]
    pub fn content_type_of(response: &ResponseLike) -> Option<String>;

    /// The length of a body in bytes, if a header gives it. For a compressed body, the header gives another length.
    #[wasm_bindgen(js_name = contentLengthOf)]
    pub fn content_length_of(response: &ResponseLike) -> Option<f64>;

    /// Gives up a stream or its reader. What fails here has no effect.
    #[wasm_bindgen(js_name = cancelBody)]
    pub fn cancel_body(stream: &JsValue);

    /// The size of a document in bytes, if it is of one of the accepted types.
    #[wasm_bindgen(js_name = documentSize)]
    pub fn document_size(document: &JsValue) -> Option<f64>;

    /// Reads a document, and reports its bytes under that number.
    #[wasm_bindgen(js_name = readDocument)]
    pub fn read_document(document: &JsValue, id: u32);

    /// A stream of a multipart body, whose last part gets the bytes of a stream as its content.
    #[wasm_bindgen(js_name = insertStream)]
    pub fn insert_stream(body: &js_sys::Uint8Array, file: &JsValue) -> JsValue;

    /// The name of a document, if it has one.
    #[wasm_bindgen(js_name = documentName)]
    pub fn document_name(document: &JsValue) -> Option<String>;

    /// A controller that aborts if this instance traps. Throws if the environment has none.
    #[wasm_bindgen(catch, js_name = newController)]
    pub fn new_controller() -> Result<AbortController, JsValue>;
    /// The attempt of the controller is over.
    #[wasm_bindgen(js_name = keepOnTrap)]
    pub fn keep_on_trap(controller: &AbortController);

    /// The time of the monotonic clock in milliseconds; that of the wall clock in an environment without one.
    #[wasm_bindgen(js_name = monotonicMs)]
    pub fn monotonic_ms() -> f64;
    /// Calls the callback with the number after this number of milliseconds. Returns what `clear_timer` takes.
    #[wasm_bindgen(js_name = setTimer)]
    pub fn set_timer(callback: &Function, ms: f64, id: u32) -> JsValue;
    /// Clears a timer.
    #[wasm_bindgen(js_name = clearTimer)]
    pub fn clear_timer(handle: &JsValue);

    /// Records a request, for other copies of the package and for the instance after a trap: by the name of its rules, a hash that it
    /// shares with identical requests, and the longest of its windows.
    #[wasm_bindgen(js_name = recordRequest)]
    pub fn record_request(account: &JsValue, rules: &str, identity: u64, window_ms: f64) -> JsValue;
    /// The recorded request ended, or (`was_sent` is false) was not sent.
    #[wasm_bindgen(js_name = endRequest)]
    pub fn end_request(record: &JsValue, was_sent: bool);

    /// Releases the lease of a shared limiter if this instance traps.
    #[wasm_bindgen(js_name = holdLease)]
    pub fn hold_lease(limiter: &JsValue, request_id: &str);
    /// The lease was released.
    #[wasm_bindgen(js_name = dropLease)]
    pub fn drop_lease(request_id: &str);

    /// Tells this process from all others.
    #[wasm_bindgen(js_name = processId)]
    pub fn process_id() -> String;
}

#[wasm_bindgen]
extern "C" {
    /// The members of an `AbortSignal` that are used.
    #[derive(Clone)]
    pub type SignalLike;
    #[wasm_bindgen(method, getter, catch)]
    pub fn aborted(this: &SignalLike) -> Result<bool, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    pub fn reason(this: &SignalLike) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = addEventListener)]
    pub fn add_listener(this: &SignalLike, event: &str, listener: &Function) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = removeEventListener)]
    pub fn remove_listener(this: &SignalLike, event: &str, listener: &Function) -> Result<(), JsValue>;

    /// The members of a `Response` that are used. A custom `fetch` may return no more.
    #[derive(Clone)]
    pub type ResponseLike;
    #[wasm_bindgen(method, getter, catch, js_name = type)]
    pub fn response_type(this: &ResponseLike) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    pub fn body(this: &ResponseLike) -> Result<Option<StreamLike>, JsValue>;

    /// The members of a `ReadableStream` that are used.
    pub type StreamLike;
    #[wasm_bindgen(method, catch, js_name = getReader)]
    pub fn reader(this: &StreamLike) -> Result<ReaderLike, JsValue>;

    /// A stream's reader.
    #[derive(Clone)]
    pub type ReaderLike;

    /// Makes columns or lines of the pages of the history (`pkg-template/src/client/bulk-pages.ts`).
    pub type BulkOutput;
    /// Loads what makes them.
    #[wasm_bindgen(method)]
    pub fn load(this: &BulkOutput) -> Promise;
    /// Reads the bytes of a page. Returns the keys of its messages, as `item_codec` writes them; `None` if it does not have the usual
    /// form.
    #[wasm_bindgen(method, catch)]
    pub fn read(this: &BulkOutput, chunks: Vec<js_sys::Uint8Array>) -> Result<Option<Vec<u64>>, JsValue>;
    /// Does the same with the text of a page.
    #[wasm_bindgen(method, catch, js_name = readText)]
    pub fn read_text(this: &BulkOutput, text: &str) -> Result<Option<Vec<u64>>, JsValue>;
    /// Decodes a page of any form.
    #[wasm_bindgen(method, catch)]
    pub fn decode(this: &BulkOutput, text: &str) -> Result<(), JsValue>;
    /// Makes the page that was read last the current one of a stream.
    #[wasm_bindgen(method, catch)]
    pub fn accept(this: &BulkOutput, stream: usize) -> Result<(), JsValue>;
    /// Takes messages, by their streams and indexes.
    #[wasm_bindgen(method, catch)]
    pub fn take(this: &BulkOutput, taken: &[u32]) -> Result<JsValue, JsValue>;

    /// A shared rate limiter.
    #[derive(Clone)]
    pub type LimiterLike;
    #[wasm_bindgen(method, catch)]
    pub fn acquire(this: &LimiterLike, request: &Object, signal: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn release(this: &LimiterLike, request_id: &str, feedback: &JsValue) -> Result<JsValue, JsValue>;
}
