// The module is part of the script; a service worker does not permit `import()`, which smsc-wasm/formats uses.

import { decodeHistory } from "./node_modules/smsc-wasm/dist/formats-static.js";
import { createClient, SmscError } from "./node_modules/smsc-wasm/dist/index.js";
import { smoke } from "./smoke.mjs";

globalThis.runSmoke = (service) =>
  smoke({ createClient, decodeHistory, SmscError }, service, { dangerouslyAllowBrowser: true });
