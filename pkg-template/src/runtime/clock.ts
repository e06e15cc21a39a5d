import { orUndefined } from "./user-values.js";

/** The time of the monotonic clock. Some environments have no `performance`, or one whose `now` is missing or throws. */
export function monotonicMs(): number | undefined {
  return orUndefined(() => globalThis.performance.now());
}
