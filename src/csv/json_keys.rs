//! The names of a file's columns as the members of JSON objects.

use smsc_scan::{JsonKey, JsonRows, push_json_key};

/// How the rows of a file with these columns become JSON: as `JSON.stringify` writes the objects that TypeScript makes of them.
#[must_use]
pub fn json_rows(columns: Option<&[String]>) -> JsonRows {
    let Some(columns) = columns else { return JsonRows::default() };
    let mut keys: Vec<(Option<u32>, JsonKey)> = columns
        .iter()
        .enumerate()
        .map(|(column, name)| (array_index(name), JsonKey { column, prefix: prefix(name) }))
        .collect();
    // The sort is stable: other names keep their order.
    keys.sort_by_key(|(index, _)| (index.is_none(), *index));
    let keys = keys.into_iter().map(|(_, key)| key).collect();
    JsonRows { keys: Some(keys), surplus_prefix: prefix(&surplus_name(columns)) }
}

/// A name that is an index of an array: JavaScript puts such names first, by their number.
fn array_index(name: &str) -> Option<u32> {
    let index: u32 = name.parse().ok()?;
    (index < u32::MAX && index.to_string() == name).then_some(index)
}

/// The name of the surplus values' list: the first of `__extra`, `__extra_2` and so on that no column has.
fn surplus_name(columns: &[String]) -> String {
    let mut name = "__extra".to_owned();
    let mut number = 2_u32;
    while columns.contains(&name) {
        name = format!("__extra_{number}");
        number = number.saturating_add(1);
    }
    name
}

fn prefix(name: &str) -> Vec<u8> {
    let mut prefix = Vec::new();
    push_json_key(&mut prefix, name);
    prefix
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefixes(columns: &[&str]) -> (Vec<(usize, String)>, String) {
        let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
        let JsonRows { keys, surplus_prefix } = json_rows(Some(&columns));
        let text = |prefix| String::from_utf8(prefix).unwrap();
        (keys.unwrap().into_iter().map(|key| (key.column, text(key.prefix))).collect(), text(surplus_prefix))
    }

    #[test]
    fn indexes_of_arrays_come_first() {
        let (keys, surplus) = prefixes(&["b", "10", "a\"", "2", "01", "4294967295", "__extra"]);
        let keys: Vec<_> = keys.iter().map(|(column, prefix)| (*column, prefix.as_str())).collect();
        let expected = [
            (3, "\"2\":"),
            (1, "\"10\":"),
            (0, "\"b\":"),
            (2, "\"a\\\"\":"),
            (4, "\"01\":"),
            (5, "\"4294967295\":"),
            (6, "\"__extra\":"),
        ];
        assert_eq!((keys.as_slice(), surplus.as_str()), (&expected[..], "\"__extra_2\":"));
    }

    #[test]
    fn rows_without_a_header_are_lists() {
        assert!(json_rows(None).keys.is_none());
    }
}
