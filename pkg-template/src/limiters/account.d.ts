/**
 * The limits of one account: its windows, the leases of requests in flight, and the queue of waiting requests. Plain data; the
 * current time is an argument. The Durable Object keeps it in its storage. The script of `redis.ts` does the same in Lua.
 */
import type { LimitAnswer, LimitHold, LimitRequest, LimitWindow } from "../client/limiter.js";
/** A waiter is dropped if it has not asked again this many milliseconds after it was due to. */
export declare const GRACE_MS = 10000;
/** Values in the maps are replaced and never mutated, so that an observer of `set` and `delete` sees every change. */
export interface Account {
    /** Completed requests that still count, by the window's key. An unused window has no entry. */
    readonly windows: Map<string, WindowUsage>;
    /** Requests in flight, by ticket. */
    readonly leases: Map<string, Lease>;
    /** Queued requests by ticket, in order of arrival. */
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
    atOnce: number;
    /** The time at which the waiter is dropped unless it asks again. */
    until: number;
}
/** A temporary limit on the requests in flight. */
export interface Hold {
    atOnce: number;
    /** The time at which the hold expires. */
    until: number;
}
/** Grants the request or queues it. The caller may defer the answer of a queued request by `patienceMs`. */
export declare function acquire(account: Account, request: LimitRequest, now: number, patienceMs?: number): LimitAnswer;
/** Ends a request's lease, or removes it from the queue. */
export declare function release(account: Account, ticket: string, hold: LimitHold | undefined, now: number): void;
/** Removes expired leases, windows, holds and waiters. */
export declare function expire(account: Account, now: number): void;
/** The tickets of waiters that can be granted now, in queue order. */
export declare function grantable(account: Account, now: number): Generator<string>;
/** The next time at which an expiry may free capacity or let a waiter overtake. */
export declare function nextExpiry({ leases, waiters, holds }: Account): number;
