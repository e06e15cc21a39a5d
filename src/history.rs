//! The history of sent messages: `get.php` with `get_messages=1` (page "Получение истории отправленных сообщений").

use crate::{
    call::{Call, Decode},
    day::Day,
    error::{Error, Result},
    form::Form,
    input::Fields,
    json::{Value, Writer, field},
    limits,
    parameters::{
        self, Parameters,
        Takes::{Day as ADay, Emails, Id, Phones, Whole, Word},
        optional,
    },
    record::{
        self,
        Kind::{Text, Whole as Number},
        Shape,
    },
};

/// The most messages of one request.
pub const MOST: u64 = 1000;

/// The longest period that the service takes in one request is half a year. No half year is longer than this.
const LONGEST_HALF_YEAR_DAYS: i64 = 184;

const QUERY: Parameters = &[
    optional("start", "start", ADay),
    optional("end", "end", ADay),
    optional("phones", "phone", Phones),
    optional("emails", "email", Emails),
    optional("channel", "format", Word(&[("sms", "0"), ("email", "8")])),
    optional("cursor", "prev_id", Id),
];
const LIMIT: Parameters = &[optional("limit", "cnt", Whole(1, MOST))];
const LIMIT_OF_WALK: Parameters = &[optional("limit", "cnt", Whole(1, u64::MAX))];

/// The fields of a message, in this package's order.
pub const MESSAGE: Shape = &[
    ("status", "status", Number),
    ("status_name", "statusName", Text),
    ("last_date", "lastDate", Text),
    ("last_timestamp", "lastTimestamp", Number),
    ("send_date", "sendDate", Text),
    ("send_timestamp", "sendTimestamp", Number),
    ("phone", "phone", Text),
    ("cost", "cost", Text),
    ("sender_id", "senderId", Text),
    ("message", "message", Text),
    ("mccmnc", "mccmnc", Text),
    ("country", "country", Text),
    ("operator", "operator", Text),
    ("region", "region", Text),
    ("type", "type", Number),
    ("id", "id", Number),
    ("int_id", "intId", Text),
    ("sms_cnt", "smsCnt", Number),
    ("format", "format", Number),
    ("crc", "crc", Number),
    ("err", "err", Number),
    ("flag", "flag", Number),
];

/// The form of a query, checked. Of a walk, `cnt` is the limit of it all.
///
/// # Errors
/// `invalid_parameter`, naming the parameter and what it takes.
pub fn query(fields: &Fields, walk: bool) -> Result<Form> {
    let mut form = Form::new("get.php").with("get_messages", "1");
    parameters::write(fields, QUERY, &mut form)?;
    parameters::write(fields, if walk { LIMIT_OF_WALK } else { LIMIT }, &mut form)?;
    let invalid = |name: &str, message: &str| Err(Error::new(fields.code(), message).parameter(name));
    let day = |name: &str| form.get(name).and_then(Day::parse);
    if let (Some(start), Some(end)) = (day("start"), day("end")) {
        if start > end {
            return invalid("start", &format!("`start` ({start}) is after `end` ({end})"));
        }
        if !walk && end >= start.plus_days(LONGEST_HALF_YEAR_DAYS) {
            return invalid(
                "start",
                "the period from `start` to `end` is longer than the half year that one request covers; \
                 `history.iterate` and `history.pages` split longer ones",
            );
        }
    }
    let (emails, channel) = (form.get("email").is_some(), form.get("format"));
    if form.get("phone").is_some() && (emails || channel == Some("8")) {
        return invalid("phones", "`phones` is for SMS: it takes neither `emails` nor `channel: \"email\"` beside it");
    }
    if emails && channel == Some("0") {
        return invalid("channel", "`channel` takes \"email\" where `emails` is given");
    }
    if emails && channel.is_none() {
        form.set("format", "8");
    }
    fields.finish()?;
    Ok(form)
}

/// One request for a page.
///
/// # Errors
/// `invalid_parameter`, naming the parameter and what it takes.
pub fn list(fields: &Fields) -> Result<Call> {
    let mut form = query(fields, false)?;
    if form.get("cnt").is_none() {
        // What the service gives without it is not documented.
        form.set("cnt", MOST.to_string());
    }
    // Nothing found is error 3: an empty page.
    Ok(Call::read(form, limits::HISTORY, Decode::By(page, Some((3, r#"{"messages":[]}"#)))))
}

/// Reads a page: `{ messages, nextCursor? }`.
fn page(form: &Form, reply: &str) -> Result<String> {
    let messages = record::parse_list(reply)?;
    let full = form.get("cnt").and_then(|count| count.parse().ok()).is_some_and(|count: usize| messages.len() >= count);
    let last = messages.last().and_then(Value::as_object).and_then(|message| field(message, "int_id"));
    let cursor = match last {
        Some(Value::Text(id) | Value::Number(id)) if full => Some(id.clone()),
        _ => None,
    };
    let mut writer = Writer::default();
    writer.open('{');
    writer.name("messages");
    record::convert_list(messages, MESSAGE, &mut writer);
    if let Some(cursor) = cursor {
        writer.text_field("nextCursor", &cursor);
    }
    writer.close('}');
    Ok(writer.finish())
}

#[cfg(test)]
mod tests;
