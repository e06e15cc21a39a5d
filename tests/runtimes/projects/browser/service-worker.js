// A service worker does not permit `import()`, which smsc-wasm/formats uses.
import { decodeHistory } from "/node_modules/smsc-wasm/dist/formats-static.js";
import { createClient, SmscError } from "/node_modules/smsc-wasm/dist/index.js";
import { smoke } from "./smoke.mjs";

addEventListener("message", (event) => {
  const answer = async () => {
    const options = { dangerouslyAllowBrowser: true };
    event.source.postMessage(await smoke({ createClient, decodeHistory, SmscError }, event.data, options));
  };
  event.waitUntil(answer());
});
