use super::*;
use crate::api::{
    input::tests::{read_json, read_options},
    json_input,
};

/// Validates options in which the `baseUrl` is a text, which is split without much care.
fn validate(json: &str, is_page: bool) -> Result<ClientSettings> {
    let options: serde_json::Value = serde_json::from_str(json).unwrap();
    let url = options.get("baseUrl").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let address = || {
        let (protocol, rest) = url.split_once("//")?;
        let host = rest.split(['/', '?']).next()?;
        let has_port = !host.ends_with(']');
        let hostname = if has_port { host.split(':').next()? } else { host };
        let has_extras = url.contains(['?', '#', '@']);
        Some(Address { href: url.clone(), protocol: protocol.into(), hostname: hostname.into(), has_extras })
    };
    read_options::<ClientOptions>(json)?.validate(is_page, |_| address())
}

/// The parameter and the message of the error.
fn wrong(json: &str) -> (String, String) {
    let error = validate(json, false).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidOption, "{json}");
    (error.parameter.clone().unwrap_or_default(), error.to_string())
}

#[test]
fn a_region_has_a_host_and_a_fallback_host() {
    let hosts = |json: &str| {
        let settings = validate(json, false).unwrap();
        (settings.base_url, settings.fallback_url)
    };
    assert_eq!(hosts(r#"{"apiKey":"k"}"#), ("https://smsc.ru".into(), Some("https://www2.smsc.ru".into())));
    assert_eq!(
        hosts(r#"{"apiKey":"k","region":"kz","fallbackHost":true}"#),
        ("https://smsc.kz".into(), Some("https://www2.smsc.kz".into()))
    );
    assert_eq!(hosts(r#"{"apiKey":"k","region":"com","fallbackHost":false}"#), ("https://smscentre.com".into(), None));
    assert_eq!(
        wrong(r#"{"apiKey":"k","region":"de"}"#).1,
        "`region` takes one of \"ru\", \"ua\", \"kz\", \"tj\", \"com\", and got \"de\""
    );
}

#[test]
fn a_secret_in_the_wrong_option_is_not_quoted() {
    for option in ["region", "rateLimit", "timeoutMs", "maxRetries", "allowInsecureHttp"] {
        let (parameter, message) = wrong(&format!(r#"{{"apiKey":"k","{option}":"SeCret\", and got \"123"}}"#));
        assert_eq!(parameter, option);
        assert!(!message.contains("SeCret") && !message.contains("123"), "{message}");
    }
}

#[test]
fn a_base_url_is_https_or_on_this_machine() {
    let base_url = |url: &str| validate(&format!(r#"{{"baseUrl":"{url}"}}"#), false).map(|settings| settings.base_url);
    assert_eq!(base_url("https://proxy.example/smsc/").unwrap(), "https://proxy.example/smsc");
    assert_eq!(base_url("https://proxy.example//").unwrap(), "https://proxy.example");
    assert_eq!(base_url("http://127.0.0.1:8080/").unwrap(), "http://127.0.0.1:8080");
    assert_eq!(base_url("http://api.localhost").unwrap(), "http://api.localhost");
    assert_eq!(base_url("http://[::1]/").unwrap(), "http://[::1]");
    for url in [
        "http://proxy.example/",
        "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example/",
        "ftp://localhost/",
        "https://proxy.example/?a",
        "https://proxy.example/sys",
        "https://proxy.example/sys/",
        "https://proxy.example/a/balance.php",
        "/smsc",
    ] {
        let error = base_url(url).unwrap_err();
        assert_eq!((error.code, error.parameter.as_deref()), (ErrorCode::InvalidOption, Some("baseUrl")), "{url}");
    }
    assert_eq!(wrong(r#"{"baseUrl":5}"#).0, "baseUrl");
    let insecure = r#"{"baseUrl":"http://proxy.example/","allowInsecureHttp":true}"#;
    assert_eq!(validate(insecure, false).unwrap().base_url, "http://proxy.example");
    assert_eq!(wrong(r#"{"baseUrl":"ftp://proxy.example/","allowInsecureHttp":true}"#).0, "baseUrl");
}

#[test]
fn contradictions_and_mistakes_are_rejected_by_the_name_of_the_option() {
    for (json, parameter) in [
        ("{}", "apiKey"),
        (r#"{"apiKey":""}"#, "apiKey"),
        (r#"{"apiKey":5}"#, "apiKey"),
        (r#"{"apiKey":"k","login":"a"}"#, "apiKey"),
        (r#"{"login":"a"}"#, "password"),
        (r#"{"password":"a"}"#, "login"),
        (r#"{"apiKey":"k","apikey":"k"}"#, "apikey"),
        (r#"{"apiKey":"k","credentials":{"$kind":"a function"}}"#, "credentials"),
        (r#"{"credentials":5}"#, "credentials"),
        (r#"{"apiKey":"k","timeoutMs":0}"#, "timeoutMs"),
        (r#"{"apiKey":"k","timeoutMs":2147483648}"#, "timeoutMs"),
        (r#"{"apiKey":"k","totalTimeoutMs":0}"#, "totalTimeoutMs"),
        (r#"{"apiKey":"k","maxRetries":101}"#, "maxRetries"),
        (r#"{"apiKey":"k","maxResponseBytes":4294967296}"#, "maxResponseBytes"),
        (r#"{"apiKey":"k","rateLimit":"none"}"#, "rateLimit"),
        (r#"{"apiKey":"k","fetch":true}"#, "fetch"),
        (r#"{"apiKey":"k","onWait":{}}"#, "onWait"),
        (r#"{"region":"ru","baseUrl":"https://a.example/"}"#, "baseUrl"),
        (r#"{"fallbackHost":true,"baseUrl":"https://a.example/"}"#, "fallbackHost"),
    ] {
        assert_eq!(wrong(json).0, parameter, "{json}");
    }
    assert!(validate(r#"{"fallbackHost":false,"baseUrl":"https://a.example/"}"#, false).is_ok());
}

#[test]
fn a_page_may_not_hold_credentials_unless_allowed() {
    let in_page = |json: &str| validate(json, true);
    let error = in_page(r#"{"apiKey":"k"}"#).unwrap_err();
    assert_eq!(error.parameter.as_deref(), Some("dangerouslyAllowBrowser"));
    assert!(in_page(r#"{"credentials":{"$kind":"a function"}}"#).is_err());
    assert!(in_page(r#"{"apiKey":"k","dangerouslyAllowBrowser":false}"#).is_err());
    assert!(in_page(r#"{"apiKey":"k","dangerouslyAllowBrowser":true}"#).is_ok());
    assert!(in_page(r#"{"baseUrl":"https://proxy.example/"}"#).is_ok());
}

#[test]
fn the_account_reveals_no_secret() {
    let account = |json: &str| validate(json, false).unwrap().account;
    let with_key = account(r#"{"apiKey":"secret-key"}"#);
    assert!(!with_key.contains("secret"), "{with_key}");
    let pair = |login: &str, password: &str| account(&format!(r#"{{"login":"{login}","password":"{password}"}}"#));
    assert!(!pair("secret", "password").contains("secret"));
    // Whoever knows the name of the account cannot try passwords on it.
    assert_eq!(pair("a", "1"), pair("a", "2"));
    assert_ne!(pair("a", "1"), pair("b", "1"));
    assert_ne!(pair("a", "1"), account(r#"{"apiKey":"a"}"#));
}

#[test]
fn a_call_overrides_the_settings_of_the_client() {
    let settings = validate(r#"{"apiKey":"k","timeoutMs":5,"rateLimit":"fail","maxRetries":0}"#, false).unwrap();
    assert_eq!(settings.call.total_timeout_ms, None);
    assert_eq!((settings.call.max_rate_limit_wait_ms, settings.max_retry_delay_ms), (None, 60_000));
    let json = r#"{"timeoutMs":7,"totalTimeoutMs":9,"maxRetries":null,"maxRateLimitWaitMs":0}"#;
    let options: CallOptions = read_options(json).unwrap();
    let expected = CallSettings {
        timeout_ms: 7,
        total_timeout_ms: Some(9),
        max_retries: 0,
        rate_limit: RateLimitMode::Fail,
        max_rate_limit_wait_ms: Some(0),
    };
    assert_eq!(options.override_settings(settings.call), expected);
    assert_eq!(CallOptions::default().override_settings(settings.call), settings.call);
    assert_eq!(validate(r#"{"apiKey":"k"}"#, false).unwrap().call, CallSettings::DEFAULT);
    let error = read_options::<CallOptions>(r#"{"timeout":7}"#).unwrap_err();
    assert_eq!(error.parameter.as_deref(), Some("timeout"));
}

#[test]
fn the_options_of_some_calls_have_more_fields() {
    let options: CommandOptions = read_options(r#"{"signal":{},"timeoutMs":5,"idempotent":true}"#).unwrap();
    assert_eq!((options.signal(), options.idempotent), (Some(Handle(0)), Some(true)));
    let options: WaitOptions = read_options(r#"{"rateLimit":"off","maxWaitMs":0}"#).unwrap();
    assert_eq!(options.max_wait_ms, Some(TimeLimit(Some(0))));
    assert_eq!(options.override_settings(CallSettings::DEFAULT).rate_limit, RateLimitMode::Off);
    let json = r#"{"onWait":{"$kind":"a function"},"onProgress":{"$kind":"a function"}}"#;
    let options: IterationOptions = read_options(json).unwrap();
    assert_eq!((options.on_wait(), options.on_progress), (Some(Callback(Handle(0))), Some(Callback(Handle(0)))));
    let json = r#"{"apiKey":"k","maxRateLimitWaitMs":5,"maxRetryDelayMs":0}"#;
    let settings = validate(json, false).unwrap();
    assert_eq!((settings.call.max_rate_limit_wait_ms, settings.max_retry_delay_ms), (Some(5), 0));
    for error in [
        read_options::<CommandOptions>(r#"{"idempotent":1}"#).unwrap_err(),
        read_options::<WaitOptions>(r#"{"onProgress":5}"#).unwrap_err(),
        read_options::<WaitOptions>(r#"{"maxWaitMs":-1}"#).unwrap_err(),
        read_options::<CallOptions>(r#"{"idempotent":true}"#).unwrap_err(),
    ] {
        assert_eq!(error.code, ErrorCode::InvalidOption);
        assert!(["idempotent", "onProgress", "maxWaitMs"].contains(&error.parameter.as_deref().unwrap()), "{error}");
    }
}

#[test]
fn everything_else_has_its_default() {
    let settings = validate(r#"{"apiKey":"k"}"#, false).unwrap();
    assert!(!settings.has_provider && !settings.has_shared_limiter);
    assert_eq!(settings.max_response_bytes, 16 * 1024 * 1024);
    let settings = r#"{"credentials":{"$kind":"a function"},"rateLimiter":{},"maxResponseBytes":1}"#;
    let settings = validate(settings, false).unwrap();
    assert!(settings.has_provider && settings.has_shared_limiter && settings.credentials.is_none());
    assert_eq!(settings.max_response_bytes, 1);
}

#[test]
fn provided_credentials_are_a_key_or_a_pair() {
    let provided = |json: &str| {
        let provided: Result<ProvidedCredentials> = json_input::read(json, ErrorCode::Unauthorized, "credentials()");
        provided?.into_credentials()
    };
    for json in [
        "",
        "null",
        "{}",
        "5",
        "\"key\"",
        r#"{"apiKey":""}"#,
        r#"{"token":"x"}"#,
        r#"{"login":"a"}"#,
        r#"{"apiKey":"k","login":"a"}"#,
    ] {
        let error = provided(json).unwrap_err();
        assert_eq!(error.code, ErrorCode::Unauthorized, "{json}");
        assert!(!error.to_string().contains("\"key\""), "{error}");
    }
    let account = |credentials: &Credentials| account_name("https://smsc.ru", credentials);
    let given = provided(r#"{"login":"a","password":"b"}"#).unwrap();
    assert_eq!(account(&given), validate(r#"{"login":"a","password":"b"}"#, false).unwrap().account);
    assert!(!provided(r#"{"apiKey":"k"}"#).unwrap().is_none());
}

#[test]
fn options_are_not_printed_with_their_secrets() {
    let options: ClientOptions = read_json(r#"{"login":"alex","password":"canary"}"#).unwrap();
    let printed = format!("{options:?} {:?}", validate(r#"{"apiKey":"canary"}"#, false).unwrap());
    assert!(!printed.contains("canary") && !printed.contains("alex"), "{printed}");
}

#[test]
fn the_names_of_options_are_those_of_the_struct() {
    use crate::api::message::camel_case;
    use serde::de::DeserializeOwned;

    fn assert_names<T: DeserializeOwned>(names: &[&str]) {
        let error =
            json_input::read::<T>(r#"{"zzzzzzzzzzzz":1}"#, ErrorCode::InvalidOption, "`options`").err().unwrap();
        let names: Vec<String> = names.iter().map(|name| camel_case(name)).collect();
        assert_eq!(
            error.to_string(),
            format!("Unknown option `zzzzzzzzzzzz`. The options here are `{}`.", names.join("`, `"))
        );
    }

    assert_names::<CallOptions>(CallOptions::NAMES);
    assert_names::<CommandOptions>(CommandOptions::NAMES);
    assert_names::<IterationOptions>(IterationOptions::NAMES);
    assert_names::<WaitOptions>(WaitOptions::NAMES);
}
