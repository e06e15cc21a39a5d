//! The options of a client and of a call.

use std::rc::Rc;

use serde::Deserialize;
use tsify::Tsify;

use crate::{
    api::{
        input::{Callback, Handle},
        values::{BoundedInt, SecretText, TimeLimit},
    },
    client::error::{Error, ErrorCode, Result},
    protocol::{credentials::Credentials, form::Hash},
};

/// The reaction when the service's limits forbid a request now, and when a request is rejected all the same: by error 9 of the
/// service, after which its limit counts as used up, or by HTTP 429 of its host or of a proxy.
///
/// - `"wait"`: the request waits in a queue. After error 9 and HTTP 429, a call that only reads waits and is retried.
/// - `"fail"`: the call rejects at once with `rate_limited` and `retryAfterMs`, or with `too_many_connections`; after error 9 and
///   HTTP 429, too.
/// - `"off"`: the request is sent. After error 9, the call rejects. After HTTP 429, a call that only reads waits and is retried.
///
/// A call that changes something is sent once in every mode.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum RateLimitMode {
    /// Waits until they allow it.
    Wait,
    /// Fails at once.
    Fail,
    /// Sends it all the same.
    Off,
}

/// The account's host.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Region {
    /// smsc.ru
    #[default]
    Ru,
    /// smsc.ua
    Ua,
    /// smsc.kz
    Kz,
    /// smsc.tj
    Tj,
    /// smscentre.com
    Com,
}

impl Region {
    fn host(self) -> &'static str {
        match self {
            Self::Ru => "smsc.ru",
            Self::Ua => "smsc.ua",
            Self::Kz => "smsc.kz",
            Self::Tj => "smsc.tj",
            Self::Com => "smscentre.com",
        }
    }
}

/// `setTimeout` fires at once for a longer time: 2^31 - 1 ms.
pub const MAX_TIMER_MS: u64 = 2_147_483_647;

/// The largest response that can be asked for, in bytes: the memory of a WebAssembly module has no more.
const MAX_RESPONSE_BYTES: u64 = 4_294_967_295;

const DEFAULT_MAX_RESPONSE_BYTES: u64 = 16 << 20;

const DEFAULT_MAX_RETRY_DELAY_MS: u64 = 60_000;

/// The options of a client. In TypeScript, `ClientOptions` is a union of the combinations that are valid.
#[derive(Clone, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(rename = "AllClientOptions")]
pub struct ClientOptions {
    /// The account's API key, instead of `login` and `password`.
    #[tsify(optional, type = "string")]
    pub api_key: Option<SecretText>,
    /// The account's login.
    #[tsify(optional, type = "string")]
    pub login: Option<SecretText>,
    /// The account's password, or its lowercase MD5.
    #[tsify(optional, type = "string")]
    pub password: Option<SecretText>,
    /// Returns the credentials before each request, instead of the three above.
    #[tsify(optional, type = "() => Credentials | Promise<Credentials>")]
    pub credentials: Option<Callback>,
    /// The account's host: smsc.ru, smsc.ua, smsc.kz, smsc.tj or smscentre.com.
    ///
    /// @default "ru"
    #[tsify(optional)]
    pub region: Option<Region>,
    /// Instead of `region`: a mirror, a proxy or an emulator. `/sys/<script>.php` is appended.
    #[tsify(optional, type = "string | PlatformURL")]
    pub base_url: Option<Handle>,
    /// With a `region`: after a failed connection, one try at `www2.<host>`.
    ///
    /// @default true
    #[tsify(optional)]
    pub fallback_host: Option<bool>,
    /// Headers of every request, for a proxy of your own. `content-type` is the client's; which other names `fetch` ignores depends
    /// on the runtime.
    ///
    /// @default none
    #[tsify(optional, type = "PlatformHeadersInit")]
    pub headers: Option<Handle>,
    /// Milliseconds for one attempt, its body included; of a download, up to its head and then between two chunks.
    ///
    /// @default 30000
    #[tsify(optional, type = "number")]
    pub timeout_ms: Option<BoundedInt<1, MAX_TIMER_MS>>,
    /// Milliseconds for a whole call with its retries and waits.
    ///
    /// @default none
    #[tsify(optional, type = "number")]
    pub total_timeout_ms: Option<BoundedInt<1, MAX_TIMER_MS>>,
    /// Further attempts of calls that only read.
    ///
    /// @default 2
    #[tsify(optional, type = "number")]
    pub max_retries: Option<BoundedInt<0, 100>>,
    /// The longest delay before a retry, in milliseconds. If the service asks for a longer one by `Retry-After`, the call rejects at
    /// once with `retryAfterMs`.
    ///
    /// @default 60000
    #[tsify(optional, type = "number")]
    pub max_retry_delay_ms: Option<BoundedInt<0, MAX_TIMER_MS>>,
    /// The largest response that is not a file, in bytes.
    ///
    /// @default 16777216 (16 MiB)
    #[tsify(optional, type = "number")]
    pub max_response_bytes: Option<BoundedInt<1, MAX_RESPONSE_BYTES>>,
    /// Allows a `baseUrl` with `http:` beyond this machine. The credentials then travel in the clear.
    ///
    /// @default false
    #[tsify(optional)]
    pub allow_insecure_http: Option<bool>,
    /// Allows credentials in a browser's page or its workers, where anyone who opens the page can read them.
    ///
    /// @default false
    #[tsify(optional)]
    pub dangerously_allow_browser: Option<bool>,
    /// The reaction when the service's limits forbid a request now: `"wait"`, `"fail"` with `rate_limited`, or `"off"`. See
    /// `RateLimitMode`, also for error 9 and HTTP 429.
    ///
    /// @default "wait"
    #[tsify(optional)]
    pub rate_limit: Option<RateLimitMode>,
    /// The longest wait of a request for the service's limits, in milliseconds. A longer one rejects at once with `rate_limited` and
    /// `retryAfterMs`. With `rateLimit: "fail"`: how long to wait for a free connection.
    ///
    /// @default none
    #[tsify(optional, type = "number")]
    pub max_rate_limit_wait_ms: Option<BoundedInt<0, MAX_TIMER_MS>>,
    /// The account's limits if several processes or machines share them: of `smsc-wasm/cloudflare`, of `smsc-wasm/redis`, or a
    /// custom one.
    ///
    /// Without one, the clients of this process share the limits if they have the same address and the same `apiKey` or `login`. An
    /// API key and a login of one account count as two accounts.
    ///
    /// @default one that every client with the same address and credentials in this process shares
    #[tsify(optional, type = "RateLimiter")]
    pub rate_limiter: Option<Handle>,
    /// The function that sends the requests.
    ///
    /// @default globalThis.fetch
    #[tsify(optional, type = "PlatformFetch")]
    pub fetch: Option<Callback>,
    /// Called before each attempt. An exception has no effect.
    ///
    /// @default none
    #[tsify(optional, type = "(event: RequestEvent) => void")]
    pub on_request: Option<Callback>,
    /// Called after each attempt, answered or failed. An exception has no effect.
    ///
    /// @default none
    #[tsify(optional, type = "(event: ResponseEvent) => void")]
    pub on_response: Option<Callback>,
    /// Called before each wait. An exception has no effect.
    ///
    /// @default none
    #[tsify(optional, type = "(event: WaitEvent) => void")]
    pub on_wait: Option<Callback>,
    /// Receives log lines: a message and fields.
    ///
    /// @default none
    #[tsify(optional, type = "Logger")]
    pub logger: Option<Handle>,
}

/// Declares the options of a call: those of every call, and some more.
macro_rules! call_options {
    ($(#[$attribute:meta])* $name:ident { $($(#[$field_attribute:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, Default, serde::Deserialize, tsify::Tsify)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            /// Aborts the call: it rejects with `aborted` and the signal's reason as `cause`.
            ///
            /// @default none
            #[tsify(optional, type = "PlatformAbortSignal")]
            pub signal: Option<$crate::api::input::Handle>,
            /// Milliseconds for one attempt, its body included.
            ///
            /// @default that of the client
            #[tsify(optional, type = "number")]
            pub timeout_ms: Option<$crate::api::values::BoundedInt<1, { $crate::api::options::MAX_TIMER_MS }>>,
            /// Milliseconds for the whole call with its retries and waits.
            ///
            /// @default that of the client
            #[tsify(optional, type = "number")]
            pub total_timeout_ms: Option<$crate::api::values::BoundedInt<1, { $crate::api::options::MAX_TIMER_MS }>>,
            /// Further attempts, if the call only reads.
            ///
            /// @default that of the client
            #[tsify(optional, type = "number")]
            pub max_retries: Option<$crate::api::values::BoundedInt<0, 100>>,
            /// The reaction when the service's limits forbid the request now.
            ///
            /// @default that of the client
            #[tsify(optional, type = "RateLimitMode")]
            pub rate_limit: Option<$crate::api::options::RateLimitMode>,
            /// The longest wait of a request for the service's limits, in milliseconds. A longer one rejects at once with
            /// `rate_limited` and `retryAfterMs`. With `rateLimit: "fail"`: how long to wait for a free connection.
            ///
            /// @default that of the client
            #[tsify(optional, type = "number")]
            pub max_rate_limit_wait_ms: Option<$crate::api::values::BoundedInt<0, { $crate::api::options::MAX_TIMER_MS }>>,
            /// Called before each wait of this call, after the client's own `onWait`.
            ///
            /// @default none
            #[tsify(optional, type = "(event: WaitEvent) => void")]
            pub on_wait: Option<$crate::api::input::Callback>,
            $($(#[$field_attribute])* pub $field: $type,)*
        }

        impl $name {
            /// The names of the options. A test compares them with the fields.
            pub const NAMES: &'static [&'static str] = &[
                "signal",
                "timeout_ms",
                "total_timeout_ms",
                "max_retries",
                "rate_limit",
                "max_rate_limit_wait_ms",
                "on_wait",
                $(stringify!($field),)*
            ];
        }

        impl $crate::api::options::CallOverrides for $name {
            fn signal(&self) -> Option<$crate::api::input::Handle> {
                self.signal
            }

            fn on_wait(&self) -> Option<$crate::api::input::Callback> {
                self.on_wait
            }

            fn override_settings(
                &self,
                settings: $crate::api::options::CallSettings,
            ) -> $crate::api::options::CallSettings {
                use $crate::api::values::BoundedInt;
                $crate::api::options::CallSettings {
                    timeout_ms: self.timeout_ms.map_or(settings.timeout_ms, |BoundedInt(ms)| ms),
                    total_timeout_ms: self.total_timeout_ms.map(|BoundedInt(ms)| ms).or(settings.total_timeout_ms),
                    max_retries: self.max_retries.map_or(settings.max_retries, |BoundedInt(count)| count),
                    rate_limit: self.rate_limit.unwrap_or(settings.rate_limit),
                    max_rate_limit_wait_ms: self
                        .max_rate_limit_wait_ms
                        .map(|BoundedInt(ms)| ms)
                        .or(settings.max_rate_limit_wait_ms),
                }
            }
        }
    };
}
call_options! {
    /// The options of one call, its last argument. They override those of the client.
    CallOptions {}
}

call_options! {
    /// Options of `call` and `raw`.
    CommandOptions {
        /// The command changes nothing, or may be made twice: it is then retried like a call that only reads.
        ///
        /// @default true for a script that is known to only read, otherwise false
        #[tsify(optional, type = "boolean")]
        idempotent: Option<bool>,
    }
}

call_options! {
    /// Options of an iteration.
    IterationOptions {
        /// Called after each request. Its exception ends the iteration, which rejects with it as it is; a promise is not awaited.
        ///
        /// @default none
        #[tsify(optional, type = "(progress: IterationProgress) => void")]
        on_progress: Option<Callback>,
    }
}

call_options! {
    /// Options of `tasks.waitFor`.
    WaitOptions {
        /// How long to wait for the task, in milliseconds.
        ///
        /// @default none
        #[tsify(optional, type = "number")]
        max_wait_ms: Option<TimeLimit>,
        /// Called with the task after each poll. Its exception ends the wait, which rejects with it as it is; a promise is not
        /// awaited.
        ///
        /// @default none
        #[tsify(optional, type = "(task: Task) => void")]
        on_progress: Option<Callback>,
    }
}

/// What every call's options override.
pub trait CallOverrides {
    /// The signal.
    fn signal(&self) -> Option<Handle>;
    /// The callback before each wait.
    fn on_wait(&self) -> Option<Callback>;
    /// The settings of the client, overridden by these options.
    #[must_use]
    fn override_settings(&self, settings: CallSettings) -> CallSettings;
}

/// What holds for one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallSettings {
    /// The time of one attempt.
    pub timeout_ms: u64,
    /// The time of the whole call, if it is limited.
    pub total_timeout_ms: Option<u64>,
    /// Further attempts of a call that only reads.
    pub max_retries: u64,
    /// The reaction when the service's limits forbid it now.
    pub rate_limit: RateLimitMode,
    /// The longest wait of a request for the limits, if it is limited.
    pub max_rate_limit_wait_ms: Option<u64>,
}

impl CallSettings {
    /// The defaults of a client.
    pub const DEFAULT: Self = Self {
        timeout_ms: 30_000,
        total_timeout_ms: None,
        max_retries: 2,
        rate_limit: RateLimitMode::Wait,
        max_rate_limit_wait_ms: None,
    };
}

/// The settings of a client: its options, validated.
#[derive(Clone, Debug)]
pub struct ClientSettings {
    /// The address of the service, to which `/sys/<script>.php` is appended.
    pub base_url: String,
    /// The address after a failed connection.
    pub fallback_url: Option<String>,
    /// The account, without its secrets: clients of one account share its limits.
    pub account: String,
    /// The credentials.
    pub credentials: Rc<Credentials>,
    /// Whether a function returns the credentials before each attempt.
    pub has_provider: bool,
    /// Whether the limits are kept by a limiter that is shared with other processes.
    pub has_shared_limiter: bool,
    /// What a call can override.
    pub call: CallSettings,
    /// The longest delay before a retry.
    pub max_retry_delay_ms: u64,
    /// The largest response that is not a file, in bytes.
    pub max_response_bytes: u64,
}

/// An address as the platform parses it.
#[derive(Clone, Debug)]
pub struct Address {
    /// The whole address.
    pub href: String,
    /// The protocol, with its colon.
    pub protocol: String,
    /// The host name, without a port.
    pub hostname: String,
    /// Whether it has a user name, password, query or fragment.
    pub has_extras: bool,
}

impl ClientOptions {
    /// Validates the options against each other. `is_page`: the code runs in a browser's page. `parse_url` parses the
    /// `baseUrl`; `None` if it is not an address.
    ///
    /// # Errors
    /// `invalid_option`, naming the option and what it takes.
    pub fn validate(&self, is_page: bool, parse_url: impl Fn(Handle) -> Option<Address>) -> Result<ClientSettings> {
        let secret = |text: &Option<SecretText>| text.as_ref().map(|SecretText(text)| text.clone());
        let credentials = Credentials::new(
            secret(&self.api_key),
            secret(&self.login),
            secret(&self.password),
            ErrorCode::InvalidOption,
        )?;
        let has_provider = self.credentials.is_some();
        if has_provider && !credentials.is_none() {
            return wrong(
                "credentials",
                "`credentials` takes a function instead of `apiKey`, `login` and `password`, not along with them",
            );
        }
        let (base_url, fallback_url) = match self.base_url {
            Some(_) if self.region.is_some() => {
                return wrong("baseUrl", "`baseUrl` takes an address instead of `region`, not along with it");
            }
            Some(_) if self.fallback_host == Some(true) => {
                return wrong("fallbackHost", "`fallbackHost` takes `true` only with a `region`");
            }
            Some(url) => (base_url(parse_url(url), self.allow_insecure_http == Some(true))?, None),
            None => {
                let host = self.region.unwrap_or_default().host();
                let fallback = (self.fallback_host != Some(false)).then(|| format!("https://www2.{host}"));
                (format!("https://{host}"), fallback)
            }
        };
        let has_credentials = has_provider || !credentials.is_none();
        if !has_credentials && self.base_url.is_none() {
            return wrong(
                "apiKey",
                "`createClient` takes `apiKey`, or `login` and `password`, or `credentials`, or the `baseUrl` of a proxy \
                 that adds them. If you pass an environment variable, check that it is set",
            );
        }
        if is_page && has_credentials && self.dangerously_allow_browser != Some(true) {
            return wrong(
                "dangerouslyAllowBrowser",
                "anyone who opens this page could read the account's credentials and send at its cost. Let a proxy on a \
                 server add them, and pass its address as `baseUrl`; or, for a page that only you can open, set \
                 `dangerouslyAllowBrowser: true`",
            );
        }
        let Self { timeout_ms, total_timeout_ms, max_retries, rate_limit, max_rate_limit_wait_ms, .. } = *self;
        let call = CallOptions {
            signal: None,
            timeout_ms,
            total_timeout_ms,
            max_retries,
            rate_limit,
            max_rate_limit_wait_ms,
            on_wait: None,
        };
        Ok(ClientSettings {
            account: account_name(&base_url, &credentials),
            base_url,
            fallback_url,
            credentials: Rc::new(credentials),
            has_provider,
            has_shared_limiter: self.rate_limiter.is_some(),
            call: call.override_settings(CallSettings::DEFAULT),
            max_retry_delay_ms: self.max_retry_delay_ms.map_or(DEFAULT_MAX_RETRY_DELAY_MS, |BoundedInt(ms)| ms),
            max_response_bytes: self.max_response_bytes.map_or(DEFAULT_MAX_RESPONSE_BYTES, |BoundedInt(max)| max),
        })
    }
}

fn wrong<T>(name: &str, message: &str) -> Result<T> {
    Err(Error::new(ErrorCode::InvalidOption, message).parameter(name))
}

fn base_url(address: Option<Address>, is_insecure_allowed: bool) -> Result<String> {
    let Some(Address { href, protocol, hostname, has_extras }) = address else {
        return wrong(
            "baseUrl",
            "`baseUrl` takes an address such as \"https://proxy.example/smsc\"; a relative one only in a page",
        );
    };
    if has_extras {
        return wrong("baseUrl", "`baseUrl` takes an address without user name, password, query and fragment");
    }
    let address = href.trim_end_matches('/');
    let is_script = address.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("php"));
    if address.ends_with("/sys") || is_script {
        return wrong(
            "baseUrl",
            "`baseUrl` takes an address without the path of a script: `/sys/<script>.php` is appended to it",
        );
    }
    let is_loopback = hostname == "localhost"
        || hostname.ends_with(".localhost")
        || hostname == "[::1]"
        || (hostname.starts_with("127.") && hostname.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
    match protocol.as_str() {
        "https:" => {}
        "http:" if is_loopback || is_insecure_allowed => {}
        "http:" => {
            return wrong(
                "baseUrl",
                "`baseUrl` takes an https: address, since http: carries the credentials in the clear: it is for this \
                 machine, or with `allowInsecureHttp: true`",
            );
        }
        _ => return wrong("baseUrl", "`baseUrl` takes an https: address"),
    }
    Ok(address.into())
}

/// Names an account by its address and a hash of its login or key, which reveals neither.
#[must_use]
pub fn account_name(base_url: &str, credentials: &Credentials) -> String {
    let mut hash = Hash::default();
    credentials.each_field(|name, value| {
        if name != "psw" {
            hash.add(name);
            hash.add(value);
        }
    });
    format!("{base_url} {}", hash.0)
}

/// The value that `credentials()` returns.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProvidedCredentials {
    api_key: Option<SecretText>,
    login: Option<SecretText>,
    password: Option<SecretText>,
}

impl ProvidedCredentials {
    /// The credentials themselves.
    ///
    /// # Errors
    /// `unauthorized`, if there are none, or half a pair.
    pub fn into_credentials(self) -> Result<Credentials> {
        let secret = |text: Option<SecretText>| text.map(|SecretText(text)| text);
        let Self { api_key, login, password } = self;
        let credentials = Credentials::new(secret(api_key), secret(login), secret(password), ErrorCode::Unauthorized)?;
        if credentials.is_none() {
            let message = "`credentials()` returned neither `{ apiKey }` nor `{ login, password }`";
            return Err(Error::new(ErrorCode::Unauthorized, message).parameter("credentials"));
        }
        Ok(credentials)
    }
}

#[cfg(test)]
mod tests;
