//! The JavaScript ends: what the package's own JavaScript calls. All of it is synchronous; who waits, sends and receives is
//! the JavaScript, on this crate's word. Values cross as JSON text, errors as the JSON of [`crate::error::Details`].

#![allow(clippy::float_cmp, reason = "the macro for enums compares so")]

mod csv;

use std::{cell::RefCell, rc::Rc};

use wasm_bindgen::prelude::*;

use crate::{
    call::Call,
    command::command,
    credentials::Credentials,
    day::Day,
    driver::{Driver, Failure, Reply, Step, WaitReason},
    error::{Error, ErrorCode, Result},
    history,
    input::{Fields, parse},
    limits::{Limits, Ticket, Turn},
    reply::Head,
    senders::{self, document::Document},
    settings::{Settings, account_of},
    tasks,
    text::cut,
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
    move |mut error| {
        if error.endpoint.is_none() {
            error.endpoint = Some(endpoint.into());
        }
        error
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

type SharedLimits = Rc<RefCell<Limits>>;

/// The limits of every account that this process uses.
#[derive(Default)]
struct Accounts {
    limits: Vec<(String, SharedLimits)>,
    last_ticket: Ticket,
}

thread_local! {
    static ACCOUNTS: RefCell<Accounts> = RefCell::default();
}

/// The limits that all clients of an account share. Those that nobody uses any more and that hold nothing back are
/// forgotten.
fn limits_of(account: &str, now: u64) -> SharedLimits {
    ACCOUNTS.with_borrow_mut(|accounts| {
        accounts.limits.retain(|(name, limits)| {
            name == account || Rc::strong_count(limits) > 1 || !limits.borrow_mut().is_idle(now)
        });
        if let Some((_, limits)) = accounts.limits.iter().find(|(name, _)| name == account) {
            return Rc::clone(limits);
        }
        let limits = SharedLimits::default();
        accounts.limits.push((account.into(), Rc::clone(&limits)));
        limits
    })
}

/// Whose turn it is of those that wait for the limits: its ticket as a negative number, or the milliseconds until then,
/// or infinity where only the end of another request can tell.
#[wasm_bindgen]
#[must_use]
pub fn turn(now: f64) -> f64 {
    ACCOUNTS.with_borrow(|accounts| {
        let mut soonest = f64::INFINITY;
        for (_, limits) in &accounts.limits {
            match limits.borrow().turn(instant(now)) {
                Turn::Of(ticket) => return -f64::from(ticket),
                Turn::In(ms) => soonest = soonest.min(float(ms)),
                Turn::Nobody => {}
            }
        }
        soonest
    })
}

/// A client's options, and its account.
#[derive(Debug)]
struct Account {
    settings: Settings,
    limits: RefCell<SharedLimits>,
}

/// A client of one account.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Client(Rc<Account>);

#[wasm_bindgen]
impl Client {
    /// Checks the options of `createClient`.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, in_page: bool, now: f64) -> Result<Self> {
        let settings = Settings::check(options, in_page)?;
        let limits = RefCell::new(limits_of(&settings.account, instant(now)));
        Ok(Self(Rc::new(Account { settings, limits })))
    }

    /// Names the account, and tells none of its secrets.
    #[wasm_bindgen(getter)]
    pub fn account(&self) -> String {
        self.0.settings.account.clone()
    }

    /// The rows of `rateLimits()`, as JSON.
    pub fn report(&self, now: f64) -> String {
        self.0.limits.borrow().borrow_mut().report_json(instant(now))
    }

    /// Checks a call's parameters and options and makes it ready.
    pub fn call(&self, method: &str, input: &str, options: &str, now: f64) -> Result<Operation> {
        let command = cut(method, b' ');
        let endpoint = command.or_else(|| cut(method, b'.').map(|(group, _)| ("", group))).unwrap_or_default().1;
        self.prepare(method, command, input, options, instant(now)).map_err(at(endpoint))
    }

    fn prepare(
        &self,
        method: &str,
        script: Option<(&str, &str)>,
        input: &str,
        options: &str,
        now: u64,
    ) -> Result<Operation> {
        let options = parse(options, ErrorCode::InvalidOption, "the options")?;
        let options = Fields::new(&options, ErrorCode::InvalidOption);
        let settings = self.0.settings.call.with(&options)?;
        let mut document = None;
        let input = parse(input, ErrorCode::InvalidParameter, script.map_or(method, |_| "`parameters`"))?;
        let parameters = &Fields::new(&input, ErrorCode::InvalidParameter);
        let mut with_document = |(call, it)| {
            document = it;
            call
        };
        let call: Call = if let Some((kind, script)) = script {
            let idempotent = options.take("idempotent").flag()?.unwrap_or(false);
            command(script, parameters, kind == "raw", idempotent)
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
        let ticket = ACCOUNTS.with_borrow_mut(|accounts| {
            accounts.last_ticket = accounts.last_ticket.wrapping_add(1).max(1);
            accounts.last_ticket
        });
        let driver = Driver::new(call, &self.0.settings, settings, ticket, now);
        Ok(Operation {
            driver,
            document,
            account: Rc::clone(&self.0),
            limits: Rc::clone(&self.0.limits.borrow()),
            ms: f64::INFINITY,
        })
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
    /// Say who asks.
    Authorize,
    /// Ask the shared limiter.
    Ask,
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
    /// The shared limiter failed.
    Limiter,
    /// No HTTP reply, one too large, or a redirect elsewhere.
    BadReply,
}

/// What a reply is.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug)]
pub enum Got {
    /// Not enough of a file to tell.
    More,
    /// The beginning of a file.
    File,
    /// A reply that was read: the attempt is over; ask `next`.
    Read,
    /// No UTF-8: it is to be given again, decoded.
    NoUtf8,
}

/// One call under way.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Operation {
    driver: Driver,
    document: Option<Document>,
    account: Rc<Account>,
    limits: SharedLimits,
    ms: f64,
}

#[wasm_bindgen]
impl Operation {
    /// What is to be done next.
    pub fn next(&mut self, now: f64) -> Next {
        let (next, ms) = match self.driver.next(instant(now), &mut self.limits.borrow_mut()) {
            Step::Wait { ms, reason: WaitReason::Limit } => (Next::WaitForLimit, ms),
            Step::Wait { ms, reason: WaitReason::Retry } => (Next::WaitForRetry, ms),
            Step::Authorize => (Next::Authorize, None),
            Step::Ask => (Next::Ask, None),
            Step::Send { timeout_ms } => (Next::Send, Some(timeout_ms)),
            Step::Done => (Next::Done, None),
            Step::Failed => (Next::Failed, None),
        };
        self.ms = ms.map_or(f64::INFINITY, float);
        next
    }

    /// How long to wait, or to wait for the reply; infinity where only another call's end can tell.
    #[wasm_bindgen(getter)]
    pub fn ms(&self) -> f64 {
        self.ms
    }

    /// Its number among those that wait.
    #[wasm_bindgen(getter)]
    pub fn ticket(&self) -> f64 {
        f64::from(self.driver.ticket())
    }

    /// Says who asks, for this attempt. `provided`: `credentials()` gave it.
    pub fn authorize(&mut self, credentials: &str, provided: bool, now: f64) -> Result<()> {
        if provided {
            let credentials = Credentials::from_provider(credentials).map_err(at(self.driver.endpoint()))?;
            // Only now the account is known, and with it whose limits are shared.
            self.limits = limits_of(&account_of(&self.account.settings.base, &credentials), instant(now));
            self.account.limits.replace(Rc::clone(&self.limits));
            self.driver.authorize(credentials);
        } else {
            let values = parse(credentials, ErrorCode::Unauthorized, "credentials")?;
            self.driver.authorize(Credentials::take(&Fields::new(&values, ErrorCode::Unauthorized))?);
        }
        Ok(())
    }

    /// What the shared limiter is asked, as JSON.
    pub fn question(&self) -> String {
        self.driver.question()
    }

    /// What the shared limiter answered: the milliseconds to wait, or a negative number where the request may go.
    pub fn answered(&mut self, wait_ms: f64, at_once: bool, now: f64) {
        let wait = (wait_ms >= 0.0).then(|| instant(wait_ms));
        self.driver.answered(wait, at_once, instant(now), &mut self.limits.borrow_mut());
    }

    /// What the shared limiter is to be told of the service's refusal, as JSON, once; else an empty text.
    pub fn lesson(&mut self) -> String {
        self.driver.lesson().unwrap_or_default()
    }

    /// Where the request goes.
    pub fn url(&self) -> String {
        self.driver.url(&self.account.settings)
    }

    /// The fields of the body, as JSON pairs.
    pub fn fields(&self) -> String {
        // The core's own text is wiped; the copy that crosses the border is the caller's.
        self.driver.fields().as_str().into()
    }

    /// The document that goes along, as JSON; an empty text where there is none.
    pub fn document(&self) -> String {
        self.document.as_ref().map(Document::to_json).unwrap_or_default()
    }

    /// The endpoint's name.
    #[wasm_bindgen(getter)]
    pub fn endpoint(&self) -> String {
        self.driver.endpoint().into()
    }

    /// How many milliseconds an attempt, or the next piece of a file, may take.
    pub fn timeout(&self, now: f64) -> f64 {
        float(self.driver.timeout_ms(instant(now)))
    }

    /// A reply came, or, of a file, its beginning; `retry_after_ms` is negative where the head says nothing.
    pub fn replied(
        &mut self,
        status: f64,
        retry_after_ms: f64,
        body: &[u8],
        whole: bool,
        now: f64,
        random: f64,
    ) -> Got {
        let retry_after_ms = (retry_after_ms >= 0.0).then(|| instant(retry_after_ms));
        let head = Head { status: instant(status), retry_after_ms };
        match self.driver.replied(&head, body, whole, instant(now), random, &mut self.limits.borrow_mut()) {
            Reply::More => Got::More,
            Reply::File => Got::File,
            Reply::Read => Got::Read,
            Reply::NoUtf8 => Got::NoUtf8,
        }
    }

    /// The attempt failed without a reply. `broke`: a file broke off on its way.
    pub fn failed(&mut self, fault: Fault, broke: bool, what: &str, now: f64, random: f64) {
        let failure = match fault {
            Fault::Connection => Failure::Connection,
            Fault::Timeout => Failure::Timeout,
            Fault::Credentials => Failure::Credentials,
            Fault::Limiter => Failure::Limiter,
            Fault::BadReply => Failure::BadReply,
        };
        self.driver.failed(failure, broke, what, instant(now), random, &mut self.limits.borrow_mut());
    }

    /// The call is over, or given up.
    pub fn ended(&mut self, now: f64) {
        self.driver.ended(instant(now), &mut self.limits.borrow_mut());
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
        Walk::new(&form, today, page_size)
    }

    /// What the next request sets in the query, as JSON; nothing where the walk is over.
    pub fn leg(&self) -> Option<String> {
        self.walk.leg()
    }

    /// Takes a page: how many items it has, how many of them are new, and the cursor that follows, or an empty text. Gives
    /// where the walk stands; nothing where it is over.
    pub fn accept(&mut self, count: f64, news: f64, next_cursor: &str) -> Result<Option<String>> {
        let next_cursor = Some(next_cursor).filter(|cursor| !cursor.is_empty());
        self.walk.accept(instant(count), instant(news), next_cursor).map_err(at(&self.endpoint))
    }
}
