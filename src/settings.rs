//! The options of a client and of a call.

use std::rc::Rc;

use crate::{
    credentials::Credentials,
    error::{Error, ErrorCode, Result},
    form::{Form, Hash},
    input::{Field, Fields, parse},
    parameters::{self, Parameters},
    text::{decimal, fill, number},
};

/// What to do when the service's limits forbid a request now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnLimit {
    /// Wait until they allow it.
    Wait,
    /// Fail at once.
    Fail,
    /// Send it all the same.
    Off,
}

/// The options of a client, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the service is: `/sys/<script>.php` is put behind it.
    pub base: String,
    /// Where it is if the connection fails.
    pub reserve: Option<String>,
    /// Names the account without telling its secrets: clients of one account share its limits.
    pub account: String,
    /// Who asks.
    pub credentials: Rc<Credentials>,
    /// Whether the credentials are asked for before each attempt.
    pub provider: bool,
    /// Whether the limits are kept elsewhere, by a limiter that is shared with other processes.
    pub shared_limits: bool,
    /// What a call can override.
    pub call: CallSettings,
}

/// What holds for one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallSettings {
    /// How long one attempt may take.
    pub timeout_ms: u64,
    /// How long the whole call may take; [`NEVER`] where nobody said.
    pub total_timeout_ms: u64,
    /// How many further attempts a call that only reads has.
    pub max_retries: u64,
    /// What to do when the service's limits forbid it now.
    pub limits: OnLimit,
}

/// No end.
pub const NEVER: u64 = u64::MAX;

/// The longest that a timer can wait: 2^31 - 1 ms.
const OF_CALL: Parameters =
    "timeoutMs:n1-2147483647 totalTimeoutMs:n1-2147483647 maxRetries:n0-100 limits:|wait|fail|off";

const OF_CLIENT: Parameters = "region:|ru=smsc.ru|ua=smsc.ua|kz=smsc.kz|com=smscentre.com reserveHost:B allowInsecure:b \
                               dangerouslyAllowBrowser:b maxReplyBytes:n1-4294967295 fetch:x onWait:x";

impl CallSettings {
    /// What a client starts from.
    pub const DEFAULT: Self =
        Self { timeout_ms: 30_000, total_timeout_ms: NEVER, max_retries: 2, limits: OnLimit::Wait };

    /// The same, but for what a user gave.
    ///
    /// # Errors
    /// `invalid_option`, naming the option and what it takes.
    pub fn with(mut self, fields: &Fields) -> Result<Self> {
        if fields.is_empty() {
            return Ok(self);
        }
        let mut form = Form::new("");
        parameters::write(fields, OF_CALL, &mut form)?;
        for (name, value) in [
            ("timeout_ms", &mut self.timeout_ms),
            ("total_timeout_ms", &mut self.total_timeout_ms),
            ("max_retries", &mut self.max_retries),
        ] {
            *value = form.get(name).and_then(number).unwrap_or(*value);
        }
        self.limits = match form.get("limits") {
            Some("wait") => OnLimit::Wait,
            Some("fail") => OnLimit::Fail,
            Some(_) => OnLimit::Off,
            None => self.limits,
        };
        Ok(self)
    }
}

impl Settings {
    /// Reads and checks the options of a client. `in_page`: they stand in a browser's page.
    ///
    /// # Errors
    /// `invalid_option`, naming the option and what it takes.
    pub fn check(json: &str, in_page: bool) -> Result<Self> {
        let values = parse(json, ErrorCode::InvalidOption, "createClient")?;
        let fields = Fields::new(&values, ErrorCode::InvalidOption);
        let credentials = Credentials::take(&fields)?;
        let provider = fields.take("credentials");
        provider.function()?;
        let has_provider = provider.is_given();
        if has_provider && !credentials.is_none() {
            return Err(provider.error("a function in place of `apiKey`, `login` and `password`, not along with them"));
        }
        let mut form = Form::new("");
        parameters::write(&fields, OF_CLIENT, &mut form)?;
        let call = CallSettings::DEFAULT.with(&fields)?;
        let (region, reserve_host) = (form.get("region"), form.get("reserve_host"));
        let base_url = fields.take("baseUrl");
        let own_base = base_url.is_given();
        let (base, reserve) = if own_base {
            if region.is_some() {
                return Err(base_url.error("an address in place of `region`, not along with it"));
            }
            if reserve_host == Some("1") {
                let field = fields.take("reserveHost");
                return Err(field.error("`true` only with a `region`"));
            }
            (base_address(&base_url, form.get("allow_insecure").is_some())?, None)
        } else {
            let host = region.unwrap_or("smsc.ru");
            (fill("https://%", &[host]), (reserve_host != Some("0")).then(|| fill("https://www2.%", &[host])))
        };
        let wrong = |name: &str, message: &str| Err(Error::new(ErrorCode::InvalidOption, message, &[]).parameter(name));
        let has_credentials = has_provider || !credentials.is_none();
        if !has_credentials && !own_base {
            return wrong(
                "apiKey",
                "`createClient` takes `apiKey`, or `login` and `password`, or `credentials`, or the `baseUrl` of a proxy \
                 that adds them",
            );
        }
        if in_page && has_credentials && form.get("dangerously_allow_browser").is_none() {
            return wrong(
                "dangerouslyAllowBrowser",
                "whoever opens this page could read the account's credentials and send at its cost. Let a proxy on a \
                 server add them, and give its address as `baseUrl`; or, for a page that only you can open, set \
                 `dangerouslyAllowBrowser: true`",
            );
        }
        for (name, parts) in [("logger", "debug:x info:x warn:x error:x"), ("limiter", "!acquire:x !release:x")] {
            let field = fields.take(name);
            if field.is_given() {
                parameters::write(&field.fields()?, parts, &mut form)?;
            }
        }
        let shared_limits = fields.take("limiter").is_given();
        fields.finish()?;
        let account = account_of(&base, &credentials);
        let credentials = Rc::new(credentials);
        Ok(Self { base, reserve, account, credentials, provider: has_provider, shared_limits, call })
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
                "an https: address, since http: carries the credentials in the clear: it is for this machine, or with \
                 `allowInsecure: true`",
            ));
        }
        _ => return Err(field.error("an https: address")),
    }
    let mut base = href;
    while let Some(shorter) = base.strip_suffix("/") {
        base = shorter;
    }
    Ok(base.into())
}

/// Names an account by its address and a hash of its login or key, which tells neither.
#[must_use]
pub fn account_of(base: &str, credentials: &Credentials) -> String {
    let mut hash = Hash::default();
    credentials.each(|name, value| {
        if name != "psw" {
            hash.add(name);
            hash.add(value);
        }
    });
    fill("% %", &[base, &decimal(hash.0)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(json: &str) -> (String, String) {
        let error = Settings::check(json, false).unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidOption, "{json}");
        (error.parameter.clone().unwrap_or_default(), error.to_string())
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
            Settings::check(r#"{"apiKey":"k"}"#, true).unwrap_err().parameter.as_deref(),
            Some("dangerouslyAllowBrowser")
        );
        assert!(Settings::check(r#"{"credentials":{"$kind":"a function"}}"#, true).is_err());
        assert!(Settings::check(r#"{"apiKey":"k","dangerouslyAllowBrowser":true}"#, true).is_ok());
        assert!(Settings::check(&url("https://proxy.example/", "https:", "proxy.example"), true).is_ok());
    }

    #[test]
    fn the_account_tells_no_secret_and_a_call_overrides() {
        let settings = Settings::check(r#"{"apiKey":"secret-key","timeoutMs":5,"limits":"fail"}"#, false).unwrap();
        assert!(!settings.account.contains("secret"));
        let values = parse(r#"{"timeoutMs":7}"#, ErrorCode::InvalidOption, "it").unwrap();
        let changed = settings.call.with(&Fields::new(&values, ErrorCode::InvalidOption)).unwrap();
        assert_eq!((changed.timeout_ms, changed.limits, changed.total_timeout_ms), (7, OnLimit::Fail, NEVER));
    }
}
