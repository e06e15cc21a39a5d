/** Writes a table into a DuckDB database. */
import {
  BIGINT,
  DECIMAL as decimalType,
  DuckDBDataChunk,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBTimestampTZValue,
  TIMESTAMPTZ,
  VARCHAR,
} from "@duckdb/node-api";
import { quoteName } from "../names.mjs";
import { DECIMAL } from "../schema.mjs";

/** Without a limit, DuckDB keeps what it wrote in memory, up to 80 % of that of the machine. */
const OPTIONS = { memory_limit: "256MB", threads: "1" };

/** A chunk of DuckDB has at most so many rows. */
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

export async function createDuckDb(path, { name, columns }) {
  const types = columns.map(({ type }) => TYPES[type]);
  const instance = await DuckDBInstance.create(path, OPTIONS);
  const connection = await instance.connect();
  const definitions = columns.map((column, index) => `${quoteName(column.name)} ${types[index].type}`);
  await connection.run(`CREATE TABLE ${quoteName(name)} (${definitions.join(", ")})`);
  const appender = await connection.createAppender(name);
  const close = () => {
    connection.closeSync();
    instance.closeSync();
  };
  return {
    write(chunk) {
      for (let start = 0; start < chunk[0].length; start += MAX_ROWS) {
        const values = chunk.map((column, index) => column.slice(start, start + MAX_ROWS).map(types[index].convert));
        const part = DuckDBDataChunk.create(
          types.map(({ type }) => type),
          values[0].length,
        );
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
