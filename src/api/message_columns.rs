//! Columns of messages: the values of each selected field.

use smsc_scan::Dictionary;

use crate::{
    api::{
        message::{COLUMNS, camel_case},
        message_page::{FieldValue, MessagePage},
        unknown_name::unknown_field,
    },
    client::error::{Error, ErrorCode},
};

/// The messages of a batch, by columns.
#[derive(Debug)]
pub struct MessageColumns {
    columns: Vec<Column>,
    length: usize,
    text: Vec<u8>,
    scratch: Vec<u8>,
}

/// The values of a field. A message without it has an empty text, or NaN.
#[derive(Debug)]
struct Column {
    field: usize,
    is_integer: bool,
    /// Whether a value that a number would round makes the column texts: the id, which has to stay exact.
    can_be_text: bool,
    /// The numbers of a column of integers that are all exact as numbers of JavaScript.
    numbers: Vec<f64>,
    /// Whether the values are texts: of a text field, or of integers one of which is too large.
    is_text: bool,
    texts: Dictionary,
}

/// The values of a column.
#[derive(Debug)]
pub enum ColumnValues<'a> {
    /// Texts in UTF-8.
    Texts(&'a mut Dictionary),
    /// Integers, or NaN.
    Numbers(&'a [f64]),
}

impl MessageColumns {
    /// The columns with these names, or all.
    ///
    /// # Errors
    /// `invalid_parameter`, naming `select`, if a message has no such field.
    pub fn new(select: Option<&[String]>) -> Result<Self, Error> {
        let fields: Vec<usize> = match select {
            Some(names) => names.iter().map(|name| field_of(name)).collect::<Result<_, _>>()?,
            None => (0..COLUMNS.len()).collect(),
        };
        let column = |field: usize| {
            let is_integer = COLUMNS.get(field).is_some_and(|column| column.is_integer);
            let can_be_text = COLUMNS.get(field).is_some_and(|column| column.key == "id");
            Column {
                field,
                is_integer,
                can_be_text,
                numbers: Vec::new(),
                is_text: !is_integer,
                texts: Dictionary::default(),
            }
        };
        let columns = fields.into_iter().map(column).collect();
        Ok(Self { columns, length: 0, text: Vec::new(), scratch: Vec::new() })
    }

    /// Adds a message of a page.
    pub fn push(&mut self, page: &MessagePage, message: usize) {
        self.length = self.length.saturating_add(1);
        for column in &mut self.columns {
            let value = page.value(message, column.field);
            if !column.is_text {
                match value {
                    Some(FieldValue::Integer(number)) => column.numbers.push(number),
                    Some(_) if column.can_be_text => column.become_text(),
                    _ => column.numbers.push(f64::NAN),
                }
            }
            if column.is_text {
                self.text.clear();
                if let Some(value) = value {
                    value.push_text(&mut self.text, &mut self.scratch);
                }
                column.texts.push(&self.text);
            }
        }
    }

    /// The number of messages.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there are no messages.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The names of the columns.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.columns.iter().filter_map(|column| COLUMNS.get(column.field)).map(|column| camel_case(column.key))
    }

    /// The values of each column.
    pub fn columns(&mut self) -> impl Iterator<Item = ColumnValues<'_>> {
        self.columns.iter_mut().map(|column| {
            if column.is_text { ColumnValues::Texts(&mut column.texts) } else { ColumnValues::Numbers(&column.numbers) }
        })
    }

    /// Removes all messages.
    pub fn clear(&mut self) {
        self.length = 0;
        for column in &mut self.columns {
            column.is_text = !column.is_integer;
            column.numbers.clear();
            column.texts.clear();
        }
    }
}

impl Column {
    /// Turns the numbers so far into texts.
    fn become_text(&mut self) {
        self.is_text = true;
        let mut text = Vec::new();
        for number in self.numbers.drain(..) {
            text.clear();
            if !number.is_nan() {
                FieldValue::Integer(number).push_text(&mut text, &mut Vec::new());
            }
            self.texts.push(&text);
        }
    }
}

/// The index of the field with this name.
fn field_of(name: &str) -> Result<usize, Error> {
    COLUMNS.iter().position(|column| camel_case(column.key) == name).ok_or_else(|| {
        let names: Vec<String> = COLUMNS.iter().map(|column| camel_case(column.key)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Error::new(ErrorCode::InvalidParameter, unknown_field(name, &names)).parameter("select")
    })
}
