//! A form with a file: `multipart/form-data` (RFC 7578). Its bytes are made here, since a custom `fetch` may not know the platform's
//! `FormData`.

use crate::protocol::{credentials::Credentials, form::Form};

/// A text that no part contains.
#[derive(Clone, Debug)]
pub struct Boundary(String);

/// The file of a form.
#[derive(Clone, Copy, Debug)]
pub struct FilePart<'a> {
    /// The name of its field.
    pub name: &'a str,
    /// The file's name.
    pub file_name: &'a str,
    /// The media type.
    pub media_type: &'a str,
    /// The content.
    pub content: &'a [u8],
}

impl Boundary {
    /// A boundary of two random numbers from 0 to 1.
    #[must_use]
    pub fn new(random: [f64; 2]) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
        let [first, second] = random.map(|number| (number * 1e15) as u64);
        Self(format!("----smsc-wasm-{first}-{second}"))
    }

    /// The media type of a body with this boundary.
    #[must_use]
    pub fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.0)
    }

    /// The body: all fields of the form, then the file. It is a secret.
    #[must_use]
    pub fn encode(&self, form: &Form, credentials: &Credentials, file: &FilePart<'_>) -> Vec<u8> {
        let Self(boundary) = self;
        let mut body = Vec::with_capacity(file.content.len().saturating_add(2048));
        let mut write = |text: &str| body.extend_from_slice(text.as_bytes());
        form.each_field(credentials, |name, value| {
            for part in
                ["--", boundary, "\r\nContent-Disposition: form-data; name=\"", name, "\"\r\n\r\n", value, "\r\n"]
            {
                write(part);
            }
        });
        let FilePart { name, file_name, media_type, content } = file;
        write(&format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{}\"\r\nContent-Type: {media_type}\r\n\r\n",
            escape(file_name)
        ));
        body.extend_from_slice(content);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        body
    }
}

/// A file name between quotes, as the HTML standard escapes it.
fn escape(file_name: &str) -> String {
    let mut escaped = String::new();
    for c in file_name.chars() {
        match c {
            '"' => escaped.push_str("%22"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_fields_and_file() {
        let boundary = Boundary::new([0.5, 0.25]);
        let text = "----smsc-wasm-500000000000000-250000000000000";
        assert_eq!(boundary.content_type(), format!("multipart/form-data; boundary={text}"));
        let form = Form::new("senders.php").with("add", "1").with("sender", "Алма \"x\"\r\n");
        let file = FilePart {
            name: "file",
            file_name: "мой \"файл\"\r\n.pdf",
            media_type: "application/pdf",
            content: b"%PDF-\xFF\0",
        };
        let credentials = Credentials::new(None, None, None, crate::client::error::ErrorCode::InvalidOption).unwrap();
        let field = |name: &str, value: &str| {
            format!("--{text}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let mut expected =
            [field("add", "1"), field("sender", "Алма \"x\"\r\n"), field("fmt", "3"), field("charset", "utf-8")]
                .concat();
        expected.push_str(&["--", text, "\r\nContent-Disposition: form-data; name=\"file\"; "].concat());
        expected.push_str("filename=\"мой %22файл%22%0D%0A.pdf\"\r\nContent-Type: application/pdf\r\n\r\n");
        let mut bytes = expected.into_bytes();
        bytes.extend_from_slice(b"%PDF-\xFF\0");
        bytes.extend_from_slice(format!("\r\n--{text}--\r\n").as_bytes());
        assert_eq!(boundary.encode(&form, &credentials, &file), bytes);
    }
}
