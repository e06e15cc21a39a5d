// Strings by way of windows-1251, for engines without string builtins. To narrow the units to bytes (narrow.wat) and to decode these
// takes WebKit a third of the time that its decoder of UTF-16 takes.
import { fromBase64 } from "../runtime/unpacked.js";
import { narrow } from "../texts-bytes.js";
import type { StringReader } from "./text-slicer.js";

/** The memory of narrow.wat: the units, their bytes, and the byte of each unit. */
const [BYTES, TABLE] = [32_768, 65_536];

/** Longer strings are rare. */
const MAX_LENGTH = BYTES / Uint16Array.BYTES_PER_ELEMENT;

/** The only byte that windows-1251 does not assign. It decodes to U+0098, and here stands for all other characters. */
const UNASSIGNED = 0x98;

/** The exports of narrow.wat. */
interface Narrow {
  readonly memory: WebAssembly.Memory;
  readonly narrow: (length: number) => void;
}

/** A reader of strings in that memory. It leaves strings with characters beyond windows-1251 to the decoder of UTF-16. */
export function narrowStringReader(source: WebAssembly.Memory): StringReader {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder("windows-1251");
  } catch {
    // Some runtimes decode UTF-8 and UTF-16 only.
    return () => undefined;
  }
  const instance = new WebAssembly.Instance(new WebAssembly.Module(fromBase64(narrow)));
  const { memory, narrow: narrowUnits } = instance.exports as unknown as Narrow;
  fillTable(new Uint8Array(memory.buffer, TABLE), decoder);
  const units = new Uint16Array(memory.buffer, 0, MAX_LENGTH);
  const bytes = new Uint8Array(memory.buffer, BYTES, MAX_LENGTH);
  return (address, length) => {
    if (length > MAX_LENGTH) return undefined;
    units.set(new Uint16Array(source.buffer, address, length));
    narrowUnits(length);
    const text = decoder.decode(bytes.subarray(0, length));
    return text.includes(String.fromCharCode(UNASSIGNED)) ? undefined : text;
  };
}

/** Sets the byte of each UTF-16 unit. */
function fillTable(table: Uint8Array, decoder: TextDecoder): void {
  table.fill(UNASSIGNED);
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const text = decoder.decode(bytes);
  for (const byte of bytes) table[text.charCodeAt(byte)] = byte;
}
