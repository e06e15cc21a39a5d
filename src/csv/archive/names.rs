//! The names in a zip archive.

/// The name of an entry. Unless it is UTF-8, it is CP866, as Windows writes Cyrillic names.
pub fn decode_name(bytes: &[u8]) -> String {
    if let Ok(name) = str::from_utf8(bytes) {
        return name.to_owned();
    }
    bytes.iter().map(|byte| cp866(*byte)).collect()
}

fn cp866(byte: u8) -> char {
    let code = u32::from(byte);
    let code = match byte {
        0..0x80 => code,
        0x80..0xB0 => code.saturating_add(0x0410 - 0x80),
        0xE0..0xF0 => code.saturating_add(0x0440 - 0xE0),
        0xF0 => 0x0401,
        0xF1 => 0x0451,
        0xF2 => 0x0404,
        0xF3 => 0x0454,
        0xF4 => 0x0407,
        0xF5 => 0x0457,
        0xFC => 0x2116,
        _ => 0xFFFD,
    };
    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Whether an entry is no file of the archive's author: a folder, or an addition of an operating system.
pub fn is_ignored(name: &str) -> bool {
    let base = base_name(name);
    base.is_empty()
        || name.starts_with("__MACOSX/")
        || base.starts_with("._")
        || [".DS_Store", "Thumbs.db", "desktop.ini"].contains(&base)
}

/// The kind of document that is a zip archive with an entry of this name.
pub fn document_of(name: &str) -> Option<&'static str> {
    let is_office =
        name == "[Content_Types].xml" || ["_rels/", "docProps/", "xl/"].iter().any(|folder| name.starts_with(folder));
    if is_office {
        return Some("an Office document, such as an Excel workbook (.xlsx),");
    }
    (name == "mimetype").then_some("an OpenDocument file, such as a spreadsheet (.ods),")
}

/// Whether an entry is the one that the option `file` names, with or without its folder.
pub fn is_chosen(name: &str, file: &str) -> bool {
    name == file || base_name(name) == file
}

fn base_name(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or_default()
}
