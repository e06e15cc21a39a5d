// Measures the time from the start of a program to its first response: run.mjs <tarball> <folder>
//
// The service is a local server that responds immediately. The contenders alternate; a figure is the median of the rounds.
import { spawn } from "node:child_process";
import { copyFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { dependencies, nodeOf } from "../../tests/runtimes/lib/nodes.mjs";
import { Project } from "../../tests/runtimes/lib/project.mjs";
import { runAlternately } from "../lib/alternate.mjs";
import { inBrowsers, machine, outputOf, runtimes } from "../lib/environments.mjs";
import { median, summarise, table, warm } from "../lib/report.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [tarball, folder] = process.argv.slice(2);
const project = new Project(folder, dirname(here));
await project.prepare(["start", join(here, "../lib/alternate.mjs")], tarball, dependencies);
const ROUNDS = 24;

const server = createServer((request, response) => {
  request.resume().on("end", () => response.setHeader("content-type", "application/json").end('{"balance":"100.50"}'));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const service = `http://127.0.0.1:${server.address().port}`;

/** Returns a function that runs a script until it prints the response. */
const start =
  ([, program, options], script) =>
  () =>
    new Promise((resolve, reject) => {
      const child = spawn(program, [...options, script, service], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
      let printed = "";
      let errors = "";
      child.stderr.on("data", (text) => (errors += text));
      child.stdout.on("data", (text) => {
        printed += text;
        child.kill("SIGKILL");
      });
      child.on("close", () => (printed.trim() === "100.50" ? resolve() : reject(new Error(`${script}: ${errors}`))));
    });

const rows = [];
const summary = {};
const ms = (times) => median(warm(times));
const add = (where, bare, own, other) => {
  const more = (time) => (time === undefined ? "" : `${time.toFixed(0)} ms`);
  rows.push([where, more(bare), more(own), more(other), more(own - bare)]);
  console.error(rows.at(-1).join("  "));
  summary[where] = { start: more(own - bare) };
};
const names = ["fetch", "smsc-wasm", "node-smsc"];
for (const runtime of runtimes(project, [20, 24])) {
  const contenders = Object.fromEntries(names.map((name) => [name, start(runtime, `${name}.mjs`)]));
  const times = await runAlternately(contenders, ROUNDS);
  add(runtime[0], ...names.map((name) => ms(times[name])));
}
server.close();

const workers = ["worker-fetch", "worker-smsc-wasm"];
await build({
  entryPoints: workers.map((name) => project.path(`${name}.mjs`)),
  bundle: true,
  format: "esm",
  conditions: ["workerd"],
  outdir: project.path("dist"),
  plugins: [
    {
      name: "wasm",
      setup: (build) =>
        build.onResolve({ filter: /\.wasm(\?module)?$/ }, ({ path }) => ({
          path: `./${path.split("/").pop().replace("?module", "")}`,
          external: true,
        })),
    },
  ],
  logLevel: "error",
});
for (const name of ["smsc.wasm", "formats.wasm"]) {
  copyFileSync(project.path("node_modules/smsc-wasm/dist", name), project.path("dist", name));
}
const { times, cpu } = await outputOf(project, ["", nodeOf(project, 22), []], ["workerd.mjs", "12", ...workers]);
add("workerd", ...workers.map((name) => ms(times[name])));
const work = workers.map((name) =>
  ["start", "first", "next"].map((part) => {
    const spent = median(cpu[name].map((one) => one[part]));
    return Number.isNaN(spent) ? "" : `${spent.toFixed(1)} ms`;
  }),
);

await inBrowsers(project, "page.mjs", async (title, open) => {
  if (!title.startsWith("Chromium")) return;
  for (const slower of [1, 6]) {
    const times = [];
    for (let round = 0; round < 8; round++) times.push(await open("", slower));
    add(slower === 1 ? title : `${title}, CPU ${slower} times slower`, 0, ms(times));
  }
});
summarise(folder, summary);

console.log(`On ${machine()}.

${table(["Where", "fetch alone", "smsc-wasm", "node-smsc", "more than fetch"], rows)}
The CPU time of workerd: until it accepts requests, for the first request, and for each later request. Each request creates a
client.

${table(
  ["Worker", "start", "first request", "each other"],
  [
    ["fetch alone", ...work[0]],
    ["smsc-wasm", ...work[1]],
  ],
)}`);
