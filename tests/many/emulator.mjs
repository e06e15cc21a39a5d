/**
 * The emulator in a process of its own, whose clock runs faster. Started by `start.mjs` with what to import it from; tells
 * its address, and when asked what arrived.
 */
import { FASTER } from "./pace.mjs";

const began = Date.now();
const now = Date.now;
Date.now = () => began + (now() - began) * FASTER;

const { createEmulator } = await import(process.argv[2]);
const emulator = createEmulator({ messages: 5, senders: [] });
// The first are held until as many are under way as may be, and a while longer: long enough for one too many.
let full;
const until = new Promise((resolve) => {
  full = () => setTimeout(resolve, 50);
});
emulator.faults.push({
  until,
  times: 14,
  when({ underWay }) {
    if (underWay === 14) full();
    return true;
  },
});
const { url } = await emulator.listen();
process.on("message", () => {
  process.send({
    requests: emulator.requests.map(({ script, time, underWay, code }) => ({ script, time, underWay, code })),
  });
});
process.on("disconnect", () => process.exit());
process.send({ url });
