/** Waits until a task is done: shows how long, and tells when the file is ready. */
import { useState } from "preact/hooks";
import type { Task } from "smsc-wasm";
import { useCall } from "../api/use-call.ts";
import { announce } from "../components/announcement.tsx";
import { Button } from "../components/button.tsx";
import { ErrorMessage } from "../components/error-message.tsx";
import { Progress } from "../components/progress.tsx";
import { useClock } from "../components/use-clock.ts";
import { formatDuration } from "../i18n/format.ts";
import { texts } from "../i18n/texts.ts";

interface Props {
  readonly task: Task;
  readonly onProgress: (task: Task) => void;
}

export function WaitButton({ task, onProgress }: Props) {
  const { error, isRunning, start, cancel } = useCall<Task>();
  const [began, setBegan] = useState(0);
  const now = useClock(isRunning);
  const { tasks } = texts.value;

  const wait = async () => {
    setBegan(Date.now());
    const done = await start((client, options) =>
      client.tasks.waitFor(task.id, { ...options, onProgress: announceEnd }),
    );
    if (done) onProgress(done);
  };
  // The row changes with the last state, and this button leaves it: the end is announced before.
  const announceEnd = (current: Task) => {
    if (current.status === 2) announce(texts.peek().tasks.ready(current.name));
    onProgress(current);
  };

  if (!isRunning) {
    return (
      <>
        <ErrorMessage error={error} />
        <Button onClick={() => void wait()}>{tasks.wait}</Button>
      </>
    );
  }
  return (
    <div class="waiting">
      <Progress label={tasks.waiting(formatDuration(now - began))} />
      <span>{tasks.waiting(formatDuration(now - began))}</span>
      <Button onClick={cancel}>{texts.value.cancel}</Button>
    </div>
  );
}
