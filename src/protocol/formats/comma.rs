//! fmt=1: values separated by commas, one record per line, without quoting.

use super::{
    List, SenderSelection, TRAILING_MESSAGE_FIELDS, TRAILING_TASK_FIELDS,
    lines::{LineStart, RawRecord, ambiguous, is_integer, split_records, trim_blank_lines, trim_line_break},
    malformed,
};
use crate::{
    client::error::Result,
    protocol::json::{Object, Value},
};

/// The values of a message before its text (page "Получение истории отправленных сообщений").
const LEADING_MESSAGE_FIELDS: [&str; 12] = [
    "status",
    "last_timestamp",
    "err",
    "send_timestamp",
    "phone",
    "mccmnc",
    "country",
    "operator",
    "region",
    "cost",
    "sender_id",
    "status_name",
];

/// A status of a sender name has at most this many digits.
const MAX_STATUS_LENGTH: usize = 3;

/// Decodes a list.
pub fn decode(list: List, text: &str) -> Result<Vec<Object>> {
    let text = trim_blank_lines(text);
    match list {
        List::History => messages(text),
        List::Senders(selection) => senders(selection, text),
        List::Tasks => tasks(text),
    }
}

/// The first values of a line, and the offset of the rest.
fn leading(line: &str, count: usize) -> Option<(Vec<&str>, usize)> {
    let mut values: Vec<&str> = line.splitn(count.saturating_add(1), ',').collect();
    let rest = values.pop()?;
    (values.len() == count).then_some((values, line.len().checked_sub(rest.len())?))
}

/// The last values of a line in their order, none of them before an offset, and the end of the rest.
fn trailing(line: &str, count: usize, start: usize) -> Option<(Vec<&str>, usize)> {
    let mut values: Vec<&str> = line.get(start..)?.rsplitn(count.saturating_add(1), ',').collect();
    let rest = values.pop()?;
    values.reverse();
    (values.len() == count).then_some((values, start.checked_add(rest.len())?))
}

fn is_integer_or_empty(text: &str) -> bool {
    text.is_empty() || is_integer(text)
}

/// A cost: `0` or `1.40`.
fn is_decimal(text: &str) -> bool {
    let (integer, fraction) = text.split_once('.').unwrap_or((text, "0"));
    is_integer(integer) && is_integer(fraction) && !fraction.starts_with('-')
}

fn named(names: &[&str], values: &[&str]) -> impl Iterator<Item = (String, Value)> {
    names.iter().zip(values).map(|(name, value)| text_field(name, value))
}

fn text_field(name: &str, value: &str) -> (String, Value) {
    (name.into(), Value::Text(value.into()))
}

/// Messages: 12 values from the left, 6 from the right. A comma in a country or an operator would shift the values after it,
/// so the numbers must be where they belong.
fn messages(text: &str) -> Result<Vec<Object>> {
    let is_end = |line: &str, start| trailing_of_message(line, start).is_some();
    let records = split_records(text, start_of_message, is_end)?;
    let parts: Vec<_> = records
        .into_iter()
        .map(|record| message_parts(record).ok_or_else(|| ambiguous(record.text)))
        .collect::<Result<_>>()?;
    // The page's sample has a space before the message and nowhere else. If one message starts without a space, the spaces of
    // the others belong to the messages.
    let has_space = parts.iter().all(|(_, message, _)| message.starts_with(' '));
    let objects = parts.into_iter().map(|(leading, message, trailing)| {
        let message = message.get(usize::from(has_space)..).unwrap_or_default();
        let mut object: Object = named(&LEADING_MESSAGE_FIELDS, &leading).collect();
        object.push(text_field("message", message));
        object.extend(named(&TRAILING_MESSAGE_FIELDS, &trailing));
        object
    });
    Ok(objects.collect())
}

fn start_of_message(line: &str) -> LineStart {
    let Some((values, free_text)) = leading(line, LEADING_MESSAGE_FIELDS.len()) else {
        return LineStart::Continuation;
    };
    let is_sound = LEADING_MESSAGE_FIELDS.iter().zip(&values).all(|(name, value)| match *name {
        "status" => is_integer(value),
        "last_timestamp" | "err" | "send_timestamp" | "mccmnc" => is_integer_or_empty(value),
        "cost" => is_decimal(value),
        _ => true,
    });
    match values.first() {
        _ if is_sound => LineStart::Record { free_text },
        // Either a record with a comma in one of these values, or a part of a message.
        Some(status) if is_integer(status) => LineStart::Ambiguous,
        _ => LineStart::Continuation,
    }
}

/// The six integers at the end of a message's last line.
fn trailing_of_message(line: &str, start: usize) -> Option<(Vec<&str>, usize)> {
    let (values, end) = trailing(line, TRAILING_MESSAGE_FIELDS.len(), start)?;
    let is_complete = [values.first(), values.last()].into_iter().flatten().all(|value| is_integer(value));
    (is_complete && values.iter().all(|value| is_integer_or_empty(value))).then_some((values, end))
}

/// The values before the message, the message, and the values after it.
type MessageParts<'a> = (Vec<&'a str>, &'a str, Vec<&'a str>);

fn message_parts(record: RawRecord<'_>) -> Option<MessageParts<'_>> {
    let (leading, _) = leading(record.text, LEADING_MESSAGE_FIELDS.len())?;
    let (trailing, end) = trailing_of_message(record.text, record.trailing_start())?;
    Some((leading, record.text.get(record.free_text..end)?, trailing))
}

/// Sender names: the id from the right, and before it the status if the names were requested with `all=1`.
fn senders(selection: SenderSelection, text: &str) -> Result<Vec<Object>> {
    let lines: Vec<&str> = text.split('\n').map(trim_line_break).collect();
    let has_status = match selection {
        SenderSelection::All => true,
        SenderSelection::Active => false,
        // If one line has no status, the numbers before the other ids belong to the names.
        SenderSelection::Unknown => lines.iter().all(|line| trailing_of_sender(line, true).is_some()),
    };
    let names: &[&str] = if has_status { &["status", "id"] } else { &["id"] };
    let objects = lines.into_iter().enumerate().map(|(index, line)| {
        let Some((values, end)) = trailing_of_sender(line, has_status) else {
            return Err(malformed(&format!("has no sender name at line {}", index.saturating_add(1)), line));
        };
        let mut object = vec![text_field("sender", line.get(..end).unwrap_or_default())];
        object.extend(named(names, &values));
        Ok(object)
    });
    objects.collect()
}

/// The numbers at the end of a sender's line, and the end of its name.
fn trailing_of_sender(line: &str, has_status: bool) -> Option<(Vec<&str>, usize)> {
    let (values, end) = trailing(line, if has_status { 2 } else { 1 }, 0)?;
    let mut from_right = values.iter().rev();
    let is_sound = from_right.next().is_some_and(|id| is_integer(id))
        && from_right.all(|status| is_integer(status) && status.len() <= MAX_STATUS_LENGTH);
    (is_sound && end > 0).then_some((values, end))
}

/// Tasks: one value from the left, four from the right. `name` is free text.
fn tasks(text: &str) -> Result<Vec<Object>> {
    let start_of = |line: &str| match line.split_once(',') {
        Some((id, _)) if is_integer(id) => LineStart::Record { free_text: id.len().saturating_add(1) },
        _ => LineStart::Ambiguous,
    };
    let records = split_records(text, start_of, |line, start| trailing_of_task(line, start).is_some())?;
    records.into_iter().map(|record| task(record).ok_or_else(|| ambiguous(record.text))).collect()
}

fn task(record: RawRecord<'_>) -> Option<Object> {
    let (id, _) = record.text.split_once(',')?;
    let (values, end) = trailing_of_task(record.text, record.trailing_start())?;
    let mut object = vec![text_field("id", id), text_field("name", record.text.get(record.free_text..end)?)];
    object.extend(named(&TRAILING_TASK_FIELDS, &values));
    Some(object)
}

fn trailing_of_task(line: &str, start: usize) -> Option<(Vec<&str>, usize)> {
    let (values, end) = trailing(line, TRAILING_TASK_FIELDS.len(), start)?;
    values.first().is_some_and(|status| is_integer(status)).then_some((values, end))
}
