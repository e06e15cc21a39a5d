/** The tasks of the account, which refresh themselves while one of them is pending. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { isSmscError, type Task } from "smsc-wasm";
import { runCall } from "../api/run-call.ts";
import { useCall } from "../api/use-call.ts";

/** The service lists tasks three times a minute: some requests are left for waits and for the user. */
const REFRESH_MS = 30_000;

const isPending = ({ status }: Task): boolean => status < 2;
const newestFirst = (tasks: readonly Task[]): Task[] => tasks.toSorted((one, other) => other.id - one.id);

export function useTasks() {
  const { error, isRunning, start } = useCall<Task[]>();
  const [tasks, setTasks] = useState<readonly Task[]>();

  const load = useCallback(async () => {
    const listed = await start((client, options) => client.tasks.list({}, options));
    if (listed) setTasks(newestFirst(listed));
  }, [start]);

  /** Shows the newer state of one task. */
  const update = useCallback(
    (task: Task) => setTasks((before) => before?.map((known) => (known.id === task.id ? task : known))),
    [],
  );

  useEffect(() => void load(), [load]);
  useRefresh(Boolean(tasks?.some(isPending)), setTasks);
  return { tasks, error, isRunning, load, update };
}

/** Lists the tasks again and again. Never waits for a limit: the next turn comes soon. */
function useRefresh(isActive: boolean, onTasks: (tasks: readonly Task[]) => void) {
  useEffect(() => {
    if (!isActive) return;
    const controller = new AbortController();
    const refresh = async () => {
      if (document.hidden) return;
      try {
        const listed = await runCall(
          (client, options) => client.tasks.list({}, { ...options, rateLimit: "fail", maxRetries: 0 }),
          controller,
        );
        onTasks(newestFirst(listed));
      } catch (error) {
        // The list stays as it is. The Reload button shows a lasting problem.
        if (!isSmscError(error)) throw error;
      }
    };
    const timer = setInterval(() => void refresh(), REFRESH_MS);
    return () => {
      clearInterval(timer);
      controller.abort();
    };
  }, [isActive, onTasks]);
}
