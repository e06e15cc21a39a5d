//! The border of a client and of a call under way.

use std::{cell::RefCell, rc::Rc};

use super::{
    accounts::{Accounts, SharedLimits},
    address, at, float, instant, line, op,
};
use crate::{
    call::Call,
    command::command,
    credentials::Credentials,
    driver::{Driver, Failure, Lesson, Reply, Step, WaitReason},
    error::{Error, ErrorCode, Result},
    history::{self, Pages},
    input::{Fields, parse},
    limits::Ticket,
    reply::Head,
    senders::{self, document::Document},
    settings::{Settings, account_of},
    tasks,
    text::{cut, decimal, fill, number},
};

/// A client of one account.
#[derive(Debug)]
pub struct Client(Rc<Account>);

/// A client's options, and the limits of its account.
#[derive(Debug)]
struct Account {
    settings: Settings,
    limits: RefCell<SharedLimits>,
}

impl Client {
    /// Checks the options of `createClient`.
    pub fn new(options: &str, in_page: bool, accounts: &mut Accounts, now: u64) -> Result<Self> {
        let settings = Settings::check(options, in_page)?;
        let limits = RefCell::new(accounts.limits_of(&settings.account, now));
        Ok(Self(Rc::new(Account { settings, limits })))
    }

    /// Names the account, and tells none of its secrets.
    pub fn account(&self) -> String {
        self.0.settings.account.clone()
    }

    /// The rows of `rateLimits()`, as JSON.
    pub fn report(&self, now: u64) -> String {
        self.0.limits.borrow().borrow_mut().report_json(now)
    }

    /// Checks a call's parameters and options and makes it ready. The text: lines with the method, its options, its input.
    pub fn call(&self, text: &str, ticket: Ticket, now: u64) -> Result<Operation> {
        let (method, rest) = line(text);
        let (options, input) = line(rest);
        let script = cut(method, b' ');
        let endpoint = script.map_or_else(|| cut(method, b'.').unwrap_or_default().0, |(_, script)| script);
        self.prepare(method, script, input, options, ticket, now).map_err(|error| at(endpoint, error))
    }

    fn prepare(
        &self,
        method: &str,
        script: Option<(&str, &str)>,
        input: &str,
        options: &str,
        ticket: Ticket,
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
        let driver = Driver::new(call, &self.0.settings, settings, ticket, now);
        let limits = Rc::clone(&self.0.limits.borrow());
        Ok(Operation { driver, document, account: Rc::clone(&self.0), limits })
    }
}

/// One call under way.
#[derive(Debug)]
pub struct Operation {
    driver: Driver,
    document: Option<Document>,
    account: Rc<Account>,
    limits: SharedLimits,
}

impl Operation {
    /// It is over, or given up: what it holds is given back.
    pub fn ended(&mut self, now: u64) {
        self.driver.ended(now, &mut self.limits.borrow_mut());
    }

    /// Does one thing, as `core.ts` numbers them.
    pub fn invoke(
        &mut self,
        what: u32,
        text: &str,
        (accounts, pages): (&mut Accounts, &mut Option<Box<Pages>>),
        out: &mut String,
        (now, a, b): (f64, f64, f64),
    ) -> Result<f64> {
        let limits = Rc::clone(&self.limits);
        let limits = &mut limits.borrow_mut();
        let (driver, instant_now) = (&mut self.driver, instant(now));
        Ok(match what {
            op::NEXT => {
                let step = driver.next(instant_now, limits);
                *out = match step {
                    Step::Done | Step::Failed => driver.take_result()?,
                    Step::Send { .. } => driver.request(&self.account.settings),
                    Step::Wait { ms: Some(ms), .. } => fill("%\n%", &[driver.endpoint(), &decimal(ms)]),
                    _ => driver.endpoint().into(),
                };
                match step {
                    Step::Wait { reason: WaitReason::Limit, .. } => -1.0,
                    Step::Wait { .. } => -2.0,
                    Step::Authorize => -3.0,
                    Step::Ask => -4.0,
                    Step::Done | Step::Failed => -5.0,
                    Step::Send { timeout_ms } => float(timeout_ms),
                }
            }
            op::TICKET => f64::from(driver.ticket()),
            op::AUTHORIZE => {
                let given = Credentials::from_provider(text).map_err(|error| at(driver.endpoint(), error))?;
                // Only now the account is known, and with it whose limits are shared.
                let account = account_of(&self.account.settings.base, &given);
                if account != self.account.settings.account {
                    self.limits = accounts.limits_of(&account, instant_now);
                    self.account.limits.replace(Rc::clone(&self.limits));
                }
                driver.authorize(given);
                0.0
            }
            op::QUESTION => {
                *out = driver.question();
                0.0
            }
            op::ANSWERED => {
                driver.answered((a >= 0.0).then(|| instant(a)), b != 0.0, instant_now, limits);
                0.0
            }
            op::LESSON => match driver.lesson() {
                None => -1.0,
                Some(Lesson::Full(place)) => float(u64::try_from(place).unwrap_or_default()),
                Some(Lesson::Squeezed) => f64::INFINITY,
            },
            op::DOCUMENT => {
                *out = self.document.as_ref().map(Document::text).unwrap_or_default();
                0.0
            }
            op::TIMEOUT => float(driver.timeout_ms(instant_now)),
            op::REPLIED => {
                let (status, rest) = line(text);
                let (retry_after, body) = line(rest);
                let head = Head { status: number(status).unwrap_or_default(), retry_after_ms: number(retry_after) };
                match driver.replied(&head, body, b != 0.0, instant_now, a, limits) {
                    Reply::More => 0.0,
                    Reply::File => 1.0,
                    Reply::Read => 2.0,
                }
            }
            // Where a page of the history is to be put, of so many bytes; nowhere, where the call is none that asks for one.
            op::ROOM if driver.is_page() => {
                let length = usize::try_from(instant(a)).unwrap_or_default();
                address(pages.get_or_insert_default().room(length).as_ptr())
            }
            op::ROOM => 0.0,
            op::FEED => {
                let Some(found) = pages.as_mut().and_then(|pages| pages.read()) else { return Ok(0.0) };
                driver.accepted(instant_now, limits);
                address(found.as_ptr())
            }
            op::FAILED => {
                driver.failed(failure(b), b >= 8.0, text, instant_now, a, limits);
                0.0
            }
            op::REDACT => {
                *out = driver.redact(text);
                0.0
            }
            _ => return Err(Error::internal("there is no such call")),
        })
    }
}

/// A failure by its number: `Fault` in `core.ts`.
fn failure(number: f64) -> Failure {
    match instant(number) % 8 {
        0 => Failure::Connection,
        1 => Failure::Timeout,
        2 => Failure::Credentials,
        3 => Failure::Limiter,
        _ => Failure::BadReply,
    }
}
