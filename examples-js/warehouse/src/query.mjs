/** Sums the costs of an exported table by groups. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { sumCosts } from "smsc-wasm";
import { fileName } from "./export/tables.mjs";
import { quoteName, quoteText } from "./names.mjs";
import { UsageError } from "./outcome.mjs";
import { MESSAGES, taskTableName } from "./schema.mjs";
import { TableColumns } from "./table-columns.mjs";

/** The service's time, UTC+3. The sign of such a zone is opposite to the usual one. */
const SERVICE_ZONE = "Etc/GMT-3";

/** The dates of task files, in the service's time. */
const DATE_FORMATS = ["%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"];

/** The files that DuckDB can read, with the SQL of their tables. */
const READERS = {
  duckdb: (path, table) => ({
    prepare: `ATTACH ${quoteText(path)} AS source (READ_ONLY)`,
    relation: `source.${quoteName(table)}`,
  }),
  parquet: (path) => ({ relation: `read_parquet(${quoteText(path)})` }),
};

/** The newest file of the table. */
async function findFile(folder, table) {
  const files = [];
  for (const format of Object.keys(READERS)) {
    const path = join(folder, fileName(table, format));
    const { mtimeMs } = await stat(path).catch(() => ({}));
    if (mtimeMs !== undefined) files.push({ path, format, mtimeMs });
  }
  const [newest] = files.sort((one, other) => other.mtimeMs - one.mtimeMs);
  if (newest) return newest;
  const names = Object.keys(READERS).map((format) => fileName(table, format));
  throw new UsageError(`The folder ${folder} has no ${names.join(" or ")}. Run the command export first.`);
}

/** The SQL of a group. */
function groupExpression(name, columns, dateTitle) {
  if (name !== "day" && name !== "month") return quoteName(columns.named(name));
  const date = columns.date(dateTitle);
  const time = columns.isText(date)
    ? `strptime(nullif(${quoteName(date)}, ''), [${DATE_FORMATS.map(quoteText).join(", ")}])`
    : `(${quoteName(date)} AT TIME ZONE ${quoteText(SERVICE_ZONE)})`;
  return `strftime(${time}, ${quoteText(name === "day" ? "%Y-%m-%d" : "%Y-%m")})`;
}

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
  try {
    if (prepare) await connection.run(prepare);
    const description = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${relation}`);
    const types = description.getRowObjects().map(({ column_name, column_type }) => [column_name, column_type]);
    const columns = new TableColumns(new Map(types), task !== undefined);
    const costs = columns.cost();
    if (!costs) throw new UsageError(`${path} has no column of costs. Export the task again with --cost <title>.`);
    const groups = by.map((name) => groupExpression(name, columns, date));
    const keys = groups.map((group) => `CAST(${group} AS VARCHAR)`);
    const sums = `count(*), CAST(coalesce(sum(${quoteName(costs)}), 0) AS VARCHAR)`;
    const order = groups.join(", ");
    const result = await connection.runAndReadAll(
      `SELECT ${[...keys, sums].join(", ")} FROM ${relation} GROUP BY ${order} ORDER BY ${order}`,
    );
    return report(path, by, result.getRows());
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
