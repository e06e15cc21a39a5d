//! The history of sent messages: `get.php` with `get_messages=1` (page "Получение истории отправленных сообщений").

use smsc_scan::Page;

use crate::{
    call::{Call, Decode},
    day::Day,
    error::{Error, Result},
    form::Form,
    input::Fields,
    limits,
    parameters::{self, Parameters},
    record::{self, Shape},
    text::fill,
};

/// The most messages of one request.
pub const MOST: u64 = 1000;

/// The longest period that the service takes in one request is half a year. No half year is longer than this.
const LONGEST_HALF_YEAR_DAYS: i32 = 184;

const QUERY: Parameters = "start:d end:d phones>phone:P emails>email:E channel>format:|sms=0|email=8";

/// The fields of a message, in this package's order.
pub const MESSAGE: &Shape = &Shape::flat(
    "#status status_name last_date #last_timestamp send_date #send_timestamp phone cost sender_id message mccmnc country \
     operator region #type #id int_id #sms_cnt #format #crc #err #flag",
);

/// The form of a query, checked. Of a walk, `cnt` is the limit of it all.
///
/// # Errors
/// `invalid_parameter`, naming the parameter and what it takes.
pub fn query(fields: &Fields, walk: bool) -> Result<Form> {
    let mut form = Form::new("get.php").with("get_messages", "1");
    parameters::write(fields, QUERY, &mut form)?;
    let place = if walk { "cursor>prev_id:c limit>cnt:n1-" } else { "cursor>prev_id:i limit>cnt:n1-1000" };
    parameters::write(fields, place, &mut form)?;
    let invalid = |name: &str, message: &str| Err(Error::new(fields.code(), message, &[]).parameter(name));
    let day = |name: &str| form.get(name).and_then(Day::parse);
    if let (Some(start), Some(end)) = (day("start"), day("end")) {
        if start > end {
            return invalid("start", &fill("`start` (%) is after `end` (%)", &[&start.text(), &end.text()]));
        }
        if !walk && end >= start.plus_days(LONGEST_HALF_YEAR_DAYS) {
            return invalid(
                "start",
                "from `start` to `end` is longer than the half year of one request; `history.iterate` and \
                 `history.pages` split it",
            );
        }
    }
    let (emails, channel) = (form.get("email").is_some(), form.get("format"));
    if form.get("phone").is_some() && (emails || channel == Some("8")) {
        return invalid("phones", "`phones` is for SMS: it takes neither `emails` nor `channel: \"email\"` beside it");
    }
    if emails && channel == Some("0") {
        return invalid("channel", "`channel` takes \"email\" where `emails` is given");
    }
    if emails && channel.is_none() {
        form.set("format", "8");
    }
    fields.finish()?;
    Ok(form)
}

/// One request for a page.
///
/// # Errors
/// `invalid_parameter`, naming the parameter and what it takes.
pub fn list(fields: &Fields) -> Result<Call> {
    let mut form = query(fields, false)?;
    if form.get("cnt").is_none() {
        // What the service gives without it is not documented.
        form.set("cnt", "1000");
    }
    // Nothing found is error 3.
    Ok(Call::read(form, &limits::HISTORY, Decode::List(MESSAGE, 3)))
}

/// Reads the page that was put there, as it nearly always is. Says whether it is such a one:
/// then the call's own way of decoding would give the same messages.
pub fn read(page: &mut Page) -> bool {
    page.read(&record::columns(MESSAGE))
}

/// What pages are read into, one after the other, and where JavaScript finds what was read.
#[derive(Debug, Default)]
pub struct Pages {
    page: Page,
    found: [usize; 3],
}

/// So much room is not kept for the next page, in bytes.
const LARGEST_KEPT: usize = 1 << 21;

impl Pages {
    /// Where a page of so many bytes is to be put.
    pub fn room(&mut self, length: usize) -> &mut [u8] {
        if self.page.kept() > LARGEST_KEPT {
            self.page = Page::default();
        }
        self.page.room(length)
    }

    /// The page has only so many of those bytes.
    pub fn shorten(&mut self, length: usize) {
        self.page.shorten(length);
    }

    /// Reads the page that was put there, if this can. Gives how many cells it has, and the places of its text and of them.
    pub fn read(&mut self) -> Option<&[usize; 3]> {
        let page = &mut self.page;
        read(page).then(|| {
            self.found = [page.cells().len(), page.text().as_ptr().addr(), page.cells().as_ptr().addr()];
            &self.found
        })
    }
}

#[cfg(test)]
mod tests;
