import { type CallOptions, type Context, checkProgress, splitOptions } from "./context.js";
import type { CsvOptions, Message, Task, TaskQuery } from "./core.js";
import { download, type ReadOptions, TaskFile } from "./file.js";
import { asMessage } from "./messages.js";
import type { TaskRow } from "./rows.js";
import { run } from "./run.js";
import { taskRows } from "./task-rows.js";
import { search, type TaskId, taskId } from "./task-search.js";
import { type WaitOptions, waitFor } from "./task-watch.js";

/** A task's file: by the task's id, or by the file's name. */
export type TaskFileId = { id: TaskId; name?: undefined } | { id?: undefined; name: string };

/** Options of `tasks.download`. */
export interface DownloadOptions extends CallOptions, Pick<ReadOptions, "onProgress"> {}

/** Options of `tasks.rows`. */
export interface RowsOptions extends DownloadOptions {
  /** What is known about the file's form. */
  csv?: CsvOptions | undefined;
}

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
    return (await search(this.#context, [wanted], options)).get(String(wanted));
  }

  /**
   * Waits until a task is done. Looks at once, and then within the service's limit of 3 looks a minute: after 5 and 20
   * seconds, every 20 seconds, and ever more seldom for a task that takes long. All waits of one account share each look.
   *
   * @param id The task's id.
   * @param options `maxWaitMs` and `onProgress`, and the options of each request; `totalTimeoutMs` of the whole wait.
   * @throws SmscError `task_cancelled` or `task_failed` with the `task`; `not_found`, also where the task goes away; `timeout`
   *   after `maxWaitMs`, with the `task` as last seen.
   */
  async waitFor(id: TaskId, options?: WaitOptions): Promise<Task> {
    return waitFor(this.#context, id, options);
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
