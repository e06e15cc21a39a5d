/** The files of the example `examples-js/warehouse`, compared with the rows of the same data. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { example, faults, NOW, queryJson, root, run, setUp, succeed, taskOf } from "./support.mjs";
import { assertTable, plainDecimal, rowOfMessage, typesOf } from "./tables.mjs";

const PERIOD = ["--from", "2026-11-01", "--to", "2026-11-22"];
const QUERY = { start: "2026-11-01", end: "2026-11-22", channel: "all" };

/** Messages with what is hard to store: large ids, long decimals, missing numbers, quotes, line breaks, Cyrillic. */
const SPECIAL = [
  { intId: "18446744073709551615", id: 9_007_199_254_740_991, cost: "123456789012.123457", message: 'a "b",\nc; d' },
  { intId: "9007199254740993", id: 5, cost: "0.1", operator: "МТС", message: "Привет, 🙂 ё" },
  { intId: "5", cost: "0.2", err: 6, flag: 1, operator: "O'Neil", country: "" },
  { intId: "4", cost: "-0.000001", message: "", senderId: "", mccmnc: "" },
  { intId: "3", cost: "0", type: 8, format: 8, phone: "a@b.example", operator: "", senderId: "i@s.example" },
].map((message, index) => ({ sendTimestamp: NOW / 1000 - 60 - index, ...message }));

test("warehouse: every format has the values of history.iterate", async (t) => {
  const context = await setUp(t, { messages: SPECIAL });
  await succeed(context, "export", ...PERIOD);
  const messages = await context.client.history.iterate(QUERY).toArray(100);
  assert.equal(messages.length, SPECIAL.length);
  const rows = messages.map(rowOfMessage);
  assert.equal(rows.filter(({ flag }) => flag === null).length, SPECIAL.length - 1);
  assert.equal(rows[0].cost, "123456789012.123457");
  await assertTable(context.data, "messages", rows);
});

test("warehouse: ids beyond 2^53 are exact, and missing values are NULL or empty", async (t) => {
  const context = await setUp(t, {
    messages: Array.from({ length: 1500 }, (_, index) => ({ sendTimestamp: NOW / 1000 - 60 - index, type: 0 })),
  });
  const page =
    '[{"id":"9007199254740993","phone":"7","cost":"1.5"},{"id":9223372036854775807},{"int_id":"5","err":6},{"id":12}]';
  // Of each two requests, the second page is this one: its ids are texts, and those of the first are numbers.
  const { requests, faults: list } = context.emulator;
  list.push(faults.replacedBody(page, { when: () => requests.length % 2 === 0, times: Infinity }));
  await succeed(context, "export", ...PERIOD, "--channel", "sms");
  const messages = await context.client.history.iterate({ ...QUERY, channel: "sms" }).toArray(5000);
  assert.equal(messages.length, 1004);
  const rows = messages.map(rowOfMessage);
  assert.deepEqual(
    rows.slice(-4).map(({ id }) => id),
    ["9007199254740993", "9223372036854775807", "", "12"],
  );
  assert.deepEqual(
    [rows.at(-1).cost, rows.at(-1).status, rows.at(-1).sendTimestamp, rows.at(-1).phone],
    [null, null, null, ""],
  );
  await assertTable(context.data, "messages", rows);
});

test("warehouse: a history of several chunks is complete, once and in order", async (t) => {
  const context = await setUp(t, {
    messages: Array.from({ length: 21_500 }, (_, index) => ({ sendTimestamp: NOW / 1000 - 60 - index, type: 0 })),
  });
  assert.match(
    await succeed(context, "export", ...PERIOD, "--channel", "sms"),
    /^messages: 21,500 rows in messages\.parquet, /,
  );
  const arrow = await readFile(join(context.data, "messages.arrows"), "latin1");
  assert.equal(arrow.split("lastTimestamp").length, 2, "the stream has one schema");
  const messages = await context.client.history.iterate({ ...QUERY, channel: "sms" }).toArray(50_000);
  await assertTable(context.data, "messages", messages.map(rowOfMessage));
});

test("warehouse: costs are decimals and times are instants in UTC", async (t) => {
  const context = await setUp(t, { messages: SPECIAL });
  await succeed(context, "export", ...PERIOD);
  const { parquet, duckdb } = await typesOf(context.data, "messages");
  assert.deepEqual(parquet, duckdb);
  const { cost, sendTimestamp, lastTimestamp, id, intId, phone, status } = duckdb;
  assert.deepEqual(
    [cost, sendTimestamp, lastTimestamp],
    ["DECIMAL(18,6)", ...Array(2).fill("TIMESTAMP WITH TIME ZONE")],
  );
  assert.deepEqual([id, intId, phone, status], ["VARCHAR", "VARCHAR", "VARCHAR", "BIGINT"]);
});

test("warehouse: every format has the rows of a task's file", async (t) => {
  const context = await setUp(t, { messages: 0 });
  await succeed(context, "export", "--task", "301");
  const expected = [];
  for await (const row of context.client.tasks.rows({ id: 301 }, { header: true })) {
    expected.push({ ...row, Стоимость: plainDecimal(row.Стоимость) });
  }
  assert.equal(expected.length, 5000);
  await assertTable(context.data, "task_301", expected);
  assert.deepEqual((await readdir(context.data)).sort(), ["task_301.arrows", "task_301.duckdb", "task_301.parquet"]);
});

test("warehouse: a large file is exported in little memory", async (t) => {
  const line = (index) =>
    `${index};7999${String(index).padStart(7, "0")};Сообщение ${"о заказе ".repeat(20)}${index};${index % 7}.5\n`;
  let content = "ID;Телефон;Сообщение;Стоимость\n";
  for (let index = 0; index < 200_000; index++) content += line(index);
  const context = await setUp(t, { messages: 0, tasks: [taskOf(12, content)] });
  // The rows take more than this as objects or columns: 200,000 texts of 200 UTF-16 units are 80 MB alone.
  const command = ["/usr/bin/env", "NODE_OPTIONS=--max-old-space-size=80"];
  const output = await succeed({ ...context, command }, "export", "--task", "12");
  assert.match(output, /^task_12: 200,000 rows/);
});

test("warehouse: a file of long texts is exported in little memory", async (t) => {
  const text = "о заказе ".repeat(222);
  const lines = Array.from({ length: 21_000 }, (_, index) => `${index};${text}${index};1.5\n`);
  const context = await setUp(t, { messages: 0, tasks: [taskOf(12, `phone;text;cost\n${lines.join("")}`)] });
  // 20,000 of these texts take 80 MB.
  const command = ["/usr/bin/env", "NODE_OPTIONS=--max-old-space-size=60"];
  const output = await succeed({ ...context, command }, "export", "--task", "12");
  assert.match(output, /^task_12: 21,000 rows/);
  const { messages, cost } = await queryJson(context, "--task", "12", "--by", "cost");
  assert.deepEqual([messages, cost], [21_000, "31500.00"]);
});

test("warehouse: columns of a file: other case, no title, no header, a comma in the costs", async (t) => {
  const context = await setUp(t, {
    messages: 0,
    tasks: [
      taskOf(11, "Phone;phone;;Цена\n1;2;3;1 234,50\n4;5\n"),
      taskOf(12, "79990000001;1.5\n79990000002;2.5\n"),
      taskOf(13, "phone;cost\n"),
    ],
  });
  await succeed(context, "export", "--task", "11");
  await assertTable(context.data, "task_11", [
    { Phone: "1", phone_2: "2", column_3: "3", Цена: "1234.5" },
    { Phone: "4", phone_2: "5", column_3: "", Цена: null },
  ]);
  await succeed(context, "export", "--task", "12", "--cost", "1");
  await assertTable(context.data, "task_12", [
    { 0: "79990000001", 1: "1.5" },
    { 0: "79990000002", 1: "2.5" },
  ]);
  await succeed(context, "export", "--task", "13");
  await assertTable(context.data, "task_13", []);
  assert.deepEqual((await typesOf(context.data, "task_13")).parquet, { phone: "VARCHAR", cost: "DECIMAL(18,6)" });
});

test("warehouse: an empty period gives tables without rows", async (t) => {
  const context = await setUp(t, { messages: SPECIAL });
  const output = await succeed(context, "export", "--from", "2026-01-01", "--to", "2026-01-31");
  assert.match(output, /^messages: 0 rows/);
  await assertTable(context.data, "messages", []);
  const { parquet, duckdb } = await typesOf(context.data, "messages");
  assert.equal(Object.keys(parquet).length, Object.keys(rowOfMessage(SPECIAL[0])).length);
  assert.deepEqual(parquet, duckdb);
  assert.match(await succeed(context, "query"), /^0 messages for 0 in /);
});

test("warehouse: --format and --out select the files, and an export replaces only its own", async (t) => {
  const context = await setUp(t, { messages: SPECIAL, tasks: [taskOf(12, "phone;cost\n1;2\n")] });
  const { tables } = JSON.parse(await succeed(context, "export", ...PERIOD, "--task", "12", "--json", "--out", "a/b"));
  assert.deepEqual(tables, [
    { table: "task_12", rows: 1, files: ["task_12.parquet", "task_12.duckdb", "task_12.arrows"] },
    { table: "messages", rows: 5, files: ["messages.parquet", "messages.duckdb", "messages.arrows"] },
  ]);
  const out = join(context.folder, "a/b");
  assert.equal((await readdir(out)).length, 6);
  context.emulator.state.addMessage({ phone: "79990000001", message: "new", sendTimestamp: NOW / 1000 - 30 });
  await succeed(context, "export", ...PERIOD, "--out", "a/b");
  const messages = await context.client.history.iterate(QUERY).toArray(100);
  assert.equal(messages.length, 6);
  await assertTable(out, "messages", messages.map(rowOfMessage));
  await succeed(context, "export", ...PERIOD, "--format", "arrow", "--out", "c");
  assert.deepEqual(await readdir(join(context.folder, "c")), ["messages.arrows"]);
});

test("warehouse: a task that is not ready is waited for", async (t) => {
  const context = await setUp(t, {
    messages: 0,
    tasks: [{ ...taskOf(12, "phone;cost\n1;2\n"), status: 1, due: [{ at: NOW + 2000, status: 2 }] }],
  });
  const running = run(context, "export", "--task", "12");
  while (context.emulator.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  context.emulator.advance(5000);
  const { code, output } = await running;
  assert.equal(code, 0);
  assert.match(output, /^task_12: 1 rows/);
});

test("warehouse: the demo runs on the emulator", async () => {
  const folder = await mkdtemp(join(root, "demo-"));
  const child = spawn(process.execPath, [join(example, "demo.mjs")], { cwd: folder });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  const [code] = await once(child, "close");
  assert.equal(code, 0);
  assert.match(output, /^5,000 messages for /m);
  assert.ok(existsSync(join(folder, "demo-data/messages.parquet")));
});
