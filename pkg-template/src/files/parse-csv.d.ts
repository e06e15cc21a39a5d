import type { TaskRow } from "../builders/row-builder.js";
import type { CsvOptions } from "../core.js";
import type { ReadOptions } from "./task-file.js";
/** A stored CSV file. */
export type CsvSource = ReadableStream<Uint8Array> | Response | Blob | Uint8Array | string;
/**
 * Reads a stored CSV file row by row, in constant memory. Compression (gzip or zip), encoding, delimiter and header are detected,
 * unless `csv` says them.
 *
 * @param source The file.
 * @param csv The known part of its dialect; `onProgress` and `signal`.
 * @throws SmscError `invalid_parameter`: an option or the source is invalid; `bad_reply`: the file is broken, after all complete rows;
 *   `aborted`: by the signal.
 * @example
 * for await (const row of parseCsv(await openAsBlob("november.csv"))) console.log(row);
 */
export declare function parseCsv(source: CsvSource, csv?: CsvOptions & ReadOptions): AsyncIterableIterator<TaskRow>;
