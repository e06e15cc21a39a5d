/**
 * The limiter of many machines over any interleaving of requests, replies, aborts, deaths, holds and evictions, against a
 * model that counts, and against the service as it sees the requests arrive. The clock is turned, nothing sleeps.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { durableObject } from "./support/durable.mjs";
import { Model } from "./support/limits-model.mjs";
import { anyWindows, createRandom, serviceWindows } from "./support/requests.mjs";

test("requests as the service counts them: none too many, all in turn, none sleeps past its turn", async (t) => {
  for (let seed = 1; seed <= 100; seed++) await new World(t, seed, serviceWindows, true).run();
});

test("requests in windows of any kind: none too many, all in turn", async (t) => {
  for (let seed = 1; seed <= 100; seed++) await new World(t, seed, anyWindows, false).run();
});

/** Programs that share an account, the service that they ask, and a clock. */
class World {
  now = Date.UTC(2026, 10, 22, 9);
  events = [];
  model = new Model();
  /** When requests arrived at the service, and which are under way there. */
  arrivals = [];
  underWay = new Set();
  /** Who was told a time, and does not ask before it. */
  sleepers = new Map();
  expected = 0;
  ended = 0;

  constructor(t, seed, windowsOf, exact) {
    t.mock.method(Date, "now", () => this.now);
    this.chance = createRandom(seed);
    this.exact = exact;
    this.object = durableObject();
    this.atOnce = this.chance.one([2, 3, 14]);
    // Calls with limits "off" may be too many, and are the same to the model.
    this.polite = this.chance.sometimes(0.7);
    for (let count = 10 + this.chance.below(30); count > 0; count--) {
      const request = {
        ticket: `${seed}-${count}`,
        windows: windowsOf(this.chance),
        atOnce: this.atOnce,
        leaseMs: 20_000,
        patient: false,
        force: !this.polite && this.chance.sometimes(0.1),
      };
      this.in(this.chance.below(2) * this.chance.below(400_000), () => this.ask(request));
    }
    this.about = `seed ${seed}`;
  }

  in(ms, action = () => {}) {
    this.events.push({ at: this.now + ms, action });
  }

  async run() {
    for (let count = 0; this.events.length > 0; count++) {
      assert.ok(count < 5000, `${this.about}: no end`);
      const next = this.events.reduce((first, event) => (event.at < first.at ? event : first));
      this.events.splice(this.events.indexOf(next), 1);
      this.now = next.at;
      // Who is forgotten makes room for those behind, whom nobody wakes.
      if (this.model.tidy(this.now)) this.sleepers.clear();
      if (this.exact) this.noneSleepsPastItsTurn();
      if (this.chance.sometimes(0.05)) this.object.evict();
      await next.action();
    }
    assert.equal(this.ended, this.expected, `${this.about}: not all ended`);
    // The next one finds what is over, and then nothing is kept.
    this.now += 3_600_000;
    await this.object.limiter.release("nobody");
    assert.equal(this.object.storage.rows.size, 0, this.about);
  }

  noneSleepsPastItsTurn() {
    for (const [ticket, { request, until }] of this.sleepers) {
      if (until <= this.now) this.sleepers.delete(ticket);
      else
        assert.ok(!this.model.mayGo(request, this.now), `${this.about}: ${ticket} sleeps ${until - this.now} ms more`);
    }
  }

  async ask(request, tried = 0) {
    const { ticket } = request;
    if (tried === 0) this.expected++;
    const mayGo = request.force || this.model.isUnderWay(ticket) || this.model.mayGo(request, this.now);
    const answer = await this.object.limiter.acquire(request);
    assert.equal(answer.granted, mayGo, `${this.about}: ${ticket} at ${this.now}`);
    this.model.asked(request, answer, this.now);
    if (answer.granted) return this.send(request);
    const { waitMs } = answer;
    assert.ok(Number.isInteger(waitMs) && waitMs >= 0 && waitMs <= 3_600_000, `${waitMs}`);
    if (waitMs > 0) this.sleepers.set(ticket, { request, until: this.now + waitMs });
    if (this.chance.sometimes(0.03)) this.over();
    else if (this.chance.sometimes(0.05)) this.in(this.chance.below(waitMs + 1), () => this.leave(ticket));
    else this.in(waitMs + this.chance.below(waitMs > 0 ? 5 : 300), () => this.ask(request, tried + 1));
  }

  /** It died, or ended. */
  over() {
    this.ended++;
  }

  async leave(ticket) {
    this.sleepers.clear();
    await this.release(ticket);
    this.over();
  }

  send(request) {
    const { ticket } = request;
    const dies = this.chance.sometimes(0.08);
    if (dies && this.chance.sometimes(0.5)) return this.over();
    const arrives = this.chance.below(100);
    const takes = this.chance.below(this.chance.one([10, 1000, 15_000]));
    this.in(arrives, () => this.arrive(request));
    this.in(arrives + takes, () => this.underWay.delete(ticket));
    if (dies) return this.over();
    if (takes > 5_000) this.in(arrives + 4_000, () => this.renew(request));
    this.in(arrives + takes + this.chance.below(50), async () => {
      await this.release(ticket, this.chance.sometimes(0.04) ? this.hold(request) : undefined);
      for (const { windowMs } of request.windows) this.in(windowMs);
      this.over();
    });
  }

  async renew(request) {
    const answer = await this.object.limiter.acquire({ ...request, force: true });
    assert.deepEqual(answer, { granted: true });
    this.model.asked(request, answer, this.now);
  }

  async release(ticket, hold) {
    await this.object.limiter.release(ticket, hold);
    this.model.released(ticket, hold, this.now);
    if (hold) this.in(hold.ms);
  }

  hold({ windows }) {
    const ms = 1000 + this.chance.below(60_000);
    if (windows.length > 0 && this.chance.sometimes(0.5)) return { ms, windows: windows.map(({ key }) => key) };
    return { ms, atOnce: this.chance.below(3) };
  }

  /** As the service counts. */
  arrive({ ticket, windows }) {
    this.underWay.add(ticket);
    this.arrivals.push({ windows, time: this.now });
    if (!this.polite) return;
    assert.ok(this.underWay.size <= this.atOnce, `${this.about}: ${this.underWay.size} at once`);
    for (const { key, most, windowMs } of windows) {
      const counts = ({ windows, time }) => this.now - time < windowMs && windows.some((window) => window.key === key);
      const count = this.arrivals.filter(counts).length;
      assert.ok(count <= most, `${this.about}: ${count} in ${key}`);
    }
  }
}
