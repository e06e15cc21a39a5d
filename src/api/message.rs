//! A message of the history, as the service's page "Получение истории отправленных сообщений" describes it.

use serde::Serialize;
use smsc_scan::Field;
use tsify::Tsify;

use crate::api::{
    lenient::{Decimal, Extra, IdDigits, Integer, Record, Text, is_absent},
    message_page::FieldValue,
};

// CONTRIBUTING.md lists the places of a new field.
/// A sent message and its outcome, as the history gives it (fields of the page "Получение истории отправленных сообщений").
/// A field that a response does not hold is absent.
#[derive(Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Status code; its meaning is in `messageStatuses`. Below zero too: -1 waits to be sent.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "MessageStatus")]
    pub status: Option<Integer>,
    /// The status in words, in the account's language.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "string")]
    pub status_name: Option<Text>,
    /// When the status last changed, `DD.MM.YYYY hh:mm:ss` in the service's time (UTC+3). Prefer `lastTimestamp`.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "string")]
    pub last_date: Option<Text>,
    /// When the status last changed, in Unix seconds.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "number")]
    pub last_timestamp: Option<Integer>,
    /// When the message was sent, `DD.MM.YYYY hh:mm:ss` in the service's time (UTC+3). Prefer `sendTimestamp`.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "string")]
    pub send_date: Option<Text>,
    /// When the message was sent, in Unix seconds.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "number")]
    pub send_timestamp: Option<Integer>,
    /// The recipient's phone number, or e-mail address.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "string")]
    pub phone: Option<Text>,
    /// What the message cost, in the account's currency: a decimal text with a dot, never rounded.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "string")]
    pub cost: Option<Decimal>,
    /// The sender name that the recipient saw.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "string")]
    pub sender_id: Option<Text>,
    /// The text of the message.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "string")]
    pub message: Option<Text>,
    /// Mobile country code and mobile network code of the recipient's operator.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "string")]
    pub mccmnc: Option<Text>,
    /// Country in which the recipient's number is registered.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "string")]
    pub country: Option<Text>,
    /// The recipient's operator.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "string")]
    pub operator: Option<Text>,
    /// Region in which the recipient's number is registered.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "string")]
    pub region: Option<Text>,
    /// Kind of message; its meaning is in `messageTypes`.
    #[serde(rename = "type", skip_serializing_if = "is_absent")]
    #[tsify(type = "MessageType")]
    pub kind: Option<Integer>,
    /// The message's id: given by the sender, or by the service; an integer. From 2^53 on, which a number would round, its digits as
    /// text. Unique only together with the phone.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "number")]
    pub id: Option<IdDigits>,
    /// The message's global id, given by the service: digits, as text, since it can exceed 2^53. The `cursor` of a query.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "string")]
    pub int_id: Option<Text>,
    /// Of how many parts the message consisted.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "number")]
    pub sms_cnt: Option<Integer>,
    /// Format of the message: 0 for SMS, 8 for e-mail.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "number")]
    pub format: Option<Integer>,
    /// Checksum of the message, unsigned 32-bit.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "number")]
    pub crc: Option<Integer>,
    /// Why the message was not delivered; its meaning is in `deliveryErrors`. 0 or absent: no error.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional, type = "DeliveryError")]
    pub err: Option<Integer>,
    /// A number that the service adds to some messages and does not explain.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional, type = "number")]
    pub flag: Option<Integer>,
    /// Other fields of the response, under the service's own keys; absent if there are none.
    #[serde(skip_serializing_if = "Extra::is_empty")]
    #[tsify(optional, type = "Record<string, unknown>")]
    pub extra: Extra,
}

impl From<Record> for Message {
    fn from(mut record: Record) -> Self {
        Self {
            status: record.take_number("status"),
            status_name: record.take("status_name"),
            last_date: record.take("last_date"),
            last_timestamp: record.take_number("last_timestamp"),
            send_date: record.take("send_date"),
            send_timestamp: record.take_number("send_timestamp"),
            phone: record.take("phone"),
            cost: record.take("cost"),
            sender_id: record.take("sender_id"),
            message: record.take("message"),
            mccmnc: record.take("mccmnc"),
            country: record.take("country"),
            operator: record.take("operator"),
            region: record.take("region"),
            kind: record.take_number("type"),
            id: record.take("id"),
            int_id: record.take("int_id"),
            sms_cnt: record.take_number("sms_cnt"),
            format: record.take_number("format"),
            crc: record.take_number("crc"),
            err: record.take_number("err"),
            flag: record.take_number("flag"),
            extra: record.rest(),
        }
    }
}

impl Message {
    /// The value of a field, by its index among [`COLUMNS`].
    #[must_use]
    pub fn value(&self, field: usize) -> Option<FieldValue<'_>> {
        let integer = |value: Option<Integer>| value.map(|Integer(integer)| FieldValue::of_integer(integer));
        match field {
            0 => integer(self.status),
            1 => text_value(self.status_name.as_ref()),
            2 => text_value(self.last_date.as_ref()),
            3 => integer(self.last_timestamp),
            4 => text_value(self.send_date.as_ref()),
            5 => integer(self.send_timestamp),
            6 => text_value(self.phone.as_ref()),
            7 => text_value(self.cost.as_ref()),
            8 => text_value(self.sender_id.as_ref()),
            9 => text_value(self.message.as_ref()),
            10 => text_value(self.mccmnc.as_ref()),
            11 => text_value(self.country.as_ref()),
            12 => text_value(self.operator.as_ref()),
            13 => text_value(self.region.as_ref()),
            14 => integer(self.kind),
            15 => self.id.as_ref().map(|IdDigits(digits)| FieldValue::of_digits(digits)),
            16 => text_value(self.int_id.as_ref()),
            17 => integer(self.sms_cnt),
            18 => integer(self.format),
            19 => integer(self.crc),
            20 => integer(self.err),
            21 => integer(self.flag),
            _ => None,
        }
    }
}

fn text_value(value: Option<&Text>) -> Option<FieldValue<'_>> {
    value.map(|Text(text)| FieldValue::Text(text.as_bytes()))
}

/// The name of a field in JavaScript.
#[must_use]
pub fn camel_case(key: &str) -> String {
    let mut name = String::new();
    let mut is_upper = false;
    for letter in key.chars() {
        if letter == '_' {
            is_upper = true;
        } else {
            name.push(if is_upper { letter.to_ascii_uppercase() } else { letter });
            is_upper = false;
        }
    }
    name
}

/// The fields of [`Message`] for the fast reader of pages, in the order of the struct. A test compares the two.
pub const COLUMNS: [Field<'static>; 22] = [
    integer("status"),
    text("status_name"),
    text("last_date"),
    integer("last_timestamp"),
    text("send_date"),
    integer("send_timestamp"),
    text("phone"),
    text("cost"),
    text("sender_id"),
    text("message"),
    text("mccmnc"),
    text("country"),
    text("operator"),
    text("region"),
    integer("type"),
    integer("id"),
    text("int_id"),
    integer("sms_cnt"),
    integer("format"),
    integer("crc"),
    integer("err"),
    integer("flag"),
];

const fn integer(key: &str) -> Field<'_> {
    Field { key, is_integer: true }
}

const fn text(key: &str) -> Field<'_> {
    Field { key, is_integer: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::json::{self, Value};

    #[test]
    fn columns_are_the_fields_of_the_struct() {
        let record = COLUMNS.iter().map(|Field { key, .. }| ((*key).to_owned(), Value::Number("1".into())));
        let message = Message::from(Record::new(record.collect()));
        let message = json::parse(&serde_json::to_string(&message).unwrap()).unwrap();
        let fields = message.as_object().unwrap();
        let lines = Message::DECL.lines().map(str::trim).filter(|line| !line.starts_with('*'));
        let declared: Vec<&str> =
            lines.filter_map(|line| Some(line.split_once(':')?.0.trim_end_matches('?'))).collect();
        let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!([&names[..], &["extra"]].concat(), declared);
        assert_eq!(fields.len(), COLUMNS.len());
        for (Field { key, is_integer }, (name, value)) in COLUMNS.iter().zip(fields) {
            assert_eq!(key.replace('_', ""), name.to_lowercase());
            assert_eq!(*is_integer, matches!(value, Value::Number(_)), "{key}");
        }
        let record = COLUMNS
            .iter()
            .zip(1..)
            .map(|(Field { key, .. }, number): (_, u32)| ((*key).to_owned(), Value::Number(number.to_string())));
        let message = Message::from(Record::new(record.collect()));
        for (field, number) in (0..COLUMNS.len()).zip(1_u32..) {
            let mut text = Vec::new();
            message.value(field).unwrap().push_text(&mut text, &mut Vec::new());
            assert_eq!(text, number.to_string().into_bytes());
        }
        assert!(message.value(COLUMNS.len()).is_none());
    }
}
