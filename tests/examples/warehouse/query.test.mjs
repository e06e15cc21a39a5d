/** The sums of the example `examples-js/warehouse`, compared with sums of the rows. */
import assert from "node:assert/strict";
import { readFile, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { example, NOW, queryJson, run, setUp, succeed, taskOf } from "./support.mjs";
import { addDecimals, plainDecimal } from "./tables.mjs";

const PERIOD = ["--from", "2026-11-01", "--to", "2026-11-22"];
const QUERY = { start: "2026-11-01", end: "2026-11-22", channel: "all" };
const COSTS = ["0.1", "0.2", "3.6", "0.0125", "12345678.9", "0", "-0.3", "0.000001"];
const OPERATORS = ["МТС", "Билайн", "", "O'Neil"];

/** Messages of some days, with many at each hour: a day of UTC+3 begins at 21:00 UTC. */
const MESSAGES = Array.from({ length: 400 }, (_, index) => ({
  sendTimestamp: NOW / 1000 - 60 - index * 1800,
  cost: COSTS[index % COSTS.length],
  operator: OPERATORS[index % OPERATORS.length],
  status: index % 3,
  senderId: `S${index % 2}`,
  type: 0,
}));

const dayOf = ({ sendTimestamp }) => new Date((sendTimestamp + 3 * 3600) * 1000).toISOString().slice(0, 10);

/** Sums by a function of a row, in the order of the keys. */
function sumsBy(rows, keyOf) {
  const groups = new Map();
  for (const row of rows) {
    const key = JSON.stringify(keyOf(row));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const sums = [...groups].map(([key, members]) => ({
    group: JSON.parse(key),
    messages: members.length,
    cost: addDecimals(members.map(({ cost }) => cost)),
  }));
  return new Set(sums.map((sum) => JSON.stringify(sum)));
}

const setOf = ({ rows }) => new Set(rows.map((row) => JSON.stringify({ ...row, cost: plainDecimal(row.cost) })));

async function exported(t, ...args) {
  const context = await setUp(t, { messages: MESSAGES });
  await succeed(context, "export", ...PERIOD, ...args);
  return { context, messages: await context.client.history.iterate(QUERY).toArray(1000) };
}

test("warehouse: query sums the costs by operator and day, exactly", async (t) => {
  const { context, messages } = await exported(t);
  assert.equal(messages.length, MESSAGES.length);
  const result = await queryJson(context);
  assert.deepEqual(
    setOf(result),
    sumsBy(messages, (message) => ({ operator: message.operator, day: dayOf(message) })),
  );
  assert.equal(result.messages, messages.length);
  assert.equal(plainDecimal(result.cost), addDecimals(messages.map(({ cost }) => cost)));
  const days = result.rows.filter(({ group }) => group.operator === "МТС").map(({ group }) => group.day);
  assert.deepEqual(days, [...days].sort());
});

test("warehouse: query groups by other columns, in both formats", async (t) => {
  const { context, messages } = await exported(t, "--format", "parquet,duckdb");
  const check = async (file) => {
    const byStatus = await queryJson(context, "--by", "status,sender");
    assert.equal(byStatus.file, file);
    const group = ({ status, senderId }) => ({ status: String(status), sender: senderId });
    assert.deepEqual(setOf(byStatus), sumsBy(messages, group));
    const byMonth = await queryJson(context, "--by", "month");
    assert.deepEqual(
      setOf(byMonth),
      sumsBy(messages, () => ({ month: "2026-11" })),
    );
    const byCost = await queryJson(context, "--by", "cost");
    assert.deepEqual(
      byCost.rows.map(({ group, messages: count }) => [plainDecimal(group.cost), count]),
      [...COSTS].sort((one, other) => one - other).map((cost) => [cost, messages.length / COSTS.length]),
    );
    const byDay = await queryJson(context, "--by", "day");
    assert.deepEqual(
      setOf(byDay),
      sumsBy(messages, (message) => ({ day: dayOf(message) })),
    );
  };
  await utimes(join(context.data, "messages.parquet"), 1, 1);
  await check("data/messages.duckdb");
  await utimes(join(context.data, "messages.duckdb"), 0, 0);
  await check("data/messages.parquet");
  await rm(join(context.data, "messages.duckdb"));
  await check("data/messages.parquet");
});

test("warehouse: query prints a table", async (t) => {
  const context = await setUp(t, {
    messages: [
      { operator: "МТС\u001b[31m", cost: "0.10", sendTimestamp: Date.UTC(2026, 10, 20, 21, 30) / 1000 },
      { operator: "", cost: "1.025", sendTimestamp: Date.UTC(2026, 10, 20, 20, 30) / 1000 },
    ],
  });
  await succeed(context, "export", ...PERIOD);
  const output = await succeed(context, "query", "--by", "operator,day");
  assert.match(output, /│ operator +│ day +│ messages │ +cost │/);
  assert.match(output, /│ none +│ 2026-11-20 │ +1 │ 1\.025 │/);
  assert.match(output, /│ МТС \[31m │ 2026-11-21 │ +1 │ 0\.100 │/);
  assert.match(output, /^2 messages for 1\.125 in the account's currency\nRead from data\/messages\.duckdb$/m);
});

test("warehouse: query sums a task's file by its titles", async (t) => {
  const context = await setUp(t, { messages: 0 });
  await succeed(context, "export", "--task", "301");
  const rows = [];
  for await (const row of context.client.tasks.rows({ id: 301 }, { header: true })) {
    rows.push({ ...row, cost: row.Стоимость });
  }
  const day = (row) => row["Дата отправки"].slice(0, 10).split(".").reverse().join("-");
  const byDay = await queryJson(context, "--task", "301");
  assert.deepEqual(
    setOf(byDay),
    sumsBy(rows, (row) => ({ operator: row.Оператор, day: day(row) })),
  );
  assert.ok(byDay.rows.length > 100);
  const byTitle = await queryJson(context, "--task", "301", "--by", "страна,Регион,sender");
  const group = (row) => ({ страна: row.Страна, Регион: row.Регион, sender: row.Отправитель });
  assert.deepEqual(setOf(byTitle), sumsBy(rows, group));
});

test("warehouse: query takes the columns of costs and dates that are named", async (t) => {
  const context = await setUp(t, {
    messages: 0,
    tasks: [taskOf(12, 'Кто;Когда;"Сколько ""нетто"""\nA;21.11.2026 23:59;1,5\nB;2026-11-21;2\nA;;0,25\n')],
  });
  await succeed(context, "export", "--task", "12", "--cost", 'Сколько "нетто"');
  const { rows } = await queryJson(context, "--task", "12", "--by", "кто,day", "--date", "когда");
  assert.deepEqual(rows, [
    { group: { кто: "A", day: "2026-11-21" }, messages: 1, cost: "1.50" },
    { group: { кто: "A", day: null }, messages: 1, cost: "0.25" },
    { group: { кто: "B", day: "2026-11-21" }, messages: 1, cost: "2.00" },
  ]);
  const { code, errors } = await run(context, "query", "--task", "12", "--by", "day");
  assert.equal(code, 2);
  assert.match(errors, /No column is known to be the date\. Name it: --date <title>\./);
});

test("warehouse: query refuses an unknown column, and lists the columns", async (t) => {
  const { context } = await exported(t);
  for (const args of [
    ["--by", "oparator"],
    ["--by", "toString"],
    ["--by", "day", "--date", "missing"],
  ]) {
    const { code, errors } = await run(context, "query", ...args);
    assert.equal(code, 2);
    assert.match(errors, /^Unknown column ".*"\. Groups are day, month and the columns: status, .*operator/);
  }
});

test("warehouse: --help lists the commands, groups and exit codes", async (t) => {
  const context = await setUp(t, { messages: 0 });
  assert.match(await succeed(context, "--help"), /export .*query /s);
  const help = await succeed(context, "export", "--help");
  assert.match(help, /130 {2}stopped by Ctrl-C/);
  const readme = await readFile(join(example, "README.md"), "utf8");
  const variables = help.match(/SMSC_\w+/g);
  assert.deepEqual(
    variables.filter((name) => !readme.includes(name)),
    [],
  );
  assert.ok(variables.includes("SMSC_BASE_URL"));
  assert.match(await succeed(context, "query", "--help"), /UTC\+3/);
});
