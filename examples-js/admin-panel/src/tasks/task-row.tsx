/** A row of the list of tasks, with what can be done with the task. */
import type { Task } from "smsc-wasm";
import { Button } from "../components/button.tsx";
import { TaskStatusBadge } from "../components/status-badge.tsx";
import { texts } from "../i18n/texts.ts";
import { SaveButton } from "./save-button.tsx";
import { WaitButton } from "./wait-button.tsx";

interface Props {
  readonly task: Task;
  /** Receives the newer states of the task. */
  readonly onProgress: (task: Task) => void;
  readonly onPreview: () => void;
}

export function TaskRow({ task, onProgress, onPreview }: Props) {
  const { tasks } = texts.value;
  return (
    <tr>
      <td data-label={tasks.id}>{task.id}</td>
      <th scope="row">{task.name}</th>
      <td data-label={tasks.status}>
        <TaskStatusBadge status={task.status} />
      </td>
      <td data-label={tasks.created}>{task.created}</td>
      <td data-label={tasks.file}>{task.file}</td>
      <td>
        <div class="actions">
          {task.status < 2 && <WaitButton task={task} onProgress={onProgress} />}
          {task.status === 2 && (
            <>
              <Button onClick={onPreview}>{tasks.preview}</Button>
              <SaveButton task={task} />
            </>
          )}
        </div>
      </td>
    </tr>
  );
}
