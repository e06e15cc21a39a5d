import type { CsvForm } from "../core.js";
import { type ByteSource } from "./byte-source.js";
/** Bytes after decompression. */
export interface DecompressedSource extends ByteSource {
    /** The compression of the file; known after the first piece. */
    readonly compression: CsvForm["compression"];
}
/** Decompresses the bytes if they begin like gzip or zip. */
export declare function decompress(source: ByteSource): DecompressedSource;
