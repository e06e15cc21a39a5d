// Task files side by side with what a user would take instead: run.mjs <tarball> <folder> [--quick]
//
// Rows as plain objects, one by one, from generated files of 50 and 500 MB in that folder. Each has a process of its own, but for
// the browsers, and they take turns; a figure is the median of the rounds' ratios, with the smallest and the largest. Prints
// the tables of docs/csv.md.
import { closeSync, existsSync, openSync, statSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { dependencies } from "../../tests/runtimes/lib/nodes.mjs";
import { Project } from "../../tests/runtimes/lib/project.mjs";
import { inBrowsers, machine, runtimes, started } from "../lib/places.mjs";
import { median, ratio, summarise, table, warm } from "../lib/report.mjs";
import { encode, header, makeRows } from "./rows.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [tarball, folder] = process.argv.slice(2);
const quick = process.argv.includes("--quick");
const ENCODINGS = ["utf-8", "windows-1251"];

const project = new Project(folder, dirname(here));
await project.prepare(["csv", join(here, "../lib/turns.mjs")], tarball, dependencies);

function file(megabytes, encoding) {
  const path = join(folder, "..", `rows-${megabytes}-${encoding}.csv`);
  const most = megabytes * 1e6;
  if (existsSync(path) && statSync(path).size >= most) return path;
  const block = encode(makeRows(4_000_000), encoding);
  const handle = openSync(path, "w");
  let size = writeSync(handle, encode(header, encoding));
  while (size < most) size += writeSync(handle, block);
  closeSync(handle);
  return path;
}

const places = runtimes(project, [20, 24]);

/**
 * Has each of them read a file by turns. In one process what one leaves behind would slow down the next: a heap that has grown, and
 * an engine that has seen rows of all kinds.
 */
async function read(runtime, path, encoding, rounds, contenders) {
  const readers = contenders.map((name) => [name, started(project, runtime, ["read.mjs", path, encoding, name])]);
  const [times, found, peaks] = [{}, {}, {}];
  try {
    for (let round = 0; round < rounds; round++) {
      for (const [name, { turn }] of readers) {
        const result = await turn();
        times[name] ??= [];
        times[name].push(result.time);
        [found[name], peaks[name]] = [result.found, result.peak];
      }
    }
  } finally {
    for (const [, { stop }] of readers) stop();
  }
  same(runtime[0], found);
  return { times, peaks };
}

function same(where, found) {
  const { nobody: _, ...others } = found;
  if (new Set(Object.values(others)).size > 1) throw new Error(`${where}: they differ: ${JSON.stringify(others)}`);
}

const all = ["smsc-wasm", "uDSV", "uDSV, for await", "split by hand", "PapaParse", "csv-parse"];
const speeds = [];
const summary = {};
const add = (name, encoding, size, bytes, { times }) => {
  const own = times["smsc-wasm"];
  const speed = bytes / median(warm(own)) / 1000;
  const others = all.slice(1).map((other) => (times[other] ? ratio(times[other], own) : ""));
  const row = [name, encoding, size, `${speed.toFixed(0)} MB/s`, ...others];
  speeds.push(row);
  summary[name] ??= {};
  summary[name][encoding] ??= others.slice(0, 2).join("; ");
  console.error(row.join("  "));
};
for (const runtime of places) {
  for (const encoding of ENCODINGS) {
    const small = file(50, encoding);
    const { size } = statSync(small);
    add(runtime[0], encoding, "50 MB", size, await read(runtime, small, encoding, quick ? 3 : 7, all));
    if (quick) continue;
    const large = file(500, encoding);
    add(runtime[0], encoding, "500 MB", statSync(large).size, await read(runtime, large, encoding, 4, all.slice(0, 3)));
  }
}

await inBrowsers(project, "page.mjs", async (title, open) => {
  for (const encoding of ENCODINGS) {
    const result = await open(`encoding=${encoding}`);
    same(title, result.found);
    add(title, encoding, "8 MB", encode(header + makeRows(8_000_000), encoding).length, result);
  }
});

/** V8 with two megabytes for young objects: their part of the heap grows by itself in whatever runs for long. */
const HELD = { "Node.js": ["--max-semi-space-size=2"], Deno: ["--v8-flags=--max-semi-space-size=2"] };
const held = ([name, program, options]) => {
  const more = HELD[name.split(" ")[0]];
  return more && [name, program, [...options, ...more]];
};

const memory = [];
const sizes = quick ? [50] : [50, 500, 1000];
for (const runtime of places) {
  const row = [runtime[0]];
  for (const [place, contender] of [
    [runtime, "nobody"],
    [runtime, "smsc-wasm"],
    [held(runtime), "smsc-wasm"],
    [runtime, "uDSV"],
  ]) {
    for (const size of sizes) {
      const result = place && (await read(place, file(size, "utf-8"), "utf-8", 1, [contender]));
      row.push(result ? `${result.peaks[contender].toFixed(0)} MB` : "");
    }
  }
  memory.push(row);
  console.error(memory.at(-1).join("  "));
}
summarise(folder, summary);
console.log(`On ${machine()}.

${table(["Where", "Encoding", "File", ...all], speeds)}
How many times as long the others take, with the smallest and the largest ratio of the rounds.

Peak memory, with the size of the file. "Held": V8 with two megabytes for young objects.

${table(["Where", ...["nobody", "smsc-wasm", "held", "uDSV"].flatMap((who) => sizes.map((size) => `${who}, ${size} MB`))], memory)}`);
