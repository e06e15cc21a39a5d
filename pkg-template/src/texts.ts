// Strings of the core's texts, where there is no Buffer of Node.js: by a function that engines have for WebAssembly
// ("wasm:js-string", texts.wat), which takes Chromium a quarter of the decoder's time. Engines of before 2025 have none, nor has
// the package without the bytes.
import { engine, type Texts } from "./instance.js";
import { texts } from "./texts-bytes.js";
import { fromBase64 } from "./unpacked.js";
import * as vectors from "./vectors.js";

/** Firefox, whose decoder is the fastest where vectors are fast, and the slowest elsewhere. */
const isFirefox = "InternalError" in globalThis;

/** So many units there is room for; and every engine takes so many arguments. */
const longest = 16_384;

/** A life of the core has begun, with that memory. What makes its strings is compiled when the first is asked for. */
export function begun(memory: WebAssembly.Memory): void {
  if (globalThis.Buffer) return;
  let best: Texts | undefined;
  engine.texts = (place, length) => {
    if (length > longest || (isFirefox && vectors.fast)) return undefined;
    best ??= bestOf(memory);
    return best(place, length);
  };
}

/** The fastest that the engine has. */
function bestOf(memory: WebAssembly.Memory): Texts {
  try {
    const module = new (WebAssembly.Module as Compile)(fromBase64(texts), { builtins: ["js-string"] });
    return new WebAssembly.Instance(module, { core: { memory } }).exports.text as Texts;
  } catch {
    if (!isFirefox) return () => undefined;
    return (place, length) =>
      String.fromCharCode.apply(null, new Uint16Array(memory.buffer, place, length) as unknown as number[]);
  }
}

type Compile = new (bytes: BufferSource, options: { builtins: string[] }) => WebAssembly.Module;
