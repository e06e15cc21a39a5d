/** Clocks that are set while calls wait: time passes as if nothing had happened. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createClient } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";
import { collect, rejectsWith, stubClient } from "./support/account.mjs";

const HOUR = 3_600_000;
const realNow = Date.now;
let offset = 0;
Date.now = () => realNow() + offset;
afterEach(() => {
  offset = 0;
});

test("a monotonic clock that is missing for a while does not move the time", async (t) => {
  const { performance } = globalThis;
  t.after(() => Object.defineProperty(globalThis, "performance", { value: performance, configurable: true }));
  const smsc = await createClient(createEmulator().clientOptions());
  const used = () => smsc.rateLimits().find(({ name }) => name === "history")?.used;
  await smsc.history.list();
  for (const value of [undefined, performance, {}, performance]) {
    Object.defineProperty(globalThis, "performance", { value, configurable: true });
    assert.equal(used(), 1);
  }
});

test("a clock that jumps forward and back does not forget requests", async () => {
  for (const jump of [61_000, HOUR, 24 * HOUR]) {
    const smsc = await createClient({
      apiKey: `jump ${jump}`,
      rateLimit: "fail",
      fetch: async () => new Response("[]"),
    });
    for (let i = 0; i < 3; i++) await smsc.tasks.list();
    for (let i = 0; i < 3; i++) {
      offset = jump;
      // Notices the jump.
      smsc.rateLimits();
      offset = 0;
      await rejectsWith(smsc.tasks.list(), "rate_limited");
    }
    offset = jump;
    await smsc.tasks.list();
    offset = 0;
    const error = await rejectsWith(smsc.tasks.list(), "rate_limited");
    assert.ok(error.retryAfterMs <= 60_000, `${error.retryAfterMs} ms`);
  }
});

test("a clock that is set back again and again lengthens no time limit", async () => {
  const endless = () =>
    new Response(
      new ReadableStream({
        async pull(controller) {
          await delay(10);
          controller.enqueue(new TextEncoder().encode("1;2\n"));
        },
      }),
    );
  const { smsc } = await stubClient(endless);
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    const reading = rejectsWith(collect(smsc.tasks.rows({ id: 1 }, { totalTimeoutMs: 300 })), "timeout");
    await delay(50);
    offset = -HOUR;
    await reading;
    assert.ok(performance.now() - start < 5_000, `${performance.now() - start} ms`);
    offset = 0;
  }
});

test("a call that begins during a jump does not last longer by the jump", async () => {
  const { smsc } = await stubClient(() => new Response('[{"id":1,"name":"x","status":"1"}]'));
  smsc.rateLimits();
  offset = HOUR;
  smsc.rateLimits();
  const start = performance.now();
  const waiting = rejectsWith(smsc.tasks.waitFor(1, { maxWaitMs: 300 }), "timeout");
  await delay(50);
  offset = 0;
  await waiting;
  assert.ok(performance.now() - start < 5_000, `${performance.now() - start} ms`);
});
