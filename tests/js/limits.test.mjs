/** The service's limits, with `wait`, `fail` and `off`. Each test uses a separate account, whose clients share its limits. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { createClient } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";
import { mockClock, NOW, rejectsWith, settle, waitUntil } from "./support/account.mjs";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let accounts = 0;

/** An account with the service's limits, and a function that creates clients of it. */
function account(seed = {}) {
  const apiKey = `account-${++accounts}`;
  const emulator = createEmulator({ now: NOW, messages: 5, apiKey, ...seed });
  const client = (options = {}) => createClient({ apiKey, fetch: emulator.fetch, ...options });
  return { emulator, client };
}

/** The maximum number of requests within any period of the given length. */
const maxRequestsWithin = (requests, ms) =>
  Math.max(
    ...requests.map(({ time }) => requests.filter((other) => other.time >= time && other.time < time + ms).length),
  );

const rejections = (emulator) => emulator.requests.filter(({ code }) => code === 9).length;

describe('"wait"', () => {
  const bursts = {
    "history.list": [10, 3, MINUTE, (smsc) => smsc.history.list()],
    "history.iterate": [7, 3, MINUTE, (smsc) => smsc.history.iterate().next()],
    "senders.list": [7, 3, MINUTE, (smsc) => smsc.senders.list()],
    "senders.add": [11, 5, MINUTE, (smsc, index) => smsc.senders.add({ name: `N${index}` })],
    "tasks.list": [7, 3, MINUTE, (smsc) => smsc.tasks.list()],
    "tasks.get": [7, 3, MINUTE, (smsc) => smsc.tasks.get(301)],
    "tasks.download": [7, 3, MINUTE, async (smsc) => (await smsc.tasks.download({ id: 302 })).bytes()],
    "call get.php": [7, 3, MINUTE, (smsc) => smsc.call("get.php", { get_messages: 1 })],
    "raw, with any fmt": [7, 3, MINUTE, (smsc, index) => smsc.raw("downloads.php", { get_list: 1, fmt: index % 4 })],
  };
  for (const [name, [count, limit, windowMs, call]] of Object.entries(bursts)) {
    test(`${count} times ${name} concurrently: at most ${limit} per minute, and no error 9`, async (t) => {
      const clock = mockClock(t);
      const { emulator, client } = account();
      const waits = [];
      const smsc = await client({ onWait: (wait) => waits.push(wait) });
      const all = Promise.all(Array.from({ length: count }, (_, index) => call(smsc, index)));
      await clock.run(all, { emulator, step: 1000 });
      assert.equal(emulator.requests.length, count);
      assert.equal(rejections(emulator), 0);
      assert.equal(maxRequestsWithin(emulator.requests, windowMs), limit);
      assert.ok(waits.filter(({ waitMs }) => waitMs > 0).length >= count - limit);
      for (const { reason, waitMs, method } of waits) {
        assert.equal(reason, "rate_limit");
        // 0 while the end of the wait depends on the response to another request.
        assert.ok(waitMs >= 0 && waitMs <= 4 * MINUTE, String(waitMs));
        assert.equal(method, name.replace("iterate", "list").replace(/^(call|raw).*/, "$1"));
      }
      // Each request is sent as soon as the limit permits.
      const last = emulator.requests.at(-1).time - emulator.requests[0].time;
      assert.ok(last <= (Math.ceil(count / limit) - 1) * (windowMs + 2000), `${last} ms`);
    });
  }

  test("the 31st history request within an hour waits for the end of the hour", async (t) => {
    const clock = mockClock(t);
    const { emulator, client } = account();
    const smsc = await client();
    const all = Promise.all(Array.from({ length: 32 }, (_, index) => smsc.history.list({ limit: index + 1 })));
    await clock.run(all, { emulator, step: 20_000 });
    assert.equal(rejections(emulator), 0);
    assert.equal(maxRequestsWithin(emulator.requests, HOUR), 30);
    assert.ok(emulator.requests[30].time - emulator.requests[0].time >= HOUR);
  });

  test("a different request is sent immediately, ahead of identical ones that wait", async (t) => {
    const clock = mockClock(t);
    const { emulator, client } = account();
    const smsc = await client();
    const waiting = Promise.all(Array.from({ length: 4 }, () => smsc.senders.list()));
    await settle();
    await smsc.senders.list({ all: true });
    await smsc.history.list();
    assert.equal(emulator.requests.length, 5);
    await clock.run(waiting, { emulator, step: 5000 });
  });

  test("clients of one account share its limits, clients of other accounts do not", async (t) => {
    const clock = mockClock(t);
    const { emulator, client } = account();
    const [one, two] = [await client(), await client()];
    for (const smsc of [one, two, one]) await smsc.history.list();
    const fourth = two.history.list();
    await settle();
    assert.equal(emulator.requests.length, 3);
    const other = account();
    await (await other.client()).history.list();
    assert.equal(other.emulator.requests.length, 1);
    await clock.run(fourth, { emulator, step: 1000 });
    assert.equal(rejections(emulator), 0);
  });

  test("two copies of the package count the requests of each other, also those without a window", async (t) => {
    const other = createRequire(import.meta.url)("smsc-wasm");
    const { emulator, client } = account();
    const waiting = [];
    const fetch = async (...request) => {
      await new Promise((resolve) => waiting.push(resolve));
      return emulator.fetch(...request);
    };
    const inFlight = (smsc) => smsc.rateLimits().find(({ name }) => name === "connections")?.used ?? 0;
    const one = await client({ fetch });
    const ofOne = [one.balance(), one.balance()];
    await waitUntil(() => waiting.length === 2);
    // It joins while they are in flight.
    const two = await other.createClient({ apiKey: emulator.state.apiKey, fetch });
    const ofTwo = Array.from({ length: 20 }, () => two.balance());
    await waitUntil(() => waiting.length === 14);
    assert.deepEqual([inFlight(one), inFlight(two)], [14, 14]);
    for (const resolve of waiting.splice(0, 2)) resolve();
    await Promise.all(ofOne);
    await waitUntil(() => waiting.length === 14);
    assert.deepEqual([inFlight(one), inFlight(two)], [14, 14]);
    const timer = setInterval(() => {
      for (const resolve of waiting.splice(0)) resolve();
    }, 1);
    t.after(() => clearInterval(timer));
    await Promise.all(ofTwo);
    assert.deepEqual([inFlight(one), inFlight(two)], [0, 0]);
  });

  test("error 9 caused by another program is followed by a wait and a retry", async (t) => {
    const clock = mockClock(t);
    const { emulator, client } = account();
    const body = new URLSearchParams({
      apikey: emulator.state.apiKey,
      get_messages: "1",
      cnt: "1000",
      charset: "utf-8",
    });
    for (let count = 0; count < 3; count++)
      await emulator.fetch("https://smsc.ru/sys/get.php", { method: "POST", body });
    const smsc = await client();
    assert.ok((await clock.run(smsc.history.list(), { emulator, step: 1000 })).messages.length > 0);
    assert.equal(rejections(emulator), 1);
    emulator.faults.push({ code: 9, text: "too many concurrent requests" });
    await clock.run(smsc.tasks.list(), { emulator });
    assert.equal(rejections(emulator), 2);
  });

  test("a retry counts as a separate request", async (t) => {
    const clock = mockClock(t);
    const { emulator, client } = account();
    const smsc = await client();
    emulator.faults.push({ when: ({ parameters }) => parameters.get_list === "1", status: 503, times: 2 });
    await clock.run(smsc.tasks.list(), { emulator });
    const next = smsc.tasks.list();
    await settle();
    assert.equal(emulator.requests.length, 3);
    await clock.run(next, { emulator, step: 1000 });
    assert.ok(emulator.requests[3].time - emulator.requests[0].time >= MINUTE);
  });

  test("an abort removes a call from the queue immediately, and the next one advances", async (t) => {
    const clock = mockClock(t);
    const { emulator, client } = account();
    const smsc = await client();
    for (let count = 0; count < 3; count++) await smsc.tasks.list();
    const controller = new AbortController();
    const aborted = rejectsWith(smsc.tasks.list({}, { signal: controller.signal }), "aborted");
    const rest = [smsc.tasks.list(), smsc.tasks.list(), smsc.tasks.list()];
    await settle();
    controller.abort("enough");
    assert.equal((await aborted).cause, "enough");
    assert.equal(emulator.requests.length, 3);
    await clock.run(Promise.all(rest), { emulator, step: 1000 });
    assert.ok(emulator.requests.at(-1).time - emulator.requests[0].time < MINUTE + 5000);
    assert.equal(rejections(emulator), 0);
  });

  test("totalTimeoutMs ends a wait for a connection, and no request is sent", async (t) => {
    const clock = mockClock(t);
    const { emulator, client } = account();
    const smsc = await client();
    const controller = new AbortController();
    emulator.faults.push({ kind: "hang", times: 14 });
    const hanging = Array.from({ length: 14 }, () => smsc.balance({ signal: controller.signal, timeoutMs: 60_000 }));
    await waitUntil(() => emulator.requests.length === 14);
    const waits = [];
    const options = { totalTimeoutMs: 10_000, onWait: ({ waitMs }) => waits.push(waitMs) };
    const error = await rejectsWith(clock.run(smsc.tasks.list({}, options), { emulator, step: 1000 }), "timeout");
    assert.deepEqual([error.attempts, "cause" in error, waits], [0, false, [0]]);
    assert.equal(emulator.requests.length, 14);
    assert.ok(Date.now() - NOW < 12_000);
    controller.abort();
    await Promise.allSettled(hanging);
  });
});

describe('"fail"', () => {
  test("rejects with the time to wait, and sends no request", async (t) => {
    const clock = mockClock(t);
    const { emulator, client } = account();
    const smsc = await client({ rateLimit: "fail" });
    for (let count = 0; count < 3; count++) await smsc.history.list();
    clock.tick(20_000);
    emulator.advance(20_000);
    const error = await rejectsWith(smsc.history.list(), "rate_limited");
    assert.deepEqual([error.retryAfterMs, error.endpoint, error.retryable], [40_000, "history", true]);
    assert.deepEqual([error.apiCode, error.httpStatus], [undefined, undefined]);
    assert.equal(emulator.requests.length, 3);
    clock.tick(error.retryAfterMs);
    emulator.advance(error.retryAfterMs);
    await smsc.history.list();
    assert.equal(rejections(emulator), 0);
  });

  test("waits up to maxRateLimitWaitMs for a free connection, and for no window", async (t) => {
    const clock = mockClock(t);
    const { emulator, client } = account();
    const smsc = await client({ rateLimit: "fail" });
    let release;
    const held = new Promise((resolve) => {
      release = resolve;
    });
    emulator.faults.push({ until: held, times: 14 });
    const inFlight = Array.from({ length: 14 }, () => smsc.call("balance.php"));
    await waitUntil(() => emulator.requests.length === 14);
    const began = Date.now();
    const patient = { maxRateLimitWaitMs: 5000 };
    await rejectsWith(clock.run(smsc.call("balance.php", {}, patient)), "too_many_connections");
    assert.ok(Date.now() - began >= 5000 && Date.now() - began <= 5500, `${Date.now() - began} ms`);
    const waiting = smsc.call("balance.php", {}, patient);
    await settle();
    release();
    await Promise.all([...inFlight, waiting]);
    assert.equal(rejections(emulator), 0);
    for (let count = 0; count < 3; count++) await smsc.tasks.list();
    await rejectsWith(smsc.tasks.list({}, { maxRateLimitWaitMs: 2 * MINUTE }), "rate_limited");
  });

  test("of a change is not retryable", async (t) => {
    mockClock(t);
    const { emulator, client } = account();
    const smsc = await client();
    for (let count = 0; count < 5; count++) await smsc.senders.add({ name: `N${count}` });
    const error = await rejectsWith(smsc.senders.add({ name: "N5" }, { rateLimit: "fail" }), "rate_limited");
    assert.ok(error.retryAfterMs > 0 && error.retryAfterMs <= MINUTE);
    assert.equal(error.retryable, false);
    assert.equal(emulator.requests.length, 5);
  });

  test("error 9 of the service rejects immediately", async () => {
    const { emulator, client } = account();
    const smsc = await client({ rateLimit: "fail" });
    emulator.faults.push({ code: 9 });
    assert.equal((await rejectsWith(smsc.history.list(), "rate_limited")).apiCode, 9);
    assert.equal(emulator.requests.length, 1);
  });
});

describe("a wait that is too long is not begun", () => {
  for (const [what, options] of [
    ["maxRateLimitWaitMs", { maxRateLimitWaitMs: MINUTE - 1 }],
    ["maxRateLimitWaitMs 0", { maxRateLimitWaitMs: 0 }],
    ["totalTimeoutMs", { totalTimeoutMs: MINUTE }],
  ]) {
    for (const [where, ofClient, ofCall] of [
      ["of the client", options, {}],
      ["of the call", {}, options],
    ]) {
      test(`because of ${what} ${where}`, async (t) => {
        // The clock is stopped: a wait would never end.
        const clock = mockClock(t);
        const { emulator, client } = account();
        const waits = [];
        const smsc = await client({ ...ofClient, onWait: (wait) => waits.push(wait) });
        for (let count = 0; count < 3; count++) await smsc.tasks.list();
        const error = await rejectsWith(smsc.tasks.list({}, ofCall), "rate_limited");
        assert.deepEqual([error.retryAfterMs, error.attempts, error.endpoint], [MINUTE, 0, "tasks"]);
        assert.match(error.message, new RegExp(what.split(" ")[0]));
        assert.deepEqual([waits, emulator.requests.length], [[], 3]);
        // It does not stay in the queue.
        clock.tick(MINUTE);
        emulator.advance(MINUTE);
        await smsc.tasks.list();
      });
    }
  }

  test("and one that is permitted ends with a response", async (t) => {
    const clock = mockClock(t);
    const { emulator, client } = account();
    const smsc = await client({ maxRateLimitWaitMs: MINUTE + 1000, totalTimeoutMs: 2 * MINUTE });
    const calls = Promise.all(Array.from({ length: 4 }, () => smsc.tasks.list()));
    await clock.run(calls, { emulator, step: 1000 });
    assert.equal(rejections(emulator), 0);
  });
});

describe("the logger", () => {
  test("gets a warning for the first wait for the limits, and later ones as information", async (t) => {
    const clock = mockClock(t);
    const { emulator, client } = account();
    const lines = [];
    const log = (level) => (message, fields) => lines.push({ level, message, fields });
    const smsc = await client({ logger: { warn: log("warn"), info: log("info") } });
    await clock.run(Promise.all(Array.from({ length: 4 }, () => smsc.tasks.list())), { emulator, step: 1000 });
    const waits = lines.filter(({ fields }) => fields.reason === "rate_limit" && fields.waitMs > 0);
    assert.equal(waits[0].level, "warn");
    assert.match(waits[0].message, /^smsc tasks\.list: waits \d+ ms for the service's rate limits$/);
    assert.deepEqual([waits[0].fields.method, waits[0].fields.attempt], ["tasks.list", 1]);
    for (let count = 0; count < 3; count++) await smsc.senders.list();
    lines.length = 0;
    await clock.run(smsc.senders.list(), { emulator, step: 1000 });
    assert.deepEqual(
      lines.map(({ level, fields }) => [level, fields.method]),
      [["info", "senders.list"]],
    );
  });
});

describe('"off"', () => {
  test("sends without waiting, and counts for other calls", async (t) => {
    mockClock(t);
    const { emulator, client } = account();
    const smsc = await client({ rateLimit: "off" });
    for (let count = 0; count < 3; count++) await smsc.tasks.list();
    assert.equal((await rejectsWith(smsc.tasks.list(), "rate_limited")).apiCode, 9);
    assert.equal(emulator.requests.length, 4);
    await rejectsWith(smsc.tasks.list({}, { rateLimit: "fail" }), "rate_limited");
    assert.equal(emulator.requests.length, 4);
  });
});

describe("concurrent requests", () => {
  test("are limited to 14, and all complete", async () => {
    const { emulator, client } = account({ latencyMs: 5 });
    const waits = [];
    const smsc = await client({ onWait: (wait) => waits.push(wait) });
    const calls = Array.from({ length: 40 }, (_, index) =>
      index % 2 ? smsc.call("balance.php") : smsc.history.list({ limit: index + 1 }),
    );
    await Promise.all(calls.slice(0, 30));
    await Promise.all(calls);
    assert.equal(emulator.requests.length, 40);
    assert.equal(Math.max(...emulator.requests.map(({ inFlight }) => inFlight)), 14);
    assert.equal(rejections(emulator), 0);
    // The wait for a slot has no known end, as it depends on another call.
    assert.ok(waits.some(({ reason, waitMs }) => reason === "rate_limit" && waitMs === 0));
  });

  test('above the limit reject with too_many_connections under "fail"', async () => {
    const { emulator, client } = account();
    const smsc = await client();
    let release;
    const held = new Promise((resolve) => {
      release = resolve;
    });
    emulator.faults.push({ until: held, times: 14 });
    const inFlight = Array.from({ length: 14 }, () => smsc.call("balance.php"));
    await waitUntil(() => emulator.requests.length === 14);
    const error = await rejectsWith(smsc.call("balance.php", {}, { rateLimit: "fail" }), "too_many_connections");
    assert.deepEqual([error.endpoint, error.retryable], ["balance.php", true]);
    const waiting = smsc.call("balance.php");
    await settle();
    assert.equal(emulator.requests.length, 14);
    release();
    await Promise.all([...inFlight, waiting]);
    assert.equal(rejections(emulator), 0);
  });

  test("end on abort and on a cancelled download", async () => {
    const { emulator, client } = account({ limits: false });
    const smsc = await client();
    emulator.faults.push({ kind: "hang", times: 14 });
    const controller = new AbortController();
    const hanging = Array.from({ length: 14 }, () => smsc.call("balance.php", {}, { signal: controller.signal }));
    const waiting = smsc.call("balance.php");
    await settle();
    assert.equal(emulator.requests.length, 14);
    controller.abort();
    assert.ok((await Promise.allSettled(hanging)).every(({ reason }) => reason.code === "aborted"));
    await waiting;
    for (let index = 0; index < 20; index++) {
      const file = await smsc.tasks.download({ id: 302 }, { rateLimit: "off" });
      await file.stream().cancel();
    }
    const { used } = smsc.rateLimits().find(({ name }) => name === "connections");
    assert.equal(used, 0);
  });
});

test("rateLimits returns the used limits and their usage", async (t) => {
  mockClock(t);
  const { client } = account();
  const smsc = await client();
  assert.deepEqual(smsc.rateLimits(), []);
  await smsc.history.list();
  await smsc.history.list();
  const rows = smsc.rateLimits();
  for (const { name, used, limit, windowMs, resetMs } of rows) {
    assert.equal(typeof name, "string");
    for (const number of [used, limit, windowMs, resetMs]) assert.ok(Number.isInteger(number) && number >= 0);
  }
  const history = rows.filter(({ name }) => name.startsWith("history"));
  assert.deepEqual(
    history.map(({ used, limit, windowMs }) => [used, limit, windowMs]).sort((a, b) => a[1] - b[1]),
    [
      [2, 3, MINUTE],
      [2, 30, HOUR],
    ],
  );
});

describe("after error 9", () => {
  test("the window counts as full for every call of the account", async (t) => {
    const clock = mockClock(t);
    const { emulator, client } = account();
    const [one, two] = [await client(), await client()];
    emulator.faults.push({ code: 9 });
    const first = one.tasks.list();
    await settle();
    const error = await rejectsWith(two.tasks.list({}, { rateLimit: "fail" }), "rate_limited");
    assert.equal(error.retryAfterMs, MINUTE);
    // Other windows are not affected.
    await two.senders.list({}, { rateLimit: "fail" });
    await clock.run(first, { emulator, step: 1000 });
    assert.equal(emulator.requests.length, 3);
    assert.ok(emulator.requests[2].time - emulator.requests[0].time >= MINUTE);
  });

  test("a second one for the history blocks its hourly window", async (t) => {
    const clock = mockClock(t);
    const { emulator, client } = account();
    const waits = [];
    const smsc = await client({ onWait: ({ reason, waitMs }) => waits.push([reason, waitMs]) });
    emulator.faults.push({ code: 9, times: 2 });
    await clock.run(smsc.history.list(), { emulator, step: 10_000 });
    assert.deepEqual(waits, [
      ["rate_limit", MINUTE],
      ["rate_limit", HOUR],
    ]);
    assert.equal(emulator.requests.length, 3);
  });

  test("a rejected change is not retried, and its error has the time to wait", async (t) => {
    mockClock(t);
    const { emulator, client } = account();
    const smsc = await client();
    emulator.faults.push({ code: 9 });
    const error = await rejectsWith(smsc.senders.add({ name: "SHOP" }), "rate_limited");
    assert.deepEqual([error.retryAfterMs, error.retryable, error.apiCode], [MINUTE, false, 9]);
    assert.equal(emulator.requests.length, 1);
  });

  test("for concurrent requests, concurrency is reduced for a minute", async (t) => {
    const clock = mockClock(t);
    const { emulator, client } = account();
    const smsc = await client();
    emulator.faults.push({ code: 9, text: "too many concurrent requests" });
    await clock.run(smsc.call("balance.php"), { emulator });
    let release;
    const held = new Promise((resolve) => {
      release = resolve;
    });
    emulator.faults.push({ until: held, times: 20 });
    const calls = Promise.all(Array.from({ length: 5 }, () => smsc.call("balance.php")));
    await settle();
    const { inFlight } = emulator.requests.at(-1);
    assert.equal(inFlight, 1);
    release();
    await calls;
  });
});

test("a thousand concurrent calls complete, 14 at a time", async () => {
  const { emulator, client } = account();
  const smsc = await client();
  await Promise.all(Array.from({ length: 1000 }, () => smsc.call("balance.php")));
  assert.equal(emulator.requests.length, 1000);
  assert.equal(rejections(emulator), 0);
});

test("a thousand identical calls complete in the order of the calls", async (t) => {
  const clock = mockClock(t);
  const { emulator, client } = account();
  const smsc = await client();
  const order = [];
  const calls = Array.from({ length: 1000 }, (_, index) => smsc.tasks.list().then(() => order.push(index)));
  await clock.run(Promise.all(calls), { emulator, step: MINUTE, maxMs: 400 * MINUTE });
  assert.equal(rejections(emulator), 0);
  assert.deepEqual(
    order,
    [...order].sort((a, b) => a - b),
  );
});

test("slow credentials block neither the queue of their account nor other accounts", async (t) => {
  const clock = mockClock(t);
  const { emulator, client } = account();
  const { client: otherClient } = account();
  const { apiKey } = emulator.state;
  const credentials = () => new Promise((resolve) => setTimeout(() => resolve({ apiKey }), 200));
  const slow = await client({ apiKey: undefined, credentials });
  const other = await otherClient();
  const began = Date.now();
  const ends = { slow: [], other: [] };
  const calls = (smsc, name, count) =>
    Array.from({ length: count }, () => smsc.balance().then(() => ends[name].push(Date.now() - began)));
  await clock.run(Promise.all([...calls(slow, "slow", 56), ...calls(other, "other", 14)]), { step: 50 });
  // 14 at once, each with its own credentials.
  assert.ok(Math.max(...ends.slow) <= 4 * 250, `${Math.max(...ends.slow)} ms`);
  assert.ok(Math.max(...ends.other) <= 50, `${Math.max(...ends.other)} ms`);
});

test("clients with a credentials function use the limits of the account that it returns", async (t) => {
  const clock = mockClock(t);
  const { emulator } = account();
  const keys = [emulator.state.apiKey, "another"];
  const clientOf = (key) => createClient({ credentials: async () => ({ apiKey: key }), fetch: emulator.fetch });
  const [first, second, other] = [await clientOf(keys[0]), await clientOf(keys[0]), await clientOf(keys[1])];
  for (const smsc of [first, second, first]) await smsc.tasks.list();
  const error = await rejectsWith(second.tasks.list({}, { rateLimit: "fail" }), "rate_limited");
  assert.equal(error.apiCode, undefined);
  // The other account's request is sent immediately; its invalid key does not matter here.
  await rejectsWith(other.tasks.list({}, { rateLimit: "fail" }), "unauthorized");
  assert.equal(first.rateLimits().find(({ name }) => name === "tasks.identical").used, 3);
  clock.tick(MINUTE);
  emulator.advance(MINUTE);
  await second.tasks.list({}, { rateLimit: "fail" });
});
