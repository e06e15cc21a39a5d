// The instances of the compiled core. One can trap: a panic, a full stack or exhausted memory leaves it in an unknown state. It is
// never entered again, its pending calls reject with `internal`, and the next call gets a fresh instance.
//
// Every way into the module goes through the exports that wasm-bindgen's script is given, so they are wrapped. Each instance has
// its own copy of that script, so that closures, timers and finalizers of one instance cannot reach another.
import type * as Core from "../core.js";
import { internal, notLoaded, type SmscError } from "./errors.js";
import { Host } from "./host.js";
import { join, type Peer } from "./sent-requests.js";

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
  /** Stands for the instance in the registry of sent requests, which must not keep it. */
  readonly token = {};
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
    join(this.token, peer);
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

/** A larger memory is not kept: WebAssembly memory never shrinks. */
const maxMemoryBytes = 64 * 1024 * 1024;

/** A compiled module, and its current instance. */
export class WasmModule<T> {
  readonly #name: string;
  readonly #glue: Glue<T>;
  readonly #onStart: (instance: Instance<T>) => void;
  readonly #module: WebAssembly.Module;
  #current: Instance<T> | undefined;

  /** Compiles a module whose script is `<name>_bg.js`, and starts its first instance. */
  static async start<T>(
    name: string,
    glue: Glue<T>,
    source: BufferSource | WebAssembly.Module,
    onStart: (instance: Instance<T>) => void = () => {},
  ): Promise<WasmModule<T>> {
    const instance = new Instance(glue);
    const made = (await WebAssembly.instantiate(
      source as BufferSource,
      instance.imports(name),
    )) as WebAssembly.Instance & Partial<WebAssembly.WebAssemblyInstantiatedSource>;
    // For a module, the result is the instance alone.
    instance.start(made.instance ?? made);
    onStart(instance);
    return new WasmModule(name, glue, onStart, made.module ?? (source as WebAssembly.Module), instance);
  }

  private constructor(
    name: string,
    glue: Glue<T>,
    onStart: (instance: Instance<T>) => void,
    module: WebAssembly.Module,
    instance: Instance<T>,
  ) {
    this.#name = name;
    this.#glue = glue;
    this.#onStart = onStart;
    this.#module = module;
    this.#current = instance;
  }

  /** The current instance: a fresh one after a trap, or if the memory of the last one grew large. */
  get instance(): Instance<T> {
    this.dropUnusable();
    this.#current ??= this.#restart();
    return this.#current;
  }

  /** Drops the current instance if no call should enter it any more. */
  dropUnusable(): void {
    if (this.#current?.hasTrapped || Number(this.#current?.memory.buffer.byteLength) > maxMemoryBytes) {
      this.#current = undefined;
    }
  }

  #restart(): Instance<T> {
    const instance = new Instance(this.#glue);
    try {
      instance.start(new WebAssembly.Instance(this.#module, instance.imports(this.#name)));
      this.#onStart(instance);
    } catch (cause) {
      throw instance.hasTrapped ? cause : internal("the WebAssembly could not be started", { cause });
    }
    return instance;
  }
}

/** An instance of the client's module. */
export type CoreInstance = Instance<typeof Core>;

let core: WasmModule<typeof Core> | undefined;

/** The current instance of the core. */
export function currentInstance(): CoreInstance {
  if (!core) throw notLoaded("the WebAssembly is not loaded: call `createClient` or `init` first");
  return core.instance;
}

/** Starts the first instance of the core. */
export async function startCore(glue: Glue<typeof Core>, source: BufferSource | WebAssembly.Module): Promise<void> {
  core = await WasmModule.start("smsc", glue, source, joinPeers);
}

/** The instance counts the requests of other instances in its rate limits. */
function joinPeers(instance: CoreInstance): void {
  instance.join({
    count({ account, rules, identity }, ageMs) {
      instance.enter((core) => core.countRequest(account, rules, identity, ageMs));
    },
    uncount({ account, rules, identity }, wasSent) {
      instance.enter((core) => core.uncountRequest(account, rules, identity, wasSent));
    },
  });
}
