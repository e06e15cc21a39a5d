// The iterators and streams over the rows of a file. What reads them is loaded for the first item.
import type { ColumnBatch, Columns } from "../builders/columns.js";
import type { RowOf } from "../builders/row-builder.js";
import { lazyIterator, type Reader } from "../client/iterator.js";
import type { PlatformByteStream } from "../client/platform.js";
import type { Message } from "../core.js";
import { unlessAborted } from "../runtime/abort-listeners.js";
import { aborted, withEndpoint } from "../runtime/errors.js";
import { type Formats, loadFormats } from "../runtime/formats-loader.js";
import { streamOfPieces } from "./byte-source.js";
import type { CsvInput } from "./csv-input.js";

/** The items that a function of the second module reads. */
function read<T>(input: CsvInput, createReader: (loaded: Formats) => Reader<T>): AsyncIterableIterator<T> {
  const { signal, endpoint, giveUpUnopened } = input.hooks;
  const load = async () => {
    try {
      // A signal that is not one is rejected with the other options.
      if (typeof signal?.addEventListener !== "function") return createReader(await loadFormats());
      return createReader(await unlessAborted(signal, loadFormats(), () => aborted(signal, endpoint)));
    } catch (error) {
      throw withEndpoint(error, endpoint);
    }
  };
  return lazyIterator(load, giveUpUnopened);
}

/** The rows of a file. */
export function fileRows<Header extends boolean | undefined>(input: CsvInput): AsyncIterableIterator<RowOf<Header>> {
  const rows = read(input, ({ readRows }) => readRows(input));
  return rows as AsyncIterableIterator<RowOf<Header>>;
}

/** The rows of a file in arrays, as many as each piece of the file completes. */
export function fileBatches<Header extends boolean | undefined>(
  input: CsvInput,
): AsyncIterableIterator<RowOf<Header>[]> {
  const batches = read(input, ({ readBatches }) => readBatches(input));
  return batches as AsyncIterableIterator<RowOf<Header>[]>;
}

/** The rows of a file as messages. */
export function fileMessages(input: CsvInput): AsyncIterableIterator<Partial<Message>> {
  return read(input, ({ readMessages }) => readMessages(input));
}

/** The columns of a file, in batches. */
export function fileColumns<Title extends string>(input: CsvInput): AsyncIterableIterator<ColumnBatch<Columns<Title>>> {
  const batches = read(input, ({ readColumns }) => readColumns(input));
  return batches as AsyncIterableIterator<ColumnBatch<Columns<Title>>>;
}

/** The rows of a file as lines of JSON. */
export function fileLines(input: CsvInput): PlatformByteStream {
  return streamOfPieces(read(input, ({ readLines }) => readLines(input)));
}
