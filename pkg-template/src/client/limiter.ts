import type { LimitRequest, RateLimitFeedback } from "../core.js";
import type { PlatformAbortSignal } from "./platform.js";

export type { LimitRequest, LimitWindow, RateLimitFeedback } from "../core.js";

/** Whether a request may be sent. */
export type RateLimitDecision =
  | {
      /** It may be sent, and holds its permit until `release`. */
      granted: true;
    }
  | {
      /** It may not be sent now, and is queued. */
      granted: false;
      /** When to ask again, in milliseconds from now; it is queued until then. 0 if only the end of another request can tell. */
      waitMs: number;
      /** Whether too many requests are in flight at once. */
      tooManyConnections: boolean;
    };

/**
 * The limits of one account, shared by several processes or machines. `smsc-wasm/cloudflare` and `smsc-wasm/redis` have one
 * each; another needs only to keep these promises:
 *
 * - A request counts in a window from `acquire` until the window's length after its `release`, since the service counted
 *   it at some moment between the two.
 * - Denied requests queue in order. A later request may overtake only if it uses no capacity that an earlier one could use.
 * - A request that neither asks again when it should nor releases is dropped after a while: its program died.
 * - A rejection of `acquire` is retried for a call that only reads, and then fails it with `rate_limited` and the rejection as its
 *   cause: nothing is sent. An answer that is not a `RateLimitDecision` fails the call at once. A rejection of `release` fails
 *   nothing: the permit is released when its lease ends.
 * - An answer that does not come within the call's `timeoutMs` is asked for once more, and then fails the call with `rate_limited`.
 *   A call that may not wait for any time (`rateLimit: "fail"`, `maxRateLimitWaitMs`) fails at the first, and with
 *   `maxRateLimitWaitMs` within this time, but no less than a second, if that is shorter. `totalTimeoutMs` ends it earlier.
 */
export interface RateLimiter {
  /**
   * Asks for the permit of a request, or renews its lease. A waiter may ask before the time that it was given: others may have left
   * the queue. The signal ends the wait for an answer, and no more: a request that is given up calls `release`.
   */
  acquire(request: LimitRequest, signal?: PlatformAbortSignal): Promise<RateLimitDecision>;
  /** The request ended, or leaves the queue. */
  release(requestId: string, feedback?: RateLimitFeedback): Promise<void>;
}
