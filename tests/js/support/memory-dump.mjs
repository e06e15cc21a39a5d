/**
 * A program of its own that uses credentials, drops the client, and writes down what is left of its memory: the heap, and the
 * memory of the WebAssembly. The secrets never stand in its source: they are made of their code points, which it is given.
 *
 *   memory-dump.mjs <file for the heap> <file for the WebAssembly's memory> <kind> <code points of the secret, joined by commas>
 */

import { writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { writeHeapSnapshot } from "node:v8";
import { instance } from "./instance.mjs";

const [heapFile, memoryFile, kind, points] = process.argv.slice(2);

const { createClient } = await import("smsc-wasm");
const { createEmulator } = await import("smsc-wasm/testing");

/** Where the client is held, its credentials must be found: or the search would prove nothing. */
const held = [];

async function use() {
  const secret = () => String.fromCodePoint(...points.split(",").map(Number));
  const credentials =
    kind === "provider"
      ? { credentials: async () => ({ apiKey: secret() }) }
      : kind === "pair"
        ? { login: "canary-login", password: secret() }
        : { apiKey: secret() };
  const emulator = createEmulator({ limits: false, apiKey: secret(), login: "canary-login", password: secret() });
  const smsc = await createClient({ ...credentials, fetch: emulator.fetch, limits: "off", maxRetries: 1 });
  if (kind === "held") held.push(smsc);
  await smsc.history.list({ limit: 5 });
  await smsc.senders.add({ name: "A", document: new TextEncoder().encode("%PDF-1.7") });
  await smsc.senders.update({ id: 5, comment: "ж" }).catch(() => {});
  await (await smsc.tasks.download({ id: 302 })).text();
  for await (const _ of smsc.history.iterate({ limit: 5 })) break;
  await smsc.call("balance.php");
  emulator.faults.push(
    { kind: "offline" },
    { status: 500 },
    { code: 2, text: `no: ${secret()}` },
    { body: `<html>${secret()}` },
  );
  for (let fault = 0; fault < 3; fault++) await smsc.tasks.list().catch(() => {});
  await smsc.tasks.list({}, { signal: AbortSignal.abort() }).catch(() => {});
  await createClient({ ...credentials, region: "nowhere" }).catch(() => {});
}

await use();
for (let round = 0; round < 10; round++) {
  globalThis.gc();
  await pause(5);
}
writeFileSync(memoryFile, new Uint8Array(instance.exports.memory.buffer));
writeHeapSnapshot(heapFile);
held.length = 0;
