import { distinct, namesColumns } from "./columns.js";
import { type CsvOptions, core, coreText, drop, make as makeThing, Op } from "./core.js";
import { type Beginning, begin, recoded } from "./csv-form.js";
import { type Cut, cutter } from "./cut.js";
import { named } from "./errors.js";
import { era, type Handle, memory, put } from "./instance.js";
import { iterator } from "./iterator.js";
import { toJson } from "./json.js";
import { init } from "./load.js";
import { byNames, lists, type Make, makerOf } from "./row-maker.js";
import { type Bytes, type FileProgress, held, progress, type Unpacked, unpacked } from "./unpack.js";
import * as vectors from "./vectors.js";

/**
 * A row of a task's file: by the columns' names where the file has a header, and a list of the values where it has none.
 * A missing value leaves its column out; surplus values are a list under `__extra`; of columns of one name the second is
 * `name_2`.
 */
export type TaskRow = Record<string, string> | string[];

/** The form of a CSV file, as it was found out or said. */
export interface CsvForm {
  /** `"utf-8"`, `"windows-1251"`, `"koi8-r"`, `"utf-16le"` or `"utf-16be"`. */
  encoding: string;
  /** The character between two fields. */
  delimiter: string;
  /** Whether the first record names the columns. */
  header: boolean;
  /** The columns' names, each different, where there is a header. */
  columns?: string[];
  /** How the file is packed, if it is. */
  compression?: "gzip" | "zip";
}

/** What the reading of a file is part of. */
export interface Reading {
  readonly onProgress?: ((progress: FileProgress) => void) | undefined;
  /** Told the file's form when it is known, and again should it turn out to be another. */
  readonly onForm?: (form: CsvForm) => void;
  /** The reading is over, to its end or not. */
  readonly end?: () => void;
  readonly endpoint?: string;
}

/** Rows are made of one string for so many, or so many units: fewer strings to make, and a kept row holds little. */
const groupRows = 16;
const groupUnits = 4096;

/** Large pieces are scanned in parts, so that what is made of them does not pile up. */
const part = 65_536;

/** Reads a CSV file row by row, in constant memory. */
export class RowReader {
  readonly #open: () => Bytes | Promise<Bytes>;
  readonly #csv: CsvOptions | undefined;
  readonly #reading: Reading;
  #source: Unpacked | undefined;
  #scanner: Handle | undefined;
  #piece: Uint8Array = new Uint8Array();
  #rows = 0;
  #failure: unknown;
  #over = false;

  #form: CsvForm | undefined;
  /** Whether the file is windows-1251; neither before that is known. */
  #single = -1;
  #begun: Beginning | undefined;
  #make: Make = lists;

  // What the scanner found in the piece, where it lies, and up to where rows were made of it.
  #buffer: ArrayBufferLike | undefined;
  #places: readonly number[] = [];
  #ends = new Uint32Array();
  #counts = new Uint32Array();
  #cut: Cut = () => "";
  #records = 0;
  #record = 0;
  #field = 0;

  constructor(open: () => Bytes | Promise<Bytes>, csv: CsvOptions | undefined, reading: Reading) {
    this.#open = open;
    this.#csv = csv;
    this.#reading = reading;
  }

  /** The rows one by one, as they are or made something else of. */
  rows<T = TaskRow>(as?: (row: TaskRow) => T): AsyncIterableIterator<T> {
    let rows: TaskRow[] = [];
    let at = 0;
    const ready = () => {
      if (at === rows.length) {
        if (this.#record === this.#records) return undefined;
        at = 0;
        rows = this.#group([]);
      }
      const row = rows[at++] as TaskRow;
      return as ? as(row) : (row as T);
    };
    const next = async (): Promise<IteratorResult<T>> => {
      const row = ready() ?? ((await this.#more()) ? ready() : undefined);
      return row === undefined ? { value: undefined, done: true } : { value: row, done: false };
    };
    return iterator(next, () => this.#end(), ready);
  }

  /** The rows in arrays, as they came. */
  batches(): AsyncIterableIterator<TaskRow[]> {
    const next = async (): Promise<IteratorResult<TaskRow[]>> => {
      if (!(await this.#more())) return { value: undefined, done: true };
      const rows: TaskRow[] = [];
      while (this.#record < this.#records) this.#group(rows);
      return { value: rows, done: false };
    };
    return iterator(next, () => this.#end());
  }

  /** Whether there are more rows. Rejects with what ended the file too early, after all sound rows. */
  async #more(): Promise<boolean> {
    try {
      while (!this.#over) {
        await this.#step();
        if (this.#record < this.#records) return true;
      }
      if (this.#failure !== undefined) throw this.#failure;
      this.#end();
      return false;
    } catch (fault) {
      this.#failure = undefined;
      this.#end();
      throw fault;
    }
  }

  async #step(): Promise<void> {
    const { endpoint, onProgress } = this.#reading;
    if (this.#source === undefined) {
      await init();
      const encoding = checked(this.#csv, endpoint);
      const source = unpacked(await this.#open());
      this.#source = source;
      if (this.#over) source.cancel();
      const begun = await begin(
        held(() => source.next()),
        encoding,
        this.#csv?.delimiter,
      );
      if (this.#over) return;
      const { delimiter, guess } = begun;
      this.#begun = begun;
      const form = begun.encoding === "windows-1251" ? 1 : guess ? 2 : 0;
      this.#scanner = makeThing(Op.NewCsv, era, "", this, delimiter.charCodeAt(0), form);
    }
    const source = this.#source;
    const piece = this.#piece.length > 0 ? this.#piece : await this.#begun?.next();
    const scanner = this.#scanner;
    // It was ended meanwhile.
    if (this.#over || scanner === undefined) return;
    try {
      let wrong: number;
      if (piece === undefined) wrong = core(Op.Finish, scanner);
      else {
        const bytes = piece.subarray(0, part);
        this.#piece = piece.subarray(part);
        const place = core(Op.Room, scanner, "", bytes.length);
        put(bytes, place);
        const began = Date.now();
        wrong = core(Op.Feed, scanner, "", Number(vectors.slow));
        vectors.watch(bytes.length, Date.now() - began);
      }
      if (wrong > 0) this.#mend(scanner, wrong);
      else this.#over = piece === undefined;
    } catch (fault) {
      this.#over = true;
      this.#failure = named(fault, endpoint);
    }
    this.#find(scanner, source.compression);
    if (piece !== undefined || this.#records > 0) onProgress?.(progress(source.bytes, this.#rows, source.total));
  }

  /** So many bytes are no UTF-8: from them on the platform's decoder puts a replacement in the place of what is none. */
  #mend(scanner: Handle, wrong: number): void {
    const begun = this.#begun as Beginning;
    const { next } = begun;
    const place = core(Op.Room, scanner);
    const before = [new Uint8Array(memory(), place, wrong).slice(), this.#piece];
    this.#piece = new Uint8Array();
    begun.next = recoded(async () => before.shift() ?? next(), "utf-8");
  }

  /** Looks at what the scanner found. */
  #find(scanner: Handle, compression: CsvForm["compression"]): void {
    const found = core(Op.Found, scanner);
    const [records, single, ...places] = new Uint32Array(memory(), found, 5) as unknown as [number, number];
    this.#records = records;
    this.#record = this.#field = 0;
    if (this.#buffer !== memory() || places.some((place, at) => place !== this.#places[at])) this.#look(places);
    // The form is known with the first record, or the end. What is ASCII for long may turn out to be windows-1251.
    if (single !== this.#single && (records > 0 || this.#over)) this.#know(single, compression);
    this.#rows += this.#records - this.#record;
  }

  #know(single: number, compression: CsvForm["compression"]): void {
    const { encoding, delimiter } = this.#begun as Beginning;
    const form: CsvForm = { encoding: single ? "windows-1251" : encoding, delimiter, header: false };
    if (compression) form.compression = compression;
    const before = this.#form;
    let { columns } = before ?? {};
    if (before === undefined && this.#records > 0) {
      const [first] = this.#group([], 1) as [string[]];
      if (this.#csv?.header ?? namesColumns(first)) columns = distinct(first);
      else this.#record = this.#field = 0;
    }
    if (columns) {
      Object.assign(form, { header: true, columns });
      this.#make = makerOf(columns);
    }
    this.#single = single;
    this.#form = form;
    this.#reading.onForm?.(form);
  }

  #look(places: readonly number[]): void {
    const [text, ends, counts] = places as [number, number, number];
    const buffer = memory();
    this.#buffer = buffer;
    this.#places = places;
    this.#ends = new Uint32Array(buffer, ends);
    this.#counts = new Uint32Array(buffer, counts);
    this.#cut = cutter(buffer, text);
  }

  /** Adds the next rows: as many as have the same number of fields, and not too many. */
  #group(rows: TaskRow[], most = groupRows): TaskRow[] {
    // Another call has made the core's memory grow: what lies there lies in another buffer now.
    if (this.#ends.length === 0) {
      // Unless it died: in the memory of the next life there is something else.
      core(Op.Found, this.#scanner);
      this.#look(this.#places);
    }
    const [ends, counts, field] = [this.#ends, this.#counts, this.#field];
    const fields = counts[this.#record] as number;
    const base = field > 0 ? (ends[field - 1] as number) : 0;
    let count = 0;
    let last = field;
    let end = base;
    do {
      count++;
      last += fields;
      end = ends[last - 1] as number;
    } while (
      count < most &&
      this.#record + count < this.#records &&
      counts[this.#record + count] === fields &&
      end - base < groupUnits
    );
    const columns = this.#form?.columns;
    const make = columns === undefined || columns.length === fields ? this.#make : byNames(columns);
    make(this.#cut(base, end), ends, field, base, fields, count, rows);
    this.#record += count;
    this.#field = last;
    return rows;
  }

  #end(): void {
    this.#over = true;
    this.#record = this.#records;
    this.#source?.cancel();
    if (this.#scanner !== undefined) drop(this.#scanner, this);
    this.#scanner = undefined;
    this.#reading.end?.();
  }
}

/** Refuses a form of the file that makes no sense; gives the encoding's name, or an empty text. */
function checked(csv: CsvOptions | undefined, endpoint: string | undefined): string {
  const { encoding } = csv ?? {};
  const given = typeof encoding === "string" ? { ...csv, encoding: encoding.trim().toLowerCase() } : csv;
  try {
    return coreText(Op.CheckCsv, era, toJson(given ?? {}));
  } catch (fault) {
    throw named(fault, endpoint);
  }
}
