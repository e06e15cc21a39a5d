//! An iteration: one or more streams of pages, merged newest first.
//!
//! The streams of a query are its channels. A stream is requested only when its next item could be the newest one, so that at most
//! one page of each stream is held. An item without a timestamp keeps its place in its stream. The cursor of the iteration holds
//! the position of each stream; the same query continues from it in another process.

use std::{cmp::Reverse, collections::VecDeque};

use crate::{
    api::values::Id,
    client::{
        cursor::{Cursor, NextItem, ResumePoint, StreamCursor, invalid_cursor},
        error::{Error, Result},
        item_key::{ItemId, ItemKey},
        pagination::{Paginator, Period, Position},
    },
    protocol::{day::Day, text},
};

/// What an iteration goes over.
#[derive(Clone, Debug, Default)]
pub struct IterationQuery {
    /// A hash of everything that selects items. A cursor belongs to one fingerprint.
    pub fingerprint: u64,
    /// The number of streams to merge. Of two items of one time, that of the first stream comes first.
    pub stream_count: usize,
    /// The days that it covers.
    pub period: Period,
    /// Where it begins: an id, or the cursor of another iteration over the same query.
    pub cursor: Option<String>,
    /// The maximum number of items, those before the cursor included.
    pub limit: Option<u64>,
    /// The maximum number of items of one request.
    pub page_size: u64,
    /// The error after a full page, if the service's order does not permit to continue.
    pub continuation_error: Option<Error>,
}

/// An item that is next: the stream, and the item's index in the last page of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemIndex {
    /// The stream.
    pub stream: usize,
    /// The index in its page.
    pub index: u32,
}

/// An iteration in progress.
#[derive(Debug)]
pub struct Iteration {
    fingerprint: u64,
    limit: u64,
    page_size: u64,
    continuation_error: Option<Error>,
    streams: Vec<Stream>,
    /// The time from which the iteration goes back: now, or that of the first item.
    newest: Option<i64>,
    /// The time of the last item.
    oldest: Option<i64>,
}

#[derive(Debug)]
struct Stream {
    paginator: Paginator,
    /// Items so far, those before the cursor of the query included.
    count: u64,
    /// Items of the last page that are still to come, with their indexes.
    pending: VecDeque<(u32, ItemKey)>,
    /// Where another process continues before the last page.
    page_resume_point: ResumePoint,
    /// The last id among the items of the page that were taken: another process continues after it, before the pending items.
    taken_id: Option<ItemId>,
    /// Whether these two lead to the first pending item, whatever items came since.
    is_resume_point_exact: bool,
    /// Items before this one are skipped: they came after the cursor of the query.
    next_item: Option<NextItem>,
    /// How many items without an id the next page begins with again: it follows the last id.
    repeated: usize,
    /// The error after the pending items.
    error: Option<Error>,
    /// The ids of the last page, sorted: an item that comes again is dropped.
    last_page_ids: Vec<ItemId>,
    /// The time of the last item.
    timestamp: Option<i64>,
}

impl Stream {
    fn new(paginator: Paginator, count: u64, next_item: Option<NextItem>) -> Self {
        Self {
            paginator,
            count,
            is_resume_point_exact: false,
            next_item,
            repeated: 0,
            error: None,
            pending: VecDeque::new(),
            page_resume_point: ResumePoint::default(),
            taken_id: None,
            last_page_ids: Vec::new(),
            timestamp: None,
        }
    }

    /// The time of the next item; before its request, the latest time that it can have. `None` at the end of the stream.
    fn next_timestamp(&self) -> Option<i64> {
        let last = self.timestamp.unwrap_or(i64::MAX);
        match self.pending.front() {
            Some((_, item)) => Some(item.timestamp.unwrap_or(last)),
            None if self.error.is_some() => Some(last),
            None if self.paginator.is_finished() => None,
            None => Some(self.paginator.window_end_timestamp().map_or(last, |end| end.min(last))),
        }
    }

    fn cursor(&self) -> StreamCursor {
        let (resume_point, next_item) = match self.pending.front() {
            None if self.error.is_none() => (self.paginator.resume_point(), self.next_item.clone()),
            first => {
                let is_needed = !self.is_resume_point_exact;
                let first = first
                    .filter(|_| is_needed)
                    .map(|(_, item)| NextItem { id: item.id.valid(), timestamp: item.timestamp });
                (Some(self.pending_resume_point()), first)
            }
        };
        StreamCursor { count: self.count, resume_point, next_item }
    }

    fn pending_resume_point(&self) -> ResumePoint {
        let ResumePoint { end, id } = self.page_resume_point.clone();
        ResumePoint { end, id: self.taken_id.as_ref().map(ItemId::text).or(id) }
    }

    /// How many of a page's items come before the one with which the stream continues: those of the previous page, or those
    /// that came after the cursor.
    fn skipped(&mut self, items: &[ItemKey]) -> usize {
        let is_repeated = |item: &&ItemKey| !item.id.is_valid();
        let repeated = items.iter().take(std::mem::take(&mut self.repeated)).take_while(is_repeated).count();
        let Some(NextItem { id, timestamp }) = &self.next_item else { return repeated };
        let id = id.as_deref().map(ItemId::from);
        let is_next = |item: &ItemKey| {
            let is_older = timestamp.is_some_and(|next| item.timestamp.is_some_and(|time| time < next));
            // Without an id, the first item of that time is it.
            let is_it = match &id {
                Some(id) => item.id == *id,
                None => timestamp.is_none() || item.timestamp == *timestamp,
            };
            is_it || is_older
        };
        let Some(position) = items.iter().position(is_next) else { return items.len() };
        self.next_item = None;
        position
    }

    fn take(&mut self) -> Option<(u32, ItemKey)> {
        let (index, item) = self.pending.pop_front()?;
        self.count = self.count.saturating_add(1);
        self.timestamp = item.timestamp.or(self.timestamp);
        self.is_resume_point_exact = item.id.is_valid();
        if self.is_resume_point_exact {
            self.taken_id = Some(item.id.clone());
        }
        Some((index, item))
    }
}

impl Iteration {
    /// An iteration over a query, back from its cursor or from now.
    ///
    /// # Errors
    /// `invalid_parameter`, if the cursor is neither an id nor a cursor of the same query.
    pub fn new(query: IterationQuery, today: Day) -> Result<Self> {
        let period = query.period;
        let given = query.cursor;
        let streams = match given.as_deref().and_then(Cursor::parse) {
            None => {
                let first = || Stream::new(Paginator::new(period, given.clone(), today), 0, None);
                std::iter::repeat_with(first).take(query.stream_count).collect()
            }
            Some(cursor) => {
                cursor.check(query.fingerprint, query.stream_count)?;
                let resume = |cursor: StreamCursor| {
                    let (count, next_item) = (cursor.count, cursor.next_item.clone());
                    Some(Stream::new(Paginator::resume(period, cursor, today)?, count, next_item))
                };
                let streams = cursor.streams.into_iter().map(resume).collect::<Option<_>>();
                streams.ok_or_else(|| invalid_cursor("`cursor` does not fit the period of the query"))?
            }
        };
        Ok(Self {
            fingerprint: query.fingerprint,
            limit: query.limit.unwrap_or(u64::MAX),
            page_size: query.page_size,
            continuation_error: query.continuation_error,
            streams,
            newest: None,
            oldest: None,
        })
    }

    /// Items so far, those before the cursor of the query included.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.streams.iter().fold(0, |sum, stream| sum.saturating_add(stream.count))
    }

    /// With a Unix time, the iteration goes back from there, and not from its first item.
    pub fn begin_at(&mut self, newest: Option<i64>) {
        self.newest = newest;
    }

    /// The time from which the iteration goes back, in Unix seconds.
    #[must_use]
    pub fn newest(&self) -> Option<i64> {
        self.newest
    }

    /// The time of the last item, in Unix seconds.
    #[must_use]
    pub fn oldest(&self) -> Option<i64> {
        self.oldest
    }

    /// Ends the iteration after that many more items, unless its limit is lower.
    pub fn limit_to(&mut self, max: u64) {
        self.limit = self.limit.min(self.count().saturating_add(max));
    }

    /// The maximum number of items, those before the cursor of the query included; `None` without one.
    #[must_use]
    pub fn limit(&self) -> Option<u64> {
        (self.limit != u64::MAX).then_some(self.limit)
    }

    fn remaining(&self) -> u64 {
        self.limit.saturating_sub(self.count())
    }

    /// The number of items that a request asks for: no more than are wanted.
    fn request_size(&self) -> u64 {
        self.remaining().min(self.page_size)
    }

    /// The stream whose next item is the newest, or could be; `None` once the iteration is finished.
    fn newest_stream(&self) -> Option<usize> {
        if self.remaining() == 0 {
            return None;
        }
        let candidates = self.streams.iter().enumerate();
        let keys = candidates.filter_map(|(index, stream)| Some((stream.next_timestamp()?, Reverse(index))));
        keys.max().map(|(_, Reverse(index))| index)
    }

    /// The error that comes next: after its items, a full page had no way to continue.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        let stream = self.streams.get(self.newest_stream()?)?;
        stream.error.as_ref().filter(|_| stream.pending.is_empty())
    }

    /// Whether there are no more items.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.newest_stream().is_none()
    }

    /// The stream to request next, and what its request asks for; `None` while items can be taken, and at the end.
    #[must_use]
    pub fn next_request(&self, today: Day) -> Option<(usize, Position)> {
        let index = self.newest_stream()?;
        let stream = self.streams.get(index).filter(|stream| stream.pending.is_empty() && stream.error.is_none())?;
        Some((index, stream.paginator.position(self.request_size(), today)?))
    }

    /// Takes a page of a stream: its items in their order, and the id that the next page follows. If the pages would repeat for
    /// ever, its items come first, and then an [error](Self::error).
    ///
    /// # Errors
    /// The error of the query, if a full page cannot be continued.
    pub fn accept(&mut self, index: usize, items: Vec<ItemKey>, last_id: Option<&str>) -> Result<()> {
        let remaining = self.remaining();
        let is_full = u64::try_from(items.len()).unwrap_or(u64::MAX) >= self.request_size();
        let Some(stream) = self.streams.get_mut(index) else { return Ok(()) };
        stream.page_resume_point = stream.paginator.resume_point().unwrap_or_default();
        stream.taken_id = None;
        let skipped = stream.skipped(&items);
        let trailing = items.iter().rev().take_while(|item| !item.id.is_valid()).count();
        let ids = items.iter().filter(|item| item.id != ItemId::None).map(|item| item.id.clone()).collect();
        let last_page_ids = std::mem::replace(&mut stream.last_page_ids, text::sorted(ids));
        let new = (0_u32..).zip(items).skip(skipped).filter(|(_, item)| last_page_ids.binary_search(&item.id).is_err());
        stream.pending = new.take(usize::try_from(remaining).unwrap_or(usize::MAX)).collect();
        // Otherwise the page begins with items that another process would have to skip, too.
        let is_first_pending = stream.pending.front().is_some_and(|(index, _)| *index == 0);
        stream.is_resume_point_exact = is_first_pending && stream.page_resume_point.id.is_some();
        let count = u64::try_from(stream.pending.len()).unwrap_or(u64::MAX);
        if count >= remaining {
            stream.paginator.finish();
            return Ok(());
        }
        match &self.continuation_error {
            Some(error) if is_full => Err(error.clone()),
            _ => {
                stream.repeated = if is_full { trailing } else { 0 };
                // Items that were skipped are new, too.
                let new = if stream.next_item.is_some() || skipped > 0 { count.saturating_add(1) } else { count };
                stream.error = stream.paginator.accept(is_full, new, last_id.filter(|id| Id::is_valid(id))).err();
                Ok(())
            }
        }
    }

    /// Takes the items that come next, as far as no request is needed.
    pub fn take(&mut self) -> Vec<ItemIndex> {
        let mut taken = Vec::new();
        while let Some(stream) = self.newest_stream() {
            let Some((index, item)) = self.streams.get_mut(stream).and_then(Stream::take) else { break };
            self.newest = self.newest.or(item.timestamp);
            self.oldest = item.timestamp.or(self.oldest);
            taken.push(ItemIndex { stream, index });
        }
        taken
    }

    /// The cursor that continues after the items so far; `None` once the iteration is finished.
    #[must_use]
    pub fn next_cursor(&self) -> Option<String> {
        let cursor =
            || Cursor { fingerprint: self.fingerprint, streams: self.streams.iter().map(Stream::cursor).collect() };
        (!self.is_finished() && self.error().is_none()).then(|| cursor().text())
    }
}

#[cfg(test)]
mod tests;
