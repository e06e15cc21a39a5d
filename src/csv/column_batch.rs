//! Columns of a file: batches of rows, with the values of each selected column.

use smsc_scan::{Dictionary, LocatedRecords, Scratch};

use crate::client::error::{Error, ErrorCode};

/// A batch with this many values, rows times columns, is full. A piece of a file has fewer, unless nearly all of them are missing.
const MAX_VALUES: usize = 1 << 22;

/// The rows of a batch so far, by columns.
#[derive(Debug)]
pub struct ColumnBatch {
    /// The names of the selected columns, in their order.
    select: Option<Vec<String>>,
    columns: Vec<Column>,
    /// Whether the columns are known: the header, or the end of the file, was seen.
    is_resolved: bool,
    /// Whether the file has no header and all columns are selected: their number can grow.
    can_grow: bool,
    length: usize,
    /// Whether the values of the batch are windows-1251, otherwise UTF-8.
    is_single_byte: bool,
    scratch: Scratch,
}

#[derive(Debug)]
struct Column {
    index: usize,
    name: String,
    values: Dictionary,
}

impl Column {
    fn new(index: usize, name: String) -> Self {
        Self { index, name, values: Dictionary::default() }
    }
}

impl ColumnBatch {
    /// An empty batch of those columns, or of all.
    #[must_use]
    pub fn new(select: Option<Vec<String>>) -> Self {
        Self {
            select,
            columns: Vec::new(),
            is_resolved: false,
            can_grow: false,
            length: 0,
            is_single_byte: false,
            scratch: Scratch::default(),
        }
    }

    /// Finds the selected columns among those of the header; without a header they are numbers, from 0 on.
    ///
    /// # Errors
    /// `invalid_parameter`, if a selected column does not exist.
    pub fn resolve(&mut self, header: Option<&[String]>) -> Result<(), Error> {
        if core::mem::replace(&mut self.is_resolved, true) {
            return Ok(());
        }
        let find = |name: &String| {
            let index = match header {
                Some(header) => header.iter().position(|column| column == name),
                None => name.parse().ok().filter(|index: &usize| index.to_string() == *name),
            };
            index.map(|index| Column::new(index, name.clone())).ok_or_else(|| unknown_column(name, header))
        };
        self.columns = match (&self.select, header) {
            (Some(select), _) => select.iter().map(find).collect::<Result<_, _>>()?,
            (None, Some(header)) => {
                header.iter().enumerate().map(|(index, name)| Column::new(index, name.clone())).collect()
            }
            (None, None) => Vec::new(),
        };
        self.can_grow = self.select.is_none() && header.is_none();
        Ok(())
    }

    /// Adds the records after the first `skipped`. `can_charset_change`: later records can have another charset than the last of these.
    ///
    /// # Errors
    /// `bad_response`, if nearly all values are missing: the columns would take many times the memory of the file.
    pub fn push(
        &mut self,
        records: &LocatedRecords<'_>,
        skipped: usize,
        can_charset_change: bool,
    ) -> Result<(), Error> {
        if self.length == 0 {
            self.is_single_byte = !can_charset_change && records.is_single_byte();
        }
        let counts = records.counts.get(skipped..).unwrap_or_default();
        let longest = counts.iter().copied().max().unwrap_or_default() as usize;
        let width = if self.can_grow { self.columns.len().max(longest) } else { self.columns.len() };
        if self.length.saturating_add(counts.len()).saturating_mul(width) > MAX_VALUES.saturating_mul(2) {
            let message =
                format!("the rows have far fewer values than the {width} columns. Pass `select`, or read rows");
            return Err(Error::new(ErrorCode::BadResponse, message));
        }
        if self.can_grow {
            self.grow(longest);
        }
        for Column { index, values, .. } in &mut self.columns {
            records.push_column(*index, skipped, !self.is_single_byte, values, &mut self.scratch);
        }
        self.length = self.length.saturating_add(counts.len());
        Ok(())
    }

    /// Whether the batch has as many values as one may have.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.length.saturating_mul(self.columns.len()) >= MAX_VALUES
    }

    /// Adds columns up to that number. The rows so far have empty texts in them.
    fn grow(&mut self, count: usize) {
        for index in self.columns.len()..count {
            let mut column = Column::new(index, index.to_string());
            for _ in 0..self.length {
                column.values.push(b"");
            }
            self.columns.push(column);
        }
    }

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The names of the columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// The values of each column, and whether they are windows-1251. They are not decoded yet.
    pub fn columns(&mut self) -> impl Iterator<Item = (&mut Dictionary, bool)> {
        self.columns.iter_mut().map(|column| (&mut column.values, self.is_single_byte))
    }

    /// Removes all rows.
    pub fn clear(&mut self) {
        self.length = 0;
        for column in &mut self.columns {
            column.values.clear();
        }
    }
}

fn unknown_column(name: &str, header: Option<&[String]>) -> Error {
    let message = match header {
        Some(header) => {
            format!("`select` names the column \"{name}\", and the file has the columns \"{}\"", header.join("\", \""))
        }
        None => format!(
            "`select` names the column \"{name}\", and the file has no header: its columns are \"0\", \"1\" and so on"
        ),
    };
    Error::new(ErrorCode::InvalidParameter, message).parameter("select")
}
