//! The border of the CSV scanner.

use super::{float, op};
use crate::{
    csv::{CsvOptions, Scanner},
    error::{Error, ErrorCode, Result},
    input::{Fields, parse},
    json::Writer,
    text::fill,
};

/// A scanner; its options are checked.
pub fn scanner(options: &str) -> Result<Scanner> {
    parse(options, ErrorCode::InvalidParameter, "`csv`")
        .and_then(|values| CsvOptions::read(&Fields::new(&values, ErrorCode::InvalidParameter)))
        .map(Scanner::new)
        .map_err(|mut error| {
            error.parameter = error.parameter.take().map(|name| fill("csv.%", &[&name]));
            error
        })
}

/// Does one thing, as `core.ts` numbers them.
pub fn invoke(what: u32, scanner: &mut Scanner, bytes: &[u8], out: &mut String) -> Result<f64> {
    let address = |pointer: usize| float(u64::try_from(pointer).unwrap_or_default());
    Ok(match what {
        op::FEED => {
            scanner.feed(bytes);
            0.0
        }
        op::FINISH => {
            scanner.finish()?;
            0.0
        }
        op::COLUMNS => {
            if let Some(columns) = scanner.columns() {
                let mut json = Writer::default();
                json.open('[');
                for column in columns {
                    json.next();
                    json.text(column);
                }
                json.close(']');
                *out = json.finish();
            }
            0.0
        }
        op::TEXT_AT => address(scanner.text().as_ptr().addr()),
        op::ENDS_AT => address(scanner.ends().as_ptr().addr()),
        op::COUNTS_AT => address(scanner.counts().as_ptr().addr()),
        op::RECORDS => address(scanner.counts().len()),
        op::FIELD_COUNT => address(scanner.ends().len()),
        _ => return Err(Error::internal("there is no such call")),
    })
}
