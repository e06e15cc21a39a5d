//! The credentials of an account. A secret can be put into a form and redacted from a text; it cannot be printed, copied or
//! serialized, and is zeroed on drop.

use core::fmt;

use zeroize::Zeroizing;

use crate::{
    client::error::{Error, ErrorCode, Result},
    protocol::redaction,
};

/// A login with its password, a key, or nothing (a proxy adds them).
pub struct Credentials(Kind);

enum Kind {
    None,
    Key(Zeroizing<String>),
    Pair { login: Zeroizing<String>, password: Zeroizing<String> },
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

impl Credentials {
    /// No credentials.
    #[must_use]
    pub fn none() -> Self {
        Self(Kind::None)
    }

    /// A key, or a login with its password.
    ///
    /// # Errors
    /// With that code, if the key comes with the pair, or half of the pair is missing.
    pub fn new(
        key: Option<Zeroizing<String>>,
        login: Option<Zeroizing<String>>,
        password: Option<Zeroizing<String>>,
        code: ErrorCode,
    ) -> Result<Self> {
        let wrong = |name: &str, message: &str| Err(Error::new(code, message).parameter(name));
        match (key, login, password) {
            (None, None, None) => Ok(Self::none()),
            (Some(key), None, None) => Ok(Self(Kind::Key(key))),
            (None, Some(login), Some(password)) => Ok(Self(Kind::Pair { login, password })),
            (Some(_), _, _) => {
                wrong("apiKey", "`apiKey` is given instead of `login` and `password`, not along with them")
            }
            (None, Some(_), None) => wrong("password", "`login` was given without `password`"),
            (None, None, Some(_)) => wrong("login", "`password` was given without `login`"),
        }
    }

    /// Whether they are empty.
    #[must_use]
    pub fn is_none(&self) -> bool {
        matches!(self.0, Kind::None)
    }

    /// Visits the fields that carry them in a form: `apikey`, or `login` and `psw`.
    pub(crate) fn each_field(&self, mut visit: impl FnMut(&str, &str)) {
        match &self.0 {
            Kind::None => {}
            Kind::Key(key) => visit("apikey", key),
            Kind::Pair { login, password } => {
                visit("login", login);
                visit("psw", password);
            }
        }
    }

    fn secret(&self) -> Option<&str> {
        match &self.0 {
            Kind::None => None,
            Kind::Key(secret) | Kind::Pair { password: secret, .. } => Some(secret),
        }
    }

    /// The text without its secrets, in whatever encoding. A login is not a secret.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        self.secret().map_or_else(|| text.into(), |secret| redaction::redact(text, secret))
    }

    /// The length in bytes of the longest text that becomes one character or less, if secrets are redacted.
    #[must_use]
    pub fn max_redacted_length(&self) -> usize {
        self.secret().map_or(0, str::len).saturating_mul(redaction::MAX_EXPANSION).max(char::MAX.len_utf8())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(key: Option<&str>, login: Option<&str>, password: Option<&str>) -> Result<Credentials> {
        let secret = |text: Option<&str>| text.map(|text| Zeroizing::new(text.to_owned()));
        Credentials::new(secret(key), secret(login), secret(password), ErrorCode::InvalidOption)
    }

    fn key(key: &str) -> Credentials {
        credentials(Some(key), None, None).unwrap()
    }

    #[test]
    fn are_a_key_or_a_pair_but_not_both() {
        assert!(credentials(None, None, None).unwrap().is_none());
        let fields = |credentials: Credentials| {
            let mut fields = Vec::new();
            credentials.each_field(|name, value| fields.push([name, value].join("=")));
            fields.join(" ")
        };
        assert_eq!(fields(key("k")), "apikey=k");
        assert_eq!(fields(credentials(None, Some("a"), Some("b")).unwrap()), "login=a psw=b");
        for (wrong, parameter) in [
            (credentials(Some("k"), Some("a"), None), "apiKey"),
            (credentials(None, Some("a"), None), "password"),
            (credentials(None, None, Some("a")), "login"),
        ] {
            let error = wrong.unwrap_err();
            assert_eq!(error.code, ErrorCode::InvalidOption);
            assert_eq!(error.parameter.as_deref(), Some(parameter));
        }
    }

    #[test]
    fn redact_a_secret_in_every_encoding_and_never_print_it() {
        let pair = credentials(None, Some("alex"), Some("p&s w")).unwrap();
        assert_eq!(pair.redact("psw=p%26s+w, p%26s%20w, p&s w, alex"), "psw=[redacted], [redacted], [redacted], alex");
        assert_eq!(key(r#"a"b\c"#).redact(r#"{"error": "no a\"b\\c"}"#), r#"{"error": "no [redacted]"}"#);
        let encoded = key("я!%41 +ж");
        for encoding in ["я!%41 +ж", "%D1%8F!%2541%20%2B%D0%B6", "%d1%8f%21%2541+%2b%d0%b6", "я!%2541 +ж"] {
            assert_eq!(encoded.redact(&format!("я!%4{encoding}ж")), "я!%4[redacted]ж", "{encoding}");
        }
        assert_eq!(format!("{pair:?}"), "Credentials(…)");
    }
}
