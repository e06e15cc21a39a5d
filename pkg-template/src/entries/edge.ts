// For Cloudflare Workers and other edge runtimes, where WebAssembly may only be imported as a module.
import { setSource } from "../runtime/load.js";
import module from "../smsc.wasm?module";

setSource(() => module);

export * from "../client/api.js";
export { decodeHistory, decodeSenders, decodeTasks } from "./formats-edge.js";
