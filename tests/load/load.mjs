/**
 * Many calls, clients and half-read iterators, in any runtime, and what they leave behind: nothing.
 *
 *   load.mjs <calls> <clients>
 *
 * It wants a way to collect the garbage (`--expose-gc`). Prints what it measured; throws where something is left.
 */
import { instance } from "../js/support/instance.mjs";

const [calls, clients] = (globalThis.Deno?.args ?? process.argv.slice(2)).map(Number);

/** Timers that are set and neither fired nor were cleared. */
const timers = new Set();
const { setTimeout: set, clearTimeout: clear } = globalThis;
globalThis.setTimeout = (act, ...rest) => {
  const timer = set(
    (...args) => {
      timers.delete(timer);
      act(...args);
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

/** A signal that lives long, and how many listen to it. */
let listeners = 0;
const { signal } = new AbortController();
const [listen, unlisten] = [signal.addEventListener, signal.removeEventListener];
const heard = new Set();
signal.addEventListener = (type, listener, ...rest) => {
  heard.add(listener);
  listeners = heard.size;
  listen.call(signal, type, listener, ...rest);
};
signal.removeEventListener = (type, listener, ...rest) => {
  heard.delete(listener);
  listeners = heard.size;
  unlisten.call(signal, type, listener, ...rest);
};

const { createClient, isSmscError, parseCsv } = await import("smsc-wasm");

const collectGarbage = globalThis.Bun ? () => globalThis.Bun.gc(true) : globalThis.gc;
const turn = () => new Promise((done) => set(done, 0));

const megabytes = 1024 * 1024;

/** What is in use once all garbage is gone. Finalizers run in turns of their own. */
async function measure() {
  for (let round = 0; round < 5; round++) {
    collectGarbage();
    await turn();
  }
  const { heapUsed } = process.memoryUsage();
  return { wasm: instance.exports.memory.buffer.byteLength, heap: heapUsed, timers: timers.size, listeners };
}

function check(what, before, after, wasmMost = 0) {
  console.log(JSON.stringify({ what, before, after }));
  const wrong = [];
  if (after.wasm > before.wasm + wasmMost) wrong.push("the WebAssembly's memory grew");
  if (after.heap > before.heap + 6 * megabytes) wrong.push("the heap grew");
  if (after.timers > before.timers) wrong.push("timers are left");
  if (after.listeners > before.listeners) wrong.push("listeners are left");
  if (wrong.length > 0) throw new Error(`${what}: ${wrong.join(", ")}`);
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

/** A service that answers at once, and fails on demand. */
function answer(url, { body, signal }) {
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
    const pieces = [files.subarray(0, 100_000), files.subarray(100_000)];
    return new Response(
      new ReadableStream({
        pull(controller) {
          const piece = pieces.shift();
          if (piece) controller.enqueue(piece);
          else controller.close();
        },
      }),
    );
  }
  return new Response(url.includes("get.php") ? page : lists);
}

const options = { apiKey: "demo-key", fetch: async (...args) => answer(...args), limits: "off", maxRetries: 0 };
const smsc = await createClient(options);

/** One call: of three one works, one fails and one is aborted. */
async function call(number) {
  const kind = number % 3;
  if (kind === 0) return void (await smsc.tasks.list({ limit: 10 }, { signal }));
  const limit = 10 + kind * 3 + (number % 2) - 2;
  const control = new AbortController();
  const wish = smsc.tasks.list({ limit }, { signal: kind === 1 ? signal : control.signal });
  if (kind === 2) control.abort();
  await wish.then(
    () => Promise.reject(new Error("it worked")),
    (error) => {
      if (!isSmscError(error) || (kind === 2) !== (error.code === "aborted")) throw error;
    },
  );
}

async function many(count, act, atOnce = 100) {
  for (let from = 0; from < count; from += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, count - from) }, (_, at) => act(from + at)));
  }
}

await many(Math.min(6_000, calls), call);
let before = await measure();
await many(calls, call);
check(`${calls} calls, a third failing, a third aborted`, before, await measure());

const client = async (number) => {
  const own = await createClient({ ...options, apiKey: `key-${number % 1000}` });
  if (number % 50 === 0) await own.tasks.list({ limit: 10 }, { signal });
};
const made = async (count) => {
  for (let from = 0; from < count; from += 500) {
    await many(500, (at) => client(from + at));
    await measure();
  }
};
await made(2_000);
before = await measure();
await made(clients);
check(`${clients} clients made and dropped`, before, await measure());

/** Iterators, walks and files of which the beginning is read, and that are then forgotten, or ended. */
const abandoned = async (number) => {
  const ends = number % 2 === 0;
  const begun = [
    smsc.history.iterate({ limit: 5000 }),
    smsc.history.pages({ limit: 5000 }, { signal: ends ? signal : undefined }),
    parseCsv(new Blob([csv])),
    smsc.tasks.rows({ id: 1 }, { signal: ends ? signal : undefined }),
    (await smsc.tasks.download({ id: 1 })).rows(),
  ];
  for (const iterator of begun) {
    await iterator.next();
    if (ends) await iterator.return();
  }
  const reader = (await smsc.tasks.download({ id: 1 })).stream().getReader();
  await reader.read();
  if (ends) await reader.cancel();
  await smsc.tasks.download({ id: 1 });
};
const forgotten = async (count) => {
  for (let from = 0; from < count; from += 20) {
    await many(20, abandoned, 20);
    await measure();
  }
};
const halves = Math.max(100, calls / 200);
await forgotten(100);
before = await measure();
await forgotten(halves);
// How many scanners live at once is the garbage collector's affair. One alone holds half a megabyte: a leak would be a hundred.
check(`${halves} times everything begun and left half way`, before, await measure(), 8 * megabytes);

const placesLeft = () => smsc.rateLimits().find(({ scope }) => scope === "connections").used;
if (placesLeft() !== 0) throw new Error(`${placesLeft()} downloads that nobody reads count as under way`);

/** A thousand calls at once, of which 14 may be under way. */
let underWay = 0;
let most = 0;
const counted = await createClient({
  ...options,
  limits: "wait",
  fetch: async () => {
    underWay++;
    most = Math.max(most, underWay);
    await turn();
    underWay--;
    return new Response("[]");
  },
});
before = await measure();
await Promise.all(Array.from({ length: 1000 }, (_, cursor) => counted.senders.list({ cursor }, { signal })));
if (most !== 14) throw new Error(`${most} calls were under way at once`);
if (placesLeft() !== 0) throw new Error("places are left");
// Each request is remembered for a minute.
check("1000 calls at once through a limit of 14", before, await measure(), megabytes);
