/**
 * A trap in the core (a panic is one) ends the calls under way with `internal`, and nothing else: the process lives, and the
 * same clients go on with a fresh instance.
 */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { createClient, init, isSmscError, parseCsv } from "smsc-wasm/slim";
import { createEmulator } from "smsc-wasm/testing";
import { NOW, rejectsWith, settle, stubFetch, waitUntil } from "./support/account.mjs";
import { instrumentedModule, trackInstances } from "./support/trap-injection.mjs";

const instances = trackInstances();
await init(instrumentedModule());

/** The next entry of so many functions of the core is the last one. */
function burn(functions) {
  instances.at(-1).exports.fuse.value = functions;
}

/** How much of the fuse is left. */
const left = () => instances.at(-1).exports.fuse.value;

const unhandled = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));
process.on("uncaughtException", (error) => unhandled.push(error));
after(() => assert.deepEqual(unhandled, []));

/** An account of the emulator and a client of it, whose limits are kept. */
async function setup(options = {}, seed = {}) {
  const emulator = createEmulator({ now: NOW, limits: false, ...seed });
  const smsc = await createClient({ apiKey: "demo-key", fetch: emulator.fetch, maxRetries: 0, ...options });
  return { smsc, emulator };
}

/** What a promise rejects with: the error of a core that trapped. */
async function died(promise) {
  const error = await rejectsWith(promise, "internal");
  assert.ok(error.cause instanceof Error, `${error.stack}`);
  assert.equal(error.retryable, false);
  assert.doesNotMatch(error.message, /demo-key/);
  return error;
}

const off = { limits: "off" };
const hanging = () => new Promise(() => {});

describe("a trap", () => {
  test("ends that call and all others under way with `internal`, wherever they are, and the same clients go on", async () => {
    const { smsc } = await setup();
    const { smsc: other } = await setup({ login: "a", password: "b", apiKey: undefined, fetch: stubFetch(hanging) });
    const { smsc: asking } = await setup({ apiKey: undefined, credentials: hanging });
    const { smsc: retrying } = await setup({
      apiKey: "k",
      maxRetries: 5,
      fetch: stubFetch(() => new Response("", { status: 503 })),
    });
    const released = [];
    const limiter = { acquire: hanging, release: async (ticket) => released.push(ticket) };
    const { smsc: shared } = await setup({ apiKey: "s", limiter });

    const walk = smsc.history.iterate({ limit: 5000 }, off);
    await walk.next();
    const rows = parseCsv(new Blob(["a;b\n", "1;2\n".repeat(50_000)]));
    await rows.next();
    const file = await smsc.tasks.download({ id: 301 }, off);
    const taskRows = smsc.tasks.rows({ id: 301 }, { limits: "off" });
    await taskRows.next();
    const half = await smsc.tasks.download({ id: 302 }, off);
    const underWay = {
      "a request": other.history.list(),
      "a sent change": other.senders.remove({ id: 5 }),
      "a wait for credentials": asking.tasks.list(),
      "a wait for another try": retrying.tasks.list(),
      "a wait for a shared limiter": shared.tasks.list(),
      "a wait for a task": other.tasks.waitFor(5),
    };
    // 14 at once, and one more that nobody could tell how long it waits.
    const many = Array.from({ length: 14 }, (_, id) => other.senders.list({ cursor: id }));
    for (const promise of [...Object.values(underWay), ...many]) promise.catch(() => {});
    await settle();

    const { length } = instances;
    burn(1);
    const error = await died(smsc.history.list());
    assert.ok(error.cause instanceof WebAssembly.RuntimeError);
    for (const [what, promise] of Object.entries(underWay)) {
      assert.equal((await died(promise)).cause, error.cause, what);
    }
    await Promise.all(many.map(died));
    assert.equal(released.length, 1);
    await died(file.text());
    await died(half.bytes());
    // What was cut into rows already may still come.
    await died(drained(taskRows));
    await died(drained(rows));
    await died(drained(walk));
    assert.deepEqual(await walk.next(), { value: undefined, done: true });

    assert.equal((await smsc.history.list({ limit: 3 }, off)).messages.length, 3);
    assert.equal((await (await smsc.tasks.download({ id: 301 }, off)).bytes()).length > 100_000, true);
    assert.equal((await drained(smsc.history.iterate({ limit: 1500 }, off))).length, 1500);
    assert.deepEqual(await drained(parseCsv("a;b\n1;2")), [{ a: "1", b: "2" }]);
    assert.equal(instances.length, length + 1);
  });

  test("a new client, a new walk and a new scanner that trap reject, or throw, with `internal`", async () => {
    const { smsc } = await setup(off);
    for (const act of [
      () => createClient({ apiKey: "demo-key" }),
      () => smsc.history.iterate().next(),
      () => smsc.senders.iterate().next(),
      () => smsc.tasks.rows({ id: 301 }).next(),
      () => smsc.tasks.get(301),
      () => parseCsv("a;b").next(),
      async () => smsc.rateLimits(),
    ]) {
      burn(1);
      await died(act());
      assert.ok((await smsc.senders.list()).length > 0);
    }
  });

  test("at any point of any call leaves a client that works", async () => {
    const calls = {
      history: [(smsc) => smsc.history.list({ limit: 2 }), 200],
      senders: [(smsc) => smsc.senders.list({ all: true, operators: true, limit: 2 }), 80],
      change: [(smsc) => smsc.senders.update({ name: "SHOP-24", comment: "x" }), 80],
      rows: [(smsc) => drained(smsc.tasks.rows({ id: 303 })), 80],
      walk: [(smsc) => drained(smsc.history.iterate({ limit: 2 })), 80],
    };
    const tasks = [{ id: 303, status: 2, content: "a;b\n1;2\n", due: [] }];
    for (const [name, [call, points]] of Object.entries(calls)) {
      const { smsc } = await setup({ limits: "off" }, { tasks });
      const sound = await call(smsc);
      const most = 2 ** 30;
      burn(most);
      await call(smsc);
      const whole = most - left();
      assert.ok(whole > points, `${name}: ${whole} functions are entered`);
      let broken = 0;
      for (let point = 0; point < points; point++) {
        // Every one of the first, then ever further apart, up to the end.
        const at = 1 + Math.floor(point < 40 ? point : 40 + (whole - 40) * ((point - 40) / (points - 40)) ** 2);
        burn(at);
        const outcome = await call(smsc).catch((error) => error);
        if (isSmscError(outcome)) {
          broken++;
          assert.equal(outcome.code, "internal", `${name} at ${at}`);
          assert.ok(outcome.cause instanceof WebAssembly.RuntimeError);
        } else assert.deepEqual(outcome, sound);
        burn(0);
        assert.deepEqual(await call(smsc), sound, `${name} after a trap at ${at}`);
      }
      assert.ok(broken > points / 2, `${name}: only ${broken} of ${points} were broken off`);
    }
  });

  test("no more memory is a trap like any other", async () => {
    const { smsc } = await setup(off);
    const { memory } = instances.at(-1).exports;
    memory.grow(65_536 - memory.buffer.byteLength / 65_536);
    const { smsc: flooded } = await setup({
      ...off,
      fetch: stubFetch(`[${'{"id":1,"name":"x","status":"2"},'.repeat(100_000)}5]`),
    });
    await died(flooded.tasks.list());
    assert.equal((await smsc.history.list({ limit: 3 })).messages.length, 3);
  });

  test("a stack that is full does not end more than the call at its end", async () => {
    const { smsc } = await setup(off);
    for (const spare of [0, 1, 5, 20, 100]) {
      let depth = 0;
      const fall = () => {
        depth++;
        fall();
      };
      assert.throws(fall, RangeError);
      const down = (left) => (left > 0 ? down(left - 1) : smsc.history.list({ limit: 3 }));
      try {
        await down(depth - spare).catch(() => {});
      } catch {
        // The stack was full before the call was made.
      }
    }
    assert.equal((await smsc.history.list({ limit: 3 })).messages.length, 3);
  });

  test("does not let a fresh instance forget what was sent: the limits hold on", async (t) => {
    t.mock.timers.enable({ apis: ["Date"], now: NOW });
    const { smsc, emulator } = await setup(
      { limits: "fail", apiKey: "limits-key" },
      { apiKey: "limits-key", limits: true },
    );
    await smsc.history.list();
    await smsc.history.list();
    await smsc.senders.list();
    burn(1);
    await died(smsc.tasks.list());
    await smsc.history.list();
    assert.equal((await rejectsWith(smsc.history.list(), "rate_limited")).apiCode, undefined);
    const { used } = smsc.rateLimits().find(({ scope }) => scope === "history");
    assert.equal(used, 3);
    assert.equal(emulator.requests.length, 4);
    // Another client of the account knows it too.
    burn(1);
    await died(smsc.tasks.list());
    const { smsc: again } = await setup({ limits: "fail", apiKey: "limits-key", fetch: emulator.fetch });
    await rejectsWith(again.history.list(), "rate_limited");
    await rejectsWith(smsc.history.list(), "rate_limited");
    assert.equal(again.rateLimits().find(({ scope }) => scope === "history").used, 3);
    t.mock.timers.tick(61_000);
    emulator.advance(61_000);
    await again.history.list();
  });

  test("wakes those in line, and their successors have their turn", async () => {
    const { smsc } = await setup({ fetch: stubFetch(hanging), apiKey: "line-key" });
    const outcomes = Array.from({ length: 30 }, (_, cursor) => smsc.senders.list({ cursor }).catch((error) => error));
    await settle();
    burn(1);
    await died(smsc.tasks.list());
    for (const error of await Promise.all(outcomes)) assert.equal(error.code, "internal");
    const gates = [];
    const fetch = stubFetch(() => new Promise((open) => gates.push(open)));
    const { smsc: next } = await setup({ fetch, apiKey: "line-key" });
    const later = Array.from({ length: 30 }, (_, cursor) => next.senders.list({ cursor: cursor + 100 }));
    for (let answered = 0; answered < 30; answered++) {
      await waitUntil(() => gates.length > 0);
      gates.shift()(new Response("[]"));
    }
    assert.equal((await Promise.all(later)).length, 30);
  });
});

async function drained(iterator) {
  const items = [];
  for await (const item of iterator) items.push(item);
  return items;
}
