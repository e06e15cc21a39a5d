// For Node, Deno, Bun, browsers and bundlers: the bytes are inside, so there is no path, no permission and no setting.
import { packed } from "./bytes.js";
import { setSource } from "./load.js";
import { unpacked } from "./unpacked.js";

setSource(() => unpacked(packed));

export * from "./api.js";
export { decodeHistory, decodeSenders, decodeTasks, type ReplyFormat, type SavedSenders } from "./formats.js";
