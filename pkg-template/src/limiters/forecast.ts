/** Predicts when queued requests can be granted. */
import type { LimitRequest, LimitWindow } from "../client/limiter.js";
import type { Account } from "./permits.js";

type Demand = Pick<LimitRequest, "windows" | "maxConcurrent">;

/** The predicted use of a window. */
interface WindowForecast {
  /** Slots in use, with the earliest time at which each becomes free. `known`: it becomes free exactly then. */
  slots: { end: number; known: boolean }[];
  /** Slots that may be free by now, but belong to requests in flight, which end at an unknown time. */
  uncertain: number;
  heldUntil: number;
}

/** Maximum number of future events to examine. Beyond them, the request is asked to retry. */
const MAX_STEPS = 32;

/** The account after every request that can be granted has been. The account itself is not changed. Time only moves forward. */
export class Forecast {
  readonly #windows = new Map<string, WindowForecast>();
  readonly #account: Account;
  readonly now: number;
  #inFlight: number;

  constructor(account: Account, now: number) {
    this.#account = account;
    this.now = now;
    this.#inFlight = account.leases.size;
    for (const { windows } of account.leases.values()) this.reserve(windows, now);
  }

  /** Reserves the slots of a request if all of them are free now. */
  tryGrant({ windows, maxConcurrent }: Demand): boolean {
    const granted =
      this.#inFlight < this.concurrencyLimit(maxConcurrent, this.now) &&
      windows.every((window) => this.hasCapacity(window, this.now, true));
    if (granted) {
      this.#inFlight += 1;
      this.reserve(windows, this.now);
    }
    return granted;
  }

  /** Whether a slot is free: certainly, or at best. */
  hasCapacity({ key, limit }: LimitWindow, at: number, certain: boolean): boolean {
    const window = this.#window(key);
    if (window.heldUntil > at) return false;
    if (window.slots.some(({ end }) => end <= at)) {
      for (const { end, known } of window.slots) if (end <= at && !known) window.uncertain += 1;
      window.slots = window.slots.filter(({ end }) => end > at);
    }
    return window.slots.length + (certain ? window.uncertain : 0) < limit;
  }

  /** Reserves slots from `at`. A request in flight may end at once or never, so the end of its slots is not known. */
  reserve(windows: Pick<LimitWindow, "key" | "windowMs">[], at: number): void {
    for (const { key, windowMs } of windows) this.#window(key).slots.push({ end: at + windowMs, known: false });
  }

  concurrencyLimit(maxConcurrent: number, at: number): number {
    let max = maxConcurrent;
    for (const hold of this.#account.holds.values()) if (hold.until > at) max = Math.min(max, hold.maxConcurrent);
    return max;
  }

  /** The next time after `at` at which capacity may become free. */
  nextEvent(at: number): number {
    let next = Number.POSITIVE_INFINITY;
    const consider = (time: number) => {
      if (time > at && time < next) next = time;
    };
    for (const { until } of this.#account.holds.values()) consider(until);
    for (const { slots, heldUntil } of this.#windows.values()) {
      consider(heldUntil);
      for (const { end } of slots) consider(end);
    }
    return next;
  }

  #window(key: string): WindowForecast {
    let window = this.#windows.get(key);
    if (!window) {
      const { ended, windowMs, heldUntil } = this.#account.windows.get(key) ?? { ended: [], windowMs: 0, heldUntil: 0 };
      window = { slots: ended.map((time) => ({ end: time + windowMs, known: true })), uncertain: 0, heldUntil };
      this.#windows.set(key, window);
    }
    return window;
  }
}

/**
 * The earliest time at which the request may be granted. It is now if only the concurrency limit blocks the request.
 *
 * Requests `ahead` are granted first where possible. One that may also have to wait for another window could be overtaken, so
 * it is not counted on: asking once too often is better than sleeping past the grant.
 */
export function earliestGrant(
  forecast: Forecast,
  request: Demand,
  ahead: Demand[],
): { at: number; tooManyConnections: boolean } {
  const requested = new Set(request.windows.map(({ key }) => key));
  const hasCapacity = (at: number, certain: boolean) => (window: LimitWindow) =>
    forecast.hasCapacity(window, at, certain && !requested.has(window.key));
  let at = forecast.now;
  let waiting = ahead;
  let tooManyConnections = false;
  for (let step = 0; step < MAX_STEPS; step++) {
    waiting = waiting.filter(({ windows }) => {
      const granted = windows.every(hasCapacity(at, true));
      if (granted) forecast.reserve(windows, at);
      return !granted;
    });
    const fits = request.windows.every(hasCapacity(at, false));
    if (step === 0) tooManyConnections = fits;
    const next = forecast.nextEvent(at);
    if ((fits && forecast.concurrencyLimit(request.maxConcurrent, at) > 0) || next === Number.POSITIVE_INFINITY) break;
    at = next;
  }
  return { at, tooManyConnections };
}
