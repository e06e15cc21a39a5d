//! The search for one sender name, with as few requests as it takes: the service can only list names.

use std::ops::ControlFlow;

use crate::{
    api::{
        lenient::Text,
        sender::Sender,
        senders::{MAX_PAGE_SIZE, SenderQuery, SenderRef, lowest_id},
        values::{BoundedInt, CursorText, Id, SenderName},
    },
    client::error::{Error, ErrorCode, Result},
};

/// The length of the first page of a search by id. The list begins just above that id, so that its first name decides, if the
/// service lists the newest name first.
const FIRST_LENGTH: u64 = 10;

/// A search in progress.
#[derive(Debug)]
pub struct SenderSearch {
    wanted: Wanted,
    /// Lists names of any status, with their operators and files.
    query: SenderQuery,
    length: u64,
    /// Only names with lower ids.
    before: Option<u64>,
    /// The first name that differs in case only.
    similar: Option<Sender>,
}

#[derive(Debug)]
enum Wanted {
    Id(u64),
    Name(String),
}

impl SenderSearch {
    /// A search by the id or by the name.
    ///
    /// # Errors
    /// `invalid_parameter`, unless exactly one of them is given, and the id is one that the service can give.
    pub fn new(sender: SenderRef) -> Result<Self> {
        sender.check()?;
        let (wanted, length, before) = match (sender.id, sender.name) {
            (Some(Id(digits)), _) => {
                let wrong = |_| {
                    let message = "`id` takes a sender name's id: a number of at most 64 bits";
                    Error::new(ErrorCode::InvalidParameter, message).parameter("id")
                };
                let id: u64 = digits.parse().map_err(wrong)?;
                (Wanted::Id(id), FIRST_LENGTH, id.checked_add(1))
            }
            (None, name) => {
                let name = name.map(|SenderName(name)| name).unwrap_or_default();
                (Wanted::Name(name), MAX_PAGE_SIZE, None)
            }
        };
        let query = SenderQuery {
            all: Some(true),
            operators: Some(true),
            files: Some(true),
            subaccount: sender.subaccount,
            ..SenderQuery::default()
        };
        Ok(Self { wanted, query, length, before, similar: None })
    }

    /// The next request.
    #[must_use]
    pub fn query(&self) -> SenderQuery {
        SenderQuery {
            cursor: self.before.map(|id| CursorText(id.to_string())),
            limit: Some(BoundedInt(self.length)),
            ..self.query.clone()
        }
    }

    /// Takes the response. Breaks with the sender name, or with `None` if the account does not have it.
    ///
    /// # Errors
    /// `bad_response`, if the pages would repeat for ever.
    pub fn accept(&mut self, senders: Vec<Sender>) -> Result<ControlFlow<Option<Sender>>> {
        let is_full = u64::try_from(senders.len()).is_ok_and(|length| length >= self.length);
        let is_beyond = self.is_beyond(&senders);
        let lowest = lowest_id(&senders);
        for sender in senders {
            if self.is_wanted(&sender) {
                return Ok(ControlFlow::Break(Some(self.completed(sender))));
            }
            if self.similar.is_none() && self.is_similar(&sender) {
                self.similar = Some(sender);
            }
        }
        if !is_full || is_beyond {
            let similar = self.similar.take();
            return Ok(ControlFlow::Break(similar.map(|sender| self.completed(sender))));
        }
        if self.length < MAX_PAGE_SIZE {
            self.length = MAX_PAGE_SIZE;
            return Ok(ControlFlow::Continue(()));
        }
        if lowest.is_none() || self.before.is_some_and(|before| lowest >= Some(before)) {
            let message = "the service's pages of sender names go in a circle";
            return Err(Error::new(ErrorCode::BadResponse, message));
        }
        self.before = lowest;
        Ok(ControlFlow::Continue(()))
    }

    /// Whether the list is past the wanted id: it begins with a lower one, newest first.
    fn is_beyond(&self, senders: &[Sender]) -> bool {
        let Wanted::Id(wanted) = self.wanted else { return false };
        let ids = || senders.iter().map(|sender| number_of(sender).unwrap_or(u64::MAX));
        ids().next().is_some_and(|first| first < wanted) && ids().is_sorted_by(|one, other| one > other)
    }

    fn is_wanted(&self, sender: &Sender) -> bool {
        match &self.wanted {
            Wanted::Id(id) => number_of(sender) == Some(*id),
            Wanted::Name(name) => sender.name.as_ref().is_some_and(|Text(text)| text == name),
        }
    }

    fn is_similar(&self, sender: &Sender) -> bool {
        match (&self.wanted, &sender.name) {
            (Wanted::Name(name), Some(Text(text))) => text.eq_ignore_ascii_case(name),
            _ => false,
        }
    }

    fn completed(&self, mut sender: Sender) -> Sender {
        self.query.complete(&mut sender);
        sender
    }
}

fn number_of(sender: &Sender) -> Option<u64> {
    sender.id.as_ref()?.number()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{api::input::tests::read_json, api::lenient::Record, api::values::NonEmptyText, protocol::json::Value};

    fn sender((id, name): (u64, &str)) -> Sender {
        let fields = vec![("id".into(), Value::Number(id.to_string())), ("sender".into(), Value::Text(name.into()))];
        Sender::from(Record::new(fields))
    }

    fn search(json: &str) -> SenderSearch {
        SenderSearch::new(read_json(json).unwrap()).unwrap()
    }

    /// Searches a list as the service gives it: the names before an id, in that order. Returns the id that was found, and the
    /// number of requests.
    fn run(json: &str, all: &[(u64, &str)]) -> (Option<u64>, u32) {
        let mut search = search(json);
        let mut requests = 0;
        loop {
            let query = search.query();
            let before = query.cursor.map_or(u64::MAX, |CursorText(id)| id.parse().unwrap());
            let length = query.limit.map_or(0, |BoundedInt(limit)| usize::try_from(limit).unwrap());
            let page = all.iter().filter(|(id, _)| *id < before).take(length).copied().map(sender).collect();
            requests += 1;
            if let ControlFlow::Break(found) = search.accept(page).unwrap() {
                return (found.as_ref().and_then(number_of), requests);
            }
        }
    }

    #[test]
    fn asks_for_every_status_with_operators_and_files() {
        let query = search(r#"{"name":"SHOP","subaccount":"sub"}"#).query();
        assert_eq!((query.all, query.operators, query.files), (Some(true), Some(true), Some(true)));
        assert_eq!((query.limit, query.cursor), (Some(BoundedInt(MAX_PAGE_SIZE)), None));
        assert_eq!(query.subaccount, Some(NonEmptyText("sub".into())));
        let query = search(r#"{"id":7}"#).query();
        assert_eq!((query.limit, query.cursor), (Some(BoundedInt(FIRST_LENGTH)), Some(CursorText("8".into()))));
        assert_eq!(search(r#"{"id":"18446744073709551615"}"#).query().cursor, None);
    }

    #[test]
    fn takes_an_id_or_a_name() {
        for (json, parameter) in
            [("{}", "id"), (r#"{"id":1,"name":"A"}"#, "name"), (r#"{"id":"18446744073709551616"}"#, "id")]
        {
            let error = SenderSearch::new(read_json(json).unwrap()).unwrap_err();
            assert_eq!(
                (error.code, error.parameter.as_deref()),
                (ErrorCode::InvalidParameter, Some(parameter)),
                "{json}"
            );
        }
    }

    #[test]
    fn prefers_the_exact_name_to_one_of_another_case() {
        let all = [(4, "Shop"), (3, "shop"), (2, "SHOP"), (1, "SHOP")];
        assert_eq!(run(r#"{"name":"SHOP"}"#, &all), (Some(2), 1));
        assert_eq!(run(r#"{"name":"sHOP"}"#, &all), (Some(4), 1));
        assert_eq!(run(r#"{"name":"SHO"}"#, &all), (None, 1));
    }

    #[test]
    fn pages_until_the_name_is_found() {
        let all: Vec<(u64, String)> = (1..=40_000).rev().map(|id| (id, format!("N{id}"))).collect();
        let all: Vec<(u64, &str)> = all.iter().map(|(id, name)| (*id, name.as_str())).collect();
        assert_eq!(run(r#"{"name":"N39999"}"#, &all), (Some(39_999), 1));
        assert_eq!(run(r#"{"name":"N20000"}"#, &all), (Some(20_000), 2));
        assert_eq!(run(r#"{"name":"n5"}"#, &all), (Some(5), 3));
        assert_eq!(run(r#"{"name":"X"}"#, &all), (None, 3));
    }

    #[test]
    fn an_id_takes_one_request_wherever_it_is() {
        let all: Vec<(u64, &str)> = (1..=40_000).rev().map(|id| (2 * id, "N")).collect();
        assert_eq!(run(r#"{"id":2}"#, &all), (Some(2), 1));
        assert_eq!(run(r#"{"id":40000}"#, &all), (Some(40_000), 1));
        assert_eq!(run(r#"{"id":39999}"#, &all), (None, 1));
        assert_eq!(run(r#"{"id":90000}"#, &all), (None, 1));
    }

    #[test]
    fn rejects_pages_that_repeat() {
        let page = || (1..=MAX_PAGE_SIZE).rev().map(|id| sender((id, "N"))).collect::<Vec<_>>();
        let mut search = search(r#"{"name":"X"}"#);
        assert!(search.accept(page()).unwrap().is_continue());
        assert_eq!(search.accept(page()).unwrap_err().code, ErrorCode::BadResponse);
    }

    #[test]
    fn the_result_has_operators_and_files() {
        let ControlFlow::Break(Some(found)) = search(r#"{"id":7}"#).accept(vec![sender((7, "A"))]).unwrap() else {
            panic!("no sender name")
        };
        assert_eq!(serde_json::to_string(&found).unwrap(), r#"{"name":"A","id":7,"operators":{},"files":[]}"#);
    }

    proptest! {
        #[test]
        fn finds_an_id_in_any_order(ids in proptest::collection::hash_set(0u64..200, 0..100), wanted in 0u64..200) {
            let all: Vec<(u64, &str)> = ids.iter().map(|id| (*id, "N")).collect();
            let (found, requests) = run(&format!(r#"{{"id":{wanted}}}"#), &all);
            prop_assert_eq!(found, ids.contains(&wanted).then_some(wanted));
            prop_assert!(requests <= 2);
        }
    }
}
