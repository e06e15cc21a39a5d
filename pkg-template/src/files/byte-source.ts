import { callProgress } from "../runtime/user-values.js";

/** The progress of a file's reading. */
export interface FileProgress {
  /** Bytes received, before decompression. */
  bytes: number;
  /** Rows read; 0 if the file is not read by rows. */
  rows: number;
  /** Size of the file in bytes, if it is known. */
  total?: number;
}

/** A report of progress; `total` is absent if it is not known. */
export function progressOf({ bytesRead: bytes, total }: ByteSource, rows: number): FileProgress {
  return total === undefined ? { bytes, rows } : { bytes, rows, total };
}

/** Resolves with the next piece, or with `undefined` at the end. */
export type Pull = () => Promise<Uint8Array | undefined>;

/** Bytes that arrive in pieces. */
export interface ByteSource {
  readonly next: Pull;
  /** Ends the source early. */
  cancel(): void;
  /** Bytes received so far, before decompression. */
  readonly bytesRead: number;
  /** Size in bytes, if it is known. */
  readonly total: number | undefined;
  /** `Content-Type`, if it is known. */
  readonly type?: string | undefined;
  /** Whether the source gave text, which is UTF-8 here. Known after the first piece. */
  readonly isText?: boolean;
  /** Throws if the source was aborted or its time is over. Called while no more pieces are needed for long. */
  check?(): void;
}

/** A source that counts what it gives, and reports it. It is cancelled if `onProgress` throws. */
export function countingSource(
  pull: Pull,
  cancel: () => void,
  { total, type }: Partial<Pick<ByteSource, "total" | "type">> = {},
  onProgress?: (progress: FileProgress) => void,
): ByteSource {
  const source = {
    async next() {
      const piece = await pull();
      source.bytesRead += piece?.length ?? 0;
      try {
        if (piece) callProgress(onProgress, progressOf(source, 0));
      } catch (error) {
        cancel();
        throw error;
      }
      return piece;
    },
    cancel,
    bytesRead: 0,
    total,
    type,
  };
  return source;
}

/** A stream of the pieces, each of which is pulled when it is wanted. */
export function streamOf(pull: Pull, cancel?: () => void): ReadableStream<Uint8Array> {
  const pullNext = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const piece = await pull();
    if (piece === undefined) controller.close();
    else controller.enqueue(piece);
  };
  return new ReadableStream({ pull: pullNext, cancel: () => cancel?.() }, { highWaterMark: 0 });
}

/** A stream of the pieces of an iterator. */
export function streamOfPieces(pieces: AsyncIterableIterator<Uint8Array>): ReadableStream<Uint8Array> {
  return streamOf(
    async () => (await pieces.next()).value,
    () => void pieces.return?.(),
  );
}

/** Bytes whose beginning can be inspected before it is taken. */
export class PeekableSource {
  readonly #pull: Pull;
  #held: Uint8Array = new Uint8Array();
  /** The failure of the source while bytes were inspected: the bytes before it come first. */
  #failure: { error: unknown } | undefined;

  constructor(pull: Pull) {
    this.#pull = pull;
  }

  /** At least `size` bytes, or all to the end. They stay in the source. */
  async peek(size: number): Promise<Uint8Array> {
    const held = await this.peekBeforeFailure(size);
    if (held.length < size && this.#failure) throw this.#failure.error;
    return held;
  }

  /** The same, or all to a failure, which follows the bytes that are left. */
  async peekBeforeFailure(size: number): Promise<Uint8Array> {
    const pieces = this.#held.length > 0 ? [this.#held] : [];
    try {
      for (let held = this.#held.length; held < size && !this.#failure; ) {
        const piece = await this.#pull();
        if (piece === undefined) break;
        pieces.push(piece);
        held += piece.length;
      }
    } catch (error) {
      if (pieces.length === 0) throw error;
      this.#failure = { error };
    }
    this.#held = concat(pieces);
    return this.#held;
  }

  /** Takes the first `size` of the bytes that were inspected. */
  take(size: number): Uint8Array {
    const taken = this.#held.subarray(0, size);
    this.#held = this.#held.subarray(size);
    return taken;
  }

  readonly next: Pull = async () => {
    if (this.#held.length > 0) return this.take(this.#held.length);
    if (this.#failure) throw this.#failure.error;
    return this.#pull();
  };
}

/** Several pieces as one. */
export function concat(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0] as Uint8Array;
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}
