import { type ColumnBatch, columnBatch } from "../builders/columns.js";
import type { BulkOutput } from "../client/bulk-pages.js";
import type * as Exports from "../formats-module.js";
import { formatsModule } from "./module.js";

/** Makes columns of the pages of the history: those with these names, or all. */
export function historyColumns(select: string[] | undefined): Promise<BulkOutput<ColumnBatch>> {
  return output(
    (exports) => exports.HistoryOutput.ofColumns(select),
    (history, taken, memory) => {
      const address = history.takeColumns(taken);
      return columnBatch(memory, address, history.columnNames);
    },
  );
}

/** Makes lines of JSON of the pages of the history. */
export function historyLines(): Promise<BulkOutput<Uint8Array>> {
  return output(
    (exports) => exports.HistoryOutput.ofLines(),
    (history, taken) => history.takeLines(taken),
  );
}

async function output<T>(
  create: (exports: typeof Exports) => Exports.HistoryOutput,
  take: (history: Exports.HistoryOutput, taken: Uint32Array, memory: WebAssembly.Memory) => T,
): Promise<BulkOutput<T>> {
  const { instance } = await formatsModule();
  const history = instance.enter(create);
  return {
    read: (chunks) => instance.enter(() => history.read(chunks)),
    readText: (text) => instance.enter(() => history.readText(text)),
    decode: (text) => instance.enter(() => history.decode(text)),
    accept: (stream) => instance.enter(() => history.accept(stream)),
    take: (taken) => instance.enter(() => take(history, taken, instance.memory)),
    end: () => {
      try {
        instance.enter(() => history.free());
      } catch {
        // It ended with its instance.
      }
    },
  };
}
