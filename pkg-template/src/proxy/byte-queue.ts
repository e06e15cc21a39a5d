/** Bytes that arrive in chunks, read up to a delimiter. */
export class ByteQueue {
  readonly #pull: () => Promise<Uint8Array | undefined>;
  /** The bytes that were not taken yet: a part of the buffer. */
  #bytes: Uint8Array = new Uint8Array();
  #buffer: Uint8Array = this.#bytes;
  /** Whether the delimiter of `takeBefore` comes next. */
  #isAtDelimiter = false;

  constructor(pull: () => Promise<Uint8Array | undefined>) {
    this.#pull = pull;
  }

  /** Takes a text, which has to come next. */
  async expect(text: string, error: () => Error): Promise<void> {
    const expected = encode(text);
    const taken = await this.take(expected.byteLength, error);
    if (expected.some((byte, index) => byte !== taken[index])) throw error();
  }

  /** Takes that number of bytes. */
  async take(count: number, error: () => Error): Promise<Uint8Array> {
    while (this.#bytes.byteLength < count) {
      if (!(await this.#more())) throw error();
    }
    return this.#shift(count);
  }

  /** Takes all bytes up to the end, if they are no more than the maximum. */
  async takeRest(maxBytes: number, error: () => Error): Promise<Uint8Array> {
    while (await this.#more()) {
      if (this.#bytes.byteLength > maxBytes) throw error();
    }
    if (this.#bytes.byteLength > maxBytes) throw error();
    return this.#shift(this.#bytes.byteLength);
  }

  /** Takes the bytes before a delimiter, and the delimiter. `undefined` if it does not come within the maximum. */
  async takeUntil(delimiter: string, maxBytes: number): Promise<Uint8Array | undefined> {
    const needle = encode(delimiter);
    let from = 0;
    for (;;) {
      const at = indexOf(this.#bytes, needle, from);
      if (at >= 0 && at <= maxBytes) {
        const taken = this.#shift(at);
        this.#shift(needle.byteLength);
        return taken;
      }
      from = Math.max(0, this.#bytes.byteLength - needle.byteLength + 1);
      if (at >= 0 || from > maxBytes || !(await this.#more())) return undefined;
    }
  }

  /** Takes some bytes before a delimiter; `undefined` once it was reached and taken. */
  async takeBefore(delimiter: string, error: () => Error): Promise<Uint8Array | undefined> {
    const needle = encode(delimiter);
    if (this.#isAtDelimiter) return undefined;
    for (;;) {
      const at = indexOf(this.#bytes, needle, 0);
      const count = at >= 0 ? at : this.#bytes.byteLength - needle.byteLength + 1;
      if (at >= 0) {
        const taken = this.#shift(at);
        this.#shift(needle.byteLength);
        this.#isAtDelimiter = true;
        return taken.byteLength > 0 ? taken : undefined;
      }
      if (count > 0) return this.#shift(count);
      if (!(await this.#more())) throw error();
    }
  }

  #shift(count: number): Uint8Array {
    const taken = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return taken;
  }

  async #more(): Promise<boolean> {
    const chunk = await this.#pull();
    if (!chunk) return false;
    const [held, length] = [this.#bytes, this.#bytes.byteLength + chunk.byteLength];
    let start = held.byteOffset - this.#buffer.byteOffset;
    if (start + length > this.#buffer.byteLength) {
      // Twice the length, so that many small chunks are not copied each time.
      this.#buffer = new Uint8Array(2 * length);
      this.#buffer.set(held);
      start = 0;
    }
    this.#buffer.set(chunk, start + held.byteLength);
    this.#bytes = this.#buffer.subarray(start, start + length);
    return true;
  }
}

const encode = (text: string) => new TextEncoder().encode(text);

function indexOf(bytes: Uint8Array, needle: Uint8Array, from: number): number {
  const [first = 0] = needle;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (needle.every((byte, offset) => bytes[at + offset] === byte)) return at;
  }
  return -1;
}
