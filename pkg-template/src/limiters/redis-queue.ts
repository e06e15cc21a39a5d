/** The requests of this process that wait in Redis for another request to end. */
import type { LimitRequest, RateLimitDecision } from "../client/limiter.js";
import { pause } from "./pause.js";
import { deferralMs } from "./permits.js";
import type { Answer } from "./redis-script.js";

/**
 * Maximum number of requests of this process that ask Redis or wait there for a connection, as many as can be in flight: each more
 * would make every command slower. The others wait in this process, in order.
 */
const MAX_ACTIVE = 14;
/** Maximum time for which a request that wants its answer at once waits for the answers to others. */
const MAX_IMMEDIATE_MS = 1_000;
/** Poll interval of the first waiter while Redis notifies waiters, in case that a lease ends by itself or a message is lost. */
const NOTIFIED_POLL_MS = 100;
const MAX_NOTIFIED_POLL_MS = 4_000;
/** Poll interval of the first waiter without notifications. */
const POLL_MS = 25;
const MAX_POLL_MS = 500;

/** Whether Redis notifies waiters. It is asked to while there are any. */
export interface Notifications {
  readonly isActive: boolean;
  start(): void;
  stop(): void;
}

/** A request that waits, in Redis or in this process. */
interface Waiter {
  wake(): void;
  /** Whether its caller wants an answer at once. */
  isImmediate: boolean;
}

const TOO_MANY_CONNECTIONS: RateLimitDecision = { granted: false, waitMs: 0, tooManyConnections: true };

export class RedisQueue {
  readonly #send: (request: LimitRequest) => Promise<Answer>;
  readonly #notifications: Notifications;
  /** Requests that ask Redis, or wait there for a connection. Between two calls of `acquire` a request has no waiter. */
  readonly #active = new Map<string, Waiter | undefined>();
  /** Those of them that Redis denied, and that wait there until another request ends. */
  readonly #blocked = new Set<string>();
  /** Other requests that wait in Redis. Redis forgets those that do not ask again in time. */
  readonly #known = new Set<string>();
  /** Requests that Redis does not know yet, in order of arrival. */
  readonly #local = new Map<string, Waiter | undefined>();

  constructor(send: (request: LimitRequest) => Promise<Answer>, notifications: Notifications) {
    this.#send = send;
    this.#notifications = notifications;
  }

  /** Asks for a permit, and waits for the end of other requests as long as a long poll may. */
  async acquire(request: LimitRequest, signal: AbortSignal | undefined): Promise<RateLimitDecision> {
    const maxMs = deferralMs(request);
    const deadline = performance.now() + maxMs;
    const isActive = this.#active.has(request.requestId) || (await this.#enter(request.requestId, maxMs, signal));
    return isActive ? this.#poll(request, deadline, signal) : TOO_MANY_CONNECTIONS;
  }

  /** The request has ended, or leaves the queue. */
  forget(requestId: string): void {
    this.#known.delete(requestId);
    this.#local.delete(requestId);
    this.#leave(requestId);
  }

  /** These requests can be granted now. Those of other processes are ignored. */
  wake(requestIds: string[]): void {
    for (const requestId of requestIds) this.#active.get(requestId)?.wake();
  }

  async #poll(request: LimitRequest, deadline: number, signal: AbortSignal | undefined): Promise<RateLimitDecision> {
    const { requestId } = request;
    for (;;) {
      signal?.throwIfAborted();
      // A notification may come before the answer.
      const woken = new Promise<void>((wake) => this.#active.set(requestId, { wake, isImmediate: false }));
      const { decision, ahead } = await this.#send(request).catch((error) => {
        this.#leave(requestId);
        throw error;
      });
      if (decision.granted || decision.waitMs > 0 || !request.longPoll) {
        if (!decision.granted) this.#known.add(requestId);
        this.#leave(requestId);
        return decision;
      }
      // It may have left the queue meanwhile.
      if (this.#active.has(requestId)) this.#block(requestId);
      if (performance.now() >= deadline) return decision;
      const [first, max] = this.#notifications.isActive
        ? [NOTIFIED_POLL_MS, MAX_NOTIFIED_POLL_MS]
        : [POLL_MS, MAX_POLL_MS];
      const pollMs = Math.min(first * (ahead + 1), max) * (0.5 + Math.random());
      await pause(Math.min(pollMs, deadline - performance.now()), signal, woken);
    }
  }

  /** Waits until the request may ask Redis. Resolves with `false` if that takes too long: it stays in the queue. */
  async #enter(requestId: string, maxMs: number, signal: AbortSignal | undefined): Promise<boolean> {
    if (this.#known.delete(requestId) || this.#active.size < MAX_ACTIVE) {
      this.#local.delete(requestId);
      this.#active.set(requestId, undefined);
      return true;
    }
    const isImmediate = maxMs === 0;
    if (isImmediate && this.#blocked.size >= MAX_ACTIVE) {
      this.#local.set(requestId, undefined);
      return false;
    }
    const woken = new Promise<void>((wake) => this.#local.set(requestId, { wake, isImmediate }));
    try {
      await pause(isImmediate ? MAX_IMMEDIATE_MS : maxMs, signal, woken);
    } finally {
      if (this.#local.has(requestId)) this.#local.set(requestId, undefined);
    }
    return this.#active.has(requestId);
  }

  /** The request waits in Redis for a connection. */
  #block(requestId: string): void {
    this.#blocked.add(requestId);
    this.#notifications.start();
    if (this.#blocked.size < MAX_ACTIVE) return;
    for (const waiter of this.#local.values()) if (waiter?.isImmediate) waiter.wake();
  }

  /** The request does not ask Redis any more. The first requests of this process may. */
  #leave(requestId: string): void {
    this.#blocked.delete(requestId);
    this.#active.delete(requestId);
    if (this.#blocked.size === 0) this.#notifications.stop();
    for (const [next, waiter] of this.#local) {
      if (this.#active.size >= MAX_ACTIVE) return;
      if (!waiter) continue;
      this.#local.delete(next);
      this.#active.set(next, waiter);
      waiter.wake();
    }
  }
}
