//! Keys and indexes of items as numbers: the client's module and the one that makes columns and lines pass them to each other.

use std::ops::Range;

use crate::client::{
    item_key::{ItemId, ItemKey},
    iteration::ItemIndex,
};

/// Two numbers for each item: its id plus one, and its time plus one, so that 0 is absent. `None` if one of them cannot be decoded to
/// exactly the same.
#[must_use]
pub fn encode_keys(keys: &[ItemKey]) -> Option<Vec<u64>> {
    let mut numbers = Vec::with_capacity(keys.len().saturating_mul(2));
    for ItemKey { id, timestamp } in keys {
        let id = match id {
            ItemId::None => 0,
            ItemId::Number(number) => number.checked_add(1)?,
            ItemId::Text(_) => return None,
        };
        let timestamp = timestamp.map_or(Some(0), |seconds| u64::try_from(seconds).ok()?.checked_add(1))?;
        numbers.extend([id, timestamp]);
    }
    Some(numbers)
}

/// The keys that [`encode_keys`] wrote.
#[must_use]
pub fn decode_keys(numbers: &[u64]) -> Vec<ItemKey> {
    let (pairs, _) = numbers.as_chunks();
    let key = |[id, timestamp]: &[u64; 2]| ItemKey {
        id: id.checked_sub(1).map_or(ItemId::None, ItemId::Number),
        timestamp: timestamp.checked_sub(1).and_then(|seconds| i64::try_from(seconds).ok()),
    };
    pairs.iter().map(key).collect()
}

/// The stream and the index of each item.
#[must_use]
pub fn encode_indexes(items: &[ItemIndex]) -> Vec<u32> {
    let mut numbers = Vec::with_capacity(items.len().saturating_mul(2));
    for ItemIndex { stream, index } in items {
        numbers.extend([u32::try_from(*stream).unwrap_or(u32::MAX), *index]);
    }
    numbers
}

/// The indexes that [`encode_indexes`] wrote.
pub fn decode_indexes(numbers: &[u32]) -> impl Iterator<Item = ItemIndex> {
    let (pairs, _) = numbers.as_chunks();
    pairs.iter().map(|[stream, index]: &[u32; 2]| ItemIndex { stream: *stream as usize, index: *index })
}

/// Items of one stream that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The stream.
    pub stream: usize,
    /// The indexes in its page.
    pub range: Range<usize>,
}

/// The items as runs.
#[must_use]
pub fn runs(items: impl Iterator<Item = ItemIndex>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for ItemIndex { stream, index } in items {
        let (index, next) = (index as usize, (index as usize).saturating_add(1));
        match runs.last_mut() {
            Some(run) if run.stream == stream && run.range.end == index => run.range.end = next,
            _ => runs.push(Run { stream, range: index..next }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str, timestamp: Option<i64>) -> ItemKey {
        ItemKey { id: id.into(), timestamp }
    }

    #[test]
    fn keys_survive() {
        let keys = [
            key("1", Some(1_764_500_000)),
            key("", None),
            key("18446744073709551614", Some(0)),
            key("0", Some(i64::MAX)),
        ];
        let numbers = encode_keys(&keys).unwrap();
        assert_eq!(numbers.len(), 8);
        assert_eq!(decode_keys(&numbers), keys);
        assert_eq!(encode_keys(&[]), Some(Vec::new()));
    }

    #[test]
    fn keys_that_a_number_does_not_hold_are_refused() {
        for id in ["18446744073709551615", "18446744073709551616", "01", "-1", "+1", "1.0", "a", " 1"] {
            assert_eq!(encode_keys(&[key("5", None), key(id, None)]), None, "{id}");
        }
        assert_eq!(encode_keys(&[key("5", Some(-1))]), None);
    }

    #[test]
    fn items_that_follow_each_other_are_one_run() {
        let items = [(0, 3), (0, 4), (1, 5), (1, 7), (0, 8)].map(|(stream, index)| ItemIndex { stream, index });
        let expected = [(0, 3..5), (1, 5..6), (1, 7..8), (0, 8..9)].map(|(stream, range)| Run { stream, range });
        assert_eq!(runs(items.into_iter()), expected);
        assert_eq!(runs([].into_iter()), []);
    }

    #[test]
    fn indexes_survive() {
        let items = [ItemIndex { stream: 0, index: 999 }, ItemIndex { stream: 1, index: 0 }];
        assert_eq!(decode_indexes(&encode_indexes(&items)).collect::<Vec<_>>(), items);
    }
}
