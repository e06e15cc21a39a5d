//! One sender name of the list.

use serde::{Serialize, Serializer};

use super::operators::OperatorKey;
use crate::record::{Extra, Record, absent};

/// A sender name of the account.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Sender {
    /// The name itself, as recipients see it.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub name: Option<String>,
    /// Its id, given by the service.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number"))]
    pub id: Option<i64>,
    /// Its status with the service; the meaning is in `senderStatuses`. Only with `all: true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "number"))]
    pub status: Option<i64>,
    /// Its status at each operator; the meanings are in `operatorStatuses`. Only with `operators: true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "Partial<Record<OperatorKey, number>>"))]
    pub operators: Option<OperatorStatuses>,
    /// The documents that were sent for it. Only with `files: true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub files: Option<Vec<SenderFile>>,
    /// What else the reply held, under the service's own keys, such as a name's substitute at some operator; absent when
    /// there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "Record<string, unknown>"))]
    pub extra: Option<Extra>,
}

/// The status at each operator, written as one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorStatuses(pub Vec<(OperatorKey, i64)>);

impl Serialize for OperatorStatuses {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, status)| (key, status)))
    }
}

/// A document that was sent for a sender name.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct SenderFile {
    /// The file's name.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub name: Option<String>,
    /// Its id, given by the service.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number"))]
    pub id: Option<i64>,
    /// 0 being checked, 1 rejected, 2 admitted.
    #[serde(skip_serializing_if = "absent")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number"))]
    pub status: Option<i64>,
    /// The moderator's comment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub comment: Option<String>,
    /// What else the reply held, under the service's own keys; absent when there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional, type = "Record<string, unknown>"))]
    pub extra: Option<Extra>,
}

impl Sender {
    /// Reads a name of the JSON format.
    #[must_use]
    pub fn read(mut record: Record) -> Self {
        let operators: Vec<_> =
            OperatorKey::ALL.iter().filter_map(|(key, wire)| Some((*key, record.whole(wire)?))).collect();
        Self {
            name: record.text("sender"),
            id: record.whole("id"),
            status: record.whole("status"),
            operators: (!operators.is_empty()).then_some(OperatorStatuses(operators)),
            files: record.list("files").map(|files| files.into_iter().map(SenderFile::read).collect()),
            extra: record.rest(),
        }
    }
}

impl SenderFile {
    fn read(mut record: Record) -> Self {
        Self {
            name: record.text("file"),
            id: record.whole("fid"),
            status: record.whole("fstatus"),
            comment: record.filled_text("fcomment"),
            extra: record.rest(),
        }
    }
}
