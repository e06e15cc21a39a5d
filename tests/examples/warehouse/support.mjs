/** Runs the command of the example `examples-js/warehouse` against the emulator on a port, and reads its files. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { pathToFileURL } from "node:url";

// The folder of the installed example.
export const example = process.cwd();
const installed = createRequire(join(example, "warehouse.mjs"));
const load = (name) => import(pathToFileURL(installed.resolve(name)));
export const { createEmulator, faults } = await load("smsc-wasm/testing");
export const { createClient, messageSchema } = await load("smsc-wasm");
const { DuckDBInstance } = await load("@duckdb/node-api");
const { tableFromIPC } = await load("@uwdata/flechette");

export const root = await mkdtemp(join(tmpdir(), "smsc-warehouse-"));
after(() => rm(root, { recursive: true, force: true }));

/** The noon of a day at UTC. Messages of the emulator are older. */
export const NOW = Date.UTC(2026, 10, 22, 12);

/** An emulator on a port, a client of it without limits, and an empty folder to run in. */
export async function setUp(t, seed) {
  const emulator = createEmulator({ limits: false, now: NOW, ...seed });
  const service = await emulator.listen();
  t.after(() => service.close());
  const folder = await mkdtemp(join(root, "run-"));
  const client = await createClient(emulator.clientOptions({ rateLimit: "off" }));
  return { emulator, client, url: service.url, folder, data: join(folder, "data") };
}

/** A finished task with a file. */
export const taskOf = (id, content) => ({ id, name: `task ${id}`, status: 2, file: `${id}.csv`, content, due: [] });

/**
 * Starts the command in `folder`. `result` is its exit code and output.
 *
 * @param {{ url: string, folder: string, key?: string, command?: string[] }} context `command` runs Node.js with other limits.
 */
export function start({ url, folder, key = "demo-key", command = [] }, ...args) {
  const { SMSC_API_KEY, SMSC_LOGIN, SMSC_PASSWORD, SMSC_REGION, ...env } = process.env;
  const [program, ...rest] = [...command, process.execPath, join(example, "warehouse.mjs"), ...args];
  const child = spawn(program, rest, {
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

export const run = (context, ...args) => start(context, ...args).result;

/** Runs a command that must succeed. Returns its output. */
export async function succeed(context, ...args) {
  const { code, output, errors } = await run(context, ...args);
  assert.equal(errors, "");
  assert.equal(code, 0);
  return output;
}

/** The result of `query --json`. */
export const queryJson = async (context, ...args) => JSON.parse(await succeed(context, "query", "--json", ...args));

/** A file of several chunks. */
export const largeFile = () => {
  let content = "phone;text;cost\n";
  for (let index = 0; index < 120_000; index++)
    content += `${79990000000 + index};Сообщение ${index} о заказе;${index % 9}.5\n`;
  return content;
};

/** The names and contents of the files in a folder. */
export async function contentsOf(folder) {
  const names = await readdir(folder).catch(() => []);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "hex")])),
  );
}

/** Rewrites a decimal without the zeros that do not count. */
export const plainDecimal = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

const PLAIN = {
  DuckDBDecimalValue: (value) => plainDecimal(value.toString()),
  DuckDBTimestampTZValue: (value) => new Date(Number(value.micros / 1000n)).toISOString(),
};
const plainValue = (value) => {
  if (typeof value === "bigint") return Number(value);
  return PLAIN[value?.constructor.name]?.(value) ?? value;
};

/** The rows that DuckDB reads from a database or a Parquet file, with decimals and times as texts. */
async function readWithDuckDb(sql, setup) {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    if (setup) await connection.run(setup);
    const rows = (await connection.runAndReadAll(sql)).getRowObjects();
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)])));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The rows of an Arrow file. */
async function readArrow(file) {
  const table = tableFromIPC(await readFile(file), { useBigInt: true, useDecimalInt: true, useDate: true });
  const isDecimal = (name) => table.schema.fields.find((field) => field.name === name).type.scale === 6;
  const plain = (name, value) => {
    if (value instanceof Date) return value.toISOString();
    if (typeof value !== "bigint") return value;
    return isDecimal(name) ? plainDecimal(decimalOf(value)) : Number(value);
  };
  return table.toArray().map((row) => Object.fromEntries(table.names.map((name) => [name, plain(name, row[name])])));
}

const SCALE = 6;
const decimalOf = (units) => {
  const digits = String(units < 0n ? -units : units).padStart(SCALE + 1, "0");
  return `${units < 0n ? "-" : ""}${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`;
};

/** Adds decimals exactly. */
export function addDecimals(texts) {
  let units = 0n;
  for (const text of texts) {
    const [, sign, integer, fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
    const value = BigInt(integer + fraction.padEnd(SCALE, "0"));
    units += sign ? -value : value;
  }
  return plainDecimal(decimalOf(units));
}

/** The rows of a table in each format. */
export const readTable = (folder, table) => ({
  parquet: () => readWithDuckDb(`SELECT * FROM read_parquet('${join(folder, `${table}.parquet`)}')`),
  duckdb: () =>
    readWithDuckDb(
      `SELECT * FROM source.${table}`,
      `ATTACH '${join(folder, `${table}.duckdb`)}' AS source (READ_ONLY)`,
    ),
  arrow: () => readArrow(join(folder, `${table}.arrows`)),
});

/** The types of the columns in the two formats that DuckDB reads. */
export const typesOf = async (folder, table) => {
  const { parquet, duckdb } = {
    parquet: await readWithDuckDb(`DESCRIBE SELECT * FROM read_parquet('${join(folder, `${table}.parquet`)}')`),
    duckdb: await readWithDuckDb(
      `DESCRIBE source.${table}`,
      `ATTACH '${join(folder, `${table}.duckdb`)}' AS source (READ_ONLY)`,
    ),
  };
  const toObject = (rows) => Object.fromEntries(rows.map(({ column_name, column_type }) => [column_name, column_type]));
  return { parquet: toObject(parquet), duckdb: toObject(duckdb) };
};

/** Checks that each format has the rows, in their order. */
export async function assertTable(folder, table, expected) {
  for (const [format, read] of Object.entries(readTable(folder, table))) {
    const rows = await read();
    assert.equal(rows.length, expected.length, format);
    for (const [index, row] of rows.entries()) assert.deepEqual(row, expected[index], `${format}, row ${index}`);
  }
}

/** The row of a message: every field of the schema. */
export function rowOfMessage(message) {
  const toValue = (name, type) => {
    const value = message[name];
    if (name.endsWith("Timestamp")) return value === undefined ? null : new Date(value * 1000).toISOString();
    if (name === "id") return String(value ?? "");
    if (type === "integer") return value ?? null;
    if (type === "decimal") return value === undefined ? null : plainDecimal(value);
    return value ?? "";
  };
  return Object.fromEntries(Object.entries(messageSchema).map(([name, { type }]) => [name, toValue(name, type)]));
}
