// Import maps are for pages only.
import { createClient, SmscError } from "/node_modules/smsc-wasm/dist/index.js";
import { smoke } from "./smoke.mjs";

const service = new URLSearchParams(location.search).get("service");
postMessage(await smoke({ createClient, SmscError }, service, { dangerouslyAllowBrowser: true }));
