/** Where the WebAssembly comes from: an address, a `Response`, its bytes, or a compiled module. */
export type WasmSource = string | URL | Response | BufferSource | WebAssembly.Module;
type Source = WasmSource | Promise<WasmSource>;
/** Each entry of the package sets how it reaches the bytes. */
export declare function setSource(source: () => Source): void;
/**
 * Loads the WebAssembly ahead of time. `createClient` does it by itself; only `smsc-wasm/slim` needs a `source`. Loading
 * twice is harmless, and a load that failed can be repeated.
 *
 * @param source Where it comes from: the address of `smsc-wasm/smsc.wasm`, a `Response`, the bytes, or a
 *   `WebAssembly.Module`. Default: the bytes that this package holds.
 */
export declare function init(source?: Source): Promise<void>;
export {};
