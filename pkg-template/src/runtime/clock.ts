let lastMs: number | undefined;

/**
 * The time of the monotonic clock. If `performance` is missing or throws: the last time, or without one that of the wall clock. The two
 * clocks have different origins, so that a change between them would be a jump.
 */
export function monotonicMs(): number {
  try {
    lastMs = globalThis.performance.now();
    return lastMs;
  } catch {
    return lastMs ?? Date.now();
  }
}
