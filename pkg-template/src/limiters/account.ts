/**
 * The limits of one account: its windows, the requests under way, and the line of those that wait. Plain data, and time is
 * an argument. The Durable Object keeps it in its storage; the script of `redis.ts` does the same in Lua.
 */
import type { LimitAnswer, LimitHold, LimitRequest, LimitWindow } from "../limiter.js";
import { Outlook, soonest } from "./outlook.js";

/** Who waits is forgotten when so many milliseconds after it was told to ask again it has not. */
export const GRACE_MS = 10_000;

/** What is in the maps is replaced and never changed, so that who watches `set` and `delete` misses nothing. */
export interface Account {
  /** What counts in a window without being under way, by the window's key. A window that nobody is in is not there. */
  readonly windows: Map<string, Past>;
  /** By ticket. */
  readonly underWay: Map<string, Place>;
  /** By ticket, in the order in which they came. */
  readonly line: Map<string, Waiting>;
  /** By their number of requests. */
  readonly holds: Map<string, Hold>;
}

/** A window's requests that are over. */
export interface Past {
  windowMs: number;
  /** When they ended. */
  ended: number[];
  /** Until when it takes no request, whoever ended. */
  heldUntil: number;
}

/** What a request under way has taken. */
export interface Place {
  windows: Pick<LimitWindow, "key" | "windowMs">[];
  /** When it counts as ended, unless it asks before. */
  until: number;
}

/** A request in the line. */
export interface Waiting {
  /** Grows along the line. */
  number: number;
  windows: LimitWindow[];
  atOnce: number;
  /** When it is forgotten, unless it asks before. */
  until: number;
}

/** No more requests than this may be under way… */
export interface Hold {
  atOnce: number;
  /** …until then. */
  until: number;
}

/** May the request be sent? If not, it stands in line; its answer may be held back for `patienceMs`. */
export function ask(account: Account, request: LimitRequest, now: number, patienceMs = 0): LimitAnswer {
  tidy(account, now);
  const { ticket, windows, atOnce, leaseMs } = request;
  const place = account.underWay.get(ticket);
  const answer: LimitAnswer = request.force || place ? { granted: true } : judge(account, request, now);
  if (answer.granted) {
    account.line.delete(ticket);
    const taken = place?.windows ?? windows.map(({ key, windowMs }) => ({ key, windowMs }));
    account.underWay.set(ticket, { windows: taken, until: now + leaseMs });
  } else {
    const number = account.line.get(ticket)?.number ?? nextNumber(account);
    const until = now + answer.waitMs + patienceMs + GRACE_MS;
    account.line.set(ticket, { number, windows, atOnce, until });
  }
  return answer;
}

/** A request is over, or leaves the line. */
export function end(account: Account, ticket: string, hold: LimitHold | undefined, now: number): void {
  tidy(account, now);
  account.line.delete(ticket);
  finish(account, ticket, now);
  if (!hold) return;
  const until = now + hold.ms;
  for (const key of hold.windows ?? []) {
    const past = account.windows.get(key) ?? UNUSED;
    account.windows.set(key, { ...past, heldUntil: Math.max(past.heldUntil, until) });
  }
  const { atOnce } = hold;
  if (atOnce === undefined) return;
  const before = account.holds.get(String(atOnce))?.until ?? 0;
  account.holds.set(String(atOnce), { atOnce, until: Math.max(before, until) });
}

/** Forgets what is over by now: leases, windows, holds, and who did not ask again. */
export function tidy(account: Account, now: number): void {
  for (const [ticket, { until }] of account.underWay) if (until <= now) finish(account, ticket, until);
  for (const [key, past] of account.windows) if (lastsUntil(past) <= now) account.windows.delete(key);
  for (const [ticket, { until }] of account.line) if (until <= now) account.line.delete(ticket);
  for (const [key, { until }] of account.holds) if (until <= now) account.holds.delete(key);
}

/** Those in line that could go now, first come, first served. */
export function* ready(account: Account, now: number): Generator<string> {
  const outlook = new Outlook(account, now);
  for (const [ticket, waiting] of account.line) if (outlook.goesNow(waiting)) yield ticket;
}

/** When a place may get free, or somebody in line be passed, though nobody says anything. */
export function nextChange({ underWay, line, holds }: Account): number {
  let first = Number.POSITIVE_INFINITY;
  for (const things of [underWay, line, holds]) for (const { until } of things.values()) first = Math.min(first, until);
  return first;
}

const UNUSED: Past = { windowMs: 0, ended: [], heldUntil: 0 };

function judge(account: Account, request: LimitRequest, now: number): LimitAnswer {
  const outlook = new Outlook(account, now);
  const ahead: Waiting[] = [];
  for (const [ticket, waiting] of account.line) {
    if (ticket === request.ticket) break;
    if (!outlook.goesNow(waiting)) ahead.push(waiting);
  }
  if (outlook.goesNow(request)) return { granted: true };
  const { at, atOnce } = soonest(outlook, request, ahead);
  return { granted: false, waitMs: at - now, atOnce };
}

function finish({ underWay, windows }: Account, ticket: string, at: number): void {
  const place = underWay.get(ticket);
  if (!place) return;
  underWay.delete(ticket);
  for (const { key, windowMs: length } of place.windows) {
    const past = windows.get(key) ?? UNUSED;
    const windowMs = Math.max(past.windowMs, length);
    const ended = [...past.ended.filter((ended) => ended + windowMs > at), at];
    windows.set(key, { ...past, windowMs, ended });
  }
}

const lastsUntil = ({ windowMs, ended, heldUntil }: Past) => Math.max(heldUntil, Math.max(0, ...ended) + windowMs);

function nextNumber({ line }: Account): number {
  let last = 0;
  for (const { number } of line.values()) last = number;
  return last + 1;
}
