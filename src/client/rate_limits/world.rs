//! A model of calls under the rate limits, and of the service that counts them. Time is an argument. The property test and
//! the fuzz target `rate_limits` share it.

use super::{
    Decision, HISTORY, MAX_CONCURRENT, Next, RateLimits, RequestId, Rules, SENDERS_ADD, SENDERS_LIST, TASKS, WindowKey,
};

/// The clock's time at the beginning, so that it can be set back.
const START: u64 = 1 << 40;

const ENDPOINTS: [Rules; 5] = [&HISTORY, &SENDERS_LIST, &SENDERS_ADD, &TASKS, &[]];

/// The windows of a request: those with the same number are identical.
pub fn windows(rules: Rules, number: u32) -> Vec<WindowKey> {
    WindowKey::of(rules, number.into())
}

fn windows_of_endpoint(endpoint: usize, number: u32) -> Vec<WindowKey> {
    windows(ENDPOINTS[endpoint % ENDPOINTS.len()], number)
}

#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// Another call, with the milliseconds until the service counts its request, and from then until its response comes.
    Call { endpoint: usize, number: u32, transit_ms: u64, response_ms: u64 },
    /// A call in the queue is given up.
    Leave(usize),
    /// A call gives its permit back before its request is sent.
    Cancel(usize),
    /// A request in flight is aborted, or its connection breaks.
    Abort(usize),
    /// The service rejects a request: another program has filled one of its windows.
    WindowFull { endpoint: usize, number: u32, window: usize },
    /// The service rejects a request since too many are in flight.
    TooManyConnections,
    /// Time passes.
    Advance(u64),
    /// The clock jumps forward and is set right again.
    JumpAndReturn(u64),
    /// The clock is set back.
    SetBack(u64),
}

/// The service as its pages describe it. It counts a request at any moment while it is in flight.
#[derive(Default)]
struct Service {
    arrivals: Vec<(WindowKey, u64)>,
    in_flight: usize,
}

impl Service {
    fn receive(&mut self, windows: &[WindowKey], now: u64) {
        self.in_flight += 1;
        assert!(self.in_flight < 15, "too many requests in flight");
        self.arrivals.retain(|(key, time)| now - *time < key.rule.window_ms);
        for key in windows {
            let recent = self.arrivals.iter().filter(|(other, _)| is_same(key, other)).count();
            assert!(recent < key.rule.limit, "{} has {recent} requests", key.rule.name);
            self.arrivals.push((*key, now));
        }
    }
}

pub struct Request {
    pub windows: Vec<WindowKey>,
    pub transit_ms: u64,
    pub response_ms: u64,
}

/// Acts as the callers do: asks for a permit, sends, releases, and wakes the next waiter.
#[derive(Default)]
pub struct World {
    pub limits: RateLimits,
    service: Service,
    queue: Vec<(RequestId, Request)>,
    /// Requests on their way to the service, and when they arrive.
    requests: Vec<(u64, Request)>,
    /// Requests that the service has counted, and when their responses come.
    responses: Vec<(u64, Request)>,
    /// The windows that requests count in, and when their responses came.
    counted: Vec<(WindowKey, Option<u64>)>,
    reduced: (u64, usize),
    now: u64,
    set_back_by: u64,
    last_id: RequestId,
    /// The number of requests that were sent.
    pub sent: usize,
}

impl World {
    fn clock(&self) -> u64 {
        START + self.now - self.set_back_by
    }

    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Call { endpoint, number, transit_ms, response_ms } => {
                self.call(Request { windows: windows_of_endpoint(endpoint, number), transit_ms, response_ms });
            }
            Event::Leave(index) if !self.queue.is_empty() => {
                let (id, _) = self.queue.remove(index % self.queue.len());
                self.limits.leave(id);
            }
            Event::Cancel(index) if !self.requests.is_empty() => {
                let (_, request) = self.requests.swap_remove(index % self.requests.len());
                self.cancel(&request);
            }
            Event::Abort(index) if index % 2 == 0 && !self.requests.is_empty() => {
                let (_, request) = self.requests.swap_remove(index % self.requests.len());
                self.release(&request);
            }
            Event::Abort(index) if !self.responses.is_empty() => {
                let (_, request) = self.responses.swap_remove(index % self.responses.len());
                self.service.in_flight -= 1;
                self.release(&request);
            }
            Event::WindowFull { endpoint, number, window } => {
                if let Some(key) = windows_of_endpoint(endpoint, number).get(window) {
                    self.limits.observe_rejection(key, self.clock());
                    for _ in self.count(key)..key.rule.limit {
                        self.counted.push((*key, Some(self.now)));
                    }
                }
            }
            Event::TooManyConnections => {
                self.limits.reduce_concurrency(self.clock());
                self.reduced = (self.now + 60_000, (self.in_flight() / 2).max(1));
            }
            Event::Advance(ms) => self.advance_to(self.now + ms),
            Event::JumpAndReturn(ms) => {
                let jumped = self.clock() + ms;
                self.limits.report(jumped);
                self.limits.is_idle(jumped);
            }
            Event::SetBack(ms) => self.set_back_by = (self.set_back_by + ms).min(START),
            Event::Leave(_) | Event::Cancel(_) | Event::Abort(_) => {}
        }
        self.settle();
    }

    pub fn call(&mut self, request: Request) {
        self.last_id += 1;
        self.acquire(self.last_id, request);
    }

    fn acquire(&mut self, id: RequestId, request: Request) {
        match self.limits.acquire(id, &request.windows, self.clock()) {
            Decision::Grant => {
                self.sent += 1;
                self.counted.extend(request.windows.iter().map(|key| (*key, None)));
                self.requests.push((self.now + request.transit_ms, request));
            }
            Decision::Deny { retry_after_ms } => {
                assert_ne!(retry_after_ms, Some(0), "a denied request waits for something");
                self.queue.push((id, request));
            }
        }
    }

    fn release(&mut self, request: &Request) {
        let now = self.now;
        self.counted.retain(|(key, end)| end.is_none_or(|end| end + key.rule.window_ms > now));
        self.limits.release(&request.windows, self.clock());
        for key in &request.windows {
            let counted = self.counted.iter_mut().find(|(other, end)| is_same(key, other) && end.is_none());
            counted.expect("it counts in its windows").1 = Some(self.now);
        }
    }

    fn cancel(&mut self, request: &Request) {
        self.limits.cancel(&request.windows, self.clock());
        for key in &request.windows {
            let index = self.counted.iter().position(|(other, end)| is_same(key, other) && end.is_none());
            self.counted.swap_remove(index.expect("it counts in its windows"));
        }
    }

    fn in_flight(&self) -> usize {
        self.requests.len() + self.responses.len()
    }

    /// The number of requests that count in a window now.
    fn count(&self, key: &WindowKey) -> usize {
        let counts_now = |end: u64| end + key.rule.window_ms > self.now;
        self.counted.iter().filter(|(other, end)| is_same(key, other) && end.is_none_or(counts_now)).count()
    }

    /// No request waits that could be sent: one that shares no window with an earlier one, and fits into all of its own.
    fn assert_no_needless_wait(&self) {
        let (until, reduced) = self.reduced;
        let max = if self.now < until { reduced } else { MAX_CONCURRENT };
        if self.set_back_by > 0 || self.in_flight() >= max {
            return;
        }
        for (index, (_, request)) in self.queue.iter().enumerate() {
            let mut earlier = self.queue[..index].iter().flat_map(|(_, other)| &other.windows);
            let shares = earlier.any(|other| request.windows.iter().any(|key| is_same(key, other)));
            let is_full = request.windows.iter().any(|key| self.count(key) >= key.rule.limit);
            assert!(shares || is_full, "a request waits that could be sent");
        }
    }

    /// Performs everything that happens now. Returns when the next thing happens.
    fn settle(&mut self) -> Option<u64> {
        loop {
            if let Some(index) = self.requests.iter().position(|(time, _)| *time <= self.now) {
                let (_, request) = self.requests.swap_remove(index);
                self.service.receive(&request.windows, self.now);
                self.responses.push((self.now + request.response_ms, request));
            } else if let Some(index) = self.responses.iter().position(|(time, _)| *time <= self.now) {
                let (_, request) = self.responses.swap_remove(index);
                self.service.in_flight -= 1;
                self.release(&request);
            } else {
                match self.limits.next(self.clock()) {
                    Next::Ready(id) => {
                        let index = self.queue.iter().position(|(other, _)| *other == id).expect("it is queued");
                        let (_, request) = self.queue.remove(index);
                        let sent = self.sent;
                        self.acquire(id, request);
                        assert_eq!(self.sent, sent + 1, "the next request gets its permit");
                    }
                    next => {
                        self.assert_no_needless_wait();
                        let wake_at = if let Next::In(ms) = next { Some(self.now + ms) } else { None };
                        let times = self.requests.iter().chain(&self.responses).map(|(time, _)| *time);
                        return times.chain(wake_at).min();
                    }
                }
            }
        }
    }

    pub fn advance_to(&mut self, time: u64) {
        while let Some(next) = self.settle().filter(|next| *next <= time) {
            assert!(next > self.now, "time passes");
            self.now = next;
        }
        self.now = time;
        self.settle();
    }

    /// After some time every call has ended, and nothing stays behind.
    pub fn finish(mut self) {
        let calls = self.queue.len() as u64 + 2;
        self.advance_to(self.now + calls * 3_700_000);
        assert!(self.queue.is_empty() && self.in_flight() == 0);
        let now = self.clock();
        assert_eq!(self.limits.next(now), Next::Never);
        assert!(self.limits.report(now).iter().all(|row| row.used == 0));
        assert!(self.limits.is_idle(now));
    }
}

fn is_same(key: &WindowKey, other: &WindowKey) -> bool {
    key.identity == other.identity && core::ptr::eq(key.rule, other.rule)
}
