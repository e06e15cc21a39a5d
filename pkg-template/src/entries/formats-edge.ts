// Stored responses, for Cloudflare Workers and other edge runtimes, where WebAssembly may only be imported as a module.
import { setModuleSource } from "../client/stored-responses.js";
import module from "../formats.wasm?module";

setModuleSource(() => module);

export { decodeHistory, decodeSenders, decodeTasks } from "../client/stored-responses.js";
