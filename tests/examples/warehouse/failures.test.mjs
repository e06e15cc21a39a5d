/** The example `examples-js/warehouse` leaves no half-written file, and says what failed. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { contentsOf, faults, largeFile, NOW, run, setUp, succeed, taskOf } from "./support.mjs";

const PERIOD = ["--from", "2026-11-01", "--to", "2026-11-22"];
const MESSAGES = Array.from({ length: 3500 }, (_, index) => ({ sendTimestamp: NOW / 1000 - 60 - index, type: 0 }));
const SMALL_TASK = taskOf(12, "phone;cost\n79990000001;1.5\n");

/** Runs a command that must fail, and checks that it changed no file of the folder. */
async function fail(context, ...args) {
  const before = await contentsOf(context.data);
  const result = await run(context, ...args);
  assert.notEqual(result.code, 0);
  assert.equal(result.signal, null);
  assert.equal(result.output, "");
  assert.deepEqual(await contentsOf(context.data), before);
  return result;
}

for (const format of ["parquet", "duckdb", "arrow"]) {
  test(`warehouse: a full disk is exit code 1 and leaves the old files: ${format}`, async (t) => {
    if (process.platform === "win32") return t.skip("no ulimit");
    const context = await setUp(t, { messages: 0, tasks: [taskOf(13, largeFile()), SMALL_TASK] });
    await succeed(context, "export", "--task", "12");
    // A limit of the size of a file, in units of 512 bytes or 1 kB, fails as a full disk does: in the middle of the writes.
    const command = ["/bin/sh", "-c", 'ulimit -f 600; exec "$@"', "sh"];
    const { code, errors } = await fail({ ...context, command }, "export", "--task", "13", "--format", format);
    assert.equal(code, 1);
    assert.match(errors, /^task_13\.\w+ cannot be written: .*file too large/i);
  });
}

test("warehouse: a folder that cannot be written is exit code 2, before any request", async (t) => {
  const context = await setUp(t, { messages: MESSAGES });
  await writeFile(join(context.folder, "file"), "");
  for (const out of ["file", "file/data"]) {
    const { code, errors } = await fail(context, "export", ...PERIOD, "--out", out);
    assert.equal(code, 2);
    assert.match(errors, /^The folder cannot be written: E/);
  }
  assert.equal(context.emulator.requests.length, 0);
});

test("warehouse: an unknown task is exit code 1, before the history is read", async (t) => {
  const context = await setUp(t, { messages: MESSAGES, tasks: [SMALL_TASK, { ...SMALL_TASK, id: 14, status: 4 }] });
  await succeed(context, "export", "--task", "12");
  for (const [task, message] of [
    ["99", /^not_found: there is no task 99\n$/],
    ["14", /^task_failed: /],
  ]) {
    const { code, errors } = await fail(context, "export", ...PERIOD, "--task", task);
    assert.equal(code, 1);
    assert.match(errors, message);
  }
  assert.ok(!context.emulator.requests.some(({ script }) => script === "get.php"));
});

test("warehouse: a failure after a part of the data leaves the old files", async (t) => {
  const broken = gzipSync(largeFile()).subarray(0, 200_000);
  const context = await setUp(t, { messages: MESSAGES, tasks: [SMALL_TASK, taskOf(13, broken)] });
  await succeed(context, "export", ...PERIOD, "--task", "12");
  const file = await fail(context, "export", "--task", "13");
  assert.equal(file.code, 1);
  assert.match(file.errors, /^bad_response: /);
  const { length } = context.emulator.requests;
  context.emulator.faults.push(
    faults.connectionFailure({ when: () => context.emulator.requests.length > length + 3, times: Infinity }),
  );
  const history = await fail(context, "export", ...PERIOD, "--task", "12");
  assert.equal(history.code, 4);
  assert.match(history.errors, /^connection: /);
  context.emulator.faults.length = 0;
  const refused = await fail({ ...context, key: "hidden-key" }, "export", ...PERIOD);
  assert.equal(refused.code, 3);
  assert.match(refused.errors, /^unauthorized: /);
  assert.ok(!refused.errors.includes("hidden-key"));
});

test("warehouse: a file without columns, and costs that are no decimals, are errors", async (t) => {
  const context = await setUp(t, {
    messages: 0,
    tasks: [
      taskOf(11, ""),
      taskOf(12, "phone;cost\n1;2.5\n2;n/a\n"),
      taskOf(13, "phone;cost\n1;0.1234567\n"),
      taskOf(14, "phone;cost\n1;1234567890123\n"),
    ],
  });
  for (const [task, message] of [
    ["11", /^The file of task 11 has no columns\.$/m],
    ["12", /^Row 2, column "cost": "n\/a" is not a decimal\. With --no-cost, /],
    ["13", /"0\.1234567" does not fit DECIMAL\(18, 6\)/],
    ["14", /"1234567890123" does not fit DECIMAL\(18, 6\)/],
  ]) {
    const { code, errors } = await fail(context, "export", "--task", task);
    assert.equal(code, 1);
    assert.match(errors, message);
  }
  const other = await fail(context, "export", "--task", "12", "--cost", "price");
  assert.equal(other.code, 2);
  assert.match(other.errors, /has no column "price"\. It has: phone, cost\./);
  await succeed(context, "export", "--task", "12", "--no-cost");
  const query = await fail(context, "query", "--task", "12", "--by", "phone");
  assert.equal(query.code, 2);
  assert.match(query.errors, /no column of costs.*--cost <title>/);
});

test("warehouse: wrong options and missing credentials are exit code 2, before anything is written", async (t) => {
  const context = await setUp(t, { messages: MESSAGES });
  for (const [args, message] of [
    [["export"], /Nothing to export\. Set --from, --to or --task\./],
    [["export", "--form", "2026-11-01"], /unknown option '--form'.*--from/s],
    [["export", "--from", "1.11.2026"], /2026-11-01/],
    [["export", "--from", "2026-02-30"], /2026-11-01/],
    [["export", "--from", "2026-11-02", "--to", "2026-11-01"], /--from 2026-11-02 is after --to 2026-11-01/],
    [["export", ...PERIOD, "--format", "csv"], /"csv" is not a format\. Allowed are parquet, duckdb, arrow/],
    [["export", "--task", "../12"], /a number such as 12/],
    [["query", "--by", "operator,,day"], /separated by commas/],
    [["query"], /no messages\.duckdb or messages\.parquet/],
    [["report"], /unknown command 'report'/],
  ]) {
    const { code, errors } = await fail(context, ...args);
    assert.equal(code, 2, errors);
    assert.match(errors, message);
  }
  const { code, errors } = await run({ ...context, key: "" }, "export", ...PERIOD);
  assert.equal(code, 2);
  assert.match(errors, /SMSC_API_KEY/);
  assert.ok(!existsSync(context.data));
  assert.equal(context.emulator.requests.length, 0);
});
