//! The body of a download, chunk by chunk.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::{
    api::tasks::TaskRef,
    client::{error::Error, exchange::step::Failure},
    csv::content_disposition,
    protocol::request::{Endpoint, Request, Scope},
    web::{
        call::{AttemptGuard, Call, OpenFile, ResponseReader, aborted},
        client::{CallContext, Client},
        convert::Failed,
        document::Upload,
        fetch::Response,
        promise::{Flag, promise},
        signal::{Interrupted, Signal, within},
    },
};

/// The file of a task, whose download has begun.
#[wasm_bindgen]
pub struct Download(Rc<Body>);

struct Body {
    name: Option<String>,
    media_type: Option<String>,
    size: Option<u64>,
    state: RefCell<Option<State>>,
    /// The call of a body that was read to its end: its signal and time limit hold until the reader is done.
    ended: RefCell<Option<Call>>,
    cancelled: Flag,
}

struct State {
    response: Response,
    attempt: AttemptGuard,
    call: Call,
    beginning: VecDeque<Uint8Array>,
}

/// Begins a download and reads it until it is known to be a file and not an error.
pub async fn download(client: &Rc<Client>, context: &Rc<CallContext>, task: &TaskRef) -> Result<Download, Failed> {
    let request = Request { method: TaskRef::METHOD, ..task.to_request()? };
    open(Call::new(client, context, request), None).await
}

/// Makes a call whose response is a file, and reads it until it is known to be one and not an error.
pub async fn open(call: Call, upload: Option<&Upload>) -> Result<Download, Failed> {
    let reader = &mut ResponseReader { page: &mut |_| false, decode: &mut |_| Ok(()) };
    let open = call.run(upload, reader).await?;
    let Some(OpenFile { response, attempt, beginning }) = open else {
        return Err(Error::internal("the download returned no file").into());
    };
    let name = response.header("content-disposition").and_then(|header| content_disposition::file_name(&header));
    Ok(Download(Rc::new(Body {
        name,
        media_type: response.content_type(),
        size: response.content_length(),
        state: RefCell::new(Some(State { response, attempt, call, beginning: beginning.into() })),
        ended: RefCell::default(),
        cancelled: Flag::default(),
    })))
}

#[wasm_bindgen]
impl Download {
    /// The file's name, if the service gives one.
    #[wasm_bindgen(getter, js_name = fileName)]
    pub fn file_name(&self) -> Option<String> {
        self.0.name.clone()
    }

    /// The file's media type, if the service gives one.
    #[wasm_bindgen(getter, js_name = type)]
    pub fn media_type(&self) -> Option<String> {
        self.0.media_type.clone()
    }

    /// The file's size in bytes, if the service gives it.
    #[wasm_bindgen(getter)]
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub fn size(&self) -> Option<f64> {
        self.0.size.map(|size| size as f64)
    }

    /// The next chunk; `undefined` at the end. The reading has a signal beside that of the download.
    #[wasm_bindgen(unchecked_return_type = "Promise<Uint8Array | undefined>")]
    pub fn next(&self, signal: &JsValue) -> Promise {
        let body = Rc::clone(&self.0);
        let signal = if signal.is_undefined() { Ok(None) } else { Signal::new(signal).map(Some) };
        promise(async move {
            let signal = signal.map_err(Failed::from)?;
            let cancelled = body.cancelled.clone();
            let chunk = cancelled.unless_set(body.next(signal.as_ref())).await.unwrap_or(Ok(None));
            Ok(chunk?.map_or(JsValue::UNDEFINED, JsValue::from))
        })
    }

    /// Checks the signals and the time of the call, while a reading needs no more chunks for long.
    ///
    /// # Errors
    /// `aborted` or `timeout`; then the download is over.
    pub fn check(&self, signal: &JsValue) -> Result<(), JsValue> {
        let signal = if signal.is_undefined() { None } else { Some(Signal::new(signal).map_err(Failed::from)?) };
        let failed = self.0.check(signal.as_ref());
        if failed.is_some() {
            self.cancel();
        }
        failed.map_or(Ok(()), |failed| Err(failed.into()))
    }

    /// Gives up the download: its connection is closed and its permit released.
    pub fn cancel(&self) {
        self.0.cancelled.set();
        self.0.end();
    }
}

impl Body {
    /// Releases what the download holds.
    fn end(&self) {
        if let Some(state) = self.state.take() {
            state.response.cancel();
        }
        self.ended.take();
    }

    fn check(&self, signal: Option<&Signal>) -> Option<Failed> {
        let (state, ended) = (self.state.borrow(), self.ended.borrow());
        let call = state.as_ref().map(|state| &state.call).or(ended.as_ref());
        call.and_then(|call| check(call, signal))
    }

    async fn next(&self, signal: Option<&Signal>) -> Result<Option<Uint8Array>, Failed> {
        // Taken out while it is read, so that a cancelled read drops it.
        let Some(mut state) = self.state.take() else { return Ok(None) };
        let read = state.next(signal).await;
        match read {
            Ok(Some(chunk)) => {
                self.state.replace(Some(state));
                Ok(Some(chunk))
            }
            Ok(None) => {
                state.attempt.complete();
                state.call.end();
                self.ended.replace(Some(state.call));
                Ok(None)
            }
            Err(failed) => {
                state.response.cancel();
                Err(failed)
            }
        }
    }
}

/// The failure if a signal was aborted or the time of the call is over.
fn check(call: &Call, signal: Option<&Signal>) -> Option<Failed> {
    if let Some(signal) = signal.filter(|signal| signal.is_aborted()) {
        return Some(aborted(signal, Scope::Tasks.endpoint()));
    }
    if let Some(signal) = call.signal().filter(|signal| signal.is_aborted()) {
        return Some(call.aborted(signal));
    }
    call.is_over_time().then(|| call.file_failed(Failure::Timeout, "", JsValue::UNDEFINED))
}

impl State {
    async fn next(&mut self, signal: Option<&Signal>) -> Result<Option<Uint8Array>, Failed> {
        if let Some(failed) = check(&self.call, signal) {
            return Err(failed);
        }
        if let Some(chunk) = self.beginning.pop_front() {
            return Ok(Some(chunk));
        }
        if self.response.is_read() {
            return Ok(None);
        }
        let timeout_ms = self.call.timeout_ms();
        let read = within(None, signal, self.response.chunk());
        match within(Some(timeout_ms), self.call.signal(), read).await {
            Ok(Ok(Ok(chunk))) => Ok(chunk),
            Ok(Ok(Err(error))) => {
                let (failure, description, cause) = error.into_failure();
                Err(self.call.file_failed(failure, &description, cause))
            }
            Err(Interrupted::TimedOut) => Err(self.call.file_failed(Failure::Timeout, "", JsValue::UNDEFINED)),
            Ok(Err(_)) | Err(Interrupted::Aborted) => Err(check(&self.call, signal)
                .unwrap_or_else(|| Error::internal("an abort without an aborted signal").into())),
        }
    }
}
