/**
 * @typedef {object} Clock
 * @property {() => number} now Milliseconds.
 * @property {(ms: number) => void} advance
 */

/**
 * A clock that a test can turn. Without a start it runs with the real one; with a start it stands still between two turns, so
 * that a test says to the millisecond what time it is.
 *
 * @param {number | Date | undefined} start
 * @returns {Clock}
 */
export function createClock(start) {
  const origin = start === undefined ? undefined : Number(start);
  if (origin !== undefined && !Number.isFinite(origin)) throw new TypeError("createEmulator: `now` is no time");
  let turned = 0;
  return {
    now: () => (origin ?? Date.now()) + turned,
    advance(ms) {
      if (!(ms >= 0)) throw new TypeError("advance: the clock turns forward only");
      turned += ms;
    },
  };
}
