//! The parameters of a call, as a table: the name in this API, the service's own, and what it takes. One function checks
//! what a user gave against it and writes the form.

use crate::{
    day::Day,
    error::Result,
    form::Form,
    input::{Field, Fields},
    text::{cut, decimal, fill, number, snake, trim},
};

/// The parameters of a call, in the order in which they are sent, separated by spaces. A table is a text, since one of
/// structs weighs three times as much in the compiled module.
///
/// Each is `name:kind`, or `name>wire:kind` where the service's name is not simply the name in snake case; `!` stands
/// before one that has to be there. The kinds:
///
/// | | |
/// | --- | --- |
/// | `t` | a text, which may be empty |
/// | `f` | a text with something in it |
/// | `b` | a flag: `true` is sent as `1`, `false` not at all |
/// | `B` | a flag that is sent as `1` or `0` |
/// | `n1-9` | a whole number within a range; without an end: `n1-` |
/// | `i` | an id: digits, as text, number or `bigint` |
/// | `c` | an id, or where a walk stood |
/// | `d` | a day of the calendar |
/// | `p` | one phone number |
/// | `P` | several phone numbers |
/// | `E` | several e-mail addresses |
/// | `v` | a text or number with something in it |
/// | `\|a=0\|b=8` | one of some words, and what is sent for it; without a meaning the word itself |
/// | `x` | a function, of which nothing is sent |
pub type Parameters = &'static str;

/// Checks the fields against the table and adds what is given to the form.
///
/// # Errors
/// Names the first parameter that is wrong or missing, and what it takes.
pub fn write(fields: &Fields, table: Parameters, form: &mut Form) -> Result<()> {
    let mut rest = table;
    while !rest.is_empty() {
        let (entry, behind) = cut(rest, b' ').unwrap_or((rest, ""));
        rest = behind;
        let (names, kind) = cut(entry, b':').unwrap_or((entry, "t"));
        let required = names.strip_prefix("!");
        let names = required.unwrap_or(names);
        let (name, wire) = cut(names, b'>').unwrap_or((names, ""));
        let field = fields.take(name);
        match read(&field, kind)? {
            Some(value) if wire.is_empty() => form.set(&snake(name), value),
            Some(value) => form.set(wire, value),
            None if required.is_some() && !field.is_given() => return Err(field.missing(description(kind))),
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
fn read(field: &Field, kind: &'static str) -> Result<Option<String>> {
    let args = kind.get(1..).unwrap_or_default();
    match kind.as_bytes().first() {
        Some(b'f') => field.filled_text(),
        Some(b'b') => Ok(field.flag()?.unwrap_or(false).then(|| "1".into())),
        Some(b'B') => Ok(field.flag()?.map(|flag| if flag { "1" } else { "0" }.into())),
        Some(b'n') => {
            let (least, most) = cut(args, b'-').unwrap_or_default();
            let most = number(most).unwrap_or(u64::MAX);
            Ok(field.whole(number(least).unwrap_or(0), most)?.map(decimal))
        }
        Some(b'i') => field.id(),
        Some(b'c') => match field.text() {
            Ok(Some(text)) if cut(&text, b'/').is_some() => Ok(Some(text)),
            _ => field.id(),
        },
        Some(b'd') => Ok(field.day()?.map(Day::text)),
        Some(b'p') => match field.filled_text()? {
            Some(text) => phone(&text).map(Some).map_err(|takes| field.error(takes)),
            None => Ok(None),
        },
        Some(b'P') => field.list("phone numbers", phone),
        Some(b'E') => field.list("e-mail addresses", email),
        Some(b'v') if field.is_given() => {
            let value = fill("%", &[trim(&field.form_value()?)]);
            if value.is_empty() { Err(field.error("a text that is not empty")) } else { Ok(Some(value)) }
        }
        Some(b'|') => Ok(field.one_of(args)?.map(Into::into)),
        Some(b'x') => field.function().map(|()| None),
        Some(b't') => field.text(),
        _ => Ok(None),
    }
}

fn description(kind: &str) -> &'static str {
    match kind.as_bytes().first() {
        Some(b'n') => "a whole number",
        Some(b'p') => "a phone number",
        _ => "a text",
    }
}

/// A phone number without its decoration: 5 to 15 digits.
fn phone(text: &str) -> core::result::Result<String, &'static str> {
    let digits: String = trim(text).chars().filter(|c| !matches!(c, '+' | '-' | '(' | ')' | ' ' | '\u{a0}')).collect();
    let sound = (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if sound { Ok(digits) } else { Err("one phone number of 5 to 15 digits, such as \"+7 999 123-45-67\"") }
}

fn email(text: &str) -> core::result::Result<String, &'static str> {
    let address = trim(text);
    let sound = cut(address, b'@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        && !address.bytes().any(|byte| byte <= b' ' || byte == b',' || byte == b';');
    if sound { Ok(address.into()) } else { Err("one e-mail address, without commas and spaces") }
}
