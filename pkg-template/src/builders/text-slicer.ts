/** Makes a string of the UTF-16 units from one offset to another. */
export type TextSlicer = (start: number, end: number) => string;

/** Makes a string of UTF-16 units at an address, or `undefined` if `TextDecoder` is faster. */
export type StringReader = (address: number, length: number) => string | undefined;

let makeStringReader: ((memory: WebAssembly.Memory) => StringReader) | undefined;
const stringReaders = new WeakMap<WebAssembly.Memory, StringReader>();

/** Sets the reader of strings for runtimes without `Buffer`. Only entries with the bytes inside set one. */
export function setStringReader(make: (memory: WebAssembly.Memory) => StringReader): void {
  makeStringReader = make;
}

const decoder = new TextDecoder("utf-16le", { ignoreBOM: true });

/** A slicer of the text at an address, until the memory grows. `Buffer` of Node.js is several times as fast as the decoder. */
export function textSlicer(memory: WebAssembly.Memory, address: number): TextSlicer {
  const bytes = globalThis.Buffer?.from(memory.buffer);
  if (bytes?.ucs2Slice) {
    return (start, end) => bytes.ucs2Slice?.(address + 2 * start, address + 2 * end) as string;
  }
  const units = new Uint16Array(memory.buffer, address);
  const read = stringReaders.get(memory) ?? makeStringReader?.(memory);
  if (read) stringReaders.set(memory, read);
  return (start, end) => read?.(address + 2 * start, end - start) ?? decoder.decode(units.subarray(start, end));
}

const asciiDecoder = new TextDecoder();

/** A slicer of the ASCII text at an address, until the memory grows. */
export function asciiSlicer(memory: WebAssembly.Memory, address: number): TextSlicer {
  const bytes = globalThis.Buffer?.from(memory.buffer);
  if (bytes?.latin1Slice) return (start, end) => bytes.latin1Slice?.(address + start, address + end) as string;
  const view = new Uint8Array(memory.buffer, address);
  return (start, end) => asciiDecoder.decode(view.subarray(start, end));
}
