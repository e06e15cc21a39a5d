/** One window of the service's limits: so many requests in so many milliseconds. */
export interface LimitWindow {
  /** Names the window: `"history"`, or a name with a hash of the request where only identical requests count together. */
  key: string;
  /** Requests that it takes. */
  most: number;
  /** Its length in milliseconds. */
  windowMs: number;
}

/** A request that asks whether it may be sent now. */
export interface LimitRequest {
  /** Names the request in the line, the same each time that it asks. No other request, on whatever machine, has it. */
  ticket: string;
  /** The windows that it counts in. */
  windows: LimitWindow[];
  /** Requests of the account that may be under way at once. */
  atOnce: number;
  /** Its places are given back after so many milliseconds without a `release` or another `acquire`: its program died. */
  leaseMs: number;
  /** Whether the answer may be held back for a while where only the end of another request can tell when to go. */
  patient: boolean;
  /** Takes its places without asking: a call with limits "off", which counts for the others all the same. */
  force: boolean;
}

/** Whether a request may be sent. */
export type LimitAnswer =
  | {
      /** It may, and its places are taken until `release`. */
      granted: true;
    }
  | {
      granted: false;
      /** When to ask again, in milliseconds from now; it stands in line meanwhile. 0 where only the end of another request can tell. */
      waitMs: number;
      /** Whether it is for the number of requests under way at once. */
      atOnce: boolean;
    };

/** What the service's error 9 teaches: another program uses the account, past this limiter. */
export interface LimitHold {
  /** For so many milliseconds from now… */
  ms: number;
  /** …these windows take no request… */
  windows?: string[];
  /** …and no more requests than this may be under way at once. */
  atOnce?: number;
}

/**
 * The limits of one account, shared by many processes or machines. `smsc-wasm/cloudflare` and `smsc-wasm/redis` have one
 * each; another needs only to keep these promises:
 *
 * - A request counts in a window from `acquire` until the window's length after its `release`, since the service counted
 *   it at some moment between the two.
 * - Who is refused stands in line, and those behind pass only where they take nothing that those before could take now.
 * - Who neither asks again when told to nor releases is forgotten after a while: its program died.
 * - A rejection of `acquire` fails the call with `rate_limited` and the rejection as its cause: nothing is sent. One of
 *   `release` fails nothing: the places are given back when their lease is over.
 */
export interface Limiter {
  /**
   * Asks for the places of a request, or renews them where it has them already. Who waits may ask before the time that it
   * was told: others may have left the line. The signal ends the waiting for an answer, and no more: who gives up says so
   * by `release`.
   */
  acquire(request: LimitRequest, signal?: AbortSignal): Promise<LimitAnswer>;
  /** The request is over, or leaves the line. */
  release(ticket: string, hold?: LimitHold): Promise<void>;
}
