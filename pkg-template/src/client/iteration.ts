import type * as Core from "../core.js";
import { describe } from "../runtime/describe.js";
import { aborted, SmscError } from "../runtime/errors.js";
import { type CoreInstance, currentInstance } from "../runtime/instance.js";
import { orUndefined } from "../runtime/user-values.js";
import type { Connection } from "./connection.js";
import { iterator } from "./iterator.js";

/** The pages of a query. */
interface PageIterator<P> extends AsyncIterableIterator<P> {
  /** Requests no more than `max` items, if the iteration has not begun. */
  limitTo(max: number): void;
}

/**
 * The pages of a query, which the core requests. It reads the query and the options now; the first page rejects if they are
 * invalid.
 */
export function pages<P>(connection: Connection, start: (client: Core.Client) => Core.Pages): PageIterator<P> {
  let instance: CoreInstance | undefined;
  let running: Core.Pages | undefined;
  let failure: { error: unknown } | undefined;
  try {
    instance = currentInstance();
    running = connection.enter(start);
  } catch (error) {
    failure = { error };
  }
  /** Does something with the pages, unless they ended. */
  const enter = <T>(act: (pages: Core.Pages) => T): T | undefined => {
    const pages = running;
    return pages && instance?.enter(() => act(pages));
  };
  const end = () => {
    if (!instance?.hasTrapped) enter((pages) => pages.cancel());
    running = undefined;
  };
  const next = async (): Promise<IteratorResult<P>> => {
    if (failure) throw failure.error;
    const page = (await enter((pages) => pages.next())) as P | undefined;
    if (page !== undefined) return { value: page, done: false };
    end();
    return { value: undefined, done: true };
  };
  return Object.assign(iterator(next, end), { limitTo: (max: number) => enter((pages) => pages.limitTo(max)) });
}

/** An iterator of items, which can collect them. */
export interface ItemIterator<T> extends AsyncIterableIterator<T> {
  /**
   * Collects the next items into an array, and ends the iteration. No more than `max` items are requested; if the iteration has
   * begun before, no more pages than they need.
   *
   * @param max The maximum number of items: a whole number of at least 1. It bounds the memory.
   * @returns At most `max` items; fewer if there are no more.
   * @throws SmscError `invalid_parameter` before anything is sent, naming `max`; otherwise as the iteration.
   * @example
   * const newest = await smsc.history.iterate({ phones: ["79991234567"] }).toArray(100);
   */
  toArray(max: number): Promise<T[]>;
}

/** The items of an iteration, one by one. */
export function items<T, P>(
  pages: PageIterator<P>,
  itemsOf: (page: P) => readonly T[],
  options: Core.CallOptions | undefined,
  endpoint: string,
): ItemIterator<T> {
  // The core rejects a signal that cannot be read.
  const signal = orUndefined(() => options?.signal);
  let page: readonly T[] = [];
  let index = 0;
  const next = async (): Promise<IteratorResult<T>> => {
    // Also between the items of a page, where no request would notice.
    if (signal && orUndefined(() => signal.aborted)) {
      void pages.return?.();
      throw aborted(signal, endpoint);
    }
    while (index === page.length) {
      const { value, done } = await pages.next();
      if (done) return { value: undefined, done: true };
      page = itemsOf(value);
      index = 0;
    }
    return { value: page[index++] as T, done: false };
  };
  const each = iterator(next, () => void pages.return?.());
  return collectable(each, pages.limitTo, endpoint);
}

/** The iterator with `toArray`. */
function collectable<T>(
  iterator: AsyncIterableIterator<T>,
  limitTo: (max: number) => void,
  endpoint: string,
): ItemIterator<T> {
  return Object.assign(iterator, {
    async toArray(max: number): Promise<T[]> {
      if (!Number.isSafeInteger(max) || max < 1) {
        const message = `\`max\` takes a whole number of at least 1, and got ${describe(max)}`;
        throw SmscError.create({ code: "invalid_parameter", message, parameter: "max", endpoint });
      }
      limitTo(max);
      const collected: T[] = [];
      while (collected.length < max) {
        const { value, done } = await iterator.next();
        if (done) return collected;
        collected.push(value);
      }
      await iterator.return?.();
      return collected;
    },
  });
}
