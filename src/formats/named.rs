//! fmt=0: `name = value, name = value`, a record a line.

use super::{
    List,
    lines::{Start, body, is_digits, records, unbroken, unclear},
    unreadable,
};
use crate::{
    error::Result,
    input::whole_number,
    json::{Object, Value},
    senders::SENDER,
    text::decimal,
};

/// More fields than this on one side of the free text are none of the service's.
const MOST: usize = 64;

/// Where the free text of a record stands.
struct Layout {
    /// The first field of a record.
    first: &'static str,
    /// The free text itself.
    free: &'static str,
    /// The fields behind it, all of them there, the first of them first.
    behind: &'static [&'static str],
    /// Those of them that are numbers.
    numbers: &'static [&'static str],
    /// How a line begins that does so in no such way.
    other: Start,
}

const HISTORY: Layout = Layout {
    first: "status",
    free: "message",
    behind: &["type", "id", "int_id", "sms_cnt", "format", "crc"],
    numbers: &["type", "id", "int_id", "sms_cnt", "format", "crc"],
    // Six named numbers are an end that no text has by chance: but a line that follows may still belong to it.
    other: Start::No,
};

const TASKS: Layout = Layout {
    first: "id",
    free: "name",
    behind: &["status", "created", "time", "file"],
    numbers: &["status"],
    other: Start::Unclear,
};

pub fn read(list: List, text: &str) -> Result<Vec<Object>> {
    match list {
        List::History => with_layout(&HISTORY, text),
        List::Senders(all) => senders(all, text),
        List::Tasks => with_layout(&TASKS, text),
    }
}

/// `, name = ` within a line.
struct Mark<'a> {
    /// Where it stands.
    at: usize,
    name: &'a str,
    /// Where the value begins.
    value: usize,
}

/// The mark that stands at a byte.
fn mark(line: &str, at: usize) -> Option<Mark<'_>> {
    let start = at.checked_add(2)?;
    let rest = line.get(at..)?.strip_prefix(", ")?;
    let (name, value) = name_of(rest)?;
    Some(Mark { at, name, value: start.checked_add(value)? })
}

/// `name = ` at a text's beginning: the name, and where the value begins. The space behind the sign is missing where an
/// empty value ends a line that was trimmed.
fn name_of(text: &str) -> Option<(&str, usize)> {
    let end = text.bytes().position(|byte| !byte.is_ascii_alphanumeric() && byte != b'_')?;
    let (name, rest) = text.split_at_checked(end)?;
    let sign = if rest == " =" { 2 } else { rest.starts_with(" = ").then_some(3)? };
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_').then_some((name, end.checked_add(sign)?))
}

/// The marks from the left, from a byte on.
fn marks(line: &str, from: usize) -> impl Iterator<Item = Mark<'_>> {
    let places = line.bytes().enumerate().skip(from).filter(|(_, byte)| *byte == b',');
    places.filter_map(|(at, _)| mark(line, at))
}

/// The marks from the right, none before a byte.
fn marks_from_right(line: &str, least: usize) -> impl Iterator<Item = Mark<'_>> {
    let bytes = line.bytes().enumerate().skip(least).rev();
    bytes.filter(|(_, byte)| *byte == b',').filter_map(|(at, _)| mark(line, at))
}

/// Fields, by name and value; a name twice is none.
#[derive(Default)]
struct Named<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Named<'a> {
    fn add(&mut self, name: &'a str, value: &'a str) -> Option<()> {
        if self.0.len() >= MOST || self.get(name).is_some() {
            return None;
        }
        self.0.push((name, value));
        Some(())
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    fn drain_into(self, record: &mut Object) {
        record.extend(self.0.into_iter().map(|(name, value)| (key_of(name), Value::Text(value.into()))));
    }
}

/// The name that JSON has for a field. A name that the service does not document is kept as it is.
fn key_of(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "status" | "id" => lower,
        "check_time" => "last_date".into(),
        _ => name.into(),
    }
}

fn is_number(text: &str) -> bool {
    whole_number(text).is_some()
}

fn with_layout(layout: &Layout, text: &str) -> Result<Vec<Object>> {
    let text = body(text);
    let records = records(text, |line| layout.start(line), |line, least| layout.behind(line, least).is_some())?;
    let made = records.into_iter().map(|(record, at)| layout.record(record, at).ok_or_else(|| unclear(record)));
    made.collect()
}

impl Layout {
    /// The fields before the free text, and where that begins.
    fn before<'a>(&self, line: &'a str) -> Option<(Named<'a>, usize)> {
        let (mut name, mut value) = name_of(line)?;
        let mut fields = Named::default();
        for mark in marks(line, value) {
            fields.add(name, line.get(value..mark.at)?)?;
            (name, value) = (mark.name, mark.value);
            if name == self.free {
                return Some((fields, value));
            }
        }
        None
    }

    /// The fields behind the free text, and where that ends. They are on the record's last line.
    fn behind<'a>(&self, record: &'a str, least: usize) -> Option<(Named<'a>, usize)> {
        let line = record.rfind('\n').map_or(0, |at| at.saturating_add(1)).max(least);
        let mut fields = Named::default();
        let mut end = record.len();
        for mark in marks_from_right(record, line) {
            fields.add(mark.name, record.get(mark.value..end).unwrap_or_default())?;
            end = mark.at;
            if self.behind.first().is_some_and(|first| mark.name == *first) {
                let filled = |name: &&str| fields.get(name).is_some_and(|value| !value.is_empty());
                let ends = [self.behind.first(), self.numbers.last()].into_iter().flatten().all(filled);
                let all = self.behind.iter().all(|name| fields.get(name).is_some());
                let numbers = self.numbers.iter().filter(|name| filled(name));
                let sound = numbers.filter_map(|name| fields.get(name)).all(is_digits);
                return (ends && all && sound).then_some((fields, end));
            }
        }
        None
    }

    fn start(&self, line: &str) -> Start {
        if !name_of(line).is_some_and(|(name, _)| name.eq_ignore_ascii_case(self.first)) {
            return self.other;
        }
        match self.before(line) {
            Some((fields, at)) if fields.get(self.first).is_some_and(is_number) => Start::At(at),
            _ => Start::Unclear,
        }
    }

    fn record(&self, record: &str, at: usize) -> Option<Object> {
        let (before, _) = self.before(unbroken(record.split_inclusive('\n').next()?))?;
        let (behind, end) = self.behind(record, at)?;
        let mut object = Object::new();
        before.drain_into(&mut object);
        object.push((self.free.into(), Value::Text(record.get(at..end)?.into())));
        behind.drain_into(&mut object);
        Some(object)
    }
}

/// `name = S, …, id = I`. What stands between is named, in whatever order, and not all of it is documented.
fn senders(all: Option<bool>, text: &str) -> Result<Vec<Object>> {
    let lines = body(text).split('\n').map(unbroken).enumerate();
    lines
        .map(|(place, line)| {
            sender(all, line).ok_or_else(|| {
                let number = decimal(u64::try_from(place.saturating_add(1)).unwrap_or_default());
                unreadable(&["has no sender name, or more than one reading, at line ", &number], line)
            })
        })
        .collect()
}

fn sender(all: Option<bool>, line: &str) -> Option<Object> {
    let start = name_of(line).filter(|(name, _)| name.eq_ignore_ascii_case("name"))?.1;
    let mut fields = Named::default();
    // The name ends where the fields begin that are known, each of which is a number and stands there once. Of an unknown
    // one beyond them nobody can tell whether it is a field or a part of the name.
    let (mut end, mut clear) = (line.len(), true);
    let mut cursor = line.len();
    for mark in marks_from_right(line, start) {
        let value = line.get(mark.value..cursor)?;
        let id = mark.name.eq_ignore_ascii_case("id");
        let status = mark.name == "status";
        let known = id || status || SENDER.wholes.split(' ').any(|key| key == mark.name);
        if fields.0.is_empty() && !(id && is_number(value)) {
            return None;
        }
        let number = is_number(value) || value.is_empty();
        if known && (!number || fields.get(mark.name).is_some() || (status && all == Some(false))) {
            break;
        }
        fields.add(mark.name, value)?;
        cursor = mark.at;
        clear = known;
        if known {
            end = mark.at;
        }
    }
    let complete = all != Some(true) || fields.get("status").is_some();
    if !clear || !complete || fields.0.is_empty() {
        return None;
    }
    let mut object = vec![("sender".into(), Value::Text(line.get(start..end)?.into()))];
    fields.drain_into(&mut object);
    Some(object)
}
