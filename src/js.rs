//! The JavaScript ends: what the package's own JavaScript calls. All of it is synchronous; who waits, sends and receives is
//! the JavaScript, on this crate's word. Values cross as JSON text, errors as the JSON of [`crate::error::Details`].

#![allow(clippy::float_cmp, reason = "the macro for enums compares so")]

mod csv;

use wasm_bindgen::prelude::*;

use crate::{
    call::Call,
    command::command,
    credentials::Credentials,
    day::Day,
    driver::{Beginning, Driver, Failure, Step, WaitReason},
    error::{Error, ErrorCode, Result},
    history,
    input::{Fields, parse},
    limits::Limits,
    reply::Head,
    senders,
    settings::{CallOptions, Settings},
    tasks,
    walk::Walk,
};

#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        Self::from_str(&error.to_json())
    }
}

/// Names the endpoint of an error, unless it is named.
fn at(endpoint: &str) -> impl Fn(Error) -> Error + '_ {
    move |error| {
        error.with(|details| {
            details.endpoint.get_or_insert_with(|| endpoint.into());
        })
    }
}

/// Milliseconds since 1970, as JavaScript's clock gives them.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
fn instant(ms: f64) -> u64 {
    ms as u64
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn float(ms: u64) -> f64 {
    ms as f64
}

/// Checks the options of `createClient` and gives what every call needs of them.
#[wasm_bindgen(js_name = checkOptions)]
pub fn check_options(options: &str, in_page: bool) -> Result<String> {
    Settings::check(options, in_page).map(|settings| settings.to_json())
}

/// Checks what `credentials()` gave.
#[wasm_bindgen(js_name = checkCredentials)]
pub fn check_credentials(credentials: &str) -> Result<()> {
    Credentials::from_provider(credentials).map(drop)
}

/// The limits of one account, which all its clients in this process share.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct AccountLimits(Limits);

#[wasm_bindgen]
impl AccountLimits {
    /// Limits that nobody has used yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The rows of `rateLimits()`, as JSON.
    pub fn report(&mut self, now: f64) -> String {
        self.0.report_json(instant(now))
    }
}

/// The next step of a call.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug)]
pub enum Next {
    /// Wait `ms` for a limit, then ask again.
    WaitForLimit,
    /// Wait `ms` before another try, then ask again.
    WaitForRetry,
    /// Send the request.
    Send,
    /// The result is there.
    Done,
    /// The error is there.
    Failed,
}

/// How an attempt failed without a reply.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// No connection, or it broke.
    Connection,
    /// It took too long.
    Timeout,
    /// `credentials()` failed.
    Credentials,
    /// No HTTP reply, one too large, or a redirect elsewhere.
    BadReply,
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Connection => Self::Connection,
            Fault::Timeout => Self::Timeout,
            Fault::Credentials => Self::Credentials,
            Fault::BadReply => Self::BadReply,
        }
    }
}

/// What the beginning of a file's reply shows.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug)]
pub enum FileStart {
    /// Not enough to tell.
    More,
    /// It is the file.
    File,
    /// The attempt is over; ask `next`.
    Over,
}

/// One call under way.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Operation {
    driver: Driver,
    document: Option<senders::document::Document>,
    ms: Option<u64>,
}

#[wasm_bindgen]
impl Operation {
    /// Checks a call's parameters and options and makes it ready.
    #[wasm_bindgen(constructor)]
    pub fn new(method: &str, settings: &str, input: &str, options: &str, now: f64) -> Result<Self> {
        let script = method.strip_prefix("call ").or_else(|| method.strip_prefix("raw "));
        let endpoint = script.or_else(|| method.split('.').next()).unwrap_or_default();
        Self::prepare(method, script, settings, input, options, instant(now)).map_err(at(endpoint))
    }

    fn prepare(
        method: &str,
        script: Option<&str>,
        settings: &str,
        input: &str,
        options: &str,
        now: u64,
    ) -> Result<Self> {
        let options = parse(options, ErrorCode::InvalidOption, "the options")?;
        let options = Fields::new(&options, ErrorCode::InvalidOption);
        let common = CallOptions::take(&options)?;
        let mut document = None;
        let input = parse(input, ErrorCode::InvalidParameter, script.map_or(method, |_| "`parameters`"))?;
        let parameters = &Fields::new(&input, ErrorCode::InvalidParameter);
        let mut with_document = |(call, it)| {
            document = it;
            call
        };
        let call: Call = if let Some(script) = script {
            let idempotent = options.take("idempotent").flag()?.unwrap_or(false);
            command(script, parameters, method.starts_with("raw "), idempotent)
        } else {
            match method {
                "history.list" => history::list(parameters),
                "senders.list" => senders::list(parameters),
                "senders.add" => senders::add(parameters).map(&mut with_document),
                "senders.update" => senders::update(parameters).map(&mut with_document),
                "senders.sendCode" => senders::send_code(parameters),
                "senders.confirmCode" => senders::confirm_code(parameters),
                "senders.remove" => senders::remove(parameters),
                "tasks.list" => tasks::list(parameters),
                "tasks.download" => tasks::file(parameters),
                _ => Err(Error::internal("there is no such call")),
            }
        }?;
        options.finish()?;
        let driver = Driver::new(call, Settings::for_call(settings, common)?, now);
        Ok(Self { driver, document, ms: None })
    }

    /// What is to be done next.
    pub fn next(&mut self, now: f64, limits: &mut AccountLimits) -> Next {
        let (next, ms) = match self.driver.next(instant(now), &mut limits.0) {
            Step::Wait { ms, reason: WaitReason::Limit } => (Next::WaitForLimit, ms),
            Step::Wait { ms, reason: WaitReason::Retry } => (Next::WaitForRetry, ms),
            Step::Send { timeout_ms } => (Next::Send, Some(timeout_ms)),
            Step::Done => (Next::Done, None),
            Step::Failed => (Next::Failed, None),
        };
        self.ms = ms;
        next
    }

    /// How long to wait, or to wait for the reply; nothing where only another call's end can tell.
    #[wasm_bindgen(getter)]
    pub fn ms(&self) -> Option<f64> {
        self.ms.map(float)
    }

    /// Says who asks, for this attempt.
    pub fn authorize(&mut self, credentials: &str) -> Result<()> {
        let read = || {
            let values = parse(credentials, ErrorCode::Unauthorized, "credentials")?;
            Credentials::take(&Fields::new(&values, ErrorCode::Unauthorized))
        };
        self.driver.authorize(read()?);
        Ok(())
    }

    /// Where the request goes.
    pub fn url(&self) -> String {
        self.driver.url()
    }

    /// The body, urlencoded.
    pub fn body(&self) -> String {
        // The encoder's own text is wiped; the copies that cross the border are the caller's, and are only freed.
        self.driver.body().as_str().into()
    }

    /// The fields of a multipart body, as JSON pairs.
    pub fn fields(&self) -> String {
        self.driver.fields().as_str().into()
    }

    /// The document that goes along, as JSON; nothing where there is none.
    pub fn document(&self) -> Option<String> {
        self.document.as_ref().map(senders::document::Document::to_json)
    }

    /// The endpoint's name.
    #[wasm_bindgen(getter)]
    pub fn endpoint(&self) -> String {
        self.driver.endpoint()
    }

    /// The largest reply that is no file, in bytes.
    #[wasm_bindgen(getter, js_name = maxReplyBytes)]
    pub fn max_reply_bytes(&self) -> f64 {
        float(self.driver.max_reply_bytes())
    }

    /// The reply came, whole.
    #[expect(clippy::too_many_arguments, reason = "the parts of a reply, each of a plain type")]
    pub fn replied(
        &mut self,
        status: f64,
        content_type: Option<String>,
        retry_after_ms: Option<f64>,
        body: Vec<u8>,
        now: f64,
        random: f64,
        limits: &mut AccountLimits,
    ) {
        let head = Head { status: instant(status), content_type, retry_after_ms: retry_after_ms.map(instant) };
        self.driver.replied(&head, body, instant(now), random, &mut limits.0);
    }

    /// The beginning of a file's reply came.
    #[expect(clippy::too_many_arguments, reason = "the parts of a reply, each of a plain type")]
    pub fn began(
        &mut self,
        status: f64,
        content_type: Option<String>,
        retry_after_ms: Option<f64>,
        bytes: &[u8],
        whole: bool,
        now: f64,
        random: f64,
        limits: &mut AccountLimits,
    ) -> FileStart {
        let head = Head { status: instant(status), content_type, retry_after_ms: retry_after_ms.map(instant) };
        match self.driver.began(&head, bytes, whole, instant(now), random, &mut limits.0) {
            Beginning::More => FileStart::More,
            Beginning::File => FileStart::File,
            Beginning::Error => FileStart::Over,
        }
    }

    /// The attempt failed without a reply.
    pub fn failed(&mut self, fault: Fault, what: &str, now: f64, random: f64, limits: &mut AccountLimits) {
        self.driver.failed(fault.into(), what, instant(now), random, &mut limits.0);
    }

    /// A file broke off on its way; ask `result` for the error.
    pub fn broke(&mut self, fault: Fault, what: &str, now: f64, limits: &mut AccountLimits) {
        self.driver.broke(fault.into(), what, instant(now), &mut limits.0);
    }

    /// How many milliseconds the next piece of a file may take.
    #[wasm_bindgen(js_name = pieceTimeout)]
    pub fn piece_timeout(&self, now: f64) -> f64 {
        float(self.driver.piece_timeout_ms(instant(now)))
    }

    /// The call is over, or given up.
    pub fn ended(&mut self, now: f64, limits: &mut AccountLimits) {
        self.driver.ended(instant(now), &mut limits.0);
    }

    /// The output as JSON; throws what the call failed with.
    pub fn result(&mut self) -> Result<String> {
        self.driver.take_result()
    }

    /// A text without the secrets of this call.
    pub fn redact(&self, text: &str) -> String {
        self.driver.redact(text)
    }
}

/// The plan of a walk.
#[wasm_bindgen]
#[derive(Debug)]
pub struct WalkPlan {
    endpoint: String,
    walk: Walk,
}

#[wasm_bindgen]
impl WalkPlan {
    /// Checks the query of a walk over `"history"` or `"senders"`.
    #[wasm_bindgen(constructor)]
    pub fn new(what: &str, query: &str, now_ms: f64) -> Result<Self> {
        let walk = Self::plan(what, query, now_ms).map_err(at(what))?;
        Ok(Self { endpoint: what.into(), walk })
    }

    #[expect(clippy::cast_possible_truncation, reason = "a cast of a float saturates")]
    fn plan(what: &str, query: &str, now_ms: f64) -> Result<Walk> {
        let query = parse(query, ErrorCode::InvalidParameter, "the query")?;
        let fields = &Fields::new(&query, ErrorCode::InvalidParameter);
        let today = Day::at_instant(now_ms as i64).ok_or_else(|| Error::internal("the clock shows no day"))?;
        let (form, page_size) = match what {
            "history" => (history::query(fields, true)?, history::MOST),
            _ => (senders::query(fields, true)?, senders::MOST),
        };
        Ok(Walk::of_form(&form, today, page_size))
    }

    /// What the next request sets in the query, as JSON; nothing where the walk is over.
    pub fn leg(&self) -> Option<String> {
        self.walk.leg().map(|leg| leg.to_json())
    }

    /// Takes a page: how many items it has, how many of them are new, and the cursor that follows.
    #[expect(clippy::needless_pass_by_value, reason = "that is how an optional text crosses the border")]
    pub fn accept(&mut self, count: f64, news: f64, next_cursor: Option<String>) -> Result<()> {
        self.walk.accept(instant(count), instant(news), next_cursor.as_deref()).map_err(at(&self.endpoint))
    }
}
