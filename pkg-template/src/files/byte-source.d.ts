/** The progress of a file's reading. */
export interface FileProgress {
    /** Bytes received, before decompression. */
    bytes: number;
    /** Rows read; 0 if the file is not read by rows. */
    rows: number;
    /** Size of the file in bytes, if it is known. */
    total?: number;
}
/** A report of progress; `total` is absent if it is not known. */
export declare function progressOf({ bytesRead: bytes, total }: ByteSource, rows: number): FileProgress;
/** Resolves with the next piece, or with `undefined` at the end. */
export type Pull = () => Promise<Uint8Array | undefined>;
/** Bytes that arrive in pieces. */
export interface ByteSource {
    readonly next: Pull;
    /** Ends the source early. */
    cancel(): void;
    /** Bytes received so far, before decompression. */
    readonly bytesRead: number;
    /** Size in bytes, if it is known. */
    readonly total: number | undefined;
}
/** A source that counts what it gives, and reports it. */
export declare function countingSource(pull: Pull, cancel: () => void, total?: number, onProgress?: (progress: FileProgress) => void): ByteSource;
/** A stream of the pieces, each of which is pulled when it is wanted. */
export declare function streamOf(pull: Pull, cancel?: () => void): ReadableStream<Uint8Array>;
/** Bytes whose beginning can be inspected before it is taken. */
export declare class PeekableSource {
    #private;
    constructor(pull: Pull);
    /** At least `size` bytes, or all to the end. They stay in the source. */
    peek(size: number): Promise<Uint8Array>;
    /** Takes the first `size` of the bytes that were inspected. */
    take(size: number): Uint8Array;
    readonly next: Pull;
}
/** Several pieces as one. */
export declare function concat(pieces: readonly Uint8Array[]): Uint8Array;
