/**
 * What `Limiter` promises, written down as plainly as can be: every request that ever was is kept in a list, and each
 * question is answered by counting.
 */

/** Who waits is forgotten so long after the time that it was told. */
const GRACE_MS = 10_000;

export class Model {
  /** Those that were granted: `{ windows, end, lease }`, where `end` is missing while they are under way. */
  granted = [];
  /** Those that wait, in order: `{ request, forgotten }`. */
  line = [];
  holds = [];

  /** Leases that ran out count as ends; who did not ask again is gone. */
  tidy(now) {
    for (const one of this.granted) if (one.end === undefined && one.lease <= now) one.end = one.lease;
    const before = this.line.length;
    this.line = this.line.filter(({ forgotten }) => forgotten > now);
    return this.line.length < before;
  }

  isUnderWay(ticket) {
    return this.granted.some((one) => one.ticket === ticket && one.end === undefined);
  }

  /** Who of the line could go now, if those before it that can go went. */
  goers(now) {
    const goers = [];
    for (const { request } of this.line) if (this.#fits(request, goers, now)) goers.push(request);
    return goers;
  }

  /** Whether this request may go now. */
  mayGo(request, now) {
    const index = this.line.findIndex((one) => one.request.ticket === request.ticket);
    const before = index < 0 ? this.line : this.line.slice(0, index);
    const goers = [];
    for (const one of before) if (this.#fits(one.request, goers, now)) goers.push(one.request);
    return this.#fits(request, goers, now);
  }

  #fits({ windows, atOnce }, goers, now) {
    const held = this.holds.filter(({ until }) => until > now);
    const most = Math.min(atOnce, ...held.map((hold) => hold.atOnce ?? Number.POSITIVE_INFINITY));
    const underWay = this.granted.filter(({ end }) => end === undefined).length + goers.length;
    if (underWay >= most) return false;
    return windows.every(({ key, most, windowMs }) => {
      if (held.some((hold) => hold.windows?.includes(key))) return false;
      const counts = (one) => one.windows.some((window) => window.key === key);
      const taken = this.granted.filter((one) => counts(one) && (one.end === undefined || one.end + windowMs > now));
      return taken.length + goers.filter(counts).length < most;
    });
  }

  /** Takes note of an answer. */
  asked(request, answer, now) {
    const { ticket, windows, leaseMs } = request;
    const mine = this.line.find((one) => one.request.ticket === ticket);
    if (!answer.granted) {
      const forgotten = now + answer.waitMs + GRACE_MS;
      if (mine) Object.assign(mine, { request, forgotten });
      else this.line.push({ request, forgotten });
      return;
    }
    this.line = this.line.filter((one) => one !== mine);
    const place = this.granted.find((one) => one.ticket === ticket && one.end === undefined);
    if (place) place.lease = now + leaseMs;
    else this.granted.push({ ticket, windows, lease: now + leaseMs });
  }

  released(ticket, hold, now) {
    this.line = this.line.filter(({ request }) => request.ticket !== ticket);
    const place = this.granted.find((one) => one.ticket === ticket && one.end === undefined);
    if (place) place.end = now;
    if (hold) this.holds.push({ ...hold, until: now + hold.ms });
  }
}
