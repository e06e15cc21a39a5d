//! The list of tasks: `get_list=1`.

use serde::Serialize;

use crate::{
    call::{Call, Endpoint},
    error::Result,
    form::Form,
    input::Fields,
    limits::{self, Rule},
    record::{Extra, Record, absent, parse_list},
};

/// The largest `limit`. The service documents none; this one keeps a slip of the pen from asking for everything.
const MOST: u64 = 1_000_000;

/// Which tasks to give. All fields are optional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[cfg_attr(target_arch = "wasm32", serde(rename_all = "camelCase"))]
pub struct TaskQuery {
    /// Only tasks with ids after this one.
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "string | number | bigint"))]
    pub after_id: Option<String>,
    /// How many tasks to give; default what the service gives.
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "number"))]
    pub limit: Option<u64>,
}

/// A deferred task: an export of many messages that the service makes in its own time. Tasks are made in the account's web
/// pages.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// Its id, given by the service.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number"))]
    pub id: Option<i64>,
    /// Its name.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub name: Option<String>,
    /// 0 waiting, 1 running, 2 done, 3 cancelled, 4 failed; also in `taskStatuses`.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number"))]
    pub status: Option<i64>,
    /// When it was made, as the service writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub created: Option<String>,
    /// When it starts, as the service writes it; absent where that is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub time: Option<String>,
    /// The name of its file; absent where there is none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub file: Option<String>,
    /// What else the reply held, under the service's own keys; absent when there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "Record<string, unknown>"))]
    pub extra: Option<Extra>,
}

impl Task {
    /// Reads a task of the JSON format.
    #[must_use]
    pub fn read(mut record: Record) -> Self {
        Self {
            id: record.whole("id"),
            name: record.text("name"),
            status: record.whole("status"),
            created: record.filled_text("created"),
            time: record.filled_text("time"),
            file: record.filled_text("file"),
            extra: record.rest(),
        }
    }
}

/// One request for tasks.
#[derive(Debug)]
pub struct List(TaskQuery);

impl List {
    /// Reads and checks a query.
    ///
    /// # Errors
    /// `invalid_parameter`, naming the parameter and what it takes.
    pub fn read(mut fields: Fields) -> Result<Self> {
        let query = TaskQuery { after_id: fields.take("afterId").id()?, limit: fields.take("limit").whole(1..=MOST)? };
        fields.finish()?;
        Ok(Self(query))
    }
}

impl Call for List {
    type Output = Vec<Task>;

    fn endpoint(&self) -> Endpoint {
        Endpoint::Tasks
    }

    fn form(&self) -> Form {
        Form::new("downloads.php")
            .with("get_list", "1")
            .with_some("cnt", self.0.limit)
            .with_some("after_id", self.0.after_id.as_ref())
    }

    fn limits(&self) -> &'static [Rule] {
        limits::TASKS
    }

    /// No tasks is error 5: an empty list.
    fn output_of_error(&self, n: i64) -> Option<Vec<Task>> {
        (n == 5).then(Vec::new)
    }

    fn decode(&self, reply: &str) -> Result<Vec<Task>> {
        Ok(parse_list(reply)?.into_iter().map(Task::read).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{credentials::Credentials, error::ErrorCode};

    fn list(json: &str) -> Result<List> {
        List::read(Fields::parse(json, ErrorCode::InvalidParameter, "it")?)
    }

    #[test]
    fn every_parameter_as_the_service_takes_it() {
        let body = |json: &str| Call::form(&list(json).unwrap()).encode(&Credentials::none()).to_string();
        assert_eq!(body("{}"), "get_list=1&fmt=3&charset=utf-8");
        assert_eq!(body(r#"{"afterId":"7","limit":5}"#), "get_list=1&cnt=5&after_id=7&fmt=3&charset=utf-8");
        assert!(list(r#"{"limit":0}"#).is_err());
        assert!(list(r#"{"afterId":-1}"#).is_err());
    }

    #[test]
    fn the_documented_reply_and_an_empty_list() {
        let read = |reply: &str| list("{}").unwrap().read(reply).unwrap();
        assert_eq!(
            read(
                "[{ \"id\": 12,\n\"name\": \"a, b\",\n\"status\": \"2\",\n\"created\": \"21.11.2026 10:00\",\n\"time\": \"\",\n\"file\": \"a.csv\"\n}]"
            ),
            r#"[{"id":12,"name":"a, b","status":2,"created":"21.11.2026 10:00","file":"a.csv"}]"#
        );
        assert_eq!(read("ERROR = 5 (not found)"), "[]");
        assert_eq!(read("[]"), "[]");
    }
}
