import type * as Core from "../core.js";
import { type Formats, formats } from "../runtime/formats-loader.js";
import type { Connection } from "./connection.js";
import { pages } from "./iteration.js";
import { iterator } from "./iterator.js";

/** Makes columns or lines of the pages of the history: the functions that the core calls (src/web/host.rs). */
export interface BulkOutput<T> {
  /** Reads the bytes of a page. Returns the keys of its messages; `undefined` if it does not have the usual form. */
  read(chunks: Uint8Array[]): Float64Array | undefined;
  /** Does the same with the text of a page. */
  readText(text: string): Float64Array | undefined;
  /** Decodes a page of any form. */
  decode(text: string): void;
  /** Makes the page that was read last the current one of a stream. */
  accept(stream: number): void;
  /** Takes messages: pairs of a stream and an index in its page. */
  take(taken: Uint32Array): T;
}

/** The same, until it ends. */
export interface EndingOutput<T> extends BulkOutput<T> {
  /** Frees the pages. */
  end(): void;
}

/** The batches of a query that are not empty. What makes them is loaded for the first one. */
export function bulkPages<T extends { readonly length: number }>(
  connection: Connection,
  start: (client: Core.Client, output: BulkOutput<T>) => Core.Pages,
  createOutput: (loaded: Formats) => Promise<EndingOutput<T>>,
): AsyncIterableIterator<T> {
  let created: EndingOutput<T> | undefined;
  const output = () => created as EndingOutput<T>;
  const batches = pages<T>(connection, (client) =>
    start(client, {
      read: (chunks) => output().read(chunks),
      readText: (text) => output().readText(text),
      decode: (text) => output().decode(text),
      accept: (stream) => output().accept(stream),
      take: (taken) => output().take(taken),
    }),
  );
  const end = () => {
    void batches.return?.();
    created?.end();
    created = undefined;
  };
  const next = async (): Promise<IteratorResult<T>> => {
    try {
      created ??= await createOutput(await formats());
      for (;;) {
        const result = await batches.next();
        if (result.done) end();
        if (result.done || result.value.length > 0) return result;
      }
    } catch (error) {
      end();
      throw error;
    }
  };
  return iterator(next, end);
}
