import { MAGIC_BYTES } from "../core-constants.js";
import { type ByteSource, PeekableSource, type Pull } from "../files/byte-source.js";
import { createPauses } from "../files/pause.js";
import type { CsvDialect } from "../formats-module.js";
import { SmscError } from "../runtime/errors.js";
import { type Decompressor, gunzip } from "./gunzip.js";
import { type FormatsInstance, formatsModule } from "./module.js";

/** Bytes after decompression. */
export interface DecompressedSource extends ByteSource {
  /** The compression of the file; known after the first piece. */
  readonly compression: CsvDialect["compression"];
}

/** Archives within archives. An archive can contain itself without end. */
const MAX_DEPTH = 4;

/** Longer pieces of an archive are inspected in parts, so that the module's memory does not grow. */
const PART_BYTES = 262_144;

/** Decompresses the bytes while they begin like gzip or zip. `file` is the path of the wanted file in a zip archive of several. */
export function decompress(source: ByteSource, file?: string): DecompressedSource {
  let pull: Pull | undefined;
  let compression: CsvDialect["compression"];
  const cancels = [() => source.cancel()];
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
    const { instance } = await formatsModule();
    let pullLevel = pullSource;
    let path = () => file;
    for (let depth = 0; ; depth++) {
      const input = new PeekableSource(pullLevel);
      const head = await input.peekBeforeFailure(MAGIC_BYTES);
      const detected = instance.enter((exports) => exports.detectCompression(head));
      if (detected === undefined) return input.next;
      compression ??= detected;
      if (depth === MAX_DEPTH) throw badArchive(`is packed more than ${MAX_DEPTH} times`);
      const check = () => source.check?.();
      const level: Decompressor & Partial<Unzip> =
        detected === "zip" ? unzip(instance, input, path(), check) : gunzip(input.next);
      path = level.innerPath ?? path;
      cancels.push(level.cancel);
      pullLevel = level.next;
    }
  };
  const cancel = () => {
    for (const cancelLevel of cancels) cancelLevel();
  };
  const next = async () => {
    try {
      pull ??= await start();
      return await pull();
    } catch (cause) {
      cancel();
      // The source failed, or the caller's `onProgress` threw: the archive is not at fault.
      if (failure) throw failure.error;
      if (compression === undefined || cause instanceof SmscError) throw cause;
      throw badArchive(`begins like ${compression}, but cannot be unpacked: it is damaged or cut off`, { cause });
    }
  };
  return Object.create(source, {
    next: { value: next },
    cancel: { value: cancel },
    compression: { get: () => compression },
  });
}

function badArchive(reason: string, options?: { cause: unknown }): SmscError {
  return SmscError.create({ code: "bad_response", message: `the file ${reason}` }, options);
}

interface Unzip extends Decompressor {
  /** The path of the wanted file within the file, if that is an archive too. Known after the first piece. */
  innerPath(): string | undefined;
}

/** A file in a zip archive. It is repackaged as gzip, so that the platform decompresses it and checks its length and checksum. */
function unzip(instance: FormatsInstance, archive: PeekableSource, file: string | undefined, check: () => void): Unzip {
  const zip = instance.enter((exports) => new exports.ZipReader(file));
  const pause = createPauses();
  const queue: Uint8Array[] = [];
  let needed = 0;
  let isFileComplete = false;
  let isDone = false;
  const step = async () => {
    if (await pause()) check();
    const held = await archive.peek(needed);
    const next = instance.enter(() => zip.step(held.subarray(0, PART_BYTES), held.length < needed));
    archive.take(next.skip);
    if (next.emit.length > 0) queue.push(Uint8Array.from(next.emit));
    if (next.pass > 0) queue.push(archive.take(next.pass));
    ({ needed, isDone } = next);
    isFileComplete ||= next.isFileComplete;
  };
  const content = gunzip(async () => {
    while (queue.length === 0 && !isFileComplete) await step();
    return queue.shift();
  });
  const next: Pull = async () => {
    const piece = await content.next();
    if (piece !== undefined) return piece;
    // The file is delivered before an error of the archive's rest.
    while (!isDone) await step();
    while ((await archive.next()) !== undefined);
    return undefined;
  };
  return { next, cancel: content.cancel, innerPath: () => instance.enter(() => zip.innerPath) };
}
