/** Requests made up by chance, the same in every run: a failing case can be found again by its number. */

export function createRandom(seed) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const below = (count) => Math.floor(next() * count);
  return { next, below, one: (list) => list[below(list.length)], sometimes: (odds) => next() < odds };
}

/** What a limiter is asked for one request: no windows, and an answer at once. */
export const limiterRequest = (ticket, more) => ({
  ticket,
  windows: [],
  atOnce: 14,
  leaseMs: 60_000,
  patient: false,
  force: false,
  ...more,
});

const MINUTE = 60_000;
const identical = (name) => ({ key: name, most: 2, windowMs: MINUTE });
const history = { key: "history", most: 5, windowMs: 5 * MINUTE };
const add = { key: "senders.add", most: 3, windowMs: MINUTE };

/** The windows of a request as the service has them, each a little smaller so that they fill up. */
export const serviceWindows = ({ below, one }) =>
  one([
    () => [identical(`history.identical ${below(3)}`), history],
    () => [identical(`history.identical ${below(30)}`), history],
    () => [identical(`tasks.identical ${below(2)}`)],
    () => [add],
    () => [],
  ])();

const anyKind = [identical("__proto__"), identical("é"), history, add, { key: "", most: 1, windowMs: 500 }];

/** Any of some windows together. */
export const anyWindows = ({ sometimes }) => anyKind.filter(() => sometimes(0.4));
