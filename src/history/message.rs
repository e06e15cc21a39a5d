//! One message of the history.

use serde::Serialize;

use crate::record::{Extra, Record, absent};

/// A sent message with what became of it, as the history gives it (fields of the page "Получение истории отправленных
/// сообщений"). A field that a reply did not hold is absent.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Status code; its meaning is in `messageStatuses`. Below zero too: -1 waits to be sent.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number"))]
    pub status: Option<i64>,
    /// The status in words, in the account's language.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub status_name: Option<String>,
    /// When the status last changed, `DD.MM.YYYY hh:mm:ss` in the service's time (UTC+3). Prefer `lastTimestamp`.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub last_date: Option<String>,
    /// When the status last changed, in Unix seconds.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number"))]
    pub last_timestamp: Option<i64>,
    /// When the message was sent, `DD.MM.YYYY hh:mm:ss` in the service's time (UTC+3). Prefer `sendTimestamp`.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub send_date: Option<String>,
    /// When the message was sent, in Unix seconds.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number"))]
    pub send_timestamp: Option<i64>,
    /// The recipient's phone number, or e-mail address.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub phone: Option<String>,
    /// What the message cost, in the account's currency: a decimal text with a dot, never rounded.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub cost: Option<String>,
    /// The sender name that the recipient saw.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub sender_id: Option<String>,
    /// The text of the message.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub message: Option<String>,
    /// Mobile country code and mobile network code of the recipient's operator.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub mccmnc: Option<String>,
    /// Country in which the recipient's number is registered.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub country: Option<String>,
    /// The recipient's operator.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub operator: Option<String>,
    /// Region in which the recipient's number is registered.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub region: Option<String>,
    /// Kind of message; its meaning is in `messageTypes`.
    #[serde(rename = "type", skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number"))]
    pub kind: Option<i64>,
    /// The message's id: given by the sender, or by the service. Unique only together with the phone.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number"))]
    pub id: Option<i64>,
    /// The message's global id, given by the service: digits, as text, since it can exceed 2^53. The `cursor` of a query.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub int_id: Option<String>,
    /// Of how many parts the message consisted.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number"))]
    pub sms_cnt: Option<i64>,
    /// Format of the message: 0 for SMS, 8 for e-mail.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number"))]
    pub format: Option<i64>,
    /// Checksum of the message, unsigned 32-bit.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number"))]
    pub crc: Option<i64>,
    /// Why the message was not delivered; its meaning is in `deliveryErrors`. 0 or absent: no error.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "number"))]
    pub err: Option<i64>,
    /// A number that the service adds to some replies and does not explain.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "number"))]
    pub flag: Option<i64>,
    /// What else the reply held, under the service's own keys; absent when there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "Record<string, unknown>"))]
    pub extra: Option<Extra>,
}

impl Message {
    /// Reads a message of the JSON format.
    #[must_use]
    pub fn read(mut record: Record) -> Self {
        let fields = &mut record;
        Self {
            status: fields.whole("status"),
            status_name: fields.text("status_name"),
            last_date: fields.text("last_date"),
            last_timestamp: fields.whole("last_timestamp"),
            send_date: fields.text("send_date"),
            send_timestamp: fields.whole("send_timestamp"),
            phone: fields.text("phone"),
            cost: fields.text("cost"),
            sender_id: fields.text("sender_id"),
            message: fields.text("message"),
            mccmnc: fields.text("mccmnc"),
            country: fields.text("country"),
            operator: fields.text("operator"),
            region: fields.text("region"),
            kind: fields.whole("type"),
            id: fields.whole("id"),
            int_id: fields.text("int_id"),
            sms_cnt: fields.whole("sms_cnt"),
            format: fields.whole("format"),
            crc: fields.whole("crc"),
            err: fields.whole("err"),
            flag: fields.whole("flag"),
            extra: record.rest(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::history::decode;

    /// The page's own sample, its missing brace put back.
    const DOCUMENTED: &str = "[{\n\"status\": 1,\n\"last_date\": \"28.12.2019 19:20:22\",\n\"last_timestamp\": 1577550022,\n\
        \"err\": 0,\n\"send_date\": \"28.12.2019 19:20:16\",\n\"send_timestamp\": 1577550016,\n\"phone\": \"79999999999\",\n\
        \"cost\": \"1.40\",\n\"sender_id\": \"SMSC.RU\",\n\"status_name\": \"Доставлено\",\n\"message\": \"Тест, \\\"да\\\"\",\n\
        \"mccmnc\": \"25001\",\n\"country\": \"Россия\",\n\"operator\": \"МТС\",\n\"region\": \"г. Москва\",\n\"type\": 0,\n\
        \"id\": 12,\n\"int_id\": \"4221212121212121212\",\n\"sms_cnt\": 1,\n\"format\": 0,\n\"crc\": 4294967295\n}]";

    #[test]
    fn the_documented_reply() {
        let message = decode(DOCUMENTED).unwrap().remove(0);
        assert_eq!(message.status, Some(1));
        assert_eq!(message.last_timestamp, Some(1_577_550_022));
        assert_eq!(message.cost.as_deref(), Some("1.40"));
        assert_eq!(message.message.as_deref(), Some("Тест, \"да\""));
        assert_eq!(message.int_id.as_deref(), Some("4221212121212121212"));
        assert_eq!(message.crc, Some(4_294_967_295));
        assert_eq!((message.err, message.flag, message.extra), (Some(0), None, None));
    }

    #[test]
    fn drifting_types_missing_and_unknown_fields() {
        let drifted = r#"[{"status":"-3","int_id":922337203685477580799,"cost":1.40,"phone":79999999999,"flag":"2",
            "comment":"x","operator_orig":null,"id":"not a number"}]"#;
        let message = decode(drifted).unwrap().remove(0);
        assert_eq!(message.status, Some(-3));
        assert_eq!(message.int_id.as_deref(), Some("922337203685477580799"));
        assert_eq!(message.cost.as_deref(), Some("1.40"));
        assert_eq!(message.phone.as_deref(), Some("79999999999"));
        assert_eq!((message.flag, message.err, message.id), (Some(2), None, None));
        let extra = crate::call::to_json(&message.extra).unwrap();
        assert_eq!(extra, r#"{"comment":"x","id":"not a number"}"#);
    }
}
