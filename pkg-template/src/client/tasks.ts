import type { ColumnBatch, Columns } from "../builders/columns.js";
import type { RowOf } from "../builders/row-builder.js";
import type { CallOptions, CsvOptions, Message, Task, TaskQuery, WaitOptions } from "../core.js";
import { download } from "../files/download.js";
import type { SelectOption } from "../files/parse-csv.js";
import type { ReadOptions } from "../files/read-options.js";
import { fileColumns, fileLines, fileMessages, fileRows } from "../files/readers.js";
import { TaskFile } from "../files/task-file.js";
import { taskInput } from "../files/task-rows.js";
import type { Connection } from "./connection.js";
import type { PlatformByteStream } from "./platform.js";
import type { TaskFileId, TaskId } from "./types.js";

/** Options of `tasks.download`. */
export interface DownloadOptions extends CallOptions, Pick<ReadOptions, "onProgress"> {}

/** Options of `tasks.rows` and `tasks.messages`: those of the call, and the known part of the file's dialect. */
export interface RowsOptions extends DownloadOptions, CsvOptions {}

/** Deferred tasks: exports of many messages that the service makes in its own time, and their files. */
export class Tasks {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Makes one request: the account's tasks. The service accepts 3 identical requests a minute.
   *
   * @param query Selects tasks; without it those that the service lists.
   * @param options Options of this call.
   * @throws SmscError `invalid_parameter` before anything is sent; `unauthorized`, `ip_blocked`, `rate_limited`,
   *   `too_many_connections`, `connection`, `timeout`, `http_status`, `bad_response`, `aborted`.
   * @example
   * const tasks = await smsc.tasks.list({ limit: 20 });
   */
  list(query?: TaskQuery, options?: CallOptions): Promise<Task[]> {
    return this.#connection.call((client) => client.tasksList(query, options));
  }

  /**
   * The task, or `undefined` if no task has that id.
   *
   * @param id The task's id.
   * @param options Options of each request: the service has no command for one task, so its list is searched.
   * @throws SmscError As `list`.
   * @example
   * const task = await smsc.tasks.get(303);
   */
  get(id: TaskId, options?: CallOptions): Promise<Task | undefined> {
    return this.#connection.call((client) => client.tasksGet(id, options));
  }

  /**
   * Waits until a task is done. Polls at once; 5, 20 and 60 seconds after the start; then every 20 to 60 seconds, less often the longer
   * the task takes: within the service's limit of 3 polls a minute. With `rateLimit: "off"`, polls every second. All waits of one
   * account share each poll.
   *
   * @param id The task's id.
   * @param options `maxWaitMs` and `onProgress`, and the options of each request; `totalTimeoutMs` of the whole wait.
   * @throws SmscError `task_cancelled` or `task_failed` with the `task`; `not_found`, also if the task disappears; `timeout`
   *   after `maxWaitMs`, with the `task` as last seen; `aborted`; otherwise as `list`.
   * @example
   * const task = await smsc.tasks.waitFor(303, { maxWaitMs: 600_000, onProgress: ({ status }) => console.log(status) });
   */
  waitFor(id: TaskId, options?: WaitOptions): Promise<Task> {
    return this.#connection.call((client) => client.tasksWaitFor(id, options));
  }

  /**
   * Resolves once the response is known to be a file and not an error. The body is read by one of the file's methods, and only as
   * fast as it is taken. The service accepts 3 identical requests a minute.
   *
   * @param task `{ id }` of the task, or `{ name }` of the file.
   * @param options Options of this call; `timeoutMs` is the time to the response's head, then between two chunks.
   * @throws SmscError `not_found` (N=5): the task does not exist, or its file is not ready; otherwise as `list`.
   * @example
   * const file = await smsc.tasks.download({ id: 303 });
   * await writeFile(file.fileName ?? "task.csv", await file.bytes());
   */
  async download(task: TaskFileId, options?: DownloadOptions): Promise<TaskFile> {
    return new TaskFile(await download(this.#connection, task, options), options);
  }

  /**
   * Downloads a task's file and reads it row by row, in constant memory: decompressed, decoded and split, whatever its dialect.
   *
   * @param task `{ id }` of the task, or `{ name }` of the file.
   * @param options Options of this call, `onProgress`, and the known part of the file's dialect (`header`, `delimiter`, `encoding`,
   *   `file`). `header: true` makes each row an object, `header: false` a list; without it, a row is either.
   * @throws SmscError As `download`; `bad_response` if the file is broken, after all sound rows.
   * @example
   * for await (const row of smsc.tasks.rows({ id: 303 })) console.log(row);
   */
  rows<const Header extends boolean | undefined = undefined>(
    task: TaskFileId,
    options?: RowsOptions & { header?: Header },
  ): AsyncIterableIterator<RowOf<Header>> {
    return fileRows(taskInput(this.#connection, task, options));
  }

  /**
   * The same rows as messages: the columns whose titles are recognized, in Russian, Ukrainian or English. Other columns, and values
   * of another kind, are in `extra` under their title.
   *
   * @param task `{ id }` of the task, or `{ name }` of the file.
   * @param options As for `rows`.
   * @throws SmscError As `rows`.
   * @example
   * for await (const { phone, cost } of smsc.tasks.messages({ id: 303 })) console.log(phone, cost);
   */
  messages(task: TaskFileId, options?: RowsOptions): AsyncIterableIterator<Partial<Message>> {
    return fileMessages(taskInput(this.#connection, task, options));
  }

  /**
   * Downloads a task's file and reads it in columns: batches of the rows of half a megabyte, without an object for each row. The
   * columns have the titles of the file, and their values are texts. A text that repeats within a batch is created once. A row
   * without a value has an empty text; values beyond the last column are left out.
   *
   * @param task `{ id }` of the task, or `{ name }` of the file.
   * @param options As for `rows`, and `select`: the titles of the columns to read. The others are not decoded.
   * @throws SmscError As `rows`; `invalid_parameter` if the file does not have a selected column.
   * @example
   * for await (const { length, columns } of smsc.tasks.columns({ id: 303 }, { select: ["Телефон", "Стоимость"] })) {
   *   await insert(length, columns.Телефон, columns.Стоимость);
   * }
   */
  columns<const Title extends string = string>(
    task: TaskFileId,
    options?: RowsOptions & SelectOption<Title>,
  ): AsyncIterableIterator<ColumnBatch<Columns<Title>>> {
    return fileColumns(taskInput(this.#connection, task, options, ["select"]));
  }

  /**
   * Downloads a task's file as NDJSON: UTF-8, a line for each row, equal to `JSON.stringify` of the row that `rows` gives. No strings
   * are created.
   *
   * @param task `{ id }` of the task, or `{ name }` of the file.
   * @param options As for `rows`.
   * @throws SmscError The stream fails as `rows`, after all complete lines.
   * @example
   * await smsc.tasks.ndjson({ id: 303 }).pipeTo(destination);
   */
  ndjson(task: TaskFileId, options?: RowsOptions): PlatformByteStream {
    return fileLines(taskInput(this.#connection, task, options));
  }
}
