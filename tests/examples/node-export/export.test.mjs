/** The output, the files and the exit codes of the example `examples-js/node-export`. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { assertComplete, example, parseCsv, query, root, run, setUp, sumCosts } from "./support.mjs";

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

test("node-export: a wrong key is exit code 3, and is not shown", async (t) => {
  const context = await setUp(t, { messages: 10 });
  const { code, output, errors } = await run({ ...context, key: "hidden-key" }, "--json");
  assert.equal(code, 3);
  assert.match(errors, /^unauthorized: /);
  assert.equal(JSON.parse(output).error.code, "unauthorized");
  assert.ok(!(output + errors).includes("hidden-key"));
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
