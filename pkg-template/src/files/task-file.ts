import type { ColumnBatch, Columns } from "../builders/columns.js";
import type { RowOf } from "../builders/row-builder.js";
import type { PlatformBlob, PlatformByteStream } from "../client/platform.js";
import type { CsvDialect, CsvOptions, Message } from "../core.js";
import { atCaller, isSmscError, SmscError, withEndpoint } from "../runtime/errors.js";
import { loadFormats } from "../runtime/formats-loader.js";
import { type ByteSource, concat, countingSource, streamOf } from "./byte-source.js";
import { collect, type MaxBytesOption, withinEngine } from "./collect.js";
import type { CsvInput } from "./csv-input.js";
import { checkNames } from "./known-options.js";
import type { SelectOption } from "./parse-csv.js";
import { checkReadOptions, copyOptions, READ_OPTIONS, type ReadOptions } from "./read-options.js";
import { fileBatches, fileColumns, fileLines, fileMessages, fileRows } from "./readers.js";

/** The options of `bytes` and `blob`. */
const BYTES_OPTIONS = ["maxBytes", ...READ_OPTIONS];

/** The options of `text`. */
const TEXT_OPTIONS = ["encoding", "file", ...BYTES_OPTIONS];

/** The body of a download, whose response is known to be a file. The download ends when nothing refers to it any more. */
export interface Download {
  readonly fileName?: string | undefined;
  readonly size?: number | undefined;
  readonly type?: string | undefined;
  next(signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** Throws if a signal was aborted or the time of the call is over. */
  check(signal?: AbortSignal): void;
  cancel(): void;
}

/** A download as a source of bytes. */
export function sourceOfDownload(download: Download, { signal, onProgress }: ReadOptions = {}): ByteSource {
  const pull = () => download.next(signal);
  const source = countingSource(
    pull,
    () => download.cancel(),
    { total: download.size, type: download.type },
    onProgress,
  );
  return Object.assign(source, { check: () => download.check(signal) });
}

/** The file of a task. It is read once, in one of these ways, and only as fast as it is consumed. */
export class TaskFile {
  /** The file's name, without a path, if the service gives one. */
  readonly fileName?: string;
  /** The file's size in bytes, if the service gives one. */
  readonly size?: number;
  /** The file's media type, if the service gives one. */
  readonly type?: string;
  /** The file's dialect, as soon as a method that reads the rows has detected it. */
  readonly csv?: CsvDialect;
  readonly #download: Download;
  /** The options of the download, which are the defaults of those of a reading. */
  readonly #defaults: ReadOptions;
  #isRead = false;

  /** @internal */
  constructor(download: Download, { onProgress, signal }: ReadOptions = {}) {
    this.#download = download;
    this.#defaults = { onProgress, signal };
    const { fileName, size, type } = download;
    if (fileName !== undefined) this.fileName = fileName;
    if (size !== undefined) this.size = size;
    if (type !== undefined) this.type = type;
  }

  /**
   * The bytes as received, as a stream. Cancelling it cancels the download.
   *
   * @param options `onProgress` and `signal`.
   * @throws SmscError `invalid_option` for an unknown option; `invalid_parameter` if the file was read before. The stream fails with
   *   `aborted`, `timeout` or `connection`.
   * @example
   * await pipeline(file.stream(), createWriteStream("november.csv"));
   */
  stream(options?: ReadOptions): PlatformByteStream {
    const { source } = this.#open(options, READ_OPTIONS);
    return streamOf(source.next, () => source.cancel());
  }

  /**
   * All bytes as received.
   *
   * @param options `maxBytes`, `onProgress` and `signal`.
   * @throws SmscError `invalid_option` for an unknown option; `invalid_parameter` if the file was read before; `aborted`, `timeout` or `connection` if the download ends
   *   early; `bad_response` if the file is larger than `maxBytes` or than the engine can hold.
   * @example
   * await writeFile("november.csv", await file.bytes());
   */
  async bytes(options?: ReadOptions & MaxBytesOption): Promise<Uint8Array> {
    const pieces = await this.#pieces(options);
    // A copy of its own: the piece of a custom `fetch` may be part of a larger buffer.
    return withinEngine(() => (pieces.length === 1 ? (pieces[0] as Uint8Array).slice() : concat(pieces)));
  }

  /**
   * All bytes as received, as a `Blob` of the file's type.
   *
   * @param options `maxBytes`, `onProgress` and `signal`.
   * @throws SmscError As `bytes`.
   * @example
   * link.href = URL.createObjectURL(await file.blob());
   */
  async blob(options?: ReadOptions & MaxBytesOption): Promise<PlatformBlob> {
    const pieces = await this.#pieces(options);
    const type = this.type === undefined ? {} : { type: this.type };
    return withinEngine(() => new Blob(pieces as BlobPart[], type));
  }

  /**
   * The text, decompressed and decoded. The charset is detected (UTF-8, UTF-16 or windows-1251), unless `encoding` names it.
   *
   * @param options `encoding`, `file`, `maxBytes`, `onProgress` and `signal`.
   * @throws SmscError As `bytes`; `invalid_parameter` if `encoding` or `file` is unknown; `bad_response` if the file cannot be decompressed.
   * @example
   * console.log(await file.text());
   */
  async text(options?: ReadOptions & MaxBytesOption & Pick<CsvOptions, "encoding" | "file">): Promise<string> {
    try {
      const { source, copy } = this.#open(options, TEXT_OPTIONS);
      const { encoding, maxBytes, file } = copy;
      try {
        return await (await loadFormats()).readText(source, { encoding, file, maxBytes });
      } catch (error) {
        source.cancel();
        throw error;
      }
    } catch (error) {
      throw atCaller(withEndpoint(error, "tasks"));
    }
  }

  /**
   * The rows one by one, in constant memory. Compression, encoding, delimiter and header are detected, unless `options` has them.
   *
   * @param options The known part of the file's dialect (`header`, `delimiter`, `encoding`, `file`), `onProgress` and `signal`.
   * @throws SmscError As `bytes`; `invalid_option` for an unknown option, `invalid_parameter` for an invalid one; `bad_response` if the
   *   file is broken, after all complete rows.
   * @example
   * for await (const row of file.rows()) console.log(row);
   */
  rows<const Header extends boolean | undefined = undefined>(
    options?: CsvOptions & { header?: Header } & ReadOptions,
  ): AsyncIterableIterator<RowOf<Header>> {
    return fileRows(this.#input(options));
  }

  /**
   * The rows as messages: the columns whose titles are recognized, in Russian, Ukrainian or English. Other columns, and values of
   * another kind, are in `extra` under their title.
   *
   * @param options As for `rows`.
   * @throws SmscError As `rows`.
   * @example
   * for await (const { phone, cost } of file.messages()) console.log(phone, cost);
   */
  messages(options?: CsvOptions & ReadOptions): AsyncIterableIterator<Partial<Message>> {
    return fileMessages(this.#input(options));
  }

  /**
   * The rows in arrays, as many as arrive together. A row costs less time than with `rows`.
   *
   * @param options As for `rows`.
   * @throws SmscError As `rows`.
   * @example
   * for await (const rows of file.batches()) await insert(rows);
   */
  batches<const Header extends boolean | undefined = undefined>(
    options?: CsvOptions & { header?: Header } & ReadOptions,
  ): AsyncIterableIterator<RowOf<Header>[]> {
    return fileBatches(this.#input(options));
  }

  /**
   * The file in columns: batches of the rows of half a megabyte, without an object for each row. A text that repeats within a batch
   * is created once. A row without a value has an empty text; values beyond the last column are left out.
   *
   * @param options As for `rows`, and `select`: the names of the columns to read. The others are not decoded.
   * @throws SmscError As `rows`; `invalid_parameter` if the file does not have a selected column.
   * @example
   * for await (const { length, columns } of file.columns({ select: ["Телефон"] })) console.log(length, columns.Телефон);
   */
  columns<const Title extends string = string>(
    options?: CsvOptions & ReadOptions & SelectOption<Title>,
  ): AsyncIterableIterator<ColumnBatch<Columns<Title>>> {
    return fileColumns(this.#input(options));
  }

  /**
   * The file as NDJSON: UTF-8, a line for each row, equal to `JSON.stringify` of the row that `rows` gives. No strings are created.
   *
   * @param options As for `rows`.
   * @throws SmscError The stream fails as `rows`, after all complete lines.
   * @example
   * await file.ndjson().pipeTo(destination);
   */
  ndjson(options?: CsvOptions & ReadOptions): PlatformByteStream {
    return fileLines(this.#input(options));
  }

  #input(options: (CsvOptions & ReadOptions) | undefined): CsvInput {
    const { copy, check } = copyOptions(options);
    const { onProgress = this.#defaults.onProgress, signal = this.#defaults.signal, ...dialect } = copy;
    const onDialect = (csv: CsvDialect) => {
      (this as { csv: CsvDialect }).csv = csv;
    };
    const open = () => {
      check();
      checkReadOptions({ onProgress, signal }, "tasks");
      // The reader itself reports the progress.
      return this.#source({ signal });
    };
    const giveUpUnopened = (error?: unknown) => {
      // After wrong options, the file can be read with others.
      const isRejected = isSmscError(error) && error.code.startsWith("invalid_");
      if (this.#isRead || isRejected) return;
      this.#isRead = true;
      this.#download.cancel();
    };
    return { open, options: dialect, hooks: { onProgress, onDialect, giveUpUnopened, signal, endpoint: "tasks" } };
  }

  async #pieces(options: (ReadOptions & MaxBytesOption) | undefined): Promise<Uint8Array[]> {
    try {
      const { source, copy } = this.#open(options, BYTES_OPTIONS);
      return await collect(source, copy.maxBytes);
    } catch (error) {
      throw atCaller(withEndpoint(error, "tasks"));
    }
  }

  /** The bytes, and a copy of the options, whose names are among those that are known. */
  #open<T extends ReadOptions & { file?: unknown }>(
    options: T | null | undefined,
    known: readonly string[],
  ): { source: ByteSource; copy: Partial<T> } {
    const { copy, check } = copyOptions(options);
    check();
    checkNames(copy, known, "tasks");
    const { onProgress = this.#defaults.onProgress, signal } = copy;
    checkReadOptions({ onProgress, signal }, "tasks");
    checkPath(copy.file);
    return { source: this.#source({ onProgress, signal }), copy };
  }

  #source(options: ReadOptions): ByteSource {
    if (this.#isRead) {
      const message = "this file was already read: download it again";
      throw SmscError.create({ code: "invalid_parameter", message, endpoint: "tasks" });
    }
    this.#isRead = true;
    return sourceOfDownload(this.#download, options);
  }
}

function checkPath(file: unknown): void {
  if (file == null || typeof file === "string") return;
  throw SmscError.create({ code: "invalid_parameter", message: "`file` takes a text", parameter: "file" });
}
