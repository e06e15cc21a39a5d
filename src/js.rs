//! The JavaScript ends: what the package's own JavaScript calls. All of it is synchronous; who waits, sends and receives is
//! the JavaScript, on this crate's word. Values cross as JSON text, errors as the JSON of [`crate::error::Details`].

#![allow(clippy::float_cmp, reason = "the macro for enums compares so")]

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use crate::{
    call::{Prepared, to_json},
    command::{self, JsonCommand, RawCommand},
    credentials::Credentials,
    csv::{CsvOptions, Scanner},
    day::Day,
    driver::{Beginning, Driver, Failure, Step, WaitReason},
    error::{Error, ErrorCode, Result},
    history,
    input::Fields,
    limits::Limits,
    reply::Head,
    senders,
    settings::{CallOptions, Settings},
    tasks,
    walk::Walk,
};

thread_local! {
    /// The limits of every account that this process uses.
    static LIMITS: RefCell<Limits> = RefCell::default();
}

fn with_limits<T>(run: impl FnOnce(&mut Limits) -> T) -> Result<T> {
    LIMITS.with(|limits| match limits.try_borrow_mut() {
        Ok(mut limits) => Ok(run(&mut limits)),
        Err(_) => Err(Error::internal("the limits are in use")),
    })
}

fn thrown(error: &Error) -> JsValue {
    JsValue::from_str(&to_json(error.details()).unwrap_or_default())
}

type Thrown<T> = core::result::Result<T, JsValue>;

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
pub fn check_options(options: &str, in_page: bool) -> Thrown<String> {
    Settings::check(options, in_page).and_then(|settings| to_json(&settings)).map_err(|error| thrown(&error))
}

/// Checks what `credentials()` gave.
#[wasm_bindgen(js_name = checkCredentials)]
pub fn check_credentials(credentials: &str) -> Thrown<()> {
    Credentials::from_provider(credentials).map(drop).map_err(|error| thrown(&error))
}

/// The rows of `rateLimits()`.
#[wasm_bindgen(js_name = rateLimits)]
pub fn rate_limits(settings: &str, now: f64) -> Thrown<String> {
    Settings::for_call(settings, CallOptions::default())
        .and_then(|settings| with_limits(|limits| limits.report(&settings.account, instant(now))))
        .and_then(|rows| to_json(&rows))
        .map_err(|error| thrown(&error))
}

/// The next step of a call.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug)]
pub enum Next {
    /// Wait `waitMs` for a limit, then ask again.
    WaitForLimit,
    /// Wait `waitMs` before another try, then ask again.
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
    document: Option<senders::Document>,
    ms: Option<u64>,
}

#[wasm_bindgen]
impl Operation {
    /// Checks a call's parameters and options and makes it ready.
    #[wasm_bindgen(constructor)]
    pub fn new(method: &str, settings: &str, input: &str, options: &str, now: f64) -> Thrown<Self> {
        Self::prepare(method, settings, input, options, instant(now)).map_err(|error| thrown(&error))
    }

    fn prepare(method: &str, settings: &str, input: &str, options: &str, now: u64) -> Result<Self> {
        let endpoint = |error: Error| {
            error.with(|details| {
                let group = method.split('.').next().unwrap_or_default();
                details.endpoint.get_or_insert_with(|| group.into());
            })
        };
        let mut document = None;
        let parameters = || Fields::parse(input, ErrorCode::InvalidParameter, method);
        let mut options = Fields::parse(options, ErrorCode::InvalidOption, "the options").map_err(endpoint)?;
        let common = CallOptions::take(&mut options).map_err(endpoint)?;
        let script = method.strip_prefix("call ").or_else(|| method.strip_prefix("raw "));
        let call: Prepared = match (method, script) {
            (_, Some(script)) => {
                let named = |error: Error| error.with(|details| details.endpoint = Some(script.into()));
                let idempotent = options.take("idempotent").flag().map_err(named)?.unwrap_or(false);
                let parameters = Fields::parse(input, command::CODE, "`parameters`").map_err(named)?;
                if method.starts_with("raw ") {
                    RawCommand::read(script, parameters, idempotent).map_err(named)?.into()
                } else {
                    JsonCommand::read(script, parameters, idempotent).map_err(named)?.into()
                }
            }
            ("history.list", _) => parameters()
                .and_then(|fields| history::HistoryQuery::read(fields, history::MOST))
                .and_then(history::HistoryQuery::within_one_request)
                .map(|query| history::List(query).into())
                .map_err(endpoint)?,
            ("senders.list", _) => parameters().and_then(senders::List::read).map_err(endpoint)?.into(),
            ("senders.add", _) => {
                let add = parameters().and_then(senders::Add::read).map_err(endpoint)?;
                document = add.document();
                add.into()
            }
            ("senders.update", _) => {
                let update = parameters().and_then(senders::Update::read).map_err(endpoint)?;
                document = update.document();
                update.into()
            }
            ("senders.sendCode", _) => parameters().and_then(senders::SendCode::read).map_err(endpoint)?.into(),
            ("senders.confirmCode", _) => parameters().and_then(senders::ConfirmCode::read).map_err(endpoint)?.into(),
            ("senders.remove", _) => parameters().and_then(senders::Remove::read).map_err(endpoint)?.into(),
            ("tasks.list", _) => parameters().and_then(tasks::List::read).map_err(endpoint)?.into(),
            ("tasks.download", _) => parameters().and_then(tasks::File::read).map_err(endpoint)?.into(),
            _ => return Err(Error::internal(format!("there is no call {method}"))),
        };
        options.finish().map_err(endpoint)?;
        let settings = Settings::for_call(settings, common)?;
        Ok(Self { driver: Driver::new(call, settings, now), document, ms: None })
    }

    /// What is to be done next.
    pub fn next(&mut self, now: f64) -> Thrown<Next> {
        let step = with_limits(|limits| self.driver.next(instant(now), limits)).map_err(|error| thrown(&error))?;
        let (next, ms) = match step {
            Step::Wait { ms, reason: WaitReason::Limit } => (Next::WaitForLimit, ms),
            Step::Wait { ms, reason: WaitReason::Retry } => (Next::WaitForRetry, ms),
            Step::Send { timeout_ms } => (Next::Send, Some(timeout_ms)),
            Step::Done => (Next::Done, None),
            Step::Failed => (Next::Failed, None),
        };
        self.ms = ms;
        Ok(next)
    }

    /// How long to wait, or to wait for the reply; nothing where only another call's end can tell.
    #[wasm_bindgen(getter)]
    pub fn ms(&self) -> Option<f64> {
        self.ms.map(float)
    }

    /// Says who asks, for this attempt.
    pub fn authorize(&mut self, credentials: &str) -> Thrown<()> {
        let read = || {
            let mut fields = Fields::parse(credentials, ErrorCode::Unauthorized, "credentials")?;
            Credentials::take(&mut fields)
        };
        self.driver.authorize(read().map_err(|error| thrown(&error))?);
        Ok(())
    }

    /// Where the request goes.
    pub fn url(&self) -> String {
        self.driver.url()
    }

    /// The body, urlencoded.
    pub fn body(&self) -> String {
        // The copy that crosses the border is the caller's; the one in here is wiped.
        self.driver.body().as_str().into()
    }

    /// The fields of a multipart body, as JSON pairs.
    pub fn fields(&self) -> Thrown<String> {
        self.driver.fields().map(|fields| fields.as_str().into()).map_err(|error| thrown(&error))
    }

    /// The document that goes along, as JSON; nothing where there is none.
    pub fn document(&self) -> Thrown<Option<String>> {
        self.document.as_ref().map(to_json).transpose().map_err(|error| thrown(&error))
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
    pub fn replied(
        &mut self,
        status: u16,
        content_type: Option<String>,
        retry_after_ms: Option<f64>,
        body: Vec<u8>,
        now: f64,
        random: f64,
    ) -> Thrown<()> {
        let head = Head { status, content_type, retry_after_ms: retry_after_ms.map(instant) };
        with_limits(|limits| self.driver.replied(&head, body, instant(now), random, limits))
            .map_err(|error| thrown(&error))
    }

    /// The beginning of a file's reply came.
    #[expect(clippy::too_many_arguments, reason = "the parts of a reply, each of a plain type")]
    pub fn began(
        &mut self,
        status: u16,
        content_type: Option<String>,
        retry_after_ms: Option<f64>,
        bytes: &[u8],
        whole: bool,
        now: f64,
        random: f64,
    ) -> Thrown<FileStart> {
        let head = Head { status, content_type, retry_after_ms: retry_after_ms.map(instant) };
        let began = with_limits(|limits| self.driver.began(&head, bytes, whole, instant(now), random, limits));
        match began.map_err(|error| thrown(&error))? {
            Beginning::More => Ok(FileStart::More),
            Beginning::File => Ok(FileStart::File),
            Beginning::Error => Ok(FileStart::Over),
        }
    }

    /// The attempt failed without a reply.
    pub fn failed(&mut self, fault: Fault, what: &str, now: f64, random: f64) -> Thrown<()> {
        with_limits(|limits| self.driver.failed(fault.into(), what, instant(now), random, limits))
            .map_err(|error| thrown(&error))
    }

    /// A file broke off on its way; ask `result` for the error.
    pub fn broke(&mut self, fault: Fault, what: &str, now: f64) -> Thrown<()> {
        with_limits(|limits| self.driver.broke(fault.into(), what, instant(now), limits))
            .map_err(|error| thrown(&error))
    }

    /// How many milliseconds the next piece of a file may take.
    #[wasm_bindgen(js_name = pieceTimeout)]
    pub fn piece_timeout(&self, now: f64) -> f64 {
        float(self.driver.piece_timeout_ms(instant(now)))
    }

    /// The call is over, or given up.
    pub fn ended(&mut self, now: f64) {
        // Where the limits are in use there is no place to give back.
        let _ = with_limits(|limits| self.driver.ended(instant(now), limits));
    }

    /// The output as JSON; throws what the call failed with.
    pub fn result(&mut self) -> Thrown<String> {
        self.driver.take_result().map_err(|error| thrown(&error))
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
    pub fn new(what: &str, query: &str, now_ms: f64) -> Thrown<Self> {
        let plan = Self::plan(what, query, now_ms).map(|walk| Self { endpoint: what.into(), walk });
        plan.map_err(|error| thrown(&error.with(|details| details.endpoint = Some(what.into()))))
    }

    #[expect(clippy::cast_possible_truncation, reason = "a cast of a float saturates")]
    fn plan(what: &str, query: &str, now_ms: f64) -> Result<Walk> {
        let fields = Fields::parse(query, ErrorCode::InvalidParameter, "the query")?;
        let today = Day::at_instant(now_ms as i64).ok_or_else(|| Error::internal("the clock shows no day"))?;
        let walk = if what == "history" {
            let query = history::HistoryQuery::read(fields, u64::MAX)?;
            Walk::new(query.start, query.end, today, query.cursor, history::MOST, query.limit)
        } else {
            let query = senders::SenderQuery::read(fields, u64::MAX)?;
            Walk::new(None, None, today, query.cursor, senders::MOST, query.limit)
        };
        Ok(walk)
    }

    /// What the next request sets in the query, as JSON; nothing where the walk is over.
    pub fn leg(&self) -> Thrown<Option<String>> {
        self.walk.leg().as_ref().map(to_json).transpose().map_err(|error| thrown(&error))
    }

    /// Takes the ids of a page, and the next cursor. Gives the places of what the page before already held.
    #[expect(clippy::needless_pass_by_value, reason = "that is how lists of texts cross the border")]
    pub fn accept(&mut self, ids: Vec<String>, next_cursor: Option<String>) -> Thrown<Vec<u32>> {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let named = |error: Error| thrown(&error.with(|details| details.endpoint = Some(self.endpoint.clone())));
        let doubles = self.walk.accept(&ids, next_cursor.as_deref()).map_err(named)?;
        Ok(doubles.into_iter().filter_map(|place| u32::try_from(place).ok()).collect())
    }
}

/// The search for one task.
#[wasm_bindgen]
#[derive(Debug)]
pub struct TaskSearch(tasks::Search);

#[wasm_bindgen]
impl TaskSearch {
    /// Checks the id.
    #[wasm_bindgen(constructor)]
    pub fn new(id: &str) -> Thrown<Self> {
        let read = || {
            let mut fields = Fields::parse(id, ErrorCode::InvalidParameter, "the task")?;
            let field = fields.take("id");
            let id = field.required("a task's id", crate::input::Field::id)?;
            id.parse().map(tasks::Search::new).map_err(|_| field.error("an id below 2^64"))
        };
        read().map(Self).map_err(|error: Error| thrown(&error.with(|details| details.endpoint = Some("tasks".into()))))
    }

    /// The query to list with, as JSON.
    pub fn query(&self) -> String {
        let (after, limit) = (self.0.after_id(), self.0.limit());
        if after == 0 {
            format!("{{\"limit\":{limit}}}")
        } else {
            format!("{{\"limit\":{limit},\"afterId\":\"{after}\"}}")
        }
    }

    /// The place of the task in the list; -1 where it does not exist, -2 where another list must be asked for.
    pub fn judge(&mut self, ids: Vec<f64>) -> i32 {
        let ids: Vec<u64> = ids.into_iter().map(instant).collect();
        match self.0.judge(&ids) {
            tasks::Verdict::Found(place) => i32::try_from(place).unwrap_or(-1),
            tasks::Verdict::Missing => -1,
            tasks::Verdict::AskMore => -2,
        }
    }
}

/// A scanner of one CSV file.
#[wasm_bindgen]
#[derive(Debug)]
pub struct CsvScanner(Scanner);

#[wasm_bindgen]
impl CsvScanner {
    /// Checks the options.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str) -> Thrown<Self> {
        Fields::parse(options, ErrorCode::InvalidParameter, "`csv`")
            .and_then(CsvOptions::read)
            .map(|options| Self(Scanner::new(options)))
            .map_err(|error| {
                thrown(
                    &error
                        .with(|details| details.parameter = details.parameter.take().map(|name| format!("csv.{name}"))),
                )
            })
    }

    /// Takes the next piece.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.0.feed(bytes);
    }

    /// The file is over. Throws where a quote was never closed; the sound records are there all the same.
    pub fn finish(&mut self) -> Thrown<()> {
        self.0.finish().map_err(|error| thrown(&error))
    }

    /// The columns as JSON; nothing where there is no header.
    pub fn columns(&self) -> Thrown<Option<String>> {
        self.0.columns().map(|columns| to_json(&columns)).transpose().map_err(|error| thrown(&error))
    }

    /// Where the text lies in memory.
    #[wasm_bindgen(getter, js_name = textAt)]
    pub fn text_at(&self) -> *const u16 {
        self.0.text().as_ptr()
    }

    /// Where the fields' ends lie in memory.
    #[wasm_bindgen(getter, js_name = endsAt)]
    pub fn ends_at(&self) -> *const u32 {
        self.0.ends().as_ptr()
    }

    /// Where the records' numbers of fields lie in memory.
    #[wasm_bindgen(getter, js_name = countsAt)]
    pub fn counts_at(&self) -> *const u32 {
        self.0.counts().as_ptr()
    }

    /// How many complete records there are.
    #[wasm_bindgen(getter)]
    pub fn records(&self) -> usize {
        self.0.counts().len()
    }

    /// How many fields there are.
    #[wasm_bindgen(getter)]
    pub fn fields(&self) -> usize {
        self.0.ends().len()
    }
}
