import { describe } from "./validate.js";

/**
 * @typedef {object} Clock
 * @property {() => number} now Milliseconds.
 * @property {(ms: number) => void} advance Moves the clock forward.
 * @property {() => void} reset Returns to the initial time.
 */

/**
 * Creates a clock that a test can advance. Without `start` it follows the system clock. With `start` it changes only through
 * `advance`, so the test controls the time to the millisecond.
 *
 * @param {number | Date | undefined} start
 * @returns {Clock}
 */
export function createClock(start) {
  const origin = start === undefined ? undefined : Number(start);
  let advanced = 0;
  return {
    now: () => (origin ?? Date.now()) + advanced,
    advance(ms) {
      if (typeof ms !== "number" || !(ms >= 0 && ms < Number.POSITIVE_INFINITY)) {
        throw new TypeError(
          `Invalid \`ms\`: ${describe(ms)}. Pass milliseconds, 0 or more: the clock only moves forward.`,
        );
      }
      advanced += ms;
    },
    reset() {
      advanced = 0;
    },
  };
}
