// Stored responses, for Node, Deno, Bun, browsers and bundlers. The bytes of the module are in a separate file, which is loaded
// for the first response.
import { setPackedModule } from "../client/packed-formats.js";
import { internal } from "../runtime/errors.js";

setPackedModule(async () => {
  try {
    return (await import("../formats-bytes.js")).packed;
  } catch (cause) {
    const message =
      "the decoder of stored responses could not be loaded by `import()`. Where that is not allowed, as in a service worker, " +
      'import the function from "smsc-wasm/formats-static"';
    throw internal(message, { cause });
  }
});

export {
  decodeHistory,
  decodeSenders,
  decodeTasks,
  type ResponseFormat,
  type StoredMessage,
  type StoredSenders,
} from "../client/stored-responses.js";
