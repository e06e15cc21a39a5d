// For Cloudflare Workers and other edge runtimes, where WebAssembly may only be imported as a module.

import { setSource } from "./load.js";
import module from "./smsc.wasm?module";

setSource(() => module);

export * from "./api.js";
export { decodeHistory, decodeSenders, decodeTasks } from "./formats-edge.js";
