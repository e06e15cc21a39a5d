import type { TaskRow } from "../builders/row-builder.js";
import type { CsvForm, CsvOptions } from "../core.js";
import { type ByteSource, type FileProgress } from "./byte-source.js";
/** Options of every way to read a file. */
export interface ReadOptions {
    /** Called after each piece of the file. */
    onProgress?: ((progress: FileProgress) => void) | undefined;
    /** Aborts the reading and the download. */
    signal?: AbortSignal | undefined;
}
/** The body of a download, whose response is known to be a file. The download ends when nothing refers to it any more. */
export interface Download {
    readonly fileName?: string | undefined;
    readonly size?: number | undefined;
    readonly type?: string | undefined;
    next(signal?: AbortSignal): Promise<Uint8Array | undefined>;
    cancel(): void;
}
/** A download as a source of bytes. */
export declare function sourceOfDownload(download: Download, { signal, onProgress }?: ReadOptions): ByteSource;
/** The file of a task. It is read once, in one of these ways, and only as fast as it is consumed. */
export declare class TaskFile {
    #private;
    /** The file's name, without a path, if the service gives one. */
    readonly fileName?: string;
    /** The file's size in bytes, if the service gives one. */
    readonly size?: number;
    /** The file's media type, if the service gives one. */
    readonly type?: string;
    /** The file's dialect, once `rows` or `batches` has detected it. */
    readonly csv?: CsvForm;
    /**
     * The bytes as received, as a stream. Cancelling it cancels the download.
     *
     * @example
     * await pipeline(Readable.fromWeb(file.stream()), createWriteStream("november.csv"));
     */
    stream(options?: ReadOptions): ReadableStream<Uint8Array>;
    /**
     * All bytes as received.
     *
     * @example
     * await writeFile("november.csv", await file.bytes());
     */
    bytes(options?: ReadOptions): Promise<Uint8Array>;
    /**
     * All bytes as received, as a `Blob` of the file's type.
     *
     * @example
     * link.href = URL.createObjectURL(await file.blob());
     */
    blob(options?: ReadOptions): Promise<Blob>;
    /**
     * The text, decompressed and decoded. The charset is detected (UTF-8, UTF-16 or windows-1251), unless `encoding` names it.
     *
     * @example
     * console.log(await file.text());
     */
    text(options?: ReadOptions & Pick<CsvOptions, "encoding">): Promise<string>;
    /**
     * The rows one by one, in constant memory. Compression, encoding, delimiter and header are detected, unless `csv` says them.
     *
     * @throws SmscError `bad_reply`: the file is broken, after all complete rows.
     * @example
     * for await (const row of file.rows()) console.log(row);
     */
    rows(csv?: CsvOptions & ReadOptions, options?: ReadOptions): AsyncIterableIterator<TaskRow>;
    /**
     * The rows in arrays, as many as arrive together. A row costs less time than with `rows`.
     *
     * @throws SmscError As `rows`.
     * @example
     * for await (const rows of file.batches()) await insert(rows);
     */
    batches(csv?: CsvOptions & ReadOptions, options?: ReadOptions): AsyncIterableIterator<TaskRow[]>;
}
