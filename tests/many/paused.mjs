/** Downloads whose readers pause for longer than a lease. This file is copied into projects that have the package. */
import { createClient } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";

/** The lease is as short as possible, 11 seconds: 10 more than `timeoutMs`. */
const TIMEOUT_MS = 1_000;
const PAUSE_MS = 13_000;

async function* endless() {
  for (;;) yield new TextEncoder().encode("1;a text\n".repeat(1_000));
}

/**
 * Opens as many downloads as may be in flight, and makes other calls meanwhile. Returns how many of these were sent during the
 * pause and after the end of two downloads, and the maximum number of requests in flight.
 */
export async function pausedReaders(rateLimiter) {
  const ids = Array.from({ length: 14 }, (_, index) => index + 1);
  const tasks = ids.map((id) => ({ id, name: "export", status: 2, file: `${id}.csv`, content: endless, due: [] }));
  const emulator = createEmulator({ tasks });
  const smsc = await createClient(emulator.clientOptions({ rateLimiter, timeoutMs: TIMEOUT_MS }));
  const readers = [];
  for (const id of ids) {
    const reader = (await smsc.tasks.download({ id })).stream().getReader();
    await reader.read();
    readers.push(reader);
  }
  const waiting = Array.from({ length: 5 }, () => smsc.balance());
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  const early = emulator.requestsTo("balance").length;
  for (const reader of readers.splice(0, 2)) await reader.cancel();
  await Promise.all(waiting);
  const sent = emulator.requestsTo("balance").length;
  for (const reader of readers) await reader.cancel();
  return { early, sent, inFlight: Math.max(...emulator.requests.map(({ inFlight }) => inFlight)) };
}
