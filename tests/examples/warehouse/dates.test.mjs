/** The days of a query of the example `examples-js/warehouse`, of values that are no dates. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { NOW, queryJson, run, setUp, succeed, taskOf } from "./support.mjs";

test("warehouse: a text that is no date has no day, and is counted", async (t) => {
  const file = "date;cost\n21.11.2026 10:00;1\n32.13.2026;2\n;4\n 2026-11-21 ;8\n29.02.2026 10:00;16\nyesterday;32\n";
  const context = await setUp(t, { messages: 0, tasks: [taskOf(12, file)] });
  await succeed(context, "export", "--task", "12");
  const byDay = await queryJson(context, "--task", "12", "--by", "day");
  assert.deepEqual(byDay.rows, [
    { group: { day: "2026-11-21" }, messages: 2, cost: "9.00" },
    { group: { day: null }, messages: 4, cost: "54.00" },
  ]);
  assert.equal(byDay.invalidDates, 3);
  const byMonth = await succeed(context, "query", "--task", "12", "--by", "month,day");
  assert.match(byMonth, /│ none +│ none +│ +4 │ 54\.00 │/);
  assert.match(byMonth, /^Dates that are not recognized: 3\. Their group is "none"\.$/m);
  const byCost = await succeed(context, "query", "--task", "12", "--by", "cost");
  assert.ok(!byCost.includes("not recognized"));
});

test("warehouse: a column without dates is exit code 2", async (t) => {
  const context = await setUp(t, {
    messages: [{ operator: "МТС", cost: "1", sendTimestamp: NOW / 1000 - 60 }],
    tasks: [taskOf(12, "phone;date;cost\n79990000001;n/a;1\n79990000002;;2\n")],
  });
  await succeed(context, "export", "--from", "2026-11-01", "--task", "12");
  const another = /Name another: --date <title>\.\n$/;
  for (const [args, message] of [
    [["--date", "cost"], /^Column "cost" has no dates, but DECIMAL\(18,6\)\. /],
    [["--date", "status"], /^Column "status" has no dates, but BIGINT\. /],
    [["--date", "operator"], /^Column "operator" has no date such as 21\.11\.2026\. /],
    [["--task", "12"], /^Column "date" has no date such as /],
    [["--task", "12", "--date", "COST"], /^Column "cost" has no dates, but /],
  ]) {
    const { code, errors, output } = await run(context, "query", "--by", "day", ...args);
    assert.deepEqual([code, output], [2, ""], errors);
    assert.match(errors, message);
    assert.match(errors, another);
  }
});

test("warehouse: a file that is damaged is named", async (t) => {
  const context = await setUp(t, { messages: [{ cost: "1", sendTimestamp: NOW / 1000 - 60 }] });
  for (const format of ["parquet", "duckdb"]) {
    const folder = `damaged-${format}`;
    await succeed(context, "export", "--from", "2026-11-01", "--format", format, "--out", folder);
    await writeFile(join(context.folder, folder, `messages.${format}`), "damaged".repeat(1000));
    const { code, errors } = await run(context, "query", "--in", folder);
    assert.equal(code, 1);
    assert.match(errors, new RegExp(`^damaged-${format}.messages.${format} cannot be read: `));
  }
});
