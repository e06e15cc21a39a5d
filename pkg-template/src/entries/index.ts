// For Node, Deno, Bun, browsers and bundlers: the bytes are inside, so that no path, permission or setting is needed.
import { jsStringReader } from "../builders/js-strings.js";
import { setStringReader } from "../builders/text-slicer.js";
import { packed } from "../bytes.js";
import { setFormatsLoader } from "../runtime/formats-loader.js";
import { setSource } from "../runtime/load.js";
import { unpacked } from "../runtime/unpacked.js";

setSource(() => unpacked(packed));
setStringReader(jsStringReader);
setFormatsLoader(() => import("./reader.js"));

export * from "../client/api.js";
