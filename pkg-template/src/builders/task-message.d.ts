import type { Message } from "../core.js";
import { type TaskRow } from "./row-builder.js";
/**
 * A builder of messages from rows with these columns. The fields of the columns are decided once, in Rust (src/csv/titles.rs). A
 * value that its column's field cannot hold is in `extra`, under the column's title.
 */
export declare function messageBuilder(columns: readonly string[] | undefined): (row: TaskRow) => Partial<Message>;
