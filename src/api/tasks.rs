//! Deferred tasks: `downloads.php` (page "Дії з відкладеними завданнями").

use serde::{Deserialize, Serialize};
use tsify::Tsify;

use crate::{
    api::{
        lenient::{Extra, IdDigits, Integer, NonEmpty, Record, Text, is_absent},
        reference::set_reference,
        values::{BoundedInt, Id, NonEmptyText},
    },
    client::{
        error::{Error, Result},
        rate_limits,
    },
    protocol::{
        form::Form,
        request::{Endpoint, Request},
        response,
    },
};

/// The error number that means that no task was found.
const NOTHING_FOUND: i64 = 5;

/// The service documents no maximum; this one keeps a typo from asking for everything.
pub const MAX_LIST_LENGTH: u64 = 1_000_000;

/// Selects tasks. All fields are optional.
#[derive(Clone, Debug, Default, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct TaskQuery {
    /// The number of tasks; default what the service gives.
    #[tsify(optional, type = "number")]
    pub limit: Option<BoundedInt<1, MAX_LIST_LENGTH>>,
    /// Only tasks with ids after this one.
    #[tsify(optional, type = "string | number | bigint")]
    pub after_id: Option<Id>,
}

/// A deferred task: an export of many messages that the service makes in its own time. Tasks are made in the account's web
/// pages.
#[derive(Debug, Serialize, Tsify)]
pub struct Task {
    /// Its id, given by the service: an integer. From 2^53 on, which a number would round, its digits as text.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "number")]
    pub id: Option<IdDigits>,
    /// Its name.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "string")]
    pub name: Option<Text>,
    /// 0 waiting, 1 running, 2 done, 3 cancelled, 4 failed; also in `taskStatuses`.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "TaskStatus")]
    pub status: Option<Integer>,
    /// When it was made, as the service writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional, type = "string")]
    pub created: Option<NonEmpty>,
    /// When it starts, as the service writes it; absent if that is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional, type = "string")]
    pub time: Option<NonEmpty>,
    /// The name of its file; absent before it exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional, type = "string")]
    pub file: Option<NonEmpty>,
    /// Other fields of the response, under the service's own keys; absent if there are none.
    #[serde(skip_serializing_if = "Extra::is_empty")]
    #[tsify(optional, type = "Record<string, unknown>")]
    pub extra: Extra,
}

impl From<Record> for Task {
    fn from(mut record: Record) -> Self {
        Self {
            id: record.take("id"),
            name: record.take("name"),
            status: record.take_number("status"),
            created: record.take("created"),
            time: record.take("time"),
            file: record.take("file"),
            extra: record.rest(),
        }
    }
}

impl Endpoint for TaskQuery {
    const METHOD: &'static str = "tasks.list";
    type Output = Vec<Task>;

    fn to_request(&self) -> Result<Request> {
        let mut form = Form::new("downloads.php").with("get_list", "1");
        form.set_some("cnt", self.limit.map(|BoundedInt(limit)| limit.to_string()));
        form.set_some("after_id", self.after_id.as_ref().map(|Id(id)| id.as_str()));
        Ok(Request::list(form, &rate_limits::TASKS, NOTHING_FOUND))
    }

    fn decode(response: &str) -> Result<Vec<Task>> {
        response::list(response)
    }
}

/// The file of a task: by the task's id, or by the file's name.
#[derive(Clone, Debug, Deserialize)]
pub struct TaskRef {
    /// The id of the task.
    pub id: Option<Id>,
    /// The name of the file.
    pub name: Option<NonEmptyText>,
}

impl Endpoint for TaskRef {
    const METHOD: &'static str = "tasks.download";
    type Output = ();

    fn to_request(&self) -> Result<Request> {
        let mut form = Form::new("downloads.php").with("get_file", "1");
        let name = self.name.as_ref().map(|NonEmptyText(name)| name.as_str());
        set_reference(&mut form, self.id.as_ref(), name, "name")?;
        Ok(Request::file(form, &rate_limits::TASKS))
    }

    fn decode(_: &str) -> Result<()> {
        Err(Error::internal("a file is not decoded"))
    }
}

#[cfg(test)]
mod tests;
