// How long a Worker takes from its start to its first reply, and how much of the processor's time: workerd.mjs <rounds> <worker>…
import { readdirSync, readFileSync } from "node:fs";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const [rounds, ...names] = process.argv.slice(2);
const REQUESTS = 200;

/** The milliseconds that the processes started by this one have had a processor; none but where the system tells. */
function spent() {
  try {
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(" ");
    const threads = children.flatMap((child) => readdirSync(`/proc/${child}/task`).map((thread) => [child, thread]));
    const nanoseconds = threads.map(([child, thread]) =>
      Number(readFileSync(`/proc/${child}/task/${thread}/schedstat`, "utf8").split(" ")[0]),
    );
    return nanoseconds.reduce((sum, time) => sum + time, 0) / 1e6;
  } catch {
    return Number.NaN;
  }
}

/** Starts a Worker and asks it; gives the milliseconds to its first reply, and those of the processor. */
async function measure(name) {
  const modules = [{ type: "ESModule", path: `dist/${name}.js` }];
  if (name.includes("wasm"))
    modules.push({ type: "CompiledWasm", path: "dist/smsc.wasm" }, { type: "CompiledWasm", path: "dist/formats.wasm" });
  const options = { cf: false, compatibilityDate: "2026-10-01", modulesRoot: "dist", modules };
  const began = performance.now();
  const miniflare = new Miniflare(convertV4MiniflareOptions(options));
  const ask = async () => {
    const text = await (await miniflare.dispatchFetch("http://127.0.0.1/")).text();
    if (text !== "100.50") throw new Error(text);
  };
  try {
    await miniflare.ready;
    const start = spent();
    await ask();
    const time = performance.now() - began;
    const first = spent();
    for (let left = REQUESTS; left > 0; left--) await ask();
    return { time, cpu: { start, first: first - start, next: (spent() - first) / REQUESTS } };
  } finally {
    await miniflare.dispose();
  }
}

const times = Object.fromEntries(names.map((name) => [name, []]));
const cpu = Object.fromEntries(names.map((name) => [name, []]));
for (let round = 0; round < Number(rounds); round++) {
  for (const name of names) {
    const found = await measure(name);
    times[name].push(found.time);
    cpu[name].push(found.cpu);
  }
}
console.log(JSON.stringify({ times, cpu }));
