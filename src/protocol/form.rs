//! The form of a request: the script and its fields.

use std::borrow::Cow;

use crate::protocol::credentials::Credentials;

/// The media type of a form without a file.
pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

/// The response format that a request asks for: `fmt`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResponseFormat {
    /// `fmt=0`: lines of text.
    Text,
    /// `fmt=1`: values separated by commas.
    Comma,
    /// `fmt=2`.
    Xml,
    /// `fmt=3`.
    #[default]
    Json,
}

impl ResponseFormat {
    /// The value of `fmt`.
    #[must_use]
    pub fn fmt(self) -> &'static str {
        match self {
            Self::Text => "0",
            Self::Comma => "1",
            Self::Xml => "2",
            Self::Json => "3",
        }
    }

    /// The format of a `fmt`.
    #[must_use]
    pub fn from_fmt(fmt: u64) -> Option<Self> {
        [Self::Text, Self::Comma, Self::Xml, Self::Json].get(usize::try_from(fmt).ok()?).copied()
    }
}

/// The body of a request, before the credentials are added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The script's file name (`get.php`).
    pub script: Cow<'static, str>,
    /// The response format that is asked for.
    pub format: ResponseFormat,
    fields: Vec<(Cow<'static, str>, String)>,
}

impl Form {
    /// A form for a script, asking for JSON.
    #[must_use]
    pub fn new(script: impl Into<Cow<'static, str>>) -> Self {
        Self { script: script.into(), format: ResponseFormat::Json, fields: Vec::new() }
    }

    /// Adds a field.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    /// Adds a field.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) {
        self.fields.push((name.into(), value.into()));
    }

    /// Adds a field if there is a value.
    pub fn set_some(&mut self, name: &'static str, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    /// Adds a field with the value `1` if the flag is set.
    pub fn set_flag(&mut self, name: &'static str, flag: Option<bool>) {
        if flag == Some(true) {
            self.set(name, "1");
        }
    }

    /// The number of fields so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there are no fields.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// All fields of the body, in their order: the script's own, then format, charset and credentials. The charset is always
    /// named, since the service otherwise uses windows-1251.
    pub fn each_field(&self, credentials: &Credentials, mut visit: impl FnMut(&str, &str)) {
        for (name, value) in &self.fields {
            visit(name, value);
        }
        visit("fmt", self.format.fmt());
        visit("charset", "utf-8");
        credentials.each_field(visit);
    }

    /// The body as `application/x-www-form-urlencoded`. It is a secret.
    #[must_use]
    pub fn encode(&self, credentials: &Credentials) -> String {
        // Requests seldom take more.
        let mut body = String::with_capacity(256);
        self.each_field(credentials, |name, value| {
            if !body.is_empty() {
                body.push('&');
            }
            percent_encode(name, &mut body);
            body.push('=');
            percent_encode(value, &mut body);
        });
        body
    }

    /// What makes two requests "identical" for the service's limits: a hash of script and fields, without credentials and
    /// format. The order of the fields does not matter.
    #[must_use]
    pub fn identity(&self) -> u64 {
        let hash = |first: &str, second: &str| {
            let mut hash = Hash::default();
            hash.add(first);
            hash.add(second);
            hash.0
        };
        // A sum of the fields' hashes has no order.
        let fields = self.fields.iter().map(|(name, value)| hash(name, value));
        fields.fold(hash(&self.script, ""), u64::wrapping_add)
    }
}

/// FNV-1a of several texts: short, and the same in every process and version, since shared limiters use it as a key.
#[derive(Debug)]
pub struct Hash(pub u64);

impl Default for Hash {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hash {
    /// Adds a text, and after it a byte that UTF-8 does not use, so that no text runs into the next.
    pub fn add(&mut self, text: &str) {
        for byte in text.bytes().chain([0xFF]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// Encodes a text as the URL standard's form serializer does.
fn percent_encode(text: &str, body: &mut String) {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'-' | b'.' | b'_');
    // Most fields are unreserved, and one copy is faster than a character at a time.
    if text.bytes().all(is_unreserved) {
        return body.push_str(text);
    }
    for byte in text.bytes() {
        match byte {
            b' ' => body.push('+'),
            _ if is_unreserved(byte) => body.push(byte.into()),
            _ => {
                body.push('%');
                for digit in [byte >> 4, byte & 15] {
                    body.push(char::from_digit(digit.into(), 16).unwrap_or_default().to_ascii_uppercase());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn encodes_as_another_encoder_does(fields in prop::collection::vec(("[a-z_]{1,9}", ".{0,20}"), 0..5)) {
            let mut form = Form::new("get.php");
            let mut other = form_urlencoded::Serializer::new(String::new());
            for (name, value) in fields {
                other.append_pair(&name, &value);
                form.set(name, value);
            }
            let other = other.extend_pairs([("fmt", "3"), ("charset", "utf-8")]).finish();
            prop_assert_eq!(form.encode(&Credentials::none()), other);
        }
    }

    #[test]
    fn names_charset_and_format_always() {
        let form = Form::new("get.php").with("get_messages", "1").with("cnt", "5");
        assert_eq!(form.encode(&Credentials::none()), "get_messages=1&cnt=5&fmt=3&charset=utf-8");
    }

    #[test]
    fn identity_ignores_format_and_order_of_fields() {
        let one = Form::new("get.php").with("a", "1").with("b", "2");
        let mut two = Form::new("get.php").with("b", "2").with("a", "1");
        two.format = ResponseFormat::Text;
        assert_eq!(one.identity(), two.identity());
        assert_ne!(one.identity(), Form::new("get.php").with("a", "1&b=2").identity());
    }
}
