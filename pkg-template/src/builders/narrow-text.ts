// Strings by way of windows-1251, for engines without string builtins. To narrow the units to bytes and to decode these takes WebKit a
// third of the time that its decoder of UTF-16 takes, and Chromium the same time.
import type { StringReader } from "./text-slicer.js";

/** Longer strings are rare. */
const MAX_LENGTH = 16_384;

/** The only byte that windows-1251 does not assign. It decodes to U+0098, and here stands for all other characters. */
const UNASSIGNED = 0x98;

/** A reader of strings in that memory. It leaves strings with characters beyond windows-1251 to the decoder of UTF-16. */
export function narrowStringReader(memory: WebAssembly.Memory): StringReader {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder("windows-1251");
  } catch {
    // Some runtimes decode UTF-8 and UTF-16 only.
    return () => undefined;
  }
  const table = narrowTable(decoder);
  const bytes = new Uint8Array(MAX_LENGTH);
  let units = new Uint16Array();
  return (address, length) => {
    if (length > MAX_LENGTH) return undefined;
    // The memory has another buffer after it grew.
    if (units.buffer !== memory.buffer) units = new Uint16Array(memory.buffer);
    const start = address >>> 1;
    for (let i = 0; i < length; i++) bytes[i] = table[units[start + i] as number] as number;
    const text = decoder.decode(bytes.subarray(0, length));
    return text.includes(String.fromCharCode(UNASSIGNED)) ? undefined : text;
  };
}

/** The byte of each UTF-16 unit. */
function narrowTable(decoder: TextDecoder): Uint8Array {
  const table = new Uint8Array(65_536).fill(UNASSIGNED);
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const text = decoder.decode(bytes);
  for (const byte of bytes) table[text.charCodeAt(byte)] = byte;
  return table;
}
