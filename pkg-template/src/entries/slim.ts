// Without the bytes, for pages that load the .wasm file: `init` is given its address.
import { setFormatsLoader } from "../runtime/formats-loader.js";

setFormatsLoader(() => import("./reader.js"));

export * from "../client/api.js";
