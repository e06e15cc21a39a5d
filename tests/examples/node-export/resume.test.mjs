/** The example `examples-js/node-export` continues after kills, signals and failures. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { assertComplete, faults, root, run, setUp, start, storedIds } from "./support.mjs";

test("node-export: a kill at any moment loses and doubles no message", async (t) => {
  const context = await setUp(t, { messages: 9000, latencyMs: 30 });
  const { requests } = context.emulator;
  // After the first request of each run, kills at another moment: the response, the transaction, the next request.
  for (let kill = 0; kill < 8; kill++) {
    const { child, result } = start(context);
    const { length } = requests;
    while (requests.length === length) await sleep(1);
    await sleep(kill * 12);
    child.kill("SIGKILL");
    assert.equal((await result).signal, "SIGKILL");
  }
  // The last kill is while the CSV file is written.
  const { child, result } = start(context);
  while (!existsSync(join(context.folder, "history.csv.part"))) await sleep(1);
  child.kill("SIGKILL");
  assert.equal((await result).signal, "SIGKILL");
  assert.ok(!existsSync(join(context.folder, "history.csv")));
  const { length } = requests;
  const { code, output } = await run(context, "--json");
  assert.equal(code, 0);
  assert.equal(JSON.parse(output).isResumed, true);
  assert.equal(requests.length, length, "the pages are complete");
  await assertComplete(context);
});

test("node-export: a resumed export requests only the missing pages", async (t) => {
  const context = await setUp(t, { messages: 6000, latencyMs: 50 });
  const { child, result } = start(context);
  while (context.emulator.requests.length < 4) await sleep(5);
  child.kill("SIGKILL");
  assert.equal((await result).signal, "SIGKILL");
  const stored = storedIds(context.folder).length;
  assert.ok(stored > 0 && stored < 6000, `${stored} messages`);
  const before = context.emulator.requests.length;
  const { code, errors } = await run(context);
  assert.equal(code, 0);
  assert.match(errors, new RegExp(`^Continues after ${stored} messages`));
  // 6000 messages of both channels are at least seven pages.
  assert.ok(context.emulator.requests.length - before < 7, `${context.emulator.requests.length - before} requests`);
  await assertComplete(context);
});

for (const [signal, expected] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
]) {
  test(`node-export: ${signal} stops with exit code ${expected}, and the same command continues`, async (t) => {
    const context = await setUp(t, { messages: 6000, latencyMs: 50 });
    const { child, result } = start(context, "--json");
    while (context.emulator.requests.length < 4) await sleep(5);
    child.kill(signal);
    const stopped = await result;
    assert.equal(stopped.code, expected);
    assert.equal(stopped.signal, null);
    assert.match(stopped.errors, /^Stopped\.\n\d+ messages are saved\. The same command continues\.$/m);
    const report = JSON.parse(stopped.output);
    assert.equal(report.status, "stopped");
    assert.equal(report.messages, storedIds(context.folder).length);
    assert.ok(!existsSync(join(context.folder, "history.csv")));
    assert.equal((await run(context)).code, 0);
    await assertComplete(context);
  });
}

test("node-export: an interrupted export is continued only with the same options", async (t) => {
  const context = await setUp(t, { messages: 3000 });
  context.emulator.faults.push(
    faults.apiError(2, { when: () => context.emulator.requests.length > 2, times: Infinity }),
  );
  assert.equal((await run(context)).code, 3);
  context.emulator.faults.length = 0;
  const other = await run(context, "--channel", "sms");
  assert.equal(other.code, 2);
  assert.match(other.errors, /interrupted export: the first message to the last, channel all\..*--restart/);
  const { code, output } = await run(context, "--channel", "sms", "--restart", "--json");
  assert.equal(code, 0);
  const { messages } = JSON.parse(output);
  assert.equal(messages, context.emulator.state.messages.filter(({ type }) => type !== 8).length);
});

test("node-export: two exports cannot use one database at the same time", async (t) => {
  const context = await setUp(t, { messages: 3000, latencyMs: 200 });
  const first = start(context);
  while (context.emulator.requests.length < 2) await sleep(5);
  const second = await run(context);
  assert.equal(second.code, 1);
  assert.match(second.errors, /another export uses this database/);
  assert.equal((await first.result).code, 0);
  await assertComplete(context);
});

test("node-export: an unreachable host is exit code 4, and the export can be continued", async (t) => {
  const context = await setUp(t, { messages: 3000 });
  context.emulator.faults.push(
    faults.connectionFailure({ when: () => context.emulator.requests.length > 2, times: Infinity }),
  );
  const { code, output, errors } = await run(context, "--json");
  assert.equal(code, 4);
  assert.match(errors, /^connection: .*\n\d+ messages are saved/);
  const report = JSON.parse(output);
  assert.equal(report.error.code, "connection");
  assert.ok(report.messages > 0 && report.messages < 3000);
  const none = await run({ ...context, url: "http://127.0.0.1:9", folder: await mkdtemp(join(root, "run-")) });
  assert.equal(none.code, 4);
  context.emulator.faults.length = 0;
  assert.equal((await run(context)).code, 0);
  await assertComplete(context);
});
