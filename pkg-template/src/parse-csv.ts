import type { CsvOptions } from "./core.js";
import { aborted, SmscError } from "./errors.js";
import type { ReadOptions } from "./file.js";
import { Guard } from "./guard.js";
import { RowReader, type TaskRow } from "./rows.js";
import type { Bytes } from "./unpack.js";

/** A CSV file that was saved earlier. */
export type CsvSource = ReadableStream<Uint8Array> | Response | Blob | Uint8Array | string;

/**
 * Reads a CSV file that was saved earlier, row by row. The form of the file is found out from its bytes: gzip or zip,
 * encoding, delimiter, and whether it has a header; `csv` says otherwise.
 *
 * @param source The file.
 * @param csv What is known about its form; `onProgress` and `signal`.
 */
export function parseCsv(source: CsvSource, csv?: CsvOptions & ReadOptions): AsyncIterableIterator<TaskRow> {
  const { onProgress, signal, ...form } = csv ?? {};
  const open = () => (signal ? watched(bytesOf(source), signal) : bytesOf(source));
  return new RowReader(open, typeof source === "string" ? { ...form, encoding: "utf-8" } : form, { onProgress }).rows();
}

/** The same bytes, until the signal. */
function watched(bytes: Bytes, signal: AbortSignal): Bytes {
  const { next } = bytes;
  bytes.next = async () => {
    const guard = new Guard(signal);
    try {
      return await guard.within(next);
    } catch (fault) {
      bytes.cancel();
      throw signal.aborted ? aborted(signal) : fault;
    } finally {
      guard.close();
    }
  };
  return bytes;
}

function bytesOf(source: CsvSource): Bytes {
  if (typeof source === "string") return ofText(source);
  if (source instanceof Uint8Array) return ofBytes(source);
  if (typeof source === "object" && source !== null) {
    if ("getReader" in source) return ofStream(source);
    if ("stream" in source && typeof source.stream === "function") return ofStream(source.stream());
    if ("body" in source) return source.body === null ? ofText("") : ofStream(source.body);
  }
  const message = "`source` takes a ReadableStream, a Response, a Blob, a Uint8Array or a text";
  throw new SmscError({ code: "invalid_parameter", message, parameter: "source" });
}

/** Large sources are taken in parts, so that what is made of them does not pile up. */
const part = 65_536;

function pieces(next: () => Promise<Uint8Array | undefined>, cancel = () => {}, total?: number): Bytes {
  let bytes = 0;
  return {
    async next() {
      const piece = await next();
      bytes += piece?.length ?? 0;
      return piece;
    },
    cancel,
    get bytes() {
      return bytes;
    },
    total,
  };
}

function ofBytes(bytes: Uint8Array): Bytes {
  let at = 0;
  return pieces(
    async () => {
      const next = bytes.subarray(at, at + part);
      at += part;
      return next.length > 0 ? next : undefined;
    },
    undefined,
    bytes.length,
  );
}

function ofText(text: string): Bytes {
  const encoder = new TextEncoder();
  let at = 0;
  return pieces(async () => {
    const from = at;
    at += part;
    // A character beyond the basic plane stays whole.
    if ((text.charCodeAt(at - 1) & 0xfc00) === 0xd800) at++;
    return from < text.length ? encoder.encode(text.slice(from, at)) : undefined;
  });
}

function ofStream(stream: ReadableStream<Uint8Array>): Bytes {
  const reader = stream.getReader();
  const next = async () => (await reader.read()).value;
  return pieces(next, () => void reader.cancel().catch(() => {}));
}
