import { SmscError } from "../runtime/errors.js";
import { currentInstance } from "../runtime/instance.js";
import { type ByteSource, concat, type Pull } from "./byte-source.js";

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

/** Bytes that show the charset. */
const CHARSET_BYTES = 4096;

/** All bytes as text. Without `encoding`, the charset is detected; a text that is not valid UTF-8 is windows-1251. */
export async function decodeText(source: ByteSource, encoding?: string): Promise<string> {
  let decoder: TextDecoder | undefined;
  try {
    if (encoding !== undefined) decoder = new TextDecoder(encoding);
  } catch (cause) {
    source.cancel();
    const message = '`encoding` takes the name of an encoding, such as "utf-8" or "windows-1251"';
    throw SmscError.create({ code: "invalid_parameter", message, parameter: "encoding" }, { cause });
  }
  const pieces: Uint8Array[] = [];
  for (let piece = await source.next(); piece !== undefined; piece = await source.next()) pieces.push(piece);
  const bytes = concat(pieces);
  if (decoder) return decoder.decode(bytes);
  const charset = currentInstance().enter((core) => core.detectCharset(bytes.subarray(0, CHARSET_BYTES)));
  try {
    return new TextDecoder(charset, { fatal: charset === "utf-8" }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1251").decode(bytes);
  }
}
