// Saved replies. The module that reads them is a file of its own, which is only loaded for the first of them.
import { setModule } from "./saved.js";
import { unpacked } from "./unpacked.js";

setModule(async () => WebAssembly.compile(await unpacked((await import("./formats-bytes.js")).packed)));

export { decodeHistory, decodeSenders, decodeTasks, type ReplyFormat, type SavedSenders } from "./saved.js";
