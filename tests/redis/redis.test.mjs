/** The limits in a real Redis: compared with the Durable Object, and shared by four processes. */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createClient } from "smsc-wasm";
import { redisLimiter } from "smsc-wasm/redis";
import { durableObject } from "../js/support/durable.mjs";
import { anyWindows, createRandom, limiterRequest, serviceWindows } from "../js/support/requests.mjs";
import { compile, diagnostics } from "../js/support/typescript.mjs";
import { pausedReaders } from "../many/paused.mjs";
import { inTime } from "../many/start.mjs";
import { clients, startRedis } from "./server.mjs";

let server;
const opened = [];
before(async () => {
  server = await startRedis();
});
after(async () => {
  for (const { close } of opened) await close();
  await server?.close();
});

async function open(kind = "ioredis") {
  const one = await clients[kind](server.port);
  opened.push(one);
  return one.client;
}

/** The number of an account's waiters. The script writes an empty list as an object. */
async function waitersOf(client, key) {
  const stored = await client.get(`{${key}}:account`);
  return stored ? Object.keys(JSON.parse(stored).waiters).length : 0;
}

test("the script gives the same answers as the Durable Object", async (t) => {
  let now = Date.UTC(2026, 10, 22, 9);
  t.mock.method(Date, "now", () => now);
  const client = await open();
  for (let seed = 1; seed <= 25; seed++) {
    const { next, below, pick, maybe } = createRandom(seed);
    const limiters = [durableObject().limiter, redisLimiter(client, { key: `seed ${seed}`, now: () => now })];
    const windowsOf = pick([serviceWindows, anyWindows]);
    const maxConcurrent = pick([2, 5, 14]);
    const requests = Array.from({ length: 40 }, (_, index) =>
      limiterRequest(`t${index}`, {
        maxConcurrent,
        windows: windowsOf({ below, pick, maybe }),
        leaseMs: pick([500, 30_000]),
      }),
    );
    for (let step = 0; step < 150; step++) {
      now += below(pick([2, 300, 20_000]));
      const request = pick(requests);
      const hold = maybe(0.1)
        ? pick([
            { ms: below(30_000), windows: ["history", "tasks.identical 1"] },
            { ms: below(30_000), maxConcurrent: below(4) },
          ])
        : undefined;
      const ask = next() < 0.65;
      const [expected, given] = await Promise.all(
        limiters.map((limiter) =>
          ask ? limiter.acquire({ ...request, force: step % 29 === 0 }) : limiter.release(request.requestId, hold),
        ),
      );
      assert.deepEqual(given, expected, `seed ${seed}, step ${step}`);
    }
  }
});

test("accepts the clients with the types of their packages", () => {
  const consumer = "../redis/consumer.ts";
  // Errors within the declarations of the packages do not matter here.
  assert.deepEqual(diagnostics(compile(consumer, consumer, { types: ["node"], skipLibCheck: true })), []);
});

for (const kind of Object.keys(clients)) {
  test(`through ${kind}: a full window refuses the next request with the time to wait`, async () => {
    const limiter = redisLimiter(await open(kind), { key: kind });
    const windows = [{ key: "tasks", limit: 3, windowMs: 60_000 }];
    for (const requestId of ["a", "b", "c"])
      assert.deepEqual(await limiter.acquire(limiterRequest(requestId, { windows })), { granted: true });
    await limiter.release("a");
    const { granted, waitMs, tooManyConnections } = await limiter.acquire(limiterRequest("d", { windows }));
    assert.deepEqual([granted, tooManyConnections], [false, false]);
    assert.ok(waitMs > 50_000 && waitMs <= 60_000, String(waitMs));
  });
}

test("a reader that pauses keeps its permit: never more than 14 requests in flight", async () => {
  const result = await pausedReaders(redisLimiter(await open(), { key: "paused" }));
  assert.deepEqual(result, { early: 0, sent: 5, inFlight: 14 });
});

describe("many calls of one process", () => {
  const balance = '{"balance":"1.00"}';
  let accounts = 0;

  /** A client whose calls take `ms` milliseconds at the service. */
  async function clientOf(client, ms) {
    const answer = async () => {
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
      return new Response(balance);
    };
    const key = `many ${++accounts}`;
    return createClient({ apiKey: key, fetch: answer, rateLimiter: redisLimiter(client, { key }) });
  }

  async function timeOf(run) {
    const began = performance.now();
    await run();
    return performance.now() - began;
  }

  /** All calls at once. */
  const burst = (smsc, count, options) =>
    timeOf(() => Promise.all(Array.from({ length: count }, () => smsc.balance(options))));

  /** As many calls at once as may be in flight, so that none waits: the least time. */
  const paced = (smsc, count) =>
    timeOf(async () => {
      let left = count;
      const worker = async () => {
        while (left-- > 0) await smsc.balance();
      };
      await Promise.all(Array.from({ length: 14 }, worker));
    });

  /** Measures up to four times, because the machine may be busy. docs/benchmarks.md has the usual ratios. */
  async function ratioOf(measure, max) {
    let best = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < 4 && best > max; attempt++) best = Math.min(best, await measure());
    return best;
  }

  // With `maxRateLimitWaitMs`, the ratio of short calls varies around 2.
  for (const [count, ms, options, max] of [
    [1_000, 0, {}, 2],
    [1_000, 0, { maxRateLimitWaitMs: 60_000 }, 3],
    [200, 100, {}, 1.3],
    [200, 100, { maxRateLimitWaitMs: 60_000 }, 1.3],
  ]) {
    const title = options.maxRateLimitWaitMs === undefined ? "" : ", with maxRateLimitWaitMs";
    for (const kind of Object.keys(clients)) {
      test(`${count} calls of ${ms} ms through ${kind}${title}: at most ${max} times the least time`, async (t) => {
        const client = await open(kind);
        const ratio = await ratioOf(async () => {
          const least = await paced(await clientOf(client, ms), count);
          return (await burst(await clientOf(client, ms), count, options)) / least;
        }, max);
        t.diagnostic(`${ratio.toFixed(2)} times`);
        assert.ok(ratio <= max, `${ratio.toFixed(2)} times the least time`);
      });
    }
  }

  test("the script runs less often than calls are made", async () => {
    const client = await open("a function");
    let runs = 0;
    const counted = (...args) => {
      runs += 1;
      return client(...args);
    };
    await burst(await clientOf(counted, 0), 1_000, {});
    assert.ok(runs < 1_000, `${runs} runs`);
  });

  test("a connection that hangs does not hold up later messages for ever", async () => {
    const client = await open("a function");
    let hanging = 2;
    const run = (...args) => (hanging-- > 0 ? new Promise(() => {}) : client(...args));
    const limiter = redisLimiter(run, { key: "hangs" });
    for (const requestId of ["a", "b"]) {
      limiter.acquire(limiterRequest(requestId));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert.deepEqual(await limiter.acquire(limiterRequest("c")), { granted: true });
  });
});

describe("in Redis", () => {
  test("all keys expire", async () => {
    const client = await open();
    const limiter = redisLimiter(client, { key: "short" });
    const windows = [{ key: "w", limit: 1, windowMs: 300 }];
    await limiter.acquire(limiterRequest("a", { windows, leaseMs: 200 }));
    await limiter.acquire(limiterRequest("b", { windows: [{ key: "v", limit: 1, windowMs: 100 }] }));
    await limiter.release("b", { ms: 50, windows: ["w"], maxConcurrent: 3 });
    const keys = await client.keys("{short}:*");
    assert.equal(keys.length, 3);
    for (const key of keys) assert.ok((await client.pttl(key)) <= 500, key);
    for (const began = Date.now(); (await client.keys("{short}:*")).length > 0; )
      assert.ok(Date.now() - began < 10_000);
  });

  test("a released slot is granted promptly, in order of arrival", async () => {
    const client = await open();
    const limiter = redisLimiter(client, { key: "longPoll" });
    await limiter.acquire(limiterRequest("first", { maxConcurrent: 1 }));
    const order = [];
    const waiting = ["second", "third"].map(async (requestId, index) => {
      for (let queued = 0; queued < index; ) queued = await waitersOf(client, "longPoll");
      assert.deepEqual(await limiter.acquire(limiterRequest(requestId, { maxConcurrent: 1, longPoll: true })), {
        granted: true,
      });
      order.push(requestId);
      await limiter.release(requestId);
    });
    while ((await waitersOf(client, "longPoll")) < 2);
    await limiter.release("first");
    await Promise.all(waiting);
    assert.deepEqual(order, ["second", "third"]);
  });

  test("a waiter of another process is notified, without a poll", async () => {
    const limiters = [
      redisLimiter(await open("redis"), { key: "notify" }),
      redisLimiter(await open(), { key: "notify" }),
    ];
    const client = await open();
    await limiters[0].acquire(limiterRequest("first", { maxConcurrent: 1 }));
    const waiting = limiters[1].acquire(limiterRequest("second", { maxConcurrent: 1, longPoll: true }));
    // The second connection is open by then, and the next poll is at least 50 ms away.
    for (let channels = []; channels.length === 0; ) channels = await client.pubsub("CHANNELS", "{notify}:grantable");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const delays = [];
    for (let turn = 0; turn < 5; turn++) {
      const [from, to] = turn % 2 ? [1, 0] : [0, 1];
      const next =
        turn === 0
          ? waiting
          : limiters[to].acquire(limiterRequest(`turn ${turn}`, { maxConcurrent: 1, longPoll: true }));
      if (turn > 0) await new Promise((resolve) => setTimeout(resolve, 100));
      const began = performance.now();
      await limiters[from].release(turn === 0 ? "first" : turn === 1 ? "second" : `turn ${turn - 1}`);
      assert.deepEqual(await next, { granted: true });
      delays.push(performance.now() - began);
    }
    assert.ok(delays.toSorted((a, b) => a - b)[2] < 45, `${delays}`);
  });

  test("the connection for notifications closes after the last waiter", async () => {
    const client = await open();
    const limiter = redisLimiter(client, { key: "closes" });
    await limiter.acquire(limiterRequest("first", { maxConcurrent: 1 }));
    const waiting = limiter.acquire(limiterRequest("second", { maxConcurrent: 1, longPoll: true }));
    const channels = () => client.pubsub("CHANNELS", "{closes}:grantable");
    while ((await channels()).length === 0);
    await limiter.release("first");
    await waiting;
    for (const began = Date.now(); (await channels()).length > 0; ) assert.ok(Date.now() - began < 10_000);
  });

  for (const kind of ["redis", "ioredis"]) {
    test(`a lost connection for notifications of ${kind} ends neither the process nor the wait`, async () => {
      const key = `lost by ${kind}`;
      const client = await open();
      const limiter = redisLimiter(await open(kind), { key });
      await limiter.acquire(limiterRequest("first", { maxConcurrent: 1 }));
      const waiting = limiter.acquire(limiterRequest("second", { maxConcurrent: 1, longPoll: true }));
      const channels = () => client.pubsub("CHANNELS", `{${key}}:grantable`);
      while ((await channels()).length === 0);
      assert.ok((await client.call("CLIENT", "KILL", "TYPE", "pubsub")) > 0);
      // It connects again, and the waiter is granted.
      while ((await channels()).length === 0);
      await limiter.release("first");
      assert.deepEqual(await waiting, { granted: true });
      await limiter.release("second");
    });
  }

  test("a request that may not wait is denied by a queue of this process", async () => {
    const limiter = redisLimiter(await open(), { key: "local" });
    await limiter.acquire(limiterRequest("first", { maxConcurrent: 1 }));
    const controls = Array.from({ length: 20 }, () => new AbortController());
    const waiting = controls.map(({ signal }, index) =>
      limiter.acquire(limiterRequest(`w${index}`, { maxConcurrent: 1, longPoll: true }), signal),
    );
    const denial = { granted: false, waitMs: 0, tooManyConnections: true };
    assert.deepEqual(await limiter.acquire(limiterRequest("late", { maxConcurrent: 1 })), denial);
    assert.equal(await waitersOf(await open(), "local"), 14);
    assert.deepEqual(await limiter.acquire(limiterRequest("forced", { maxConcurrent: 1, force: true })), {
      granted: true,
    });
    for (const control of controls) control.abort(new Error("enough"));
    for (const { status } of await Promise.allSettled(waiting)) assert.equal(status, "rejected");
    for (let index = 0; index < 20; index++) await limiter.release(`w${index}`);
    assert.equal(await waitersOf(await open(), "local"), 0);
  });

  test("an abort ends the wait immediately", async () => {
    const client = await open();
    const limiter = redisLimiter(client, { key: "abort" });
    await limiter.acquire(limiterRequest("first", { maxConcurrent: 1 }));
    const control = new AbortController();
    const waiting = limiter.acquire(limiterRequest("second", { maxConcurrent: 1, longPoll: true }), control.signal);
    while ((await waitersOf(client, "abort")) < 1);
    const reason = new Error("enough");
    control.abort(reason);
    await assert.rejects(waiting, reason);
    await limiter.release("second");
    assert.deepEqual(Object.keys(JSON.parse(await client.get("{abort}:account")).waiters), []);
    // No request waits any more, so the connection for notifications closes.
    while ((await client.pubsub("CHANNELS", "{abort}:grantable")).length > 0);
    await assert.rejects(limiter.acquire(limiterRequest("third"), AbortSignal.abort(reason)), reason);
  });

  test("errors of Redis reject the call", async () => {
    const broken = redisLimiter(async () => {
      throw new Error("READONLY");
    });
    await assert.rejects(broken.acquire(limiterRequest("a")), /limits in Redis: READONLY/);
    await assert.rejects(broken.release("a"), /limits in Redis: READONLY/);
    await assert.rejects(redisLimiter(async () => undefined).acquire(limiterRequest("a")), /no answer/);
  });
});

describe("processes", () => {
  const start = async (kind) => {
    const child = fork(fileURLToPath(new URL("machine.mjs", import.meta.url)), [String(server.port), kind]);
    opened.push({ close: () => child.kill() });
    await once(child, "message");
    return child;
  };
  const run = async (child, task) => {
    child.send(task);
    return (await once(child, "message"))[0];
  };

  test("four processes share an account: no error 9, 14 requests at once, and the minimum time", async (t) => {
    const machines = await Promise.all(["redis", "redis", "ioredis", "ioredis"].map(start));
    const share = async (url) => {
      const tasks = machines.map((child, machine) => run(child, { key: url, url, machine, machines: 4 }));
      return (await Promise.all(tasks)).flat();
    };
    // Redis does not notify waiters, which poll instead, so a larger delay is accepted.
    const late = await inTime(import.meta.resolve("smsc-wasm/testing"), share, 0.1);
    t.diagnostic(`${(late * 100).toFixed(1)} % over the minimum time`);
  });

  test("the leases of a killed process expire", async () => {
    const child = await start("redis");
    const leaseMs = 1000;
    const hold = Array.from({ length: 14 }, (_, index) => limiterRequest(`held-${index}`, { leaseMs }));
    const began = Date.now();
    assert.ok((await run(child, { key: "killed", hold })).every(({ granted }) => granted));
    child.kill("SIGKILL");
    const limiter = redisLimiter(await open(), { key: "killed" });
    assert.deepEqual(await limiter.acquire(limiterRequest("next", { longPoll: true })), { granted: true });
    assert.ok(Date.now() - began >= leaseMs);
  });
});
