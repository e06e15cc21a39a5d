/**
 * The emulator in a separate process with a faster clock. `start.mjs` starts it with the module to import it from. Sends its
 * address, and on request the list of requests that it received.
 */
import { FASTER } from "./pace.mjs";

const began = Date.now();
const now = Date.now;
Date.now = () => began + (now() - began) * FASTER;

const { createEmulator } = await import(process.argv[2]);
const emulator = createEmulator({ messages: 5, senders: [] });
// Delays the first requests until the maximum is in flight, and 50 ms longer, so that a request beyond it would be noticed.
let releaseAll;
const until = new Promise((resolve) => {
  releaseAll = () => setTimeout(resolve, 50);
});
emulator.faults.push({
  until,
  times: 14,
  when({ inFlight }) {
    if (inFlight === 14) releaseAll();
    return true;
  },
});
const { url } = await emulator.listen();
process.on("message", () => {
  process.send({
    requests: emulator.requests.map(({ script, time, inFlight, code }) => ({ script, time, inFlight, code })),
  });
});
process.on("disconnect", () => process.exit());
process.send({ url });
