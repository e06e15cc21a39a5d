import { type Logger, type OnLimit, tell } from "./context.js";
import { core, coreText, Fault, Op } from "./core.js";
import { type Guard, Loss } from "./guard.js";
import { era, type Handle } from "./instance.js";
import type { LimitAnswer, Limiter, LimitHold, LimitRequest } from "./limiter.js";

/** Something of the user's own threw, or rejected: `credentials()`, or a limiter. */
export class Failed extends Error {
  constructor(
    readonly kind: Fault,
    cause: unknown,
  ) {
    super("", { cause });
  }
}

/** A place is kept so much longer than an attempt may take. */
const graceMs = 10_000;

/** The service takes fewer than 15 requests of an account at once. */
const mostAtOnce = 14;

/** Tells this process from all others. Made when it is first needed, since Workers have no random numbers before a request. */
let process: string | undefined;

/** A call's place with a limiter that many processes share. */
export class Place {
  readonly #limiter: Limiter;
  readonly #call: Handle;
  readonly #logger: Logger | undefined;
  #request: LimitRequest | undefined;
  #renewedAt = 0;
  #attempt = 0;

  constructor(
    limiter: Limiter,
    call: Handle,
    readonly limits: OnLimit,
    logger: Logger | undefined,
  ) {
    this.#limiter = limiter;
    this.#call = call;
    this.#logger = logger;
  }

  /** Asks for the place, and tells the core the answer. */
  async ask(guard: Guard): Promise<boolean> {
    const call = this.#call;
    process ??= globalThis.crypto?.randomUUID?.() ?? String(Math.random()).slice(2);
    const ticket = `${process}-${core(Op.Ticket, call) + era}-${this.#attempt}`;
    const leaseMs = core(Op.Timeout, call) + graceMs;
    const windows = JSON.parse(coreText(Op.Question, call));
    const { limits } = this;
    const request = {
      ticket,
      windows,
      atOnce: mostAtOnce,
      leaseMs,
      patient: limits === "wait",
      force: limits === "off",
    };
    this.#request = request;
    this.#renewedAt = Date.now();
    let answer: LimitAnswer;
    try {
      answer = await guard.within(() => this.#limiter.acquire(request, guard.signal));
    } catch (fault) {
      // An answer that is held back for longer than an attempt may take is asked for anew.
      if (!(fault instanceof Loss)) throw new Failed(Fault.Limiter, fault);
      if (fault.why === "aborted") throw fault;
      answer = { granted: false, waitMs: 0, atOnce: false };
    }
    const { waitMs, atOnce } = answer.granted ? { waitMs: -1, atOnce: false } : answer;
    core(Op.Answered, call, "", waitMs, Number(atOnce));
    return false;
  }

  /** Keeps the place of a request that takes long. */
  renew(): void {
    const request = this.#request;
    if (request === undefined || Date.now() - this.#renewedAt < request.leaseMs / 2) return;
    this.#renewedAt = Date.now();
    // If its lease has run out in spite of it, it takes its place anew: the request is under way.
    this.#limiter.acquire({ ...request, force: true, patient: false }).catch((fault) => this.#warn(fault));
  }

  /** Gives the place back, or leaves the line. What fails here is mended when the place runs out. */
  async leave(): Promise<void> {
    const request = this.#request;
    if (request === undefined) return;
    this.#request = undefined;
    this.#attempt += 1;
    let hold: LimitHold | undefined;
    try {
      const full = core(Op.Lesson, this.#call);
      const window = request.windows[full];
      if (window) hold = { ms: window.windowMs, windows: [window.key] };
      else if (full > 0) hold = { ms: 60_000, atOnce: mostAtOnce / 2 };
    } catch {
      // The core died: the place is given back all the same.
    }
    try {
      await this.#limiter.release(request.ticket, hold);
    } catch (fault) {
      this.#warn(fault);
    }
  }

  #warn(fault: unknown): void {
    tell(() => this.#logger?.warn?.(`smsc: the limiter failed: ${String(fault)}`));
  }
}
