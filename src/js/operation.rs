//! The border of a client and of a call under way.

use std::{cell::RefCell, rc::Rc};

use super::{
    accounts::{Accounts, SharedLimits},
    at, float, instant, line, op,
};
use crate::{
    call::Call,
    command::command,
    credentials::Credentials,
    driver::{Driver, Failure, Lesson, Reply, Step, WaitReason},
    error::{Error, ErrorCode, Result},
    history,
    input::{Fields, parse},
    limits::Ticket,
    reply::Head,
    senders::{self, document::Document},
    settings::{Settings, account_of},
    tasks,
    text::{cut, number},
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
        Ok(Operation { driver, document, account: Rc::clone(&self.0), limits, ms: f64::INFINITY })
    }
}

/// One call under way.
#[derive(Debug)]
pub struct Operation {
    driver: Driver,
    document: Option<Document>,
    account: Rc<Account>,
    limits: SharedLimits,
    /// What the last step has to do with time; infinity where only another call's end can tell.
    ms: f64,
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
        bytes: &[u8],
        accounts: &mut Accounts,
        out: &mut String,
        (now, a, b): (f64, f64, f64),
    ) -> Result<f64> {
        let limits = Rc::clone(&self.limits);
        let limits = &mut limits.borrow_mut();
        let (driver, instant_now) = (&mut self.driver, instant(now));
        Ok(match what {
            op::NEXT => {
                let (next, ms) = match driver.next(instant_now, limits) {
                    Step::Wait { ms, reason: WaitReason::Limit } => (0.0, ms),
                    Step::Wait { ms, reason: WaitReason::Retry } => (1.0, ms),
                    Step::Authorize => (2.0, None),
                    Step::Ask => (3.0, None),
                    Step::Send { timeout_ms } => (4.0, Some(timeout_ms)),
                    Step::Done => (5.0, None),
                    Step::Failed => (6.0, None),
                };
                self.ms = ms.map_or(f64::INFINITY, float);
                next
            }
            op::MS => self.ms,
            op::TICKET => f64::from(driver.ticket()),
            op::AUTHORIZE => {
                let credentials = if a == 0.0 {
                    let values = parse(text, ErrorCode::Unauthorized, "credentials")?;
                    Credentials::take(&Fields::new(&values, ErrorCode::Unauthorized))?
                } else {
                    let given = Credentials::from_provider(text).map_err(|error| at(driver.endpoint(), error))?;
                    // Only now the account is known, and with it whose limits are shared.
                    let account = account_of(&self.account.settings.base, &given);
                    if account != self.account.settings.account {
                        self.limits = accounts.limits_of(&account, instant_now);
                        self.account.limits.replace(Rc::clone(&self.limits));
                    }
                    given
                };
                driver.authorize(credentials);
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
            op::URL => {
                *out = driver.url(&self.account.settings);
                0.0
            }
            op::FIELDS => {
                *out = driver.fields();
                0.0
            }
            op::DOCUMENT => {
                *out = self.document.as_ref().map(Document::to_json).unwrap_or_default();
                0.0
            }
            op::ENDPOINT => {
                driver.endpoint().clone_into(out);
                0.0
            }
            op::TIMEOUT => float(driver.timeout_ms(instant_now)),
            op::REPLIED | op::BEGAN => {
                let (status, retry_after) = line(text);
                let head = Head { status: number(status).unwrap_or_default(), retry_after_ms: number(retry_after) };
                match driver.replied(&head, bytes, what == op::REPLIED, instant_now, a, limits) {
                    Reply::More => 0.0,
                    Reply::File => 1.0,
                    Reply::Read => 2.0,
                    Reply::NoUtf8 => 3.0,
                }
            }
            op::FAILED => {
                let failure = match instant(b) % 8 {
                    0 => Failure::Connection,
                    1 => Failure::Timeout,
                    2 => Failure::Credentials,
                    3 => Failure::Limiter,
                    _ => Failure::BadReply,
                };
                driver.failed(failure, b >= 8.0, text, instant_now, a, limits);
                0.0
            }
            op::RESULT => {
                *out = driver.take_result()?;
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
