/**
 * @typedef {object} Clock
 * @property {() => number} now Milliseconds.
 * @property {(ms: number) => void} advance Moves the clock forward.
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
  if (origin !== undefined && !Number.isFinite(origin)) {
    throw new TypeError(`createEmulator: \`now\` is not a valid time: ${start}. Pass Unix milliseconds or a Date.`);
  }
  let advanced = 0;
  return {
    now: () => (origin ?? Date.now()) + advanced,
    advance(ms) {
      if (!(ms >= 0)) throw new TypeError(`advance: \`ms\` must be 0 or more: ${ms}. The clock only moves forward.`);
      advanced += ms;
    },
  };
}
