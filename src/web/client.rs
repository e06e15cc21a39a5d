//! A client of one account: its validated options, and what its calls share.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::Url;

use crate::{
    api::{
        input::{Callback, Handle},
        options::{Address, CallOverrides, CallSettings, ClientOptions, ClientSettings},
    },
    client::{
        error::{Error, ErrorCode, Result},
        rate_limits::RateLimit,
    },
    web::{
        account::Account,
        clock::now,
        convert::{self, Failed, Kept},
        hooks::{Hooks, check_methods},
        host::{self, LimiterLike},
        signal::Signal,
    },
};

thread_local! {
    static LAST_CALL_NUMBER: Cell<u32> = const { Cell::new(0) };
}

/// A client of one account.
pub struct Client {
    pub(super) settings: Rc<ClientSettings>,
    pub(super) fetch: Option<Function>,
    pub(super) credentials: Option<Function>,
    pub(super) limiter: Option<LimiterLike>,
    /// The headers of every request, as one object; undefined if there are none.
    pub(super) headers: JsValue,
    pub(super) hooks: Rc<Hooks>,
    /// The account whose limits `rateLimits()` shows: that of the last credentials.
    pub(super) account: RefCell<Rc<Account>>,
}

/// What a call gets beside its request.
pub struct CallContext {
    pub settings: CallSettings,
    pub signal: Option<Signal>,
    /// The hook of this call.
    pub on_wait: Option<Function>,
    number: u32,
    /// When the whole call began: an iteration is one call of many requests.
    pub started_at: Cell<u64>,
    /// Milliseconds spent waiting so far.
    pub waited_ms: Cell<u64>,
}

impl CallContext {
    /// Identifies the call, in any process.
    pub fn call_id(&self) -> String {
        format!("{}-{}", host::process_id(), self.number)
    }
}

fn parse_url(value: &JsValue) -> Option<Address> {
    let text = value.as_string()?;
    let location = js_sys::Reflect::get(&js_sys::global(), &"location".into()).ok();
    let page = location.and_then(|location| js_sys::Reflect::get(&location, &"href".into()).ok()?.as_string());
    let url = match page {
        Some(page) => Url::new_with_base(&text, &page),
        None => Url::new(&text),
    };
    let url = url.ok()?;
    let extras = [url.username(), url.password(), url.search(), url.hash()];
    Some(Address {
        href: url.href(),
        protocol: url.protocol(),
        hostname: url.hostname(),
        has_extras: extras.iter().any(|part| !part.is_empty()),
    })
}

impl Client {
    /// Validates the options of `createClient`.
    pub fn new(options: &JsValue) -> Result<Self, Failed> {
        let (options, kept) = convert::read::<ClientOptions>(options, ErrorCode::InvalidOption, "createClient")?;
        let settings = options.validate(host::is_page(), |url| parse_url(&kept.get(url)))?;
        let function =
            |callback: Option<Callback>| callback.map(|Callback(handle)| kept.get(handle).unchecked_into::<Function>());
        let object = |handle: Option<Handle>| handle.map(|handle| kept.get(handle));
        let logger = object(options.logger);
        if let Some(logger) = &logger {
            Hooks::check_logger(logger)?;
        }
        let limiter = object(options.rate_limiter);
        if let Some(limiter) = &limiter {
            check_methods(limiter, "rateLimiter", &["acquire", "release"], true)?;
        }
        let headers = match object(options.headers) {
            None => JsValue::UNDEFINED,
            Some(headers) => read_headers(&headers)?,
        };
        let account = Account::get(&settings.account);
        let hooks =
            Hooks::new(function(options.on_request), function(options.on_response), function(options.on_wait), logger);
        Ok(Self {
            settings: Rc::new(settings),
            fetch: function(options.fetch),
            credentials: function(options.credentials),
            limiter: limiter.map(JsCast::unchecked_into),
            headers,
            hooks: Rc::new(hooks),
            account: RefCell::new(account),
        })
    }

    /// Names the account; of a client whose credentials a function returns, the client itself.
    pub fn account_key(&self) -> String {
        if self.credentials.is_some() {
            format!("{:p}", Rc::as_ptr(&self.settings))
        } else {
            self.settings.account.clone()
        }
    }

    /// How full the limits are.
    pub fn rate_limits(&self) -> Vec<RateLimit> {
        self.account.borrow().limits.borrow_mut().report(now())
    }

    /// The hooks.
    pub fn hooks(&self) -> &Hooks {
        &self.hooks
    }

    /// What a call gets beside its request.
    ///
    /// # Errors
    /// `invalid_option`, if the signal is not an `AbortSignal`.
    pub fn context(&self, options: &dyn CallOverrides, kept: &Kept) -> Result<Rc<CallContext>> {
        let signal = options.signal().map(|signal| Signal::new(&kept.get(signal))).transpose()?;
        let on_wait = options.on_wait().map(|Callback(handle)| kept.get(handle).unchecked_into());
        let settings = options.override_settings(self.settings.call);
        let number = LAST_CALL_NUMBER.get().wrapping_add(1);
        LAST_CALL_NUMBER.set(number);
        Ok(Rc::new(CallContext {
            settings,
            signal,
            on_wait,
            number,
            started_at: Cell::new(now()),
            waited_ms: Cell::new(0),
        }))
    }
}

fn read_headers(headers: &JsValue) -> Result<JsValue> {
    let read = host::read_headers(headers);
    match read.as_string() {
        None => Ok(read),
        Some(message) => Err(Error::new(ErrorCode::InvalidOption, message).parameter("headers")),
    }
}
