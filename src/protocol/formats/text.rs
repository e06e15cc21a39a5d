//! fmt=0: `name = value, name = value`, one record per line, without quoting.

use super::{
    List, SenderSelection, TRAILING_MESSAGE_FIELDS, TRAILING_TASK_FIELDS,
    lines::{LineStart, RawRecord, ambiguous, is_integer, split_records, trim_blank_lines, trim_line_break},
    malformed,
};
use crate::{
    client::error::Result,
    protocol::json::{Object, Value, parse_integer},
};

/// The maximum number of fields on one side of the free text. The service sends fewer.
const MAX_FIELDS: usize = 64;

/// The position of the free text in a record.
struct RecordLayout {
    /// The first field of a record.
    first: &'static str,
    /// The field with the free text.
    free_text: &'static str,
    /// The fields after the free text. All are required, the first of them is the first there.
    trailing: &'static [&'static str],
    /// Those of them that are integers.
    integers: &'static [&'static str],
    /// The classification of a line that starts in another way.
    other_start: LineStart,
}

const HISTORY: RecordLayout = RecordLayout {
    first: "status",
    free_text: "message",
    trailing: &TRAILING_MESSAGE_FIELDS,
    integers: &TRAILING_MESSAGE_FIELDS,
    // No message ends in six named integers by chance, but a line after them may still belong to it.
    other_start: LineStart::Continuation,
};

const TASKS: RecordLayout = RecordLayout {
    first: "id",
    free_text: "name",
    trailing: &TRAILING_TASK_FIELDS,
    integers: &["status"],
    other_start: LineStart::Ambiguous,
};

/// Decodes a list.
pub fn decode(list: List, text: &str) -> Result<Vec<Object>> {
    let text = trim_blank_lines(text);
    match list {
        List::History => HISTORY.decode(text),
        List::Senders(selection) => senders(selection, text),
        List::Tasks => TASKS.decode(text),
    }
}

/// `, name = ` in a line, the start of a field.
struct Separator<'a> {
    /// The offset of the comma.
    offset: usize,
    /// The name of the field.
    name: &'a str,
    /// The offset of the value.
    value: usize,
}

/// The separator at an offset.
fn separator(line: &str, offset: usize) -> Option<Separator<'_>> {
    const COMMA: &str = ", ";
    let rest = line.get(offset..)?.strip_prefix(COMMA)?;
    let (name, value) = field_name(rest)?;
    Some(Separator { offset, name, value: offset.checked_add(COMMA.len())?.checked_add(value)? })
}

/// `name = ` at the start of a text: the name, and the offset of the value. The second space is missing if an empty value was
/// trimmed at the end of a line.
fn field_name(text: &str) -> Option<(&str, usize)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    let (name, rest) = text.split_at_checked(end)?;
    let sign = if rest == " =" { " =" } else { " = " };
    if !rest.starts_with(sign) || !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return None;
    }
    Some((name, end.checked_add(sign.len())?))
}

/// The separators of a line from an offset on, from left to right.
fn separators(line: &str, start: usize) -> impl DoubleEndedIterator<Item = Separator<'_>> {
    let commas = line.get(start..).unwrap_or_default().match_indices(',');
    commas.filter_map(move |(offset, _)| separator(line, start.checked_add(offset)?))
}

/// Fields by name, each at most once.
#[derive(Default)]
struct Fields<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Fields<'a> {
    /// Adds a field, unless it exists already or there are too many.
    fn add(&mut self, name: &'a str, value: &'a str) -> Option<()> {
        if self.0.len() >= MAX_FIELDS || self.get(name).is_some() {
            return None;
        }
        self.0.push((name, value));
        Some(())
    }

    /// The value of a field. The service writes some names in another case than in JSON.
    fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    fn append_to(self, object: &mut Object) {
        object.extend(self.0.into_iter().map(|(name, value)| (json_key(name), Value::Text(value.into()))));
    }
}

/// The key that a field has in JSON. Names that the service does not document stay as they are.
fn json_key(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "status" | "id" => lower,
        "check_time" => "last_date".into(),
        _ => name.into(),
    }
}

impl RecordLayout {
    fn decode(&self, text: &str) -> Result<Vec<Object>> {
        let is_end = |line: &str, start| self.trailing_fields(line, start).is_some();
        let records = split_records(text, |line| self.start_of(line), is_end)?;
        records.into_iter().map(|record| self.object(record).ok_or_else(|| ambiguous(record.text))).collect()
    }

    /// The fields before the free text, and its offset.
    fn leading_fields<'a>(&self, line: &'a str) -> Option<(Fields<'a>, usize)> {
        let (mut name, mut value) = field_name(line)?;
        let mut fields = Fields::default();
        for separator in separators(line, value) {
            fields.add(name, line.get(value..separator.offset)?)?;
            (name, value) = (separator.name, separator.value);
            if name == self.free_text {
                return Some((fields, value));
            }
        }
        None
    }

    /// The fields after the free text, none of them before an offset, and the end of the free text.
    fn trailing_fields<'a>(&self, text: &'a str, start: usize) -> Option<(Fields<'a>, usize)> {
        let first = self.trailing.first()?;
        let mut fields = Fields::default();
        let mut end = text.len();
        for separator in separators(text, start).rev() {
            fields.add(separator.name, text.get(separator.value..end).unwrap_or_default())?;
            end = separator.offset;
            if separator.name == *first {
                return self.are_sound(&fields).then_some((fields, end));
            }
        }
        None
    }

    /// Whether all fields after the free text exist, and the integers are integers. Only the first and the last of these cannot
    /// be empty.
    fn are_sound(&self, fields: &Fields<'_>) -> bool {
        let value = |name: &&str| fields.get(name);
        let is_filled = |name: &&str| value(name).is_some_and(|value| !value.is_empty());
        self.trailing.iter().all(|name| value(name).is_some())
            && self.integers.iter().filter_map(value).all(|value| value.is_empty() || is_integer(value))
            && self.trailing.first().is_some_and(is_filled)
            && self.integers.last().is_some_and(is_filled)
    }

    fn start_of(&self, line: &str) -> LineStart {
        if !field_name(line).is_some_and(|(name, _)| name.eq_ignore_ascii_case(self.first)) {
            return self.other_start;
        }
        match self.leading_fields(line) {
            Some((fields, free_text)) if fields.get(self.first).is_some_and(is_number) => {
                LineStart::Record { free_text }
            }
            _ => LineStart::Ambiguous,
        }
    }

    fn object(&self, record: RawRecord<'_>) -> Option<Object> {
        let first_line = record.text.split_inclusive('\n').next()?;
        let (leading, _) = self.leading_fields(trim_line_break(first_line))?;
        let (trailing, end) = self.trailing_fields(record.text, record.trailing_start())?;
        let mut object = Object::new();
        leading.append_to(&mut object);
        object.push((self.free_text.into(), Value::Text(record.text.get(record.free_text..end)?.into())));
        trailing.append_to(&mut object);
        Some(object)
    }
}

fn is_number(text: &str) -> bool {
    parse_integer(text).is_some()
}

/// Sender names: `name = S, …, id = I`. The fields between are named, come in any order and are not all documented.
fn senders(selection: SenderSelection, text: &str) -> Result<Vec<Object>> {
    let lines = text.split('\n').map(trim_line_break).enumerate();
    let objects = lines.map(|(index, line)| {
        sender(selection, line).ok_or_else(|| {
            let number = index.saturating_add(1);
            malformed(&format!("has no sender name, or more than one reading, at line {number}"), line)
        })
    });
    objects.collect()
}

/// The name ends where the known fields start, each of which is a number and exists once. Before an unknown field, the end of
/// the name is ambiguous.
fn sender(selection: SenderSelection, line: &str) -> Option<Object> {
    let start = field_name(line).filter(|(name, _)| name.eq_ignore_ascii_case("name"))?.1;
    let mut fields = Fields::default();
    let (mut end_of_name, mut is_clear) = (line.len(), true);
    let mut end_of_value = line.len();
    for separator in separators(line, start).rev() {
        let value = line.get(separator.value..end_of_value)?;
        let is_last = fields.0.is_empty();
        if is_last && !(separator.name.eq_ignore_ascii_case("id") && is_number(value)) {
            return None;
        }
        let is_known = separator.name.eq_ignore_ascii_case("id") || List::Senders(selection).is_integer(separator.name);
        let is_field = (value.is_empty() || is_number(value))
            && fields.get(separator.name).is_none()
            && !(separator.name == "status" && selection == SenderSelection::Active);
        if is_known && !is_field {
            break;
        }
        fields.add(separator.name, value)?;
        end_of_value = separator.offset;
        is_clear = is_known;
        if is_known {
            end_of_name = separator.offset;
        }
    }
    let is_complete = selection != SenderSelection::All || fields.get("status").is_some();
    if !is_clear || !is_complete || fields.0.is_empty() {
        return None;
    }
    let mut object = vec![("sender".into(), Value::Text(line.get(start..end_of_name)?.into()))];
    fields.append_to(&mut object);
    Some(object)
}
