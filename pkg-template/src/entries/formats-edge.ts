// Stored responses, for Cloudflare Workers and other edge runtimes, where WebAssembly may only be imported as a module.
import { setModuleSource } from "../formats/index.js";
import module from "../formats.wasm?module";

setModuleSource(() => module);

export { decodeHistory, decodeSenders, decodeTasks } from "../formats/index.js";
