/**
 * Runs a scenario with several Workers of one account in one runtime: `machines.mjs <scenario> <args>`. The last line of the
 * output is the scenario's result as JSON.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { limiterRequest } from "./requests.mjs";

const NAMES = ["limited", "second", "third", "fourth"];
const stored = mkdtempSync(join(tmpdir(), "smsc-limiter-"));

async function start(compatibilityDate = "2026-10-01") {
  const worker = (name) => ({
    name,
    compatibilityDate,
    modulesRoot: "dist",
    modules: [
      { type: "ESModule", path: "dist/worker.js" },
      ...readdirSync("dist")
        .filter((file) => file.endsWith(".wasm"))
        .map((file) => ({ type: "CompiledWasm", path: `dist/${file}` })),
    ],
    durableObjects: { SMSC_LIMITER: { className: "Breakable", scriptName: "limited", useSQLite: true } },
  });
  const log = new Log(LogLevel.ERROR);
  const options = { host: "127.0.0.1", cf: false, log, resourcePersistencePath: stored, workers: NAMES.map(worker) };
  const runtime = new Miniflare(convertV4MiniflareOptions(options));
  const workers = await Promise.all(NAMES.map((name) => runtime.getWorker(name)));
  return {
    /** Sends a command to one Worker, for the limits of an account. */
    async send(account, index, command, signal) {
      const init = { method: "POST", body: JSON.stringify(command), signal };
      const response = await workers[index % workers.length].fetch(`http://worker/${account}`, init);
      if (!response.ok) throw new Error(await response.text());
      return response.json();
    },
    end: () => runtime.dispose(),
  };
}

const granted = { granted: true };

/** Waits until a request is queued. */
async function queued(send, account, requestId) {
  while (!(await send(account, 0, ["waiters"])).includes(`waiter/${requestId}`));
}

const scenarios = {
  /** Forty concurrent requests, divided among the Workers. */
  async work(url, count) {
    const { send, end } = await start();
    const machines = Array.from({ length: Number(count) }, (_, index) => index);
    const results = await Promise.all(
      machines.map((index) => send("work", index, ["work", url, index, machines.length])),
    );
    await end();
    return results.flat();
  },

  /** A deferred answer to one Worker arrives when the request of another Worker ends. */
  async queue() {
    const { send, end } = await start();
    await send("queue", 0, ["acquire", limiterRequest("first", { maxConcurrent: 1 })]);
    const order = [];
    const waiting = [];
    for (const [index, requestId] of ["second", "third"].entries()) {
      const request = limiterRequest(requestId, { maxConcurrent: 1, longPoll: true });
      waiting.push(send("queue", index, ["acquire", request]).then((answer) => order.push([requestId, answer])));
      await queued(send, "queue", requestId);
    }
    await send("queue", 3, ["release", "first"]);
    await waiting[0];
    assert.deepEqual(order, [["second", granted]]);
    await send("queue", 1, ["release", "second"]);
    await waiting[1];
    assert.deepEqual(order, [
      ["second", granted],
      ["third", granted],
    ]);
    await end();
  },

  /** Readers of downloads that pause keep their permits. */
  async paused() {
    const { send, end } = await start();
    assert.deepEqual(await send("paused", 0, ["paused"]), { early: 0, sent: 5, inFlight: 14 });
    await end();
  },

  /** The leases of a terminated Worker expire, and its requests still count in the window. */
  async death() {
    const { send, end } = await start();
    const leaseMs = 1000;
    const windows = [{ key: "tasks", limit: 14, windowMs: 60_000 }];
    const began = Date.now();
    for (let index = 0; index < 14; index++) {
      assert.deepEqual(
        await send("death", index, ["acquire", limiterRequest(`dead-${index}`, { windows, leaseMs })]),
        granted,
      );
    }
    assert.deepEqual(await send("death", 1, ["acquire", limiterRequest("next", { longPoll: true })]), granted);
    assert.ok(Date.now() - began >= leaseMs);
    const { waitMs } = await send("death", 2, ["acquire", limiterRequest("same", { windows })]);
    assert.ok(waitMs > 50_000 && waitMs < 60_000, String(waitMs));
    await end();
  },

  /** A Worker that aborts leaves the queue, and the next waiter gets the released slot. */
  async abort() {
    const { send, end } = await start();
    await send("abort", 0, ["acquire", limiterRequest("first", { maxConcurrent: 1 })]);
    const gone = send("abort", 1, [
      "acquireOrLeave",
      limiterRequest("gone", { maxConcurrent: 1, longPoll: true }),
      200,
    ]);
    await queued(send, "abort", "gone");
    const next = send("abort", 2, ["acquire", limiterRequest("next", { maxConcurrent: 1, longPoll: true })]);
    assert.equal(await gone, "TimeoutError");
    await send("abort", 0, ["release", "first"]);
    assert.deepEqual(await next, granted);
    await end();
  },

  /** The object and then the runtime restart while answers are deferred: state and queue order are kept. */
  async eviction() {
    let { send, end } = await start();
    const windows = [{ key: "tasks", limit: 3, windowMs: 60_000 }];
    for (const requestId of ["a", "b", "c"])
      await send("eviction", 0, ["acquire", limiterRequest(requestId, { windows, maxConcurrent: 3 })]);
    const waiting = send("eviction", 1, ["acquire", limiterRequest("waits", { maxConcurrent: 3, longPoll: true })]);
    await queued(send, "eviction", "waits");
    assert.match(await send("eviction", 2, ["break"]), /broken/);
    await send("eviction", 2, ["release", "a"]);
    const probe = ["acquire", limiterRequest("probe", { maxConcurrent: 3 })];
    assert.equal((await send("eviction", 3, probe)).granted, false);
    assert.deepEqual(await waiting, granted);
    await end();

    ({ send, end } = await start());
    assert.equal((await send("eviction", 0, probe)).granted, false);
    await send("eviction", 0, ["release", "b"]);
    assert.deepEqual(await send("eviction", 0, probe), granted);
    const { waitMs, tooManyConnections } = await send("eviction", 1, ["acquire", limiterRequest("d", { windows })]);
    assert.deepEqual([waitMs > 40_000 && waitMs < 60_000, tooManyConnections], [true, false]);
    await end();
  },
};

const [scenario, ...args] = process.argv.slice(2);
try {
  console.log(JSON.stringify((await scenarios[scenario](...args)) ?? null));
} finally {
  rmSync(stored, { recursive: true, force: true });
}
process.exit();
