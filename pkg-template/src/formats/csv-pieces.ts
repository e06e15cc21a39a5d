import { MAX_PIECE_BYTES, RESULT_COUNT } from "../core-constants.js";
import { PeekableSource, type Pull, progressOf } from "../files/byte-source.js";
import type { CsvInput } from "../files/csv-input.js";
import { createPauses } from "../files/pause.js";
import type * as Exports from "../formats-module.js";
import type { CsvDialect, CsvScanner } from "../formats-module.js";
import { atCaller, SmscError, withEndpoint } from "../runtime/errors.js";
import * as simd from "../runtime/simd-speed.js";
import { callProgress } from "../runtime/user-values.js";
import { transcode } from "./decode.js";
import { type DecompressedSource, decompress } from "./decompress.js";
import { type FormatsInstance, formatsModule } from "./module.js";

/** The functions of a reader that makes something of the pieces. */
export interface PieceHandler {
  /** Makes the scanner. */
  readonly create: (exports: typeof Exports) => CsvScanner;
  /** Takes the results of a piece. */
  readonly take?: (results: Results) => void;
  /** Takes the dialect, before the results that come with it. */
  readonly onDialect?: (dialect: CsvDialect) => void;
  /** Called after the last piece, or the last one before an error, while the scanner is still there. */
  readonly finish?: () => void;
}

/** The numbers that a scan leaves in the memory, as src/web/csv.rs lists them. */
export type Results = [
  buffer: number,
  records: number,
  headerRecords: number,
  output1: number,
  output2: number,
  output3: number,
  isDialectNew: number,
];

/** Scans a file piece by piece, in constant memory. The scan is Rust. */
export class CsvPieces {
  readonly #input: CsvInput;
  readonly #handler: PieceHandler;
  readonly #pause = createPauses();
  #source: DecompressedSource | undefined;
  #instance: FormatsInstance | undefined;
  #scanner: CsvScanner | undefined;
  #resultsAddress = 0;
  #bufferAddress = 0;
  #pull: Pull | undefined;
  #piece: Uint8Array = new Uint8Array();
  #rows = 0;
  #bytesScanned = 0;
  #failure: { error: unknown } | undefined;
  /** The failure of the source, which ends the file: the complete rows before it come first. */
  #sourceFailure: { error: unknown } | undefined;
  #isDone = false;

  constructor(input: CsvInput, handler: PieceHandler) {
    this.#input = input;
    this.#handler = handler;
  }

  /** The bytes that were scanned so far, after decompression. */
  get bytesScanned(): number {
    return this.#bytesScanned;
  }

  /** The instance of the scanner. */
  get instance(): FormatsInstance {
    return this.#instance as FormatsInstance;
  }

  /** Does something with the scanner, unless it has ended. */
  enter<T>(act: (scanner: CsvScanner) => T): T | undefined {
    const [instance, scanner] = [this.#instance, this.#scanner];
    return scanner && instance?.enter(() => act(scanner));
  }

  /** Scans the next piece. Resolves with false at the end; rejects after the results of all pieces if the file is broken. */
  async next(): Promise<boolean> {
    try {
      if (!this.#isDone) {
        await this.#scanNext();
        return true;
      }
      if (this.#failure) throw this.#failure.error;
      this.#finish();
      return false;
    } catch (error) {
      this.#failure = undefined;
      this.#finish(error);
      throw atCaller(withEndpoint(error, this.#input.hooks.endpoint));
    }
  }

  /** Ends the reading after the results of all pieces. */
  #finish(error?: unknown): void {
    const finish = this.#instance?.hasTrapped === false && this.#scanner ? this.#handler.finish : undefined;
    try {
      finish?.();
    } finally {
      this.end(error);
    }
  }

  async #scanNext(): Promise<void> {
    if (this.#pull === undefined) await this.#start();
    await this.#pause();
    this.#source?.check?.();
    const piece = this.#piece.length > 0 ? this.#piece : await this.#pull?.();
    const [source, instance, scanner] = [this.#source, this.#instance, this.#scanner];
    // The caller may have ended the reading meanwhile.
    if (this.#isDone || !source || !instance || !scanner) return;
    let rejected = 0;
    try {
      rejected = piece ? this.#scan(piece, instance, scanner) : this.#scanRest(instance, scanner);
      this.#isDone = rejected === 0 && piece === undefined;
      if (this.#isDone) this.#failure = this.#sourceFailure;
    } catch (error) {
      this.#isDone = true;
      this.#failure = { error };
      // A trap leaves the results of the piece before.
      if (error instanceof SmscError && error.code === "internal") return;
    }
    const records = this.#readResults(instance, scanner);
    if (rejected > 0) this.#replaceInvalidBytes(instance, rejected);
    if (piece !== undefined || records > 0) {
      callProgress(this.#input.hooks.onProgress, progressOf(source, this.#rows));
    }
  }

  /** Opens the file, and detects the charset and the delimiter. */
  async #start(): Promise<void> {
    const { instance } = await formatsModule();
    if (this.#isDone) {
      // The source may hold a connection.
      (await this.#input.open()).cancel();
      return;
    }
    const scanner = instance.enter((exports) => this.#handler.create(exports));
    this.#instance = instance;
    this.#scanner = scanner;
    const source = decompress(await this.#input.open(), this.#input.options.file);
    this.#source = source;
    if (this.#isDone) source.cancel();
    const input = new PeekableSource(source.next);
    let needed = 0;
    do {
      const head = await input.peekBeforeFailure(needed);
      if (this.#isDone) return;
      const isComplete = head.length < needed;
      needed = instance.enter(() =>
        scanner.detect(head, isComplete, source.compression, source.type, source.isText === true),
      );
    } while (needed > 0);
    input.take(instance.enter(() => scanner.skippedBytes));
    const charset = instance.enter(() => scanner.decoderLabel);
    this.#pull = this.#endAtFailure(charset === undefined ? input.next : transcode(input.next, charset));
    this.#resultsAddress = instance.enter(() => scanner.results);
    this.#readResults(instance, scanner);
  }

  /** The same bytes, which end where the source fails. */
  #endAtFailure(pull: Pull): Pull {
    return async () => {
      if (this.#sourceFailure) return undefined;
      try {
        return await pull();
      } catch (error) {
        this.#sourceFailure = { error };
        return undefined;
      }
    };
  }

  /** Scans what the scanner holds at the end of the bytes. */
  #scanRest(instance: FormatsInstance, scanner: CsvScanner): number {
    return instance.enter(() => (this.#sourceFailure ? scanner.flush() : scanner.finish()));
  }

  /** Scans the first part of a piece, and keeps the rest. */
  #scan(piece: Uint8Array, instance: FormatsInstance, scanner: CsvScanner): number {
    const bytes = piece.subarray(0, MAX_PIECE_BYTES);
    this.#piece = piece.subarray(MAX_PIECE_BYTES);
    new Uint8Array(instance.memory.buffer).set(bytes, this.#bufferAddress);
    this.#bytesScanned += bytes.length;
    const start = Date.now();
    const rejected = instance.enter(() => scanner.scan(bytes.length, simd.isSlow));
    simd.recordScan(bytes.length, Date.now() - start);
    return rejected;
  }

  /** From the rejected bytes on, the platform's decoder puts replacement characters for bytes that are not UTF-8. */
  #replaceInvalidBytes({ memory }: FormatsInstance, rejected: number): void {
    const pull = this.#pull as Pull;
    const pieces = [new Uint8Array(memory.buffer, this.#bufferAddress, rejected).slice(), this.#piece];
    this.#piece = new Uint8Array();
    this.#pull = transcode(async () => pieces.shift() ?? pull(), "utf-8");
  }

  /** Passes the results on. Returns the number of records. */
  #readResults(instance: FormatsInstance, scanner: CsvScanner): number {
    const results = [
      ...new Uint32Array(instance.memory.buffer, this.#resultsAddress, RESULT_COUNT satisfies Results["length"]),
    ] as Results;
    const [buffer, records, headerRecords, , , , isDialectNew] = results;
    this.#bufferAddress = buffer;
    this.#rows += records - headerRecords;
    const dialect = isDialectNew ? instance.enter(() => scanner.takeDialect()) : undefined;
    if (dialect) this.#handler.onDialect?.(dialect);
    this.#handler.take?.(results);
    if (dialect) this.#input.hooks.onDialect?.(dialect);
    return records;
  }

  /** Ends the reading, with an error if there is one. */
  end(error?: unknown): void {
    this.#isDone = true;
    this.#source?.cancel();
    const scanner = this.#scanner;
    this.#scanner = undefined;
    try {
      if (scanner) this.#instance?.enter(() => scanner.free());
    } catch {
      // It ended with its instance.
    }
    this.#input.hooks.giveUpUnopened?.(error);
  }
}
