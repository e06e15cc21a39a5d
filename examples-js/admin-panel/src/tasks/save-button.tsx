import { useState } from "preact/hooks";
import type { Task } from "smsc-wasm";
import { useCall } from "../api/use-call.ts";
import { announce } from "../components/announcement.tsx";
import { Button } from "../components/button.tsx";
import { ErrorMessage } from "../components/error-message.tsx";
import { Progress } from "../components/progress.tsx";
import { formatBytes } from "../i18n/format.ts";
import { texts } from "../i18n/texts.ts";
import { chooseFile, fileNameOf, type SaveProgress, saveTask } from "./save-task.ts";

/** Saves a task's file and shows how much has arrived. */
export function SaveButton({ task }: { readonly task: Task }) {
  const { error, isRunning, start, cancel } = useCall<number>();
  const [{ bytes, total }, setProgress] = useState<SaveProgress>({ bytes: 0 });
  const name = fileNameOf(task);
  const { tasks } = texts.value;

  const save = async () => {
    let handle: FileSystemFileHandle | undefined;
    try {
      handle = await chooseFile(name);
    } catch {
      // The user closed the dialog.
      return;
    }
    setProgress({ bytes: 0 });
    const saved = await start((client, options) => saveTask(task, handle, client, options, setProgress));
    if (saved !== undefined) announce(tasks.saved(name, formatBytes(saved)));
  };

  if (!isRunning) {
    return (
      <>
        <ErrorMessage error={error} />
        <Button variant="brand" onClick={() => void save()}>
          {tasks.save}
        </Button>
      </>
    );
  }
  return (
    <div class="waiting">
      <Progress label={tasks.saving(name)} share={total ? bytes / total : undefined} />
      <span>{formatBytes(bytes)}</span>
      <Button onClick={cancel}>{texts.value.cancel}</Button>
    </div>
  );
}
