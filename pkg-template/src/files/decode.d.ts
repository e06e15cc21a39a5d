import { type ByteSource, type Pull } from "./byte-source.js";
/** Converts bytes to UTF-8, by the platform's decoder. Bytes that are not valid become replacement characters. */
export declare function transcode(pull: Pull, charset: string): Pull;
/** All bytes as text. Without `encoding`, the charset is detected; a text that is not valid UTF-8 is windows-1251. */
export declare function decodeText(source: ByteSource, encoding?: string): Promise<string>;
