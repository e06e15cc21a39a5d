/** The Durable Object's limits, beyond who may go when: answers held back, what is written, and what happens when something breaks. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { durableLimiter, SmscLimiter } from "smsc-wasm/cloudflare";
import { mockClock, settle } from "./support/account.mjs";
import { durableObject, Storage } from "./support/durable.mjs";
import { limiterRequest } from "./support/requests.mjs";

const granted = { granted: true };
const UNKNOWN = { granted: false, waitMs: 0, atOnce: true };
const patient = (ticket, more) => limiterRequest(ticket, { patient: true, ...more });
const one = (ticket, more) => patient(ticket, { atOnce: 1, ...more });
const tasks = [{ key: "tasks", most: 3, windowMs: 60_000 }];

/** Notes what comes of a promise. */
function watch(promise) {
  const watched = { promise };
  promise.then(
    (value) => Object.assign(watched, { value }),
    (error) => Object.assign(watched, { error }),
  );
  return watched;
}

describe("an answer that only another's end can give", () => {
  test("is held back until then, first come, first served", async (t) => {
    mockClock(t);
    const { limiter } = durableObject();
    await limiter.acquire(one("a"));
    const [b, c] = [watch(limiter.acquire(one("b"))), watch(limiter.acquire(one("c")))];
    await settle();
    assert.deepEqual([b.value, c.value], [undefined, undefined]);
    await limiter.release("a");
    await settle();
    assert.deepEqual([b.value, c.value], [granted, undefined]);
    await limiter.release("b");
    assert.deepEqual(await c.promise, granted);
  });

  test("is held back for 20 seconds at most, and the turn is kept for who asks again", async (t) => {
    const clock = mockClock(t);
    const { limiter } = durableObject();
    await limiter.acquire(one("a"));
    const b = watch(limiter.acquire(one("b")));
    await settle();
    clock.tick(19_999);
    await settle();
    assert.equal(b.value, undefined);
    clock.tick(1);
    assert.deepEqual(await b.promise, UNKNOWN);
    await limiter.release("a");
    clock.tick(9_000);
    assert.equal((await limiter.acquire(one("c", { patient: false }))).granted, false);
    assert.deepEqual(await limiter.acquire(one("b")), granted);
  });

  test("comes when the lease of one that died is over, or one that died in line is forgotten", async (t) => {
    const clock = mockClock(t);
    const { limiter } = durableObject();
    await limiter.acquire(one("dead", { leaseMs: 5000 }));
    await limiter.acquire(one("dead in line", { patient: false }));
    const next = watch(limiter.acquire(one("next")));
    await settle();
    clock.tick(5000);
    await settle();
    assert.equal(next.value, undefined);
    clock.tick(5000);
    assert.deepEqual(await next.promise, granted);
  });

  test("comes when a hold is over", async (t) => {
    const clock = mockClock(t);
    const { limiter } = durableObject();
    await limiter.acquire(patient("a"));
    await limiter.acquire(patient("b"));
    await limiter.release("b", { ms: 3000, atOnce: 1 });
    const c = watch(limiter.acquire(patient("c")));
    await settle();
    clock.tick(3000);
    assert.deepEqual(await c.promise, granted);
  });

  test("is not held back where a time is known, or for the impatient", async (t) => {
    mockClock(t);
    const { limiter } = durableObject();
    for (const ticket of ["a", "b", "c"]) await limiter.acquire(patient(ticket, { windows: tasks }));
    // One of them may end now, and none can have ended before.
    assert.deepEqual(await limiter.acquire(patient("d", { windows: tasks })), {
      granted: false,
      waitMs: 60_000,
      atOnce: false,
    });
    await limiter.acquire(one("e", { force: true }));
    assert.deepEqual(await limiter.acquire(one("f", { patient: false })), UNKNOWN);
  });

  test("comes at once when the request leaves the line, and its place is the next one's", async (t) => {
    mockClock(t);
    const { limiter } = durableObject();
    await limiter.acquire(one("a"));
    const control = new AbortController();
    const aborted = watch(limiter.acquire(one("b"), control.signal));
    const left = watch(limiter.acquire(one("c")));
    const last = watch(limiter.acquire(one("d")));
    await settle();
    control.abort("enough");
    await settle();
    assert.equal(aborted.error, "enough");
    for (const ticket of ["b", "c"]) await limiter.release(ticket);
    await settle();
    assert.deepEqual(left.value, UNKNOWN);
    await limiter.release("a");
    assert.deepEqual(await last.promise, granted);
  });

  test("is not given to one that lost the connection and asked again", async (t) => {
    mockClock(t);
    const { limiter } = durableObject();
    await limiter.acquire(one("a"));
    const [before, after] = [watch(limiter.acquire(one("b"))), watch(limiter.acquire(one("b")))];
    await settle();
    assert.deepEqual([before.value, after.value], [UNKNOWN, undefined]);
    await limiter.release("a");
    assert.deepEqual(await after.promise, granted);
  });
});

test("forty that wait for one window ask about twice each", async (t) => {
  const clock = mockClock(t);
  const { limiter } = durableObject();
  let asked = 0;
  const call = async (ticket) => {
    for (;;) {
      asked++;
      const answer = await limiter.acquire(patient(ticket, { windows: tasks }));
      if (answer.granted) break;
      await new Promise((resolve) => setTimeout(resolve, answer.waitMs));
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    await limiter.release(ticket);
  };
  const began = Date.now();
  await clock.run(Promise.all(Array.from({ length: 40 }, (_, index) => call(`t${index}`))), { step: 100 });
  assert.ok(asked <= 40 * 3, `${asked} times`);
  assert.ok(Date.now() - began <= 13 * 60_300, `${Date.now() - began} ms`);
});

test("while nobody waits for an answer the object does nothing, and can sleep", async (t) => {
  const clock = mockClock(t);
  const { limiter, storage } = durableObject();
  await limiter.acquire(one("a", { windows: tasks }));
  const held = limiter.acquire(one("b", { windows: tasks }));
  await settle();
  await limiter.release("a");
  assert.deepEqual(await held, granted);
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

test("a request writes a row when it goes, and two when it ends", async () => {
  const { limiter, storage } = durableObject();
  await limiter.acquire(patient("a", { windows: tasks }));
  assert.deepEqual([...storage.rows.keys()], ["place/a"]);
  assert.equal(storage.writes, 1);
  await limiter.release("a");
  assert.deepEqual([...storage.rows.keys()], ["window/tasks"]);
  assert.equal(storage.writes, 3);
});

test("more than a storage takes at once is written in pieces", async (t) => {
  const clock = mockClock(t);
  const { limiter, storage } = durableObject();
  for (let count = 0; count < 300; count++) {
    await limiter.acquire(patient(`t${count}`, { windows: [{ key: `w${count}`, most: 3, windowMs: 60_000 }] }));
    await limiter.release(`t${count}`);
  }
  assert.equal(storage.rows.size, 300);
  clock.tick(60_000);
  await limiter.release("nobody");
  assert.equal(storage.rows.size, 0);
});

describe("when something breaks", () => {
  test("a storage that fails is told, and what it did not take does not count", async () => {
    const { limiter, storage } = durableObject();
    await limiter.acquire(patient("a", { atOnce: 2 }));
    storage.fault = Object.assign(new Error("disk is full"), { overloaded: true });
    await assert.rejects(limiter.acquire(patient("b", { atOnce: 2 })), /Durable Object.*disk is full/);
    storage.fault = undefined;
    assert.deepEqual(await limiter.acquire(patient("c", { atOnce: 2 })), granted);
  });

  test("a connection that breaks is tried again, an overloaded object is not", async (t) => {
    const clock = mockClock(t);
    let asked = 0;
    let error = new Error("Network connection lost.");
    const limiter = durableLimiter({
      async fetch() {
        asked++;
        throw error;
      },
    });
    const lost = watch(limiter.acquire(patient("a")));
    await clock.run(lost.promise.catch(() => {}));
    assert.match(lost.error.message, /Durable Object.*Network connection lost/);
    assert.equal(lost.error.cause, error);
    assert.equal(asked, 4);
    error = Object.assign(new Error("Durable Object is overloaded."), { overloaded: true });
    await assert.rejects(limiter.release("a"), /overloaded/);
    assert.equal(asked, 5);
  });

  test("an abort ends the tries", async (t) => {
    mockClock(t);
    const control = new AbortController();
    const limiter = durableLimiter({ fetch: () => Promise.reject(new Error("lost")) });
    const waiting = watch(limiter.acquire(patient("a"), control.signal));
    await settle();
    control.abort("enough");
    await settle();
    assert.equal(waiting.error, "enough");
  });

  test("another class behind the binding is told", async () => {
    const limiter = durableLimiter({ fetch: async () => new Response("?", { status: 404 }) });
    await assert.rejects(limiter.acquire(patient("a")), /HTTP 404: is its class SmscLimiter\?/);
  });

  test("a caller that hung up gets no place, where the runtime tells", async (t) => {
    const clock = mockClock(t);
    const object = new SmscLimiter({ storage: new Storage() });
    const ask = async (message, signal) => {
      const init = { method: "POST", body: JSON.stringify(message), signal };
      return (await object.fetch(new Request("https://object/", init))).json();
    };
    await ask({ acquire: one("a") });
    const control = new AbortController();
    const gone = ask({ acquire: one("b") }, control.signal);
    const next = watch(ask({ acquire: one("c") }));
    await settle();
    control.abort();
    assert.deepEqual(await gone, UNKNOWN);
    await ask({ release: "a" });
    assert.equal(next.value, undefined);
    clock.tick(20_000);
    assert.deepEqual(await next.promise, UNKNOWN);
    clock.tick(10_000);
    assert.deepEqual(await ask({ acquire: one("c") }), granted);
  });
});

test("the name tells accounts apart, and a stub is taken as it is", async () => {
  const names = [];
  const objects = {
    idFromName: (name) => names.push(name),
    get: () => ({ fetch: async () => Response.json(granted) }),
  };
  await durableLimiter(objects).acquire(patient("a"));
  await durableLimiter(objects, "other").acquire(patient("a"));
  assert.deepEqual(names, ["smsc", "other"]);
  // A stub gives a method for whatever name is asked of it.
  const stub = new Proxy(objects.get(), { get: (stub, name) => stub[name] ?? (() => assert.fail(String(name))) });
  assert.deepEqual(await durableLimiter(stub).acquire(patient("a")), granted);
});
