// For Cloudflare Workers and other edge runtimes, where WebAssembly may only be imported as a module.
// @ts-expect-error There are no types for a module of WebAssembly.
import module from "./smsc.wasm?module";
import { setSource } from "./load.js";

setSource(() => module);

export * from "./api.js";
