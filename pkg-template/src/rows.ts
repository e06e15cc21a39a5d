import { type CsvOptions, core, coreText, drop, make, Op } from "./core.js";
import { named } from "./errors.js";
import { era, type Handle } from "./instance.js";
import { iterator } from "./iterator.js";
import { toJson } from "./json.js";
import { init } from "./load.js";
import { memory } from "./smsc.js";
import { type Bytes, type FileProgress, progress, unpacked } from "./unpack.js";

/**
 * A row of a task's file: by the columns' names where the file has a header, and a list of the values where it has none.
 * A missing value leaves its column out; surplus values are a list under `__extra`; of columns of one name the second is
 * `name_2`.
 */
export type TaskRow = Record<string, string> | string[];

/** Rows are made of one string for so many of them: fewer strings to make, and a kept row holds little. */
const group = 16;

/** Reads a CSV file row by row, in constant memory. */
export class RowReader {
  readonly #open: () => Bytes;
  readonly #csv: CsvOptions;
  readonly #onProgress: ((progress: FileProgress) => void) | undefined;
  readonly #endpoint: string | undefined;
  #source: Bytes | undefined;
  #scanner: Handle | undefined;
  #columns: string[] | undefined;
  #rows = 0;
  #failure: unknown;
  #over = false;

  constructor(
    open: () => Bytes,
    csv: CsvOptions,
    onProgress: ((progress: FileProgress) => void) | undefined,
    endpoint: string | undefined,
  ) {
    this.#open = open;
    this.#csv = csv;
    this.#onProgress = onProgress;
    this.#endpoint = endpoint;
  }

  /** The rows one by one. */
  rows(): AsyncIterableIterator<TaskRow> {
    let batch: TaskRow[] = [];
    let at = 0;
    const next = async (): Promise<IteratorResult<TaskRow>> => {
      while (at === batch.length) {
        const more = await this.#next();
        if (more === undefined) return { value: undefined, done: true };
        batch = more;
        at = 0;
      }
      return { value: batch[at++] as TaskRow, done: false };
    };
    return iterator(next, () => {
      at = batch.length;
      this.#end();
    });
  }

  /** The rows in arrays, as they came. */
  batches(): AsyncIterableIterator<TaskRow[]> {
    const next = async (): Promise<IteratorResult<TaskRow[]>> => {
      const batch = await this.#next();
      return batch === undefined ? { value: undefined, done: true } : { value: batch, done: false };
    };
    return iterator(next, () => this.#end());
  }

  /** The next rows; nothing at the end. Rejects with what ended the file too early, after all sound rows. */
  async #next(): Promise<TaskRow[] | undefined> {
    try {
      while (!this.#over) {
        const rows = await this.#step();
        if (rows.length > 0) return rows;
      }
      if (this.#failure !== undefined) {
        const failure = this.#failure;
        this.#failure = undefined;
        throw failure;
      }
      return undefined;
    } catch (fault) {
      this.#end();
      throw fault;
    }
  }

  async #step(): Promise<TaskRow[]> {
    if (this.#source === undefined) {
      await init();
      this.#scanner = makeScanner(this.#csv, this.#endpoint, this);
      this.#source = unpacked(this.#open());
    }
    const source = this.#source;
    const scanner = this.#scanner as Handle;
    const piece = await source.next();
    if (this.#over) return [];
    if (piece === undefined) {
      this.#over = true;
      try {
        core(Op.Finish, scanner);
      } catch (fault) {
        this.#failure = named(fault, this.#endpoint);
      }
    } else {
      core(Op.Feed, scanner, "", 0, 0, piece);
    }
    const rows = this.#take(scanner);
    this.#rows += rows.length;
    if (piece !== undefined || rows.length > 0) this.#onProgress?.(progress(source.bytes, this.#rows, source.total));
    if (this.#over) this.#end();
    return rows;
  }

  /** Makes rows of the complete records. */
  #take(scanner: Handle): TaskRow[] {
    const records = core(Op.Records, scanner);
    if (records === 0) return [];
    if (this.#columns === undefined) {
      const columns = coreText(Op.Columns, scanner);
      this.#columns = columns === "" ? [] : JSON.parse(columns);
    }
    const make = this.#columns?.length ? byColumns(this.#columns) : listed;
    const buffer = memory();
    const ends = new Uint32Array(buffer, core(Op.EndsAt, scanner), core(Op.FieldCount, scanner));
    const counts = new Uint32Array(buffer, core(Op.CountsAt, scanner), records);
    const units = new Uint16Array(buffer, core(Op.TextAt, scanner), ends[ends.length - 1] ?? 0);
    const rows: TaskRow[] = [];
    for (let record = 0, field = 0, start = 0; record < records; ) {
      const last = Math.min(record + group, records);
      let fields = 0;
      for (let i = record; i < last; i++) fields += counts[i] as number;
      const end = ends[field + fields - 1] as number;
      const text = utf16.decode(units.subarray(start, end));
      for (let at = 0; record < last; record++) {
        const row: string[] = [];
        for (let left = counts[record] as number; left > 0; left--) {
          const next = (ends[field++] as number) - start;
          row.push(text.slice(at, next));
          at = next;
        }
        rows.push(make(row));
      }
      start = end;
    }
    return rows;
  }

  #end(): void {
    this.#over = true;
    this.#source?.cancel();
    if (this.#scanner !== undefined) drop(this.#scanner, this);
    this.#scanner = undefined;
  }
}

/** Refuses a form of the file that makes no sense, before the file is asked for. */
export function checkCsv(csv: CsvOptions | undefined, endpoint: string): void {
  drop(makeScanner(csv ?? {}, endpoint));
}

function makeScanner(csv: CsvOptions, endpoint: string | undefined, owner?: object): Handle {
  try {
    return make(Op.NewCsv, era, toJson(csv), owner);
  } catch (fault) {
    throw named(fault, endpoint);
  }
}

const utf16 = new TextDecoder("utf-16le", { ignoreBOM: true });

const listed = (row: string[]): TaskRow => row;

function byColumns(columns: readonly string[]): (row: string[]) => TaskRow {
  return (values) => {
    const row: Record<string, string> = {};
    const known = Math.min(columns.length, values.length);
    for (let i = 0; i < known; i++) put(row, columns[i] as string, values[i] as string);
    if (values.length > columns.length) put(row, "__extra", values.slice(columns.length));
    return row;
  };
}

/** `__proto__` is a column like any other: an assignment would change the row's prototype. */
function put(row: Record<string, string>, column: string, value: string | string[]): void {
  if (column === "__proto__")
    Object.defineProperty(row, column, { value, enumerable: true, configurable: true, writable: true });
  else row[column] = value as string;
}
