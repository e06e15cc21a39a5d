/** Saves a task's file. */
import type { Smsc, Task } from "smsc-wasm";
import type { CallOptions } from "../api/run-call.ts";
import { saveBlob } from "../components/save-file.ts";

export interface SaveProgress {
  readonly bytes: number;
  readonly total?: number | undefined;
}

interface FilePickerWindow {
  showSaveFilePicker(options: { suggestedName: string }): Promise<FileSystemFileHandle>;
}

const hasFilePicker = (window: object): window is FilePickerWindow => "showSaveFilePicker" in window;

export const fileNameOf = ({ id, file }: Task): string => file || `task-${id}.csv`;

/**
 * Lets the user choose where to save a file. Must be called in the handler of the user's click.
 *
 * @returns `undefined` if the browser cannot write files of the user, and saves to its folder of downloads.
 * @throws {DOMException} `AbortError` if the user closes the dialog.
 */
export async function chooseFile(suggestedName: string): Promise<FileSystemFileHandle | undefined> {
  return hasFilePicker(window) ? window.showSaveFilePicker({ suggestedName }) : undefined;
}

/**
 * Downloads a task's file. With a handle, each part is written when it arrives; without one, the browser keeps the parts until the end.
 *
 * @returns The number of bytes.
 */
export async function saveTask(
  task: Task,
  handle: FileSystemFileHandle | undefined,
  client: Smsc,
  { signal, onWait }: CallOptions,
  onProgress: (progress: SaveProgress) => void,
): Promise<number> {
  const file = await client.tasks.download({ id: task.id }, { signal, onWait });
  let bytes = 0;
  const read = {
    signal,
    onProgress: (progress: SaveProgress) => {
      bytes = progress.bytes;
      onProgress({ ...progress, total: progress.total ?? file.size });
    },
  };
  if (handle) await file.stream(read).pipeTo(await handle.createWritable(), { signal });
  else saveBlob(await file.blob(read), file.fileName ?? fileNameOf(task));
  return bytes;
}
