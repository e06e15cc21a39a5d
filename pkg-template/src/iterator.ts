/** An iterator whose calls run one after the other; `return` ends it at once. */
export function iterator<T>(next: () => Promise<IteratorResult<T>>, end: () => void): AsyncIterableIterator<T> {
  let over = false;
  let last: Promise<unknown> = Promise.resolve();
  const done: IteratorResult<T> = { value: undefined, done: true };
  return {
    next() {
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
      const turn = last.then(run);
      last = turn.catch(() => {});
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
