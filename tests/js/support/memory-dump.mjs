/**
 * A separate program that uses credentials, releases the client, and dumps its memory: the heap, and the WebAssembly memory.
 * The source does not contain the secrets: they are built from the code points in the arguments.
 *
 *   memory-dump.mjs <heap file> <WebAssembly memory file> <kind> <code points of the secret, separated by commas>
 */

import { writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { writeHeapSnapshot } from "node:v8";
import { instance } from "./instance.mjs";

const [heapFile, memoryFile, kind, points] = process.argv.slice(2);

const { createClient } = await import("smsc-wasm");
const { createEmulator } = await import("smsc-wasm/testing");

/** Keeps the client alive in the kind `held`: the dump must then contain the credentials, which verifies the search. */
const held = [];

async function useCredentials() {
  const secret = () => String.fromCodePoint(...points.split(",").map(Number));
  const credentials =
    kind === "provider"
      ? { credentials: async () => ({ apiKey: secret() }) }
      : kind === "pair"
        ? { login: "canary-login", password: secret() }
        : { apiKey: secret() };
  const emulator = createEmulator({ limits: false, apiKey: secret(), login: "canary-login", password: secret() });
  const smsc = await createClient({ ...credentials, fetch: emulator.fetch, rateLimit: "off", maxRetries: 1 });
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

await useCredentials();
for (let round = 0; round < 10; round++) {
  globalThis.gc();
  await delay(5);
}
writeFileSync(memoryFile, new Uint8Array(instance.exports.memory.buffer));
writeHeapSnapshot(heapFile);
held.length = 0;
