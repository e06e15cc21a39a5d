/** The page of deferred tasks: a live list, and the files. */
import { useState } from "preact/hooks";
import type { Task } from "smsc-wasm";
import { Button } from "../components/button.tsx";
import { ErrorMessage } from "../components/error-message.tsx";
import { Progress } from "../components/progress.tsx";
import { texts } from "../i18n/texts.ts";
import { PreviewDialog } from "./preview-dialog.tsx";
import { TaskRow } from "./task-row.tsx";
import { useTasks } from "./use-tasks.ts";

export function TasksView() {
  const { tasks: list, error, isRunning, load, update } = useTasks();
  const [previewed, setPreviewed] = useState<Task>();
  const { tasks, reload, loading } = texts.value;
  return (
    <>
      <h1>{tasks.title}</h1>
      <p class="hint">{tasks.explain}</p>
      <div class="toolbar">
        <p role="status">{list && tasks.number(list.length)}</p>
        <Button onClick={() => void load()} isBusy={isRunning}>
          {reload}
        </Button>
      </div>
      <div class="loading">{isRunning && <Progress label={loading} />}</div>
      <ErrorMessage error={error} onRetry={() => void load()} />
      {list?.length === 0 && <p>{tasks.empty}</p>}
      {list && list.length > 0 && (
        <table class="tasks">
          <thead>
            <tr>
              {[tasks.id, tasks.name, tasks.status, tasks.created, tasks.file, tasks.actions].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {list.map((task) => (
              <TaskRow key={task.id} task={task} onProgress={update} onPreview={() => setPreviewed(task)} />
            ))}
          </tbody>
        </table>
      )}
      {previewed && <PreviewDialog task={previewed} onClose={() => setPreviewed(undefined)} />}
    </>
  );
}
