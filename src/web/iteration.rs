//! An iteration over the pages of a query.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::{
    api::{
        history::{HistoryQuery, last_id},
        options::{IterationOptions, RateLimitMode},
        senders::{self, SenderQuery},
    },
    client::{
        error::{Error, ErrorCode, Result},
        item_key::ItemKey,
        iteration::{Iteration, IterationQuery},
        pagination::Position,
        progress::ProgressCounter,
    },
    protocol::request::{Endpoint, Scope},
    web::{
        call::{Call, ResponseReader, aborted},
        client::{CallContext, Client},
        clock::{now, today, wall_ms},
        convert::{self, Failed, to_js},
        history_page::NeededKeys,
        host::{self, BulkOutput},
        page_output::{Items, Output, ReadItems},
        promise::{Flag, promise, settled},
        senders::fetch as fetch_senders,
        signal::{Interrupted, within},
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
    /// `others` are the names of the options that TypeScript reads.
    pub fn history(query: &JsValue, others: &Array) -> Result<Self, Failed> {
        let (query, _) = convert::read_optional_query::<HistoryQuery>(query, IterationOptions::NAMES, others)?;
        query.check()?;
        Ok(Self::History(query))
    }

    /// The query of an iteration over sender names.
    pub fn senders(query: &JsValue) -> Result<Self, Failed> {
        let (query, _) = convert::read_optional_query::<SenderQuery>(query, IterationOptions::NAMES, &Array::new())?;
        Ok(Self::Senders(query))
    }

    fn iteration(&self) -> IterationQuery {
        match self {
            Self::History(query) => query.iteration(),
            Self::Senders(query) => query.iteration(),
        }
    }

    fn endpoint(&self) -> &'static str {
        match self {
            Self::History(_) => Scope::History.endpoint(),
            Self::Senders(_) => Scope::Senders.endpoint(),
        }
    }
}

/// One page of the service.
struct Page {
    items: Items,
    keys: Vec<ItemKey>,
    /// The id that the next page follows.
    last_id: Option<String>,
}

struct State {
    iteration: Iteration,
    progress: ProgressCounter,
    /// The items of the last page of each stream.
    items: Vec<Items>,
}

/// An iteration over the pages of a query: `next()` returns one page after the other, and `undefined` after the last.
#[wasm_bindgen]
pub struct Pages(Rc<PageSequence>);

struct PageSequence {
    client: Rc<Client>,
    context: Rc<CallContext>,
    query: Query,
    output: Output,
    on_progress: Option<Function>,
    state: RefCell<State>,
    has_begun: Cell<bool>,
    cancelled: Flag,
}

impl Pages {
    /// Prepares an iteration over objects, which begins with the first page.
    pub fn start(client: &Rc<Client>, query: Query, options: &JsValue) -> Result<Self, Failed> {
        Self::with_output(client, query, options, Output::Objects)
    }

    /// Prepares an iteration over columns or lines.
    pub fn bulk(client: &Rc<Client>, query: Query, options: &JsValue, output: BulkOutput) -> Result<Self, Failed> {
        Self::with_output(client, query, options, Output::Bulk(output))
    }

    fn with_output(client: &Rc<Client>, query: Query, options: &JsValue, output: Output) -> Result<Self, Failed> {
        let (options, kept) =
            convert::read_optional::<IterationOptions>(options, ErrorCode::InvalidOption, "`options`")?;
        let context = client.context(&options, &kept)?;
        let on_progress = options.on_progress.map(|callback| kept.get(callback.0).unchecked_into());
        let today = today().ok_or_else(|| Error::internal("the clock shows no day"))?;
        let iterated = query.iteration();
        let (limit, start, stream_count) = (iterated.limit, iterated.period.start, iterated.stream_count);
        let is_from_now = iterated.cursor.is_none() && iterated.period.end.is_none();
        let mut iteration = Iteration::new(iterated, today)?;
        iteration.begin_at(is_from_now.then(|| (wall_ms() / 1000).cast_signed()));
        let progress = ProgressCounter::new(limit, start, iteration.count(), now());
        let state = RefCell::new(State { iteration, progress, items: vec![Items::default(); stream_count] });
        let client = Rc::clone(client);
        let (has_begun, cancelled) = (Cell::default(), Flag::default());
        Ok(Self(Rc::new(PageSequence { client, context, query, output, on_progress, state, has_begun, cancelled })))
    }
}

#[wasm_bindgen]
impl Pages {
    /// The next page; `undefined` after the last one, or once the iteration is cancelled.
    #[wasm_bindgen(unchecked_return_type = "Promise<any>")]
    pub fn next(&self) -> Promise {
        let sequence = Rc::clone(&self.0);
        promise(async move {
            let cancelled = sequence.cancelled.clone();
            cancelled.unless_set(sequence.next()).await.unwrap_or(Ok(JsValue::UNDEFINED))
        })
    }

    /// Before the first request, lowers the limit to `max`, so that no page has more items than that. Later it has no effect.
    #[wasm_bindgen(js_name = limitTo)]
    pub fn limit_to(&self, max: f64) {
        if !self.0.has_begun.get() {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
            self.0.state.borrow_mut().iteration.limit_to(max as u64);
        }
    }

    /// Ends the iteration; a request in flight is given up.
    pub fn cancel(&self) {
        self.0.cancelled.set();
    }
}

impl PageSequence {
    async fn next(&self) -> std::result::Result<JsValue, JsValue> {
        if let Some(signal) = self.context.signal.as_ref().filter(|signal| signal.is_aborted()) {
            return Err(aborted(signal, self.query.endpoint()).into());
        }
        if !self.has_begun.replace(true) {
            self.context.started_at.set(now());
            let State { iteration, progress, .. } = &mut *self.state.borrow_mut();
            progress.begin(iteration.limit(), now());
        }
        loop {
            let today = today().ok_or_else(|| Failed::from(Error::internal("the clock shows no day")))?;
            if let Some(error) = self.state.borrow().iteration.error() {
                return Err(Failed::from(error.clone().at(self.query.endpoint())).into());
            }
            let request = self.state.borrow().iteration.next_request(today);
            let Some((stream, position)) = request else { return Ok(JsValue::UNDEFINED) };
            self.load_output().await?;
            let page = self.fetch(stream, position).await.map_err(|failed| failed.at(self.query.endpoint()))?;
            let accepted = self.accept(stream, page).map_err(|error| Failed::from(error.at(self.query.endpoint())))?;
            if let Some(on_progress) = &self.on_progress {
                host::call_progress(on_progress, &accepted.progress)?;
            }
            // The items of one stream may have to wait for those of another.
            if accepted.is_empty && accepted.next_cursor.is_some() && self.stream_count() > 1 {
                continue;
            }
            return Ok(match (&self.query, &self.output) {
                (Query::History(_), Output::Objects) => {
                    host::history_page(accepted.items.unchecked_ref(), accepted.next_cursor.as_deref())
                }
                _ => accepted.items,
            });
        }
    }

    /// Loads what makes columns or lines.
    async fn load_output(&self) -> std::result::Result<(), JsValue> {
        let Output::Bulk(output) = &self.output else { return Ok(()) };
        let CallContext { settings, signal, started_at, .. } = &*self.context;
        let elapsed_ms = now().saturating_sub(started_at.get());
        let left_ms = settings.total_timeout_ms.map(|total| total.saturating_sub(elapsed_ms));
        match within(left_ms, signal.as_ref(), settled(Ok(output.load().into()))).await {
            Ok(loaded) => loaded.map(drop),
            Err(Interrupted::Aborted) => {
                signal.as_ref().map_or(Ok(()), |signal| Err(aborted(signal, self.query.endpoint()).into()))
            }
            Err(Interrupted::TimedOut) => {
                let error = Error::total_timeout(settings.total_timeout_ms.unwrap_or_default());
                Err(Failed::from(error.at(self.query.endpoint())).into())
            }
        }
    }

    fn stream_count(&self) -> usize {
        self.state.borrow().items.len()
    }

    async fn fetch(&self, stream: usize, position: Position) -> Result<Page, Failed> {
        match &self.query {
            Query::History(query) => {
                let query = query.at(stream, position);
                history_page(&self.client, &self.context, &query, NeededKeys::All, &self.output)
                    .await
                    .map(|(page, _)| page)
            }
            Query::Senders(query) => {
                let senders =
                    fetch_senders(&self.client, &self.context, SenderQuery::METHOD, &query.at(position)).await?;
                let last_id = senders::lowest_id(&senders).map(|id| id.to_string());
                let items = Items::Objects(to_js(&senders)?.unchecked_into());
                Ok(Page { items, keys: senders::keys(&senders), last_id })
            }
        }
    }

    /// Whether the requests wait for the limits of the history that this process knows.
    fn waits_for_limits(&self) -> bool {
        matches!(self.query, Query::History(_))
            && self.context.settings.rate_limit == RateLimitMode::Wait
            && self.client.limiter.is_none()
    }

    /// Takes a page of a stream, and what comes next.
    fn accept(&self, stream: usize, page: Page) -> Result<Accepted> {
        let mut state = self.state.borrow_mut();
        let State { iteration, progress, items } = &mut *state;
        iteration.accept(stream, page.keys, page.last_id.as_deref())?;
        if let Some(items) = items.get_mut(stream) {
            *items = page.items;
        }
        self.output.accept(stream)?;
        let taken = iteration.take();
        let new = u64::try_from(taken.len()).unwrap_or(u64::MAX);
        let next_cursor = iteration.next_cursor();
        let (times, waited_ms) = ((iteration.newest(), iteration.oldest()), self.context.waited_ms.get());
        let account = self.client.account.borrow();
        let limits = self.waits_for_limits().then(|| account.limits.borrow());
        let limits = limits.as_deref();
        let progress = progress.after_page(new, times, next_cursor.clone(), waited_ms, now(), limits);
        let progress = if self.on_progress.is_some() { to_js(&progress)? } else { JsValue::UNDEFINED };
        let is_empty = taken.is_empty();
        Ok(Accepted { items: self.output.pick(items, &taken)?, is_empty, next_cursor, progress })
    }
}

/// The items that come next, and the progress with them.
struct Accepted {
    items: JsValue,
    is_empty: bool,
    next_cursor: Option<String>,
    progress: JsValue,
}

/// One page of the history, and its length.
async fn history_page(
    client: &Rc<Client>,
    context: &Rc<CallContext>,
    query: &HistoryQuery,
    needed: NeededKeys,
    output: &Output,
) -> Result<(Page, usize), Failed> {
    let request = query.to_request()?;
    let page = RefCell::new(None);
    let keep = |(items, keys, length): ReadItems| {
        let last_id = last_id(&keys);
        page.replace(Some((Page { items, keys, last_id }, length)));
    };
    let mut read_fast = |chunks: &[Uint8Array]| output.read(chunks, needed).map(keep).is_some();
    let mut decode = |response: &str| output.decode(response).map(keep);
    let reader = &mut ResponseReader { page: &mut read_fast, decode: &mut decode };
    Call::new(client, context, request).run(None, reader).await?;
    page.take().ok_or_else(|| Error::internal("a call without a result").into())
}

/// The page that `history.list` returns.
pub async fn list(client: &Rc<Client>, context: &Rc<CallContext>, query: &HistoryQuery) -> Result<JsValue, Failed> {
    query.check_age(today().ok_or_else(|| Error::internal("the clock shows no day"))?)?;
    // The cursor of a full page.
    let needed = NeededKeys::LastOf(query.page_size());
    let (page, length) = history_page(client, context, query, needed, &Output::Objects).await?;
    let next_cursor = query.next_cursor(length, page.last_id.as_deref().unwrap_or_default());
    let messages = if let Items::Objects(messages) = page.items { messages } else { Array::new() };
    Ok(host::history_page(&messages, next_cursor.as_deref()))
}
