import type * as Core from "../core.js";
import { aborted, SmscError } from "../runtime/errors.js";
import { type CoreInstance, currentInstance } from "../runtime/instance.js";
import type { Connection } from "./connection.js";
import { iterator } from "./iterator.js";

/** The pages of a query, which the core requests. */
export function pages<P>(connection: Connection, start: (client: Core.Client) => Core.Pages): AsyncIterableIterator<P> {
  let instance: CoreInstance | undefined;
  let running: Core.Pages | undefined;
  const end = () => {
    if (running && instance && !instance.hasTrapped) instance.enter(() => running?.cancel());
    running = undefined;
  };
  const next = async (): Promise<IteratorResult<P>> => {
    if (instance === undefined) {
      running = connection.enter(start);
      instance = currentInstance();
    }
    const pages = running;
    if (pages === undefined) return { value: undefined, done: true };
    const page = (await instance.enter(() => pages.next())) as P | undefined;
    if (page === undefined) {
      end();
      return { value: undefined, done: true };
    }
    return { value: page, done: false };
  };
  return iterator(next, end);
}

/** An iterator of items, which can collect them. */
export interface ItemIterator<T> extends AsyncIterableIterator<T> {
  /**
   * Collects the next items into an array, and ends the iteration: no more is requested than `max` items need.
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
  pages: AsyncIterableIterator<P>,
  itemsOf: (page: P) => readonly T[],
  signal: AbortSignal | undefined,
  endpoint: string,
): ItemIterator<T> {
  let page: readonly T[] = [];
  let index = 0;
  const next = async (): Promise<IteratorResult<T>> => {
    // Also between the items of a page, where no request would notice.
    if (signal?.aborted) {
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
  return collectable(
    iterator(next, () => void pages.return?.()),
    endpoint,
  );
}

/** The iterator with `toArray`. */
function collectable<T>(iterator: AsyncIterableIterator<T>, endpoint: string): ItemIterator<T> {
  return Object.assign(iterator, {
    async toArray(max: number): Promise<T[]> {
      if (!Number.isSafeInteger(max) || max < 1) {
        const given = typeof max === "number" ? max : `a value of type ${typeof max}`;
        const message = `\`max\` takes a whole number of at least 1, and got ${given}`;
        throw SmscError.create({ code: "invalid_parameter", message, parameter: "max", endpoint });
      }
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
