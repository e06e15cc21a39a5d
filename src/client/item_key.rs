//! Items, as iterations know them.

use crate::api::values::Id;

/// The id and the time of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemKey {
    /// Its id.
    pub id: ItemId,
    /// Its time, in Unix seconds.
    pub timestamp: Option<i64>,
}

/// The id of an item. Nearly all ids are numbers: those of a page, a thousand, then need no allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemId {
    /// It has none.
    #[default]
    None,
    /// The number with exactly its digits.
    Number(u64),
    /// Any other text: digits with zeros before them, too many, or something else.
    Text(Box<str>),
}

impl ItemId {
    /// The id of a text in UTF-16.
    #[must_use]
    pub fn from_utf_16(units: &[u16]) -> Self {
        let number = exact_number(units.iter().map(|unit| u32::from(*unit)));
        number.map_or_else(|| Self::other(String::from_utf16_lossy(units)), Self::Number)
    }

    fn other(text: String) -> Self {
        if text.is_empty() { Self::None } else { Self::Text(text.into()) }
    }

    /// Whether a page can follow it.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        match self {
            Self::None => false,
            Self::Number(_) => true,
            Self::Text(text) => Id::is_valid(text),
        }
    }

    /// The text, if a page can follow it.
    #[must_use]
    pub fn valid(&self) -> Option<String> {
        self.is_valid().then(|| self.text())
    }

    /// The text; an item without an id has the empty one.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.as_ref().into(),
        }
    }
}

impl From<&str> for ItemId {
    fn from(text: &str) -> Self {
        let number = exact_number(text.bytes().map(u32::from));
        number.map_or_else(|| Self::other(text.into()), Self::Number)
    }
}

/// The number with exactly these digits: not with zeros before them.
fn exact_number(mut digits: impl ExactSizeIterator<Item = u32>) -> Option<u64> {
    let digit = |character: u32| character.checked_sub(u32::from(b'0')).filter(|digit| *digit < 10).map(u64::from);
    let (length, first) = (digits.len(), digit(digits.next()?)?);
    if first == 0 && length > 1 {
        return None;
    }
    digits.try_fold(first, |number, character| number.checked_mul(10)?.checked_add(digit(character)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_number_if_the_number_has_its_digits() {
        for digits in ["0", "7", "42", "18446744073709551615"] {
            assert_eq!(ItemId::from(digits), ItemId::Number(digits.parse().unwrap()));
        }
        for text in ["18446744073709551616", "007", "00", "-1", "+1", "1.0", "1 ", "٣", "a"] {
            assert_eq!(ItemId::from(text), ItemId::Text(text.into()));
        }
        assert_eq!(ItemId::from(""), ItemId::None);
    }

    #[test]
    fn the_text_of_an_id_is_the_one_it_was_made_of() {
        for text in ["", "0", "42", "007", "18446744073709551615", "18446744073709551616", "a", "٣"] {
            assert_eq!(ItemId::from(text).text(), text);
            assert_eq!(ItemId::from_utf_16(&text.encode_utf16().collect::<Vec<_>>()), ItemId::from(text));
            assert_eq!(ItemId::from(text).valid(), Id::is_valid(text).then(|| text.into()));
        }
    }
}
