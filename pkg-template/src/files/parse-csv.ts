import type { TaskRow } from "../builders/row-builder.js";
import type { CsvOptions } from "../core.js";
import { aborted, SmscError } from "../runtime/errors.js";
import { type ByteSource, countingSource } from "./byte-source.js";
import { RowReader } from "./row-reader.js";
import type { ReadOptions } from "./task-file.js";

/** A stored CSV file; a string is the text itself, not a path. */
export type CsvSource = ReadableStream<Uint8Array> | Response | Blob | Uint8Array | string;

/**
 * Reads a stored CSV file row by row, in constant memory. Compression (gzip or zip), encoding, delimiter and header are detected,
 * unless `csv` says them.
 *
 * @param source The file.
 * @param csv The known part of its dialect; `onProgress` and `signal`.
 * @throws SmscError `invalid_parameter`: an option or the source is invalid; `bad_response`: the file is broken, after all complete rows;
 *   `aborted`: by the signal.
 * @example
 * for await (const row of parseCsv(await openAsBlob("november.csv"))) console.log(row);
 */
export function parseCsv(source: CsvSource, csv?: CsvOptions & ReadOptions): AsyncIterableIterator<TaskRow> {
  const { onProgress, signal, ...options } = csv ?? {};
  const open = () => (signal ? abortable(sourceOf(source), signal) : sourceOf(source));
  const known = typeof source === "string" ? { ...options, encoding: "utf-8" } : options;
  return new RowReader(open, known, { onProgress }).rows();
}

/** The same source, until the signal. */
function abortable(source: ByteSource, signal: AbortSignal): ByteSource {
  const next = async () => {
    if (signal.aborted) throw aborted(signal);
    let onAbort = () => {};
    const abort = new Promise<never>((_, reject) => {
      onAbort = () => reject(aborted(signal));
      signal.addEventListener("abort", onAbort);
    });
    try {
      return await Promise.race([abort, source.next()]);
    } catch (error) {
      throw signal.aborted ? aborted(signal) : error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  };
  return Object.create(source, { next: { value: next } });
}

function sourceOf(source: CsvSource): ByteSource {
  if (typeof source === "string") return sourceOfText(source);
  if (source instanceof Uint8Array) return sourceOfBytes(source);
  if (typeof source === "object" && source !== null) {
    if ("getReader" in source) return sourceOfStream(source);
    if ("stream" in source && typeof source.stream === "function") return sourceOfStream(source.stream());
    if ("body" in source) return source.body === null ? sourceOfText("") : sourceOfStream(source.body);
  }
  const message = "`source` takes a ReadableStream, a Response, a Blob, a Uint8Array or a text";
  throw new SmscError({ code: "invalid_parameter", message, parameter: "source" });
}

/** Large sources are split, so that few objects are made at once. */
const PIECE_LENGTH = 65_536;

function sourceOfBytes(bytes: Uint8Array): ByteSource {
  let offset = 0;
  const pull = async () => {
    const piece = bytes.subarray(offset, offset + PIECE_LENGTH);
    offset += PIECE_LENGTH;
    return piece.length > 0 ? piece : undefined;
  };
  return countingSource(pull, () => {}, { total: bytes.length });
}

function sourceOfText(text: string): ByteSource {
  const encoder = new TextEncoder();
  let end = 0;
  const pull = async () => {
    const start = end;
    end += PIECE_LENGTH;
    // A surrogate pair stays whole.
    if ((text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end++;
    return start < text.length ? encoder.encode(text.slice(start, end)) : undefined;
  };
  return countingSource(pull, () => {});
}

function sourceOfStream(stream: ReadableStream<Uint8Array>): ByteSource {
  const reader = stream.getReader();
  return countingSource(
    async () => (await reader.read()).value,
    () => void reader.cancel().catch(() => {}),
  );
}
