import { listBuilder, type RowBuilder, raggedRowBuilder, rowBuilder, type TaskRow } from "../builders/row-builder.js";
import { messageBuilder } from "../builders/task-message.js";
import { type TextSlicer, textSlicer } from "../builders/text-slicer.js";
import type { Reader } from "../client/iterator.js";
import type { CsvInput } from "../files/csv-input.js";
import { READ_OPTIONS } from "../files/read-options.js";
import type { CsvDialect, Message } from "../formats-module.js";
import { aborted } from "../runtime/errors.js";
import { CsvPieces, type Results } from "./csv-pieces.js";
import type { FormatsInstance } from "./module.js";

/** Makes a function that converts the rows of a file with these columns. */
type RowConverter<T> = (instance: FormatsInstance, columns: readonly string[] | undefined) => (row: TaskRow) => T;

/** Reads a file row by row. */
export function readRows(input: CsvInput): Reader<TaskRow> {
  return new RowReader(input).rows();
}

/** Reads the rows of a file as messages. */
export function readMessages(input: CsvInput): Reader<Partial<Message>> {
  return new RowReader(input).rows(messageBuilder);
}

/** Reads the rows of a file in arrays. */
export function readBatches(input: CsvInput): Reader<TaskRow[]> {
  return new RowReader(input).batches();
}

/** Rows are made in groups, from one string each: fewer strings to make, and a row that is kept holds little memory. */
const GROUP_ROWS = 16;
const GROUP_UNITS = 4096;

/** Reads a CSV file by rows, in constant memory. Rows are built from the scan's offsets without entering the module again. */
class RowReader {
  readonly #pieces: CsvPieces;
  readonly #signal: AbortSignal | undefined;
  readonly #endpoint: string | undefined;
  #dialect: CsvDialect | undefined;
  #build: RowBuilder = listBuilder;

  // The records of the last piece, and the next of them.
  #addresses: [text: number, ends: number, counts: number] = [0, 0, 0];
  #ends = new Uint32Array();
  #counts = new Uint32Array();
  #slice: TextSlicer = () => "";
  #records = 0;
  #record = 0;
  #field = 0;

  constructor(input: CsvInput) {
    this.#signal = input.hooks.signal;
    this.#endpoint = input.hooks.endpoint;
    this.#pieces = new CsvPieces(input, {
      create: (exports) => new exports.CsvScanner(input.options, READ_OPTIONS),
      take: (results) => this.#take(results),
      onDialect: (dialect) => {
        this.#dialect = dialect;
        if (dialect.columns) this.#build = rowBuilder(dialect.columns);
      },
    });
  }

  /** The rows one by one, as they are or converted. */
  rows<T = TaskRow>(converter?: RowConverter<T>): Reader<T> {
    let rows: TaskRow[] = [];
    let index = 0;
    let convert: ((row: TaskRow) => T) | undefined;
    const ready = () => {
      if (this.#signal?.aborted) return undefined;
      if (index === rows.length) {
        if (this.#record === this.#records) return undefined;
        index = 0;
        rows = this.#addGroup([]);
      }
      const row = rows[index++] as TaskRow;
      if (converter) convert ??= converter(this.#pieces.instance, this.#dialect?.columns);
      return convert ? convert(row) : (row as T);
    };
    const next = async (): Promise<IteratorResult<T>> => {
      this.#checkSignal();
      let row = ready();
      if (row === undefined && (await this.#advance())) {
        // The caller's `onProgress` may have aborted.
        this.#checkSignal();
        row = ready();
      }
      return row === undefined ? { value: undefined, done: true } : { value: row, done: false };
    };
    return { next, ready, end: () => this.#end() };
  }

  /** The rows in arrays, as many as each piece of the file completes. */
  batches(): Reader<TaskRow[]> {
    const next = async (): Promise<IteratorResult<TaskRow[]>> => {
      if (!(await this.#advance())) return { value: undefined, done: true };
      const rows: TaskRow[] = [];
      while (this.#record < this.#records) this.#addGroup(rows);
      return { value: rows, done: false };
    };
    return { next, end: () => this.#end() };
  }

  /** After an abort, no more rows of the last piece are given. */
  #checkSignal(): void {
    if (!this.#signal?.aborted) return;
    const error = aborted(this.#signal, this.#endpoint);
    this.#end(error);
    throw error;
  }

  /** Scans up to the next record. Resolves with false at the end; rejects after all complete rows if the file is broken. */
  async #advance(): Promise<boolean> {
    while (await this.#pieces.next()) if (this.#record < this.#records) return true;
    return false;
  }

  #take([, records, headerRecords, text, ends, counts]: Results): void {
    this.#records = records;
    this.#record = headerRecords;
    this.#addresses = [text, ends, counts];
    this.#makeViews();
    this.#field = headerRecords > 0 ? (this.#counts[0] as number) : 0;
  }

  #makeViews(): void {
    const [text, ends, counts] = this.#addresses;
    const { memory } = this.#pieces.instance;
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

  #end(error?: unknown): void {
    this.#record = this.#records;
    this.#pieces.end(error);
  }
}
