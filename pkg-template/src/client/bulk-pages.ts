import type * as Core from "../core.js";
import { atCaller, withEndpoint } from "../runtime/errors.js";
import { type Formats, loadFormats } from "../runtime/formats-loader.js";
import type { Connection } from "./connection.js";
import { pages } from "./iteration.js";
import { iterator } from "./iterator.js";

/** Makes columns or lines of the pages of the history. */
export interface BulkOutput<T> {
  /** Reads the bytes of a page. Returns the keys of its messages; `undefined` if it does not have the usual form. */
  read(chunks: Uint8Array[]): BigUint64Array | undefined;
  /** Does the same with the text of a page. */
  readText(text: string): BigUint64Array | undefined;
  /** Decodes a page of any form. */
  decode(text: string): void;
  /** Makes the page that was read last the current one of a stream. */
  accept(stream: number): void;
  /** Takes messages: pairs of a stream and an index in its page. */
  take(taken: Uint32Array): T;
  /** Frees the pages. */
  end(): void;
}

/**
 * An output that is loaded before the first request: the functions that the core calls (src/web/host.rs). It must not refer to the
 * pages, which hold it: neither would be freed.
 */
class LazyOutput<T> {
  readonly #create: (loaded: Formats) => Promise<BulkOutput<T>>;
  #output: BulkOutput<T> | undefined;
  /** What the output threw. The core's error does not say it. */
  failure: unknown;

  constructor(create: (loaded: Formats) => Promise<BulkOutput<T>>) {
    this.#create = create;
  }

  async load(): Promise<void> {
    this.#output ??= await this.#create(await loadFormats());
  }

  read(chunks: Uint8Array[]): BigUint64Array | undefined {
    return this.#enter((output) => output.read(chunks));
  }

  readText(text: string): BigUint64Array | undefined {
    return this.#enter((output) => output.readText(text));
  }

  decode(text: string): void {
    this.#enter((output) => output.decode(text));
  }

  accept(stream: number): void {
    this.#enter((output) => output.accept(stream));
  }

  take(taken: Uint32Array): T {
    return this.#enter((output) => output.take(taken));
  }

  end(): void {
    this.#output?.end();
    this.#output = undefined;
  }

  #enter<R>(act: (output: BulkOutput<T>) => R): R {
    try {
      return act(this.#output as BulkOutput<T>);
    } catch (error) {
      this.failure ??= error;
      throw error;
    }
  }
}

/** The batches of a query that are not empty. What makes them is loaded before the first request. */
export function bulkPages<T extends { readonly length: number }>(
  connection: Connection,
  start: (client: Core.Client, output: object) => Core.Pages,
  create: (loaded: Formats) => Promise<BulkOutput<T>>,
): AsyncIterableIterator<T> {
  const output = new LazyOutput(create);
  const batches = pages<T>(connection, (client) => start(client, output));
  const end = () => {
    void batches.return?.();
    output.end();
  };
  const next = async (): Promise<IteratorResult<T>> => {
    try {
      for (;;) {
        const result = await batches.next();
        if (result.done) end();
        if (result.done || result.value.length > 0) return result;
      }
    } catch (error) {
      end();
      throw atCaller(withEndpoint(output.failure ?? error, "history"));
    }
  };
  return iterator(next, end);
}
