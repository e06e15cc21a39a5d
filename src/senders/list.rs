//! The list of sender names: `get=1`.

use super::{MOST, Sender, form, subaccount};
use crate::{
    call::{Call, Endpoint},
    day::Day,
    error::Result,
    form::Form,
    input::Fields,
    limits::{self, Rule},
    record::parse_list,
};

/// Which sender names to give, and with what. All fields are optional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[cfg_attr(target_arch = "wasm32", serde(rename_all = "camelCase"))]
pub struct SenderQuery {
    /// Every name, not only the activated ones; adds `status`.
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "boolean"))]
    pub all: bool,
    /// Adds the status at each operator.
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "boolean"))]
    pub operators: bool,
    /// Adds the documents that were sent.
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "boolean"))]
    pub files: bool,
    /// Only names whose status at some operator changed since this day, the latest change first: `"2026-11-21"`,
    /// `"21.11.2026"` or a `Date`.
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "string | Date"))]
    pub changed_since: Option<Day>,
    /// Only names created before the one with this id.
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "string | number | bigint"))]
    pub cursor: Option<String>,
    /// For `list`: how many names to give, 1 to 15000, default what the service gives. For `iterate`: of the whole walk.
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "number"))]
    pub limit: Option<u64>,
    /// Login of the sub-client whose names are meant.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub subaccount: Option<String>,
}

impl SenderQuery {
    /// Reads and checks a query; `most` is the largest `limit`.
    ///
    /// # Errors
    /// `invalid_parameter`, naming the parameter and what it takes.
    pub fn read(mut fields: Fields, most: u64) -> Result<Self> {
        let query = Self {
            all: fields.take("all").flag()?.unwrap_or(false),
            operators: fields.take("operators").flag()?.unwrap_or(false),
            files: fields.take("files").flag()?.unwrap_or(false),
            changed_since: fields.take("changedSince").day()?,
            cursor: fields.take("cursor").id()?,
            limit: fields.take("limit").whole(1..=most)?,
            subaccount: subaccount(&mut fields)?,
        };
        fields.finish()?;
        Ok(query)
    }
}

/// One request for names.
#[derive(Debug)]
pub struct List(pub SenderQuery);

impl List {
    /// Reads and checks a query of one request.
    ///
    /// # Errors
    /// `invalid_parameter`, naming the parameter and what it takes.
    pub fn read(fields: Fields) -> Result<Self> {
        SenderQuery::read(fields, MOST).map(Self)
    }
}

impl Call for List {
    type Output = Vec<Sender>;

    fn endpoint(&self) -> Endpoint {
        Endpoint::Senders
    }

    fn form(&self) -> Form {
        let query = &self.0;
        form("get", query.subaccount.as_ref())
            .with_flag("all", query.all)
            .with_flag("operators", query.operators)
            .with_flag("files", query.files)
            .with_some("from_date", query.changed_since)
            .with_some("prev_id", query.cursor.as_ref())
            .with_some("cnt", query.limit)
    }

    fn limits(&self) -> &'static [Rule] {
        limits::SENDERS_LIST
    }

    /// No names is error 3: an empty list.
    fn output_of_error(&self, n: i64) -> Option<Vec<Sender>> {
        (n == 3).then(Vec::new)
    }

    fn decode(&self, reply: &str) -> Result<Vec<Sender>> {
        Ok(parse_list(reply)?.into_iter().map(Sender::read).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{credentials::Credentials, error::ErrorCode};

    fn list(json: &str) -> Result<List> {
        List::read(Fields::parse(json, ErrorCode::InvalidParameter, "the query")?)
    }

    #[test]
    fn every_parameter_as_the_service_takes_it() {
        let body = |json: &str| Call::form(&list(json).unwrap()).encode(&Credentials::none()).to_string();
        assert_eq!(body("{}"), "get=1&fmt=3&charset=utf-8");
        assert_eq!(
            body(
                r#"{"all":true,"operators":true,"files":true,"changedSince":"2026-11-01","cursor":77,"limit":15000,"subaccount":"sub"}"#
            ),
            "get=1&user=sub&all=1&operators=1&files=1&from_date=01.11.2026&prev_id=77&cnt=15000&fmt=3&charset=utf-8"
        );
        for (json, parameter) in [
            (r#"{"limit":15001}"#, "limit"),
            (r#"{"all":1}"#, "all"),
            (r#"{"changedSince":"31.02.2026"}"#, "changedSince"),
            (r#"{"cursor":"x"}"#, "cursor"),
            (r#"{"subaccount":" "}"#, "subaccount"),
            (r#"{"offset":1}"#, "offset"),
        ] {
            assert_eq!(list(json).unwrap_err().details().parameter.as_deref(), Some(parameter));
        }
    }

    #[test]
    fn the_documented_replies() {
        let read = |reply: &str| list("{}").unwrap().read(reply).unwrap();
        assert_eq!(read("[{\n\"sender\": \"SMSC.RU\",\n\"id\": 1\n}]"), r#"[{"name":"SMSC.RU","id":1}]"#);
        assert_eq!(
            read("[{\n\"sender\": \"my name\",\n\"id\": 1,\n\"status\": 0\n}]"),
            r#"[{"name":"my name","id":1,"status":0}]"#
        );
        assert_eq!(
            read(r#"[{"sender":"A","mega_step":"2","tele2":"255","by_int":"9","mts_subst":"B","id":"15"}]"#),
            r#"[{"name":"A","id":15,"operators":{"megaStep":2,"tele2":255,"byInt":9},"extra":{"mts_subst":"B"}}]"#
        );
        assert_eq!(
            read(
                r#"[{"sender":"A","id":1,"files":[{"file":"a.pdf","fid":7,"fstatus":1,"fcomment":"нечётко"},{"file":"b.pdf","fid":"8","fstatus":"2","fcomment":""}]}]"#
            ),
            r#"[{"name":"A","id":1,"files":[{"name":"a.pdf","id":7,"status":1,"comment":"нечётко"},{"name":"b.pdf","id":8,"status":2}]}]"#
        );
        assert_eq!(read("{\"error\": \"not found\", \"error_code\": 3}"), "[]");
    }
}
