import { textOf } from "./charset.js";
import { SmscError } from "./errors.js";
import { joined } from "./transport.js";
import { zipMember } from "./zip.js";

/** How far the reading of a file has come. */
export interface FileProgress {
  /** Bytes that came, as they came. */
  bytes: number;
  /** Rows that were read; 0 where the file is not read by rows. */
  rows: number;
  /** Bytes that the file has, where the service says so. */
  total?: number;
}

/** A report of progress; `total` only where it is known. */
export function progress(bytes: number, rows: number, total: number | undefined): FileProgress {
  return total === undefined ? { bytes, rows } : { bytes, rows, total };
}

/** Bytes that come piece by piece. */
export interface Bytes {
  /** The next piece; nothing at the end. */
  next(): Promise<Uint8Array | undefined>;
  /** Nothing more is wanted. */
  cancel(): void;
  /** Bytes that came so far, as they came. */
  readonly bytes: number;
  /** Bytes that there are, where that is known. */
  readonly total: number | undefined;
}

/** Bytes that were unpacked, if they were packed. */
export interface Unpacked extends Bytes {
  /** How they were packed, which is known once the first piece has come. */
  readonly compression: "gzip" | "zip" | undefined;
}

/** Gives the next piece; nothing at the end. */
export type Next = () => Promise<Uint8Array | undefined>;

/** The same bytes unpacked, where they begin like gzip or zip. The platform does it. */
export function unpacked(source: Bytes): Unpacked {
  let inner: Next | undefined;
  let cancel = () => source.cancel();
  let compression: Unpacked["compression"];
  const begin = async (): Promise<Next> => {
    const rest = held(() => source.next());
    const [a, b, c, d] = await rest.atLeast(4);
    const zip = a === 0x50 && b === 0x4b && c === 3 && d === 4;
    if (!zip && (a !== 0x1f || b !== 0x8b)) return rest.next;
    compression = zip ? "zip" : "gzip";
    const reader = streamed(zip ? zipMember(rest) : rest.next)
      .pipeThrough(new DecompressionStream("gzip") as Transform)
      .getReader();
    cancel = () => {
      source.cancel();
      reader.cancel().catch(() => {});
    };
    return async () => {
      const { done, value } = await reader.read();
      return done ? undefined : value;
    };
  };
  return {
    async next() {
      try {
        inner ??= await begin();
        return await inner();
      } catch (cause) {
        source.cancel();
        if (compression === undefined || cause instanceof SmscError) throw cause;
        throw broken(`the file begins like ${compression} but cannot be unpacked`, cause);
      }
    },
    cancel: () => cancel(),
    get bytes() {
      return source.bytes;
    },
    total: source.total,
    get compression() {
      return compression;
    },
  };
}

type Transform = ReadableWritablePair<Uint8Array, Uint8Array>;

function streamed(next: Next): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await next();
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
    },
    { highWaterMark: 0 },
  );
}

export function broken(message: string, cause?: unknown): SmscError {
  return new SmscError({ code: "bad_reply", message, endpoint: "tasks" }, cause === undefined ? undefined : { cause });
}

/** Bytes of which the first can be looked at before they are taken. */
export interface Held {
  /** All that is held, once that is so much, or all that there is. */
  atLeast(size: number): Promise<Uint8Array>;
  /** Takes so many of what is held. */
  take(size: number): Uint8Array;
  /** The next piece. */
  next: Next;
}

export function held(next: Next): Held {
  let bytes: Uint8Array = new Uint8Array();
  const take = (size: number) => {
    const taken = bytes.subarray(0, size);
    bytes = bytes.subarray(size);
    return taken;
  };
  return {
    async atLeast(size) {
      while (bytes.length < size) {
        const piece = await next();
        if (piece === undefined) break;
        bytes = joined(bytes.length > 0 ? [bytes, piece] : [piece]);
      }
      return bytes;
    },
    take,
    next: async () => (bytes.length > 0 ? take(bytes.length) : next()),
  };
}

/** All of it as text: by its byte order mark, as UTF-8 if it is valid, as windows-1251 otherwise. */
export async function decodeText(source: Bytes, encoding?: string): Promise<string> {
  const decoder = encoding === undefined ? undefined : makeDecoder(encoding);
  const pieces: Uint8Array[] = [];
  for (let piece = await source.next(); piece !== undefined; piece = await source.next()) pieces.push(piece);
  const bytes = joined(pieces);
  if (decoder) return decoder.decode(bytes);
  const [a, b] = bytes;
  // Without a mark: the upper half of an ASCII character.
  return textOf(bytes, b === 0 ? "utf-16le" : a === 0 ? "utf-16be" : undefined);
}

function makeDecoder(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding);
  } catch (cause) {
    const message = `\`encoding\` takes the name of an encoding, such as "utf-8" or "windows-1251"`;
    throw new SmscError({ code: "invalid_parameter", message, endpoint: "tasks", parameter: "encoding" }, { cause });
  }
}
