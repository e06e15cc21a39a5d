//! Deferred tasks: `downloads.php` (page "Дії з відкладеними завданнями").

mod file;
mod list;
mod search;

pub use file::File;
pub use list::{List, Task, TaskQuery};
pub use search::{Search, Verdict};
