import { type CallOptions, type Context, checkProgress, Deadline, splitOptions } from "./context.js";
import { coreText, drop, make, Op } from "./core.js";
import { aborted } from "./errors.js";
import { era, type Handle } from "./instance.js";
import { iterator } from "./iterator.js";
import { toJson } from "./json.js";

/** How far a walk has come. */
export interface WalkProgress {
  /** Items given so far, messages or sender names, those before `cursor` among them. */
  messages: number;
  /** Pages asked for. */
  requests: number;
  /** Milliseconds spent waiting for the service's limits and between tries. */
  waitedMs: number;
  /** `sendTimestamp` of the oldest message so far, Unix seconds. */
  oldest?: number;
  /** An estimate of the milliseconds to the end, where the query says how far it goes (`limit`, or `start`). */
  etaMs?: number;
  /** Goes on from here, in another process too: the same query with this `cursor`. Absent at the end. */
  cursor?: string;
}

/** Options of a walk. */
export interface WalkOptions extends CallOptions {
  /** Told after each page. */
  onProgress?: ((progress: WalkProgress) => void) | undefined;
}

/** One page of a walk. */
interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string | undefined;
}

/** What a walk goes over. */
export interface Walked<T, P> {
  readonly context: Context;
  readonly endpoint: "history" | "senders";
  /** Asks for one page. */
  list(context: Context, query: object, options: CallOptions): Promise<P>;
  /** What a page holds. */
  page(page: P): Page<T>;
  /** The page without the items at these places, and with the cursor that goes on behind it. */
  rest(page: P, doubles: ReadonlySet<number>, cursor: string | undefined): P;
  /** An item's id. */
  id(item: T): unknown;
  /** When a message was sent, Unix seconds. */
  time?(item: T): number;
}

/** The pages of a walk, as its plan in the core asks for them. */
export function pages<T, P>(
  walked: Walked<T, P>,
  query: { limit?: number; start?: unknown } | undefined,
  options: WalkOptions | undefined,
): AsyncIterableIterator<P> {
  const { endpoint } = walked;
  const { onProgress, ...given } = options ?? {};
  // Abort by the caller, or by `return` while a page is under way.
  const own = new AbortController();
  const signal = options?.signal;
  const forward = () => own.abort(signal?.reason);
  let plan: Handle | undefined;
  /** The ids of the page before: what comes again is dropped. */
  let before: ReadonlySet<string> = new Set();
  let deadline: Deadline | undefined;
  const far = new Far(query);
  const context: Context = {
    ...walked.context,
    waited: (ms) => {
      far.waitedMs += ms;
    },
  };
  const end = () => {
    signal?.removeEventListener?.("abort", forward);
    if (plan !== undefined) drop(plan, far);
    plan = undefined;
  };
  const next = async (): Promise<IteratorResult<P>> => {
    try {
      if (plan === undefined) {
        splitOptions(options, endpoint);
        checkProgress(onProgress, endpoint);
        if (signal?.aborted) throw aborted(signal, endpoint);
        plan = make(Op.NewWalk, era, `${endpoint}\n${toJson(query)}`, far);
        signal?.addEventListener?.("abort", forward);
        deadline = new Deadline(context, given);
      }
      const leg = coreText(Op.Leg, plan);
      if (leg === "") {
        end();
        return { value: undefined, done: true };
      }
      const call = { ...(deadline as Deadline).next(given, endpoint), signal: own.signal };
      const page = await walked.list(context, { ...query, cursor: undefined, ...JSON.parse(leg) }, call);
      if (plan === undefined) return { value: undefined, done: true };
      const { items, nextCursor } = walked.page(page);
      const ids = items.map((item) => String(walked.id(item) ?? ""));
      const doubles = new Set([...ids.keys()].filter((place) => ids[place] !== "" && before.has(ids[place] as string)));
      before = new Set(ids);
      const news = ids.length - doubles.size;
      const cursor = coreText(Op.Accept, plan, nextCursor, ids.length, news) || undefined;
      const last = items.at(-1);
      const oldest = last === undefined ? undefined : walked.time?.(last);
      onProgress?.(far.after(news, oldest, cursor));
      return { value: walked.rest(page, doubles, cursor), done: false };
    } catch (fault) {
      end();
      throw fault;
    }
  };
  return iterator(next, () => {
    end();
    own.abort();
  });
}

/** Keeps count of a walk. */
class Far {
  waitedMs = 0;
  readonly #began = Date.now();
  readonly #limit: number | undefined;
  readonly #start: number;
  #messages: number;
  #requests = 0;
  #oldest: number | undefined;
  readonly #before: number;

  constructor(query: { limit?: number; start?: unknown; cursor?: unknown } | undefined) {
    this.#limit = query?.limit;
    const { start, cursor } = query ?? {};
    const day = typeof start === "string" ? start.replace(/^(\d\d)\.(\d\d)\.(\d{4})$/, "$3-$2-$1") : start;
    this.#start = new Date(day as string).getTime();
    // What the walk gave before it was taken up again stands in its cursor.
    this.#before = Number(/\/(\d+)$/.exec(String(cursor))?.[1] ?? 0);
    this.#messages = this.#before;
  }

  after(messages: number, oldest: number | undefined, cursor: string | undefined): WalkProgress {
    this.#messages += messages;
    this.#requests += 1;
    this.#oldest = oldest ?? this.#oldest;
    const { waitedMs } = this;
    const etaMs = this.#eta(cursor);
    return {
      messages: this.#messages,
      requests: this.#requests,
      waitedMs,
      ...(this.#oldest !== undefined && { oldest: this.#oldest }),
      ...(etaMs !== undefined && { etaMs }),
      ...(cursor !== undefined && { cursor }),
    };
  }

  /** As much time again for what is left: of the items wanted, or of the days between `start` and now. */
  #eta(cursor: string | undefined): number | undefined {
    if (cursor === undefined) return 0;
    const now = Date.now();
    const [done, all] =
      this.#limit === undefined
        ? [now - (this.#oldest ?? Number.NaN) * 1000, now - this.#start]
        : [this.#messages - this.#before, this.#limit - this.#before];
    const ms = (now - this.#began) * (all / done - 1);
    return Number.isFinite(ms) ? Math.max(0, Math.round(ms)) : undefined;
  }
}

/** The items of a walk, one by one. */
export function items<T, P>(
  walked: Walked<T, P>,
  query: { limit?: number; start?: unknown } | undefined,
  options: WalkOptions | undefined,
): AsyncIterableIterator<T> {
  const walk = pages(walked, query, options);
  let page: readonly T[] = [];
  let at = 0;
  const next = async (): Promise<IteratorResult<T>> => {
    // Among the items of a page too, where no request would notice.
    if (options?.signal?.aborted) {
      void walk.return?.();
      throw aborted(options.signal, walked.endpoint);
    }
    while (at === page.length) {
      const { value, done } = await walk.next();
      if (done) return { value: undefined, done: true };
      page = walked.page(value).items;
      at = 0;
    }
    return { value: page[at++] as T, done: false };
  };
  return iterator(next, () => void walk.return?.());
}
