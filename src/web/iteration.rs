//! An iteration over the pages of a query.

use std::{cell::RefCell, collections::HashSet, rc::Rc};

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

use crate::{
    api::{
        history::{HistoryPage, HistoryQuery},
        lenient::Integer,
        options::IterationOptions,
        senders::{self, SenderQuery},
    },
    client::{
        error::{Error, ErrorCode, Result},
        pagination::{Paginator, Position, Scan},
        progress::ProgressCounter,
    },
    protocol::request::Endpoint,
    web::{
        client::{Call, CallContext, Client, Failed, Reading, aborted},
        clock::{now, today, wall_ms},
        convert::{self, to_js},
        pages,
        promise::{Flag, promise},
    },
};

/// The query of an iteration.
#[derive(Clone)]
pub enum Query {
    History(HistoryQuery),
    Senders(SenderQuery),
}

impl Query {
    /// The query of an iteration over the history.
    pub fn history(query: &JsValue) -> Result<Self> {
        let (query, _) = convert::read::<HistoryQuery>(query, ErrorCode::InvalidParameter, "the query")?;
        query.check()?;
        Ok(Self::History(query))
    }

    /// The query of an iteration over sender names.
    pub fn senders(query: &JsValue) -> Result<Self> {
        convert::read::<SenderQuery>(query, ErrorCode::InvalidParameter, "the query")
            .map(|(query, _)| Self::Senders(query))
    }

    fn scan(&self) -> Scan {
        match self {
            Self::History(query) => query.scan(),
            Self::Senders(query) => query.scan(),
        }
    }

    pub fn endpoint(&self) -> &'static str {
        match self {
            Self::History(_) => "history",
            Self::Senders(_) => "senders",
        }
    }
}

/// One page of items.
struct Page {
    items: Array,
    ids: Vec<String>,
    next_cursor: Option<String>,
    oldest: Option<i64>,
}

struct State {
    paginator: Paginator,
    progress: ProgressCounter,
    /// The ids of the previous page: an item that comes again is dropped.
    previous_ids: HashSet<String>,
}

/// An iteration over the pages of a query: `next()` returns one page after the other, and `undefined` after the last.
#[wasm_bindgen]
pub struct Pages(Rc<Iteration>);

struct Iteration {
    client: Rc<Client>,
    context: Rc<CallContext>,
    query: Query,
    on_progress: Option<Function>,
    state: RefCell<State>,
    cancelled: Flag,
}

impl Pages {
    /// Begins an iteration.
    pub fn start(client: &Rc<Client>, query: Query, options: &JsValue) -> Result<Self> {
        let (options, kept) = convert::read::<IterationOptions>(options, ErrorCode::InvalidOption, "`options`")?;
        let context = client.context(&options, &kept)?;
        let on_progress = options.on_progress.map(|callback| kept.get(callback.0).unchecked_into());
        let today = today().ok_or_else(|| Error::internal("the clock shows no day"))?;
        let scan = query.scan();
        let (limit, start) = (scan.limit, scan.start);
        // The items before the cursor of the query are part of it.
        let initial = scan.cursor.as_deref().and_then(|cursor| cursor.rsplit_once('/')).map_or("0", |(_, count)| count);
        let progress = ProgressCounter::new(limit, start, initial.parse().unwrap_or(0), now());
        let paginator = Paginator::new(scan, today)?;
        let state = RefCell::new(State { paginator, progress, previous_ids: HashSet::new() });
        let client = Rc::clone(client);
        Ok(Self(Rc::new(Iteration { client, context, query, on_progress, state, cancelled: Flag::default() })))
    }
}

#[wasm_bindgen]
impl Pages {
    /// The next page; `undefined` after the last one, or once the iteration is cancelled.
    #[wasm_bindgen(unchecked_return_type = "Promise<any>")]
    pub fn next(&self) -> Promise {
        let iteration = Rc::clone(&self.0);
        promise(async move {
            let cancelled = iteration.cancelled.clone();
            cancelled.unless_set(iteration.next()).await.unwrap_or(Ok(JsValue::UNDEFINED))
        })
    }

    /// Ends the iteration; a request in flight is given up.
    pub fn cancel(&self) {
        self.0.cancelled.set();
    }
}

impl Iteration {
    async fn next(&self) -> std::result::Result<JsValue, JsValue> {
        if let Some(signal) = self.context.signal.as_ref().filter(|signal| signal.is_aborted()) {
            return Err(aborted(signal, self.query.endpoint()).into());
        }
        let today = today().ok_or_else(|| Failed::from(Error::internal("the clock shows no day")))?;
        let position = self.state.borrow().paginator.position(today);
        let Some(position) = position else { return Ok(JsValue::UNDEFINED) };
        let page = self.fetch(position).await.map_err(|failed| failed.at(self.query.endpoint()))?;
        let (cursor, progress) = self.accept(&page).map_err(|error| Failed::from(error.at(self.query.endpoint())))?;
        if let Some(on_progress) = &self.on_progress {
            on_progress.call1(&JsValue::UNDEFINED, &progress)?;
        }
        let Query::History(_) = self.query else { return Ok(page.items.into()) };
        let value = Object::new();
        Reflect::set(&value, &"messages".into(), &page.items)?;
        for (name, text) in [("nextCursor", page.next_cursor), ("cursor", cursor)] {
            if let Some(text) = text {
                Reflect::set(&value, &name.into(), &text.into())?;
            }
        }
        Ok(value.into())
    }

    async fn fetch(&self, position: Position) -> Result<Page, Failed> {
        match &self.query {
            Query::History(query) => history_page(&self.client, &self.context, &query.at(position), true).await,
            Query::Senders(query) => senders_page(&self.client, &self.context, &query.at(position)).await,
        }
    }

    /// Drops the items that the previous page held already, and those beyond the limit.
    fn accept(&self, page: &Page) -> Result<(Option<String>, JsValue)> {
        let mut state = self.state.borrow_mut();
        let length = page.ids.len() as u64;
        let mut kept = 0_u32;
        let remaining = state.paginator.remaining();
        for (index, id) in (0_u32..).zip(&page.ids) {
            let is_new = id.is_empty() || !state.previous_ids.contains(id);
            if is_new && u64::from(kept) < remaining {
                if kept < index {
                    page.items.set(kept, page.items.get(index));
                }
                kept = kept.saturating_add(1);
            }
        }
        if u64::from(kept) < length {
            page.items.set_length(kept);
        }
        let cursor = state.paginator.accept(length, kept.into(), page.next_cursor.as_deref())?;
        state.previous_ids = page.ids.iter().cloned().collect();
        let times = (now(), wall_ms());
        let waited_ms = self.context.waited_ms.get();
        let progress = state.progress.after_page(kept.into(), page.oldest, cursor.clone(), waited_ms, times);
        Ok((cursor, if self.on_progress.is_some() { to_js(&progress)? } else { JsValue::UNDEFINED }))
    }
}

/// One page of the history.
async fn history_page(
    client: &Rc<Client>,
    context: &Rc<CallContext>,
    query: &HistoryQuery,
    with_ids: bool,
) -> Result<Page, Failed> {
    let request = query.to_request()?;
    let (page_size, page) = (query.page_size(), RefCell::new(None));
    let mut read_fast = |chunks: &[js_sys::Uint8Array]| {
        let Some(read) = pages::read(chunks, with_ids) else { return false };
        let is_full = read.length as u64 >= page_size;
        let next_cursor = read.last_id.filter(|_| is_full);
        page.replace(Some(Page { items: read.messages, ids: read.ids, next_cursor, oldest: read.last_timestamp }));
        true
    };
    let mut decode = |response: &str| {
        let decoded = HistoryQuery::decode(response)?.with_next_cursor(page_size);
        let last = decoded.messages.last();
        let oldest = last.and_then(|message| message.send_timestamp).map(|Integer(timestamp)| timestamp);
        let ids = decoded.ids();
        let HistoryPage { messages, next_cursor, .. } = decoded;
        page.replace(Some(Page { items: to_js(&messages)?.unchecked_into(), ids, next_cursor, oldest }));
        Ok(())
    };
    let reading = &mut Reading { page: &mut read_fast, decode: &mut decode };
    Call::new(client, context, request).run(None, reading).await?;
    page.take().ok_or_else(|| Error::internal("a call without a result").into())
}

/// One page of sender names.
async fn senders_page(client: &Rc<Client>, context: &Rc<CallContext>, query: &SenderQuery) -> Result<Page, Failed> {
    let request = query.to_request()?;
    let mut page = None;
    let mut decode = |response: &str| {
        let decoded = SenderQuery::decode(response)?;
        let id = |sender: &crate::api::sender::Sender| sender.id.map(|Integer(id)| id.to_string()).unwrap_or_default();
        let ids = decoded.iter().map(id).collect();
        let next_cursor = senders::next_cursor(&decoded);
        page = Some(Page { items: to_js(&decoded)?.unchecked_into(), ids, next_cursor, oldest: None });
        Ok(())
    };
    let reading = &mut Reading { page: &mut |_| false, decode: &mut decode };
    Call::new(client, context, request).run(None, reading).await?;
    page.ok_or_else(|| Error::internal("a call without a result").into())
}

/// The page that `history.list` returns.
pub async fn list(client: &Rc<Client>, context: &Rc<CallContext>, query: &HistoryQuery) -> Result<JsValue, Failed> {
    let page = history_page(client, context, query, false).await?;
    let value = Object::new();
    let _ = Reflect::set(&value, &"messages".into(), &page.items);
    if let Some(cursor) = page.next_cursor {
        let _ = Reflect::set(&value, &"nextCursor".into(), &cursor.into());
    }
    Ok(value.into())
}
