//! fmt=1: values with commas, a record a line.

use super::{
    List,
    lines::{Start, body, is_digits, records, unbroken, unclear},
    unreadable,
};
use crate::{
    error::Result,
    json::{Object, Value},
    text::decimal,
};

/// The values of a message, the free text between them. (Page "Получение истории отправленных сообщений".)
const BEFORE_MESSAGE: [&str; 12] = [
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
const BEHIND_MESSAGE: [&str; 6] = ["type", "id", "int_id", "sms_cnt", "format", "crc"];
const BEHIND_TASK: [&str; 4] = ["status", "created", "time", "file"];

pub fn read(list: List, text: &str) -> Result<Vec<Object>> {
    let text = body(text);
    match list {
        List::History => messages(text),
        List::Senders(all) => senders(all, text),
        List::Tasks => tasks(text),
    }
}

/// So many values from the left, and where the rest begins.
fn from_left(line: &str, count: usize) -> Option<(Vec<&str>, usize)> {
    let (mut values, mut at) = (Vec::with_capacity(count), 0_usize);
    for _ in 0..count {
        let rest = line.get(at..)?;
        let length = rest.bytes().position(|byte| byte == b',')?;
        values.push(rest.get(..length)?);
        at = at.checked_add(length)?.checked_add(1)?;
    }
    Some((values, at))
}

/// So many values from the right, in their order, none beginning before a byte; and where the rest ends.
fn from_right(line: &str, count: usize, least: usize) -> Option<(Vec<&str>, usize)> {
    let (mut values, mut end) = (Vec::with_capacity(count), line.len());
    for _ in 0..count {
        let rest = line.get(least..end)?;
        let comma = rest.bytes().rposition(|byte| byte == b',')?;
        values.push(rest.get(comma.checked_add(1)?..)?);
        end = least.checked_add(comma)?;
    }
    values.reverse();
    Some((values, end))
}

fn is_digits_or_nothing(text: &str) -> bool {
    text.is_empty() || is_digits(text)
}

/// A decimal number: what costs nothing costs `0`.
fn is_money(text: &str) -> bool {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    is_digits(whole) && is_digits(part) && !part.starts_with('-')
}

fn fields(names: &[&str], values: &[&str]) -> impl Iterator<Item = (String, Value)> {
    names.iter().zip(values).map(|(name, value)| ((*name).into(), Value::Text((*value).into())))
}

/// 12 values from the left, 6 from the right. A comma in a country or an operator would shift what is behind it, so the
/// numbers have to be where they belong.
fn messages(text: &str) -> Result<Vec<Object>> {
    let start = |line: &str| match from_left(line, BEFORE_MESSAGE.len()) {
        Some((values, at)) => {
            let sound = BEFORE_MESSAGE.iter().zip(&values).all(|(name, value)| match *name {
                "status" => is_digits(value),
                "last_timestamp" | "err" | "send_timestamp" | "mccmnc" => is_digits_or_nothing(value),
                "cost" => is_money(value),
                _ => true,
            });
            match values.first() {
                _ if sound => Start::At(at),
                // It is a record with a comma in one of these values, or a part of a message.
                Some(status) if is_digits(status) => Start::Unclear,
                _ => Start::No,
            }
        }
        None => Start::No,
    };
    let records = records(text, start, |line, least| message_end(line, least).is_some())?;
    let mut messages = Vec::with_capacity(records.len());
    for (record, at) in records {
        let line = record.rfind('\n').unwrap_or_default().max(at);
        let ends = from_left(record, BEFORE_MESSAGE.len()).zip(message_end(record, line));
        let Some(((before, _), (behind, end))) = ends else { return Err(unclear(record)) };
        messages.push((before, record.get(at..end).unwrap_or_default(), behind));
    }
    // The page's sample has a space before the message and none elsewhere. A message that begins without one shows that
    // the spaces of the others are their own.
    let spaced = messages.iter().all(|(_, message, _)| message.starts_with(' '));
    let messages = messages.into_iter().map(|(before, message, behind)| {
        let message = message.get(usize::from(spaced)..).unwrap_or_default();
        let mut object: Object = fields(&BEFORE_MESSAGE, &before).collect();
        object.push(("message".into(), Value::Text(message.into())));
        object.extend(fields(&BEHIND_MESSAGE, &behind));
        object
    });
    Ok(messages.collect())
}

/// The six numbers that end a message's last line.
fn message_end(line: &str, least: usize) -> Option<(Vec<&str>, usize)> {
    let (values, end) = from_right(line, BEHIND_MESSAGE.len(), least)?;
    let whole = values.first().zip(values.last()).is_some_and(|(kind, crc)| is_digits(kind) && is_digits(crc));
    (whole && values.iter().all(|value| is_digits_or_nothing(value))).then_some((values, end))
}

/// Numbers split off from the right: the id, and before it the status, if the names were asked for with `all=1`.
fn senders(all: Option<bool>, text: &str) -> Result<Vec<Object>> {
    let lines: Vec<&str> = text.split('\n').map(unbroken).collect();
    // Where one line has no status, the numbers before the ids of the others are parts of their names.
    let all = all.unwrap_or_else(|| lines.iter().all(|line| sender_end(line, true).is_some()));
    let names: &[&str] = if all { &["status", "id"] } else { &["id"] };
    let senders = lines.into_iter().enumerate().map(|(place, line)| {
        let Some((values, end)) = sender_end(line, all) else {
            let number = decimal(u64::try_from(place.saturating_add(1)).unwrap_or_default());
            return Err(unreadable(&["has no sender name at line ", &number], line));
        };
        let mut object = vec![("sender".into(), Value::Text(line.get(..end).unwrap_or_default().into()))];
        object.extend(fields(names, &values));
        Ok(object)
    });
    senders.collect()
}

/// The numbers that end a sender's line, and where its name ends.
fn sender_end(line: &str, all: bool) -> Option<(Vec<&str>, usize)> {
    let (values, end) = from_right(line, if all { 2 } else { 1 }, 0)?;
    // A status is a small number.
    let sound = values.iter().rev().zip([usize::MAX, 3]).all(|(value, most)| is_digits(value) && value.len() <= most);
    (sound && end > 0).then_some((values, end))
}

/// One value from the left, four from the right: `name` is free text.
fn tasks(text: &str) -> Result<Vec<Object>> {
    let start = |line: &str| match from_left(line, 1) {
        Some((values, at)) if values.first().is_some_and(|id| is_digits(id)) => Start::At(at),
        _ => Start::Unclear,
    };
    let records = records(text, start, |line, least| task_end(line, least).is_some())?;
    let tasks = records.into_iter().map(|(record, at)| {
        let line = record.rfind('\n').unwrap_or_default().max(at);
        let ends = from_left(record, 1).zip(task_end(record, line));
        let Some(((before, _), (behind, end))) = ends else { return Err(unclear(record)) };
        let mut object: Object = fields(&["id"], &before).collect();
        object.push(("name".into(), Value::Text(record.get(at..end).unwrap_or_default().into())));
        object.extend(fields(&BEHIND_TASK, &behind));
        Ok(object)
    });
    tasks.collect()
}

fn task_end(line: &str, least: usize) -> Option<(Vec<&str>, usize)> {
    let (values, end) = from_right(line, BEHIND_TASK.len(), least)?;
    values.first().is_some_and(|status| is_digits(status)).then_some((values, end))
}
