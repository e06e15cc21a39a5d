import { concat, PeekableSource, type Pull } from "../files/byte-source.js";
import { delay } from "../files/pause.js";
import { SmscError } from "../runtime/errors.js";
import type { Decompressor } from "./gunzip.js";

// A stream of the platform reads one member: it rejects or ignores the bytes after it, without their position. So each member gets a
// stream, which receives the bytes up to the next header. The member ends there if the last four bytes, which are the size of its
// content, are the size of what the stream gave. Closing the stream verifies the member.

/** The beginning of a header: the signature, the method, and flags without reserved bits. */
const HEADER_BYTES = 4;

/** The size of the content modulo 2^32, with which a member ends. */
const SIZE_BYTES = 4;

/** The most bytes that a stream gets at once, so that it does not decompress much more than is read. More than a usual piece has. */
const PART_BYTES = 131_072;

/**
 * The longest time that a stream needs for the bytes it has, on a busy machine too. It is waited for only if bytes within a member look
 * like a header, once in a hundred megabytes, and at the end of a damaged file.
 */
const SETTLE_MS = 1000;

/** Decompresses gzip of any number of members by streams of the platform. */
export function gunzipByStream(pull: Pull): Decompressor {
  const input = new PeekableSource(pull);
  let member: MemberStream;
  let isCancelled = false;

  async function* readMember(): AsyncGenerator<Uint8Array, void> {
    member = new MemberStream();
    // Where the next header is searched: not at the first byte held if that is examined, because it begins the member's own header,
    // or looked like another and is content.
    let from = 1;
    while (!isCancelled) {
      const held = await input.peekBeforeFailure(HEADER_BYTES);
      const part = input.take(sizeBeforeHeader(held.subarray(0, PART_BYTES), from));
      if (part.length > 0) {
        yield* member.write(part);
        from = 0;
        continue;
      }
      yield* member.settle();
      if (member.isComplete || held.length === 0) {
        try {
          yield* member.close();
          // Some platforms accept a member that is cut off, or bytes after it.
          if (!member.isComplete && !isCancelled)
            throw new TypeError("the gzip data does not have the size at its end");
        } catch (error) {
          // If the source failed, that cut the member off.
          await input.peek(1);
          throw error;
        }
        return;
      }
      from = 1;
    }
  }
  async function* readAll(): AsyncGenerator<Uint8Array, void> {
    do yield* readMember();
    while (!isCancelled && (await input.peek(1)).length > 0);
  }

  const pieces = readAll();
  const cancel = () => {
    isCancelled = true;
    member?.cancel();
  };
  return { next: async () => (await pieces.next()).value ?? undefined, cancel };
}

/** The number of bytes before the first header after `from`, or before those that may begin one. */
function sizeBeforeHeader(bytes: Uint8Array, from: number): number {
  const last = bytes.length - HEADER_BYTES;
  if (last < 0) return bytes.length;
  let at = bytes.indexOf(0x1f, from);
  while (at >= 0 && at <= last) {
    if (bytes[at + 1] === 0x8b && bytes[at + 2] === 8 && (bytes[at + 3] as number) < 0x20) return at;
    at = bytes.indexOf(0x1f, at + 1);
  }
  return last + 1;
}

/** The stream of one member. Its content comes from all methods. */
class MemberStream {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #reading: Promise<ReadableStreamReadResult<Uint8Array>>;
  /** The size of what the stream gave. */
  #size = 0;
  /** The last bytes that were written. */
  #end: Uint8Array = new Uint8Array();

  constructor() {
    const stream = createStream();
    this.#reader = stream.readable.getReader();
    this.#writer = stream.writable.getWriter();
    this.#reading = handled(this.#reader.read());
  }

  async *write(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
    this.#end = concat([this.#end, bytes.subarray(-SIZE_BYTES)]).slice(-SIZE_BYTES);
    const writing = handled(this.#writer.write(bytes));
    for (let piece = await this.#next(writing); piece; piece = await this.#next(writing)) yield piece;
  }

  /** Whether the bytes that were written end with the size of the content that was read. */
  get isComplete(): boolean {
    return this.#size % 2 ** 32 === this.#end.reduceRight((size, byte) => size * 256 + byte, 0);
  }

  /** Ends once the member is complete, or the stream gave nothing for `SETTLE_MS`. */
  async *settle(): AsyncGenerator<Uint8Array, void> {
    while (!this.isComplete) {
      const piece = await this.#next(delay(SETTLE_MS));
      if (piece === undefined) return;
      yield piece;
    }
  }

  /** Verifies the member. */
  async *close(): AsyncGenerator<Uint8Array, void> {
    handled(this.#writer.close());
    for (let piece = await this.#next(); piece; piece = await this.#next()) yield piece;
  }

  /** The next piece, or nothing if `event` comes before it or the stream ends. */
  async #next(event?: Promise<void>): Promise<Uint8Array | undefined> {
    const piece = (await (event ? Promise.race([this.#reading, event]) : this.#reading))?.value;
    if (piece === undefined) return undefined;
    this.#size += piece.length;
    this.#reading = handled(this.#reader.read());
    return piece;
  }

  cancel(): void {
    handled(this.#reader.cancel());
  }
}

function createStream(): ReadableWritablePair<Uint8Array, Uint8Array> {
  try {
    return new DecompressionStream("gzip") as ReadableWritablePair<Uint8Array, Uint8Array>;
  } catch (cause) {
    const message = "the file is compressed, and this environment has no DecompressionStream";
    throw SmscError.create({ code: "internal", message }, { cause });
  }
}

/** The promise, whose rejection is known from another. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
