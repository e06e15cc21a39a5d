import { type ByteSource, countingSource } from "../files/byte-source.js";
import type { CsvSource } from "../files/parse-csv.js";
import { unlessAborted } from "../runtime/abort-listeners.js";
import { describe, isPromise } from "../runtime/describe.js";
import { aborted, SmscError } from "../runtime/errors.js";
import { isArrayBuffer } from "../runtime/realm-values.js";
import { viewOf } from "../runtime/view-of.js";

/** Opens a stored file. */
export async function openSource(source: CsvSource, signal: AbortSignal | undefined): Promise<ByteSource> {
  const bytes = await sourceOf(source);
  return signal ? abortable(bytes, signal) : bytes;
}

/** The same source, until the signal. */
function abortable(source: ByteSource, signal: AbortSignal): ByteSource {
  const next = async () => {
    if (signal.aborted) throw aborted(signal);
    try {
      return await unlessAborted(signal, source.next(), () => aborted(signal));
    } catch (error) {
      throw signal.aborted ? aborted(signal) : error;
    }
  };
  const check = () => {
    if (signal.aborted) throw aborted(signal);
  };
  return Object.create(source, { next: { value: next }, check: { value: check } });
}

/** A source of any realm is taken by what it can do, not by its class. */
async function sourceOf(source: unknown): Promise<ByteSource> {
  if (typeof source === "string") {
    if (FILE_NAME.test(source)) throw invalidSource(`takes the text of a file, and got ${describeName(source)}`);
    return sourceOfText(source);
  }
  const bytes = bytesOf(source);
  if (bytes) return sourceOfBytes(bytes);
  if (typeof source === "object" && source !== null) {
    const { body, bodyUsed, headers, type } = source as Partial<Response & Blob>;
    if ("bodyUsed" in source || "body" in source) {
      if (bodyUsed) throw invalidSource("is a Response whose body was read before");
      return body == null ? sourceOfText("") : sourceOfStream(body, headers?.get?.("content-type") ?? undefined);
    }
    if (isStream(source)) return sourceOfStream(source);
    const { stream, arrayBuffer } = source as Partial<Blob>;
    if (typeof stream === "function") return sourceOfStream((source as Blob).stream(), type || undefined);
    if (typeof arrayBuffer === "function") return sourceOfBytes(new Uint8Array(await (source as Blob).arrayBuffer()));
  }
  throw invalidSource(`takes a ReadableStream, a Response, a Blob, bytes or a text, and got ${describeOther(source)}`);
}

/** A single line without a delimiter that ends as the name of a file does. */
const FILE_NAME = /^[^\r\n,;\t|]+\.(csv|txt|gz|zip)$/i;

/** A file's name or address, with what to pass. */
function describeName(name: string): string {
  if (/^https?:/i.test(name)) return "an address. Fetch it first, and pass the response";
  return "a file's name. Open it first, for example with `await openAsBlob(name)`";
}

function describeOther(source: unknown): string {
  if (isPromise(source)) return "a promise. Await it";
  const isUrl = Object.prototype.toString.call(source) === "[object URL]";
  return isUrl ? "a URL. Fetch it first, and pass the response" : describe(source);
}

function invalidSource(reason: string, options?: { cause: unknown }): SmscError {
  return SmscError.create({ code: "invalid_parameter", message: `\`source\` ${reason}`, parameter: "source" }, options);
}

/** The bytes of a buffer or a view of one. */
function bytesOf(value: unknown): Uint8Array | undefined {
  try {
    if (ArrayBuffer.isView(value)) return viewOf(value);
    return isArrayBuffer(value) ? new Uint8Array(value) : undefined;
  } catch (cause) {
    throw invalidSource("has bytes whose buffer was transferred", { cause });
  }
}

function isStream(value: object): value is ReadableStream | AsyncIterable<unknown> {
  return typeof (value as ReadableStream).getReader === "function" || Symbol.asyncIterator in value;
}

/** Large sources are split, so that few objects are made at once. */
const PIECE_LENGTH = 65_536;

function sourceOfBytes(bytes: Uint8Array): ByteSource {
  let offset = 0;
  const pull = async () => {
    // The caller may have transferred them elsewhere.
    const piece = await failing(() => bytes.subarray(offset, offset + PIECE_LENGTH));
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
  return Object.assign(
    countingSource(pull, () => {}),
    { isText: true },
  );
}

/** A stream of bytes or of text. Streams of Node.js are iterables. */
function sourceOfStream(stream: ReadableStream | AsyncIterable<unknown>, type?: string): ByteSource {
  const reader = readerOf(stream);
  const encoder = new TextEncoder();
  // The first half of a surrogate pair, at the end of a piece of text.
  let half = "";
  const encode = (piece: string, isLast: boolean) => {
    const text = half + piece;
    const isHalf = !isLast && (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800;
    half = isHalf ? text.slice(-1) : "";
    return encoder.encode(isHalf ? text.slice(0, -1) : text);
  };
  const pull = async () => {
    const { done, value } = (await reader.read()) ?? {};
    if (done) return half === "" ? undefined : encode("", true);
    if (typeof value === "string") {
      Object.assign(source, { isText: true });
      return encode(value, false);
    }
    const bytes = bytesOf(value);
    if (bytes) return bytes;
    reader.cancel();
    throw invalidSource(`is a stream of ${value === null ? "null" : typeof value} values, and not of bytes or text`);
  };
  const source = countingSource(pull, reader.cancel, type === undefined ? {} : { type });
  return source;
}

interface Reader {
  /** An iterator that is not one of the platform may give nothing. */
  read(): Promise<{ done?: boolean | undefined; value?: unknown } | undefined>;
  cancel(): void;
}

function readerOf(stream: ReadableStream | AsyncIterable<unknown>): Reader {
  try {
    if (!("getReader" in stream)) {
      const iterator = stream[Symbol.asyncIterator]();
      return { read: () => failing(() => iterator.next()), cancel: ignoringErrors(() => iterator.return?.()) };
    }
    const reader = stream.getReader();
    return { read: () => failing(() => reader.read()), cancel: ignoringErrors(() => reader.cancel()) };
  } catch (cause) {
    throw invalidSource("is a stream that is locked or was read before", { cause });
  }
}

/** A function that starts the call, and ignores its result and its errors. */
function ignoringErrors(act: () => unknown): () => void {
  return () => void (async () => act())().catch(() => {});
}

/** The result, or the error of the stream as the cause of one of this package. */
async function failing<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof SmscError) throw cause;
    throw SmscError.create({ code: "bad_response", message: "the source failed while it was read" }, { cause });
  }
}
