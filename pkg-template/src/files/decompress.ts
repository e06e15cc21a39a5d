import type { ArchiveReader, CsvDialect } from "../core.js";
import { type CoreInstance, currentInstance } from "../runtime/instance.js";
import { type ByteSource, PeekableSource, type Pull } from "./byte-source.js";

/** Bytes after decompression. */
export interface DecompressedSource extends ByteSource {
  /** The compression of the file; known after the first piece. */
  readonly compression: CsvDialect["compression"];
}

/** The first bytes of a file, which show its compression. */
const MAGIC_BYTES = 8;

/** Longer pieces are split, so that the module's memory does not grow. */
const PIECE_BYTES = 65_536;

/** Decompresses the bytes if they begin like gzip or zip. `file`: the file to read in a zip archive. */
export function decompress(source: ByteSource, file?: string): DecompressedSource {
  let pull: Pull | undefined;
  let compression: CsvDialect["compression"];
  let archive: Archive | undefined;
  const start = async (): Promise<Pull> => {
    const input = new PeekableSource(source.next);
    const head = await input.peek(MAGIC_BYTES);
    const instance = currentInstance();
    compression = instance.enter((core) => core.detectCompression(head));
    if (compression === undefined) return input.next;
    archive = new Archive(input, instance, compression, file);
    return archive.next;
  };
  const next = async () => {
    try {
      pull ??= await start();
      const piece = await pull();
      if (piece === undefined) archive?.free();
      return piece;
    } catch (error) {
      archive?.free();
      source.cancel();
      throw error;
    }
  };
  const cancel = () => {
    archive?.free();
    source.cancel();
  };
  return Object.create(source, {
    next: { value: next },
    cancel: { value: cancel },
    compression: { get: () => compression },
  });
}

/** The file in an archive. */
class Archive {
  readonly #input: PeekableSource;
  readonly #instance: CoreInstance;
  #reader: ArchiveReader | undefined;
  #rest: Uint8Array = new Uint8Array();

  constructor(input: PeekableSource, instance: CoreInstance, compression: string, file: string | undefined) {
    this.#input = input;
    this.#instance = instance;
    this.#reader = instance.enter((core) => new core.ArchiveReader(compression, file));
  }

  readonly next: Pull = async () => {
    for (;;) {
      const reader = this.#reader;
      if (!reader) return undefined;
      const bytes = this.#instance.enter(() => reader.next());
      if (bytes !== undefined) return bytes;
      if (this.#instance.enter(() => reader.isOver)) return undefined;
      const piece = this.#rest.length > 0 ? this.#rest : await this.#input.next();
      // It may have been cancelled meanwhile.
      if (this.#reader === undefined) return undefined;
      this.#rest = piece?.subarray(PIECE_BYTES) ?? this.#rest;
      this.#instance.enter(() => reader.push(piece?.subarray(0, PIECE_BYTES)));
    }
  };

  free(): void {
    const reader = this.#reader;
    this.#reader = undefined;
    try {
      if (reader) this.#instance.enter(() => reader.free());
    } catch {
      // It ended with its instance.
    }
  }
}
