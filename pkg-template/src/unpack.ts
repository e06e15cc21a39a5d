import { textOf } from "./charset.js";
import { SmscError } from "./errors.js";
import { joined } from "./transport.js";

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

/** The same bytes unpacked, where they begin like gzip. The platform does it. */
export function unpacked(source: Bytes): Bytes {
  let inner: (() => Promise<Uint8Array | undefined>) | undefined;
  let cancel = () => source.cancel();
  const begin = async () => {
    const pieces: Uint8Array[] = [];
    let size = 0;
    while (size < 4) {
      const piece = await source.next();
      if (piece === undefined) break;
      pieces.push(piece);
      size += piece.length;
    }
    const head = joined(pieces, size);
    const [a, b, c, d] = head;
    if (a === 0x50 && b === 0x4b && c === 3 && d === 4) {
      source.cancel();
      const message = "the file is a zip archive, which is not unpacked here: take its `bytes()`";
      throw new SmscError({ code: "bad_reply", message, endpoint: "tasks" });
    }
    let first: Uint8Array | undefined = size > 0 ? head : undefined;
    const rest = async () => {
      const piece = first ?? (await source.next());
      first = undefined;
      return piece;
    };
    if (a !== 0x1f || b !== 0x8b) return rest;
    const reader = gunzip(rest).getReader();
    cancel = () => {
      source.cancel();
      reader.cancel().catch(() => {});
    };
    return async () => {
      try {
        const { done, value } = await reader.read();
        return done ? undefined : value;
      } catch (cause) {
        source.cancel();
        if (cause instanceof SmscError) throw cause;
        const message = "the file begins like gzip but cannot be unpacked";
        throw new SmscError({ code: "bad_reply", message, endpoint: "tasks" }, { cause });
      }
    };
  };
  return {
    async next() {
      inner ??= await begin();
      return inner();
    },
    cancel: () => cancel(),
    get bytes() {
      return source.bytes;
    },
    total: source.total,
  };
}

function gunzip(next: () => Promise<Uint8Array | undefined>): ReadableStream<Uint8Array> {
  const packed = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await next();
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
    },
    { highWaterMark: 0 },
  );
  return packed.pipeThrough(new DecompressionStream("gzip") as unknown as ReadableWritablePair<Uint8Array, Uint8Array>);
}

/** All of it as text: by its byte order mark, as UTF-8 if it is valid, as windows-1251 otherwise. */
export async function decodeText(source: Bytes, encoding?: string): Promise<string> {
  const decoder = encoding === undefined ? undefined : makeDecoder(encoding);
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (let piece = await source.next(); piece !== undefined; piece = await source.next()) {
    pieces.push(piece);
    size += piece.length;
  }
  const bytes = joined(pieces, size);
  return decoder ? decoder.decode(bytes) : textOf(bytes);
}

function makeDecoder(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding);
  } catch (cause) {
    const message = `\`encoding\` takes the name of an encoding, such as "utf-8" or "windows-1251"`;
    throw new SmscError({ code: "invalid_parameter", message, endpoint: "tasks", parameter: "encoding" }, { cause });
  }
}
