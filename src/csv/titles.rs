//! Column titles of task files, in Russian, Ukrainian and English, and the fields of a message that they name.

use serde::Serialize;

use crate::protocol::letters::{is_letter, to_lowercase};

/// A field of a message, in the order of [`COLUMNS`](crate::api::message::COLUMNS).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "see `Message`")]
pub enum MessageField {
    Status,
    StatusName,
    LastDate,
    LastTimestamp,
    SendDate,
    SendTimestamp,
    Phone,
    Cost,
    SenderId,
    Message,
    Mccmnc,
    Country,
    Operator,
    Region,
    Type,
    Id,
    IntId,
    SmsCnt,
    Format,
    Crc,
    Err,
    Flag,
}

use MessageField as Field;

/// The beginnings of titles without spaces and signs, in lower case; one that ends with `$` is a whole title. The first field that
/// matches counts.
const TITLES: [(MessageField, &[&str]); 22] = [
    (Field::LastTimestamp, &["lasttimestamp"]),
    (Field::SendTimestamp, &["sendtimestamp", "timestamp"]),
    (
        Field::LastDate,
        &[
            "last",
            "statusdate",
            "statustime",
            "deliver",
            "датастат",
            "времястат",
            "датаизмен",
            "датадостав",
            "времяизмен",
            "времядостав",
            "датазмін",
            "часзміни",
            "часдоставки",
            "часстат",
        ],
    ),
    (
        Field::SendDate,
        &[
            "senddate",
            "sendtime",
            "sendat",
            "sent",
            "date",
            "time",
            "дата",
            "время",
            "час$",
            "часвід",
            "часнад",
            "отправлено$",
            "відправлено$",
            "надіслано$",
        ],
    ),
    (
        Field::StatusName,
        &["statusname", "statustext", "названиестат", "описаниестат", "текстстат", "назвастат", "описстат"],
    ),
    (Field::Status, &["status", "кодстат", "статус", "состояние", "стан$"]),
    (Field::Err, &["err", "ошибк", "кодошиб", "помилк", "кодпомил"]),
    (Field::SenderId, &["sender", "from", "отправит", "имяотправ", "відправник", "імявідправ"]),
    (
        Field::SmsCnt,
        &[
            "smsc",
            "parts",
            "частей",
            "частин",
            "количествоsms",
            "количествосмс",
            "количествочаст",
            "колвоsms",
            "колвосмс",
            "колвочаст",
            "числоsms",
            "числосмс",
            "числочаст",
            "кількістьsms",
            "кількістьсмс",
            "кількістьчаст",
            "кстьsms",
            "кстьсмс",
            "кстьчаст",
        ],
    ),
    (Field::Cost, &["cost", "price", "sum", "amount", "стоим", "цена", "сумм", "варт", "ціна", "сума"]),
    (
        Field::Message,
        &["message$", "messagetext", "text", "sms$", "сообщение$", "сообщения$", "текст", "повідомлення$"],
    ),
    (Field::IntId, &["intid", "globalid"]),
    (Field::Id, &["id$", "messageid", "idсообщ", "idповід", "номерсообщ", "номерповід", "кодсообщ", "кодповід"]),
    (
        Field::Phone,
        &[
            "phone",
            "tel",
            "msisdn",
            "recipient",
            "to$",
            "number$",
            "тел",
            "номер$",
            "номертел",
            "номерабон",
            "номерполуч",
            "номеродерж",
            "номеротрим",
            "абонент",
            "получат",
            "одержувач",
            "отримувач",
        ],
    ),
    (Field::Mccmnc, &["mccmnc"]),
    (Field::Country, &["country", "стран", "країн"]),
    (Field::Operator, &["operator", "network", "оператор"]),
    (Field::Region, &["region", "регион", "регіон", "область"]),
    (Field::Type, &["type", "тип"]),
    (Field::Format, &["format", "формат"]),
    (Field::Crc, &["crc"]),
    (Field::Flag, &["flag$"]),
];

/// The field of a message that a column's title names.
#[must_use]
pub fn field_of_title(title: &str) -> Option<MessageField> {
    let plain: String = title.chars().filter(|c| is_letter(*c) || c.is_ascii_digit()).map(to_lowercase).collect();
    let matches = |pattern: &&str| match pattern.strip_suffix('$') {
        Some(whole) => plain == whole,
        None => plain.starts_with(*pattern),
    };
    TITLES.iter().find(|(_, patterns)| patterns.iter().any(matches)).map(|(field, _)| *field)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::api::message::{COLUMNS, camel_case};

    #[test]
    fn titles_name_fields() {
        for (title, field) in [
            ("ID", Field::Id),
            ("ID сообщения", Field::Id),
            ("Телефон", Field::Phone),
            ("Номер получателя", Field::Phone),
            ("Номер телефону", Field::Phone),
            ("Phone number", Field::Phone),
            ("Сообщение", Field::Message),
            ("Текст повідомлення", Field::Message),
            ("Отправитель", Field::SenderId),
            ("Ім'я відправника", Field::SenderId),
            ("Код статуса", Field::Status),
            ("Статус", Field::Status),
            ("Название статуса", Field::StatusName),
            ("Код помилки", Field::Err),
            ("Дата отправки", Field::SendDate),
            ("Sent at", Field::SendDate),
            ("Дата статуса", Field::LastDate),
            ("Час зміни статусу", Field::LastDate),
            ("last_timestamp", Field::LastTimestamp),
            ("send_timestamp", Field::SendTimestamp),
            ("Цена, руб.", Field::Cost),
            ("Количество SMS", Field::SmsCnt),
            ("sms_cnt", Field::SmsCnt),
            ("Країна", Field::Country),
            ("Оператор связи", Field::Operator),
            ("Регіон", Field::Region),
            ("Тип", Field::Type),
            ("int_id", Field::IntId),
        ] {
            assert_eq!(field_of_title(title), Some(field), "{title}");
        }
    }

    #[test]
    fn every_field_of_a_message_has_titles() {
        let mut fields: Vec<Field> = TITLES.iter().map(|(field, _)| *field).collect();
        fields.sort_by_key(|field| *field as usize);
        let names: Vec<_> = fields.into_iter().map(|field| serde_json::to_value(field).unwrap()).collect();
        let expected: Vec<_> = COLUMNS.iter().map(|column| serde_json::Value::from(camel_case(column.key))).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn other_titles_name_none() {
        for title in ["", "Примечание", "__proto__", "__extra", "0", "flags", "идентификатор", "toString", "часто"]
        {
            assert_eq!(field_of_title(title), None, "{title}");
        }
    }

    proptest! {
        #[test]
        fn case_spaces_and_signs_do_not_matter(
            entry in 0..TITLES.len(), pattern in any::<prop::sample::Index>(), sign in "[ _().'-]{0,2}",
        ) {
            let (_, patterns) = TITLES[entry];
            let title = pattern.get(patterns).trim_end_matches('$');
            let field = field_of_title(title);
            prop_assert!(field.is_some());
            let spaced: Vec<String> = title.chars().map(|c| c.to_uppercase().collect()).collect();
            prop_assert_eq!(field_of_title(&spaced.join(&sign)), field);
        }
    }
}
