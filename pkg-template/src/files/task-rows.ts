import { messageBuilder } from "../builders/task-message.js";
import type { Connection } from "../client/connection.js";
import type { RowsOptions } from "../client/tasks.js";
import type { TaskFileId } from "../client/types.js";
import type { CsvOptions, Message } from "../core.js";
import { aborted } from "../runtime/errors.js";
import type { CsvInput } from "./csv-pieces.js";
import { download } from "./download.js";
import { checkReadOptions } from "./read-options.js";
import { RowReader } from "./row-reader.js";
import { sourceOfDownload } from "./task-file.js";

/** A file whose download starts when the first row is requested, and is cancelled when no more rows are wanted. */
export function taskInput(connection: Connection, task: TaskFileId, options: RowsOptions | undefined): CsvInput {
  const { header, delimiter, encoding, onProgress, ...call }: RowsOptions = Object(options);
  const { signal } = call;
  const controller = new AbortController();
  let isStarted = false;
  const open = async () => {
    // What is not an object is left for the core to reject.
    if (options !== undefined && Object(options) !== options) return startWith(options);
    checkReadOptions({ onProgress }, "tasks");
    // A signal that is not one is left for the core to reject.
    if (signal !== undefined && typeof signal?.addEventListener !== "function") return startWith(call);
    if (signal?.aborted) throw aborted(signal, "tasks");
    return startWith({ ...call, signal: signal ? anySignal(signal, controller.signal) : controller.signal });
  };
  const startWith = async (own: typeof call) => {
    const body = await download(connection, task, own);
    isStarted = true;
    return sourceOfDownload(body);
  };
  const onEnd = () => {
    if (!isStarted) controller.abort();
  };
  const dialect = { header, delimiter, encoding } as CsvOptions;
  return { open, options: dialect, hooks: { onProgress, onEnd, endpoint: "tasks" } };
}

/**
 * A signal that is aborted when one of the two is. It forwards listeners and adds none itself: the core listens only
 * while a call waits, so an abandoned iterator leaves no listener.
 */
function anySignal(...signals: [AbortSignal, AbortSignal]): AbortSignal {
  const abortedSignal = () => signals.find(({ aborted }) => aborted);
  const members: Pick<AbortSignal, "aborted" | "reason" | "addEventListener" | "removeEventListener"> = {
    get aborted() {
      return abortedSignal() !== undefined;
    },
    get reason() {
      return abortedSignal()?.reason;
    },
    addEventListener(type: string, listener: EventListenerOrEventListenerObject) {
      for (const signal of signals) signal.addEventListener(type, listener);
    },
    removeEventListener(type: string, listener: EventListenerOrEventListenerObject) {
      for (const signal of signals) signal.removeEventListener(type, listener);
    },
  };
  return members as AbortSignal;
}

/** The rows as messages. */
export function taskMessages(
  connection: Connection,
  task: TaskFileId,
  options: RowsOptions | undefined,
): AsyncIterableIterator<Partial<Message>> {
  return new RowReader(taskInput(connection, task, options)).rows(messageBuilder);
}
