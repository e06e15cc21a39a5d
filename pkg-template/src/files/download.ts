import type { Connection } from "../client/connection.js";
import type { TaskFileId } from "../client/types.js";
import type * as Core from "../core.js";
import type { CallOptions } from "../core.js";
import { currentInstance } from "../runtime/instance.js";
import { checkReadOptions, type ReadOptions } from "./read-options.js";
import type { Download } from "./task-file.js";

/** The options of `tasks.download` that the core does not read. */
const OWN_OPTIONS = ["onProgress"];

/** Starts a download: resolves once the response is known to be a file. `own` are the names of options that the caller reads. */
export async function download(
  connection: Connection,
  task: TaskFileId,
  options: (CallOptions & Pick<ReadOptions, "onProgress">) | undefined,
  own = OWN_OPTIONS,
): Promise<Download> {
  const { onProgress, call } = splitProgress(options);
  checkReadOptions({ onProgress }, "tasks");
  return openDownload(connection, (client) => client.tasksDownload(task, call, own));
}

/** Makes a call whose response is a file, or is passed on like one. */
export async function openDownload(
  connection: Connection,
  start: (client: Core.Client) => Promise<Core.Download>,
): Promise<Download> {
  // That of the body: the client may get another one while it waits.
  const instance = currentInstance();
  const body = await connection.call(start);
  const { fileName, size, type } = body;
  return {
    fileName,
    size,
    type,
    next: (signal) => instance.enter(() => body.next(signal)),
    check: (signal) => instance.enter(() => body.check(signal)),
    cancel: () => {
      if (!instance.hasTrapped) instance.enter(() => body.cancel());
    },
  };
}

/** The options of the call alone. A value that is not an object is left for the core to reject. */
function splitProgress(options: unknown): { onProgress?: ReadOptions["onProgress"]; call: CallOptions | undefined } {
  if (typeof options !== "object" || options === null) return { call: options as undefined };
  const { onProgress, ...call } = options as CallOptions & ReadOptions;
  return { onProgress, call };
}
