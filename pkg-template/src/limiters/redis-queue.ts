/** The requests of this process that wait in Redis for another request to end. */
import type { LimitRequest, RateLimitDecision } from "../client/limiter.js";
import { pause } from "./pause.js";
import { LONG_POLL_MS } from "./permits.js";

/**
 * Maximum number of these requests that wait in Redis, as many as can be in flight: each more would make every command slower.
 * The others wait in this process, in order.
 */
const MAX_POLLING = 14;
/** Poll interval of the first waiter while Redis notifies waiters, in case that a lease ends by itself or a message is lost. */
const NOTIFIED_POLL_MS = 500;
const MAX_NOTIFIED_POLL_MS = 4_000;
/** Poll interval of the first waiter without notifications. */
const POLL_MS = 25;
const MAX_POLL_MS = 500;

/** The answer of the script. */
export interface Answer {
  decision: RateLimitDecision;
  /** The number of waiters ahead, of all processes. */
  ahead: number;
}

/** Whether Redis notifies waiters. It is asked to while there are any. */
export interface Notifications {
  readonly isActive: boolean;
  start(): void;
  stop(): void;
}

/** A request that waits in Redis. */
interface Turn {
  wake(): void;
}

export class RedisQueue {
  readonly #ask: (request: LimitRequest) => Promise<Answer>;
  readonly #notifications: Notifications;
  /** Requests that Redis has queued: they keep their place only if they ask again in time. */
  readonly #queued = new Set<string>();
  /** Requests of `acquire` that ask Redis. */
  readonly #polling = new Map<string, Turn>();
  /** Requests that Redis does not know yet, in order of arrival. Between two calls of `acquire` a request has no turn. */
  readonly #local = new Map<string, Turn | undefined>();

  constructor(ask: (request: LimitRequest) => Promise<Answer>, notifications: Notifications) {
    this.#ask = ask;
    this.#notifications = notifications;
  }

  /** Asks for a permit, and waits for the end of other requests as long as a long poll may. */
  async acquire(request: LimitRequest, signal: AbortSignal | undefined): Promise<RateLimitDecision> {
    const { requestId } = request;
    const deadline = Date.now() + LONG_POLL_MS;
    if (!this.#queued.has(requestId) && (this.#local.size > 0 || this.#polling.size >= MAX_POLLING)) {
      const admitted = await this.#waitLocally(requestId, signal);
      if (!admitted) return { granted: false, waitMs: 0, tooManyConnections: true };
    }
    try {
      return await this.#poll(request, deadline, signal);
    } finally {
      this.#polling.delete(requestId);
      this.#admit();
      if (this.#polling.size === 0) this.#notifications.stop();
    }
  }

  /** The request has ended, or leaves the queue. */
  forget(requestId: string): void {
    this.#queued.delete(requestId);
    this.#local.delete(requestId);
  }

  /** These requests can be granted now. Those of other processes are ignored. */
  wake(requestIds: string[]): void {
    for (const requestId of requestIds) this.#polling.get(requestId)?.wake();
  }

  async #poll(request: LimitRequest, deadline: number, signal: AbortSignal | undefined): Promise<RateLimitDecision> {
    const { requestId } = request;
    for (;;) {
      signal?.throwIfAborted();
      // A notification may come before the answer.
      const woken = new Promise<void>((wake) => this.#polling.set(requestId, { wake }));
      const { decision, ahead } = await this.#ask(request);
      if (decision.granted) this.#queued.delete(requestId);
      else this.#queued.add(requestId);
      if (decision.granted || decision.waitMs > 0 || Date.now() >= deadline) return decision;
      this.#notifications.start();
      const [first, max] = this.#notifications.isActive
        ? [NOTIFIED_POLL_MS, MAX_NOTIFIED_POLL_MS]
        : [POLL_MS, MAX_POLL_MS];
      await pause(Math.min(first * (ahead + 1), max) * (0.5 + Math.random()), signal, woken);
    }
  }

  /** Waits until the request may ask Redis. Resolves with `false` after the time of a long poll: it keeps its place. */
  async #waitLocally(requestId: string, signal: AbortSignal | undefined): Promise<boolean> {
    const woken = new Promise<void>((wake) => this.#local.set(requestId, { wake }));
    try {
      await pause(LONG_POLL_MS, signal, woken);
    } finally {
      // An admitted request is among those that poll.
      if (this.#local.has(requestId)) this.#local.set(requestId, undefined);
    }
    return this.#polling.has(requestId);
  }

  /** Lets the first requests of this process ask Redis. */
  #admit(): void {
    for (const [requestId, turn] of this.#local) {
      if (this.#polling.size >= MAX_POLLING) return;
      if (!turn) continue;
      this.#local.delete(requestId);
      this.#polling.set(requestId, turn);
      turn.wake();
    }
  }
}
