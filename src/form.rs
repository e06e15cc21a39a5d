//! The form of a request: which script, which fields.

use form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use crate::credentials::Credentials;

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

    /// All fields in their order: the script's own, then format, charset and credentials. The charset is always named,
    /// since the service speaks windows-1251 otherwise.
    pub fn all<'a>(&'a self, credentials: &'a Credentials) -> impl Iterator<Item = (&'a str, &'a str)> {
        let fmt = match self.fmt {
            0 => "0",
            1 => "1",
            2 => "2",
            _ => "3",
        };
        let own = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        own.chain([("fmt", fmt), ("charset", "utf-8")]).chain(credentials.fields())
    }

    /// The body as `application/x-www-form-urlencoded`, wiped when dropped.
    #[must_use]
    pub fn encode(&self, credentials: &Credentials) -> Zeroizing<String> {
        let size = self.all(credentials).map(|(name, value)| name.len().saturating_add(value.len().saturating_mul(3)));
        // Room for all of it at once: a body that grows would leave copies behind that nobody wipes.
        let mut body =
            Zeroizing::new(String::with_capacity(size.fold(64, |sum, n| sum.saturating_add(n).saturating_add(8))));
        for (name, value) in self.all(credentials) {
            encode_pair(&mut body, name, value);
        }
        body
    }

    /// What makes two requests "identical" for the service's limits: script and fields, without credentials and format.
    /// Every call writes its fields in an order of its own, always the same.
    #[must_use]
    pub fn identity(&self) -> String {
        let mut identity = self.script.clone();
        for (name, value) in &self.fields {
            encode_pair(&mut identity, name, value);
        }
        identity
    }
}

/// Adds `&name=value`, percent-encoded.
pub(crate) fn encode_pair(body: &mut String, name: &str, value: &str) {
    if !body.is_empty() {
        body.push('&');
    }
    body.extend(byte_serialize(name.as_bytes()));
    body.push('=');
    body.extend(byte_serialize(value.as_bytes()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn charset_and_format_are_always_named() {
        let form = Form::new("get.php").with("get_messages", "1").with("cnt", "5");
        assert_eq!(form.encode(&Credentials::none()).as_str(), "get_messages=1&cnt=5&fmt=3&charset=utf-8");
    }

    #[test]
    fn the_format_does_not_make_another_request() {
        let one = Form::new("get.php").with("a", "1").with("b", "2");
        let mut two = one.clone();
        two.fmt = 0;
        assert_eq!(one.identity(), two.identity());
        assert_ne!(one.identity(), Form::new("get.php").with("a", "1&b=2").identity());
    }

    proptest! {
        #[test]
        fn any_text_survives_the_encoding(name in "[a-z_]{1,8}", value in ".*") {
            let body = Form::new("x.php").with(&name, value.as_str()).encode(&Credentials::none());
            let read: Vec<_> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
            prop_assert_eq!(&read[0], &(name, value));
            prop_assert!(body.is_ascii());
        }
    }
}
