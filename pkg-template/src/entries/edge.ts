// For Cloudflare Workers and other edge runtimes, where WebAssembly may only be imported as a module.
import * as formats from "../formats/index.js";
import { setFormats } from "../runtime/formats-loader.js";
import { setSource } from "../runtime/load.js";
import module from "../smsc.wasm?module";
import "./formats-edge.js";

setSource(() => module);
setFormats(formats);

export * from "../client/api.js";
