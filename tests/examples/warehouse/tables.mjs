/** Reads the files of the example `examples-js/warehouse`, and compares them with the expected rows. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { load, messageSchema } from "./support.mjs";

const { DuckDBInstance } = await load("@duckdb/node-api");
const { tableFromIPC } = await load("@uwdata/flechette");

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
