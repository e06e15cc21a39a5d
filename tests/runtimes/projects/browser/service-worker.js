// Service workers do not permit `import()`, so the decoder of stored responses is imported with its bytes.
import { decodeHistory } from "/node_modules/smsc-wasm/dist/formats-static.js";
import { createClient, SmscError } from "/node_modules/smsc-wasm/dist/index.js";
import { smoke } from "./smoke.mjs";

const service = new URLSearchParams(location.search).get("service");
const run = () => smoke({ createClient, decodeHistory, SmscError }, service, { dangerouslyAllowBrowser: true });
addEventListener("message", (event) => event.waitUntil(run().then((result) => event.source.postMessage(result))));
