//! The error message for a misspelled option or parameter, with the nearest name that exists.

use crate::client::error::ErrorCode;

/// Names that other libraries and the service itself use, and the names here.
const ALIASES: [(&str, &str); 4] = [("psw", "password"), ("from", "start"), ("to", "end"), ("file", "name")];

/// The message for an option or parameter that does not exist.
#[must_use]
pub fn unknown_name(path: &str, known: &[&str], code: ErrorCode) -> String {
    let kind = if code == ErrorCode::InvalidOption { "option" } else { "parameter" };
    let (parent, name) = path.rsplit_once('.').map_or(("", path), |(parent, name)| (parent, name));
    let separator = if parent.is_empty() { "" } else { "." };
    unknown(kind, path, name, &format!("{parent}{separator}"), known)
}

/// The message for a field that messages do not have.
#[must_use]
pub fn unknown_field(name: &str, known: &[&str]) -> String {
    unknown("field", name, name, "", known)
}

fn unknown(kind: &str, path: &str, name: &str, parent: &str, known: &[&str]) -> String {
    match alias(name, known).or_else(|| nearest(name, known)) {
        Some(nearest) => format!("Unknown {kind} `{path}`. Did you mean `{parent}{nearest}`?"),
        None => format!("Unknown {kind} `{path}`. The {kind}s here are `{}`.", known.join("`, `")),
    }
}

/// The name here for one of another library, if it is among those that are known.
#[must_use]
pub fn alias<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let (_, meant) = ALIASES.iter().find(|(alias, _)| *alias == name)?;
    known.iter().find(|known| *known == meant).copied()
}

/// The most similar name, if one is similar enough to be a typo.
#[must_use]
pub fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let length = name.chars().count();
    let is_typo = |distance: &usize| *distance < length && *distance <= 2.max(length / 3);
    let distances = known
        .iter()
        .map(|known| (strsim::levenshtein(&name.to_ascii_lowercase(), &known.to_ascii_lowercase()), *known));
    distances.filter(|(distance, _)| is_typo(distance)).min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}
