// The compiled core. All that crosses the border is one function, by number, and texts: every function more would cost
// the package several hundred bytes on both sides. The types of data in `./smsc.js`, of which nothing else is left, are
// generated from Rust.
import { fromCore } from "./errors.js";
import { ended, era, type Handle, invoke, text } from "./instance.js";

export type * from "./smsc.js";

/** What the core does, by number: the same list as in `src/js/op.rs`. */
export enum Op {
  /** Whose turn it is: minus the ticket of a call, or the milliseconds until then. */
  Turn = 0,
  /** Checks the options of `createClient`; `a`: they stand in a browser's page. Gives the client. */
  NewClient = 1,
  /** Checks a walk: a line with the endpoint, then the query. Gives the plan. */
  NewWalk = 2,
  /** Gives the scanner of a file: `a` the delimiter's code; `b` 1 for windows-1251, 2 for UTF-8 that is only a guess. */
  NewCsv = 3,
  /** Forgets a thing; a call is over by that, or given up. */
  Drop = 4,
  /** A client's account, by a name that tells no secret: a text. */
  Account = 5,
  /** The rows of `rateLimits()`: JSON. */
  Report = 6,
  /** Checks a call of a client: lines with the method, the options, the input. Gives the call. */
  NewCall = 7,
  /**
   * The next step of a call: a number of `Next`. From 0 up it is to send the request, and the milliseconds that it may take. It
   * leaves lines: with the endpoint's name; of a wait the milliseconds, unless only another call's end can tell; of a request
   * where it goes, and its body. At `Done` it leaves the output, or fails with what the call failed with.
   */
  Next = 8,
  /** A call's number among those that wait. */
  Ticket = 10,
  /** Says who asks: what `credentials()` gave. */
  Authorize = 11,
  /** The windows that a call counts in, which a shared limiter is asked for: JSON. */
  Question = 12,
  /** What it answered: `a` the milliseconds to wait, below zero where the request may go; `b`: it is for the number at once. */
  Answered = 13,
  /** What it is to be told of the service's refusal, once: which of the windows is full, infinity for too many at once, or -1. */
  Lesson = 14,
  /** The document that goes along: its media type, a space, its name. */
  Document = 17,
  /** How many milliseconds an attempt, or the next piece of a file, may take. */
  Timeout = 19,
  /**
   * A reply came, or a file's beginning: lines with the status, `Retry-After` in ms, and its text; `a`: a random number; `b`: it
   * is whole.
   */
  Replied = 20,
  /** An attempt failed: a text with what happened; `a`: a random number; `b`: the fault, and 8 more for a file that broke off. */
  Failed = 22,
  /** A text without the secrets of a call. */
  Redact = 25,
  /** What a walk's next request sets in the query: JSON, or an empty text. */
  Leg = 26,
  /** A walk takes a page: `a` items, `b` of them new, and the cursor that follows. Gives where it stands: a text. */
  Accept = 27,
  /** Where a scanner's next `a` bytes are to be put, or a page of the history; 0 for a call that gives none. */
  Room = 28,
  /**
   * A scanner takes what was put there; `a`: byte by byte, where vectors are slow. Gives how many bytes it did not take, with
   * those that were left over before, since they are no UTF-8. A call, with a page that is whole and
   * came with 200: gives where three numbers lie that tell of it until the next comes, or 0 where it did not take it.
   */
  Feed = 29,
  /** A scanner's file is over. Gives what `Feed` gives. */
  Finish = 30,
  /** Where five numbers lie that tell what a scanner found. */
  Found = 31,
  /** Checks what is known about a file. Gives the encoding's name: a text. */
  CheckCsv = 32,
}

/** The next step of a call, where it is not to send the request. */
export enum Next {
  /** Wait for a limit, then ask again. */
  WaitForLimit = -1,
  /** Wait before another try, then ask again. */
  WaitForRetry = -2,
  /** Say who asks. */
  Authorize = -3,
  /** Ask the shared limiter. */
  Ask = -4,
  /** The output is there, as JSON, unless a page was taken. */
  Done = -5,
}

/** How an attempt failed without a reply. */
export enum Fault {
  /** No connection, or it broke. */
  Connection,
  /** It took too long. */
  Timeout,
  /** `credentials()` failed. */
  Credentials,
  /** The shared limiter failed. */
  Limiter,
  /** No HTTP reply, one too large, or a redirect elsewhere. */
  BadReply,
}

/** What a reply is. */
export enum Got {
  /** Not enough of a file to tell. */
  More,
  /** The beginning of a file. */
  File,
  /** A reply that was read: the attempt is over. */
  Read,
}

/** Does one thing and gives a number. */
export function core(what: Op, handle: Handle = era, line = "", a = 0, b = 0): number {
  if (handle < era) throw ended();
  const number = invoke(what, handle, line, a, b);
  if (Number.isNaN(number)) throw fromCore(text());
  return number;
}

/** Does one thing and gives a text. */
export function coreText(what: Op, handle: Handle, line?: string, a?: number, b?: number): string {
  core(what, handle, line, a, b);
  return text();
}

/** What nobody holds any more is forgotten in the core too. */
const held = new FinalizationRegistry<Handle>(drop);

/** Makes a thing in the core, which lives no longer than its owner where it has one, and gives its handle. */
export function make(what: Op, handle: Handle, line: string, owner?: object, a?: number, b?: number): Handle {
  const made = core(what, handle, line, a, b) + era;
  if (owner) held.register(owner, made, owner);
  return made;
}

/** Forgets a thing. It never throws, since much of it is done where nobody could catch that. */
export function drop(handle: Handle, owner?: object): void {
  // Its number will be that of another thing.
  if (owner) held.unregister(owner);
  try {
    core(Op.Drop, handle);
  } catch {
    // It died with its instance.
  }
}
