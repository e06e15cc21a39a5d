/** A client with a shared limiter: its requests, releases and holds, and the effect of the limiter's errors. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";
import { mockClock, NOW, rejectsWith, settle, waitUntil } from "./support/account.mjs";

/** A limiter that records its calls. It returns the given decisions in order, then grants. */
function limiter(...decisions) {
  const record = [];
  return {
    record,
    async acquire(request, signal) {
      record.push({ acquire: request });
      const decision = decisions.shift() ?? { granted: true };
      return typeof decision === "function" ? decision(request, signal) : decision;
    },
    async release(requestId, feedback) {
      record.push({ release: requestId, feedback });
    },
  };
}

let accounts = 0;
async function setup(shared, options = {}) {
  const apiKey = `shared-${++accounts}`;
  const emulator = createEmulator({ now: NOW, messages: 5, apiKey });
  const smsc = await createClient({ apiKey, fetch: emulator.fetch, rateLimiter: shared, ...options });
  return { emulator, smsc };
}

describe("a shared limiter", () => {
  test("is called before each request, with its windows, and again after the request", async () => {
    const shared = limiter();
    const { smsc } = await setup(shared);
    await smsc.history.list({ limit: 5 });
    await smsc.senders.add({ name: "SHOP" });
    await smsc.call("balance.php");
    const acquired = shared.record.filter(({ acquire }) => acquire).map(({ acquire }) => acquire);
    const [identical, history] = acquired[0].windows;
    assert.match(identical.key, /^history\.identical \d+$/);
    assert.deepEqual([identical.limit, identical.windowMs], [3, 60_000]);
    assert.deepEqual(history, { key: "history", limit: 30, windowMs: 3_600_000 });
    assert.deepEqual(acquired[1].windows, [{ key: "senders.add", limit: 5, windowMs: 60_000 }]);
    assert.deepEqual(acquired[2].windows, []);
    for (const { maxConcurrent, leaseMs, longPoll, force } of acquired) {
      assert.deepEqual([maxConcurrent, longPoll, force], [14, true, false]);
      assert.ok(leaseMs > 30_000);
    }
    const order = shared.record.map(({ acquire, release }) => acquire?.requestId ?? release);
    assert.equal(new Set(order).size, 3);
    for (const index of [0, 2, 4]) assert.equal(order[index], order[index + 1]);
  });

  test("leaves no timer behind that keeps the process alive", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    const { smsc } = await setup(limiter());
    await smsc.history.list({ limit: 5 });
    await settle();
    assert.equal(timers(), before);
  });

  test("equal requests have the same key in every process, and the key reveals no parameters", async () => {
    const [one, two] = [limiter(), limiter()];
    for (const shared of [one, two]) {
      const { smsc } = await setup(shared);
      await smsc.history.list({ phones: ["79991234567"] });
      await smsc.history.list({ phones: ["79991234568"] });
    }
    const keys = ({ record }) => record.filter(({ acquire }) => acquire).map(({ acquire }) => acquire.windows[0].key);
    assert.deepEqual(keys(one), keys(two));
    assert.notEqual(keys(one)[0], keys(one)[1]);
    assert.ok(!JSON.stringify(one.record).includes("7999"));
  });

  test("is called again after its wait, with the same requestId", async (t) => {
    const clock = mockClock(t);
    const shared = limiter(
      { granted: false, waitMs: 5000, tooManyConnections: false },
      { granted: false, waitMs: 0, tooManyConnections: true },
    );
    const waits = [];
    const { smsc, emulator } = await setup(shared, { onWait: (wait) => waits.push(wait) });
    await clock.run(smsc.history.list(), { emulator, step: 10 });
    assert.ok(emulator.requests[0].time - NOW >= 5000 && emulator.requests[0].time - NOW < 5100);
    assert.equal(new Set(shared.record.map(({ acquire, release }) => acquire?.requestId ?? release)).size, 1);
    assert.deepEqual([waits[0].reason, waits[0].waitMs, waits[0].method], ["rate_limit", 5000, "history.list"]);
  });

  test("is called again every minute during a long wait, since earlier requests may be aborted", async (t) => {
    const clock = mockClock(t);
    const shared = limiter({ granted: false, waitMs: 3_600_000, tooManyConnections: false });
    const { smsc, emulator } = await setup(shared);
    await clock.run(smsc.history.list(), { emulator, step: 1000 });
    assert.ok(emulator.requests[0].time - NOW <= 61_000);
  });

  test('"fail" does not wait, and leaves the queue', async () => {
    const shared = limiter(
      { granted: false, waitMs: 5000, tooManyConnections: false },
      { granted: false, waitMs: 0, tooManyConnections: true },
    );
    const { smsc, emulator } = await setup(shared, { rateLimit: "fail" });
    assert.equal((await rejectsWith(smsc.history.list(), "rate_limited")).retryAfterMs, 5000);
    await rejectsWith(smsc.history.list(), "too_many_connections");
    assert.equal(emulator.requests.length, 0);
    assert.equal(shared.record.filter(({ acquire }) => acquire?.longPoll).length, 0);
    assert.equal(shared.record.filter(({ release }) => release).length, 2);
  });

  test('"off" takes its slot by force', async () => {
    const shared = limiter();
    const { smsc } = await setup(shared, { rateLimit: "off" });
    await smsc.tasks.list();
    assert.deepEqual([shared.record[0].acquire.force, shared.record.length], [true, 2]);
  });

  test("each attempt is a new request, with another requestId", async (t) => {
    const clock = mockClock(t);
    const shared = limiter();
    const { smsc, emulator } = await setup(shared);
    emulator.faults.push({ status: 503 });
    await clock.run(smsc.tasks.list(), { emulator });
    const requestIds = shared.record.map(({ acquire, release }) => acquire?.requestId ?? release);
    assert.deepEqual([requestIds[0], requestIds[2]], [requestIds[1], requestIds[3]]);
    assert.notEqual(requestIds[0], requestIds[2]);
  });

  test("receives a hold after the service's error 9", async (t) => {
    const clock = mockClock(t);
    const shared = limiter();
    const { smsc, emulator } = await setup(shared);
    emulator.faults.push({ code: 9 });
    await clock.run(smsc.tasks.list(), { emulator, step: 1000 });
    const { windows } = shared.record[0].acquire;
    assert.deepEqual(shared.record[1].feedback, { ms: 60_000, windows: [windows[0].key] });
    assert.ok(emulator.requests[1].time - NOW >= 60_000);
    emulator.faults.push({ code: 9, text: "too many concurrent requests" });
    await clock.run(smsc.senders.list(), { emulator });
    assert.deepEqual(shared.record[5].feedback, { ms: 60_000, maxConcurrent: 7 });
  });

  test("whose wait is too long rejects the call", async () => {
    const shared = limiter(
      { granted: false, waitMs: 5000, tooManyConnections: false },
      { granted: false, waitMs: 5000, tooManyConnections: false },
    );
    const { smsc, emulator } = await setup(shared);
    for (const options of [{ maxRateLimitWaitMs: 4999 }, { totalTimeoutMs: 5000 }]) {
      const error = await rejectsWith(smsc.history.list({}, options), "rate_limited");
      assert.deepEqual([error.retryAfterMs, error.attempts], [5000, 0]);
    }
    assert.equal(shared.record.filter(({ release }) => release).length, 2);
    assert.equal(emulator.requests.length, 0);
  });

  test("that fails is asked again for a read, and then rejects the call: no request is sent", async (t) => {
    const clock = mockClock(t);
    const failure = new Error("no connection to the limiter");
    const failing = limiter();
    failing.acquire = async (request) => {
      failing.record.push({ acquire: request });
      throw failure;
    };
    const { smsc, emulator } = await setup(failing);
    const error = await clock.run(rejectsWith(smsc.history.list(), "rate_limited"), { emulator });
    assert.equal(error.cause, failure);
    assert.match(error.message, /rateLimiter.*no connection to the limiter/);
    assert.equal(error.apiCode, undefined);
    const asked = failing.record.flatMap(({ acquire }) => acquire?.requestId ?? []);
    assert.deepEqual(asked, Array(3).fill(asked[0]));
    const change = rejectsWith(smsc.senders.remove({ id: 1 }), "rate_limited");
    assert.equal((await clock.run(change, { emulator })).retryable, false);
    assert.equal(failing.record.filter(({ acquire }) => acquire).length, 4);
    assert.equal(emulator.requests.length, 0);
  });

  test("that fails once does not fail a read", async (t) => {
    const clock = mockClock(t);
    const shared = limiter(() => Promise.reject(new Error("a failover")));
    const { smsc, emulator } = await setup(shared);
    assert.ok((await clock.run(smsc.history.list(), { emulator })).messages.length > 0);
    assert.equal(emulator.requests.length, 1);
  });

  test("may delay its answer to a call with maxRateLimitWaitMs only after a denial", async () => {
    const denial = { granted: false, waitMs: 0, tooManyConnections: true };
    const shared = limiter(denial, (_request, signal) => {
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    const { smsc, emulator } = await setup(shared);
    await rejectsWith(smsc.history.list({}, { maxRateLimitWaitMs: 100 }), "too_many_connections");
    const [first, second, ...rest] = shared.record;
    assert.deepEqual([first.acquire.longPoll, second.acquire.longPoll], [false, true]);
    assert.deepEqual(rest, [{ release: first.acquire.requestId, feedback: undefined }]);
    assert.equal(emulator.requests.length, 0);
  });

  test("whose release fails does not fail the call, but is logged", async () => {
    const lines = [];
    const shared = { ...limiter(), release: () => Promise.reject(new Error("gone")) };
    const { smsc } = await setup(shared, { logger: { warn: (line) => lines.push(line) } });
    assert.ok((await smsc.history.list()).messages.length > 0);
    await settle();
    assert.match(lines.join("\n"), /`rateLimiter` failed: Error: gone/);
  });

  test("an abort while it is called leaves the queue immediately", async () => {
    const shared = limiter(() => new Promise(() => {}));
    const { smsc, emulator } = await setup(shared);
    const controller = new AbortController();
    const outcome = rejectsWith(smsc.history.list({}, { signal: controller.signal }), "aborted");
    await waitUntil(() => shared.record.length === 1);
    controller.abort("enough");
    assert.equal((await outcome).cause, "enough");
    await settle();
    assert.deepEqual(shared.record.at(-1), { release: shared.record[0].acquire.requestId, feedback: undefined });
    assert.equal(emulator.requests.length, 0);
  });

  test("totalTimeoutMs ends the wait for it", async () => {
    const shared = limiter(() => new Promise(() => {}));
    const { smsc, emulator } = await setup(shared);
    await rejectsWith(smsc.history.list({}, { totalTimeoutMs: 30 }), "timeout");
    assert.equal(emulator.requests.length, 0);
  });

  test("a download holds its slot until its last byte, and renews it", async (t) => {
    const clock = mockClock(t);
    const shared = limiter();
    const { smsc, emulator } = await setup(shared);
    const file = await clock.run(smsc.tasks.download({ id: 302 }), { emulator });
    const reader = file.stream().getReader();
    await reader.read();
    assert.equal(shared.record.length, 1);
    clock.tick(25_000);
    while (!(await reader.read()).done);
    await settle();
    const [first, renewed, released] = shared.record;
    if (shared.record.length === 3) {
      assert.deepEqual([renewed.acquire.requestId, renewed.acquire.force], [first.acquire.requestId, true]);
    }
    assert.equal((released ?? renewed).release, first.acquire.requestId);
  });

  test("whose answer is invalid fails the call with the reason", async () => {
    const remedy = "Return `{ granted: true }`, or `{ granted: false, waitMs, tooManyConnections }`.";
    for (const [answer, reason] of [
      [true, "the answer takes an object, and got true"],
      [null, "the answer takes an object, and got null"],
      [{}, "`granted` is missing; it takes `true` or `false`"],
      [{ granted: 5 }, "`granted` takes `true` or `false`, and got 5"],
      [{ granted: false }, "`waitMs` is missing"],
      [{ granted: false, waitMs: -1 }, "`waitMs` is not a number of milliseconds"],
    ]) {
      const { smsc, emulator } = await setup({ acquire: async () => answer, async release() {} });
      const error = await rejectsWith(smsc.history.list(), "rate_limited");
      assert.equal(error.message, `\`rateLimiter.acquire\` returned an invalid answer: ${reason}. ${remedy}`);
      assert.equal(emulator.requests.length, 0);
    }
  });

  test("that never answers fails the call after the times that its doc comment states", async (t) => {
    const clock = mockClock(t);
    for (const [options, ms, code = "rate_limited"] of [
      [{ timeoutMs: 5_000 }, 10_000],
      [{ timeoutMs: 5_000, rateLimit: "off" }, 10_000],
      [{ timeoutMs: 5_000, rateLimit: "fail" }, 5_000],
      [{ timeoutMs: 5_000, maxRateLimitWaitMs: 60_000 }, 5_000],
      [{ timeoutMs: 5_000, maxRateLimitWaitMs: 3_000 }, 3_000],
      [{ timeoutMs: 5_000, maxRateLimitWaitMs: 100 }, 1_000],
      [{ timeoutMs: 500, maxRateLimitWaitMs: 100 }, 500],
      [{ timeoutMs: 5_000, totalTimeoutMs: 7_000 }, 7_000, "timeout"],
    ]) {
      const { smsc } = await setup({ acquire: () => new Promise(() => {}), async release() {} }, options);
      const began = Date.now();
      let ended;
      const call = rejectsWith(smsc.history.list(), code).then(() => (ended = Date.now()));
      await clock.run(call, { step: 10, maxMs: 20_000 });
      assert.ok(Math.abs(ended - began - ms) <= 50, `${JSON.stringify(options)}: ${ended - began} ms`);
    }
  });

  test("is validated with the client's options", async () => {
    for (const wrong of [5, {}, { acquire() {} }, { acquire: 1, release: 2 }]) {
      const error = await rejectsWith(createClient({ apiKey: "k", rateLimiter: wrong }), "invalid_option");
      assert.match(error.parameter, /^rateLimiter/);
    }
    class CustomLimiter {
      async acquire() {
        return { granted: true };
      }
      async release() {}
    }
    const { smsc } = await setup(new CustomLimiter());
    assert.ok(await smsc.history.list());
  });
});
