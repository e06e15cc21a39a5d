// Compares the reading of task files with other libraries: run.mjs <tarball> <folder> [--quick]
//
// Reads rows as plain objects, one by one, from generated files of 50 and 500 MB in the folder. Each reader runs in a separate
// process or page; the readers alternate. A figure is the median of the rounds' ratios, with the smallest and the largest. Prints the
// tables of docs/csv.md.
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { dependencies } from "../../tests/runtimes/lib/nodes.mjs";
import { Project } from "../../tests/runtimes/lib/project.mjs";
import {
  inBrowsers,
  machine,
  measureInPages,
  PAGE_ROUNDS,
  PASSES,
  runtimes,
  startWorker,
} from "../lib/environments.mjs";
import { measureAlternately } from "../lib/processes.mjs";
import { median, ratio, summarise, table, warm } from "../lib/report.mjs";
import { rowsFile } from "../lib/rows-file.mjs";
import { encode, header, makeRows } from "./rows.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [tarball, folder] = process.argv.slice(2);
const quick = process.argv.includes("--quick");
const ENCODINGS = ["utf-8", "windows-1251"];

const project = new Project(folder, dirname(here));
await project.prepare(
  ["csv", join(here, "../lib/alternate.mjs"), join(here, "../lib/worker.mjs")],
  tarball,
  dependencies,
);

const file = (megabytes, encoding) => rowsFile(join(folder, ".."), megabytes, encoding);

const environments = runtimes(project, [20, 24]);

/** Runs the readers alternately on a file. */
async function read(runtime, path, encoding, rounds, contenders) {
  const readers = contenders.map((name) => [name, startWorker(project, runtime, ["read.mjs", path, encoding, name])]);
  const { counts, ...measured } = await measureAlternately(readers, rounds);
  checkEqual(runtime[0], counts);
  return measured;
}

function checkEqual(where, counts) {
  const { "no reader": _, ...others } = counts;
  if (new Set(Object.values(others)).size > 1)
    throw new Error(`${where}: the readers' results differ: ${JSON.stringify(others)}`);
}

const all = ["smsc-wasm", "uDSV", "uDSV, for await", "split by hand", "PapaParse", "csv-parse"];
const inBrowser = ["smsc-wasm", "smsc-wasm, batches", "uDSV", "uDSV, for await", "split by hand"];
const speeds = [];
const browserSpeeds = [];
const summary = {};
const add = (rows, contenders, [name, encoding, ...size], bytes, { times }) => {
  const own = times["smsc-wasm"];
  const speed = bytes / median(warm(own)) / 1000;
  const others = contenders.slice(1).map((other) => (times[other] ? ratio(times[other], own) : ""));
  const row = [name, encoding, ...size, `${speed.toFixed(0)} MB/s`, ...others];
  rows.push(row);
  summary[name] ??= {};
  summary[name][encoding] ??= ["uDSV", "uDSV, for await"].map((other) => ratio(times[other], own)).join("; ");
  console.error(row.join("  "));
};
for (const runtime of environments) {
  for (const encoding of ENCODINGS) {
    const small = file(50, encoding);
    const { size } = statSync(small);
    const results = await read(runtime, small, encoding, quick ? 3 : 7, all);
    add(speeds, all, [runtime[0], encoding, "50 MB"], size, results);
    if (quick) continue;
    const large = file(500, encoding);
    const largeResults = await read(runtime, large, encoding, 4, all.slice(0, 3));
    add(speeds, all, [runtime[0], encoding, "500 MB"], statSync(large).size, largeResults);
  }
}

await inBrowsers(project, "page.mjs", async (title, open) => {
  for (const encoding of ENCODINGS) {
    const result = await measureInPages(inBrowser, (reader, rounds) =>
      open(new URLSearchParams({ reader, encoding, rounds })),
    );
    checkEqual(title, result.counts);
    const { length } = encode(header + makeRows(8_000_000), encoding);
    add(browserSpeeds, inBrowser, [title, encoding], length, result);
  }
});

/** V8 options that limit the young generation to two megabytes. By default it grows in a long-running process. */
const LIMITED = { "Node.js": ["--max-semi-space-size=2"], Deno: ["--v8-flags=--max-semi-space-size=2"] };
const limited = ([name, program, options]) => {
  const more = LIMITED[name.split(" ")[0]];
  return more && [name, program, [...options, ...more]];
};

const memory = [];
const sizes = quick ? [50] : [50, 500, 1000];
for (const runtime of environments) {
  const row = [runtime[0]];
  for (const [environment, contender] of [
    [runtime, "no reader"],
    [runtime, "smsc-wasm"],
    [limited(runtime), "smsc-wasm"],
    [runtime, "uDSV"],
  ]) {
    for (const size of sizes) {
      const result = environment && (await read(environment, file(size, "utf-8"), "utf-8", 1, [contender]));
      row.push(result ? `${result.peaks[contender].toFixed(0)} MB` : "");
    }
  }
  memory.push(row);
  console.error(memory.at(-1).join("  "));
}
summarise(folder, summary);
console.log(`On ${machine()}.

${table(["Where", "Encoding", "File", ...all], speeds)}
The other columns are the time relative to smsc-wasm, with the smallest and the largest ratio of the rounds. In browsers, with a file of
about 8 MB, each reader in a separate page, which is opened ${PASSES} times and reads the file ${PAGE_ROUNDS} times:

${table(["Where", "Encoding", ...inBrowser], browserSpeeds)}
Peak memory by file size. "Limited": smsc-wasm with V8's young generation limited to two megabytes.

${table(["Where", ...["no reader", "smsc-wasm", "limited", "uDSV"].flatMap((reader) => sizes.map((size) => `${reader}, ${size} MB`))], memory)}`);
