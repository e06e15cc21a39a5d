// Reads the form of a request.
import type { FileStream } from "../client/forwarding.js";
import type { BodyReader } from "./body-reader.js";
import type { Field } from "./command.js";
import { readMultipart } from "./multipart.js";
import { invalid } from "./refusal.js";

/** The fields of a form without its file, in bytes. */
export const MAX_FIELDS_BYTES = 256 * 1024;
export const MAX_FIELDS = 200;

/** The fields of a form, and its file if it has one. */
export interface ReceivedForm {
  fields: Field[];
  file?: FileStream | undefined;
  /** Why the stream of the file failed, once it did. */
  failure?: unknown;
}

/** The essence of a media type, and its parameters. */
const MEDIA_TYPE = /^([\w.+-]+\/[\w.+-]+)\s*(?:;\s*(.*))?$/;

/** Reads a form: urlencoded, or multipart with at most one file, which is left unread. */
export async function readForm(contentType: string | null, body: BodyReader): Promise<ReceivedForm> {
  const [, essence = "", parameters = ""] = MEDIA_TYPE.exec(contentType ?? "") ?? [];
  switch (essence.toLowerCase()) {
    case "application/x-www-form-urlencoded":
      if (parameters && !/^charset="?utf-8"?$/i.test(parameters.trim()))
        throw invalid("the form's charset is not utf-8", 415);
      return { fields: readUrlencoded(await body.readAll()) };
    case "multipart/form-data": {
      const [, quoted, plain] =
        /^boundary=(?:"([\w'()+,./:=? -]{1,70})"|([\w'+.:-]{1,70}))$/i.exec(parameters.trim()) ?? [];
      const boundary = quoted ?? plain;
      if (boundary === undefined) throw invalid("the form has no boundary", 415);
      return readMultipart(boundary, body);
    }
    default:
      throw invalid("the body is not a form: send application/x-www-form-urlencoded or multipart/form-data", 415);
  }
}

function readUrlencoded(bytes: Uint8Array): Field[] {
  if (bytes.byteLength > MAX_FIELDS_BYTES) throw invalid("the form is too large", 413);
  const pairs = decodeText(bytes)
    .split("&")
    .filter((pair) => pair !== "");
  if (pairs.length > MAX_FIELDS) throw invalid("the form has too many fields");
  return pairs.map((pair) => {
    const at = pair.indexOf("=");
    const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
    return [decodePart(name), decodePart(value)];
  });
}

/** Stricter than the URL standard: what is no valid encoding could be read in two ways. */
function decodePart(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw invalid("the form has an invalid percent-encoding");
  }
}

/** The text of a field. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalid("the form is not in utf-8");
  }
}
