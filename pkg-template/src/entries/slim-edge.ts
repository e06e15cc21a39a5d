// `smsc-wasm/slim` for edge runtimes: `init` is given the client's module. The module that reads files is imported.
import * as formats from "../formats/index.js";
import { setFormats } from "../runtime/formats-loader.js";
import "./formats-edge.js";

setFormats(formats);

export * from "../client/api.js";
