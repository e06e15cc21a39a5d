/** The Durable Object limiter beyond its decisions: deferred answers, stored rows, and failures. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { durableLimiter, SmscLimiter } from "smsc-wasm/cloudflare";
import { mockClock, settle } from "./support/account.mjs";
import { durableObject, Storage } from "./support/durable.mjs";
import { limiterRequest } from "./support/requests.mjs";

const granted = { granted: true };
const UNKNOWN = { granted: false, waitMs: 0, tooManyConnections: true };
const longPoll = (requestId, more) => limiterRequest(requestId, { longPoll: true, ...more });
const exclusive = (requestId, more) => longPoll(requestId, { maxConcurrent: 1, ...more });
const tasks = [{ key: "tasks", limit: 3, windowMs: 60_000 }];

/** Records the outcome of a promise. */
function track(promise) {
  const tracked = { promise };
  promise.then(
    (value) => Object.assign(tracked, { value }),
    (error) => Object.assign(tracked, { error }),
  );
  return tracked;
}

describe("a request that waits for another one to end", () => {
  test("is answered when that one ends, in order of arrival", async (t) => {
    mockClock(t);
    const { limiter } = durableObject();
    await limiter.acquire(exclusive("a"));
    const [b, c] = [track(limiter.acquire(exclusive("b"))), track(limiter.acquire(exclusive("c")))];
    await settle();
    assert.deepEqual([b.value, c.value], [undefined, undefined]);
    await limiter.release("a");
    await settle();
    assert.deepEqual([b.value, c.value], [granted, undefined]);
    await limiter.release("b");
    assert.deepEqual(await c.promise, granted);
  });

  test("is answered after at most 20 seconds, and keeps its place in the queue", async (t) => {
    const clock = mockClock(t);
    const { limiter } = durableObject();
    await limiter.acquire(exclusive("a"));
    const b = track(limiter.acquire(exclusive("b")));
    await settle();
    clock.tick(19_999);
    await settle();
    assert.equal(b.value, undefined);
    clock.tick(1);
    assert.deepEqual(await b.promise, UNKNOWN);
    await limiter.release("a");
    clock.tick(9_000);
    assert.equal((await limiter.acquire(exclusive("c", { longPoll: false }))).granted, false);
    assert.deepEqual(await limiter.acquire(exclusive("b")), granted);
  });

  test("is granted when an abandoned lease expires, or an abandoned waiter is dropped", async (t) => {
    const clock = mockClock(t);
    const { limiter } = durableObject();
    await limiter.acquire(exclusive("dead", { leaseMs: 5000 }));
    await limiter.acquire(exclusive("dead in line", { longPoll: false }));
    const next = track(limiter.acquire(exclusive("next")));
    await settle();
    clock.tick(5000);
    await settle();
    assert.equal(next.value, undefined);
    clock.tick(5000);
    assert.deepEqual(await next.promise, granted);
  });

  test("is granted when a hold expires", async (t) => {
    const clock = mockClock(t);
    const { limiter } = durableObject();
    await limiter.acquire(longPoll("a"));
    await limiter.acquire(longPoll("b"));
    await limiter.release("b", { ms: 3000, maxConcurrent: 1 });
    const c = track(limiter.acquire(longPoll("c")));
    await settle();
    clock.tick(3000);
    assert.deepEqual(await c.promise, granted);
  });

  test("is answered immediately if the wait is known, or without `longPoll`", async (t) => {
    mockClock(t);
    const { limiter } = durableObject();
    for (const requestId of ["a", "b", "c"]) await limiter.acquire(longPoll(requestId, { windows: tasks }));
    // None has ended yet. The first could end now, and counts for another minute.
    assert.deepEqual(await limiter.acquire(longPoll("d", { windows: tasks })), {
      granted: false,
      waitMs: 60_000,
      tooManyConnections: false,
    });
    await limiter.acquire(exclusive("e", { force: true }));
    assert.deepEqual(await limiter.acquire(exclusive("f", { longPoll: false })), UNKNOWN);
  });

  test("is answered immediately when it leaves the queue, and the next waiter is granted", async (t) => {
    mockClock(t);
    const { limiter } = durableObject();
    await limiter.acquire(exclusive("a"));
    const controller = new AbortController();
    const aborted = track(limiter.acquire(exclusive("b"), controller.signal));
    const left = track(limiter.acquire(exclusive("c")));
    const last = track(limiter.acquire(exclusive("d")));
    await settle();
    controller.abort("enough");
    await settle();
    assert.equal(aborted.error, "enough");
    for (const requestId of ["b", "c"]) await limiter.release(requestId);
    await settle();
    assert.deepEqual(left.value, UNKNOWN);
    await limiter.release("a");
    assert.deepEqual(await last.promise, granted);
  });

  test("is granted to the newest connection of the same request", async (t) => {
    mockClock(t);
    const { limiter } = durableObject();
    await limiter.acquire(exclusive("a"));
    const [before, after] = [track(limiter.acquire(exclusive("b"))), track(limiter.acquire(exclusive("b")))];
    await settle();
    assert.deepEqual([before.value, after.value], [UNKNOWN, undefined]);
    await limiter.release("a");
    assert.deepEqual(await after.promise, granted);
  });
});

test("forty waiters for one window send at most three requests each", async (t) => {
  const clock = mockClock(t);
  const { limiter } = durableObject();
  let calls = 0;
  const call = async (requestId) => {
    for (;;) {
      calls++;
      const answer = await limiter.acquire(longPoll(requestId, { windows: tasks }));
      if (answer.granted) break;
      await new Promise((resolve) => setTimeout(resolve, answer.waitMs));
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    await limiter.release(requestId);
  };
  const began = Date.now();
  await clock.run(Promise.all(Array.from({ length: 40 }, (_, index) => call(`t${index}`))), { step: 100 });
  assert.ok(calls <= 40 * 3, `${calls} calls`);
  assert.ok(Date.now() - began <= 13 * 60_300, `${Date.now() - began} ms`);
});

test("without waiters the object sets no timer and writes nothing, so it can hibernate", async (t) => {
  const clock = mockClock(t);
  const { limiter, storage } = durableObject();
  await limiter.acquire(exclusive("a", { windows: tasks }));
  const waiting = limiter.acquire(exclusive("b", { windows: tasks }));
  await settle();
  await limiter.release("a");
  assert.deepEqual(await waiting, granted);
  await limiter.release("b");
  const { setTimeout } = globalThis;
  let timers = 0;
  t.mock.method(globalThis, "setTimeout", (...args) => {
    timers++;
    return setTimeout(...args);
  });
  const { writes } = storage;
  clock.tick(3_600_000);
  await settle();
  assert.deepEqual([timers, storage.writes], [0, writes]);
});

test("a request writes one row when granted, and two when released", async () => {
  const { limiter, storage } = durableObject();
  await limiter.acquire(longPoll("a", { windows: tasks }));
  assert.deepEqual([...storage.rows.keys()], ["lease/a"]);
  assert.equal(storage.writes, 1);
  await limiter.release("a");
  assert.deepEqual([...storage.rows.keys()], ["window/tasks"]);
  assert.equal(storage.writes, 3);
});

test("writes are split into batches that the storage accepts", async (t) => {
  const clock = mockClock(t);
  const { limiter, storage } = durableObject();
  for (let count = 0; count < 300; count++) {
    await limiter.acquire(longPoll(`t${count}`, { windows: [{ key: `w${count}`, limit: 3, windowMs: 60_000 }] }));
    await limiter.release(`t${count}`);
  }
  assert.equal(storage.rows.size, 300);
  clock.tick(60_000);
  await limiter.release("nobody");
  assert.equal(storage.rows.size, 0);
});

describe("failures", () => {
  test("a storage error is reported, and the failed write does not count", async () => {
    const { limiter, storage } = durableObject();
    await limiter.acquire(longPoll("a", { maxConcurrent: 2 }));
    storage.error = Object.assign(new Error("disk is full"), { overloaded: true });
    await assert.rejects(limiter.acquire(longPoll("b", { maxConcurrent: 2 })), /Durable Object.*disk is full/);
    storage.error = undefined;
    assert.deepEqual(await limiter.acquire(longPoll("c", { maxConcurrent: 2 })), granted);
  });

  test("a broken connection is retried, an overloaded object is not", async (t) => {
    const clock = mockClock(t);
    let calls = 0;
    let error = new Error("Network connection lost.");
    const limiter = durableLimiter({
      async fetch() {
        calls++;
        throw error;
      },
    });
    const lost = track(limiter.acquire(longPoll("a")));
    await clock.run(lost.promise.catch(() => {}));
    assert.match(lost.error.message, /Durable Object.*Network connection lost/);
    assert.equal(lost.error.cause, error);
    assert.equal(calls, 4);
    error = Object.assign(new Error("Durable Object is overloaded."), { overloaded: true });
    await assert.rejects(limiter.release("a"), /overloaded/);
    assert.equal(calls, 5);
  });

  test("an abort ends the retries", async (t) => {
    mockClock(t);
    const controller = new AbortController();
    const limiter = durableLimiter({ fetch: () => Promise.reject(new Error("lost")) });
    const waiting = track(limiter.acquire(longPoll("a"), controller.signal));
    await settle();
    controller.abort("enough");
    await settle();
    assert.equal(waiting.error, "enough");
  });

  test("a binding to another class is reported", async () => {
    const limiter = durableLimiter({ fetch: async () => new Response("?", { status: 404 }) });
    await assert.rejects(limiter.acquire(longPoll("a")), /HTTP 404: is its class SmscLimiter\?/);
  });

  test("a disconnected caller gets no slot, if the runtime signals the disconnect", async (t) => {
    const clock = mockClock(t);
    const object = new SmscLimiter({ storage: new Storage() });
    const send = async (message, signal) => {
      const init = { method: "POST", body: JSON.stringify(message), signal };
      return (await object.fetch(new Request("https://object/", init))).json();
    };
    await send({ acquire: exclusive("a") });
    const controller = new AbortController();
    const gone = send({ acquire: exclusive("b") }, controller.signal);
    const next = track(send({ acquire: exclusive("c") }));
    await settle();
    controller.abort();
    assert.deepEqual(await gone, UNKNOWN);
    await send({ release: "a" });
    assert.equal(next.value, undefined);
    clock.tick(20_000);
    assert.deepEqual(await next.promise, UNKNOWN);
    clock.tick(10_000);
    assert.deepEqual(await send({ acquire: exclusive("c") }), granted);
  });
});

test("names separate accounts, and a stub is accepted as well", async () => {
  const names = [];
  const objects = {
    idFromName: (name) => names.push(name),
    get: () => ({ fetch: async () => Response.json(granted) }),
  };
  await durableLimiter(objects).acquire(longPoll("a"));
  await durableLimiter(objects, "other").acquire(longPoll("a"));
  assert.deepEqual(names, ["smsc", "other"]);
  // A stub has a method for every property name.
  const stub = new Proxy(objects.get(), { get: (stub, name) => stub[name] ?? (() => assert.fail(String(name))) });
  assert.deepEqual(await durableLimiter(stub).acquire(longPoll("a")), granted);
});

test("a wrong binding or name is an invalid option", () => {
  const stub = { fetch: async () => Response.json(granted) };
  for (const binding of [undefined, null, "SMSC_LIMITER", {}, { get: () => stub }, []]) {
    assert.throws(() => durableLimiter(binding), { name: "SmscError", code: "invalid_option", parameter: "binding" });
  }
  for (const name of ["", null, 5, { name: "a" }]) {
    assert.throws(() => durableLimiter(stub, name), { name: "SmscError", code: "invalid_option", parameter: "name" });
  }
  assert.throws(() => durableLimiter(undefined), /and got undefined\. Check `durable_objects`/);
});
