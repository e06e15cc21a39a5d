import { listBuilder, type RowBuilder, raggedRowBuilder, rowBuilder, type TaskRow } from "../builders/row-builder.js";
import { type TextSlicer, textSlicer } from "../builders/text-slicer.js";
import { iterator } from "../client/iterator.js";
import type { CsvDialect, CsvOptions, CsvScanner } from "../core.js";
import { SmscError, withEndpoint } from "../runtime/errors.js";
import { type CoreInstance, currentInstance } from "../runtime/instance.js";
import { init } from "../runtime/load.js";
import { callProgress } from "../runtime/user-values.js";
import { type ByteSource, type FileProgress, PeekableSource, type Pull, progressOf } from "./byte-source.js";
import { transcode } from "./decode.js";
import { type DecompressedSource, decompress } from "./decompress.js";
import { createPauses } from "./pause.js";
import { READ_OPTIONS } from "./read-options.js";
import * as simd from "./simd-speed.js";

/** Callbacks of a reading, and the endpoint that its errors name. */
export interface ReadingHooks {
  readonly onProgress?: ((progress: FileProgress) => void) | undefined;
  /** Called when the dialect is known, and again if later bytes change it. */
  readonly onDialect?: (dialect: CsvDialect) => void;
  /** Called when the reading ends, at the end of the file or before. */
  readonly onEnd?: () => void;
  readonly endpoint?: string;
}

/** Makes a function that converts the rows of a file with these columns. */
export type RowConverter<T> = (columns: readonly string[] | undefined) => (row: TaskRow) => T;

/** Rows are made in groups, from one string each: fewer strings to make, and a row that is kept holds little memory. */
const GROUP_ROWS = 16;
const GROUP_UNITS = 4096;

/** Longer pieces are split, so that few objects are made at once. */
const MAX_PIECE_BYTES = 65_536;

/** The numbers that a scan leaves in the memory, as src/web/csv.rs lists them. */
const RESULTS = 7;
type Results = [number, number, number, number, number, number, number];

/** Reads a CSV file by rows, in constant memory. The scan is Rust; rows are built from its offsets without entering it again. */
export class RowReader {
  readonly #open: () => ByteSource | Promise<ByteSource>;
  readonly #options: CsvOptions | undefined;
  readonly #hooks: ReadingHooks;
  readonly #pause = createPauses();
  #source: DecompressedSource | undefined;
  #instance: CoreInstance | undefined;
  #scanner: CsvScanner | undefined;
  #resultsAddress = 0;
  #pull: Pull | undefined;
  #piece: Uint8Array = new Uint8Array();
  #rows = 0;
  #failure: unknown;
  #isDone = false;
  #dialect: CsvDialect | undefined;
  #build: RowBuilder = listBuilder;

  // The records of the last piece, and the next of them.
  #bufferAddress = 0;
  #addresses: [text: number, ends: number, counts: number] = [0, 0, 0];
  #ends = new Uint32Array();
  #counts = new Uint32Array();
  #slice: TextSlicer = () => "";
  #records = 0;
  #record = 0;
  #field = 0;

  constructor(open: () => ByteSource | Promise<ByteSource>, options: CsvOptions | undefined, hooks: ReadingHooks) {
    this.#open = open;
    this.#options = options;
    this.#hooks = hooks;
  }

  /** The rows one by one, as they are or converted. */
  rows<T = TaskRow>(converter?: RowConverter<T>): AsyncIterableIterator<T> {
    let rows: TaskRow[] = [];
    let index = 0;
    let convert: ((row: TaskRow) => T) | undefined;
    const nextReady = () => {
      if (index === rows.length) {
        if (this.#record === this.#records) return undefined;
        index = 0;
        rows = this.#addGroup([]);
      }
      const row = rows[index++] as TaskRow;
      if (converter) convert ??= converter(this.#dialect?.columns);
      return convert ? convert(row) : (row as T);
    };
    const next = async (): Promise<IteratorResult<T>> => {
      const row = nextReady() ?? ((await this.#advance()) ? nextReady() : undefined);
      return row === undefined ? { value: undefined, done: true } : { value: row, done: false };
    };
    return iterator(next, () => this.#end(), nextReady);
  }

  /** The rows in arrays, as many as each piece of the file completes. */
  batches<T extends TaskRow = TaskRow>(): AsyncIterableIterator<T[]> {
    const next = async (): Promise<IteratorResult<T[]>> => {
      if (!(await this.#advance())) return { value: undefined, done: true };
      const rows: TaskRow[] = [];
      while (this.#record < this.#records) this.#addGroup(rows);
      return { value: rows as T[], done: false };
    };
    return iterator(next, () => this.#end());
  }

  /** Scans up to the next record. Resolves with false at the end; rejects after all complete rows if the file is broken. */
  async #advance(): Promise<boolean> {
    try {
      while (!this.#isDone) {
        await this.#scanNext();
        if (this.#record < this.#records) return true;
      }
      if (this.#failure !== undefined) throw this.#failure;
      this.#end();
      return false;
    } catch (error) {
      this.#failure = undefined;
      this.#end();
      throw withEndpoint(error, this.#hooks.endpoint);
    }
  }

  async #scanNext(): Promise<void> {
    if (this.#pull === undefined) await this.#start();
    if (await this.#pause()) this.#source?.check?.();
    const piece = this.#piece.length > 0 ? this.#piece : await this.#pull?.();
    const [source, instance, scanner] = [this.#source, this.#instance, this.#scanner];
    // The caller may have ended the reading meanwhile.
    if (this.#isDone || !source || !instance || !scanner) return;
    let rejected = 0;
    try {
      rejected = piece ? this.#scan(piece, instance, scanner) : instance.enter(() => scanner.finish());
      this.#isDone = rejected === 0 && piece === undefined;
    } catch (error) {
      this.#isDone = true;
      this.#failure = error;
      // A trap leaves the results of the piece before.
      if (error instanceof SmscError && error.code === "internal") return;
    }
    this.#readResults(instance, scanner);
    if (rejected > 0) this.#replaceInvalidBytes(instance, rejected);
    if (piece !== undefined || this.#records > 0) {
      callProgress(this.#hooks.onProgress, progressOf(source, this.#rows));
    }
  }

  /** Opens the file, and detects the charset and the delimiter. */
  async #start(): Promise<void> {
    await init();
    const instance = currentInstance();
    const scanner = instance.enter((core) => new core.CsvScanner(this.#options, READ_OPTIONS));
    this.#instance = instance;
    this.#scanner = scanner;
    const source = decompress(await this.#open(), this.#options?.file);
    this.#source = source;
    if (this.#isDone) source.cancel();
    const input = new PeekableSource(source.next);
    let needed = 0;
    do {
      const head = await input.peek(needed);
      if (this.#isDone) return;
      const isComplete = head.length < needed;
      needed = instance.enter(() =>
        scanner.detect(head, isComplete, source.compression, source.type, source.isText === true),
      );
    } while (needed > 0);
    input.take(instance.enter(() => scanner.skippedBytes));
    const charset = instance.enter(() => scanner.decoderLabel);
    this.#pull = charset === undefined ? input.next : transcode(input.next, charset);
    this.#resultsAddress = instance.enter(() => scanner.results);
    this.#readResults(instance, scanner);
  }

  /** Scans the first part of a piece, and keeps the rest. */
  #scan(piece: Uint8Array, instance: CoreInstance, scanner: CsvScanner): number {
    const bytes = piece.subarray(0, MAX_PIECE_BYTES);
    this.#piece = piece.subarray(MAX_PIECE_BYTES);
    new Uint8Array(instance.memory.buffer).set(bytes, this.#bufferAddress);
    const start = Date.now();
    const rejected = instance.enter(() => scanner.scan(bytes.length, simd.isSlow));
    simd.recordScan(bytes.length, Date.now() - start);
    return rejected;
  }

  /** From the rejected bytes on, the platform's decoder puts replacement characters for bytes that are not UTF-8. */
  #replaceInvalidBytes({ memory }: CoreInstance, rejected: number): void {
    const pull = this.#pull as Pull;
    const pieces = [new Uint8Array(memory.buffer, this.#bufferAddress, rejected).slice(), this.#piece];
    this.#piece = new Uint8Array();
    this.#pull = transcode(async () => pieces.shift() ?? pull(), "utf-8");
  }

  #readResults(instance: CoreInstance, scanner: CsvScanner): void {
    const results = new Uint32Array(instance.memory.buffer, this.#resultsAddress, RESULTS);
    const [buffer, text, ends, counts, records, headerRecords, isDialectNew] = results as Iterable<number> as Results;
    this.#bufferAddress = buffer;
    this.#records = records;
    this.#record = headerRecords;
    this.#rows += records - headerRecords;
    this.#addresses = [text, ends, counts];
    this.#makeViews();
    this.#field = headerRecords > 0 ? (this.#counts[0] as number) : 0;
    const dialect = isDialectNew ? instance.enter(() => scanner.takeDialect()) : undefined;
    if (!dialect) return;
    this.#dialect = dialect;
    if (dialect.columns) this.#build = rowBuilder(dialect.columns);
    this.#hooks.onDialect?.(dialect);
  }

  #makeViews(): void {
    const [text, ends, counts] = this.#addresses;
    const { memory } = this.#instance as CoreInstance;
    this.#ends = new Uint32Array(memory.buffer, ends);
    this.#counts = new Uint32Array(memory.buffer, counts);
    this.#slice = textSlicer(memory, text);
  }

  /** Adds the next rows: as many as have the same number of fields, up to the limits of a group. */
  #addGroup(rows: TaskRow[]): TaskRow[] {
    // Another call may have made the memory grow, which detaches the views.
    if (this.#ends.length === 0) this.#makeViews();
    const [ends, counts, field] = [this.#ends, this.#counts, this.#field];
    const fields = counts[this.#record] as number;
    const base = field > 0 ? (ends[field - 1] as number) : 0;
    let count = 0;
    let nextField = field;
    let end = base;
    do {
      count++;
      nextField += fields;
      end = ends[nextField - 1] as number;
    } while (
      count < GROUP_ROWS &&
      this.#record + count < this.#records &&
      counts[this.#record + count] === fields &&
      end - base < GROUP_UNITS
    );
    const columns = this.#dialect?.columns;
    const build = columns === undefined || columns.length === fields ? this.#build : raggedRowBuilder(columns);
    build(this.#slice(base, end), ends, field, base, fields, count, rows);
    this.#record += count;
    this.#field = nextField;
    return rows;
  }

  #end(): void {
    this.#isDone = true;
    this.#record = this.#records;
    this.#source?.cancel();
    const scanner = this.#scanner;
    this.#scanner = undefined;
    try {
      if (scanner) this.#instance?.enter(() => scanner.free());
    } catch {
      // It ended with its instance.
    }
    this.#hooks.onEnd?.();
  }
}
