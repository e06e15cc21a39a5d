/** Streams the bytes of a response body: in chunks, slowly, or only in part. */

import { isByteArray } from "./bytes.js";
import { sleep } from "./waiting.js";

/** The connection failed before the response was complete. */
export class ConnectionFailure extends Error {
  /**
   * @param {string} message
   * @param {string} code Error code, as Node's sockets report it.
   */
  constructor(message, code) {
    super(message);
    this.name = "ConnectionFailure";
    this.code = code;
  }
}

/** @typedef {Uint8Array | AsyncIterable<Uint8Array>} BodySource */
/** @typedef {{ chunkBytes?: number | undefined, chunkDelayMs?: number | undefined, truncateAfter?: number | undefined }} Delivery */

const CHUNK_BYTES = 16 * 1024;

/**
 * Splits a body into chunks.
 *
 * @param {BodySource} source
 * @param {Delivery} delivery
 * @param {AbortSignal | undefined} signal
 * @returns {AsyncGenerator<Uint8Array, void, undefined>} Throws a `ConnectionFailure` after `truncateAfter` bytes.
 */
export async function* chunks(source, { chunkBytes = CHUNK_BYTES, chunkDelayMs, truncateAfter }, signal) {
  let remaining = truncateAfter ?? Number.POSITIVE_INFINITY;
  for await (const block of isByteArray(source) ? [source] : source) {
    for (let start = 0; start < block.length; start += chunkBytes) {
      if (remaining <= 0) throw new ConnectionFailure("other side closed", "UND_ERR_SOCKET");
      if (chunkDelayMs !== undefined) await sleep(chunkDelayMs, signal);
      signal?.throwIfAborted();
      const chunk = block.subarray(start, start + Math.min(chunkBytes, remaining, block.length - start));
      remaining -= chunk.length;
      if (chunk.length < Math.min(chunkBytes, block.length - start)) {
        if (chunk.length > 0) yield chunk;
        throw new ConnectionFailure("other side closed", "UND_ERR_SOCKET");
      }
      yield chunk;
    }
  }
}
