// The iterators and streams over the rows of a file. What reads them is loaded for the first item.
import type { ColumnBatch, Columns } from "../builders/columns.js";
import type { RowOf } from "../builders/row-builder.js";
import { lazyIterator } from "../client/iterator.js";
import type { PlatformByteStream } from "../client/platform.js";
import type { Message } from "../core.js";
import { formats } from "../runtime/formats-loader.js";
import { streamOfPieces } from "./byte-source.js";
import type { CsvInput } from "./csv-input.js";

/** The rows of a file. */
export function fileRows<Header extends boolean | undefined>(input: CsvInput): AsyncIterableIterator<RowOf<Header>> {
  const rows = lazyIterator(async () => (await formats()).readRows(input));
  return rows as AsyncIterableIterator<RowOf<Header>>;
}

/** The rows of a file in arrays, as many as each piece of the file completes. */
export function fileBatches<Header extends boolean | undefined>(
  input: CsvInput,
): AsyncIterableIterator<RowOf<Header>[]> {
  const batches = lazyIterator(async () => (await formats()).readBatches(input));
  return batches as AsyncIterableIterator<RowOf<Header>[]>;
}

/** The rows of a file as messages. */
export function fileMessages(input: CsvInput): AsyncIterableIterator<Partial<Message>> {
  return lazyIterator(async () => (await formats()).readMessages(input));
}

/** The columns of a file, in batches. */
export function fileColumns<Title extends string>(input: CsvInput): AsyncIterableIterator<ColumnBatch<Columns<Title>>> {
  const batches = lazyIterator(async () => (await formats()).readColumns(input));
  return batches as AsyncIterableIterator<ColumnBatch<Columns<Title>>>;
}

/** The rows of a file as lines of JSON. */
export function fileLines(input: CsvInput): PlatformByteStream {
  return streamOfPieces(lazyIterator(async () => (await formats()).readLines(input)));
}
