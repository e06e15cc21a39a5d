/** Forty requests of one account, divided among several machines. This file is copied into projects that have the package. */
import { createClient } from "smsc-wasm";
import { COUNT, FASTER } from "./pace.mjs";

const JOBS = [
  ...Array.from({ length: 10 }, () => (smsc) => smsc.history.list({ limit: 1 })),
  ...Array.from({ length: 12 }, (_, index) => (smsc) => smsc.history.list({ limit: 2 + index })),
  ...Array.from({ length: 10 }, (_, index) => (smsc) => smsc.senders.add({ name: `Name${index}` })),
  ...Array.from({ length: 8 }, () => (smsc) => smsc.tasks.list()),
];

if (JOBS.length !== COUNT) throw new Error(`expected ${COUNT} jobs, got ${JOBS.length}`);

/** Runs every `machines`th job, all concurrently. Returns the errors; none are expected. */
export async function work(limiter, baseUrl, machine, machines) {
  const smsc = await createClient({ apiKey: "demo-key", rateLimiter: faster(limiter), baseUrl });
  const jobs = JOBS.filter((_, index) => index % machines === machine);
  const results = await Promise.allSettled(jobs.map((job) => job(smsc)));
  return results.filter(({ status }) => status === "rejected").map(({ reason }) => String(reason?.stack ?? reason));
}

/** The limiter with shorter windows. */
function faster(limiter) {
  const shorter = ({ windowMs, ...window }) => ({ ...window, windowMs: windowMs / FASTER });
  return {
    acquire: (request, signal) => limiter.acquire({ ...request, windows: request.windows.map(shorter) }, signal),
    release: (requestId, hold) => limiter.release(requestId, hold),
  };
}
