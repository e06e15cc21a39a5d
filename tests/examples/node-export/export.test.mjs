/** Tests of the example `examples-js/node-export`: each runs the command against the emulator on a port. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

// The folder of the installed example.
const example = process.cwd();
const installed = createRequire(join(example, "export.mjs"));
const load = (name) => import(pathToFileURL(installed.resolve(name)));
const { createEmulator, faults } = await load("smsc-wasm/testing");
const { sumCosts } = await load("smsc-wasm");

const root = await mkdtemp(join(tmpdir(), "smsc-export-"));
after(() => rm(root, { recursive: true, force: true }));

/** An emulator on a port and an empty folder for the files of the export. */
async function setUp(t, seed) {
  // The limits of a real account would make each kill wait for an hour.
  const emulator = createEmulator({ limits: false, ...seed });
  const service = await emulator.listen();
  t.after(() => service.close());
  const folder = await mkdtemp(join(root, "run-"));
  return { emulator, url: service.url, folder };
}

/** Starts the command in `folder`. `result` is its exit code and output. */
function start({ url, folder, key = "demo-key" }, ...args) {
  const { SMSC_API_KEY, SMSC_LOGIN, SMSC_PASSWORD, SMSC_REGION, ...env } = process.env;
  const child = spawn(process.execPath, [join(example, "export.mjs"), ...args], {
    cwd: folder,
    env: { ...env, SMSC_BASE_URL: url, ...(key && { SMSC_API_KEY: key }) },
  });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  const result = once(child, "close").then(([code, signal]) => ({ code, signal, output, errors }));
  return { child, result };
}

const run = (context, ...args) => start(context, ...args).result;

/** The rows of a query, read by another process: in this one, libsql keeps its lock until the garbage collection. */
function query(folder, sql) {
  const script =
    'const [file, sql] = process.argv.slice(1); console.log(JSON.stringify(new (require("libsql"))(file).prepare(sql).all()))';
  const args = ["-e", script, join(folder, "history.db"), sql];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: example, encoding: "utf8", maxBuffer: 2 ** 26 }));
}

const sorted = (ids) => [...ids].sort();
const idsOf = (emulator) => sorted(emulator.state.messages.map(({ intId }) => intId));
const storedIds = (folder) => sorted(query(folder, "SELECT int_id FROM messages").map(({ int_id }) => int_id));

/** The records of a CSV file with quoted fields, which can have line breaks. */
function parseCsv(text) {
  const fields = text.replace(/^\ufeff/, "").matchAll(/(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n|$)/g);
  const records = [[]];
  for (const [, quoted, plain, end] of fields) {
    records.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === "\n") records.push([]);
    if (end === "") break;
  }
  return records.slice(0, -1);
}

/** Checks that the database and the CSV file have every message of the emulator once. */
async function assertComplete({ emulator, folder }) {
  const expected = idsOf(emulator);
  assert.deepEqual(storedIds(folder), expected);
  const [header, ...records] = parseCsv(await readFile(join(folder, "history.csv"), "utf8"));
  assert.equal(header[0], "id");
  assert.deepEqual(sorted(records.map(([id]) => id)), expected);
  assert.ok(records.every(({ length }) => length === header.length));
  assert.ok(!existsSync(join(folder, "history.csv.part")));
}

test("node-export: exports every message and prints the sums", async (t) => {
  const context = await setUp(t, {
    messages: [
      {
        intId: "9007199254740993",
        status: 1,
        operator: "МТС",
        senderId: "SHOP",
        cost: "0.10",
        smsCnt: 2,
        message: "one",
      },
      { intId: "5", status: 1, operator: "МТС", senderId: "SHOP", cost: "0.20", smsCnt: 1, message: 'a "b",\nc' },
      { intId: "4", status: 20, operator: "Билайн", senderId: "SHOP", cost: "0", smsCnt: 1, message: "=1+1" },
      { intId: "3", status: 1, type: 8, format: 8, phone: "a@b.example", operator: "", senderId: "i@s.example" },
    ].map((message, index) => ({ cost: "0.025", smsCnt: 1, sendTimestamp: 1_790_000_000 - index, ...message })),
  });
  const { code, output, errors } = await run(context);
  assert.equal(errors, "");
  assert.equal(code, 0);
  assert.match(output, /│ delivered +│ +3 │ +4 │ +0\.325 │/);
  assert.match(output, /│ МТС +│ +2 │ +3 │ +0\.30 │/);
  assert.match(output, /│ none +│ +1 │ +1 │ +0\.025 │/);
  assert.match(output, /│ SHOP +│ +3 │ +4 │ +0\.30 │/);
  assert.match(output, /^4 messages in 5 parts for 0\.325 /m);
  await assertComplete(context);
  const records = parseCsv(await readFile(join(context.folder, "history.csv"), "utf8"));
  assert.deepEqual(records.map((record) => record.at(-1)).slice(1, 4), ["one", 'a "b",\nc', "'=1+1"]);
  assert.equal(query(context.folder, "SELECT text FROM messages WHERE int_id = '4'")[0].text, "=1+1");
});

test("node-export: --json prints one object with all sums", async (t) => {
  const context = await setUp(t, { messages: 2500 });
  const { code, output, errors } = await run(context, "--json");
  assert.equal(code, 0);
  assert.equal(errors, "");
  const { messages: all } = context.emulator.state;
  const { byStatus, byOperator, bySender, ...report } = JSON.parse(output);
  assert.deepEqual(report, {
    status: "complete",
    database: "history.db",
    csv: "history.csv",
    isResumed: false,
    messages: 2500,
    parts: all.reduce((total, { smsCnt }) => total + smsCnt, 0),
    cost: sumCosts(all),
  });
  for (const [sums, column, field] of [
    [byStatus, "status", "status"],
    [byOperator, "operator", "operator"],
    [bySender, "sender", "senderId"],
  ]) {
    assert.deepEqual(new Set(sums.map((row) => row[column])), new Set(all.map((message) => message[field])));
    for (const row of sums) {
      const members = all.filter((message) => message[field] === row[column]);
      assert.equal(row.messages, members.length);
      assert.equal(row.cost, sumCosts(members));
    }
  }
});

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

test("node-export: a later export updates the messages", async (t) => {
  const context = await setUp(t, { messages: 100 });
  assert.equal((await run(context)).code, 0);
  for (const message of context.emulator.state.messages) message.status = 2;
  context.emulator.state.addMessage({ phone: "79990000001", message: "new" });
  assert.equal((await run(context)).code, 0);
  await assertComplete(context);
  const [row] = query(context.folder, "SELECT COUNT(*) AS count FROM messages WHERE status = 2");
  assert.ok(row.count >= 100);
});

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

test("node-export: a wrong key is exit code 3, and is not shown", async (t) => {
  const context = await setUp(t, { messages: 10 });
  const { code, output, errors } = await run({ ...context, key: "hidden-key" }, "--json");
  assert.equal(code, 3);
  assert.match(errors, /^unauthorized: /);
  assert.equal(JSON.parse(output).error.code, "unauthorized");
  assert.ok(!(output + errors).includes("hidden-key"));
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

test("node-export: wrong options and missing credentials are exit code 2, before anything is written", async (t) => {
  const context = await setUp(t, { messages: 10 });
  for (const [args, message] of [
    [["--form", "2026-11-01"], /unknown option '--form'.*--from/s],
    [["--from", "1.11.2026"], /2026-11-01/],
    [["--channel", "fax"], /Allowed choices are all, sms, email/],
    [["--csv", "missing/history.csv"], /cannot be written/],
  ]) {
    const { code, errors } = await run(context, ...args);
    assert.equal(code, 2, errors);
    assert.match(errors, message);
  }
  const { code, errors } = await run({ ...context, key: "" });
  assert.equal(code, 2);
  assert.match(errors, /SMSC_API_KEY/);
  assert.ok(!existsSync(join(context.folder, "history.db")));
  const reversed = await run(context, "--from", "2026-11-02", "--to", "2026-11-01");
  assert.equal(reversed.code, 2);
  assert.equal((await run(context)).code, 0, "the failed export is not continued");
  assert.equal(context.emulator.requests.length > 0, true);
});

test("node-export: --help lists the exit codes", async (t) => {
  const { code, output } = await run(await setUp(t, { messages: 0 }), "--help");
  assert.equal(code, 0);
  assert.match(output, /130 {2}stopped by Ctrl-C/);
});

test("node-export: the demo runs on the emulator", async () => {
  const folder = await mkdtemp(join(root, "demo-"));
  const child = spawn(process.execPath, [join(example, "demo.mjs"), "--json"], { cwd: folder });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  const [code] = await once(child, "close");
  assert.equal(code, 0);
  assert.equal(JSON.parse(output).messages, 12_000);
  assert.ok(existsSync(join(folder, "demo.csv")));
});
