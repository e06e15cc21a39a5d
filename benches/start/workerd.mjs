// Measures the time and the CPU time of a Worker from its start to its first response: workerd.mjs <rounds> <worker>…
import { readdirSync, readFileSync } from "node:fs";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const [rounds, ...names] = process.argv.slice(2);
const REQUESTS = 200;

/** The CPU time of child processes in milliseconds; `NaN` if the system does not report it. */
function cpuTime() {
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

/** Starts a Worker and sends requests. Returns the milliseconds to its first response, and the CPU times. */
async function measure(name) {
  const modules = [{ type: "ESModule", path: `dist/${name}.js` }];
  if (name.includes("wasm"))
    modules.push({ type: "CompiledWasm", path: "dist/smsc.wasm" }, { type: "CompiledWasm", path: "dist/formats.wasm" });
  const options = { cf: false, compatibilityDate: "2026-10-01", modulesRoot: "dist", modules };
  const began = performance.now();
  const miniflare = new Miniflare(convertV4MiniflareOptions(options));
  const request = async () => {
    const text = await (await miniflare.dispatchFetch("http://127.0.0.1/")).text();
    if (text !== "100.50") throw new Error(text);
  };
  try {
    await miniflare.ready;
    const start = cpuTime();
    await request();
    const time = performance.now() - began;
    const first = cpuTime();
    for (let left = REQUESTS; left > 0; left--) await request();
    return { time, cpu: { start, first: first - start, next: (cpuTime() - first) / REQUESTS } };
  } finally {
    await miniflare.dispose();
  }
}

const times = Object.fromEntries(names.map((name) => [name, []]));
const cpu = Object.fromEntries(names.map((name) => [name, []]));
for (let round = 0; round < Number(rounds); round++) {
  for (const name of names) {
    const result = await measure(name);
    times[name].push(result.time);
    cpu[name].push(result.cpu);
  }
}
console.log(JSON.stringify({ times, cpu }));
