import { CHARSET_BYTES } from "../core-constants.js";
import { type ByteSource, concat, type Pull } from "../files/byte-source.js";
import { collect, withinEngine } from "../files/collect.js";
import { SmscError } from "../runtime/errors.js";
import { decompress } from "./decompress.js";
import { type FormatsInstance, formatsModule } from "./module.js";

/** Converts bytes to UTF-8, by the platform's decoder. Bytes that are not valid become replacement characters. */
export function transcode(pull: Pull, charset: string): Pull {
  const decoder = textDecoder(charset, { ignoreBOM: true });
  const encoder = new TextEncoder();
  let isDone = false;
  return async () => {
    if (isDone) return undefined;
    const piece = await pull();
    isDone = piece === undefined;
    return encoder.encode(decoder.decode(piece, { stream: !isDone }));
  };
}

/** The platform's decoder. Some platforms have few charsets. */
function textDecoder(charset: string, options?: TextDecoderOptions): TextDecoder {
  try {
    return new TextDecoder(charset, options);
  } catch (cause) {
    const message = `the file is ${charset}, which the TextDecoder of this environment does not have: convert it to UTF-8`;
    throw SmscError.create({ code: "bad_response", message }, { cause });
  }
}

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
  let instance: FormatsInstance;
  let charset: string | undefined;
  try {
    instance = (await formatsModule()).instance;
    if (encoding !== undefined) charset = instance.enter((exports) => exports.charsetOfOption(encoding));
  } catch (error) {
    source.cancel();
    throw error;
  }
  const pieces = await collect(source, maxBytes);
  const bytes = withinEngine(() => concat(pieces));
  const decoder = textDecoder(charset ?? charsetOf(instance, bytes, source.type));
  // The decoder removes a byte order mark. Some programs write it twice.
  return withinEngine(() => decoder.decode(bytes)).replace(/^\ufeff+/, "");
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
