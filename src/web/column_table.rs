//! The description of a batch of columns in the memory, for `builders/columns.ts`.

use smsc_scan::{Dictionary, DictionaryText};

/// The numbers that describe a batch: the number of its rows, the number of its columns, and [`COLUMN_NUMBERS`] for each column.
#[derive(Debug, Default)]
pub struct ColumnTable(Vec<u32>);

/// For a column of texts: 0 for UTF-16 or 2 for ASCII; the addresses of the rows' codes, of the text of all different values, and of
/// the values' ends in it; the number of values. For one of numbers: 1, and the address of the floats.
const COLUMN_NUMBERS: usize = 5;

impl ColumnTable {
    /// Begins the description of a batch of that number of rows.
    pub fn start(&mut self, length: usize) {
        self.0.clear();
        self.0.extend([count(length), 0]);
    }

    /// Adds a column of texts: windows-1251 if `is_single_byte`, otherwise UTF-8.
    pub fn push_texts(&mut self, values: &mut Dictionary, is_single_byte: bool) {
        let (kind, text, ends) = match values.decode(is_single_byte) {
            DictionaryText::Utf16(units, ends) => (0, address(units.as_ptr()), ends),
            DictionaryText::Ascii(bytes, ends) => (2, address(bytes.as_ptr()), ends),
        };
        let (ends, value_count) = (address(ends.as_ptr()), count(ends.len()));
        self.push([kind, address(values.codes().as_ptr()), text, ends, value_count]);
    }

    /// Adds a column of numbers.
    pub fn push_numbers(&mut self, values: &[f64]) {
        self.push([1, address(values.as_ptr()), 0, 0, 0]);
    }

    fn push(&mut self, column: [u32; COLUMN_NUMBERS]) {
        if let Some(columns) = self.0.get_mut(1) {
            *columns = columns.saturating_add(1);
        }
        self.0.extend(column);
    }

    /// The address of the numbers.
    pub fn address(&self) -> u32 {
        address(self.0.as_ptr())
    }
}

pub fn address<T>(pointer: *const T) -> u32 {
    count(pointer.addr())
}

/// A number of this 32-bit platform.
pub fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or_default()
}
