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

function byZlib(stream: ZlibStream, pull: Pull): Decompressor {
  let isCancelled = false;
  const write = (piece: Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      stream.write(piece, (error) => (error ? reject(error) : resolve()));
    });
  const feed = async () => {
    for (let piece = await pull(); piece !== undefined; piece = await pull()) await write(piece);
    stream.end();
  };
  let pieces: AsyncIterator<Uint8Array> | undefined;
  const next = async () => {
    if (pieces === undefined) {
      pieces = stream[Symbol.asyncIterator]();
      feed().catch((error) => stream.destroy(error));
    }
    try {
      return (await pieces.next()).value;
    } catch (error) {
      if (isCancelled) return undefined;
      throw error;
    }
  };
  const cancel = () => {
    isCancelled = true;
    stream.destroy();
  };
  return { next, cancel };
}
