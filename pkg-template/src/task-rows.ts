import { type Context, checkProgress, splitOptions } from "./context.js";
import { aborted } from "./errors.js";
import { type Download, download, watchOver } from "./file.js";
import { RowReader } from "./rows.js";
import type { RowsOptions } from "./tasks.js";

/** A reader that begins the download when the first row is asked for, and gives it up when no more are wanted. */
export function taskRows(context: Context, which: unknown, options: RowsOptions | undefined): RowReader {
  const { csv, onProgress, ...call } = options ?? {};
  const own = new AbortController();
  const { signal } = call;
  const forward = () => own.abort(signal?.reason);
  let file: Download | undefined;
  const open = async () => {
    splitOptions(options, "tasks");
    checkProgress(onProgress);
    if (signal?.aborted) throw aborted(signal, "tasks");
    signal?.addEventListener?.("abort", forward);
    file = await download(context, which, { ...call, signal: own.signal });
    watchOver(reader, file);
    return file;
  };
  const end = () => {
    signal?.removeEventListener?.("abort", forward);
    // While it is still beginning.
    if (file === undefined) own.abort();
  };
  const reader: RowReader = new RowReader(open, csv, { onProgress, end, endpoint: "tasks" });
  return reader;
}
