//! The names of the entries of a zip archive.

use std::fmt;

/// Names that an error shows.
const MAX_SHOWN: usize = 20;
const MAX_SHOWN_CHARACTERS: usize = 100;

/// The names of the files in an archive, as errors list them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    shown: Vec<String>,
    count: usize,
}

impl Names {
    /// Adds the name of a file.
    pub fn add(&mut self, name: &str) {
        self.count = self.count.saturating_add(1);
        if self.shown.len() < MAX_SHOWN {
            self.shown.push(name.chars().take(MAX_SHOWN_CHARACTERS).collect());
        }
    }

    /// The number of files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.shown.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}\"{name}\"")?;
        }
        match self.count.saturating_sub(self.shown.len()) {
            0 if self.count == 0 => f.write_str("none"),
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// Whether an entry is a folder, or metadata that an operating system adds.
#[must_use]
pub fn is_ignored(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default();
    name.starts_with("__MACOSX/") || matches!(last, "" | ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

/// Whether only an Office document has an entry of this name.
#[must_use]
pub fn is_office_part(name: &str) -> bool {
    let is_in_folder = ["xl/", "_rels/", "docProps/"].iter().any(|folder| name.starts_with(folder));
    let is_part = [".xml", ".rels", ".bin"].iter().any(|ending| name.ends_with(ending));
    matches!(name, "[Content_Types].xml" | "mimetype") || (is_in_folder && is_part)
}

/// A name as text: UTF-8, or else code page 866, as programs under Windows write Cyrillic names. Folders end with a slash.
#[must_use]
pub fn text_of(name: &[u8]) -> String {
    let text = match std::str::from_utf8(name) {
        Ok(text) => text.to_owned(),
        Err(_) => name.iter().map(|byte| of_code_page_866(*byte)).collect(),
    };
    text.replace('\\', "/")
}

/// A character of code page 866; frames of tables become replacement characters.
fn of_code_page_866(byte: u8) -> char {
    let letter = |offset: u8, first: u32| char::from_u32(u32::from(byte.saturating_sub(offset)).saturating_add(first));
    match byte {
        0..0x80 => Some(char::from(byte)),
        0x80..0xB0 => letter(0x80, 0x410),
        0xE0..0xF0 => letter(0xE0, 0x440),
        _ => {
            let others = ['Ё', 'ё', 'Є', 'є', 'Ї', 'ї', 'Ў', 'ў', '°', '∙', '·', '√', '№', '¤', '■', '\u{A0}'];
            usize::from(byte).checked_sub(0xF0).and_then(|index| others.get(index).copied())
        }
    }
    .unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_utf_8_or_code_page_866() {
        assert_eq!(text_of("отчёт/a.csv".as_bytes()), "отчёт/a.csv");
        assert_eq!(text_of(b"\x8E\xE2\xE7\xF1\xE2\\\xFC1.csv"), "Отчёт/№1.csv");
        assert_eq!(text_of(b"\xB0\xFF"), "\u{FFFD}\u{A0}");
    }

    #[test]
    fn folders_and_metadata_are_ignored() {
        for name in ["a/", "", "__MACOSX/._a.csv", "__MACOSX/", "a/.DS_Store", "Thumbs.db"] {
            assert!(is_ignored(name), "{name}");
        }
        for name in ["a.csv", "a/b.csv", ".csv", "x__MACOSX/a.csv"] {
            assert!(!is_ignored(name), "{name}");
        }
    }

    #[test]
    fn parts_of_office_documents_are_known() {
        for name in ["[Content_Types].xml", "xl/workbook.xml", "_rels/.rels", "docProps/app.xml", "mimetype"] {
            assert!(is_office_part(name), "{name}");
        }
        for name in ["xl/a.csv", "a.xml", "report.csv"] {
            assert!(!is_office_part(name), "{name}");
        }
    }

    #[test]
    fn a_list_of_names_is_short() {
        let mut names = Names::default();
        assert_eq!(names.to_string(), "none");
        names.add("a.csv");
        names.add(&"x".repeat(1000));
        assert_eq!(names.to_string(), format!("\"a.csv\", \"{}\"", "x".repeat(MAX_SHOWN_CHARACTERS)));
        (0..30).for_each(|_| names.add("b"));
        assert_eq!(names.len(), 32);
        assert!(names.to_string().ends_with("\"b\" and 12 more"));
    }
}
