//! What a user says about a file.

use crate::{charset::Charset, error::Result, input::Fields};

/// What a user says about a file instead of having it found out. All fields are optional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "types", derive(tsify::Tsify))]
#[cfg_attr(feature = "types", serde(rename_all = "camelCase"))]
pub struct CsvOptions {
    /// Whether the first record names the columns. Default: found out from what it holds.
    #[cfg_attr(feature = "types", tsify(optional))]
    pub header: Option<bool>,
    /// The one ASCII character between two fields. Default: the most frequent of `;` `,` tab and `|` in the first record.
    #[cfg_attr(feature = "types", tsify(optional, type = "string"))]
    pub delimiter: Option<u8>,
    /// `"utf-8"`, `"windows-1251"`, `"koi8-r"`, `"utf-16le"` or `"utf-16be"`. Default: found out from the bytes, but for
    /// `"koi8-r"`.
    #[cfg_attr(feature = "types", tsify(optional, type = "string"))]
    pub encoding: Option<Charset>,
}

impl CsvOptions {
    /// Reads and checks the options.
    ///
    /// # Errors
    /// `invalid_parameter`, naming the option and what it takes.
    pub fn read(fields: &Fields) -> Result<Self> {
        let header = fields.take("header").flag()?;
        let delimiter = fields.take("delimiter");
        let encoding = fields.take("encoding");
        fields.finish()?;
        let byte = |text: String| match text.as_bytes() {
            [byte] if !matches!(byte, 0 | b'\n' | b'\r' | b'"') => Ok(*byte),
            _ => Err(delimiter.error("one ASCII character, neither a quote nor a line break")),
        };
        let takes = "\"utf-8\", \"windows-1251\", \"koi8-r\", \"utf-16le\" or \"utf-16be\"";
        let charset = |label: String| Charset::from_label(&label).ok_or_else(|| encoding.error(takes));
        Ok(Self {
            header,
            delimiter: delimiter.text()?.map(byte).transpose()?,
            encoding: encoding.text()?.map(charset).transpose()?,
        })
    }
}
