// Strings by the engine's own function for WebAssembly ("wasm:js-string", texts.wat), which takes Chromium a quarter of the
// decoder's time. WebKit and engines from before 2025 do not have it.
import * as simd from "../runtime/simd-speed.js";
import { fromBase64 } from "../runtime/unpacked.js";
import { texts } from "../texts-bytes.js";
import { narrowStringReader } from "./narrow-strings.js";
import type { StringReader } from "./text-slicer.js";

/** The decoder of Firefox is the fastest way where SIMD is fast, and the slowest elsewhere. */
const isFirefox = "InternalError" in globalThis;

/** The length of the array in texts.wat. Every engine takes as many arguments of a call. */
const MAX_LENGTH = 16_384;

/** A reader of strings in that memory. Its module is compiled for the first string. */
export function jsStringReader(memory: WebAssembly.Memory): StringReader {
  let read: StringReader | undefined;
  return (address, length) => {
    if (length > MAX_LENGTH || (isFirefox && simd.isFast)) return undefined;
    read ??= fastestReader(memory);
    return read(address, length);
  };
}

function fastestReader(memory: WebAssembly.Memory): StringReader {
  try {
    const Module = WebAssembly.Module as new (bytes: BufferSource, options: object) => WebAssembly.Module;
    const module = new Module(fromBase64(texts), { builtins: ["js-string"] });
    return new WebAssembly.Instance(module, { core: { memory } }).exports.text as StringReader;
  } catch {
    if (!isFirefox) return narrowStringReader(memory);
    return (address, length) =>
      String.fromCharCode.apply(null, new Uint16Array(memory.buffer, address, length) as unknown as number[]);
  }
}
