//! One call: asks the state machine for the next step and does it.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, TextDecoder};

use crate::{
    api::options::ProvidedCredentials,
    client::{
        error::{Error, ErrorCode, Result},
        exchange::{
            Exchange,
            step::{Body, Failure, LimiterAnswer, Step, WaitReason},
        },
        rate_limits::{RateLimits, RequestId, rules_name},
    },
    protocol::{
        charset::{self, Decoded},
        form,
        request::{BodyKind, Request},
    },
    web::{
        account::Account,
        cause::redact_cause,
        client::{CallContext, Client},
        clock::now,
        convert::{self, Failed},
        document::Upload,
        fetch::{self, Post, Response, TransportError},
        hooks::{ObservedAttempt, RequestEvent, WaitEvent},
        host,
        limiter::{Acquired, Lease},
        promise::settled,
        signal::{Interrupted, Signal, within},
    },
};

thread_local! {
    static LAST_REQUEST_ID: Cell<RequestId> = const { Cell::new(0) };
    static FORM_CONTENT_TYPE: JsValue = form::CONTENT_TYPE.into();
}

/// How a complete response is read.
pub struct ResponseReader<'a> {
    /// Reads a page of the history; returns whether it could.
    pub page: &'a mut dyn FnMut(&[Uint8Array]) -> bool,
    /// Reads any other text.
    pub decode: &'a mut dyn FnMut(&str) -> Result<()>,
}

/// A response that stays open: a file whose beginning was read.
pub struct OpenFile {
    pub response: Response,
    pub attempt: AttemptGuard,
    pub beginning: Vec<Uint8Array>,
}

/// Aborts a request, to the service or to a shared limiter, on drop, unless [`Self::complete`] was called.
pub struct AttemptGuard {
    controller: AbortController,
    is_complete: Cell<bool>,
}

impl AttemptGuard {
    fn new() -> std::result::Result<Self, JsValue> {
        Ok(Self { controller: host::new_controller()?, is_complete: Cell::new(false) })
    }

    /// Nothing is left to abort, such as of a body that was read to its end: an abort would cost more than a whole small call.
    pub fn complete(&self) {
        self.is_complete.set(true);
    }
}

impl Drop for AttemptGuard {
    fn drop(&mut self) {
        host::keep_on_trap(&self.controller);
        if !self.is_complete.get() {
            self.controller.abort();
        }
    }
}

/// One call in progress.
pub struct Call {
    client: Rc<Client>,
    context: Rc<CallContext>,
    exchange: RefCell<Exchange>,
    account: RefCell<Rc<Account>>,
    lease: RefCell<Option<Rc<Lease>>>,
    leases: Cell<u32>,
    record: RefCell<Option<JsValue>>,
    /// How the last attempt failed.
    failure: RefCell<Option<Failed>>,
}

impl Call {
    /// Prepares a call.
    pub fn new(client: &Rc<Client>, context: &Rc<CallContext>, request: Request) -> Self {
        let id = LAST_REQUEST_ID.get().wrapping_add(1);
        LAST_REQUEST_ID.set(id);
        let settings = Rc::clone(&client.settings);
        let exchange = Exchange::new(request, settings, context.settings, id, context.started_at.get());
        let account = Rc::clone(&client.account.borrow());
        Self {
            client: Rc::clone(client),
            context: Rc::clone(context),
            exchange: RefCell::new(exchange),
            account: RefCell::new(account),
            lease: RefCell::default(),
            leases: Cell::new(0),
            record: RefCell::default(),
            failure: RefCell::default(),
        }
    }

    /// Runs the call. Returns the open file, if it is a download.
    pub async fn run(
        &self,
        upload: Option<&Upload>,
        reader: &mut ResponseReader<'_>,
    ) -> Result<Option<OpenFile>, Failed> {
        loop {
            // A response that was read is the result, even if the signal has aborted since.
            if self.exchange.borrow().is_done() {
                self.wake_next();
                return self.result().map(|()| None);
            }
            self.check_signal()?;
            match self.next() {
                Step::Wait { ms, max_ms, reason } => self.wait(ms, max_ms, reason).await,
                Step::Authorize => self.authorize().await?,
                Step::Acquire => self.acquire().await?,
                Step::Send { timeout_ms } => {
                    let open = self.attempt(timeout_ms, upload, reader).await?;
                    if open.is_some() {
                        return Ok(open);
                    }
                    self.attempt_ended();
                }
                Step::Done => return self.result().map(|()| None),
            }
        }
    }

    /// The result of a call that is done.
    fn result(&self) -> Result<(), Failed> {
        let result = self.exchange.borrow_mut().take_result();
        result.map_err(|error| self.with_last_failure(error))
    }

    fn next(&self) -> Step {
        let step = self.advance(|exchange, limits| exchange.next(now(), limits));
        // Another waiter may be next, whatever this call does.
        self.wake_next();
        step
    }

    /// Advances the state machine, which counts in the account's limits.
    fn advance<T>(&self, step: impl FnOnce(&mut Exchange, &mut RateLimits) -> T) -> T {
        let account = self.account.borrow();
        step(&mut self.exchange.borrow_mut(), &mut account.limits.borrow_mut())
    }

    fn wake_next(&self) {
        let account = Rc::clone(&self.account.borrow());
        account.wake_next();
    }

    /// The error if the caller's signal has aborted.
    pub fn check_signal(&self) -> Result<(), Failed> {
        match &self.context.signal {
            Some(signal) if signal.is_aborted() => Err(self.aborted(signal)),
            _ => Ok(()),
        }
    }

    /// The error for an abort of the caller.
    pub fn aborted(&self, signal: &Signal) -> Failed {
        let Failed { error, cause } = aborted(signal, self.exchange.borrow().endpoint());
        Failed { error: self.exchange.borrow().aborted(error), cause }
    }

    async fn wait(&self, ms: Option<u64>, max_ms: Option<u64>, reason: WaitReason) {
        let id = self.exchange.borrow().id();
        self.client.hooks.waiting(self.context.on_wait.as_ref(), || {
            let exchange = self.exchange.borrow();
            WaitEvent {
                call_id: self.context.call_id(),
                method: exchange.request().method,
                reason,
                wait_ms: ms.unwrap_or_default(),
                attempt: exchange.attempts().saturating_add(1),
            }
        });
        let ms = ms.or(max_ms);
        let began = now();
        let account = Rc::clone(&self.account.borrow());
        let signal = self.context.signal.as_ref();
        // What ends the wait does not matter: the next step follows from the time and the signal.
        let _ = match reason {
            WaitReason::RateLimit if self.client.limiter.is_none() => {
                within(ms, signal, account.wait_in_queue(id)).await
            }
            WaitReason::RateLimit | WaitReason::Retry | WaitReason::Poll => {
                within(ms, signal, std::future::pending()).await
            }
        };
        let waited_ms = &self.context.waited_ms;
        waited_ms.set(waited_ms.get().saturating_add(now().saturating_sub(began)));
    }

    /// The time of an attempt, or for the next chunk of a file.
    pub fn timeout_ms(&self) -> u64 {
        self.exchange.borrow().timeout_ms(now())
    }

    /// Asks `credentials()`.
    async fn authorize(&self) -> Result<(), Failed> {
        let Some(provider) = &self.client.credentials else {
            return Err(Error::internal("there is no provider of credentials").into());
        };
        let credentials = async { settled(provider.call0(&JsValue::UNDEFINED)).await };
        match within(Some(self.timeout_ms()), self.context.signal.as_ref(), credentials).await {
            Err(Interrupted::Aborted) => self.check_signal(),
            Err(Interrupted::TimedOut) => {
                self.failed(Failure::Timeout, "", JsValue::UNDEFINED);
                Ok(())
            }
            Ok(Err(thrown)) => {
                self.failed(Failure::Credentials, &host::describe_thrown(&thrown), thrown);
                Ok(())
            }
            Ok(Ok(value)) => {
                let read = convert::read::<ProvidedCredentials>(&value, ErrorCode::Unauthorized, "credentials()")
                    .and_then(|(provided, _)| Ok(provided.into_credentials()?));
                let credentials = match read {
                    Ok(credentials) => credentials,
                    Err(Failed { error, cause }) => {
                        self.reject(if value.is_string() { error.parameter("credentials") } else { error });
                        if !cause.is_undefined() {
                            self.observe_failure(cause);
                        }
                        return Ok(());
                    }
                };
                let former = Rc::clone(&self.account.borrow());
                self.exchange.borrow_mut().authorize(credentials, now(), &mut former.limits.borrow_mut());
                let account = Account::get(&self.exchange.borrow().account());
                self.client.account.replace(Rc::clone(&account));
                self.account.replace(account);
                former.wake_next();
                Ok(())
            }
        }
    }

    /// Asks the shared limiter.
    async fn acquire(&self) -> Result<(), Failed> {
        let Some(limiter) = &self.client.limiter else {
            return Err(Error::internal("there is no shared limiter").into());
        };
        let known = self.lease.borrow().clone();
        let lease = known.unwrap_or_else(|| {
            let lease = Lease::new(limiter, &self.exchange.borrow(), self.leases.get(), &self.client.hooks);
            self.leases.set(self.leases.get().wrapping_add(1));
            self.lease.replace(Some(Rc::clone(&lease)));
            lease
        });
        let attempt = AttemptGuard::new().map_err(|thrown| self.no_controller(thrown))?;
        let signal = attempt.controller.signal();
        let may_long_poll = self.exchange.borrow().may_long_poll();
        let answer_timeout_ms = self.exchange.borrow().answer_timeout_ms(now());
        let asked = lease.acquire(may_long_poll, answer_timeout_ms, &signal);
        let acquired = match within(Some(answer_timeout_ms), self.context.signal.as_ref(), asked).await {
            Err(Interrupted::Aborted) => return self.check_signal(),
            Err(Interrupted::TimedOut) if self.exchange.borrow().remaining_ms(now()) == Some(0) => {
                self.failed(Failure::Timeout, "", JsValue::UNDEFINED);
                return Ok(());
            }
            Err(Interrupted::TimedOut) => Acquired::Unanswered,
            Ok(acquired) => {
                attempt.complete();
                acquired
            }
        };
        match acquired {
            Acquired::Answer(answer) => {
                self.advance(|exchange, limits| exchange.acquired(answer, now(), limits));
                if answer == LimiterAnswer::Grant {
                    lease.renew_until_released();
                }
            }
            Acquired::Unanswered => {
                self.advance(|exchange, limits| exchange.unanswered(answer_timeout_ms, now(), limits));
            }
            Acquired::Invalid(error) => self.reject(error),
            Acquired::Failed(thrown) => {
                self.failed(Failure::Limiter, &host::describe_thrown(&thrown), thrown);
            }
        }
        Ok(())
    }

    fn no_controller(&self, thrown: JsValue) -> Failed {
        self.withdraw();
        let error = Error::internal(
            "this environment has no AbortController, which smsc-wasm needs: load a polyfill before the first call",
        );
        Failed { error: self.exchange.borrow().complete(error), cause: thrown }
    }

    /// Sends the request and reads its response. Returns a file that stays open.
    async fn attempt(
        &self,
        timeout_ms: u64,
        upload: Option<&Upload>,
        reader: &mut ResponseReader<'_>,
    ) -> Result<Option<OpenFile>, Failed> {
        let attempt = AttemptGuard::new().map_err(|thrown| self.no_controller(thrown))?;
        self.record_request();
        let observed = self.client.hooks.requesting(|| self.request_event());
        let result = self.exchange_within(timeout_ms, &attempt, observed.as_ref(), upload, reader).await;
        if let Some(observed) = observed {
            let failure = match &result {
                Err(failed) => Some(failed.clone()),
                Ok(_) if self.exchange.borrow().last_error().is_some() => self.failure.borrow().clone(),
                Ok(_) => None,
            };
            observed.end(failure.map_or(JsValue::UNDEFINED, JsValue::from));
        }
        Ok(result?.map(|(response, beginning)| OpenFile { response, attempt, beginning }))
    }

    /// One request and its response, unless its time is over or the caller aborts.
    async fn exchange_within(
        &self,
        timeout_ms: u64,
        attempt: &AttemptGuard,
        observed: Option<&ObservedAttempt>,
        upload: Option<&Upload>,
        reader: &mut ResponseReader<'_>,
    ) -> Result<Option<(Response, Vec<Uint8Array>)>, Failed> {
        // The hook may have aborted the call.
        self.withdraw_if_aborted()?;
        let exchanged = self.exchange_once(attempt, observed, upload, reader);
        match within(Some(timeout_ms), self.context.signal.as_ref(), exchanged).await {
            Ok(Ok(file)) => return Ok(file),
            Ok(Err(error)) => {
                if matches!(error, TransportError::NoFetch) {
                    self.withdraw();
                }
                let (failure, description, cause) = error.into_failure();
                self.failed(failure, &description, cause);
            }
            Err(Interrupted::TimedOut) => self.failed(Failure::Timeout, "", JsValue::UNDEFINED),
            Err(Interrupted::Aborted) => self.check_signal()?,
        }
        Ok(None)
    }

    /// The error if the caller's signal has aborted before anything was sent.
    fn withdraw_if_aborted(&self) -> Result<(), Failed> {
        if self.check_signal().is_err() {
            self.withdraw();
        }
        self.check_signal()
    }

    /// The request of the attempt was not sent.
    fn withdraw(&self) {
        self.advance(|exchange, limits| exchange.withdraw(now(), limits));
        if let Some(record) = self.record.take() {
            host::end_request(&record, false);
        }
    }

    fn request_event(&self) -> RequestEvent {
        let exchange = self.exchange.borrow();
        let form = &exchange.request().form;
        RequestEvent {
            call_id: self.context.call_id(),
            method: exchange.request().method,
            script: form.script.clone().into_owned(),
            url: exchange.url(),
            attempt: exchange.attempts(),
            parameters: form.clone(),
        }
    }

    /// One request and its response.
    async fn exchange_once(
        &self,
        attempt: &AttemptGuard,
        observed: Option<&ObservedAttempt>,
        upload: Option<&Upload>,
        reader: &mut ResponseReader<'_>,
    ) -> Result<Option<(Response, Vec<Uint8Array>)>, TransportError> {
        let (url, body, content_type, kind) = {
            let exchange = self.exchange.borrow();
            let (form, credentials) = (&exchange.request().form, exchange.credentials());
            let (body, content_type) = match upload {
                Some(upload) => (upload.body(form, credentials), upload.content_type().into()),
                None => (form.encode(credentials).into(), FORM_CONTENT_TYPE.with(Clone::clone)),
            };
            (exchange.url(), body, content_type, exchange.request().body_kind)
        };
        let Client { fetch, headers, .. } = &*self.client;
        let is_change = self.exchange.borrow().request().is_change;
        let is_stream = upload.is_some_and(Upload::is_stream);
        let post = Post { url, body, content_type: &content_type, headers, is_change, is_stream };
        let on_head = |status| self.exchange.borrow_mut().head_received(status);
        let mut response = fetch::send(fetch.as_ref(), post, &attempt.controller, &on_head).await?;
        if let Some(observed) = observed {
            observed.head_received(response.status);
        }
        if matches!(kind, BodyKind::File | BodyKind::Forwarded) {
            let beginning = self.read_beginning(&mut response, attempt, reader).await?;
            return Ok(beginning.map(|beginning| (response, beginning)));
        }
        let max = self.client.settings.max_response_bytes;
        let Some(chunks) = response.chunks(max).await? else {
            return Err(TransportError::BadResponse(format!(
                "the response is larger than maxResponseBytes ({max} bytes)"
            )));
        };
        attempt.complete();
        if let Some(observed) = observed {
            observed.body_received(chunks.iter().map(|chunk| u64::from(chunk.length())).sum());
        }
        self.read_whole(&response, &chunks, kind, reader);
        Ok(None)
    }

    /// Reads a complete response.
    fn read_whole(&self, response: &Response, chunks: &[Uint8Array], kind: BodyKind, reader: &mut ResponseReader<'_>) {
        let content_type = response.content_type();
        let may_be_utf_8 = charset::may_be_utf_8(content_type.as_deref());
        if kind == BodyKind::HistoryPage && response.status == 200 && may_be_utf_8 && (reader.page)(chunks) {
            self.advance(|exchange, limits| exchange.accept(now(), limits));
            return;
        }
        let text = decode(&convert::joined(chunks), content_type.as_deref(), true);
        let random = js_sys::Math::random();
        let head = response.head();
        self.advance(|exchange, limits| {
            exchange.received(head, &text, true, &mut *reader.decode, (now(), random), limits)
        });
        self.observe_failure(JsValue::UNDEFINED);
    }

    /// Reads a file until it is known to be one and not an error.
    async fn read_beginning(
        &self,
        response: &mut Response,
        attempt: &AttemptGuard,
        reader: &mut ResponseReader<'_>,
    ) -> Result<Option<Vec<Uint8Array>>, TransportError> {
        let head = response.head();
        let content_type = response.content_type();
        let mut chunks = Vec::new();
        let mut bytes = Vec::new();
        loop {
            let chunk = response.chunk().await?;
            let is_complete = chunk.is_none();
            if let Some(chunk) = chunk {
                bytes.extend_from_slice(&chunk.to_vec());
                chunks.push(chunk);
            } else {
                attempt.complete();
            }
            let text = decode(&bytes, content_type.as_deref(), is_complete);
            let random = js_sys::Math::random();
            let body = self.advance(|exchange, limits| {
                exchange.received(head, &text, is_complete, &mut *reader.decode, (now(), random), limits)
            });
            match body {
                Body::Incomplete => {}
                Body::File => return Ok(Some(chunks)),
                Body::Read => {
                    self.observe_failure(JsValue::UNDEFINED);
                    if is_complete && self.exchange.borrow().may_forward(&text) {
                        return Ok(Some(chunks));
                    }
                    response.cancel();
                    return Ok(None);
                }
            }
        }
    }

    fn failed(&self, failure: Failure, description: &str, cause: JsValue) {
        let random = js_sys::Math::random();
        self.advance(|exchange, limits| exchange.failed(failure, description, (now(), random), limits));
        self.observe_failure(cause);
    }

    /// Ends the call before anything is sent.
    fn reject(&self, error: Error) {
        self.advance(|exchange, limits| exchange.reject(error, now(), limits));
    }

    /// Keeps how the last attempt failed, if it did, with the cause of that failure.
    fn observe_failure(&self, cause: JsValue) {
        let Some(error) = self.exchange.borrow().last_error().cloned() else { return };
        let cause = match self.failure.take() {
            Some(former) if error.code == ErrorCode::Timeout => former.into(),
            _ => redact_cause(cause, self.exchange.borrow().credentials()),
        };
        self.failure.replace(Some(Failed { error, cause }));
    }

    /// Other copies of the package, and a fresh instance after a trap, count the request too.
    fn record_request(&self) {
        if self.client.limiter.is_some() {
            return;
        }
        let exchange = self.exchange.borrow();
        let rules = exchange.request().rules;
        let window_ms = rules.iter().map(|rule| rule.window_ms).max().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "at most an hour")]
        let record = host::record_request(
            &self.account.borrow().js_name,
            rules_name(rules),
            exchange.identity(),
            window_ms as f64,
        );
        self.record.replace(Some(record));
    }

    /// Releases what the attempt held outside of the state machine.
    fn attempt_ended(&self) {
        if let Some(record) = self.record.take() {
            host::end_request(&record, true);
        }
        if let Some(lease) = self.lease.take() {
            let feedback = self.exchange.borrow_mut().take_feedback();
            lease.release(feedback);
        }
    }

    /// The error with its cause: that of the last attempt if it is the attempt's own, or else the error of that attempt.
    fn with_last_failure(&self, error: Error) -> Failed {
        match self.failure.take() {
            Some(failure) if failure.error == error => failure,
            Some(failure) => Failed { error, cause: failure.into() },
            None => error.into(),
        }
    }

    /// Whether the time of the whole call is over.
    pub fn is_over_time(&self) -> bool {
        self.exchange.borrow().remaining_ms(now()) == Some(0)
    }

    /// The caller's signal.
    pub fn signal(&self) -> Option<&Signal> {
        self.context.signal.as_ref()
    }

    /// The failure of a file that broke off.
    pub fn file_failed(&self, failure: Failure, description: &str, cause: JsValue) -> Failed {
        let error = self.advance(|exchange, limits| exchange.file_failed(failure, description, now(), limits));
        match self.failure.take() {
            Some(former) if error.code == ErrorCode::Timeout => Failed { error, cause: former.into() },
            _ => Failed { error, cause: redact_cause(cause, self.exchange.borrow().credentials()) },
        }
    }

    /// Releases everything that the call holds, finished or given up.
    pub fn end(&self) {
        // A call that is done has released its permit.
        if !self.exchange.borrow().is_done() {
            self.advance(|exchange, limits| exchange.release(now(), limits));
        }
        self.attempt_ended();
        self.wake_next();
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.end();
    }
}

/// The error for an abort of the caller.
pub fn aborted(signal: &Signal, endpoint: &str) -> Failed {
    let error = Error::new(ErrorCode::Aborted, "the call was aborted by its signal").at(endpoint);
    Failed { error, cause: signal.reason() }
}

/// The text of a response.
fn decode(bytes: &[u8], content_type: Option<&str>, is_complete: bool) -> String {
    match charset::decode(bytes, content_type, is_complete) {
        Decoded::Text(text) => text.into_owned(),
        Decoded::Label(label) => {
            // A label that the platform does not know is as good as none.
            let decoder = TextDecoder::new_with_label(label);
            let text = decoder.and_then(|decoder| decoder.decode_with_u8_array(bytes));
            text.unwrap_or_else(|_| match charset::decode(bytes, None, is_complete) {
                Decoded::Text(text) => text.into_owned(),
                Decoded::Label(_) => String::new(),
            })
        }
    }
}
