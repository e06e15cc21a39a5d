/**
 * The bytes of a module that is packed inside a script: gzip, then base64. Node.js by its own zlib, which is loaded from the
 * start: its web streams take ten milliseconds longer. Deno and Bun would have to load a zlib of Node.js, and so stream.
 */
export declare function unpacked(packed: string): Promise<BufferSource>;
/** By the platform where it can; else by a loop, which is twenty times as fast as `Uint8Array.from` with a function. */
export declare function fromBase64(text: string): Uint8Array<ArrayBuffer>;
