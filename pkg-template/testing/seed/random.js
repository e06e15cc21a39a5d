/** Seeded pseudo-random numbers: the same seed makes the same account. */

/**
 * A generator of numbers from 0 to 1, 1 excluded (mulberry32).
 *
 * @param {number} seed
 * @returns {() => number}
 */
export function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @template T
 * @param {() => number} random
 * @param {readonly T[]} list Not empty.
 * @returns {T}
 */
export const pick = (random, list) => /** @type {T} */ (list[Math.floor(random() * list.length)]);
