import type { LimitRequest, RateLimitDecision } from "../client/limiter.js";
import type { PlatformRequest, PlatformResponse } from "../client/platform.js";
import type { Command } from "./commands.js";
import { load, type Storage, type StoredAccount } from "./durable-storage.js";
import { acquire, deferralMs, expire, grantable, nextExpiry, release } from "./permits.js";

/** A request whose answer is deferred. */
interface Deferred {
  request: LimitRequest;
  until: number;
  answer(answer: RateLimitDecision | Promise<RateLimitDecision>): void;
}

/** The time of the grant is still unknown: ask again. */
const ASK_AGAIN: RateLimitDecision = { granted: false, waitMs: 0, tooManyConnections: true };

/**
 * A Durable Object that holds the limits of one account. Export it from the Worker's main module, bind it, and pass
 * `durableLimiter(env.SMSC_LIMITER)` to the clients.
 *
 * ```toml
 * # wrangler.toml
 * [[durable_objects.bindings]]
 * name = "SMSC_LIMITER"
 * class_name = "SmscLimiter"
 *
 * [[migrations]]
 * tag = "smsc-limiter"
 * new_sqlite_classes = ["SmscLimiter"]
 * ```
 *
 * The object stores its state before it answers, so it may be evicted at any time. While requests wait for a known time, no
 * connection stays open, so an idle object can be evicted.
 */
// Does not extend `DurableObject` of "cloudflare:workers": that import fails outside Workers.
export class SmscLimiter {
  /** Makes the class assignable to the parameter of `DurableObjectNamespace<SmscLimiter>`. */
  declare readonly __DURABLE_OBJECT_BRAND: never;
  readonly #storage: Storage;
  readonly #deferred = new Map<string, Deferred>();
  #account: Promise<StoredAccount> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Called by the runtime. */
  constructor(state: { storage: object }) {
    this.#storage = state.storage as Storage;
  }

  /** Handles a command from the `durableLimiter` of a Worker. */
  async fetch(request: PlatformRequest): Promise<PlatformResponse> {
    const command = (await request.json()) as Command;
    const account = await this.#load();
    const now = Date.now();
    if ("release" in command) {
      release(account, command.release, command.feedback, now);
      await this.#settle(account, now);
      return Response.json({});
    }
    const answer = acquire(account, command.acquire, now);
    const deferred = command.acquire.longPoll && !answer.granted && answer.waitMs === 0;
    const settled = deferred ? this.#defer(command.acquire, now, request.signal) : answer;
    await this.#settle(account, now);
    return Response.json(await settled);
  }

  #load(): Promise<StoredAccount> {
    this.#account ??= load(this.#storage).catch((error) => {
      this.#account = undefined;
      throw error;
    });
    return this.#account;
  }

  #defer(request: LimitRequest, now: number, signal: AbortSignal | undefined): Promise<RateLimitDecision> {
    const { requestId } = request;
    return new Promise((resolve) => {
      // A second request with the same requestId: its client lost the connection.
      this.#deferred.get(requestId)?.answer(ASK_AGAIN);
      const deferred = { request, until: now + deferralMs(request), answer: resolve };
      this.#deferred.set(requestId, deferred);
      // Some runtimes report a closed connection. The waiter stays queued, so that it is granted when it asks again.
      signal?.addEventListener("abort", () => {
        if (this.#deferred.get(requestId) === deferred) this.#deferred.delete(requestId);
        resolve(ASK_AGAIN);
      });
    });
  }

  /** Answers deferred requests that are granted or have reached their time limit, once the account is stored. */
  async #settle(account: StoredAccount, now: number): Promise<void> {
    const answers = new Map<string, RateLimitDecision>();
    for (const [requestId, { until }] of this.#deferred) {
      if (until <= now || !account.waiters.has(requestId)) answers.set(requestId, ASK_AGAIN);
    }
    for (const requestId of [...grantable(account, now)]) {
      const deferred = this.#deferred.get(requestId);
      if (deferred) answers.set(requestId, acquire(account, deferred.request, now));
    }
    const saved = account.save(this.#storage).catch((error) => {
      // Discards the state in memory, which differs from the stored one.
      this.#account = undefined;
      throw error;
    });
    for (const [requestId, answer] of answers) {
      this.#deferred.get(requestId)?.answer(saved.then(() => answer));
      this.#deferred.delete(requestId);
    }
    this.#scheduleWake(account);
    await saved;
  }

  /** Sets a timer for the next expiry of a lease or of a deferred answer. */
  #scheduleWake(account: StoredAccount): void {
    clearTimeout(this.#timer);
    if (this.#deferred.size === 0) return;
    let at = nextExpiry(account);
    for (const { until } of this.#deferred.values()) at = Math.min(at, until);
    this.#timer = setTimeout(() => this.#wake(), Math.max(at - Date.now(), 1));
  }

  async #wake(): Promise<void> {
    try {
      const account = await this.#load();
      const now = Date.now();
      expire(account, now);
      await this.#settle(account, now);
    } catch (error) {
      for (const { answer } of this.#deferred.values()) answer(Promise.reject(error));
      this.#deferred.clear();
    }
  }
}
