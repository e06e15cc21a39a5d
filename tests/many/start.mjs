/** Starts the emulator of one run, and judges what arrived there. */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { COUNT, LEAST_MS } from "./pace.mjs";

/**
 * Has `share` done all the work at the emulator's address, and checks that the service was asked as often as it had to be, never refused,
 * and by no more than 14 at once. Gives by how much it took longer than it had to.
 *
 * @param {string} testing The address of the package's emulator.
 * @param {(url: string) => Promise<string[]>} share
 */
export async function lateness(testing, share) {
  const emulator = fork(fileURLToPath(new URL("emulator.mjs", import.meta.url)), [testing]);
  try {
    const [{ url }] = await once(emulator, "message");
    assert.deepEqual(await share(url), []);
    emulator.send("what arrived?");
    const [{ requests }] = await once(emulator, "message");
    assert.deepEqual(
      requests.filter(({ code }) => code !== 0),
      [],
    );
    assert.equal(requests.length, COUNT);
    assert.equal(Math.max(...requests.map(({ underWay }) => underWay)), 14);
    return (requests.at(-1).time - requests[0].time) / LEAST_MS - 1;
  } finally {
    emulator.kill();
  }
}

/** The same, where it may take a little longer: by 5 %, unless said otherwise. A machine that was busy gets a second try. */
export async function inTime(testing, share, most = 0.05) {
  const first = await lateness(testing, share);
  const best = first <= most ? first : Math.min(first, await lateness(testing, share));
  assert.ok(best >= 0 && best <= most, `it took ${(best * 100).toFixed(1)} % longer than it had to`);
  return best;
}
