/** Sums the costs of an exported table by groups. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { sumCosts } from "smsc-wasm";
import { fileName } from "./export/tables.mjs";
import { quoteName, quoteText } from "./names.mjs";
import { UsageError } from "./outcome.mjs";
import { MESSAGES, taskTableName } from "./schema.mjs";
import { titleOf } from "./titles.mjs";

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

/** The columns that the words of `--by` mean, and that of the costs. */
function columnsOf(types, task, dateTitle) {
  const names = Object.keys(types);
  const find = (kind) => (task === undefined ? { date: "sendTimestamp", sender: "senderId" }[kind] : titleOf(kind, names));
  const named = (name) => names.find((column) => column.toLowerCase() === name.toLowerCase());
  if (dateTitle !== undefined && !named(dateTitle)) throw unknownColumn(dateTitle, names);
  return {
    cost: names.find((name) => types[name].startsWith("DECIMAL")),
    date: dateTitle === undefined ? find("date") : named(dateTitle),
    group: (name) => named(name) ?? find(name) ?? raise(unknownColumn(name, names)),
  };
}

const unknownColumn = (name, names) =>
  new UsageError(`There is no column "${name}". Groups are day, month and the columns: ${names.join(", ")}.`);

function raise(error) {
  throw error;
}

/** The SQL of a group. */
function groupExpression(name, columns, types) {
  if (name !== "day" && name !== "month") return quoteName(columns.group(name));
  const { date } = columns;
  if (date === undefined) throw new UsageError(`No column is known to be the date. Name it: --date <title>.`);
  const column = quoteName(date);
  const time =
    types[date] === "VARCHAR"
      ? `strptime(nullif(${column}, ''), [${DATE_FORMATS.map(quoteText).join(", ")}])`
      : `(${column} AT TIME ZONE ${quoteText(SERVICE_ZONE)})`;
  return `strftime(${time}, ${quoteText(name === "day" ? "%Y-%m-%d" : "%Y-%m")})`;
}

/** Removes the zeros that all decimals end with, up to two digits after the point. */
function shortenDecimals(decimals) {
  const zeros = Math.min(...decimals.map((text) => /0*$/.exec(text)[0].length));
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
    const types = Object.fromEntries(
      description.getRowObjects().map(({ column_name, column_type }) => [column_name, column_type]),
    );
    const columns = columnsOf(types, task, date);
    if (!columns.cost) {
      throw new UsageError(`${path} has no column of costs. Export the task again with --cost <title>.`);
    }
    const groups = by.map((name) => groupExpression(name, columns, types));
    const keys = groups.map((group, index) => `CAST(${group} AS VARCHAR) AS key_${index}`);
    const sums = `count(*) AS messages, CAST(coalesce(sum(${quoteName(columns.cost)}), 0) AS VARCHAR) AS cost`;
    const order = groups.join(", ");
    const result = await connection.runAndReadAll(
      `SELECT ${[...keys, sums].join(", ")} FROM ${relation} GROUP BY ${order} ORDER BY ${order}`,
    );
    return report(path, by, result.getRowObjects());
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function report(file, by, records) {
  const rows = records.map(({ messages, cost, ...keys }) => ({
    group: Object.fromEntries(by.map((name, index) => [name, keys[`key_${index}`]])),
    messages: Number(messages),
    cost,
  }));
  const costs = shortenDecimals([...rows.map(({ cost }) => cost), sumCosts(rows)]);
  return {
    file,
    messages: rows.reduce((total, { messages }) => total + messages, 0),
    cost: costs.at(-1),
    rows: rows.map((row, index) => ({ ...row, cost: costs[index] })),
  };
}
