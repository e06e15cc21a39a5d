// Compares a page of the history, and a call, with hand-written code: run.mjs <tarball> <folder>
//
// Prints the tables of docs/benchmarks.md. The contenders alternate; a figure is the median of the rounds.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { dependencies } from "../../tests/runtimes/lib/nodes.mjs";
import { Project } from "../../tests/runtimes/lib/project.mjs";
import { inBrowsers, machine, measureInPages, outputOf, runtimes, startWorker } from "../lib/environments.mjs";
import { median, ratio, summarise, table, warm } from "../lib/report.mjs";
import { PAGES, READERS } from "./readers.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [tarball, folder] = process.argv.slice(2);
const project = new Project(folder, dirname(here));
await project.prepare(["speed", join(here, "../lib/alternate.mjs")], tarball, dependencies);

/** The first quarter is warm-up: 150 pages. */
const ROUNDS = 60;
// Each reader is a child process with a listener.
process.setMaxListeners(32);
const pages = [];
const calls = [];
const floors = [];
const summary = {};

/** The faster one of two readers. */
const faster = (times, ...names) =>
  names.map((name) => times[name]).sort((a, b) => median(warm(a)) - median(warm(b)))[0];

function add(where, { page, drifting, call, floor }) {
  for (const [kind, times] of Object.entries({ "as documented": page, drifting })) {
    const own = times["history.list"];
    const byHand = faster(times, "by hand", "by hand, of the text");
    const decoded = median(warm(times.decodeHistory)) / PAGES;
    pages.push([
      where,
      kind,
      `${(median(warm(own)) / PAGES).toFixed(2)} ms`,
      ratio(byHand, own),
      `${decoded.toFixed(2)} ms`,
      ratio(times["by hand, of a given text"], times.decodeHistory),
    ]);
    console.error(pages.at(-1).join("  "));
  }
  const micros = (times) => (median(times) * 1000) / call.calls;
  const [own, bare, limited] = ["smsc-wasm", "fetch", "fetch with limits"].map((name) => micros(call.next[name]));
  const first = micros(call.first["smsc-wasm"]) - micros(call.first.fetch);
  calls.push([where, ...[own, bare, own - bare, first, limited - bare].map((time) => `${time.toFixed(1)} µs`)]);
  console.error(calls.at(-1).join("  "));
  const format = (times, unit) => `${median(warm(times)).toFixed(unit === "ms" ? 2 : 0)} ${unit}`;
  floors.push([where, format(floor.body, "ms"), format(floor.objects, "ms"), format(floor.row, "ns")]);
  console.error(floors.at(-1).join("  "));
  const [, , , byHand] = pages.findLast(([place, kind]) => place === where && kind === "as documented");
  summary[where] = { page: byHand, call: calls.at(-1)[3] };
}

/** Runs the readers alternately, each in a process of its own: in one process, a reader would slow down the next. */
async function readPages(runtime, drifting) {
  const workers = READERS.map((name) => [name, startWorker(project, runtime, ["read.mjs", name, String(drifting)])]);
  const times = Object.fromEntries(READERS.map((name) => [name, []]));
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, { measure }] of workers) times[name].push(await measure());
    }
  } finally {
    for (const [, { stop }] of workers) stop();
  }
  return times;
}

for (const runtime of runtimes(project, [20, 24])) {
  const results = await outputOf(project, runtime, ["print.mjs"]);
  add(runtime[0], { ...results, page: await readPages(runtime, false), drifting: await readPages(runtime, true) });
}
await inBrowsers(project, "page.mjs", async (title, open) => {
  const readAll = async (drifting) => {
    const ofReader = (reader, rounds) => open(new URLSearchParams({ reader, drifting, rounds }));
    return (await measureInPages(READERS, ofReader)).times;
  };
  add(title, { ...(await open("")), page: await readAll(false), drifting: await readAll(true) });
});
summarise(folder, summary);

console.log(`On ${machine()}.

A page of 1,000 messages, about 600 kB: from the bytes of the response to typed objects, with every field read once. "By hand" is the
best hand-written form, the faster of \`response.json()\` and \`JSON.parse\` of \`response.text()\`, and one object literal for each
message; for drifting types, it converts each field. Its time is relative to the package's, with the smallest and the largest ratio
of the rounds: above 1, the package is faster. The last two columns compare the same for a given text, without a response.

${table(["Where", "Types", "history.list", "by hand", "decodeHistory", "by hand, of a text"], pages)}
A \`history.list\` whose page has one message, with an immediate response, and the same request with \`fetch\` and \`JSON.parse\`: 20,000
calls after 20,000 warm-up calls, and the difference. The fifth column is the difference in the warm-up calls. The last one is the
difference of handwritten code that limits the time and the size of the response by the same functions of the platform as the package.

${table(["Where", "smsc-wasm", "fetch", "more", "more, at first", "fetch with limits, more"], calls)}
The minimum for any reader: reading the body of that page, creating its objects from existing strings and numbers, and creating a
row of a task file.

${table(["Where", "the body", "the objects", "a row"], floors)}`);
