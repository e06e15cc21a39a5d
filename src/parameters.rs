//! The parameters of a call, as a table: the name in this API, the service's own, and what it takes. One function checks
//! what a user gave against it and writes the form.

use crate::{
    error::Result,
    form::Form,
    input::{Field, Fields},
};

/// What a parameter takes.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// A text, which may be empty.
    Text,
    /// A text with something in it.
    Filled,
    /// `true` is sent as `1`, `false` not at all.
    Flag,
    /// A whole number within a range.
    Whole(u64, u64),
    /// Digits, as text, number or `bigint`.
    Id,
    /// A day of the calendar.
    Day,
    /// One phone number.
    Phone,
    /// Several phone numbers.
    Phones,
    /// Several e-mail addresses.
    Emails,
    /// One of some words; an empty meaning is not sent.
    Word(&'static [(&'static str, &'static str)]),
    /// A text or number with something in it.
    Value,
}

/// One parameter.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    name: &'static str,
    wire: &'static str,
    takes: Takes,
    required: bool,
}

/// The parameters of a call, in the order in which they are sent.
pub type Parameters = &'static [Parameter];

/// A parameter that may be left out.
#[must_use]
pub const fn optional(name: &'static str, wire: &'static str, takes: Takes) -> Parameter {
    Parameter { name, wire, takes, required: false }
}

/// A parameter that has to be there.
#[must_use]
pub const fn required(name: &'static str, wire: &'static str, takes: Takes) -> Parameter {
    Parameter { name, wire, takes, required: true }
}

/// Checks the fields against the table and adds what is given to the form.
///
/// # Errors
/// Names the first parameter that is wrong or missing, and what it takes.
pub fn write(fields: &Fields, table: Parameters, form: &mut Form) -> Result<()> {
    for Parameter { name, wire, takes, required } in table {
        let field = fields.take(name);
        match read(&field, *takes)? {
            Some(value) => form.set(wire, value),
            None if *required && !field.is_given() => return Err(field.missing(description(*takes))),
            None => {}
        }
    }
    Ok(())
}

/// Names a thing of the service by its id or by its name: one of the two.
///
/// # Errors
/// Where there is neither, or both.
pub fn which(fields: &Fields, wire_name: &'static str, form: &mut Form) -> Result<()> {
    let (id, name) = (fields.take("id"), fields.take("name"));
    match (id.id()?, name.filled_text()?) {
        (Some(id), None) => form.set("id", id),
        (None, Some(name)) => form.set(wire_name, name),
        (Some(_), Some(_)) => return Err(name.error("the place of `id`: give `{ id }` or `{ name }`, not both")),
        (None, None) => return Err(id.error("an id where there is no `name`: give `{ id }` or `{ name }`")),
    }
    Ok(())
}

/// The value as it is sent; nothing where there is nothing to send.
fn read(field: &Field, takes: Takes) -> Result<Option<String>> {
    match takes {
        Takes::Text => field.text(),
        Takes::Filled => field.filled_text(),
        Takes::Flag => Ok(field.flag()?.unwrap_or(false).then(|| "1".into())),
        Takes::Whole(least, most) => Ok(field.whole(least..=most)?.map(|number| number.to_string())),
        Takes::Id => field.id(),
        Takes::Day => Ok(field.day()?.map(|day| day.to_string())),
        Takes::Phone => match field.filled_text()? {
            Some(text) => phone(&text).map(Some).map_err(|takes| field.error(takes)),
            None => Ok(None),
        },
        Takes::Phones => field.list("phone numbers", phone),
        Takes::Emails => field.list("e-mail addresses", email),
        Takes::Word(words) => Ok(field.one_of(words)?.filter(|word| !word.is_empty()).map(Into::into)),
        Takes::Value if !field.is_given() => Ok(None),
        Takes::Value => {
            let value = field.form_value()?.trim().to_owned();
            if value.is_empty() { Err(field.error("a text that is not empty")) } else { Ok(Some(value)) }
        }
    }
}

fn description(takes: Takes) -> &'static str {
    match takes {
        Takes::Whole(..) => "a whole number",
        Takes::Id => "an id",
        Takes::Phone => "a phone number",
        _ => "a text",
    }
}

/// A phone number without its decoration: 5 to 15 digits.
fn phone(text: &str) -> core::result::Result<String, &'static str> {
    let digits: String = text.trim().chars().filter(|c| !matches!(c, '+' | '-' | '(' | ')' | ' ' | '\u{a0}')).collect();
    let sound = (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if sound { Ok(digits) } else { Err("one phone number of 5 to 15 digits, such as \"+7 999 123-45-67\"") }
}

fn email(text: &str) -> core::result::Result<String, &'static str> {
    let address = text.trim();
    let at = address.bytes().position(|byte| byte == b'@');
    let sound = at.is_some_and(|at| at > 0 && at.saturating_add(1) < address.len())
        && !address.bytes().any(|byte| byte <= b' ' || byte == b',' || byte == b';');
    if sound { Ok(address.into()) } else { Err("one e-mail address, without commas and spaces") }
}
