import { type CallOptions, type Context, checkProgress, Deadline, settled, splitOptions, tell } from "./context.js";
import type { CsvOptions, Message, Task, TaskQuery } from "./core.js";
import { aborted, SmscError } from "./errors.js";
import { download, type ReadOptions, TaskFile } from "./file.js";
import { pause } from "./guard.js";
import { asMessage } from "./messages.js";
import type { TaskRow } from "./rows.js";
import { run } from "./run.js";
import { taskRows } from "./task-rows.js";

/** A task's id. */
export type TaskId = number | string | bigint;

/** A task's file: by the task's id, or by the file's name. */
export type TaskFileId = { id: TaskId; name?: undefined } | { id?: undefined; name: string };

/** Options of `tasks.waitFor`. */
export interface WaitOptions extends CallOptions {
  /** How long to wait for the task, in milliseconds. Default: for ever. */
  maxWaitMs?: number | undefined;
  /** Told the task after each look at it. */
  onProgress?: ((task: Task) => void) | undefined;
}

/** Options of `tasks.download`. */
export interface DownloadOptions extends CallOptions, Pick<ReadOptions, "onProgress"> {}

/** Options of `tasks.rows`. */
export interface RowsOptions extends DownloadOptions {
  /** What is known about the file's form. */
  csv?: CsvOptions | undefined;
}

/** The service lists tasks 3 times a minute. With limits "off" nothing forbids to look more often. */
const pollMs = 20_000;
const pollUnlimitedMs = 1_000;

const status = { done: 2, cancelled: 3, failed: 4 };

/** Deferred tasks: exports of many messages that the service makes in its own time, and their files. */
export class Tasks {
  readonly #context: Context;

  /** @internal */
  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * One request: the account's tasks. None is an empty list. The service takes 3 identical requests a minute.
   *
   * @param query Which tasks; without it those that the service gives.
   * @param options Options of this call.
   */
  list(query?: TaskQuery, options?: CallOptions): Promise<Task[]> {
    return run(this.#context, "tasks.list", query, options);
  }

  /**
   * One task; nothing where there is none of that id.
   *
   * @param id The task's id.
   * @param options Options of each request: the service has no command for one task, so its list is searched.
   */
  async get(id: TaskId, options?: CallOptions): Promise<Task | undefined> {
    splitOptions(options, "tasks");
    const wanted = taskId(id);
    const deadline = new Deadline(this.#context, options);
    // Neither the order of the service's list nor its length without a limit is documented: so it is asked for from just
    // before the id, by a length of our own, which grows while the task could still be beyond the end.
    for (let limit = 100; ; limit *= 10) {
      const query = wanted > 1n ? { limit, afterId: wanted - 1n } : { limit };
      const list = await this.list(query, deadline.next(options, "tasks"));
      const found = list.find((task) => String(task.id) === String(wanted));
      if (found !== undefined) return found;
      // Rising from just before the id, the task would have come first.
      const rising = list.length > 1 && list.every(({ id }, place) => place === 0 || id > (list[place - 1] as Task).id);
      if (list.length < limit || rising || limit >= 1_000_000) return undefined;
    }
  }

  /**
   * Waits until a task is done. Looks at once, then as often as the service allows.
   *
   * @param id The task's id.
   * @param options `maxWaitMs` and `onProgress`, and the options of each request.
   * @throws SmscError `task_cancelled` or `task_failed` with the `task`; `not_found`; `timeout` after `maxWaitMs`, with the
   *   `task` as last seen.
   */
  async waitFor(id: TaskId, options: WaitOptions = {}): Promise<Task> {
    splitOptions(options, "tasks");
    const { maxWaitMs, onProgress, ...call } = options;
    checkProgress(onProgress);
    if (maxWaitMs !== undefined && !(typeof maxWaitMs === "number" && maxWaitMs >= 0)) {
      const message = "`maxWaitMs` takes a number of milliseconds";
      throw new SmscError({ code: "invalid_option", message, endpoint: "tasks", parameter: "maxWaitMs" });
    }
    const began = Date.now();
    const { limits, totalTimeoutMs } = settled(this.#context, call);
    const most = Math.min(maxWaitMs ?? Number.POSITIVE_INFINITY, totalTimeoutMs ?? Number.POSITIVE_INFINITY);
    for (let seen: Task | undefined; ; ) {
      const left = most - (Date.now() - began);
      if (left <= 0 && seen !== undefined) throw givenUp(most, seen);
      // What is no time is left for the core to refuse; no time left is time for one look.
      const look = Number.isFinite(left) && left > 0 ? { ...call, totalTimeoutMs: Math.ceil(left) } : call;
      let task: Task | undefined;
      try {
        task = await this.get(id, look);
      } catch (fault) {
        if (seen && fault instanceof SmscError && fault.code === "timeout" && Date.now() - began >= most)
          throw givenUp(most, seen);
        throw fault;
      }
      if (task === undefined) {
        throw new SmscError({ code: "not_found", message: `there is no task ${String(id)}`, endpoint: "tasks" });
      }
      seen = task;
      onProgress?.(task);
      if (task.status === status.done) return task;
      if (task.status === status.cancelled) {
        throw new SmscError({
          code: "task_cancelled",
          message: `task ${task.id} was cancelled`,
          endpoint: "tasks",
          task,
        });
      }
      if (task.status === status.failed) {
        throw new SmscError({ code: "task_failed", message: `task ${task.id} failed`, endpoint: "tasks", task });
      }
      const ms = Math.min(limits === "off" ? pollUnlimitedMs : pollMs, Math.max(0, most - (Date.now() - began)));
      tell(() => this.#context.onWait?.({ reason: "poll", ms, endpoint: "tasks" }));
      await pause(ms, call.signal, false);
      if (call.signal?.aborted) throw aborted(call.signal, "tasks");
    }
  }

  /**
   * Starts the download of a task's file, up to where it is seen to be a file and no error. The rest is read by one of the
   * file's methods, and only as fast as it is taken. The service takes 3 identical requests a minute.
   *
   * @param which `{ id }` of the task, or `{ name }` of the file.
   * @param options Options of this call; `timeoutMs` is the time to the reply's head, then between two pieces.
   * @throws SmscError `not_found` (N=5): no such task, or its file is not ready.
   */
  async download(which: TaskFileId, options?: DownloadOptions): Promise<TaskFile> {
    checkProgress(options?.onProgress);
    return new TaskFile(await download(this.#context, which, options));
  }

  /**
   * Downloads a task's file and reads it row by row, in constant memory: unpacked, decoded and cut, whatever its form.
   *
   * @param which `{ id }` of the task, or `{ name }` of the file.
   * @param options Options of this call, `onProgress`, and `csv`: what is known about the file's form.
   * @throws SmscError As `download`; `bad_reply` where the file is broken, after all sound rows.
   */
  rows(which: TaskFileId, options?: RowsOptions): AsyncIterableIterator<TaskRow> {
    return taskRows(this.#context, which, options).rows();
  }

  /**
   * The same rows as messages: of the columns whose titles are recognised, in Russian, Ukrainian or English. What is not
   * recognised, or holds something else, is in `extra` under its title.
   *
   * @param which `{ id }` of the task, or `{ name }` of the file.
   * @param options As for `rows`.
   * @throws SmscError As `rows`.
   */
  messages(which: TaskFileId, options?: RowsOptions): AsyncIterableIterator<Partial<Message>> {
    return taskRows(this.#context, which, options).rows(asMessage);
  }
}

function givenUp(ms: number, task: Task): SmscError {
  const message = `task ${task.id} was not done within ${ms} ms`;
  return new SmscError({ code: "timeout", message, endpoint: "tasks", task, retryable: true });
}

/** A task's id without a loss, whatever it was given as. */
function taskId(id: unknown): bigint {
  const sound =
    typeof id === "bigint" || Number.isSafeInteger(id) || (typeof id === "string" && /^\s*\d+\s*$/.test(id));
  const whole = sound ? BigInt(id as TaskId) : -1n;
  if (whole >= 0n) return whole;
  const message = `\`id\` takes a task's id: digits, as a number or a text, and got ${shown(id)}`;
  throw new SmscError({ code: "invalid_parameter", message, endpoint: "tasks", parameter: "id" });
}

function shown(value: unknown): string {
  return typeof value === "string"
    ? JSON.stringify(value).slice(0, 42)
    : typeof value === "number"
      ? String(value)
      : typeof value;
}
