/** Forty requests of one account, for several machines to share out. It is copied into projects that have the package. */
import { createClient } from "smsc-wasm";
import { COUNT, FASTER } from "./pace.mjs";

const JOBS = [
  ...Array.from({ length: 10 }, () => (smsc) => smsc.history.list({ limit: 1 })),
  ...Array.from({ length: 12 }, (_, index) => (smsc) => smsc.history.list({ limit: 2 + index })),
  ...Array.from({ length: 10 }, (_, index) => (smsc) => smsc.senders.add({ name: `Name${index}` })),
  ...Array.from({ length: 8 }, () => (smsc) => smsc.tasks.list()),
];

if (JOBS.length !== COUNT) throw new Error(`expected ${COUNT} jobs, and there are ${JOBS.length}`);

/** Does every `machines`th of the jobs, all at once. Gives what went wrong, which is nothing. */
export async function work(limiter, baseUrl, machine, machines) {
  const smsc = await createClient({ apiKey: "demo-key", limiter: faster(limiter), baseUrl });
  const mine = JOBS.filter((_, index) => index % machines === machine);
  const results = await Promise.allSettled(mine.map((job) => job(smsc)));
  return results.filter(({ status }) => status === "rejected").map(({ reason }) => String(reason?.stack ?? reason));
}

/** The limiter with all windows shorter. */
function faster(limiter) {
  const shorter = ({ windowMs, ...window }) => ({ ...window, windowMs: windowMs / FASTER });
  return {
    acquire: (request, signal) => limiter.acquire({ ...request, windows: request.windows.map(shorter) }, signal),
    release: (ticket, hold) => limiter.release(ticket, hold),
  };
}
