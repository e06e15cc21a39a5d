import { createClient, decodeHistory, SmscError } from "./node_modules/smsc-wasm/dist/index.js";
import { smoke } from "./smoke.mjs";

const service = new URLSearchParams(location.search).get("service");
globalThis.result = await smoke({ createClient, decodeHistory, SmscError }, service, { dangerouslyAllowBrowser: true });
