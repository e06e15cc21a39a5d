/**
 * Several Workers of one account in one runtime, and what is done with them: `machines.mjs <scenario> <args>`. The scenario's
 * result, if it has one, is the last line of the output.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { wish } from "./wishes.mjs";

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
    /** Has one Worker do something with the limits of an account. */
    async ask(account, index, command, signal) {
      const init = { method: "POST", body: JSON.stringify(command), signal };
      const reply = await workers[index % workers.length].fetch(`http://worker/${account}`, init);
      if (!reply.ok) throw new Error(await reply.text());
      return reply.json();
    },
    end: () => runtime.dispose(),
  };
}

const granted = { granted: true };

/** Waits until a request stands in line. */
async function inLine(ask, account, ticket) {
  while (!(await ask(account, 0, ["line"])).includes(`line/${ticket}`));
}

const scenarios = {
  /** Forty requests to the Workers at once. */
  async work(url, count) {
    const { ask, end } = await start();
    const machines = Array.from({ length: Number(count) }, (_, index) => index);
    const results = await Promise.all(
      machines.map((index) => ask("work", index, ["work", url, index, machines.length])),
    );
    await end();
    return results.flat();
  },

  /** A Worker's answer that is held back comes when another Worker's request ends. */
  async turn() {
    const { ask, end } = await start();
    await ask("turn", 0, ["acquire", wish("first", { atOnce: 1 })]);
    const order = [];
    const waiting = [];
    for (const [index, ticket] of ["second", "third"].entries()) {
      const request = wish(ticket, { atOnce: 1, patient: true });
      waiting.push(ask("turn", index, ["acquire", request]).then((answer) => order.push([ticket, answer])));
      await inLine(ask, "turn", ticket);
    }
    await ask("turn", 3, ["release", "first"]);
    await waiting[0];
    assert.deepEqual(order, [["second", granted]]);
    await ask("turn", 1, ["release", "second"]);
    await waiting[1];
    assert.deepEqual(order, [
      ["second", granted],
      ["third", granted],
    ]);
    await end();
  },

  /** A Worker that holds places is gone: they are free when their lease is over, and its window is still full. */
  async death() {
    const { ask, end } = await start();
    const leaseMs = 1000;
    const windows = [{ key: "tasks", most: 14, windowMs: 60_000 }];
    const began = Date.now();
    for (let index = 0; index < 14; index++) {
      assert.deepEqual(await ask("death", index, ["acquire", wish(`dead-${index}`, { windows, leaseMs })]), granted);
    }
    assert.deepEqual(await ask("death", 1, ["acquire", wish("next", { patient: true })]), granted);
    assert.ok(Date.now() - began >= leaseMs);
    const { waitMs } = await ask("death", 2, ["acquire", wish("same", { windows })]);
    assert.ok(waitMs > 50_000 && waitMs < 60_000, String(waitMs));
    await end();
  },

  /** A Worker that gives up leaves the line: the place that gets free is the next one's. */
  async abort() {
    const { ask, end } = await start();
    await ask("abort", 0, ["acquire", wish("first", { atOnce: 1 })]);
    const gone = ask("abort", 1, ["acquireOrLeave", wish("gone", { atOnce: 1, patient: true }), 200]);
    await inLine(ask, "abort", "gone");
    const next = ask("abort", 2, ["acquire", wish("next", { atOnce: 1, patient: true })]);
    assert.equal(await gone, "TimeoutError");
    await ask("abort", 0, ["release", "first"]);
    assert.deepEqual(await next, granted);
    await end();
  },

  /** The object breaks while answers are held back, and the runtime ends: nothing is forgotten, and nobody loses its turn. */
  async eviction() {
    let { ask, end } = await start();
    const windows = [{ key: "tasks", most: 3, windowMs: 60_000 }];
    for (const ticket of ["a", "b", "c"]) await ask("eviction", 0, ["acquire", wish(ticket, { windows, atOnce: 3 })]);
    const waiting = ask("eviction", 1, ["acquire", wish("waits", { atOnce: 3, patient: true })]);
    await inLine(ask, "eviction", "waits");
    assert.match(await ask("eviction", 2, ["break"]), /broken/);
    await ask("eviction", 2, ["release", "a"]);
    const probe = ["acquire", wish("probe", { atOnce: 3 })];
    assert.equal((await ask("eviction", 3, probe)).granted, false);
    assert.deepEqual(await waiting, granted);
    await end();

    ({ ask, end } = await start());
    assert.equal((await ask("eviction", 0, probe)).granted, false);
    await ask("eviction", 0, ["release", "b"]);
    assert.deepEqual(await ask("eviction", 0, probe), granted);
    const { waitMs, atOnce } = await ask("eviction", 1, ["acquire", wish("d", { windows })]);
    assert.deepEqual([waitMs > 40_000 && waitMs < 60_000, atOnce], [true, false]);
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
