//! The form of a request: which script, which fields.

use crate::{
    credentials::Credentials,
    text::{decimal, hex},
};

/// One request, before the credentials are added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The script's file name (`get.php`).
    pub script: String,
    /// The reply format asked for, 0 to 3.
    pub fmt: u64,
    fields: Vec<(String, String)>,
}

impl Form {
    /// A form for a script, asking for JSON.
    #[must_use]
    pub fn new(script: &str) -> Self {
        Self { script: script.into(), fmt: 3, fields: Vec::new() }
    }

    /// Adds a field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    /// Adds a field.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.fields.push((name.into(), value.into()));
    }

    /// Adds the fields of another form.
    pub fn append(&mut self, other: Self) {
        self.fields.extend(other.fields);
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Writes the body as it is sent: the script's own fields, then format, charset and credentials. It is a secret, which is
    /// wiped where it is freed. The charset is always named, since the service speaks windows-1251 otherwise.
    pub fn write(&self, credentials: &Credentials, body: &mut String) {
        // Seldom is there more.
        body.reserve(256);
        for (name, value) in &self.fields {
            add(name, value, body);
        }
        add("fmt", &decimal(self.fmt), body);
        add("charset", "utf-8", body);
        credentials.each(|name, value| add(name, value, body));
        body.pop();
    }

    /// What makes two requests "identical" for the service's limits: a hash (FNV-1a) of script and fields, without
    /// credentials and format. Every call writes its fields in an order of its own, always the same.
    #[must_use]
    pub fn identity(&self) -> u64 {
        let mut hash = Hash::default();
        hash.add(&self.script);
        for (name, value) in &self.fields {
            hash.add(name);
            hash.add(value);
        }
        hash.0
    }
}

/// FNV-1a of several texts.
#[derive(Debug)]
pub struct Hash(pub u64);

impl Default for Hash {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hash {
    /// Goes on with a text. No text runs into the next: a byte that UTF-8 does not have stands between them.
    pub fn add(&mut self, text: &str) {
        for byte in text.bytes().chain([0xFF]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// Adds a field to a body, as `application/x-www-form-urlencoded` spells it, and what stands between it and the next.
fn add(name: &str, value: &str, body: &mut String) {
    for (text, end) in [(name, '='), (value, '&')] {
        escape(text, body);
        body.push(end);
    }
}

fn escape(text: &str, body: &mut String) {
    for byte in text.bytes() {
        let sign = match byte {
            b' ' => '+',
            b'*' | b'-' | b'.' | b'_' => byte.into(),
            _ if byte.is_ascii_alphanumeric() => byte.into(),
            _ => '%',
        };
        body.push(sign);
        if sign == '%' {
            hex(byte, body);
        }
    }
}

#[cfg(test)]
impl Form {
    /// The body alone.
    pub(crate) fn encode(&self, credentials: &Credentials) -> String {
        let mut body = String::new();
        self.write(credentials, &mut body);
        body
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_body_is_what_another_encoder_makes(fields in prop::collection::vec(("[a-z_]{1,9}", ".{0,20}"), 0..5)) {
            let mut form = Form::new("get.php");
            let mut other = form_urlencoded::Serializer::new(String::new());
            for (name, value) in fields {
                other.append_pair(&name, &value);
                form.set(&name, value);
            }
            let other = other.extend_pairs([("fmt", "3"), ("charset", "utf-8")]).finish();
            prop_assert_eq!(form.encode(&Credentials::none()), other);
        }
    }

    #[test]
    fn charset_and_format_are_always_named() {
        let form = Form::new("get.php").with("get_messages", "1").with("cnt", "5");
        assert_eq!(form.encode(&Credentials::none()), "get_messages=1&cnt=5&fmt=3&charset=utf-8");
    }

    #[test]
    fn the_format_does_not_make_another_request() {
        let one = Form::new("get.php").with("a", "1").with("b", "2");
        let mut two = one.clone();
        two.fmt = 0;
        assert_eq!(one.identity(), two.identity());
        assert_ne!(one.identity(), Form::new("get.php").with("a", "1&b=2").identity());
    }
}
