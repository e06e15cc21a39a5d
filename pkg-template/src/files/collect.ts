import { SmscError } from "../runtime/errors.js";
import type { ByteSource } from "./byte-source.js";
import { createPauses } from "./pause.js";

/** A limit for a file that is read as a whole. */
export interface MaxBytesOption {
  /** The most bytes to hold, after decompression for `text`; a larger file is `bad_response`. @default none */
  maxBytes?: number | undefined;
}

/** Pieces below this length are joined at once: an object for each takes more memory than its bytes. */
const SMALL_BYTES = 16_384;
const BLOCK_BYTES = 262_144;

/** All pieces of a source, the small ones joined. The source is cancelled if there is an error. */
export async function collect(source: ByteSource, maxBytes: number | undefined): Promise<Uint8Array[]> {
  try {
    checkMaxBytes(maxBytes);
    const pieces: Uint8Array[] = [];
    const pause = createPauses();
    let block = new Uint8Array();
    let [filled, size] = [0, 0];
    const endBlock = () => {
      if (filled > 0) pieces.push(block.subarray(0, filled));
      [block, filled] = [new Uint8Array(), 0];
    };
    for (let piece = await source.next(); piece !== undefined; piece = await source.next()) {
      size += piece.length;
      if (maxBytes !== undefined && size > maxBytes) throw tooLarge(`\`maxBytes\` (${maxBytes} bytes)`);
      if (piece.length >= SMALL_BYTES) {
        endBlock();
        pieces.push(piece);
      } else {
        if (filled + piece.length > block.length) {
          endBlock();
          block = new Uint8Array(BLOCK_BYTES);
        }
        block.set(piece, filled);
        filled += piece.length;
      }
      if (await pause()) source.check?.();
    }
    endBlock();
    return pieces;
  } catch (error) {
    source.cancel();
    throw error;
  }
}

function checkMaxBytes(maxBytes: unknown): void {
  if (maxBytes === undefined || (typeof maxBytes === "number" && Number.isSafeInteger(maxBytes) && maxBytes > 0))
    return;
  const message = "`maxBytes` takes a positive integer";
  throw SmscError.create({ code: "invalid_parameter", message, parameter: "maxBytes" });
}

/** The error for a file that is larger than a limit. */
function tooLarge(limit: string, options?: { cause: unknown }): SmscError {
  const message = `the file is larger than ${limit}. Read it with \`rows\` or \`stream\``;
  return SmscError.create({ code: "bad_response", message }, options);
}

/** The result of `join`, which may exceed a limit of the engine. */
export function withinEngine<T>(join: () => T): T {
  try {
    return join();
  } catch (cause) {
    throw tooLarge("this engine can hold in one value", { cause });
  }
}
