import type { Connection } from "../client/connection.js";
import type { RowsOptions } from "../client/tasks.js";
import type { TaskFileId } from "../client/types.js";
import type { Message } from "../core.js";
import { RowReader } from "./row-reader.js";
/** A reader that starts the download when the first row is requested, and cancels it when no more rows are wanted. */
export declare function taskRows(connection: Connection, task: TaskFileId, options: RowsOptions | undefined): RowReader;
/** The same rows as messages. */
export declare function taskMessages(connection: Connection, task: TaskFileId, options: RowsOptions | undefined): AsyncIterableIterator<Partial<Message>>;
