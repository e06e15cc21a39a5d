/**
 * Writes a table into an Arrow file in the streaming format of IPC: the schema, a record batch for each chunk, and an end marker.
 * For IPC's file format, which lists the batches at the end, flechette needs all of them in memory.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import {
  columnFromArray,
  decimal,
  int64,
  TimeUnit,
  tableFromColumns,
  tableToIPC,
  timestamp,
  utf8,
} from "@uwdata/flechette";
import { DECIMAL } from "../schema.mjs";

const TYPES = {
  text: utf8(),
  integer: int64(),
  decimal: decimal(DECIMAL.precision, DECIMAL.scale, 128),
  timestamp: timestamp(TimeUnit.MILLISECOND, "UTC"),
};

/** The marker after the last batch: a continuation, and the length 0. */
const END_BYTES = 8;

function encode(columns, chunk) {
  const encoded = columns.map(({ name, type }, index) => [name, columnFromArray(chunk[index], TYPES[type])]);
  return tableToIPC(tableFromColumns(encoded), { format: "stream" });
}

function writeAll(file, bytes) {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

export function createArrow(path, { columns }) {
  const empty = encode(
    columns,
    columns.map(() => []),
  );
  const schemaBytes = empty.length - END_BYTES;
  const file = openSync(path, "w");
  let isClosed = false;
  const close = () => {
    if (!isClosed) closeSync(file);
    isClosed = true;
  };
  writeAll(file, empty.subarray(0, schemaBytes));
  return {
    /** Encodes the chunk as a separate stream, and writes only its record batch. */
    write(chunk) {
      const bytes = encode(columns, chunk);
      writeAll(file, bytes.subarray(schemaBytes, bytes.length - END_BYTES));
    },
    finish() {
      writeAll(file, empty.subarray(schemaBytes));
      close();
    },
    close,
  };
}
