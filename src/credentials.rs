//! Who is asking. The secret can be put into a form and struck out of a text; it cannot be printed, copied or serialised.

use core::fmt;

use zeroize::Zeroizing;

use crate::{
    error::{Error, ErrorCode, Result},
    input::{Fields, parse},
};

/// What stands where a credential was struck out.
const STRUCK_OUT: &str = "[redacted]";

/// A login with its password, a key, or nothing (a proxy adds them). Zeroed when dropped.
pub struct Credentials(Who);

enum Who {
    Nobody,
    Key(Zeroizing<String>),
    Pair { login: Zeroizing<String>, password: Zeroizing<String> },
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

impl Credentials {
    /// No credentials at all.
    #[must_use]
    pub fn none() -> Self {
        Self(Who::Nobody)
    }

    /// Takes `apiKey`, or `login` and `password`, out of the given fields.
    ///
    /// # Errors
    /// Where one of them is no text or empty, where the key comes with the pair, or half a pair.
    pub fn take(fields: &Fields) -> Result<Self> {
        let key = fields.take("apiKey").filled_text()?.map(Zeroizing::new);
        let login = fields.take("login").filled_text()?.map(Zeroizing::new);
        let password = fields.take("password").filled_text()?.map(Zeroizing::new);
        let wrong =
            |name: &str, message: &str| Err(Error::new(fields.code(), message, &[]).parameter(&fields.path_of(name)));
        match (key, login, password) {
            (None, None, None) => Ok(Self::none()),
            (Some(key), None, None) => Ok(Self(Who::Key(key))),
            (None, Some(login), Some(password)) => Ok(Self(Who::Pair { login, password })),
            (Some(_), _, _) => {
                wrong("apiKey", "`apiKey` is given in place of `login` and `password`, not along with them")
            }
            (None, Some(_), None) => wrong("password", "`login` was given without `password`"),
            (None, None, Some(_)) => wrong("login", "`password` was given without `login`"),
        }
    }

    /// What `credentials()` gave, as JSON text: `{ apiKey }` or `{ login, password }`.
    ///
    /// # Errors
    /// `unauthorized`, where it is nothing of the kind.
    pub fn from_provider(json: &str) -> Result<Self> {
        let read = || {
            let values = parse(json, ErrorCode::Unauthorized, "credentials()")?;
            let fields = Fields::new(&values, ErrorCode::Unauthorized);
            let credentials = Self::take(&fields)?;
            fields.finish()?;
            Ok::<_, Error>(credentials)
        };
        match read() {
            Ok(Self(Who::Nobody)) => Err(Error::new(
                ErrorCode::Unauthorized,
                "`credentials()` gave neither `{ apiKey }` nor `{ login, password }`",
                &[],
            )
            .parameter("credentials")),
            other => other,
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_none(&self) -> bool {
        matches!(self.0, Who::Nobody)
    }

    /// Tells the fields that stand for them in a form: `apikey`, or `login` and `psw`.
    pub(crate) fn each(&self, mut tell: impl FnMut(&str, &str)) {
        match &self.0 {
            Who::Nobody => {}
            Who::Key(key) => tell("apikey", key),
            Who::Pair { login, password } => {
                tell("login", login);
                tell("psw", password);
            }
        }
    }

    /// The text with every secret struck out: as it is, or as a form, an address or JSON spells it. A login is no secret.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let secret = match &self.0 {
            Who::Nobody => return text.into(),
            Who::Key(secret) | Who::Pair { password: secret, .. } => secret,
        };
        let mut clean = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let is_raw = rest.starts_with(secret.as_str());
            let found = if is_raw { Some(secret.len()) } else { spelt(rest.as_bytes(), secret.as_bytes()) };
            match found {
                Some(_) => clean.push_str(STRUCK_OUT),
                None => clean.push(first),
            }
            rest = rest.get(found.unwrap_or(first.len_utf8())..).unwrap_or_default();
        }
        clean
    }
}

/// How much of a text's beginning is a secret in some spelling: which signs are escaped differs from encoder to encoder.
fn spelt(text: &[u8], secret: &[u8]) -> Option<usize> {
    let mut rest = text;
    for &byte in secret {
        rest = match rest {
            [b'%', high, low, rest @ ..] if hex(*high, *low) == Some(byte) => rest,
            [b'\\', sign @ (b'"' | b'\\' | b'/'), rest @ ..] if *sign == byte => rest,
            [b'+', rest @ ..] if byte == b' ' => rest,
            [sign, rest @ ..] if *sign == byte => rest,
            _ => return None,
        };
    }
    text.len().checked_sub(rest.len())
}

fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |sign: u8| char::from(sign).to_digit(16);
    u8::try_from(digit(high)?.checked_mul(16)?.checked_add(digit(low)?)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(json: &str) -> Result<Credentials> {
        let values = parse(json, ErrorCode::InvalidOption, "createClient")?;
        Credentials::take(&Fields::new(&values, ErrorCode::InvalidOption))
    }

    #[test]
    fn a_key_or_a_pair_but_not_both() {
        assert!(credentials("{}").unwrap().is_none());
        let told = |json| {
            let mut told = Vec::new();
            credentials(json).unwrap().each(|name, value| told.push([name, value].join("=")));
            told.join(" ")
        };
        assert_eq!(told(r#"{"apiKey":"k"}"#), "apikey=k");
        assert_eq!(told(r#"{"login":"a","password":"b"}"#), "login=a psw=b");
        for (wrong, parameter) in [
            (r#"{"apiKey":"k","login":"a"}"#, "apiKey"),
            (r#"{"login":"a"}"#, "password"),
            (r#"{"password":"a"}"#, "login"),
            (r#"{"apiKey":""}"#, "apiKey"),
            (r#"{"apiKey":5}"#, "apiKey"),
        ] {
            let error = credentials(wrong).unwrap_err();
            assert_eq!(error.code, ErrorCode::InvalidOption);
            assert_eq!(error.parameter.as_deref(), Some(parameter));
        }
    }

    #[test]
    fn a_secret_is_struck_out_in_every_spelling_and_never_printed() {
        let pair = credentials(r#"{"login":"alex","password":"p&s w"}"#).unwrap();
        assert_eq!(pair.redact("psw=p%26s+w, p%26s%20w, p&s w, alex"), "psw=[redacted], [redacted], [redacted], alex");
        let quoted = credentials(r#"{"apiKey":"a\"b\\c"}"#).unwrap();
        assert_eq!(quoted.redact(r#"{"error": "no a\"b\\c"}"#), r#"{"error": "no [redacted]"}"#);
        let signs = credentials(r#"{"apiKey":"я!%41 +ж"}"#).unwrap();
        for spelling in ["я!%41 +ж", "%D1%8F!%2541%20%2B%D0%B6", "%d1%8f%21%2541+%2b%d0%b6", "я!%2541 +ж"] {
            assert_eq!(signs.redact(&format!("я!%4{spelling}ж")), "я!%4[redacted]ж", "{spelling}");
        }
        assert_eq!(format!("{pair:?}"), "Credentials(…)");
    }

    #[test]
    fn a_provider_that_gives_nothing_is_unauthorized() {
        for wrong in ["null", "{}", "5", r#"{"apiKey":""}"#, r#"{"token":"x"}"#] {
            assert_eq!(Credentials::from_provider(wrong).unwrap_err().code, ErrorCode::Unauthorized, "{wrong}");
        }
    }
}
