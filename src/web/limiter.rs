//! A rate limiter that many processes share. It is not trusted: it may answer anything, or never.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use js_sys::{Object, Promise};
use serde::{Deserialize, Serialize};
use tsify::Tsify;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{
    api::options::{CallSettings, RateLimitMode},
    client::{
        error::{Error, ErrorCode},
        exchange::{
            Exchange,
            step::{Feedback, LimiterAnswer},
        },
        rate_limits::{MAX_CONCURRENT, REDUCTION_MS, reduced_concurrency},
    },
    web::{
        clock::now,
        convert::{self, Failed, to_js},
        hooks::{Hooks, limiter_failed},
        host::{self, LimiterLike},
        promise::settled,
        signal::within,
        timer::Timer,
    },
};

/// A lease lasts this much longer than an attempt may take.
const LEASE_GRACE_MS: u64 = 10_000;
/// The answer to a renewal or a release is waited for no longer than this.
const MAX_ANSWER_MS: u64 = 10_000;

/// One window of the service's limits: a number of requests in a number of milliseconds.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct LimitWindow {
    /// Names the window: `"history"`, or a name with a hash of the request if only identical requests count together.
    pub key: String,
    /// The maximum number of requests.
    #[tsify(type = "number")]
    pub limit: usize,
    /// Its length in milliseconds.
    #[tsify(type = "number")]
    pub window_ms: u64,
}

/// A request that asks whether it may be sent now.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct LimitRequest {
    /// Names the request in the queue, the same each time that it asks. No other request, on whatever machine, has it.
    pub request_id: String,
    /// The windows that it counts in.
    pub windows: Vec<LimitWindow>,
    /// The maximum number of requests of the account in flight at once.
    #[tsify(type = "number")]
    pub max_concurrent: usize,
    /// Its lease ends after this number of milliseconds without a `release` or another `acquire`: its program died.
    #[tsify(type = "number")]
    pub lease_ms: u64,
    /// Whether the limiter may delay its answer while the time of the grant depends on the end of another request.
    pub long_poll: bool,
    /// An answer that takes longer than this number of milliseconds is not waited for.
    #[tsify(optional, type = "number")]
    pub answer_timeout_ms: u64,
    /// Takes its permit without asking: a call with limits "off", which counts for the others all the same.
    pub force: bool,
}

/// Whether a request may be sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RateLimitDecision {
    granted: bool,
    wait_ms: Option<f64>,
    too_many_connections: Option<bool>,
}

/// Feedback after error 9 of the service: another program uses the account, past this limiter.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct RateLimitFeedback {
    /// How long the hold lasts, in milliseconds from now.
    #[tsify(type = "number")]
    pub ms: u64,
    /// The keys of the windows that accept no request during the hold. Absent if it concerns none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub windows: Option<Vec<String>>,
    /// The maximum number of requests in flight at once during the hold. Absent if the hold does not change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional, type = "number")]
    pub max_concurrent: Option<usize>,
}

/// The answer of a limiter that was asked.
pub enum Acquired {
    /// It answered.
    Answer(LimiterAnswer),
    /// It did not answer within the time of an attempt.
    Unanswered,
    /// It answered something that is no answer.
    Invalid(Error),
    /// It failed, with that.
    Failed(JsValue),
}

/// The permit of one attempt. The limiter keeps it until it is released, or its lease ends.
pub struct Lease {
    limiter: LimiterLike,
    request_id: String,
    request: LimitRequest,
    /// Whether the lease is released, after which it is not renewed.
    is_released: Cell<bool>,
    /// The timer of the next renewal. A release clears it, so that it does not keep the process alive.
    next_renewal: RefCell<Option<Timer>>,
    /// The renewal in flight: a release waits for it.
    renewal: RefCell<Option<Promise>>,
    hooks: Rc<Hooks>,
}

impl Lease {
    /// Prepares to ask for a permit. `attempt` distinguishes the attempts of one call.
    pub fn new(limiter: &LimiterLike, exchange: &Exchange, attempt: u32, hooks: &Rc<Hooks>) -> Rc<Self> {
        let request_id = format!("{}-{}-{attempt}", host::process_id(), exchange.id());
        let window = |key: &crate::client::rate_limits::WindowKey| LimitWindow {
            key: key.name(),
            limit: key.rule.limit,
            window_ms: key.rule.window_ms,
        };
        let CallSettings { rate_limit, .. } = exchange.settings();
        let request = LimitRequest {
            request_id: request_id.clone(),
            windows: exchange.windows().iter().map(window).collect(),
            max_concurrent: MAX_CONCURRENT,
            lease_ms: exchange.timeout_ms(now()).saturating_add(LEASE_GRACE_MS),
            long_poll: false,
            answer_timeout_ms: MAX_ANSWER_MS,
            force: rate_limit == RateLimitMode::Off,
        };
        host::hold_lease(limiter, &request_id);
        Rc::new(Self {
            limiter: limiter.clone(),
            request_id,
            request,
            is_released: Cell::new(false),
            next_renewal: RefCell::default(),
            renewal: RefCell::default(),
            hooks: Rc::clone(hooks),
        })
    }

    fn ask(&self, request: &LimitRequest, signal: &JsValue) -> Result<JsValue, JsValue> {
        let request = to_js(request).map_err(|error| convert::error_to_js(&error))?;
        self.limiter.acquire(request.unchecked_ref::<Object>(), signal)
    }

    /// Asks for the permit.
    pub async fn acquire(&self, long_poll: bool, answer_timeout_ms: u64, signal: &JsValue) -> Acquired {
        let request = LimitRequest { long_poll, answer_timeout_ms, ..self.request.clone() };
        let answer = match settled(self.ask(&request, signal)).await {
            Ok(answer) => answer,
            Err(thrown) => return Acquired::Failed(thrown),
        };
        match read_answer(&answer) {
            Ok(answer) => Acquired::Answer(answer),
            Err(error) => Acquired::Invalid(error),
        }
    }

    /// Renews the lease by a timer until it is released: a request may take longer than its lease, or its reader may pause.
    pub fn renew_until_released(self: &Rc<Self>) {
        let lease = Rc::downgrade(self);
        let timer = Timer::new(self.request.lease_ms / 2, move || {
            let Some(lease) = lease.upgrade() else { return };
            spawn_local(async move {
                lease.renew().await;
                if !lease.is_released.get() {
                    lease.renew_until_released();
                }
            });
        });
        self.next_renewal.replace(Some(timer));
    }

    /// Renews the lease. If it has ended in spite of its timer, it takes a permit anew: the request is in flight.
    async fn renew(&self) {
        let request = LimitRequest { force: true, ..self.request.clone() };
        match self.ask(&request, &JsValue::UNDEFINED) {
            Ok(promise) => {
                let promise = Promise::resolve(&promise);
                self.renewal.replace(Some(promise.clone()));
                if let Err(thrown) = settled(Ok(promise.into())).await {
                    self.warn(&thrown);
                }
                self.renewal.replace(None);
            }
            Err(thrown) => self.warn(&thrown),
        }
    }

    /// Releases the permit, or leaves the queue; the call does not wait for the limiter's answer. A failure here has no effect but
    /// a log line: the lease ends by itself.
    pub fn release(self: &Rc<Self>, feedback: Option<Feedback>) {
        if self.is_released.replace(true) {
            return;
        }
        self.next_renewal.take();
        let lease = Rc::clone(self);
        let feedback = lease.feedback(feedback);
        let renewal = lease.renewal.take();
        // Without a renewal in flight the limiter is called at once.
        let released = if renewal.is_none() { Some(lease.call_release(&feedback)) } else { None };
        spawn_local(async move {
            if let Some(renewal) = renewal {
                // A renewal never overtakes a release.
                let _ = within(Some(MAX_ANSWER_MS), None, settled(Ok(renewal.into()))).await;
            }
            let released = released.unwrap_or_else(|| lease.call_release(&feedback));
            if let Ok(Err(thrown)) = within(Some(MAX_ANSWER_MS), None, settled(released)).await {
                lease.warn(&thrown);
            }
            host::drop_lease(&lease.request_id);
        });
    }

    fn call_release(&self, feedback: &JsValue) -> Result<JsValue, JsValue> {
        self.limiter.release(&self.request_id, feedback)
    }

    fn feedback(&self, feedback: Option<Feedback>) -> JsValue {
        let feedback = match feedback {
            None => return JsValue::UNDEFINED,
            Some(Feedback::TooManyConnections) => {
                RateLimitFeedback { ms: REDUCTION_MS, windows: None, max_concurrent: Some(reduced_concurrency(None)) }
            }
            Some(Feedback::WindowFull(index)) => match self.request.windows.get(index) {
                Some(window) => RateLimitFeedback {
                    ms: window.window_ms,
                    windows: Some(vec![window.key.clone()]),
                    max_concurrent: None,
                },
                None => return JsValue::UNDEFINED,
            },
        };
        to_js(&feedback).unwrap_or_default()
    }

    fn warn(&self, thrown: &JsValue) {
        limiter_failed(&self.hooks, thrown);
    }
}

/// Reads the answer of a limiter. A value that is not one fails the call: it is never a grant.
fn read_answer(answer: &JsValue) -> Result<LimiterAnswer, Error> {
    let wrong = |reason: &str| {
        let message = format!(
            "`rateLimiter.acquire` returned an invalid answer: {reason}. Return `{{ granted: true }}`, or \
             `{{ granted: false, waitMs, tooManyConnections }}`."
        );
        Error::new(ErrorCode::RateLimited, message)
    };
    let (answer, _) = convert::read::<RateLimitDecision>(answer, ErrorCode::RateLimited, "the answer")
        .map_err(|Failed { error, .. }| wrong(&error.to_string()))?;
    if answer.granted {
        return Ok(LimiterAnswer::Grant);
    }
    match answer.wait_ms {
        Some(ms) if ms.is_finite() && ms >= 0.0 => {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
            let wait_ms = ms.ceil() as u64;
            Ok(LimiterAnswer::Deny { wait_ms, at_once: answer.too_many_connections == Some(true) })
        }
        Some(_) => Err(wrong("`waitMs` is not a number of milliseconds")),
        None => Err(wrong("`waitMs` is missing")),
    }
}
