//! Deferred tasks: `downloads.php` (page "Дії з відкладеними завданнями").

use crate::{
    call::{Call, Decode},
    error::Result,
    form::Form,
    input::Fields,
    limits,
    parameters::{self, which},
    record::Shape,
};

/// The fields of a task, in this package's order.
pub const TASK: &Shape = &Shape::flat("#id name #status ?created ?time ?file");

/// The list of tasks: `get_list=1`.
///
/// # Errors
/// `invalid_parameter`, naming the parameter and what it takes.
pub fn list(fields: &Fields) -> Result<Call> {
    let mut form = Form::new("downloads.php").with("get_list", "1");
    // The service documents no largest `cnt`; this one keeps a slip of the pen from asking for everything.
    parameters::write(fields, "limit>cnt:n1-1000000 afterId:i", &mut form)?;
    fields.finish()?;
    // No tasks is error 5: an empty list.
    Ok(Call::read(form, &limits::TASKS, Decode::List(TASK, 5)))
}

/// A task's file: `get_file=1`. Its body is no reply to decode but the file itself.
///
/// # Errors
/// `invalid_parameter`, naming the parameter and what it takes.
pub fn file(fields: &Fields) -> Result<Call> {
    let mut form = Form::new("downloads.php").with("get_file", "1");
    which(fields, "name", &mut form)?;
    fields.finish()?;
    Ok(Call::read(form, &limits::TASKS, Decode::File))
}

#[cfg(test)]
mod tests;
