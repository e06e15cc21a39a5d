import { SmscError } from "../runtime/errors.js";
import { currentInstance } from "../runtime/instance.js";
import { type ByteSource, concat, type Pull } from "./byte-source.js";
import { collect, withinEngine } from "./collect.js";

/** Converts bytes to UTF-8, by the platform's decoder. Bytes that are not valid become replacement characters. */
export function transcode(pull: Pull, charset: string): Pull {
  const decoder = new TextDecoder(charset, { ignoreBOM: true });
  const encoder = new TextEncoder();
  let isDone = false;
  return async () => {
    if (isDone) return undefined;
    const piece = await pull();
    isDone = piece === undefined;
    return encoder.encode(decoder.decode(piece, { stream: !isDone }));
  };
}

/** Bytes that show UTF-16. */
const CHARSET_BYTES = 4096;

/** Longer texts are inspected in parts, so that the module's memory does not grow. */
const PART_BYTES = 65_536;

/** All bytes as text. Without `encoding`, the charset is detected. */
export async function decodeText(source: ByteSource, encoding?: string, maxBytes?: number): Promise<string> {
  let decoder: TextDecoder | undefined;
  try {
    if (encoding !== undefined) decoder = new TextDecoder(encoding);
  } catch (cause) {
    source.cancel();
    const message = '`encoding` takes the name of an encoding, such as "utf-8" or "windows-1251"';
    throw SmscError.create({ code: "invalid_parameter", message, parameter: "encoding" }, { cause });
  }
  const pieces = await collect(source, maxBytes);
  const bytes = withinEngine(() => concat(pieces));
  const known = decoder ?? new TextDecoder(charsetOf(bytes, source.type));
  // The decoder removes a byte order mark. Some programs write it twice.
  return withinEngine(() => known.decode(bytes)).replace(/^\ufeff+/, "");
}

function charsetOf(bytes: Uint8Array, type: string | undefined): string {
  const instance = currentInstance();
  const known = instance.enter((core) => core.detectCharset(bytes.subarray(0, CHARSET_BYTES), type));
  if (known !== undefined) return known;
  const detector = instance.enter((core) => new core.CharsetDetector());
  for (let start = 0; start < bytes.length; start += PART_BYTES)
    instance.enter(() => detector.add(bytes.subarray(start, start + PART_BYTES)));
  const isUtf8 = instance.enter(() => detector.isUtf8);
  instance.enter(() => detector.free());
  return isUtf8 ? "utf-8" : "windows-1251";
}
