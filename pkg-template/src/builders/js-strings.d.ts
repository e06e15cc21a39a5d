import type { StringReader } from "./text-slicer.js";
/** A reader of strings in that memory. Its module is compiled for the first string. */
export declare function jsStringReader(memory: WebAssembly.Memory): StringReader;
