/** Starts the emulator of one run, and checks the requests that it received. */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { COUNT, LEAST_MS } from "./pace.mjs";

/**
 * Runs `share` with the emulator's address. Checks that the service received exactly the expected requests, refused none, and had
 * at most 14 in flight. Returns the delay beyond the minimum time, as a fraction of it.
 *
 * @param {string} testing The URL of the module `smsc-wasm/testing`.
 * @param {(url: string) => Promise<string[]>} share
 */
export async function lateness(testing, share) {
  const emulator = fork(fileURLToPath(new URL("emulator.mjs", import.meta.url)), [testing]);
  try {
    const [{ url }] = await once(emulator, "message");
    assert.deepEqual(await share(url), []);
    emulator.send("list requests");
    const [{ requests }] = await once(emulator, "message");
    assert.deepEqual(
      requests.filter(({ code }) => code !== 0),
      [],
    );
    assert.equal(requests.length, COUNT);
    assert.equal(Math.max(...requests.map(({ inFlight }) => inFlight)), 14);
    return (requests.at(-1).time - requests[0].time) / LEAST_MS - 1;
  } finally {
    emulator.kill();
  }
}

/** Checks that the delay is at most `max`. Tries twice, because the machine may be busy. */
export async function inTime(testing, share, max = 0.05) {
  const first = await lateness(testing, share);
  const best = first <= max ? first : Math.min(first, await lateness(testing, share));
  assert.ok(best >= 0 && best <= max, `it took ${(best * 100).toFixed(1)} % longer than the minimum`);
  return best;
}
