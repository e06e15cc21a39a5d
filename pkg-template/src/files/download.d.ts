import type { Connection } from "../client/connection.js";
import type { TaskFileId } from "../client/types.js";
import type { CallOptions } from "../core.js";
import type { Download, ReadOptions } from "./task-file.js";
/** Starts a download: resolves once the response is known to be a file. */
export declare function download(connection: Connection, task: TaskFileId, options: (CallOptions & Pick<ReadOptions, "onProgress">) | undefined): Promise<Download>;
/** Rejects an `onProgress` that is not a function. */
export declare function checkProgress(onProgress: unknown): void;
