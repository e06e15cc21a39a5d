// The core's instance, which can die: a trap (a panic, a stack that is full, no more memory) leaves it in a state that nobody
// knows. It is never entered again. All that lived in it ends with `internal`, and the next call gets a fresh instance.
import { internal, type SmscError } from "./errors.js";
import { begin, imports } from "./smsc.js";

/** Names a thing that lives in the core. */
export type Handle = number;

/** The lives of the core lie so far apart. The border takes a handle modulo this. */
const lifetime = 2 ** 32;

/** No handle of this life is below it, and every one of the lives before. */
export let era: Handle = 0;

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

/** Begins the first life; those that follow are of the same module. */
export async function start(source: BufferSource | WebAssembly.Module): Promise<void> {
  const made = (await WebAssembly.instantiate(source as BufferSource, imports())) as WebAssembly.Instance &
    Partial<WebAssembly.WebAssemblyInstantiatedSource>;
  // Of a module it gives the instance alone.
  ({ module = source as WebAssembly.Module } = made);
  begin(made.instance ?? made);
}

/** Enters the instance. Whatever it throws is its death: its own errors are values. */
export function enter<T>(act: () => T): T {
  try {
    if (dead) begin(new WebAssembly.Instance(module, imports()));
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
