//! The options of a file's reading.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Unexpected, Visitor};
use tsify::Tsify;

use crate::protocol::charset::Charset;

/// The dialect of a CSV file, as far as the caller knows it; the rest is detected. All fields are optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default)]
pub struct CsvOptions {
    /// Whether the first record names the columns.
    ///
    /// @default detected from its values
    #[tsify(optional)]
    pub header: Option<bool>,
    /// The one ASCII character between two fields.
    ///
    /// @default that of `;` `,` tab and `|` which splits the first records most consistently, or the one that a first line `sep=;`
    /// names
    #[tsify(optional, type = "string")]
    pub delimiter: Option<Delimiter>,
    /// `"utf-8"`, `"windows-1251"`, `"koi8-r"`, `"utf-16le"` or `"utf-16be"`.
    ///
    /// @default detected from the bytes; `"koi8-r"` is not detected
    #[tsify(optional, type = "string")]
    pub encoding: Option<Charset>,
    /// The file to read in a zip archive of several, by its path in the archive: `"2026/november.csv"`. In an archive within an
    /// archive: `"inner.zip/november.csv"`.
    ///
    /// @default the only file of the archive
    #[tsify(optional)]
    pub file: Option<String>,
}

/// The character between two fields: ASCII, neither a quote nor a line break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delimiter(u8);

impl Delimiter {
    /// Its byte.
    #[must_use]
    pub fn byte(self) -> u8 {
        self.0
    }
}

/// The error of a delimiter that is more than one character, not ASCII, a quote or a line break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", DELIMITER_TAKES)]
pub struct InvalidDelimiter;

const DELIMITER_TAKES: &str = "one ASCII character, neither a quote nor a line break";

impl TryFrom<&str> for Delimiter {
    type Error = InvalidDelimiter;

    fn try_from(text: &str) -> Result<Self, InvalidDelimiter> {
        match text.as_bytes() {
            [byte] if !matches!(byte, 0 | b'\n' | b'\r' | b'"') => Ok(Self(*byte)),
            _ => Err(InvalidDelimiter),
        }
    }
}

impl<'de> Deserialize<'de> for Delimiter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(DelimiterVisitor)
    }
}

struct DelimiterVisitor;

impl Visitor<'_> for DelimiterVisitor {
    type Value = Delimiter;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(DELIMITER_TAKES)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Delimiter, E> {
        Delimiter::try_from(text).map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }
}

impl<'de> Deserialize<'de> for Charset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(CharsetVisitor)
    }
}

struct CharsetVisitor;

impl Visitor<'_> for CharsetVisitor {
    type Value = Charset;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"utf-8\", \"windows-1251\", \"koi8-r\", \"utf-16le\" or \"utf-16be\"")
    }

    fn visit_str<E: de::Error>(self, label: &str) -> Result<Charset, E> {
        Charset::from_label(label).ok_or_else(|| E::invalid_value(Unexpected::Str(label), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<CsvOptions, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn every_option_is_read() {
        let options = read(r#"{"delimiter":"\t","encoding":" CP1251","header":true,"file":"a.csv"}"#).unwrap();
        assert_eq!(options.file.as_deref(), Some("a.csv"));
        assert_eq!(options.header, Some(true));
        assert_eq!(options.delimiter.map(Delimiter::byte), Some(b'\t'));
        assert_eq!(options.encoding, Some(Charset::Windows1251));
        assert_eq!(read("{}").unwrap(), CsvOptions::default());
        assert_eq!(read(r#"{"delimiter":null,"encoding":null,"header":null}"#).unwrap(), CsvOptions::default());
    }

    #[test]
    fn invalid_options_are_errors_that_say_what_they_take() {
        for delimiter in ["", ";;", "\"", "\n", "\r", "\0", "§"] {
            assert_eq!(Delimiter::try_from(delimiter), Err(InvalidDelimiter), "{delimiter:?}");
            let json = serde_json::json!({ "delimiter": delimiter }).to_string();
            assert!(read(&json).unwrap_err().to_string().contains("one ASCII character, neither a quote"));
        }
        for wrong in
            [r#"{"delimiter":5}"#, r#"{"encoding":"ebcdic"}"#, r#"{"encoding":1}"#, r#"{"header":1}"#, r#"{"file":1}"#]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_unknown_label_is_an_error_that_lists_the_known_ones() {
        let message = serde_json::from_str::<Charset>("\"ebcdic\"").unwrap_err().to_string();
        assert!(message.contains("\"ebcdic\"") && message.contains("\"koi8-r\""), "{message}");
        assert!(serde_json::from_str::<Charset>("5").is_err());
    }
}
