import { atCaller } from "../runtime/errors.js";

/** Reads items one after the other. */
export interface Reader<T> {
  next(): Promise<IteratorResult<T>>;
  /** Ends the reading. */
  end(): void;
  /** The next item, if it can be given at once. */
  ready?(): T | undefined;
}

/** An iterator over the items of a reader, which is made for the first item. `giveUp` is called if the iteration ends before. */
export function lazyIterator<T>(
  createReader: () => Promise<Reader<T>>,
  giveUp: ((error?: unknown) => void) | undefined,
): AsyncIterableIterator<T> {
  let reader: Reader<T> | undefined;
  let isOver = false;
  const end = () => {
    isOver = true;
    if (reader) reader.end();
    else giveUp?.();
  };
  const next = async () => {
    try {
      reader ??= await createReader();
    } catch (error) {
      giveUp?.(error);
      throw error;
    }
    // The caller may have ended the iteration meanwhile.
    if (isOver) reader.end();
    return reader.next();
  };
  return iterator(next, end, () => reader?.ready?.());
}

/**
 * An iterator whose calls run one after the other; `return` ends it at once. An item that is `ready` is given at once, unless
 * a call waits.
 */
export function iterator<T>(
  next: () => Promise<IteratorResult<T>>,
  end: () => void,
  ready?: () => T | undefined,
): AsyncIterableIterator<T> {
  let over = false;
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  const done: IteratorResult<T> = { value: undefined, done: true };
  /** One call, after those before. The caller alone awaits its promise, so that the stack of an error has the caller. */
  const run = async (before: Promise<void>, release: () => void) => {
    await before;
    try {
      if (over) return done;
      const result = await next();
      if (result.done) over = true;
      return over ? done : result;
    } catch (fault) {
      const ended = over;
      over = true;
      if (ended) return done;
      throw atCaller(fault);
    } finally {
      waiting--;
      release();
    }
  };
  return {
    next() {
      if (ready && waiting === 0 && !over) {
        const value = ready();
        if (value !== undefined) return Promise.resolve({ value, done: false });
      }
      waiting++;
      const before = last;
      let release = () => {};
      last = new Promise((resolve) => {
        release = resolve;
      });
      return run(before, release);
    },
    async return(value?: unknown) {
      over = true;
      end();
      return { value: value as undefined, done: true };
    },
    async throw(fault?: unknown) {
      over = true;
      end();
      throw fault;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
