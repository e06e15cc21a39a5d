import type { Connection } from "../client/connection.js";
import type { RowsOptions } from "../client/tasks.js";
import type { TaskFileId } from "../client/types.js";
import { onAbort } from "../runtime/abort-listeners.js";
import { aborted } from "../runtime/errors.js";
import type { CsvInput } from "./csv-input.js";
import { download } from "./download.js";
import type { SelectOption } from "./parse-csv.js";
import { checkReadOptions, copyOptions } from "./read-options.js";
import { sourceOfDownload } from "./task-file.js";

/** The options of `tasks.rows` that are not those of the call: of the file's dialect and its reading. */
const OWN_OPTIONS = ["header", "delimiter", "encoding", "file", "onProgress"];

/**
 * A file whose download starts when the first row is requested, and is cancelled when no more rows are wanted. `otherNames` are those of
 * the options of one method only.
 */
export function taskInput(
  connection: Connection,
  task: TaskFileId,
  options: (RowsOptions & SelectOption<string>) | undefined,
  otherNames: readonly string[] = [],
): CsvInput {
  const { copy, check } = copyOptions<RowsOptions & SelectOption<string>>(Object(options));
  const { header, delimiter, encoding, file, select, onProgress, ...call } = copy;
  const { signal } = call;
  // Without one, the core rejects the call.
  const controller = typeof AbortController === "function" ? new AbortController() : undefined;
  let isStarted = false;
  const open = async () => {
    check();
    // What is not an object is left for the core to reject.
    if (options !== undefined && Object(options) !== options) return startWith(options);
    checkReadOptions({ onProgress }, "tasks");
    // A signal that is not one is left for the core to reject.
    if (signal !== undefined && typeof signal?.addEventListener !== "function") return startWith(call);
    if (signal?.aborted) throw aborted(signal, "tasks");
    const own = controller?.signal;
    if (own === undefined) return startWith(call);
    return startWith({ ...call, signal: signal ? anySignal(signal, own) : own });
  };
  const startWith = async (own: typeof call) => {
    const body = await download(connection, task, own, [...OWN_OPTIONS, ...otherNames]);
    isStarted = true;
    return sourceOfDownload(body);
  };
  const giveUpUnopened = () => {
    if (!isStarted) controller?.abort();
  };
  const dialect = { header, delimiter, encoding, file, select } as CsvInput["options"];
  return { open, options: dialect, hooks: { onProgress, giveUpUnopened, signal, endpoint: "tasks" } };
}

/**
 * A signal that is aborted when one of the two is. It forwards listeners and adds none itself: the core listens only
 * while a call waits, so an abandoned iterator leaves no listener.
 */
function anySignal(...signals: [AbortSignal, AbortSignal]): AbortSignal {
  const stop = new Map<unknown, () => void>();
  const abortedSignal = () => signals.find(({ aborted }) => aborted);
  const members: Pick<AbortSignal, "aborted" | "reason" | "addEventListener" | "removeEventListener"> = {
    get aborted() {
      return abortedSignal() !== undefined;
    },
    get reason() {
      return abortedSignal()?.reason;
    },
    addEventListener(_type: string, listener: unknown) {
      const added = signals.map((signal) => onAbort(signal, listener as () => void));
      stop.set(listener, () => {
        for (const each of added) each();
      });
    },
    removeEventListener(_type: string, listener: unknown) {
      stop.get(listener)?.();
      stop.delete(listener);
    },
  };
  return members as AbortSignal;
}
