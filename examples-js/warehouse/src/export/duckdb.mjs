/** Writes a table into a DuckDB database. */
import {
  BIGINT,
  DuckDBDataChunk,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBTimestampTZValue,
  DECIMAL as decimalType,
  TIMESTAMPTZ,
  VARCHAR,
} from "@duckdb/node-api";
import { quoteName } from "../names.mjs";
import { DECIMAL } from "../schema.mjs";

/** By default, DuckDB caches up to 80 % of the memory of the machine. */
const OPTIONS = { memory_limit: "256MB", threads: "1" };

/** The maximal number of rows of a DuckDB chunk. */
const MAX_ROWS = 2048;

const { precision, scale } = DECIMAL;
const unlessNull = (convert) => (value) => (value === null ? null : convert(value));

/** The type in DuckDB, and a function to its values. */
const TYPES = {
  text: { type: VARCHAR, convert: (text) => text },
  integer: { type: BIGINT, convert: (integer) => integer },
  decimal: {
    type: decimalType(precision, scale),
    convert: unlessNull((units) => new DuckDBDecimalValue(units, precision, scale)),
  },
  timestamp: {
    type: TIMESTAMPTZ,
    convert: unlessNull((date) => new DuckDBTimestampTZValue(1000n * BigInt(date.getTime()))),
  },
};

/** Opens a database of one empty table. `close` may be called twice. */
async function openDatabase(path, { name, columns }) {
  const instance = await DuckDBInstance.create(path, OPTIONS);
  const connection = await instance.connect();
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    connection.closeSync();
    instance.closeSync();
  };
  try {
    const definitions = columns.map((column) => `${quoteName(column.name)} ${TYPES[column.type].type}`);
    await connection.run(`CREATE TABLE ${quoteName(name)} (${definitions.join(", ")})`);
    return { connection, appender: await connection.createAppender(name), close };
  } catch (error) {
    close();
    throw error;
  }
}

export async function createDuckDb(path, table) {
  const { connection, appender, close } = await openDatabase(path, table);
  const columns = table.columns.map(({ type }) => TYPES[type]);
  const types = columns.map(({ type }) => type);
  return {
    write(chunk) {
      for (let start = 0; start < chunk[0].length; start += MAX_ROWS) {
        const values = chunk.map((column, index) => column.slice(start, start + MAX_ROWS).map(columns[index].convert));
        const part = DuckDBDataChunk.create(types, values[0].length);
        part.setColumns(values);
        appender.appendDataChunk(part);
      }
      appender.flushSync();
    },
    async finish() {
      appender.closeSync();
      // Moves everything from the log into the database, so that it is one file.
      await connection.run("CHECKPOINT");
      close();
    },
    close,
  };
}
