import { type ColumnBatch, type Columns, columnBatch } from "../builders/columns.js";
import { iterator } from "../client/iterator.js";
import type { PlatformByteStream } from "../client/platform.js";
import { SmscError } from "../runtime/errors.js";
import { streamOf } from "./byte-source.js";
import { type CsvInput, CsvPieces } from "./csv-pieces.js";
import { READ_OPTIONS } from "./read-options.js";

/** The length of the part of a file whose rows are one batch. */
const BATCH_BYTES = 524_288;

/** The options of columns that the core does not read. */
const COLUMN_OPTIONS = [...READ_OPTIONS, "select"];

/** The columns of a file, in batches. */
export function fileColumns<Title extends string>(input: CsvInput): AsyncIterableIterator<ColumnBatch<Columns<Title>>> {
  const { select, ...dialect } = input.options;
  let batch: ColumnBatch | undefined;
  let failure: { error: unknown } | undefined;
  const takeBatch = () =>
    file.enter((scanner) => {
      if (scanner.batchLength === 0) return undefined;
      const address = scanner.takeColumns();
      const names = scanner.columnNames;
      return columnBatch(file.memory, address, names);
    });
  const file = new CsvPieces(input, {
    create: (core) => core.CsvScanner.ofColumns(dialect, COLUMN_OPTIONS, selected(select, input.hooks.endpoint)),
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
  const next = async (): Promise<IteratorResult<ColumnBatch<Columns<Title>>>> => {
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
    return { value: batch as ColumnBatch<Columns<Title>>, done: false };
  };
  return iterator(next, () => file.end());
}

/** The rows of a file as lines of JSON. */
export function fileLines(input: CsvInput): PlatformByteStream {
  let lines: Uint8Array | undefined;
  let failure: { error: unknown } | undefined;
  const file = new CsvPieces(input, {
    create: (core) => core.CsvScanner.ofLines(input.options, READ_OPTIONS),
    take: ([, , , address, length]) => {
      lines = length > 0 ? new Uint8Array(file.memory.buffer, address, length).slice() : undefined;
    },
  });
  const pull = async () => {
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
  return streamOf(pull, () => file.end());
}

/** The names of the selected columns, each once. */
export function selected(select: unknown, endpoint: string | undefined): string[] | undefined {
  if (select === undefined) return undefined;
  if (Array.isArray(select) && select.every((name) => typeof name === "string")) return [...new Set<string>(select)];
  const message = "`select` takes a list of names of columns";
  throw SmscError.create({
    code: "invalid_parameter",
    message,
    ...(endpoint !== undefined && { endpoint }),
    parameter: "select",
  });
}
