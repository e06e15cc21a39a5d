/** The values of a batch in the types of the schema, joined into chunks of many rows. */
import { DECIMAL } from "./schema.mjs";

/** Rows of a chunk. A larger row group of Parquet is read faster, and needs more memory here. */
const CHUNK_ROWS = 20_000;

/** Characters in the texts of a chunk. Fewer than `CHUNK_ROWS` rows reach this if their texts are long. */
const CHUNK_CHARACTERS = 8_000_000;

const DECIMAL_TEXT = /^([+-]?)(\d+)(?:\.(\d*?)0*)?$/;

/**
 * Parses a decimal exactly. Task files can have a comma, and spaces between thousands.
 *
 * @returns The units of `10 ** -DECIMAL.scale`, or `null` for an empty text.
 */
export function parseDecimal(text) {
  if (text === "") return null;
  const match = DECIMAL_TEXT.exec(text.replace(/\s/g, "").replace(",", "."));
  if (!match) throw new Error(`${JSON.stringify(text)} is not a decimal`);
  const [, sign, integer, fraction = ""] = match;
  const units = BigInt(integer + fraction.padEnd(DECIMAL.scale, "0"));
  if (fraction.length > DECIMAL.scale || units >= 10n ** BigInt(DECIMAL.precision)) {
    throw new Error(`${JSON.stringify(text)} does not fit DECIMAL(${DECIMAL.precision}, ${DECIMAL.scale})`);
  }
  return sign === "-" ? -units : units;
}

/** A missing integer of a batch is `NaN`. */
const unlessMissing = (convert) => (value) => (Number.isNaN(value) ? null : convert(value));

/** Functions from a value of a batch to a value of the column. */
const CONVERT = {
  // The ids of a batch are numbers, unless one of them exceeds 2^53.
  text: (value) => (Number.isNaN(value) ? "" : String(value)),
  integer: unlessMissing(BigInt),
  timestamp: unlessMissing((seconds) => new Date(seconds * 1000)),
  decimal: parseDecimal,
};

/** The characters of a column of a batch; 0 for numbers. */
const charactersOf = (batch) => (Array.isArray(batch) ? batch.reduce((total, text) => total + text.length, 0) : 0);

/** Appends the values of a column of a batch. `firstRow` is the number of the first row, from 1. */
function appendValues(values, { name, type }, batch, firstRow) {
  const convert = CONVERT[type];
  for (let row = 0; row < batch.length; row++) {
    try {
      values.push(convert(batch[row]));
    } catch (cause) {
      const option = type === "decimal" ? " With --no-cost, the costs of a task's file are stored as texts." : "";
      throw new Error(`Row ${firstRow + row}, column "${name}": ${cause.message}.${option}`, { cause });
    }
  }
}

/**
 * Yields the values of all batches in chunks: for each column of the table, an array of its values. A chunk ends with the batch
 * that reaches one of the limits.
 *
 * @param {{ columns: { name: string, field: string, type: string }[] }} table
 * @param {AsyncIterable<import("smsc-wasm").ColumnBatch>} batches
 */
export async function* chunksOf({ columns }, batches) {
  let rows = 0;
  let characters = 0;
  let chunk = columns.map(() => []);
  for await (const batch of batches) {
    for (const [index, column] of columns.entries()) {
      const values = batch.columns[column.field];
      appendValues(chunk[index], column, values, rows + 1);
      characters += charactersOf(values);
    }
    rows += batch.length;
    if (chunk[0].length >= CHUNK_ROWS || characters >= CHUNK_CHARACTERS) {
      yield chunk;
      characters = 0;
      chunk = columns.map(() => []);
    }
  }
  if (chunk[0].length > 0) yield chunk;
}
