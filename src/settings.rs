//! The options of a client and of a call.

use crate::{
    credentials::Credentials,
    error::{Error, ErrorCode, Result},
    input::{Field, Fields, parse},
    json::Writer,
};

/// `setTimeout` counts milliseconds in 31 bits; a longer one would fire at once.
const LONGEST_MS: u64 = 2_147_483_647;

/// What to do when the service's limits forbid a request now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnLimit {
    /// Wait until it is allowed.
    #[default]
    Wait,
    /// Reject with `rate_limited` and the time to wait.
    Fail,
    /// Send it all the same.
    Off,
}

const ON_LIMIT: &[(&str, OnLimit)] = &[("wait", OnLimit::Wait), ("fail", OnLimit::Fail), ("off", OnLimit::Off)];

/// The account's host, and with it the account.
const REGIONS: &[(&str, &str)] = &[("ru", "smsc.ru"), ("ua", "smsc.ua"), ("kz", "smsc.kz"), ("com", "smscentre.com")];

/// A client's checked options, as every call of it needs them. JavaScript keeps them as JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Where `/sys/<script>.php` is put behind.
    pub base: String,
    /// The reserve host, likewise.
    pub reserve: Option<String>,
    /// Names the account among those that share this process's limits.
    pub account: String,
    /// The largest reply that is no file, in bytes.
    pub max_reply_bytes: u64,
    /// What holds for one call, unless the call says otherwise.
    pub call: CallSettings,
}

/// What a call can set for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallSettings {
    /// One attempt, its body included.
    pub timeout_ms: u64,
    /// The whole call.
    pub total_timeout_ms: Option<u64>,
    /// Further attempts of a call that only reads.
    pub max_retries: u64,
    /// When the limits forbid.
    pub limits: OnLimit,
}

/// What a user may set for one call: those of [`CallSettings`] that were given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallOptions {
    timeout_ms: Option<u64>,
    total_timeout_ms: Option<u64>,
    max_retries: Option<u64>,
    limits: Option<OnLimit>,
}

impl CallOptions {
    /// Takes them out of the given fields.
    ///
    /// # Errors
    /// Where one has no sense.
    pub fn take(fields: &Fields) -> Result<Self> {
        Ok(Self {
            timeout_ms: fields.take("timeoutMs").whole(1..=LONGEST_MS)?,
            total_timeout_ms: fields.take("totalTimeoutMs").whole(1..=LONGEST_MS)?,
            max_retries: fields.take("maxRetries").whole(0..=100)?,
            limits: fields.take("limits").one_of(ON_LIMIT)?,
        })
    }

    fn over(self, base: CallSettings) -> CallSettings {
        CallSettings {
            timeout_ms: self.timeout_ms.unwrap_or(base.timeout_ms),
            total_timeout_ms: self.total_timeout_ms.or(base.total_timeout_ms),
            max_retries: self.max_retries.unwrap_or(base.max_retries),
            limits: self.limits.unwrap_or(base.limits),
        }
    }
}

impl Default for CallSettings {
    fn default() -> Self {
        Self { timeout_ms: 30_000, total_timeout_ms: None, max_retries: 2, limits: OnLimit::default() }
    }
}

/// The largest reply that is no file, unless the client says otherwise: 64 MiB.
const MAX_REPLY_BYTES: u64 = 64 * 1024 * 1024;

impl Settings {
    /// Checks the options of `createClient`. Of a function the JSON tells only that it is one. `in_page`: whether this is
    /// a browser's page or one of its workers.
    ///
    /// # Errors
    /// `invalid_option`, naming the option and what it takes.
    pub fn check(json: &str, in_page: bool) -> Result<Self> {
        let values = parse(json, ErrorCode::InvalidOption, "createClient")?;
        let fields = Fields::new(&values, ErrorCode::InvalidOption);
        let credentials = Credentials::take(&fields)?;
        let provider = fields.take("credentials");
        let has_provider = provider.is_given();
        if has_provider {
            provider.function()?;
            if !credentials.is_none() {
                return Err(
                    provider.error("a function in place of `apiKey`, `login` and `password`, not along with them")
                );
            }
        }
        let region = fields.take("region");
        let base_url = fields.take("baseUrl");
        let reserve_host = fields.take("reserveHost");
        let insecure = fields.take("allowInsecure").flag()?.unwrap_or(false);
        let in_browser = fields.take("dangerouslyAllowBrowser").flag()?.unwrap_or(false);
        if region.is_given() && base_url.is_given() {
            return Err(base_url.error("an address in place of `region`, not along with it"));
        }
        let own_base = base_url.is_given();
        let reserve_wanted = reserve_host.flag()?;
        let (base, reserve) = if own_base {
            if reserve_wanted == Some(true) {
                return Err(
                    reserve_host.error("`true` only with a `region`: an address of one's own has no reserve host")
                );
            }
            (base_address(&base_url, insecure)?, None)
        } else {
            let host = region.one_of(REGIONS)?.unwrap_or("smsc.ru");
            let reserve = reserve_wanted.unwrap_or(true).then(|| format!("https://www2.{host}"));
            (format!("https://{host}"), reserve)
        };
        if credentials.is_none() && !has_provider && !own_base {
            return Err(Error::new(
                ErrorCode::InvalidOption,
                "`createClient` takes `apiKey`, or `login` and `password`, or `credentials`; \
                 none of them only with a `baseUrl` of a proxy that adds them",
            )
            .parameter("apiKey"));
        }
        if in_page && !in_browser && (has_provider || !credentials.is_none()) {
            return Err(Error::new(
                ErrorCode::InvalidOption,
                "this is a browser page: whoever opens it could read the account's credentials and send at its cost. \
                 Keep them on a server, have a proxy there add them, and give its address as `baseUrl` without \
                 credentials; or, for a page that only you can open, set `dangerouslyAllowBrowser: true`",
            )
            .parameter("dangerouslyAllowBrowser"));
        }
        let max_reply_bytes = fields.take("maxReplyBytes").whole(1..=u64::from(u32::MAX))?.unwrap_or(MAX_REPLY_BYTES);
        let call = CallOptions::take(&fields)?.over(CallSettings::default());
        for name in ["fetch", "onWait"] {
            fields.take(name).function()?;
        }
        let logger = fields.take("logger");
        if logger.is_given() {
            let logger = logger.fields()?;
            for level in ["debug", "info", "warn", "error"] {
                logger.take(level).function()?;
            }
        }
        fields.finish()?;
        let account = account_of(&base, &credentials);
        Ok(Self { base, reserve, account, max_reply_bytes, call })
    }

    /// The settings as JSON, for JavaScript to keep. There is no secret in them.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = Writer::default();
        json.open('{');
        json.text_field("base", &self.base);
        if let Some(reserve) = &self.reserve {
            json.text_field("reserve", reserve);
        }
        json.text_field("account", &self.account);
        json.number_field("maxReplyBytes", self.max_reply_bytes);
        json.number_field("timeoutMs", self.call.timeout_ms);
        if let Some(total) = self.call.total_timeout_ms {
            json.number_field("totalTimeoutMs", total);
        }
        json.number_field("maxRetries", self.call.max_retries);
        let limits = ON_LIMIT.iter().find(|(_, on_limit)| *on_limit == self.call.limits);
        json.text_field("limits", limits.map_or("", |(word, _)| word));
        json.close('}');
        json.finish()
    }

    /// Reads what [`Settings::to_json`] wrote, changed by a call's own options.
    ///
    /// # Errors
    /// `internal`, where the text is not what was written.
    pub fn for_call(json: &str, options: CallOptions) -> Result<Self> {
        let values = parse(json, ErrorCode::Internal, "the settings")?;
        let fields = Fields::new(&values, ErrorCode::Internal);
        let base = fields.take("base").text()?.unwrap_or_default();
        let reserve = fields.take("reserve").text()?;
        let account = fields.take("account").text()?.unwrap_or_default();
        let max_reply_bytes = fields.take("maxReplyBytes").whole(0..=u64::MAX)?.unwrap_or(MAX_REPLY_BYTES);
        let call = options.over(CallOptions::take(&fields)?.over(CallSettings::default()));
        Ok(Self { base, reserve, account, max_reply_bytes, call })
    }
}

/// The address of a `baseUrl`, which JavaScript has parsed: `{ "$url": href, protocol, hostname, extras }`.
fn base_address(field: &Field, insecure_allowed: bool) -> Result<String> {
    let Some((href, protocol, hostname, extras)) = field.url() else {
        return Err(field.error("an address such as \"https://proxy.example/smsc\"; a relative one only in a page"));
    };
    if extras {
        return Err(field.error("an address without user name, password, query and fragment"));
    }
    let loopback = hostname == "localhost"
        || hostname.ends_with(".localhost")
        || hostname == "[::1]"
        || (hostname.starts_with("127.") && hostname.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
    match protocol {
        "https:" => {}
        "http:" if loopback || insecure_allowed => {}
        "http:" => {
            return Err(field.error(
                "an https: address, since http: would carry the credentials in the clear; \
                 http: is for this machine itself, or with `allowInsecure: true`",
            ));
        }
        _ => return Err(field.error("an https: address")),
    }
    Ok(href.trim_end_matches('/').to_owned())
}

/// A name for the account that gives no secret away: FNV-1a of whoever asks.
fn account_of(base: &str, credentials: &Credentials) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    if let Some((name, value)) = credentials.fields().next() {
        for byte in name.bytes().chain(value.bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{base} {hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(json: &str) -> (String, String) {
        let error = Settings::check(json, false).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidOption, "{json}");
        (error.details().parameter.clone().unwrap_or_default(), error.to_string())
    }

    fn url(href: &str, protocol: &str, hostname: &str) -> String {
        format!(r#"{{"baseUrl":{{"$url":"{href}","protocol":"{protocol}","hostname":"{hostname}","extras":false}}}}"#)
    }

    #[test]
    fn a_region_has_a_host_and_a_reserve() {
        let settings = Settings::check(r#"{"apiKey":"k"}"#, false).unwrap();
        assert_eq!(
            (settings.base.as_str(), settings.reserve.as_deref()),
            ("https://smsc.ru", Some("https://www2.smsc.ru"))
        );
        let settings = Settings::check(r#"{"apiKey":"k","region":"com","reserveHost":false}"#, false).unwrap();
        assert_eq!((settings.base.as_str(), settings.reserve), ("https://smscentre.com", None));
        assert_eq!(
            wrong(r#"{"apiKey":"k","region":"de"}"#).1,
            "`region` takes one of \"ru\", \"ua\", \"kz\", \"com\", and got \"de\""
        );
    }

    #[test]
    fn an_address_of_one_s_own() {
        let sound = |json: &str| Settings::check(json, false).unwrap().base;
        assert_eq!(sound(&url("https://proxy.example/smsc/", "https:", "proxy.example")), "https://proxy.example/smsc");
        assert_eq!(sound(&url("http://127.0.0.1:8080/", "http:", "127.0.0.1")), "http://127.0.0.1:8080");
        assert_eq!(sound(&url("http://[::1]/", "http:", "[::1]")), "http://[::1]");
        assert_eq!(wrong(&url("http://proxy.example/", "http:", "proxy.example")).0, "baseUrl");
        assert_eq!(wrong(&url("http://127.0.0.1.evil.example/", "http:", "127.0.0.1.evil.example")).0, "baseUrl");
        assert_eq!(wrong(&url("ftp://localhost/", "ftp:", "localhost")).0, "baseUrl");
        assert_eq!(wrong(r#"{"baseUrl":5}"#).0, "baseUrl");
        assert_eq!(wrong(r#"{"baseUrl":{"$kind":"\"/smsc\""}}"#).0, "baseUrl");
    }

    #[test]
    fn contradictions_slips_and_nonsense() {
        assert_eq!(wrong("{}").0, "apiKey");
        assert_eq!(wrong(r#"{"apiKey":"k","apikey":"k"}"#).0, "apikey");
        assert_eq!(wrong(r#"{"apiKey":"k","credentials":{"$kind":"a function"}}"#).0, "credentials");
        assert_eq!(wrong(r#"{"credentials":5}"#).0, "credentials");
        assert_eq!(wrong(r#"{"apiKey":"k","timeoutMs":0}"#).0, "timeoutMs");
        assert_eq!(wrong(r#"{"apiKey":"k","timeoutMs":2147483648}"#).0, "timeoutMs");
        assert_eq!(wrong(r#"{"apiKey":"k","limits":"none"}"#).0, "limits");
        assert_eq!(wrong(r#"{"apiKey":"k","fetch":true}"#).0, "fetch");
        assert_eq!(wrong(r#"{"apiKey":"k","logger":{"debug":1}}"#).0, "logger.debug");
        let both = format!(r#"{{"region":"ru",{}"#, &url("https://a.example/", "https:", "a.example")[1..]);
        assert_eq!(wrong(&both).0, "baseUrl");
    }

    #[test]
    fn a_page_is_refused_credentials_unless_told() {
        assert_eq!(
            Settings::check(r#"{"apiKey":"k"}"#, true).unwrap_err().details().parameter.as_deref(),
            Some("dangerouslyAllowBrowser")
        );
        assert!(Settings::check(r#"{"credentials":{"$kind":"a function"}}"#, true).is_err());
        assert!(Settings::check(r#"{"apiKey":"k","dangerouslyAllowBrowser":true}"#, true).is_ok());
        assert!(Settings::check(&url("https://proxy.example/", "https:", "proxy.example"), true).is_ok());
    }

    #[test]
    fn the_account_tells_no_secret_and_a_call_overrides() {
        let settings = Settings::check(r#"{"apiKey":"secret-key","timeoutMs":5,"limits":"fail"}"#, false).unwrap();
        let json = settings.to_json();
        assert!(!json.contains("secret"));
        assert_eq!(Settings::for_call(&json, CallOptions::default()).unwrap(), settings);
        let values = parse(r#"{"timeoutMs":7}"#, ErrorCode::InvalidOption, "it").unwrap();
        let options = CallOptions::take(&Fields::new(&values, ErrorCode::InvalidOption)).unwrap();
        let changed = Settings::for_call(&json, options).unwrap();
        assert_eq!((changed.call.timeout_ms, changed.call.limits), (7, OnLimit::Fail));
    }
}
