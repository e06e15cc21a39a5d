let last: number | undefined;

/**
 * The time of the monotonic clock. Where `performance` is missing or throws, that of the wall clock, or the last time if it was there
 * before: the two have different origins.
 */
export function monotonicMs(): number {
  try {
    last = globalThis.performance.now();
    return last;
  } catch {
    return last ?? Date.now();
  }
}
