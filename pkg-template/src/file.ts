import type { CallOptions, Context } from "./context.js";
import type { CsvOptions } from "./core.js";
import { aborted, internal, SmscError } from "./errors.js";
import { Guard } from "./guard.js";
import { type CsvForm, RowReader, type TaskRow } from "./rows.js";
import { Call } from "./run.js";
import type { Reply } from "./transport.js";
import { type Bytes, decodeText, type FileProgress, progress, unpacked } from "./unpack.js";

/** Options of every way to read a file. */
export interface ReadOptions {
  /** Told after each piece of the file. */
  onProgress?: ((progress: FileProgress) => void) | undefined;
  /** Aborts the reading, and with it the download. */
  signal?: AbortSignal | undefined;
}

/** The options that belong to JavaScript alone. */
export const ownReadOptions = ["onProgress", "csv"] as const;

/** Starts a download and reads it as far as it takes to see that it is a file and no error. */
export async function download(context: Context, which: unknown, options: CallOptions | undefined): Promise<Download> {
  const call = new Call(context, "tasks.download", which, options, ownReadOptions);
  let file: Download | undefined;
  try {
    await call.untilDone(undefined, async (reply, guard) => {
      const beginning = await call.readBeginning(reply, guard);
      if (beginning === undefined) return false;
      guard.pause();
      file = new Download(call, reply, guard, beginning);
      return true;
    });
    if (file === undefined) throw internal("the download gave no file");
    return file;
  } finally {
    if (file === undefined) await call.end();
  }
}

/** An abandoned file, whole or half read, gives back its connection when it is collected. */
const abandoned = new FinalizationRegistry<Download>((download) => download.cancel());

/** Has a download given up when this is collected. */
export function watchOver(reader: object, download: Download): void {
  abandoned.register(reader, download, download);
}

/** The body of a download, piece by piece. */
export class Download implements Bytes {
  readonly total: number | undefined;
  readonly header: (name: string) => string | undefined;
  readonly type: string | undefined;
  #bytes = 0;
  #pieces: Uint8Array[];
  #whole: boolean;
  readonly #call: Call;
  readonly #reply: Reply;
  readonly #guard: Guard;

  constructor(call: Call, reply: Reply, guard: Guard, beginning: { pieces: Uint8Array[]; whole: boolean }) {
    this.#call = call;
    this.#reply = reply;
    this.#guard = guard;
    this.#pieces = beginning.pieces;
    this.#whole = beginning.whole;
    this.header = reply.header;
    this.type = reply.contentType;
    this.total = reply.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  async next(signal?: AbortSignal): Promise<Uint8Array | undefined> {
    if (signal?.aborted) {
      this.cancel();
      throw aborted(signal, "tasks");
    }
    let piece = this.#pieces.shift();
    if (piece === undefined && !this.#whole) piece = await this.#fetch(signal);
    if (piece === undefined) {
      this.#whole = true;
      this.#guard.came();
      await this.#call.end();
    } else {
      this.#bytes += piece.length;
    }
    return piece;
  }

  async #fetch(signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    // The reading has a signal of its own; the download's is watched by its guard.
    const watch = signal && new Guard(signal);
    try {
      this.#guard.limit(this.#call.timeLeft());
      const next = () => this.#guard.within(this.#reply.read);
      return await (watch ? watch.within(next) : next());
    } catch (fault) {
      const error = signal?.aborted ? aborted(signal, "tasks") : this.#call.broken(fault);
      this.cancel();
      throw error;
    } finally {
      this.#guard.pause();
      watch?.close();
    }
  }

  cancel(): void {
    // What it is aborted with remembers who called, and with that who reads.
    abandoned.unregister(this);
    this.#whole = true;
    this.#pieces = [];
    this.#reply.cancel();
    void this.#call.end();
  }
}

/** A task's file, whose download has begun. It can be read once, in one of its ways. */
export class TaskFile {
  /** The file's name, where the service gives one. */
  readonly fileName?: string;
  /** The file's size in bytes, where the service says so. */
  readonly size?: number;
  /** The file's media type, where the service gives one. */
  readonly type?: string;
  /** The form of the file, once its reading by rows or batches has begun. */
  readonly csv?: CsvForm;
  readonly #download: Download;
  #taken = false;

  /** @internal */
  constructor(download: Download) {
    this.#download = download;
    const name = fileName(download.header("content-disposition"));
    if (name !== undefined) this.fileName = name;
    if (download.total !== undefined) this.size = download.total;
    if (download.type !== undefined) this.type = download.type;
    watchOver(this, download);
  }

  /** The bytes as they came, as a stream. To cancel it cancels the download. */
  stream(options?: ReadOptions): ReadableStream<Uint8Array> {
    const pull = this.#take(options);
    const download = this.#download;
    const stream = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          try {
            const piece = await pull();
            if (piece === undefined) controller.close();
            else controller.enqueue(piece);
          } catch (error) {
            controller.error(error);
          }
        },
        cancel: () => download.cancel(),
      },
      { highWaterMark: 0 },
    );
    watchOver(stream, download);
    return stream;
  }

  /** The bytes as they came, all at once. */
  async bytes(options?: ReadOptions): Promise<Uint8Array> {
    return new Uint8Array(await (await this.blob(options)).arrayBuffer());
  }

  /** The bytes as they came, as a `Blob` of the file's type. */
  async blob(options?: ReadOptions): Promise<Blob> {
    const pull = this.#take(options);
    const pieces: Uint8Array[] = [];
    for (let piece = await pull(); piece !== undefined; piece = await pull()) pieces.push(piece);
    return new Blob(pieces as BlobPart[], this.type === undefined ? {} : { type: this.type });
  }

  /** The text, unpacked and decoded: UTF-8, UTF-16 or windows-1251, found out from the bytes. */
  async text(options?: ReadOptions & Pick<CsvOptions, "encoding">): Promise<string> {
    const { encoding, ...rest } = options ?? {};
    return decodeText(unpacked(this.#source(rest)), encoding);
  }

  /** The rows one by one, unpacked, decoded and cut. What `csv` does not say is found out from the bytes. */
  rows(csv?: CsvOptions & ReadOptions, options?: ReadOptions): AsyncIterableIterator<TaskRow> {
    return this.#reader(csv, options).rows();
  }

  /** The rows in arrays, as many as came together: less work a row than one by one. */
  batches(csv?: CsvOptions & ReadOptions, options?: ReadOptions): AsyncIterableIterator<TaskRow[]> {
    return this.#reader(csv, options).batches();
  }

  #reader(csv: (CsvOptions & ReadOptions) | undefined, options: ReadOptions | undefined): RowReader {
    const { onProgress = options?.onProgress, signal = options?.signal, ...form } = csv ?? {};
    const reader: RowReader = new RowReader(
      () => {
        const source = this.#source({ signal });
        watchOver(reader, this.#download);
        return source;
      },
      form,
      {
        onProgress,
        onForm: (form) => {
          (this as { csv: CsvForm }).csv = form;
        },
        endpoint: "tasks",
      },
    );
    return reader;
  }

  #source(options: ReadOptions): Bytes {
    const pull = this.#take(options);
    const download = this.#download;
    return {
      next: pull,
      cancel: () => download.cancel(),
      get bytes() {
        return download.bytes;
      },
      total: download.total,
    };
  }

  #take(options: ReadOptions | undefined): () => Promise<Uint8Array | undefined> {
    if (this.#taken) {
      throw new SmscError({
        code: "invalid_parameter",
        message: "this file was read already: download it again",
        endpoint: "tasks",
      });
    }
    this.#taken = true;
    const download = this.#download;
    abandoned.unregister(download);
    const { onProgress, signal } = options ?? {};
    return async () => {
      const piece = await download.next(signal);
      if (piece !== undefined) onProgress?.(progress(download.bytes, 0, download.total));
      return piece;
    };
  }
}

/** The name in a `Content-Disposition`: RFC 5987's form first. Other bytes than ASCII arrive as latin-1. */
function fileName(header: string | undefined): string | undefined {
  const extended = header?.match(/filename\*\s*=\s*utf-8''([^;]+)/i)?.[1];
  if (extended !== undefined) {
    try {
      return decodeURIComponent(extended.trim());
    } catch {
      // Not encoded after all: the plain form may be there.
    }
  }
  const plain = header?.match(/filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]+))/i);
  const name = plain?.[1]?.replace(/\\(.)/g, "$1") ?? plain?.[2]?.trim();
  if (name === undefined || name === "") return undefined;
  const bytes = Uint8Array.from(name, (c) => c.charCodeAt(0));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of latin-1
  if (!/^[\x00-\xff]*$/.test(name)) return name;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1251").decode(bytes);
  }
}
