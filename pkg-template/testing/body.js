/** The bytes of a body on their way: in pieces, slowly, or only in part. */

import { sleep } from "./waiting.js";

/** The connection ended where no reply should. */
export class ConnectionFailure extends Error {
  /**
   * @param {string} message
   * @param {string} code As Node's sockets name it.
   */
  constructor(message, code) {
    super(message);
    this.name = "ConnectionFailure";
    this.code = code;
  }
}

/** @typedef {Uint8Array | AsyncIterable<Uint8Array>} Source */
/** @typedef {{ chunkBytes?: number | undefined, chunkDelayMs?: number | undefined, cut?: number | undefined }} Delivery */

const CHUNK_BYTES = 16 * 1024;

/**
 * @param {Source} source
 * @param {Delivery} delivery
 * @param {AbortSignal | undefined} signal
 * @returns {AsyncGenerator<Uint8Array, void, undefined>}
 */
export async function* pieces(source, { chunkBytes = CHUNK_BYTES, chunkDelayMs, cut }, signal) {
  let left = cut ?? Number.POSITIVE_INFINITY;
  for await (const block of source instanceof Uint8Array ? [source] : source) {
    for (let start = 0; start < block.length; start += chunkBytes) {
      if (left <= 0) throw new ConnectionFailure("other side closed", "UND_ERR_SOCKET");
      if (chunkDelayMs !== undefined) await sleep(chunkDelayMs, signal);
      signal?.throwIfAborted();
      const piece = block.subarray(start, start + Math.min(chunkBytes, left, block.length - start));
      left -= piece.length;
      if (piece.length < Math.min(chunkBytes, block.length - start)) {
        if (piece.length > 0) yield piece;
        throw new ConnectionFailure("other side closed", "UND_ERR_SOCKET");
      }
      yield piece;
    }
  }
}
