import type * as Core from "../core.js";
import { type Peer } from "./requests.js";
/** wasm-bindgen's script as a function of the module that it imports (`build.mjs`). */
export type Glue<T> = (host: object) => T & {
    __wbg_set_wasm(exports: unknown): void;
};
/** One instance of a module. */
export declare class Instance<T> {
    #private;
    /** The registry holds it weakly. */
    peer: Peer | undefined;
    constructor(glue: Glue<T>);
    /** The imports of the module whose script is `<name>_bg.js`. */
    imports(name: string): WebAssembly.Imports;
    /** Begins with the instance that was made with these imports. */
    start(instance: WebAssembly.Instance): void;
    /** Counts the requests of other instances, and of other copies of this package, through this. */
    join(peer: Peer): void;
    /** Whether it has trapped. */
    get hasTrapped(): boolean;
    get memory(): WebAssembly.Memory;
    /** Calls into the instance. Throws `internal` once it has trapped. */
    enter<R>(act: (core: T) => R): R;
}
/** An instance of the client's module. */
export type CoreInstance = Instance<typeof Core>;
/** The current instance of the core: a fresh one after a trap, or if the memory of the last one grew large. */
export declare function currentInstance(): CoreInstance;
/** Starts the first instance. */
export declare function startCore(coreGlue: Glue<typeof Core>, source: BufferSource | WebAssembly.Module): Promise<void>;
