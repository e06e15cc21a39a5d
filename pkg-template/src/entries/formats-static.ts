// Stored responses, where `import()` is not allowed: in service workers and so in the background of browser extensions. The bytes
// of the module are imported at once, also for `smsc-wasm` and `smsc-wasm/formats`.
import { setPackedModule } from "../client/packed-formats.js";
import { packed } from "../formats-bytes.js";

export {
  decodeHistory,
  decodeSenders,
  decodeTasks,
  type ResponseFormat,
  type StoredMessage,
  type StoredSenders,
} from "./formats.js";

setPackedModule(() => packed);
