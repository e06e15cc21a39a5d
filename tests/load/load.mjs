/**
 * Checks, in any runtime, that many calls, clients and abandoned iterators leak no memory, timers or listeners.
 *
 *   load.mjs <calls> <clients>
 *
 * Requires access to the garbage collector (`--expose-gc`). Prints the measurements. Throws on a leak.
 */
import { instance } from "../js/support/instance.mjs";

const [calls, clients] = (globalThis.Deno?.args ?? process.argv.slice(2)).map(Number);

/** Active timers: set, but neither fired nor cleared. */
const timers = new Set();
const { setTimeout: set, clearTimeout: clear } = globalThis;
globalThis.setTimeout = (callback, ...rest) => {
  const timer = set(
    (...args) => {
      timers.delete(timer);
      callback(...args);
    },
    ...rest,
  );
  timers.add(timer);
  return timer;
};
globalThis.clearTimeout = (timer) => {
  timers.delete(timer);
  clear(timer);
};

/** The number of listeners on a long-lived signal. */
let listeners = 0;
const { signal } = new AbortController();
const [listen, unlisten] = [signal.addEventListener, signal.removeEventListener];
const registered = new Set();
signal.addEventListener = (type, listener, ...rest) => {
  registered.add(listener);
  listeners = registered.size;
  listen.call(signal, type, listener, ...rest);
};
signal.removeEventListener = (type, listener, ...rest) => {
  registered.delete(listener);
  listeners = registered.size;
  unlisten.call(signal, type, listener, ...rest);
};

const { createClient, isSmscError, parseCsv } = await import("smsc-wasm");

const collectGarbage = globalThis.Bun ? () => globalThis.Bun.gc(true) : globalThis.gc;
const nextTask = () => new Promise((done) => set(done, 0));

const megabytes = 1024 * 1024;

/** Measures the resources in use after garbage collection. Finalizers run in separate tasks. */
async function measure() {
  for (let round = 0; round < 5; round++) {
    collectGarbage();
    await nextTask();
  }
  const { heapUsed } = process.memoryUsage();
  return { wasm: instance.exports.memory.buffer.byteLength, heap: heapUsed, timers: timers.size, listeners };
}

function check(what, before, after, maxWasmGrowth = 0) {
  console.log(JSON.stringify({ what, before, after }));
  const leaks = [];
  if (after.wasm > before.wasm + maxWasmGrowth) leaks.push("the WebAssembly memory grew");
  if (after.heap > before.heap + 6 * megabytes) leaks.push("the heap grew");
  if (after.timers > before.timers) leaks.push("timers are still active");
  if (after.listeners > before.listeners) leaks.push("listeners are still registered");
  if (leaks.length > 0) throw new Error(`${what}: ${leaks.join(", ")}`);
}

const page = JSON.stringify(
  Array.from({ length: 20 }, (_, at) => ({
    status: 1,
    phone: "79161234567",
    message: `text ${at}`,
    id: at,
    int_id: `${at}`,
  })),
);
const lists = JSON.stringify([{ id: 1, name: "a task", status: "2" }]);
const csv = `id;text\n${"1;a line of text\n".repeat(20_000)}`;
const files = new TextEncoder().encode(csv);

/** A service that responds immediately, and fails if `cnt` requests it. */
function respond(url, { body, signal }) {
  const cnt = new URLSearchParams(body).get("cnt") ?? "0";
  if (/[123]$/.test(cnt) && !url.includes("get.php")) {
    if (cnt.endsWith("1")) return Promise.reject(new TypeError("fetch failed"));
    return new Response(cnt.endsWith("2") ? "<html>" : '{"error":"x","error_code":4}', {
      status: cnt.endsWith("3") ? 500 : 200,
    });
  }
  if (/[456]$/.test(cnt) && !url.includes("get.php")) {
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
  }
  if (body.includes("get_file")) {
    const chunks = [files.subarray(0, 100_000), files.subarray(100_000)];
    return new Response(
      new ReadableStream({
        pull(controller) {
          const chunk = chunks.shift();
          if (chunk) controller.enqueue(chunk);
          else controller.close();
        },
      }),
    );
  }
  return new Response(url.includes("get.php") ? page : lists);
}

const options = { apiKey: "demo-key", fetch: async (...args) => respond(...args), rateLimit: "off", maxRetries: 0 };
const smsc = await createClient(options);

/** One call. A third succeed, a third fail and a third are aborted. */
async function call(number) {
  const kind = number % 3;
  if (kind === 0) return void (await smsc.tasks.list({ limit: 10 }, { signal }));
  const limit = 10 + kind * 3 + (number % 2) - 2;
  const control = new AbortController();
  const request = smsc.tasks.list({ limit }, { signal: kind === 1 ? signal : control.signal });
  if (kind === 2) control.abort();
  await request.then(
    () => Promise.reject(new Error("the call succeeded")),
    (error) => {
      if (!isSmscError(error) || (kind === 2) !== (error.code === "aborted")) throw error;
    },
  );
}

async function repeat(count, task, concurrency = 100) {
  for (let from = 0; from < count; from += concurrency) {
    await Promise.all(Array.from({ length: Math.min(concurrency, count - from) }, (_, at) => task(from + at)));
  }
}

await repeat(Math.min(6_000, calls), call);
let before = await measure();
await repeat(calls, call);
check(`${calls} calls, a third failing, a third aborted`, before, await measure());

const client = async (number) => {
  const own = await createClient({ ...options, apiKey: `key-${number % 1000}` });
  if (number % 50 === 0) await own.tasks.list({ limit: 10 }, { signal });
};
const createClients = async (count) => {
  for (let from = 0; from < count; from += 500) {
    await repeat(500, (at) => client(from + at));
    await measure();
  }
};
await createClients(2_000);
before = await measure();
await createClients(clients);
check(`${clients} clients created and dropped`, before, await measure());

/** Reads the first item of iterators and files, then closes them or drops them. */
const abandoned = async (number) => {
  const closes = number % 2 === 0;
  const iterators = [
    smsc.history.iterate({ limit: 5000 }),
    smsc.history.pages({ limit: 5000 }, { signal: closes ? signal : undefined }),
    parseCsv(new Blob([csv])),
    smsc.tasks.rows({ id: 1 }, { signal: closes ? signal : undefined }),
    (await smsc.tasks.download({ id: 1 })).rows(),
  ];
  for (const iterator of iterators) {
    await iterator.next();
    if (closes) await iterator.return();
  }
  const reader = (await smsc.tasks.download({ id: 1 })).stream().getReader();
  await reader.read();
  if (closes) await reader.cancel();
  await smsc.tasks.download({ id: 1 });
};
const abandonMany = async (count) => {
  for (let from = 0; from < count; from += 20) {
    await repeat(20, abandoned, 20);
    await measure();
  }
};
const repetitions = Math.max(100, calls / 200);
await abandonMany(100);
before = await measure();
await abandonMany(repetitions);
// The number of live scanners depends on the garbage collector. Each takes half a megabyte; a leak would be a hundred of them.
check(`iterators and files abandoned ${repetitions} times`, before, await measure(), 8 * megabytes);

const connectionsUsed = () => smsc.rateLimits().find(({ name }) => name === "connections").used;
if (connectionsUsed() !== 0) throw new Error(`${connectionsUsed()} abandoned downloads count as in flight`);

/** A thousand concurrent calls, of which 14 may be in flight. */
let inFlight = 0;
let maxInFlight = 0;
const limited = await createClient({
  ...options,
  rateLimit: "wait",
  fetch: async () => {
    inFlight++;
    maxInFlight = Math.max(maxInFlight, inFlight);
    await nextTask();
    inFlight--;
    return new Response("[]");
  },
});
before = await measure();
await Promise.all(Array.from({ length: 1000 }, (_, cursor) => limited.senders.list({ cursor }, { signal })));
if (maxInFlight !== 14) throw new Error(`${maxInFlight} calls were in flight at once`);
if (connectionsUsed() !== 0) throw new Error("connections are still in use");
// The limiter keeps a record of each request for a minute.
check("1000 concurrent calls through a limit of 14", before, await measure(), megabytes);
