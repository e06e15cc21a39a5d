//! The columns' names: whether the first record holds them, and how they become distinct.

use crate::protocol::{
    letters::is_letter,
    text::{contains, sorted},
};

/// White space, as JavaScript's `trim` removes it: with the byte order mark, and without U+0085.
fn is_space(c: char) -> bool {
    (c.is_whitespace() && c != '\u{85}') || c == '\u{FEFF}'
}

/// Whether a value looks like a column's name: it begins with a letter, or a sign that often begins one, and is no e-mail
/// address.
fn is_name(value: &str) -> bool {
    let value = value.trim_start_matches(is_space);
    value.starts_with(|first: char| is_letter(first) || matches!(first, '№' | '#' | '%' | '_')) && !contains(value, "@")
}

/// Whether the first record of a file names its columns: each value looks like a name or is blank, and not all are blank.
#[must_use]
pub fn names_columns(values: &[impl AsRef<str>]) -> bool {
    let mut values = values.iter().map(AsRef::as_ref);
    let names = values.clone().filter(|value| is_name(value)).count();
    names > 0 && values.all(|value| value.chars().all(is_space) || is_name(value))
}

/// Makes every name different: the second `name` becomes `name_2`, or the next number that is free.
#[must_use]
pub fn distinct_names(names: &[impl AsRef<str>]) -> Vec<String> {
    let known = sorted(names.iter().map(|name| name.as_ref().to_owned()).collect());
    // The next number for each of the known names. 0: the name is not used yet.
    let mut numbers = vec![0_u32; known.len()];
    let mut distinct = Vec::with_capacity(names.len());
    for name in names.iter().map(AsRef::as_ref) {
        let index = known.partition_point(|known| known.as_str() < name);
        let Some(number) = numbers.get_mut(index) else { continue };
        let mut unique = name.to_owned();
        while *number > 0 {
            unique = format!("{name}_{number}");
            *number = number.saturating_add(1);
            if known.binary_search(&unique).is_err() {
                break;
            }
        }
        *number = (*number).max(2);
        distinct.push(unique);
    }
    distinct
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_header_has_only_names_and_blank_values() {
        for header in [
            &["phone"][..],
            &["Телефон", "Текст"],
            &["№", "#", "", "Имя (ФИО)", "_x", "% доставки"],
            &[" a", "\u{FEFF}b", " \t"],
            &["__proto__", "constructor"],
        ] {
            assert!(names_columns(header), "{header:?}");
        }
        for record in [&[][..], &[""], &[" ", ""], &["79991234567", "Текст"], &["a", "1"], &["a", "b@c.ru"], &["-"]]
        {
            assert!(!names_columns(record), "{record:?}");
        }
    }

    #[test]
    fn repeated_names_are_numbered() {
        assert_eq!(distinct_names(&["a", "a", "a_2", "a"]), ["a", "a_3", "a_2", "a_4"]);
        assert_eq!(distinct_names(&["", "", "x"]), ["", "_2", "x"]);
        assert_eq!(distinct_names(&["a_2", "a", "a"]), ["a_2", "a", "a_3"]);
        assert_eq!(distinct_names(&[] as &[&str]), [""; 0]);
    }

    /// The same by the definition: the lowest free number, counted on for each name.
    fn distinct_by_search(names: &[String]) -> Vec<String> {
        let mut taken: Vec<String> = Vec::new();
        for name in names {
            let free = |unique: &String| !taken.contains(unique) && (unique == name || !names.contains(unique));
            let candidates = std::iter::once(name.clone()).chain((2..).map(|number| format!("{name}_{number}")));
            let unique = candidates.into_iter().find(free).unwrap();
            taken.push(unique);
        }
        taken
    }

    proptest! {
        #[test]
        fn names_become_distinct(names in proptest::collection::vec("(a|b|a_2|a_3|a_2_2|)", 0..20)) {
            let distinct = distinct_names(&names);
            prop_assert_eq!(distinct.iter().collect::<HashSet<_>>().len(), names.len());
            prop_assert_eq!(distinct, distinct_by_search(&names));
        }
    }
}
