//! What [`super::invoke`] does, by number: the same list as `Op` in `pkg-template/src/core.ts`.

/// Whose turn it is: minus the ticket of a call, or the milliseconds until then.
pub const TURN: u32 = 0;
/// Checks the options of `createClient`; `a`: they stand in a browser's page. Gives the client.
pub const NEW_CLIENT: u32 = 1;
/// Checks a walk: a line with the endpoint, then the query. Gives the plan.
pub const NEW_WALK: u32 = 2;
/// Gives the scanner of a file: `a` the delimiter's code; `b` 1 for windows-1251, 2 for UTF-8 that is only a guess.
pub const NEW_CSV: u32 = 3;
/// Forgets a thing; a call is over by that, or given up.
pub const DROP: u32 = 4;
/// A client's account, by a name that tells no secret: a text.
pub const ACCOUNT: u32 = 5;
/// The rows of `rateLimits()`: JSON.
pub const REPORT: u32 = 6;
/// Checks a call of a client: lines with the method, the options, the input. Gives the call.
pub const NEW_CALL: u32 = 7;
/// The next step of a call: a number of `Next` in `core.ts`. From 0 up it is to send the request, and the milliseconds that it
/// may take. It leaves lines: with the endpoint's name; of a wait the milliseconds, unless only another call's end can tell;
/// of a request where it goes, and its body. At `Done` it leaves the output, or fails with what the call failed with.
pub const NEXT: u32 = 8;
/// A call's number among those that wait.
pub const TICKET: u32 = 10;
/// Says who asks: what `credentials()` gave.
pub const AUTHORIZE: u32 = 11;
/// The windows that a call counts in, which a shared limiter is asked for: JSON.
pub const QUESTION: u32 = 12;
/// What it answered: `a` the milliseconds to wait, below zero where the request may go; `b`: it is for the number at once.
pub const ANSWERED: u32 = 13;
/// What it is to be told of the service's refusal, once: which of the windows is full, infinity for too many at once, or -1.
pub const LESSON: u32 = 14;
/// The document that goes along: its media type, a space, its name.
pub const DOCUMENT: u32 = 17;
/// How many milliseconds an attempt, or the next piece of a file, may take.
pub const TIMEOUT: u32 = 19;
/// A reply came, or a file's beginning: lines with the status, `Retry-After` in ms, and its text; `a`: a random number; `b`: it
/// is whole.
pub const REPLIED: u32 = 20;
/// An attempt failed: a text with what happened; `a`: a random number; `b`: the fault, and 8 more for a file that broke off.
pub const FAILED: u32 = 22;
/// A text without the secrets of a call.
pub const REDACT: u32 = 25;
/// What a walk's next request sets in the query: JSON, or an empty text.
pub const LEG: u32 = 26;
/// A walk takes a page: `a` items, `b` of them new, and the cursor that follows. Gives where it stands: a text.
pub const ACCEPT: u32 = 27;
/// Where a scanner's next `a` bytes are to be put, or a page of the history; 0 for a call that gives none.
pub const ROOM: u32 = 28;
/// A scanner takes what was put there; `a`: byte by byte, where vectors are slow. Gives how many bytes it did not take, with those
/// that were left over before, since they are no UTF-8. A call, with a page that is whole and came
/// with 200: gives where three numbers lie that tell of it until the next comes, or 0 where it did not take it.
pub const FEED: u32 = 29;
/// A scanner's file is over. Gives what `FEED` gives.
pub const FINISH: u32 = 30;
/// Where five numbers lie that tell what a scanner found.
pub const FOUND: u32 = 31;
/// Checks what is known about a file. Gives the encoding's name: a text.
pub const CHECK_CSV: u32 = 32;
