/** A reference model of `RateLimiter`: it keeps a list of all requests and decides by counting. */

/** A waiter is dropped this long after the end of its last wait. */
const GRACE_MS = 10_000;

export class Model {
  /** Granted requests: `{ windows, end, lease }`, without `end` while in flight. */
  granted = [];
  /** Waiting requests, in order: `{ request, expires }`. */
  queue = [];
  holds = [];

  /** Ends expired leases and drops expired waiters. Returns whether a waiter was dropped. */
  expire(now) {
    for (const one of this.granted) if (one.end === undefined && one.lease <= now) one.end = one.lease;
    const before = this.queue.length;
    this.queue = this.queue.filter(({ expires }) => expires > now);
    return this.queue.length < before;
  }

  isInFlight(requestId) {
    return this.granted.some((one) => one.requestId === requestId && one.end === undefined);
  }

  /** Waiters that could start now, if all earlier ones that can start did. */
  starters(now) {
    const starters = [];
    for (const { request } of this.queue) if (this.#fits(request, starters, now)) starters.push(request);
    return starters;
  }

  /** Whether this request may start now. */
  mayStart(request, now) {
    const index = this.queue.findIndex((one) => one.request.requestId === request.requestId);
    const before = index < 0 ? this.queue : this.queue.slice(0, index);
    const starters = [];
    for (const one of before) if (this.#fits(one.request, starters, now)) starters.push(one.request);
    return this.#fits(request, starters, now);
  }

  #fits({ windows, maxConcurrent }, starters, now) {
    const active = this.holds.filter(({ until }) => until > now);
    const max = Math.min(maxConcurrent, ...active.map((hold) => hold.maxConcurrent ?? Number.POSITIVE_INFINITY));
    const inFlight = this.granted.filter(({ end }) => end === undefined).length + starters.length;
    if (inFlight >= max) return false;
    return windows.every(({ key, limit, windowMs }) => {
      if (active.some((hold) => hold.windows?.includes(key))) return false;
      const counts = (one) => one.windows.some((window) => window.key === key);
      const counted = this.granted.filter((one) => counts(one) && (one.end === undefined || one.end + windowMs > now));
      return counted.length + starters.filter(counts).length < limit;
    });
  }

  /** Records the limiter's decision on a request. */
  decided(request, decision, now) {
    const { requestId, windows, leaseMs } = request;
    const waiting = this.queue.find((one) => one.request.requestId === requestId);
    if (!decision.granted) {
      const expires = now + decision.waitMs + GRACE_MS;
      if (waiting) Object.assign(waiting, { request, expires });
      else this.queue.push({ request, expires });
      return;
    }
    this.queue = this.queue.filter((one) => one !== waiting);
    const active = this.granted.find((one) => one.requestId === requestId && one.end === undefined);
    if (active) active.lease = now + leaseMs;
    else this.granted.push({ requestId, windows, lease: now + leaseMs });
  }

  released(requestId, hold, now) {
    this.queue = this.queue.filter(({ request }) => request.requestId !== requestId);
    const active = this.granted.find((one) => one.requestId === requestId && one.end === undefined);
    if (active) active.end = now;
    if (hold) this.holds.push({ ...hold, until: now + hold.ms });
  }
}
