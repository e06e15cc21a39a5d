// Stored responses, for Node, Deno, Bun, browsers and bundlers. The bytes of the module are in a separate file, which is loaded
// for the first response.
import { setModuleSource } from "../client/stored-responses.js";
import { unpacked } from "../runtime/unpacked.js";

setModuleSource(async () => WebAssembly.compile(await unpacked((await import("../formats-bytes.js")).packed)));

export {
  decodeHistory,
  decodeSenders,
  decodeTasks,
  type ResponseFormat,
  type StoredMessage,
  type StoredSenders,
} from "../client/stored-responses.js";
