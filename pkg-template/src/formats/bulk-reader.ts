import { type ColumnBatch, columnBatch } from "../builders/columns.js";
import type { Reader } from "../client/iterator.js";
import type { CsvInput } from "../files/csv-input.js";
import { READ_OPTIONS } from "../files/read-options.js";
import { selected } from "../files/select.js";
import { CsvPieces } from "./csv-pieces.js";

/** The length of the part of a file whose rows are one batch. */
const BATCH_BYTES = 524_288;

/** The options of columns that the core does not read. */
const COLUMN_OPTIONS = [...READ_OPTIONS, "select"];

/** Reads the columns of a file, in batches. */
export function readColumns(input: CsvInput): Reader<ColumnBatch> {
  const { select, ...dialect } = input.options;
  let batch: ColumnBatch | undefined;
  let failure: { error: unknown } | undefined;
  const takeBatch = () =>
    file.enter((scanner) => {
      if (scanner.batchLength === 0) return undefined;
      const address = scanner.takeColumns();
      const names = scanner.columnNames;
      return columnBatch(file.instance.memory, address, names);
    });
  const file = new CsvPieces(input, {
    create: (exports) => exports.CsvScanner.ofColumns(dialect, COLUMN_OPTIONS, selected(select, input.hooks.endpoint)),
    finish: () => {
      batch = takeBatch();
    },
  });
  const nextBatch = async (): Promise<ColumnBatch | undefined> => {
    const end = file.bytesScanned + BATCH_BYTES;
    while (file.bytesScanned < end && !file.enter((scanner) => scanner.isBatchFull)) {
      if (!(await file.next())) return batch;
    }
    return takeBatch() ?? nextBatch();
  };
  const next = async (): Promise<IteratorResult<ColumnBatch>> => {
    if (failure) throw failure.error;
    batch = undefined;
    try {
      batch = await nextBatch();
    } catch (error) {
      // The rows before the error come first.
      if (!batch) throw error;
      failure = { error };
    }
    if (!batch) return { value: undefined, done: true };
    return { value: batch, done: false };
  };
  return { next, end: () => file.end() };
}

/** Reads the rows of a file as lines of JSON. */
export function readLines(input: CsvInput): Reader<Uint8Array> {
  let lines: Uint8Array | undefined;
  let failure: { error: unknown } | undefined;
  const file = new CsvPieces(input, {
    create: (exports) => exports.CsvScanner.ofLines(input.options, READ_OPTIONS),
    take: ([, , , address, length]) => {
      lines = length > 0 ? new Uint8Array(file.instance.memory.buffer, address, length).slice() : undefined;
    },
  });
  const nextLines = async (): Promise<Uint8Array | undefined> => {
    lines = undefined;
    if (failure) throw failure.error;
    try {
      while (await file.next()) if (lines) return lines;
    } catch (error) {
      // The lines before the error come first.
      if (!lines) throw error;
      failure = { error };
    }
    return lines;
  };
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    const value = await nextLines();
    return value === undefined ? { value, done: true } : { value, done: false };
  };
  return { next, end: () => file.end() };
}
