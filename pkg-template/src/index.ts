// For Node, Deno, Bun, browsers and bundlers: the bytes are inside, so there is no path, no permission and no setting.
import { packed } from "./bytes.js";
import { engine } from "./instance.js";
import { setSource } from "./load.js";
import { begun } from "./texts.js";
import { unpacked } from "./unpacked.js";

setSource(() => unpacked(packed));
engine.begun = begun;

export * from "./api.js";
export { decodeHistory, decodeSenders, decodeTasks, type ReplyFormat, type SavedSenders } from "./formats.js";
