import type { CsvOptions } from "./core.js";
import { SmscError } from "./errors.js";
import { RowReader, type TaskRow } from "./rows.js";
import type { Bytes } from "./unpack.js";

/**
 * Reads a CSV file that was saved earlier, row by row. The form of the file is found out from its bytes: gzip, encoding,
 * delimiter, and whether it has a header; `csv` says otherwise.
 *
 * @param source The file.
 * @param csv What is known about its form.
 */
export function parseCsv(
  source: ReadableStream<Uint8Array> | Response | Blob | Uint8Array | string,
  csv: CsvOptions = {},
): AsyncIterableIterator<TaskRow> {
  const form = typeof source === "string" ? { ...csv, encoding: "utf-8" } : csv;
  return new RowReader(() => bytesOf(source), form, undefined, undefined).rows();
}

function bytesOf(source: ReadableStream<Uint8Array> | Response | Blob | Uint8Array | string): Bytes {
  if (typeof source === "string") return piece(new TextEncoder().encode(source));
  if (source instanceof Uint8Array) return piece(source);
  if (typeof source === "object" && source !== null) {
    if ("getReader" in source) return piecesOf(source);
    if ("stream" in source && typeof source.stream === "function") return piecesOf(source.stream());
    if ("body" in source) return source.body === null ? piece(new Uint8Array()) : piecesOf(source.body);
  }
  const message = "`source` takes a ReadableStream, a Response, a Blob, a Uint8Array or a text";
  throw new SmscError({ code: "invalid_parameter", message, parameter: "source" });
}

/** Large bytes are scanned in parts, so that what is made of them does not pile up. */
const part = 65_536;

function piece(bytes: Uint8Array): Bytes {
  let at = 0;
  return {
    async next() {
      const next = bytes.subarray(at, at + part);
      at += next.length;
      return next.length > 0 ? next : undefined;
    },
    cancel() {},
    get bytes() {
      return at;
    },
    total: bytes.length,
  };
}

function piecesOf(stream: ReadableStream<Uint8Array>): Bytes {
  const reader = stream.getReader();
  let bytes = 0;
  return {
    async next() {
      const { done, value } = await reader.read();
      if (done) return undefined;
      bytes += value.length;
      return value;
    },
    cancel() {
      reader.cancel().catch(() => {});
    },
    get bytes() {
      return bytes;
    },
    total: undefined,
  };
}
