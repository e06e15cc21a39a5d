// The core's instance, which can die: a trap (a panic, a stack that is full, no more memory) leaves it in a state that nobody
// knows. It is never entered again. All that lived in it ends with `internal`, and the next call gets a fresh instance.
import { internal, type SmscError } from "./errors.js";
import { write } from "./write.js";

/** Names a thing that lives in the core. */
export type Handle = number;

/** The lives of the core lie so far apart. The border takes a handle modulo this. */
const lifetime = 2 ** 32;

/** No handle of this life is below it, and every one of the lives before. */
export let era: Handle = 0;

/** What the core exports: `src/js.rs`. Only numbers cross; texts lie in the memory. */
interface Exports {
  memory: WebAssembly.Memory;
  /** Makes room for the text that the next call takes, and forgets the one that the last left. Gives its address. */
  room(length: number): number;
  /** Does one thing, as `core.ts` numbers them, with a text of so many bytes. */
  invoke(what: number, handle: number, length: number, now: number, a: number, b: number): number;
  /** Where the text lies that the last call left. */
  text(): number;
  /** How many bytes it has. */
  length(): number;
  __wbindgen_start(): void;
}

/** Makes a string of so many units at an address of the core's memory, unless the decoder would be faster. */
export type Texts = (place: number, length: number) => string | undefined;

/** What makes strings of this life's memory, and what puts it there when a life begins, where an entry of the package has that. */
export const engine: { texts?: Texts | undefined; begun?(memory: WebAssembly.Memory): void } = {};

let exports: Exports;
let module: WebAssembly.Module;
/** What ended the life before. */
let death: unknown;
let dead = false;

/** Told when the instance dies: those who wait for something that matters to nobody any more. */
export const alarms = new Set<() => void>();

/** The error of all that lived in an instance that died. */
export function ended(): SmscError {
  return internal("the WebAssembly failed: all calls under way end", { cause: death });
}

function begin(instance: WebAssembly.Instance): void {
  exports = instance.exports as unknown as Exports;
  exports.__wbindgen_start();
  engine.begun?.(exports.memory);
}

/** The one import would fill a table of JavaScript values, of which none crosses. */
const imports = { "./smsc_bg.js": { __wbindgen_init_externref_table() {} } };

/** Begins the first life; those that follow are of the same module. */
export async function start(source: BufferSource | WebAssembly.Module): Promise<void> {
  const made = (await WebAssembly.instantiate(source as BufferSource, imports)) as WebAssembly.Instance &
    Partial<WebAssembly.WebAssemblyInstantiatedSource>;
  // Of a module it gives the instance alone.
  ({ module = source as WebAssembly.Module } = made);
  begin(made.instance ?? made);
}

/** The core's memory. */
export function memory(): ArrayBuffer {
  return exports.memory.buffer;
}

/** Puts bytes at a place of it, for which there is room. */
export function put(bytes: Uint8Array, place: number): void {
  new Uint8Array(memory()).set(bytes, place >>> 0);
}

/** Longer texts are encoded first, so that the memory grows by no more than they have. */
const longestWritten = 5000;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Does one thing in the core, with a text. */
export function invoke(what: number, handle: Handle, line: string, a: number, b: number): number {
  return enter(() => {
    const length = line === "" ? 0 : write(line, longestWritten, exports.memory, exports.room);
    return exports.invoke(what, handle, length, Date.now(), a, b);
  });
}

/** Takes the text that the last call left: it may hold a secret. */
export function text(): string {
  return enter(() => {
    const text = decoder.decode(new Uint8Array(memory(), exports.text() >>> 0, exports.length()));
    exports.room(0);
    return text;
  });
}

/** Enters the instance. Whatever it throws is its death: its own errors are values. */
function enter<T>(act: () => T): T {
  try {
    if (dead) begin(new WebAssembly.Instance(module, imports));
    dead = false;
    return act();
  } catch (cause) {
    death = cause;
    dead = true;
    era += lifetime;
    for (const alarm of alarms) alarm();
    throw ended();
  }
}
