import type { CsvDialect } from "../core.js";
import { SmscError } from "../runtime/errors.js";
import { currentInstance } from "../runtime/instance.js";
import { type ByteSource, PeekableSource, type Pull, streamOf } from "./byte-source.js";

/** Bytes after decompression. */
export interface DecompressedSource extends ByteSource {
  /** The compression of the file; known after the first piece. */
  readonly compression: CsvDialect["compression"];
}

/** The first bytes of a file, which show its compression. */
const MAGIC_BYTES = 4;

/** Decompresses the bytes if they begin like gzip or zip. */
export function decompress(source: ByteSource): DecompressedSource {
  let pull: Pull | undefined;
  let compression: CsvDialect["compression"];
  let cancel = () => source.cancel();
  let failure: { error: unknown } | undefined;
  const pullSource: Pull = async () => {
    try {
      return await source.next();
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  const start = async (): Promise<Pull> => {
    const input = new PeekableSource(pullSource);
    const head = await input.peek(MAGIC_BYTES);
    compression = currentInstance().enter((core) => core.detectCompression(head));
    if (compression === undefined) return input.next;
    const zipped = compression === "zip" ? gzipFromZip(input) : undefined;
    const gunzip = new DecompressionStream("gzip") as ReadableWritablePair<Uint8Array, Uint8Array>;
    const stream = streamOf(zipped ? async () => (await zipped.next()).value : input.next).pipeThrough(gunzip);
    const reader = stream.getReader();
    cancel = () => {
      source.cancel();
      reader.cancel().catch(() => {});
    };
    return async () => (await reader.read()).value;
  };
  const next = async () => {
    try {
      pull ??= await start();
      return await pull();
    } catch (cause) {
      source.cancel();
      // The source failed, or the caller's `onProgress` threw: the archive is not at fault.
      if (failure) throw failure.error;
      if (compression === undefined || cause instanceof SmscError) throw cause;
      const message = `the file begins like ${compression} but cannot be unpacked`;
      throw SmscError.create({ code: "bad_response", message }, { cause });
    }
  };
  return Object.create(source, {
    next: { value: next },
    cancel: { value: () => cancel() },
    compression: { get: () => compression },
  });
}

/** The file in a zip archive as gzip, so that the platform decompresses it and checks its length and checksum. */
async function* gzipFromZip(archive: PeekableSource): AsyncGenerator<Uint8Array, undefined> {
  const instance = currentInstance();
  const zip = instance.enter((core) => new core.ZipReader());
  for (let needed = 0; ; ) {
    const held = await archive.peek(needed);
    const step = instance.enter(() => zip.step(held, held.length < needed));
    archive.take(step.skip);
    if (step.emit.length > 0) yield Uint8Array.from(step.emit);
    if (step.pass > 0) yield archive.take(step.pass);
    if (step.isDone) return undefined;
    needed = step.needed;
  }
}
