/** Makes a string of the UTF-16 units from one offset to another. */
export type TextSlicer = (start: number, end: number) => string;
/** Makes a string of UTF-16 units at an address, or `undefined` if `TextDecoder` is faster. */
export type StringReader = (address: number, length: number) => string | undefined;
/** Sets the reader of strings for runtimes without `Buffer`. Only entries with the bytes inside set one. */
export declare function setStringReader(make: (memory: WebAssembly.Memory) => StringReader): void;
/** A slicer of the text at an address, until the memory grows. `Buffer` of Node.js is several times as fast as the decoder. */
export declare function textSlicer(memory: WebAssembly.Memory, address: number): TextSlicer;
