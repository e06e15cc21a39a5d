import { type CallOptions, type Context, Deadline, splitOptions } from "./context.js";
import { WalkPlan } from "./core.js";
import { aborted, guarded } from "./errors.js";
import { iterator } from "./iterator.js";
import { toJson } from "./json.js";

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
  list(query: object, options: CallOptions): Promise<P>;
  /** What a page holds. */
  page(page: P): Page<T>;
  /** The page without the items at these places. */
  without(page: P, doubles: ReadonlySet<number>): P;
  /** An item's id. */
  id(item: T): unknown;
}

/** The pages of a walk, as its plan in the core asks for them. */
export function pages<T, P>(
  walked: Walked<T, P>,
  query: object | undefined,
  options: CallOptions | undefined,
): AsyncIterableIterator<P> {
  const { endpoint } = walked;
  // Abort by the caller, or by `return` while a page is under way.
  const own = new AbortController();
  const signal = options?.signal;
  const forward = () => own.abort(signal?.reason);
  let plan: WalkPlan | undefined;
  /** The ids of the page before: what comes again is dropped. */
  let before: ReadonlySet<string> = new Set();
  let deadline: Deadline | undefined;
  const end = () => {
    signal?.removeEventListener?.("abort", forward);
    plan?.free();
    plan = undefined;
  };
  const next = async (): Promise<IteratorResult<P>> => {
    try {
      if (plan === undefined) {
        splitOptions(options, endpoint);
        if (signal?.aborted) throw aborted(signal, endpoint);
        plan = guarded(() => new WalkPlan(endpoint, toJson(query), Date.now()));
        signal?.addEventListener?.("abort", forward);
        deadline = new Deadline(walked.context, options);
      }
      const leg = guarded(() => plan?.leg());
      if (leg === undefined) {
        end();
        return { value: undefined, done: true };
      }
      const call = { ...(deadline as Deadline).next(options, endpoint), signal: own.signal };
      const page = await walked.list({ ...query, ...JSON.parse(leg) }, call);
      if (plan === undefined) return { value: undefined, done: true };
      const { items, nextCursor } = walked.page(page);
      const ids = items.map((item) => String(walked.id(item) ?? ""));
      const doubles = new Set([...ids.keys()].filter((place) => ids[place] !== "" && before.has(ids[place] as string)));
      before = new Set(ids);
      guarded(() => plan?.accept(ids.length, ids.length - doubles.size, nextCursor));
      return { value: doubles.size > 0 ? walked.without(page, doubles) : page, done: false };
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

/** The items of a walk, one by one. */
export function items<T, P>(
  walked: Walked<T, P>,
  query: object | undefined,
  options: CallOptions | undefined,
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
