/** Pseudorandom requests. They depend only on the seed, so that a failing case can be reproduced. */

/** A pseudorandom generator: `below` an integer, `pick` an item, `maybe` true with the given probability. */
export function createRandom(seed) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const below = (count) => Math.floor(next() * count);
  return { next, below, pick: (list) => list[below(list.length)], maybe: (probability) => next() < probability };
}

/** A limiter request without windows, which is answered immediately. */
export const limiterRequest = (requestId, more) => ({
  requestId,
  windows: [],
  maxConcurrent: 14,
  leaseMs: 60_000,
  longPoll: false,
  force: false,
  ...more,
});

const MINUTE = 60_000;
const identical = (name) => ({ key: name, limit: 2, windowMs: MINUTE });
const history = { key: "history", limit: 5, windowMs: 5 * MINUTE };
const add = { key: "senders.add", limit: 3, windowMs: MINUTE };

/** Windows like the service's, with smaller limits so that they fill up. */
export const serviceWindows = ({ below, pick }) =>
  pick([
    () => [identical(`history.identical ${below(3)}`), history],
    () => [identical(`history.identical ${below(30)}`), history],
    () => [identical(`tasks.identical ${below(2)}`)],
    () => [add],
    () => [],
  ])();

const allWindows = [identical("__proto__"), identical("é"), history, add, { key: "", limit: 1, windowMs: 500 }];

/** A random subset of the windows. */
export const anyWindows = ({ maybe }) => allWindows.filter(() => maybe(0.4));
