/** Sums the costs of an exported table by groups. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { sumCosts } from "smsc-wasm";
import { fileName } from "./export/tables.mjs";
import { quoteName, quotePath, quotePattern, quoteText } from "./names.mjs";
import { UsageError } from "./outcome.mjs";
import { MESSAGES, taskTableName } from "./schema.mjs";
import { TableColumns } from "./table-columns.mjs";

/** The files that DuckDB can read, with the SQL of their tables. */
const READERS = {
  duckdb: (path, table) => ({
    prepare: `ATTACH ${quotePath(path)} AS source (READ_ONLY)`,
    relation: `source.${quoteName(table)}`,
  }),
  // By default, a folder such as `day=1` adds a column.
  parquet: (path) => ({ relation: `read_parquet(${quotePattern(path)}, hive_partitioning = false)` }),
};

/** The newest file of the table. */
async function findFile(folder, table) {
  const files = [];
  for (const format of Object.keys(READERS)) {
    const path = join(folder, fileName(table, format));
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) files.push({ path, format, mtimeMs: found.mtimeMs });
  }
  const [newest] = files.sort((one, other) => other.mtimeMs - one.mtimeMs);
  if (newest) return newest;
  const names = Object.keys(READERS).map((format) => fileName(table, format));
  throw new UsageError(`The folder ${folder} has no ${names.join(" or ")}. Run the command export first.`);
}

/** The formats of the groups that are made of the time of the sending. */
const TIME_FORMATS = new Map([
  ["day", "%Y-%m-%d"],
  ["month", "%Y-%m"],
]);

/** No group needs the time. */
const NO_SENDING = { value: "NULL", time: "NULL" };

/** The SQL of a group. `time` is that of the sending. */
const groupExpression = (name, columns, time) =>
  TIME_FORMATS.has(name) ? `strftime(${time}, ${quoteText(TIME_FORMATS.get(name))})` : quoteName(columns.named(name));

/** Removes the zeros that all decimals end with, and leaves two digits after the point. */
function shortenDecimals(decimals) {
  const zeros = decimals.reduce((least, text) => Math.min(least, /0*$/.exec(text)[0].length), Infinity);
  const digits = decimals[0]?.split(".")[1]?.length ?? 0;
  const surplus = Math.max(0, Math.min(zeros, digits - 2));
  return surplus === 0 ? decimals : decimals.map((text) => text.slice(0, -surplus));
}

/**
 * Sums the costs of the messages in each group, exactly.
 *
 * @param {{ in: string, by: string[], task?: string, date?: string }} options
 * @param {AbortSignal} signal
 */
export async function queryCosts({ in: folder, by, task, date }, signal) {
  const table = task === undefined ? MESSAGES.name : taskTableName(task);
  const { path, format } = await findFile(folder, table);
  const { prepare, relation } = READERS[format](path, table);
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  signal.addEventListener("abort", () => connection.interrupt(), { once: true });
  const read = (sql) =>
    connection.runAndReadAll(sql).catch((cause) => {
      throw new Error(`${path} cannot be read: ${cause.message}`, { cause });
    });
  try {
    if (prepare) await read(prepare);
    const description = await read(`DESCRIBE SELECT * FROM ${relation}`);
    const types = description.getRowObjects().map(({ column_name, column_type }) => [column_name, column_type]);
    const columns = new TableColumns(new Map(types), task !== undefined);
    const costs = columns.cost();
    if (!costs) throw new UsageError(`${path} has no column of costs. Export the task again with --cost <title>.`);
    const sending = by.some((name) => TIME_FORMATS.has(name)) ? columns.sending(date) : NO_SENDING;
    const groups = by.map((name) => groupExpression(name, columns, sending.time));
    const keys = groups.map((group) => `CAST(${group} AS VARCHAR)`);
    const sum = `CAST(coalesce(sum(${quoteName(costs)}), 0) AS VARCHAR)`;
    const numbers = [`count(${sending.value})`, `count(${sending.time})`, "count(*)", sum];
    const order = groups.join(", ");
    const result = await read(
      `SELECT ${[...keys, ...numbers].join(", ")} FROM ${relation} GROUP BY ${order} ORDER BY ${order}`,
    );
    const records = result.getRows();
    return { ...report(path, by, records), invalidDates: countInvalidDates(records, sending.column) };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function report(file, by, records) {
  const rows = records.map((record) => ({
    group: Object.fromEntries(by.map((name, index) => [name, record[index]])),
    messages: Number(record.at(-2)),
    cost: record.at(-1),
  }));
  const costs = shortenDecimals([...rows.map(({ cost }) => cost), sumCosts(rows)]);
  return {
    file,
    messages: rows.reduce((total, { messages }) => total + messages, 0),
    cost: costs.at(-1),
    rows: rows.map((row, index) => ({ ...row, cost: costs[index] })),
  };
}

/** The number of values that should be dates and are not. If none of them is one, the column is the wrong one. */
function countInvalidDates(records, column) {
  const [values, dates] = [-4, -3].map((index) =>
    records.reduce((total, record) => total + Number(record.at(index)), 0),
  );
  if (values > 0 && dates === 0) {
    throw new UsageError(`Column "${column}" has no date such as 21.11.2026. Name another: --date <title>.`);
  }
  return values - dates;
}
