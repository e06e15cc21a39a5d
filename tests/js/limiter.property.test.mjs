/**
 * The shared limiter under any interleaving of requests, responses, aborts, crashes, holds and evictions, compared with a model
 * that counts, and with the service as it receives the requests. The clock is simulated.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { durableObject } from "./support/durable.mjs";
import { Model } from "./support/limits-model.mjs";
import { anyWindows, createRandom, serviceWindows } from "./support/requests.mjs";

test("windows of the service: limits and order are kept, and no request waits longer than needed", async (t) => {
  for (let seed = 1; seed <= 100; seed++) await new Simulation(t, seed, serviceWindows, true).run();
});

test("arbitrary windows: limits and order are kept", async (t) => {
  for (let seed = 1; seed <= 100; seed++) await new Simulation(t, seed, anyWindows, false).run();
});

/** Programs that share an account, the service, and a clock. */
class Simulation {
  now = Date.UTC(2026, 10, 22, 9);
  events = [];
  model = new Model();
  /** Requests that arrived at the service, and those in flight there. */
  arrivals = [];
  inFlight = new Set();
  /** Requests that wait for a known time. */
  sleeping = new Map();
  started = 0;
  finished = 0;

  constructor(t, seed, windowsOf, exact) {
    t.mock.method(Date, "now", () => this.now);
    this.random = createRandom(seed);
    this.exact = exact;
    this.object = durableObject();
    this.maxConcurrent = this.random.pick([2, 3, 14]);
    // Calls with limits "off" may exceed the limits. The model counts them alike.
    this.respectsLimits = this.random.maybe(0.7);
    for (let count = 10 + this.random.below(30); count > 0; count--) {
      const request = {
        requestId: `${seed}-${count}`,
        windows: windowsOf(this.random),
        maxConcurrent: this.maxConcurrent,
        leaseMs: 20_000,
        longPoll: false,
        force: !this.respectsLimits && this.random.maybe(0.1),
      };
      this.schedule(this.random.below(2) * this.random.below(400_000), () => this.acquire(request));
    }
    this.label = `seed ${seed}`;
  }

  schedule(ms, action = () => {}) {
    this.events.push({ at: this.now + ms, action });
  }

  async run() {
    for (let count = 0; this.events.length > 0; count++) {
      assert.ok(count < 5000, `${this.label}: no end`);
      const next = this.events.reduce((first, event) => (event.at < first.at ? event : first));
      this.events.splice(this.events.indexOf(next), 1);
      this.now = next.at;
      // A dropped waiter frees capacity for later ones, which are not notified.
      if (this.model.expire(this.now)) this.sleeping.clear();
      if (this.exact) this.assertNoneOversleeps();
      if (this.random.maybe(0.05)) this.object.evict();
      await next.action();
    }
    assert.equal(this.finished, this.started, `${this.label}: not all finished`);
    // The next request removes all expired rows.
    this.now += 3_600_000;
    await this.object.limiter.release("nobody");
    assert.equal(this.object.storage.rows.size, 0, this.label);
  }

  assertNoneOversleeps() {
    for (const [requestId, { request, until }] of this.sleeping) {
      if (until <= this.now) this.sleeping.delete(requestId);
      else
        assert.ok(
          !this.model.mayStart(request, this.now),
          `${this.label}: ${requestId} waits ${until - this.now} ms too long`,
        );
    }
  }

  async acquire(request, attempt = 0) {
    const { requestId } = request;
    if (attempt === 0) this.started++;
    const mayStart = request.force || this.model.isInFlight(requestId) || this.model.mayStart(request, this.now);
    const answer = await this.object.limiter.acquire(request);
    assert.equal(answer.granted, mayStart, `${this.label}: ${requestId} at ${this.now}`);
    this.model.decided(request, answer, this.now);
    if (answer.granted) return this.send(request);
    const { waitMs } = answer;
    assert.ok(Number.isInteger(waitMs) && waitMs >= 0 && waitMs <= 3_600_000, `${waitMs}`);
    if (waitMs > 0) this.sleeping.set(requestId, { request, until: this.now + waitMs });
    if (this.random.maybe(0.03)) this.finish();
    else if (this.random.maybe(0.05)) this.schedule(this.random.below(waitMs + 1), () => this.abandon(requestId));
    else this.schedule(waitMs + this.random.below(waitMs > 0 ? 5 : 300), () => this.acquire(request, attempt + 1));
  }

  /** The request completed, or its program crashed. */
  finish() {
    this.finished++;
  }

  async abandon(requestId) {
    this.sleeping.clear();
    await this.release(requestId);
    this.finish();
  }

  send(request) {
    const { requestId } = request;
    const crashes = this.random.maybe(0.08);
    if (crashes && this.random.maybe(0.5)) return this.finish();
    const arrivalMs = this.random.below(100);
    const durationMs = this.random.below(this.random.pick([10, 1000, 15_000]));
    this.schedule(arrivalMs, () => this.arrive(request));
    this.schedule(arrivalMs + durationMs, () => this.inFlight.delete(requestId));
    if (crashes) return this.finish();
    if (durationMs > 5_000) this.schedule(arrivalMs + 4_000, () => this.renew(request));
    this.schedule(arrivalMs + durationMs + this.random.below(50), async () => {
      await this.release(requestId, this.random.maybe(0.04) ? this.hold(request) : undefined);
      for (const { windowMs } of request.windows) this.schedule(windowMs);
      this.finish();
    });
  }

  async renew(request) {
    const answer = await this.object.limiter.acquire({ ...request, force: true });
    assert.deepEqual(answer, { granted: true });
    this.model.decided(request, answer, this.now);
  }

  async release(requestId, hold) {
    await this.object.limiter.release(requestId, hold);
    this.model.released(requestId, hold, this.now);
    if (hold) this.schedule(hold.ms);
  }

  hold({ windows }) {
    const ms = 1000 + this.random.below(60_000);
    if (windows.length > 0 && this.random.maybe(0.5)) return { ms, windows: windows.map(({ key }) => key) };
    return { ms, maxConcurrent: this.random.below(3) };
  }

  /** Counts a request as the service does. */
  arrive({ requestId, windows }) {
    this.inFlight.add(requestId);
    this.arrivals.push({ windows, time: this.now });
    if (!this.respectsLimits) return;
    assert.ok(this.inFlight.size <= this.maxConcurrent, `${this.label}: ${this.inFlight.size} in flight`);
    for (const { key, limit, windowMs } of windows) {
      const counts = ({ windows, time }) => this.now - time < windowMs && windows.some((window) => window.key === key);
      const count = this.arrivals.filter(counts).length;
      assert.ok(count <= limit, `${this.label}: ${count} in ${key}`);
    }
  }
}
