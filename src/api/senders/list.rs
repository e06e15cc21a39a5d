//! The selection of sender names, as a list or as an iteration.

use serde::Deserialize;
use tsify::Tsify;

use super::{form, set_subaccount};
use crate::{
    api::{
        lenient::IdDigits,
        sender::Sender,
        values::{BoundedInt, CursorText, NonEmptyText, check_page_size},
    },
    client::{
        cursor::Cursor,
        error::{Error, ErrorCode, Result},
        item_key::ItemKey,
        iteration::IterationQuery,
        pagination::{Period, Position},
        rate_limits,
    },
    protocol::{
        day::Day,
        request::{Endpoint, Request},
        response,
    },
};

/// The maximum number of names of one request.
pub const MAX_PAGE_SIZE: u64 = 15_000;

/// The error number that means that no name was found.
const NOTHING_FOUND: i64 = 3;

/// Selects sender names, and what comes with them. All fields are optional.
#[derive(Clone, Debug, Default, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct SenderQuery {
    /// Every name, not only the activated ones; adds `status`.
    #[tsify(optional)]
    pub all: Option<bool>,
    /// Adds the status at each operator.
    #[tsify(optional)]
    pub operators: Option<bool>,
    /// Adds the documents that were sent.
    #[tsify(optional)]
    pub files: Option<bool>,
    /// Only names whose status at some operator changed since this day, the latest change first: `"2026-11-21"`,
    /// `"21.11.2026"` or a `Date`. The service cannot continue this order: at most 15000 names.
    #[tsify(optional, type = "string | Date")]
    pub changed_since: Option<Day>,
    /// Only names created before the one with this id. Or the `nextCursor` of an iteration's progress, which belongs to its query:
    /// the same `all`, `changedSince` and `subaccount`.
    #[tsify(optional, type = "string | number | bigint")]
    pub cursor: Option<CursorText>,
    /// For `list`: the number of names, 1 to 15000, default what the service gives. For `iterate`: of the whole iteration.
    #[tsify(optional, type = "number")]
    pub limit: Option<BoundedInt<1, { u64::MAX }>>,
    /// Login of the sub-client whose names are meant.
    #[tsify(optional, type = "string")]
    pub subaccount: Option<NonEmptyText>,
}

impl SenderQuery {
    /// A hash of everything that selects names.
    fn fingerprint(&self) -> u64 {
        let mut form = form("get");
        form.set_flag("all", self.all.filter(|all| *all));
        form.set_some("from_date", self.changed_since.map(Day::text));
        set_subaccount(&mut form, self.subaccount.as_ref());
        form.identity()
    }

    /// The query of an iteration.
    #[must_use]
    pub fn iteration(&self) -> IterationQuery {
        // Names created before the oldest of a page are not those changed before it: a second page would omit names.
        let continuation_error = self.changed_since.map(|_| {
            let message = format!(
                "{MAX_PAGE_SIZE} names or more changed since `changedSince`, and the service lists no more of them. Pass a later \
                 day, or a `limit` of at most {MAX_PAGE_SIZE}"
            );
            Error::new(ErrorCode::InvalidParameter, message).parameter("changedSince")
        });
        IterationQuery {
            fingerprint: self.fingerprint(),
            stream_count: 1,
            period: Period::default(),
            cursor: self.cursor.as_ref().map(|CursorText(cursor)| cursor.clone()),
            limit: self.limit.map(|BoundedInt(limit)| limit),
            page_size: MAX_PAGE_SIZE,
            continuation_error,
        }
    }

    /// The query of one page of an iteration.
    #[must_use]
    pub fn at(&self, position: Position) -> Self {
        Self { cursor: position.cursor.map(CursorText), limit: Some(BoundedInt(position.limit)), ..self.clone() }
    }

    /// The id that the cursor holds.
    fn prev_id(&self) -> Result<Option<String>> {
        let Some(CursorText(text)) = &self.cursor else { return Ok(None) };
        let Some(cursor) = Cursor::parse(text) else { return Ok(Some(text.clone())) };
        cursor.check(self.fingerprint(), 1)?;
        Ok(cursor.streams.into_iter().find_map(|stream| stream.resume_point?.id))
    }

    /// Adds what the query asks for and a response omits where it is empty.
    pub fn complete(&self, sender: &mut Sender) {
        if self.operators == Some(true) {
            sender.operators.get_or_insert_default();
        }
        if self.files == Some(true) {
            sender.files.get_or_insert_default();
        }
    }
}

impl Endpoint for SenderQuery {
    const METHOD: &'static str = "senders.list";
    type Output = Vec<Sender>;

    fn to_request(&self) -> Result<Request> {
        if let Some(BoundedInt(limit)) = self.limit {
            check_page_size(limit, MAX_PAGE_SIZE)?;
        }
        let mut form = form("get");
        form.set_flag("all", self.all);
        form.set_flag("operators", self.operators);
        form.set_flag("files", self.files);
        form.set_some("from_date", self.changed_since.map(Day::text));
        form.set_some("prev_id", self.prev_id()?);
        form.set_some("cnt", self.limit.map(|BoundedInt(limit)| limit.to_string()));
        set_subaccount(&mut form, self.subaccount.as_ref());
        Ok(Request::list(form, &rate_limits::SENDERS_LIST, NOTHING_FOUND))
    }

    fn decode(response: &str) -> Result<Vec<Sender>> {
        response::list(response)
    }
}

/// The ids of the names of a page.
#[must_use]
pub fn keys(senders: &[Sender]) -> Vec<ItemKey> {
    let id = |sender: &Sender| sender.id.as_ref().map(|IdDigits(digits)| digits.as_str().into());
    let key = |sender| ItemKey { id: id(sender).unwrap_or_default(), timestamp: None };
    senders.iter().map(key).collect()
}

/// The id that the next page of an iteration follows: that of the oldest name of this page.
#[must_use]
pub fn lowest_id(senders: &[Sender]) -> Option<u64> {
    senders.iter().filter_map(|sender| sender.id.as_ref()?.number()).min()
}
