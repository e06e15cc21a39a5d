import type * as Core from "../core.js";
import { aborted } from "../runtime/errors.js";
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

/** The items of an iteration, one by one. */
export function items<T, P>(
  pages: AsyncIterableIterator<P>,
  itemsOf: (page: P) => readonly T[],
  signal: AbortSignal | undefined,
  endpoint: string,
): AsyncIterableIterator<T> {
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
  return iterator(next, () => void pages.return?.());
}
