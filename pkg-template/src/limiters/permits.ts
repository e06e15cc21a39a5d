/**
 * The limits of one account: its windows, the leases of requests in flight, and the queue of waiting requests. Plain data; the
 * current time is an argument. The Durable Object keeps it in its storage. `permits.lua` does the same for Redis.
 */
import type { LimitRequest, LimitWindow, RateLimitDecision, RateLimitFeedback } from "../client/limiter.js";
import { earliestGrant, Forecast } from "./forecast.js";

/** A waiter is dropped if it has not asked again this many milliseconds after it was due to. */
export const GRACE_MS = 10_000;
/** Maximum time to defer an answer, in milliseconds. The waiter then asks again. */
const LONG_POLL_MS = 20_000;

/** How long the answer to this request may be deferred: it has to arrive before the caller gives up. 0 if not at all. */
export function deferralMs({ longPoll, answerTimeoutMs = Number.POSITIVE_INFINITY }: LimitRequest): number {
  return longPoll ? Math.min(LONG_POLL_MS, answerTimeoutMs / 2) : 0;
}

/** Values in the maps are replaced and never mutated, so that an observer of `set` and `delete` sees every change. */
export interface Account {
  /** Completed requests that still count, by the window's key. An unused window has no entry. */
  readonly windows: Map<string, WindowUsage>;
  /** Requests in flight, by requestId. */
  readonly leases: Map<string, Lease>;
  /** Queued requests by requestId, in order of arrival. */
  readonly waiters: Map<string, Waiter>;
  /** By their concurrency limit. */
  readonly holds: Map<string, Hold>;
}

/** The completed requests of a window. */
export interface WindowUsage {
  windowMs: number;
  /** The times at which they ended. */
  ended: number[];
  /** The window grants no request before this time, regardless of `ended`. */
  heldUntil: number;
}

/** The capacity that a request in flight has reserved. */
export interface Lease {
  windows: Pick<LimitWindow, "key" | "windowMs">[];
  /** The time at which the lease expires unless it is renewed. */
  until: number;
}

/** A queued request. */
export interface Waiter {
  /** Increases along the queue. */
  number: number;
  windows: LimitWindow[];
  maxConcurrent: number;
  /** The time at which the waiter is dropped unless it asks again. */
  until: number;
}

/** A temporary limit on the requests in flight. */
export interface Hold {
  maxConcurrent: number;
  /** The time at which the hold expires. */
  until: number;
}

/** Grants the request or queues it. The answer to a queued request may be deferred. */
export function acquire(account: Account, request: LimitRequest, now: number): RateLimitDecision {
  expire(account, now);
  const { requestId, windows, maxConcurrent, leaseMs } = request;
  const lease = account.leases.get(requestId);
  const answer: RateLimitDecision = request.force || lease ? { granted: true } : decide(account, request, now);
  if (answer.granted) {
    account.waiters.delete(requestId);
    const reserved = lease?.windows ?? windows.map(({ key, windowMs }) => ({ key, windowMs }));
    account.leases.set(requestId, { windows: reserved, until: now + leaseMs });
  } else {
    const number = account.waiters.get(requestId)?.number ?? nextNumber(account);
    const until = now + answer.waitMs + deferralMs(request) + GRACE_MS;
    account.waiters.set(requestId, { number, windows, maxConcurrent, until });
  }
  return answer;
}

/** Ends a request's lease, or removes it from the queue. */
export function release(
  account: Account,
  requestId: string,
  feedback: RateLimitFeedback | undefined,
  now: number,
): void {
  expire(account, now);
  account.waiters.delete(requestId);
  endLease(account, requestId, now);
  if (!feedback) return;
  const until = now + feedback.ms;
  for (const key of feedback.windows ?? []) {
    const usage = account.windows.get(key) ?? UNUSED;
    account.windows.set(key, { ...usage, heldUntil: Math.max(usage.heldUntil, until) });
  }
  const { maxConcurrent } = feedback;
  if (maxConcurrent === undefined) return;
  const before = account.holds.get(String(maxConcurrent))?.until ?? 0;
  account.holds.set(String(maxConcurrent), { maxConcurrent, until: Math.max(before, until) });
}

/** Removes expired leases, windows, holds and waiters. */
export function expire(account: Account, now: number): void {
  for (const [requestId, { until }] of account.leases) if (until <= now) endLease(account, requestId, until);
  for (const [key, usage] of account.windows) if (lastsUntil(usage) <= now) account.windows.delete(key);
  for (const [requestId, { until }] of account.waiters) if (until <= now) account.waiters.delete(requestId);
  for (const [key, { until }] of account.holds) if (until <= now) account.holds.delete(key);
}

/** The request ids of waiters that can be granted now, in queue order. */
export function* grantable(account: Account, now: number): Generator<string> {
  const forecast = new Forecast(account, now);
  for (const [requestId, waiter] of account.waiters) if (forecast.tryGrant(waiter)) yield requestId;
}

/** The next time at which an expiry may free capacity or let a waiter overtake. */
export function nextExpiry({ leases, waiters, holds }: Account): number {
  let first = Number.POSITIVE_INFINITY;
  for (const entries of [leases, waiters, holds])
    for (const { until } of entries.values()) first = Math.min(first, until);
  return first;
}

const UNUSED: WindowUsage = { windowMs: 0, ended: [], heldUntil: 0 };

function decide(account: Account, request: LimitRequest, now: number): RateLimitDecision {
  const forecast = new Forecast(account, now);
  const ahead: Waiter[] = [];
  for (const [requestId, waiter] of account.waiters) {
    if (requestId === request.requestId) break;
    if (!forecast.tryGrant(waiter)) ahead.push(waiter);
  }
  if (forecast.tryGrant(request)) return { granted: true };
  const { at, tooManyConnections } = earliestGrant(forecast, request, ahead);
  return { granted: false, waitMs: at - now, tooManyConnections };
}

function endLease({ leases, windows }: Account, requestId: string, at: number): void {
  const lease = leases.get(requestId);
  if (!lease) return;
  leases.delete(requestId);
  for (const { key, windowMs: length } of lease.windows) {
    const usage = windows.get(key) ?? UNUSED;
    const windowMs = Math.max(usage.windowMs, length);
    const ended = [...usage.ended.filter((ended) => ended + windowMs > at), at];
    windows.set(key, { ...usage, windowMs, ended });
  }
}

const lastsUntil = ({ windowMs, ended, heldUntil }: WindowUsage) =>
  Math.max(heldUntil, Math.max(0, ...ended) + windowMs);

function nextNumber({ waiters }: Account): number {
  let last = 0;
  for (const { number } of waiters.values()) last = number;
  return last + 1;
}
