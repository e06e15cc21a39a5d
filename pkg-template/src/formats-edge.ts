// Saved replies, where WebAssembly may only be imported as a module.
import module from "./formats.wasm?module";
import { setModule } from "./saved.js";

setModule(() => module);

export { decodeHistory, decodeSenders, decodeTasks } from "./saved.js";
