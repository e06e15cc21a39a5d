/**
 * A trap in the WebAssembly module, such as a panic, rejects the calls in flight with `internal`. The process continues, and the
 * same clients use a new instance.
 */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { createClient, decodeTasks, init, isSmscError, parseCsv } from "smsc-wasm/slim";
import { createEmulator } from "smsc-wasm/testing";
import { collect, NOW, rejectsWith, settle, stubFetch, waitUntil } from "./support/account.mjs";
import { instrumentedModule, trackInstances } from "./support/trap-injection.mjs";

const instances = trackInstances("smsc");
/** The instances of the module that reads files. */
const formatsInstances = trackInstances("formats", instrumentedModule("formats"));
await init(instrumentedModule("smsc"));
await collect(parseCsv("loads;the;module"));

/** Makes a module trap after the given number of function entries. 0 disables the trap. */
function trapAfter(entries, of = instances) {
  of.at(-1).exports.countdown.value = entries;
}

/** The remaining function entries before the trap. */
const remaining = (of = instances) => of.at(-1).exports.countdown.value;

const unhandled = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));
process.on("uncaughtException", (error) => unhandled.push(error));
after(() => assert.deepEqual(unhandled, []));

/** An account of the emulator, and a client that keeps the limits. */
async function setup(options = {}, seed = {}) {
  const emulator = createEmulator({ now: NOW, limits: false, ...seed });
  const smsc = await createClient({ apiKey: "demo-key", fetch: emulator.fetch, maxRetries: 0, ...options });
  return { smsc, emulator };
}

/** Asserts that a promise rejects with the error of a trap, and returns the error. */
async function rejectsWithTrap(promise) {
  const error = await rejectsWith(promise, "internal");
  assert.ok(error.cause instanceof Error, `${error.stack}`);
  assert.equal(error.retryable, false);
  assert.doesNotMatch(error.message, /demo-key/);
  return error;
}

const off = { rateLimit: "off" };
const hanging = () => new Promise(() => {});

describe("a trap", () => {
  test("rejects that call and all others in flight with `internal`, and the same clients work again", async () => {
    const { smsc } = await setup();
    const { smsc: other } = await setup({ login: "a", password: "b", apiKey: undefined, fetch: stubFetch(hanging) });
    const { smsc: waiting } = await setup({ apiKey: undefined, credentials: hanging });
    const { smsc: retrying } = await setup({
      apiKey: "k",
      maxRetries: 5,
      fetch: stubFetch(() => new Response("", { status: 503 })),
    });
    const released = [];
    const limiter = { acquire: hanging, release: async (requestId) => released.push(requestId) };
    const { smsc: shared } = await setup({ apiKey: "s", rateLimiter: limiter });

    const iterator = smsc.history.iterate({ limit: 5000 }, off);
    await iterator.next();
    const rows = parseCsv(new Blob(["a;b\n", "1;2\n".repeat(50_000)]));
    await rows.next();
    const file = await smsc.tasks.download({ id: 301 }, off);
    const taskRows = smsc.tasks.rows({ id: 301 }, { rateLimit: "off" });
    await taskRows.next();
    const unread = await smsc.tasks.download({ id: 302 }, off);
    const inFlight = {
      "a request": other.history.list(),
      "a sent change": other.senders.remove({ id: 5 }),
      "a wait for credentials": waiting.tasks.list(),
      "a wait for a retry": retrying.tasks.list(),
      "a wait for a shared limiter": shared.tasks.list(),
      "a wait for a task": other.tasks.waitFor(5),
    };
    // All 14 slots, so that one request waits for an unknown time.
    const many = Array.from({ length: 14 }, (_, id) => other.senders.list({ cursor: id }));
    for (const promise of [...Object.values(inFlight), ...many]) promise.catch(() => {});
    await settle();

    const { length } = instances;
    trapAfter(1);
    const error = await rejectsWithTrap(smsc.history.list());
    assert.ok(error.cause instanceof WebAssembly.RuntimeError);
    for (const [what, promise] of Object.entries(inFlight)) {
      const { cause, outcomeUnknown } = await rejectsWithTrap(promise);
      assert.deepEqual([cause, outcomeUnknown], [error.cause, what === "a sent change" ? true : undefined], what);
    }
    await Promise.all(many.map(rejectsWithTrap));
    assert.equal(released.length, 1);
    await rejectsWithTrap(file.text());
    await rejectsWithTrap(unread.bytes());
    // Rows that are already parsed may still be returned.
    await rejectsWithTrap(collect(taskRows));
    assert.equal((await collect(rows)).length, 49_999, "another module reads files");
    await rejectsWithTrap(collect(iterator));
    assert.deepEqual(await iterator.next(), { value: undefined, done: true });

    assert.equal((await smsc.history.list({ limit: 3 }, off)).messages.length, 3);
    assert.equal((await (await smsc.tasks.download({ id: 301 }, off)).bytes()).length > 100_000, true);
    assert.equal((await collect(smsc.history.iterate({ limit: 1500 }, off))).length, 1500);
    assert.deepEqual(await collect(parseCsv("a;b\n1;2")), [{ a: "1", b: "2" }]);
    assert.equal(instances.length, length + 1);
  });

  test("leaves the outcome of every call unknown that may change something", async () => {
    const { smsc } = await setup({ fetch: stubFetch(hanging) });
    const name = "79991234567";
    for (const call of [
      () => smsc.senders.add({ name }),
      () => smsc.senders.update({ name, comment: "x" }),
      () => smsc.senders.sendCode({ name }),
      () => smsc.senders.confirmCode({ name, code: 1 }),
      () => smsc.senders.remove({ name }),
      () => smsc.call("senders.php", { add: 1 }),
      () => smsc.raw("senders.php", { add: 1 }),
    ]) {
      const promise = call();
      promise.catch(() => {});
      await settle();
      trapAfter(1);
      await rejectsWithTrap(smsc.balance());
      const error = await rejectsWithTrap(promise);
      assert.equal(error.outcomeUnknown, true);
      assert.match(error.message, /whether the change was made is not known/);
    }
  });

  test("creating a client or an iterator rejects with `internal`", async () => {
    const { smsc } = await setup(off);
    for (const call of [
      () => createClient({ apiKey: "demo-key" }),
      () => smsc.history.iterate().next(),
      () => smsc.senders.iterate().next(),
      () => smsc.tasks.rows({ id: 301 }).next(),
      () => smsc.tasks.get(301),
      async () => smsc.rateLimits(),
    ]) {
      trapAfter(1);
      await rejectsWithTrap(call());
      assert.ok((await smsc.senders.list()).length > 0);
    }
  });

  test("at any point of any call leaves a working client", async () => {
    const calls = {
      history: [(smsc) => smsc.history.list({ limit: 2 }), 200],
      senders: [(smsc) => smsc.senders.list({ all: true, operators: true, limit: 2 }), 80],
      change: [(smsc) => smsc.senders.update({ name: "SHOP-24", comment: "x" }), 80],
      rows: [(smsc) => collect(smsc.tasks.rows({ id: 303 })), 80],
      "rows, in the module of files": [(smsc) => collect(smsc.tasks.rows({ id: 303 })), 80, formatsInstances],
      iterator: [(smsc) => collect(smsc.history.iterate({ limit: 2 })), 80],
    };
    const tasks = [{ id: 303, status: 2, content: "a;b\n1;2\n", due: [] }];
    for (const [name, [call, points, of]] of Object.entries(calls)) {
      const { smsc } = await setup({ rateLimit: "off" }, { tasks });
      const expected = await call(smsc);
      const initial = 2 ** 30;
      trapAfter(initial, of);
      await call(smsc);
      const entries = initial - remaining(of);
      assert.ok(entries > points, `${name}: ${entries} function entries`);
      let interrupted = 0;
      for (let point = 0; point < points; point++) {
        // Each of the first 40 entries, then at growing distances up to the last.
        const at = 1 + Math.floor(point < 40 ? point : 40 + (entries - 40) * ((point - 40) / (points - 40)) ** 2);
        trapAfter(at, of);
        const outcome = await call(smsc).catch((error) => error);
        if (isSmscError(outcome)) {
          interrupted++;
          assert.equal(outcome.code, "internal", `${name} at ${at}`);
          assert.ok(outcome.cause instanceof WebAssembly.RuntimeError);
        } else assert.deepEqual(outcome, expected);
        trapAfter(0, of);
        assert.deepEqual(await call(smsc), expected, `${name} after a trap at ${at}`);
      }
      assert.ok(interrupted > points / 2, `${name}: only ${interrupted} of ${points} were interrupted`);
    }
  });

  test("of the module of files ends the readings, and no call", async () => {
    const { smsc } = await setup(off);
    const { smsc: other } = await setup({ fetch: stubFetch(() => settle().then(() => new Response("[]"))) });
    const rows = parseCsv(new Blob(["a;b\n", "1;2\n".repeat(50_000)]));
    await rows.next();
    const taskRows = smsc.tasks.rows({ id: 301 });
    await taskRows.next();
    const list = other.tasks.list();
    trapAfter(1, formatsInstances);
    const error = await rejectsWithTrap(parseCsv("a;b").next());
    assert.equal((await rejectsWithTrap(collect(rows))).cause, error.cause);
    assert.equal((await rejectsWithTrap(collect(taskRows))).endpoint, "tasks");
    assert.deepEqual(await list, []);
    assert.deepEqual(await collect(parseCsv("a;b\n1;2")), [{ a: "1", b: "2" }]);
    const columns = smsc.history.columns({ limit: 2000 });
    await columns.next();
    trapAfter(1, formatsInstances);
    assert.equal((await rejectsWithTrap(columns.next())).endpoint, "history");
    assert.equal((await collect(smsc.history.columns({ limit: 3 }))).length, 1);
    trapAfter(1, formatsInstances);
    await rejectsWithTrap(decodeTasks("[]", 3));
    assert.deepEqual(await decodeTasks("[]", 3), []);
  });

  test("at any point of an invalid call leaves no unhandled rejection", async () => {
    const { smsc, emulator } = await setup(off);
    const initial = 2 ** 30;
    trapAfter(initial);
    await rejectsWith(smsc.senders.update({ name: "", comment: "x" }), "invalid_parameter");
    const entries = initial - remaining();
    const codes = new Set();
    for (let at = 1; at <= entries; at++) {
      trapAfter(at);
      const { code } = await smsc.senders.update({ name: "", comment: "x" }).catch((error) => error);
      codes.add(code);
      trapAfter(0);
      await settle();
    }
    assert.deepEqual([...codes].sort(), ["internal", "invalid_parameter"]);
    assert.equal(emulator.requests.length, 0);
  });

  test("exhausted memory is handled like any other trap", async () => {
    const { smsc } = await setup(off);
    const { smsc: flooded } = await setup({
      ...off,
      fetch: stubFetch(() => {
        const { memory } = instances.at(-1).exports;
        memory.grow(65_536 - memory.buffer.byteLength / 65_536);
        return new Response(`[${'{"id":1,"name":"x","status":"2"},'.repeat(100_000)}5]`);
      }),
    });
    await rejectsWithTrap(flooded.tasks.list());
    assert.equal((await smsc.history.list({ limit: 3 })).messages.length, 3);
  });

  test("a stack overflow ends only the innermost call", async () => {
    const { smsc } = await setup(off);
    for (const spare of [0, 1, 5, 20, 100]) {
      let depth = 0;
      const recurse = () => {
        depth++;
        recurse();
      };
      assert.throws(recurse, RangeError);
      const descend = (levels) => (levels > 0 ? descend(levels - 1) : smsc.history.list({ limit: 3 }));
      try {
        await descend(depth - spare).catch(() => {});
      } catch {
        // The stack overflowed before the call.
      }
    }
    assert.equal((await smsc.history.list({ limit: 3 })).messages.length, 3);
  });

  test("does not reset the limits: the new instance counts earlier requests", async (t) => {
    t.mock.timers.enable({ apis: ["Date"], now: NOW });
    const { smsc, emulator } = await setup(
      { rateLimit: "fail", apiKey: "limits-key" },
      { apiKey: "limits-key", limits: true },
    );
    await smsc.history.list();
    await smsc.history.list();
    await smsc.senders.list();
    trapAfter(1);
    await rejectsWithTrap(smsc.tasks.list());
    await smsc.history.list();
    assert.equal((await rejectsWith(smsc.history.list(), "rate_limited")).apiCode, undefined);
    const { used } = smsc.rateLimits().find(({ name }) => name === "history");
    assert.equal(used, 3);
    assert.equal(emulator.requests.length, 4);
    // The same holds for another client of the account.
    trapAfter(1);
    await rejectsWithTrap(smsc.tasks.list());
    const { smsc: again } = await setup({ rateLimit: "fail", apiKey: "limits-key", fetch: emulator.fetch });
    await rejectsWith(again.history.list(), "rate_limited");
    await rejectsWith(smsc.history.list(), "rate_limited");
    assert.equal(again.rateLimits().find(({ name }) => name === "history").used, 3);
    t.mock.timers.tick(61_000);
    emulator.advance(61_000);
    await again.history.list();
  });

  test("rejects queued calls, and later calls complete", async () => {
    const { smsc } = await setup({ fetch: stubFetch(hanging), apiKey: "line-key" });
    const outcomes = Array.from({ length: 30 }, (_, cursor) => smsc.senders.list({ cursor }).catch((error) => error));
    await settle();
    trapAfter(1);
    await rejectsWithTrap(smsc.tasks.list());
    for (const error of await Promise.all(outcomes)) assert.equal(error.code, "internal");
    const pending = [];
    const fetch = stubFetch(() => new Promise((respond) => pending.push(respond)));
    const { smsc: next } = await setup({ fetch, apiKey: "line-key" });
    const later = Array.from({ length: 30 }, (_, cursor) => next.senders.list({ cursor: cursor + 100 }));
    for (let count = 0; count < 30; count++) {
      await waitUntil(() => pending.length > 0);
      pending.shift()(new Response("[]"));
    }
    assert.equal((await Promise.all(later)).length, 30);
  });
});
