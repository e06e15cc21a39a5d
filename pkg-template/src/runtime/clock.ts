/**
 * The time of the monotonic clock, or of the wall clock: some environments have no `performance`, or one whose `now` is missing or
 * throws.
 */
export function monotonicMs(): number {
  try {
    return globalThis.performance.now();
  } catch {
    return Date.now();
  }
}
