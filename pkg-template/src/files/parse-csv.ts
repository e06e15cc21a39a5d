import type { ColumnBatch, Columns } from "../builders/columns.js";
import type { RowOf } from "../builders/row-builder.js";
import type {
  IfKnown,
  PlatformBlob,
  PlatformByteStream,
  PlatformResponse,
  PlatformTextStream,
} from "../client/platform.js";
import type { CsvOptions, Message } from "../core.js";
import { loadFormats } from "../runtime/formats-loader.js";
import type { CsvInput } from "./csv-input.js";
import { checkReadOptions, copyOptions, type ReadOptions } from "./read-options.js";
import { fileColumns, fileLines, fileMessages, fileRows } from "./readers.js";

/** A stored CSV file; an async iterable is a stream of Node.js, for example; a string is the text itself, not a path. */
export type CsvSource =
  | IfKnown<PlatformByteStream>
  | IfKnown<PlatformTextStream>
  | IfKnown<PlatformResponse>
  | IfKnown<PlatformBlob>
  | ArrayBuffer
  | ArrayBufferView
  | AsyncIterable<Uint8Array | string>
  | string;

/** Options of the columns of a file. */
export interface SelectOption<Title extends string> {
  /**
   * The names of the columns to read; the others are not decoded. Without a header, columns have the names `"0"`, `"1"` and so on.
   *
   * @default all
   */
  select?: readonly Title[] | undefined;
}

/** Reads a stored CSV file: as rows, as messages, in columns or as NDJSON. */
export interface ParseCsv {
  /**
   * Reads a stored CSV file row by row, in constant memory. Compression (gzip or zip), encoding, delimiter and header are detected,
   * unless `options` has them.
   *
   * @param source The file.
   * @param options The known part of its dialect (`header`, `delimiter`, `encoding`, `file`), `onProgress` and `signal`.
   * @throws SmscError `invalid_option`: an option is unknown; `invalid_parameter`: an option or the source is invalid, or the source
   *   was read before; `bad_response`: the file is broken, or the source failed (its error is the `cause`), after all complete rows;
   *   `aborted`: by the signal.
   * @example
   * for await (const row of parseCsv(await openAsBlob("november.csv"))) console.log(row);
   */
  <const Header extends boolean | undefined = undefined>(
    source: CsvSource,
    options?: CsvOptions & { header?: Header } & ReadOptions,
  ): AsyncIterableIterator<RowOf<Header>>;

  /**
   * Reads a stored file of a task as messages: the columns whose titles are recognized, in Russian, Ukrainian or English. Other
   * columns, and values of another kind, are in `extra` under their title.
   *
   * @param source The file.
   * @param options As for `parseCsv`.
   * @throws SmscError As `parseCsv`.
   * @example
   * for await (const { phone, cost } of parseCsv.messages(await openAsBlob("november.csv"))) console.log(phone, cost);
   */
  messages(source: CsvSource, options?: CsvOptions & ReadOptions): AsyncIterableIterator<Partial<Message>>;

  /**
   * Reads a stored CSV file in columns: batches of the rows of half a megabyte, without an object for each row. A text that repeats
   * within a batch is created once. A row without a value has an empty text; values beyond the last column are left out.
   *
   * @param source The file.
   * @param options As for `parseCsv`, and `select`.
   * @throws SmscError As `parseCsv`; `invalid_parameter` if the file does not have a selected column.
   * @example
   * for await (const { length, columns } of parseCsv.columns(file, { select: ["phone", "cost"] })) {
   *   console.log(length, columns.phone[0], columns.cost[0]);
   * }
   */
  columns<const Title extends string = string>(
    source: CsvSource,
    options?: CsvOptions & ReadOptions & SelectOption<Title>,
  ): AsyncIterableIterator<ColumnBatch<Columns<Title>>>;

  /**
   * Reads a stored CSV file as NDJSON: UTF-8, a line for each row, equal to `JSON.stringify` of the row that `parseCsv` gives. No
   * strings are created.
   *
   * @param source The file.
   * @param options As for `parseCsv`.
   * @throws SmscError The stream fails as `parseCsv`, after all complete lines.
   * @example
   * await parseCsv.ndjson(file).pipeTo(destination);
   */
  ndjson(source: CsvSource, options?: CsvOptions & ReadOptions): PlatformByteStream;
}

/**
 * Reads a stored CSV file: as rows, as messages (`parseCsv.messages`), in columns (`parseCsv.columns`) or as NDJSON
 * (`parseCsv.ndjson`), in constant memory. Compression (gzip or zip), encoding, delimiter and header are detected, unless the options
 * have them.
 *
 * @throws SmscError `invalid_option`: an option is unknown; `invalid_parameter`: an option or the source is invalid, or the source was
 *   read before; `bad_response`: the file is broken, or the source failed (its error is the `cause`), after all complete rows;
 *   `aborted`: by the signal.
 * @example
 * for await (const row of parseCsv(await openAsBlob("november.csv"))) console.log(row);
 */
export const parseCsv: ParseCsv = /* @__PURE__ */ Object.assign(
  ((source, options) => fileRows(inputOf(source, options))) as ParseCsv,
  {
    messages: (source: CsvSource, options?: CsvOptions & ReadOptions) => fileMessages(inputOf(source, options)),
    columns: ((source, options) => fileColumns(inputOf(source, options))) as ParseCsv["columns"],
    ndjson: (source: CsvSource, options?: CsvOptions & ReadOptions) => fileLines(inputOf(source, options)),
  },
);

function inputOf(source: CsvSource, options: (CsvOptions & ReadOptions) | undefined): CsvInput {
  const { copy, check } = copyOptions(options);
  const { onProgress, signal, ...dialect } = copy;
  let isTaken = false;
  const open = async () => {
    check();
    checkReadOptions({ onProgress, signal });
    isTaken = true;
    return (await loadFormats()).openSource(source, signal);
  };
  const giveUpUnopened = () => {
    if (!isTaken) void cancelUnread(source);
    isTaken = true;
  };
  return { open, options: dialect, hooks: { onProgress, giveUpUnopened, signal } };
}

/** Gives up a stream, or the body of a response. What fails here has no effect. */
async function cancelUnread(source: unknown): Promise<void> {
  try {
    const { body, cancel } = source as Partial<Response & ReadableStream>;
    if (typeof cancel === "function") await (source as ReadableStream).cancel();
    else await body?.cancel();
  } catch {}
}
