import { createClient, SmscError } from "/node_modules/smsc-wasm/dist/index.js";
import { smoke } from "./smoke.mjs";

const service = new URLSearchParams(location.search).get("service");

// Without `decodeHistory`, which needs `import()`: service workers do not have it.
const run = () => smoke({ createClient, SmscError }, service, { dangerouslyAllowBrowser: true });
addEventListener("message", (event) => event.waitUntil(run().then((result) => event.source.postMessage(result))));
