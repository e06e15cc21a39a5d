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
  let last: Promise<unknown> = Promise.resolve();
  const done: IteratorResult<T> = { value: undefined, done: true };
  const run = async () => {
    if (over) return done;
    try {
      const result = await next();
      if (result.done) over = true;
      return over ? done : result;
    } catch (fault) {
      const ended = over;
      over = true;
      if (ended) return done;
      throw fault;
    }
  };
  return {
    next() {
      if (ready && waiting === 0 && !over) {
        const value = ready();
        if (value !== undefined) return Promise.resolve({ value, done: false });
      }
      waiting++;
      const turn = last.then(run);
      last = turn.then(
        () => waiting--,
        () => waiting--,
      );
      return turn;
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
