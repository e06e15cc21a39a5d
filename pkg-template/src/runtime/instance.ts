// The instances of the compiled core. One can trap: a panic, a full stack or exhausted memory leaves it in an unknown state. It is
// never entered again, its pending calls reject with `internal`, and the next call gets a fresh instance.
//
// Every way into the module goes through the exports that wasm-bindgen's script is given, so they are wrapped. Each instance has
// its own copy of that script, so that closures, timers and finalizers of one instance cannot reach another.
import type * as Core from "../core.js";
import { internal, type SmscError } from "./errors.js";
import { Host } from "./host.js";
import { join, type Peer } from "./requests.js";

/** wasm-bindgen's script as a function of the module that it imports (`build.mjs`). */
export type Glue<T> = (host: object) => T & { __wbg_set_wasm(exports: unknown): void };

/** The exports of an instance, by their names. */
type Exports = Record<string, unknown> & { memory: WebAssembly.Memory; __wbindgen_start(): void };

/** What a dead instance returns: wasm-bindgen's script reads it as no number and as a result without an error. */
const nothing: readonly never[] = [];

/** One instance of a module. */
export class Instance<T> {
  readonly #glue: ReturnType<Glue<T>>;
  readonly #host = new Host(this as Instance<unknown>);
  #exports: Exports | undefined;
  #trap: SmscError | undefined;
  /** The registry holds it weakly. */
  peer: Peer | undefined;

  constructor(glue: Glue<T>) {
    this.#glue = glue(this.#host.imports);
  }

  /** The imports of the module whose script is `<name>_bg.js`. */
  imports(name: string): WebAssembly.Imports {
    return { [`./${name}_bg.js`]: this.#glue as never, "./host.js": this.#host.imports as never };
  }

  /** Begins with the instance that was made with these imports. */
  start(instance: WebAssembly.Instance): void {
    const exports = instance.exports as Exports;
    const guarded: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(exports)) {
      guarded[name] = typeof value === "function" ? this.#guard(value as never) : value;
    }
    this.#exports = exports;
    this.#glue.__wbg_set_wasm(guarded);
    exports.__wbindgen_start();
  }

  /** Counts the requests of other instances, and of other copies of this package, through this. */
  join(peer: Peer): void {
    this.peer = peer;
    join(this, peer);
  }

  /** Whether it has trapped. */
  get hasTrapped(): boolean {
    return this.#trap !== undefined;
  }

  get memory(): WebAssembly.Memory {
    return (this.#exports as Exports).memory;
  }

  /** Reports the outcome of a promise that the instance awaits under a number. */
  settle(id: number, isFulfilled: boolean, value: unknown): void {
    (this.#glue as unknown as typeof Core).settle(id, isFulfilled, value);
  }

  /** Calls into the instance. Throws `internal` once it has trapped. */
  enter<R>(act: (core: T) => R): R {
    if (this.#trap) throw this.#trap;
    let result: R | undefined;
    try {
      result = act(this.#glue);
    } catch (error) {
      throw this.#trap ?? error;
    }
    if (this.#trap) throw this.#trap;
    return result as R;
  }

  /** Whatever an export throws is a trap: errors are values. Timers and microtasks that call a dead instance get nothing. */
  #guard(enter: (...args: unknown[]) => unknown) {
    return (...args: unknown[]) => {
      if (this.#trap) return nothing;
      try {
        return enter(...args);
      } catch (cause) {
        this.#trap ??= internal("the WebAssembly failed: all calls in flight end", { cause });
        this.#host.trapped(this.#trap);
        return nothing;
      }
    };
  }
}

/** An instance of the client's module. */
export type CoreInstance = Instance<typeof Core>;

/** A larger memory is not kept: WebAssembly memory never shrinks. */
const maxMemoryBytes = 64 * 1024 * 1024;

let glue: Glue<typeof Core> | undefined;
let module: WebAssembly.Module | undefined;
let current: CoreInstance | undefined;

/** The current instance of the core: a fresh one after a trap, or if the memory of the last one grew large. */
export function currentInstance(): CoreInstance {
  if (current && !current.hasTrapped && current.memory.buffer.byteLength <= maxMemoryBytes) return current;
  if (!glue || !module) throw internal("the WebAssembly is not loaded: call `createClient` or `init` first");
  const instance = new Instance(glue);
  try {
    instance.start(new WebAssembly.Instance(module, instance.imports("smsc")));
    joinPeers(instance);
  } catch (cause) {
    throw instance.hasTrapped ? cause : internal("the WebAssembly could not be started", { cause });
  }
  current = instance;
  return instance;
}

/** Starts the first instance. */
export async function startCore(coreGlue: Glue<typeof Core>, source: BufferSource | WebAssembly.Module): Promise<void> {
  const instance = new Instance(coreGlue);
  const made = (await WebAssembly.instantiate(
    source as BufferSource,
    instance.imports("smsc"),
  )) as WebAssembly.Instance & Partial<WebAssembly.WebAssemblyInstantiatedSource>;
  // For a module, the result is the instance alone.
  instance.start(made.instance ?? made);
  joinPeers(instance);
  glue = coreGlue;
  module = made.module ?? (source as WebAssembly.Module);
  current = instance;
}

/** The instance counts the requests of other instances in its rate limits. */
function joinPeers(instance: CoreInstance): void {
  instance.join({
    count(account, windows, ageMs) {
      instance.enter((core) => core.countRequest(account, windows, ageMs));
    },
    uncount(account, windows, wasSent) {
      instance.enter((core) => core.uncountRequest(account, windows, wasSent));
    },
  });
}
