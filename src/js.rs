//! The border: all that the package's own JavaScript calls. Only numbers cross it, and texts lie in the memory, so that its
//! JavaScript end (`pkg-template/src/instance.ts`) needs no generated code. What is done is one function, by number;
//! `pkg-template/src/core.ts` gives the numbers names. All of
//! it is synchronous; who waits, sends and receives is the JavaScript, on this crate's word. What lives here is named by a
//! handle; values cross as JSON text, errors as the JSON of [`crate::error::Details`].

mod accounts;
mod csv;
mod op;
mod operation;
mod walk;

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use crate::{
    error::{Error, Result},
    history::Pages,
    text::cut,
};
use accounts::Accounts;
use csv::CsvScanner;
use operation::{Client, Operation};
use walk::WalkPlan;

/// Whatever is freed is wiped: credentials pass through many texts on their way.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<rlsf::SmallGlobalTlsf> =
    zeroizing_alloc::ZeroAlloc(rlsf::SmallGlobalTlsf::new());

/// What lives in the core, by its handle.
enum Thing {
    Client(Client),
    Call(Box<Operation>),
    Walk(WalkPlan),
    Csv(Box<CsvScanner>),
}

/// What crosses the border beside numbers.
struct Core {
    things: Vec<Option<Thing>>,
    accounts: Accounts,
    /// The text that the last call left.
    text: String,
    /// The text that the next call takes.
    line: Vec<u8>,
    /// What pages of the history are read into. It is made for the first.
    pages: Option<Box<Pages>>,
}

thread_local! {
    static CORE: RefCell<Core> = const {
        RefCell::new(Core {
            things: Vec::new(),
            accounts: Accounts::new(),
            text: String::new(),
            line: Vec::new(),
            pages: None,
        })
    };
}

/// Makes room for the text that the next call takes, of so many bytes of UTF-8, and forgets what the last one left. Gives its
/// address.
#[wasm_bindgen]
pub fn room(length: usize) -> usize {
    CORE.with_borrow_mut(|core| {
        core.text = String::new();
        core.line = vec![0; length];
        core.line.as_ptr().addr()
    })
}

/// Does one thing; `core.ts` says which are there and what they take. Gives a number, or leaves a text. Where it fails it gives
/// NaN, and the text is the error.
#[wasm_bindgen]
pub fn invoke(what: u32, handle: usize, length: usize, now: f64, a: f64, b: f64) -> f64 {
    CORE.with_borrow_mut(|core| {
        let mut line = core::mem::take(&mut core.line);
        line.truncate(length);
        // SAFETY: what stands there was written by a `TextEncoder`, which writes UTF-8 and nothing else. The texts that
        // wasm-bindgen passes rest on the same.
        #[expect(unsafe_code, reason = "to look through each text again would take a kilobyte of the package")]
        let line = unsafe { String::from_utf8_unchecked(line) };
        match core.invoke(what, handle, &line, now, a, b) {
            Ok(number) => number,
            Err(error) => {
                core.text = error.to_json();
                f64::NAN
            }
        }
    })
}

/// Where the text lies that the last call left.
#[wasm_bindgen]
pub fn text() -> usize {
    CORE.with_borrow(|core| core.text.as_ptr().addr())
}

/// How many bytes it has.
#[wasm_bindgen]
pub fn length() -> usize {
    CORE.with_borrow(|core| core.text.len())
}

/// Milliseconds since 1970, as JavaScript's clock gives them.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
fn instant(ms: f64) -> u64 {
    ms as u64
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn float(ms: u64) -> f64 {
    ms as f64
}

fn address<T>(pointer: *const T) -> f64 {
    float(u64::try_from(pointer.addr()).unwrap_or_default())
}

/// Names the endpoint of an error, unless it is named.
fn at(endpoint: &str, mut error: Error) -> Error {
    if error.endpoint.is_none() {
        error.endpoint = Some(endpoint.into());
    }
    error
}

/// The first of two lines, and the rest. JSON as JavaScript writes it has no line break.
fn line(text: &str) -> (&str, &str) {
    cut(text, b'\n').unwrap_or((text, ""))
}

impl Core {
    fn invoke(&mut self, what: u32, handle: usize, text: &str, now: f64, a: f64, b: f64) -> Result<f64> {
        let instant = instant(now);
        match what {
            op::TURN => return Ok(self.accounts.turn(instant)),
            op::NEW_CLIENT => {
                let client = Client::new(text, a != 0.0, &mut self.accounts, instant)?;
                return Ok(self.keep(Thing::Client(client)));
            }
            op::NEW_WALK => {
                let plan = WalkPlan::new(text, now)?;
                return Ok(self.keep(Thing::Walk(plan)));
            }
            op::CHECK_CSV => {
                self.text = csv::check(text)?;
                return Ok(0.0);
            }
            op::NEW_CSV => return Ok(self.keep(Thing::Csv(Box::new(CsvScanner::new(a, b))))),
            op::DROP => {
                if let Some(Thing::Call(mut call)) = self.things.get_mut(handle).and_then(Option::take) {
                    call.ended(instant);
                }
                return Ok(0.0);
            }
            _ => {}
        }
        let out = &mut self.text;
        let Some(Some(thing)) = self.things.get_mut(handle) else {
            return Err(Error::internal("there is no such thing"));
        };
        match (what, thing) {
            (op::ACCOUNT, Thing::Client(client)) => *out = client.account(),
            (op::REPORT, Thing::Client(client)) => *out = client.report(instant),
            (op::NEW_CALL, Thing::Client(client)) => {
                let call = client.call(text, self.accounts.ticket(), instant)?;
                return Ok(self.keep(Thing::Call(Box::new(call))));
            }
            (_, Thing::Call(call)) => {
                let shared = (&mut self.accounts, &mut self.pages);
                return call.invoke(what, text, shared, out, (now, a, b));
            }
            (op::LEG, Thing::Walk(walk)) => *out = walk.leg().unwrap_or_default(),
            (op::ACCEPT, Thing::Walk(walk)) => *out = walk.accept(a, b, text)?.unwrap_or_default(),
            (_, Thing::Csv(scanner)) => return scanner.invoke(what, a),
            _ => return Err(Error::internal("there is no such thing")),
        }
        Ok(0.0)
    }

    /// Keeps a thing and gives its handle.
    fn keep(&mut self, thing: Thing) -> f64 {
        let free = self.things.iter().position(Option::is_none);
        let handle = free.unwrap_or(self.things.len());
        match self.things.get_mut(handle) {
            Some(place) => *place = Some(thing),
            None => self.things.push(Some(thing)),
        }
        float(u64::try_from(handle).unwrap_or_default())
    }
}
