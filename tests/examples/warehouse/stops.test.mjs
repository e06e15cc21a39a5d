/** Ctrl-C ends an export of the example `examples-js/warehouse` without a half-written file. */
import assert from "node:assert/strict";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { contentsOf, faults, largeFile, NOW, setUp, start, succeed, taskOf } from "./support.mjs";

/** The bytes that are written so far under a temporary name. */
async function writtenBytes(data, file) {
  const part = (await readdir(data).catch(() => [])).find((name) => name.startsWith(".part-"));
  if (!part) return 0;
  return (await stat(join(data, part, file)).catch(() => ({ size: 0 }))).size;
}

/** An export of a large file that arrives slowly, of which more than one chunk is written. */
async function startedExport(t) {
  const context = await setUp(t, {
    messages: 0,
    tasks: [taskOf(12, "phone;cost\n79990000001;1.5\n"), taskOf(13, largeFile())],
  });
  await succeed(context, "export", "--task", "12");
  context.emulator.faults.push(faults.slowBody({ chunkBytes: 300_000, chunkDelayMs: 100, times: Infinity }));
  const before = await contentsOf(context.data);
  const { child, result } = start(context, "export", "--task", "13");
  while ((await writtenBytes(context.data, "task_13.arrows")) < 100_000) await sleep(5);
  return { child, result, context, before };
}

for (const [signal, expected] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
]) {
  test(`warehouse: ${signal} in the middle is exit code ${expected}, and leaves the old files`, async (t) => {
    const { child, result, context, before } = await startedExport(t);
    child.kill(signal);
    const { code, errors, output } = await result;
    assert.deepEqual([code, errors, output], [expected, "Stopped. Nothing was changed.\n", ""]);
    assert.deepEqual(await contentsOf(context.data), before);
    context.emulator.faults.length = 0;
    assert.match(await succeed(context, "export", "--task", "13"), /^task_13: 120,000 rows/);
  });
}

test("warehouse: a second signal ends the process at once, and leaves the old files", async (t) => {
  const { child, result, context, before } = await startedExport(t);
  child.kill("SIGINT");
  child.kill("SIGTERM");
  assert.ok([130, 143].includes((await result).code));
  assert.deepEqual(await contentsOf(context.data), before);
});

test("warehouse: SIGINT stops a history between its pages", async (t) => {
  const messages = Array.from({ length: 3500 }, (_, index) => ({ sendTimestamp: NOW / 1000 - 60 - index }));
  const context = await setUp(t, { messages, latencyMs: 100 });
  const { child, result } = start(context, "export", "--from", "2026-11-01");
  while (context.emulator.requests.length < 3) await sleep(5);
  child.kill("SIGINT");
  assert.equal((await result).code, 130);
  assert.deepEqual(await contentsOf(context.data), {});
});
