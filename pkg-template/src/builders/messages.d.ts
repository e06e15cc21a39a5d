import type { Message } from "../core.js";
/** Makes the messages of a page that the core read: three numbers at that address describe it, as in `src/api/page_reader.rs`. */
export declare function buildMessages(memory: WebAssembly.Memory, address: number): Message[];
