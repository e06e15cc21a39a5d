import { type TaskRow } from "../builders/row-builder.js";
import type { CsvForm, CsvOptions } from "../core.js";
import { type ByteSource, type FileProgress } from "./byte-source.js";
/** Callbacks of a reading, and the endpoint that its errors name. */
export interface ReadingHooks {
    readonly onProgress?: ((progress: FileProgress) => void) | undefined;
    /** Called when the dialect is known, and again if later bytes change it. */
    readonly onForm?: (form: CsvForm) => void;
    /** Called when the reading ends, at the end of the file or before. */
    readonly onEnd?: () => void;
    readonly endpoint?: string;
}
/** Makes a function that converts the rows of a file with these columns. */
export type RowConverter<T> = (columns: readonly string[] | undefined) => (row: TaskRow) => T;
/** Reads a CSV file by rows, in constant memory. The scan is Rust; rows are built from its offsets without entering it again. */
export declare class RowReader {
    #private;
    constructor(open: () => ByteSource | Promise<ByteSource>, options: CsvOptions | undefined, hooks: ReadingHooks);
    /** The rows one by one, as they are or converted. */
    rows<T = TaskRow>(converter?: RowConverter<T>): AsyncIterableIterator<T>;
    /** The rows in arrays, as many as each piece of the file completes. */
    batches(): AsyncIterableIterator<TaskRow[]>;
}
