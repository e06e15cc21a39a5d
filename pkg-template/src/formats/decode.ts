import { type ByteSource, concat, type Pull } from "../files/byte-source.js";
import { collect, withinEngine } from "../files/collect.js";
import { SmscError } from "../runtime/errors.js";
import { decompress } from "./decompress.js";
import { type FormatsInstance, formatsModule } from "./module.js";

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

/** How a file is read as text. */
interface TextOptions {
  encoding?: string | undefined;
  /** The path of the wanted file in an archive. */
  file?: string | undefined;
  maxBytes?: number | undefined;
}

/** All bytes as text, decompressed. Without `encoding`, the charset is detected. */
export async function readText(packed: ByteSource, { encoding, file, maxBytes }: TextOptions): Promise<string> {
  const source = decompress(packed, file);
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
  const known = decoder ?? new TextDecoder(charsetOf((await formatsModule()).instance, bytes, source.type));
  // The decoder removes a byte order mark. Some programs write it twice.
  return withinEngine(() => known.decode(bytes)).replace(/^\ufeff+/, "");
}

function charsetOf(instance: FormatsInstance, bytes: Uint8Array, type: string | undefined): string {
  const known = instance.enter((exports) => exports.detectCharset(bytes.subarray(0, CHARSET_BYTES), type));
  if (known !== undefined) return known;
  const detector = instance.enter((exports) => new exports.CharsetDetector());
  for (let start = 0; start < bytes.length; start += PART_BYTES)
    instance.enter(() => detector.add(bytes.subarray(start, start + PART_BYTES)));
  const isUtf8 = instance.enter(() => detector.isUtf8);
  instance.enter(() => detector.free());
  return isUtf8 ? "utf-8" : "windows-1251";
}
