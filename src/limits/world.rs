//! A world of calls under the limits and of the service that counts them, in which time is an argument. The property test
//! and the fuzz target `limits` share it.

use super::{Answer, Form, HISTORY, Key, Limits, MOST_AT_ONCE, Rules, SENDERS_ADD, SENDERS_LIST, TASKS, Ticket, Turn};

/// The clock shows this in the beginning, so that it can be set back.
const BEGINNING: u64 = 1 << 40;

const KINDS: [Rules; 5] = [&HISTORY, &SENDERS_LIST, &SENDERS_ADD, &TASKS, &[]];

pub fn keys(rules: Rules, n: u32) -> Vec<Key> {
    Key::of(rules, &Form::new("get.php").with("n", n.to_string()))
}

#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// Another call, and how long its request is on its way before the service counts it, and before its reply comes.
    Call { kind: usize, n: u32, there: u64, back: u64 },
    /// One of those that wait is given up.
    Abort(usize),
    /// One of those under way is given up, or its connection breaks.
    Break(usize),
    /// The service refuses a request: another program has filled one of its windows.
    Refused { kind: usize, n: u32, window: usize },
    /// The service refuses one more at once.
    Squeezed,
    /// Time passes.
    Tick(u64),
    /// Somebody sets the clock back.
    SetBack(u64),
}

/// The service as its pages describe it, which counts a request at any moment while it is under way.
#[derive(Default)]
struct Service {
    arrivals: Vec<(Key, u64)>,
    under_way: usize,
}

impl Service {
    fn arrives(&mut self, keys: &[Key], now: u64) {
        self.under_way += 1;
        assert!(self.under_way < 15, "too many at once");
        self.arrivals.retain(|(key, time)| now - *time < key.rule.window_ms);
        for key in keys {
            let recent = self.arrivals.iter().filter(|(other, _)| same(key, other)).count();
            assert!(recent < key.rule.most, "{} has {recent}", key.rule.scope);
            self.arrivals.push((*key, now));
        }
    }
}

pub struct Request {
    pub keys: Vec<Key>,
    pub there: u64,
    pub back: u64,
}

/// Does what the JavaScript ends do: asks when it is its turn, sends, and gives back.
#[derive(Default)]
pub struct World {
    pub limits: Limits,
    service: Service,
    pub waiting: Vec<(Ticket, Request)>,
    arriving: Vec<(u64, Request)>,
    replying: Vec<(u64, Request)>,
    /// The places that requests hold, and when their replies came.
    held: Vec<(Key, Option<u64>)>,
    squeezed: (u64, usize),
    now: u64,
    behind: u64,
    last: Ticket,
    pub sent: usize,
}

impl World {
    fn clock(&self) -> u64 {
        BEGINNING + self.now - self.behind
    }

    pub fn happens(&mut self, event: Event) {
        match event {
            Event::Call { kind, n, there, back } => {
                self.call(Request { keys: keys(KINDS[kind % KINDS.len()], n), there, back });
            }
            Event::Abort(at) if !self.waiting.is_empty() => {
                let (ticket, _) = self.waiting.remove(at % self.waiting.len());
                self.limits.leave(ticket);
            }
            Event::Break(at) if at % 2 == 0 && !self.arriving.is_empty() => {
                let (_, request) = self.arriving.swap_remove(at % self.arriving.len());
                self.is_over(&request);
            }
            Event::Break(at) if !self.replying.is_empty() => {
                let (_, request) = self.replying.swap_remove(at % self.replying.len());
                self.service.under_way -= 1;
                self.is_over(&request);
            }
            Event::Refused { kind, n, window } => {
                let keys = keys(KINDS[kind % KINDS.len()], n);
                if let Some(key) = keys.get(window) {
                    self.limits.fill(key, self.clock());
                    for _ in self.count(key)..key.rule.most {
                        self.held.push((*key, Some(self.now)));
                    }
                }
            }
            Event::Squeezed => {
                self.limits.squeeze(self.clock());
                self.squeezed = (self.now + 60_000, (self.under_way() / 2).max(1));
            }
            Event::Tick(ms) => self.pass(self.now + ms),
            Event::SetBack(ms) => self.behind = (self.behind + ms).min(BEGINNING),
            Event::Abort(_) | Event::Break(_) => {}
        }
        self.settle();
    }

    pub fn call(&mut self, request: Request) {
        self.last += 1;
        self.ask(self.last, request);
    }

    fn ask(&mut self, ticket: Ticket, request: Request) {
        match self.limits.ask(ticket, &request.keys, self.clock()) {
            Answer::Go => {
                self.sent += 1;
                self.held.extend(request.keys.iter().map(|key| (*key, None)));
                self.arriving.push((self.now + request.there, request));
            }
            Answer::Wait { ms } => {
                assert_ne!(ms, Some(0), "who is told to wait waits for something");
                self.waiting.push((ticket, request));
            }
        }
    }

    fn is_over(&mut self, request: &Request) {
        let now = self.now;
        self.held.retain(|(key, done)| done.is_none_or(|done| done + key.rule.window_ms > now));
        self.limits.done(&request.keys, self.clock());
        for key in &request.keys {
            let place = self.held.iter_mut().find(|(other, done)| same(key, other) && done.is_none());
            place.expect("it has its places").1 = Some(self.now);
        }
    }

    fn under_way(&self) -> usize {
        self.arriving.len() + self.replying.len()
    }

    /// How many places of a window are held.
    fn count(&self, key: &Key) -> usize {
        let now = |done: u64| done + key.rule.window_ms > self.now;
        self.held.iter().filter(|(other, done)| same(key, other) && done.is_none_or(now)).count()
    }

    /// Nobody waits who could go: for whom those before him are no hindrance.
    fn nobody_waits_in_vain(&self) {
        let (until, fewer) = self.squeezed;
        if self.behind > 0 || self.under_way() >= if self.now < until { fewer } else { MOST_AT_ONCE } {
            return;
        }
        for (place, (_, request)) in self.waiting.iter().enumerate() {
            let mut before = self.waiting[..place].iter().flat_map(|(_, other)| &other.keys);
            let shares = before.any(|other| request.keys.iter().any(|key| same(key, other)));
            assert!(shares || request.keys.iter().any(|key| self.count(key) >= key.rule.most), "it could go");
        }
    }

    /// Lets everything happen that happens now, and says when the next thing does.
    pub fn settle(&mut self) -> Option<u64> {
        loop {
            if let Some(at) = self.arriving.iter().position(|(time, _)| *time <= self.now) {
                let (_, request) = self.arriving.swap_remove(at);
                self.service.arrives(&request.keys, self.now);
                self.replying.push((self.now + request.back, request));
            } else if let Some(at) = self.replying.iter().position(|(time, _)| *time <= self.now) {
                let (_, request) = self.replying.swap_remove(at);
                self.service.under_way -= 1;
                self.is_over(&request);
            } else {
                match self.limits.turn(self.clock()) {
                    Turn::Of(ticket) => {
                        let at = self.waiting.iter().position(|(other, _)| *other == ticket).expect("it waits");
                        let (_, request) = self.waiting.remove(at);
                        let sent = self.sent;
                        self.ask(ticket, request);
                        assert_eq!(self.sent, sent + 1, "whose turn it is goes");
                    }
                    turn => {
                        self.nobody_waits_in_vain();
                        let wakes = if let Turn::In(ms) = turn { Some(self.now + ms) } else { None };
                        let times = self.arriving.iter().chain(&self.replying).map(|(time, _)| *time);
                        return times.chain(wakes).min();
                    }
                }
            }
        }
    }

    pub fn pass(&mut self, until: u64) {
        while let Some(next) = self.settle().filter(|next| *next <= until) {
            assert!(next > self.now, "time goes on");
            self.now = next;
        }
        self.now = until;
        self.settle();
    }

    /// Every call has ended after some time, and the limits hold nothing.
    pub fn ends(mut self) {
        let calls = self.waiting.len() as u64 + 2;
        self.pass(self.now + calls * 3_700_000);
        assert!(self.waiting.is_empty() && self.under_way() == 0);
        let now = self.clock();
        assert_eq!(self.limits.turn(now), Turn::Nobody);
        assert!(self.limits.report(now).iter().all(|row| row.used == 0));
        assert!(self.limits.is_idle(now));
    }
}

fn same(key: &Key, other: &Key) -> bool {
    key.identity == other.identity && core::ptr::eq(key.rule, other.rule)
}
