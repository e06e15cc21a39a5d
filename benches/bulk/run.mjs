// Compares columns and NDJSON with rows and `JSON.stringify`: run.mjs <tarball> <folder> [--quick]
//
// Each way runs in a separate process, and they alternate. A figure is the median of the rounds' ratios, with the smallest and the
// largest. Prints the tables of docs/benchmarks.md.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { dependencies } from "../../tests/runtimes/lib/nodes.mjs";
import { Project } from "../../tests/runtimes/lib/project.mjs";
import { machine, runtimes, startWorker } from "../lib/environments.mjs";
import { measureAlternately } from "../lib/processes.mjs";
import { median, ratio, table, warm } from "../lib/report.mjs";
import { rowsFile } from "../lib/rows-file.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [tarball, folder] = process.argv.slice(2);
const quick = process.argv.includes("--quick");
/** A round of the history takes a tenth of the time of a file's, and engines compile its code for speed after some hundred pages. */
const ROUNDS = { file: quick ? 5 : 9, history: quick ? 5 : 60 };

const project = new Project(folder, dirname(here));
await project.prepare(
  ["bulk", join(here, "../speed/messages.mjs"), join(here, "../lib/worker.mjs")],
  tarball,
  dependencies,
);

const file = (megabytes, encoding) => rowsFile(join(folder, ".."), megabytes, encoding);

/** Runs two ways alternately. Returns the times and the peaks of each. */
async function measure(runtime, path, names, rounds) {
  const workers = names.map((name) => [name, startWorker(project, runtime, ["read.mjs", path, name])]);
  const { counts, ...measured } = await measureAlternately(workers, rounds);
  if (new Set(Object.values(counts)).size > 1)
    throw new Error(`${runtime[0]}: the results differ: ${JSON.stringify(counts)}`);
  return measured;
}

const speeds = [];
const memory = [];
for (const runtime of runtimes(project, [20, 24])) {
  for (const [title, path] of [
    ["a file in UTF-8", file(50, "utf-8")],
    ["a file in windows-1251", file(50, "windows-1251")],
    ["the history", "history"],
  ]) {
    const row = [runtime[0], title];
    for (const [own, other] of [
      ["columns", "rows"],
      ["ndjson", "JSON.stringify"],
    ]) {
      const rounds = path === "history" ? ROUNDS.history : ROUNDS.file;
      const { times } = await measure(runtime, path, [own, other], rounds);
      row.push(`${median(warm(times[own])).toFixed(0)} ms`, ratio(times[other], times[own]));
    }
    speeds.push(row);
    console.error(row.join("  "));
  }
  const row = [runtime[0]];
  for (const name of ["no reader", "columns", "ndjson"]) {
    for (const size of quick ? [50] : [50, 1000]) {
      const { peaks } = await measure(runtime, file(size, "utf-8"), [name], 1);
      row.push(`${peaks[name].toFixed(0)} MB`);
    }
  }
  memory.push(row);
  console.error(row.join("  "));
}

const sizes = quick ? ["50 MB"] : ["50 MB", "1 GB"];
console.log(`On ${machine()}.

Files of 50 MB, and 20 pages of the history with 1,000 messages each, after 300 pages of warm-up. Columns: four fields, every value
read, compared with the same fields of the rows. NDJSON: compared with \`JSON.stringify\` and \`TextEncoder\` for each row. The times
are those of the processor, all threads of the process together. Above 1, the rows take longer.

${table(["Where", "Data", "columns", "rows", "NDJSON", "JSON.stringify"], speeds)}
Peak memory by file size:

${table(["Where", ...["no reader", "columns", "NDJSON"].flatMap((name) => sizes.map((size) => `${name}, ${size}`))], memory)}`);
