// Stored responses, and files, where `import()` is not allowed: in service workers and so in the background of browser extensions. The
// bytes of the module are imported at once, also for `smsc-wasm` and `smsc-wasm/formats`.
import * as formats from "../formats/index.js";
import { packed } from "../formats-bytes.js";
import { setFormats } from "../runtime/formats-loader.js";
import "./formats.js";

formats.setPackedModule(() => packed);
setFormats(formats);

export { decodeHistory, decodeSenders, decodeTasks } from "../formats/index.js";
