import type { Pull } from "../files/byte-source.js";
import { orUndefined } from "../runtime/user-values.js";
import { gunzipByStream } from "./gunzip-stream.js";

/** Decompressed bytes. */
export interface Decompressor {
  readonly next: Pull;
  cancel(): void;
}

/** Fewer and larger pieces than zlib's default of 16 kB. */
const CHUNK_BYTES = 65_536;

/**
 * Decompresses gzip of any number of members, by the zlib of Node.js, which Deno and Bun have too: it also reads zeros after them,
 * which the platforms' streams reject or accept each in another way. Elsewhere by the platform's streams.
 */
export function gunzip(pull: Pull): Decompressor {
  // The function throws in the edge runtime of Next.js.
  const zlib = orUndefined(() => globalThis.process?.getBuiltinModule?.("node:zlib"));
  return zlib?.createGunzip ? byZlib(zlib.createGunzip({ chunkSize: CHUNK_BYTES }), pull) : gunzipByStream(pull);
}

/**
 * Each piece is written once all output of those before is read: a stream that fails discards the output that it holds, and the rows
 * before a failure are to come first.
 */
function byZlib(stream: ZlibStream, pull: Pull): Decompressor {
  let isOver = false;
  let failure: { error: unknown } | undefined;
  let wake = () => {};
  const end = () => {
    isOver = true;
    wake();
  };
  stream.on("readable", () => wake());
  stream.on("end", end);
  const fail = (error: unknown) => {
    failure ??= { error };
    end();
  };
  stream.on("error", fail);
  /** Writes a piece, or the end of the file, and gives the output. */
  async function* write(piece: Uint8Array | undefined): AsyncGenerator<Uint8Array, void> {
    let isWritten = false;
    const onWritten = (error: unknown) => {
      if (error) return fail(error);
      isWritten = true;
      wake();
    };
    if (piece) stream.write(piece, onWritten);
    else stream.end();
    for (;;) {
      const output = stream.read();
      if (output) yield output;
      else if (isOver || isWritten) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }
  async function* readAll(): AsyncGenerator<Uint8Array, void> {
    while (!isOver) yield* write(await pull());
    if (failure) throw failure.error;
  }
  const pieces = readAll();
  const cancel = () => {
    end();
    stream.destroy();
  };
  return { next: async () => (await pieces.next()).value ?? undefined, cancel };
}
