//! The columns of a file as fields of messages, which `builders/task-message.ts` fills in. It is decided once for each column, so that
//! a row needs no look-up of titles.
//!
//! A row's values are read by these rules: a value that its column's kind cannot hold goes to the column's fallback field
//! and then to `extra`; of two columns with the same field, the second goes to `extra`, unless they are a day and its time; a
//! blank number is absent.

use serde::Serialize;
use tsify::Tsify;

use super::titles::{MessageField, field_of_title};
use crate::api::message::COLUMNS;

/// The kind of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum ValueKind {
    /// The value as it is.
    Text,
    /// An integer that JavaScript's numbers hold.
    Integer,
    /// A decimal as text: spaces and a currency are removed, and its comma becomes a dot.
    Decimal,
    /// A day, or an instant in its zone, without one in the service's time, UTC+3. An instant becomes `DD.MM.YYYY hh:mm:ss` of the
    /// service's time, and sets the timestamp. Two columns can hold its day and its time.
    Date,
}

/// The field of a message that a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct MessageColumn {
    /// The field.
    #[tsify(type = "Exclude<keyof Message, \"extra\">")]
    pub field: MessageField,
    /// The kind of its values.
    pub kind: ValueKind,
    /// The field for values that are not integers: a status may be a code or a name, and an id may exceed 2^53.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional, type = "Exclude<keyof Message, \"extra\">")]
    pub fallback: Option<MessageField>,
    /// The field for a date in Unix seconds, if no other column holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional, type = "Exclude<keyof Message, \"extra\">")]
    pub timestamp: Option<MessageField>,
}

impl MessageColumn {
    /// The column of a title; `None` if the title is not recognized, so that the values belong to `extra`.
    #[must_use]
    pub fn of_title(title: &str) -> Option<Self> {
        field_of_title(title).map(Self::of_field)
    }

    fn of_field(field: MessageField) -> Self {
        use MessageField as Field;
        let kind = match field {
            Field::Cost => ValueKind::Decimal,
            Field::SendDate | Field::LastDate => ValueKind::Date,
            _ if COLUMNS.get(field as usize).is_some_and(|column| column.is_integer) => ValueKind::Integer,
            _ => ValueKind::Text,
        };
        let fallback = match field {
            Field::Status => Some(Field::StatusName),
            Field::Id => Some(Field::IntId),
            _ => None,
        };
        let timestamp = match field {
            Field::SendDate => Some(Field::SendTimestamp),
            Field::LastDate => Some(Field::LastTimestamp),
            _ => None,
        };
        Self { field, kind, fallback, timestamp }
    }
}

/// The columns of these titles.
#[must_use]
pub fn message_columns(titles: &[impl AsRef<str>]) -> Vec<Option<MessageColumn>> {
    titles.iter().map(|title| MessageColumn::of_title(title.as_ref())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_kind_of_their_field() {
        let columns = message_columns(&["Телефон", "Код статуса", "Цена", "Дата", "Примечание"]);
        let json = serde_json::to_value(columns).unwrap();
        let expected = serde_json::json!([
            { "field": "phone", "kind": "text" },
            { "field": "status", "kind": "integer", "fallback": "statusName" },
            { "field": "cost", "kind": "decimal" },
            { "field": "sendDate", "kind": "date", "timestamp": "sendTimestamp" },
            null,
        ]);
        assert_eq!(json, expected);
        for field in [MessageField::Flag, MessageField::SmsCnt, MessageField::Crc, MessageField::LastTimestamp] {
            assert_eq!(MessageColumn::of_field(field).kind, ValueKind::Integer, "{field:?}");
        }
        assert_eq!(MessageColumn::of_field(MessageField::IntId).kind, ValueKind::Text);
    }

    #[test]
    fn fields_are_named_as_in_a_message() {
        let names = ["err", "sms_cnt", "int_id", "Тип", "crc", "flag", "mccmnc", "last", "last_timestamp"];
        let columns = message_columns(&names).into_iter().flatten();
        let names: Vec<String> =
            columns.map(|column| serde_json::to_value(column.field).unwrap().as_str().unwrap().into()).collect();
        let expected = ["err", "smsCnt", "intId", "type", "crc", "flag", "mccmnc", "lastDate", "lastTimestamp"];
        assert_eq!(names, expected);
    }
}
