//! Keys and indexes of items as numbers: the client's module and the one that makes columns and lines pass them to each other.

use crate::client::iteration::{ItemIndex, ItemKey};

/// The largest integer that a float, and so a number of JavaScript, holds like all smaller ones.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// The id and the time of each item, or NaN; `None` if a number cannot hold one exactly.
#[must_use]
pub fn numbers_of_keys(keys: &[ItemKey]) -> Option<Vec<f64>> {
    let mut numbers = Vec::with_capacity(keys.len().saturating_mul(2));
    for ItemKey { id, timestamp } in keys {
        numbers.push(if id.is_empty() { f64::NAN } else { exact(id)? });
        numbers.push(match timestamp {
            None => f64::NAN,
            Some(timestamp) => exact(&timestamp.to_string())?,
        });
    }
    Some(numbers)
}

/// The number with exactly these digits.
fn exact(digits: &str) -> Option<f64> {
    let number: u64 = digits.parse().ok()?;
    #[expect(clippy::cast_precision_loss, reason = "it is at most 2^53")]
    (number <= MAX_SAFE_INTEGER && number.to_string() == digits).then_some(number as f64)
}

/// The keys that [`numbers_of_keys`] wrote.
#[must_use]
pub fn keys_of_numbers(numbers: &[f64]) -> Vec<ItemKey> {
    #[expect(clippy::cast_possible_truncation, reason = "it is at most 2^53")]
    let integer = |number: &f64| (!number.is_nan()).then_some(*number as i64);
    let (pairs, _) = numbers.as_chunks();
    let key = |[id, timestamp]: &[f64; 2]| ItemKey {
        id: integer(id).map(|id| id.to_string()).unwrap_or_default(),
        timestamp: integer(timestamp),
    };
    pairs.iter().map(key).collect()
}

/// The stream and the index of each item.
#[must_use]
pub fn numbers_of_indexes(items: &[ItemIndex]) -> Vec<u32> {
    let mut numbers = Vec::with_capacity(items.len().saturating_mul(2));
    for ItemIndex { stream, index } in items {
        numbers.extend([u32::try_from(*stream).unwrap_or(u32::MAX), *index]);
    }
    numbers
}

/// The indexes that [`numbers_of_indexes`] wrote.
pub fn indexes_of_numbers(numbers: &[u32]) -> impl Iterator<Item = ItemIndex> {
    let (pairs, _) = numbers.as_chunks();
    pairs.iter().map(|[stream, index]: &[u32; 2]| ItemIndex { stream: *stream as usize, index: *index })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str, timestamp: Option<i64>) -> ItemKey {
        ItemKey { id: id.into(), timestamp }
    }

    #[test]
    fn keys_survive() {
        let keys = [key("1", Some(1_764_500_000)), key("", None), key("9007199254740991", Some(0))];
        let numbers = numbers_of_keys(&keys).unwrap();
        assert_eq!(numbers.len(), 6);
        assert_eq!(keys_of_numbers(&numbers), keys);
        assert_eq!(numbers_of_keys(&[]), Some(Vec::new()));
    }

    #[test]
    fn keys_that_a_number_does_not_hold_are_refused() {
        for id in ["9007199254740992", "18446744073709551616", "01", "-1", "+1", "1.0", "a", " 1"] {
            assert_eq!(numbers_of_keys(&[key("5", None), key(id, None)]), None, "{id}");
        }
        for timestamp in [-1, 1 << 53] {
            assert_eq!(numbers_of_keys(&[key("5", Some(timestamp))]), None, "{timestamp}");
        }
    }

    #[test]
    fn indexes_survive() {
        let items = [ItemIndex { stream: 0, index: 999 }, ItemIndex { stream: 1, index: 0 }];
        assert_eq!(indexes_of_numbers(&numbers_of_indexes(&items)).collect::<Vec<_>>(), items);
    }
}
