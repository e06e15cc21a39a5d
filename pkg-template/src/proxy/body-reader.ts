// Reads the body of a request: no more than is permitted, and no longer.
import { unlessAborted } from "../runtime/abort-listeners.js";
import { invalid, Refusal, requestAborted } from "./refusal.js";

/** The body of a request, with a limit of its size and of the time in which it arrives. */
export class BodyReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  readonly #maxBytes: number;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal;
  #bytes = 0;
  #deadline: number | undefined;

  constructor(request: Request, maxBytes: number, timeoutMs: number) {
    const length = request.headers.get("content-length");
    if (length !== null && Number(length) > maxBytes) throw tooLarge(maxBytes);
    this.#reader = request.body?.getReader();
    this.#maxBytes = maxBytes;
    this.#timeoutMs = timeoutMs;
    this.#signal = request.signal;
    this.#deadline = performance.now() + timeoutMs;
  }

  /** From now on the body may take its time: the request to the service, which it is sent along with, has its own time limit. */
  endDeadline(): void {
    this.#deadline = undefined;
  }

  /** The next chunk; `undefined` at the end. */
  async read(): Promise<Uint8Array | undefined> {
    if (!this.#reader) return undefined;
    const { done, value } = await this.#inTime(this.#reader.read().catch(() => Promise.reject(brokenOff())));
    if (done) return undefined;
    if (!ArrayBuffer.isView(value)) throw brokenOff();
    this.#bytes += value.byteLength;
    if (this.#bytes > this.#maxBytes) throw tooLarge(this.#maxBytes);
    return value;
  }

  /** The whole body. */
  async readAll(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for (let chunk = await this.read(); chunk; chunk = await this.read()) chunks.push(chunk);
    const bytes = new Uint8Array(this.#bytes);
    let at = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, at);
      at += chunk.byteLength;
    }
    return bytes;
  }

  /** Gives up the rest. */
  cancel(): void {
    this.#reader?.cancel().catch(() => {});
  }

  async #inTime<T>(reading: Promise<T>): Promise<T> {
    if (this.#deadline === undefined) return reading;
    const late = () => new Refusal(408, `the body of the request did not arrive within ${this.#timeoutMs} ms`);
    return within(unlessAborted(this.#signal, reading, requestAborted), this.#deadline - performance.now(), late);
  }
}

/** The value of a promise, unless that number of milliseconds passes first. */
export function within<T>(promise: Promise<T>, ms: number, error: () => Error): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(error()), Math.max(0, ms));
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}

const brokenOff = () => invalid("the body of the request broke off");
const tooLarge = (maxBytes: number) => invalid(`the body of the request is larger than ${maxBytes} bytes`, 413);
