import type { LimitAnswer, LimitRequest } from "../limiter.js";
import { ask, end, nextChange, ready, tidy } from "./account.js";
import type { Message } from "./messages.js";
import { load, type Storage, type StoredAccount } from "./rows.js";

/** An answer is held back for so long at most; then who waits asks again. */
const PATIENCE_MS = 20_000;

/** A request whose answer is held back. */
interface Held {
  request: LimitRequest;
  until: number;
  answer(answer: LimitAnswer | Promise<LimitAnswer>): void;
}

/** Still nobody knows when. */
const UNKNOWN: LimitAnswer = { granted: false, waitMs: 0, atOnce: true };

/**
 * A Durable Object that holds the limits of one account. Export it from the Worker's main module, bind it, and give the
 * clients `durableLimiter(env.SMSC_LIMITER)`.
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
 * What it knows is in its storage before it answers, so it may be evicted at any moment, and is when nobody asks: while
 * requests wait for a time that is known, nothing is kept open.
 */
// No `DurableObject` of "cloudflare:workers" to extend: there would be no importing this anywhere else.
export class SmscLimiter {
  /** Makes it a class for `DurableObjectNamespace<SmscLimiter>`. */
  declare readonly __DURABLE_OBJECT_BRAND: never;
  readonly #storage: Storage;
  readonly #held = new Map<string, Held>();
  #account: Promise<StoredAccount> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Called by the runtime. */
  constructor(state: { storage: object }) {
    this.#storage = state.storage as Storage;
  }

  /** Called by the `durableLimiter` of a Worker. */
  async fetch(request: Request): Promise<Response> {
    const message = (await request.json()) as Message;
    const account = await this.#load();
    const now = Date.now();
    if ("release" in message) {
      end(account, message.release, message.hold, now);
      await this.#settle(account, now);
      return Response.json({});
    }
    const { patient } = message.acquire;
    const answer = ask(account, message.acquire, now, patient ? PATIENCE_MS : 0);
    const waits = patient && !answer.granted && answer.waitMs === 0;
    const later = waits ? this.#hold(message.acquire, now, request.signal) : answer;
    await this.#settle(account, now);
    return Response.json(await later);
  }

  #load(): Promise<StoredAccount> {
    this.#account ??= load(this.#storage).catch((error) => {
      this.#account = undefined;
      throw error;
    });
    return this.#account;
  }

  #hold(request: LimitRequest, now: number, signal: AbortSignal | undefined): Promise<LimitAnswer> {
    const { ticket } = request;
    return new Promise((resolve) => {
      // It asks again because it lost the connection.
      this.#held.get(ticket)?.answer(UNKNOWN);
      const held = { request, until: now + PATIENCE_MS, answer: resolve };
      this.#held.set(ticket, held);
      // Some runtimes tell that nobody is there any more: its turn, if it comes now, is kept for who asks again.
      signal?.addEventListener("abort", () => {
        if (this.#held.get(ticket) === held) this.#held.delete(ticket);
        resolve(UNKNOWN);
      });
    });
  }

  /** Answers those whose turn has come, or whose answer was held back for long enough, once all is written down. */
  async #settle(account: StoredAccount, now: number): Promise<void> {
    const answers = new Map<string, LimitAnswer>();
    for (const [ticket, { until }] of this.#held) {
      if (until <= now || !account.line.has(ticket)) answers.set(ticket, UNKNOWN);
    }
    for (const ticket of [...ready(account, now)]) {
      const held = this.#held.get(ticket);
      if (held) answers.set(ticket, ask(account, held.request, now));
    }
    const saved = account.save(this.#storage).catch((error) => {
      // What is in memory now is not what is stored.
      this.#account = undefined;
      throw error;
    });
    for (const [ticket, answer] of answers) {
      this.#held.get(ticket)?.answer(saved.then(() => answer));
      this.#held.delete(ticket);
    }
    this.#wakeInTime(account);
    await saved;
  }

  /** While answers are held back: leases run out, and so does patience. */
  #wakeInTime(account: StoredAccount): void {
    clearTimeout(this.#timer);
    if (this.#held.size === 0) return;
    let at = nextChange(account);
    for (const { until } of this.#held.values()) at = Math.min(at, until);
    this.#timer = setTimeout(() => this.#wake(), Math.max(at - Date.now(), 1));
  }

  async #wake(): Promise<void> {
    try {
      const account = await this.#load();
      const now = Date.now();
      tidy(account, now);
      await this.#settle(account, now);
    } catch (error) {
      for (const { answer } of this.#held.values()) answer(Promise.reject(error));
      this.#held.clear();
    }
  }
}
