/** The Worker with the emulator as the account, for this machine. */
import { createEmulator } from "smsc-wasm/testing";
import worker from "./worker.js";

export { SmscLimiter } from "./worker.js";

let emulator;

export default {
  fetch(request, env, context) {
    // A Worker has no random numbers before its first request.
    emulator ??= createEmulator({ apiKey: "demo-key" });
    const account = { SMSC_API_KEY: "demo-key", SMSC_FETCH: emulator.fetch };
    return worker.fetch(request, { PANEL_TOKEN: "demo", ...env, ...account }, context);
  },
};
