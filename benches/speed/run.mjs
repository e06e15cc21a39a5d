// Compares a page of the history, and a call, with hand-written code: run.mjs <tarball> <folder>
//
// Prints the tables of docs/benchmarks.md. The contenders alternate; a figure is the median of the rounds.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { dependencies } from "../../tests/runtimes/lib/nodes.mjs";
import { Project } from "../../tests/runtimes/lib/project.mjs";
import { inBrowsers, machine, outputOf, runtimes } from "../lib/environments.mjs";
import { median, ratio, summarise, table, warm } from "../lib/report.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [tarball, folder] = process.argv.slice(2);
const project = new Project(folder, dirname(here));
await project.prepare(["speed", join(here, "../lib/alternate.mjs")], tarball, dependencies);

const pages = [];
const calls = [];
const floors = [];
const summary = {};
function add(where, { page, drifting, call, floor }) {
  for (const [kind, { times }] of Object.entries({ "as documented": page, drifting })) {
    const own = times["history.list"];
    const others = ["by hand", "by hand, unrolled", "JSON.parse alone"].map((name) => ratio(times[name], own));
    const saved = ratio(times["by hand"], times.decodeHistory);
    pages.push([where, kind, `${(median(warm(own)) / page.pages).toFixed(2)} ms`, ...others, saved]);
    console.error(pages.at(-1).join("  "));
  }
  const micros = (times) => (median(times) * 1000) / call.calls;
  const [own, bare] = ["smsc-wasm", "fetch"].map((name) => micros(call.next[name]));
  const first = micros(call.first["smsc-wasm"]) - micros(call.first.fetch);
  calls.push([where, ...[own, bare, own - bare, first].map((time) => `${time.toFixed(1)} µs`)]);
  console.error(calls.at(-1).join("  "));
  const format = (times, unit) => `${median(warm(times)).toFixed(unit === "ms" ? 2 : 0)} ${unit}`;
  floors.push([where, format(floor.body, "ms"), format(floor.objects, "ms"), format(floor.row, "ns")]);
  console.error(floors.at(-1).join("  "));
  const [byHand] = pages.findLast(([place, kind]) => place === where && kind === "as documented").slice(3);
  summary[where] = { page: byHand, call: calls.at(-1)[3] };
}

for (const runtime of runtimes(project, [20, 24])) add(runtime[0], await outputOf(project, runtime, ["print.mjs"]));
await inBrowsers(project, "page.mjs", async (title, open) => add(title, await open("")));
summarise(folder, summary);

console.log(`On ${machine()}.

A page of 1,000 messages, about 600 kB: from the bytes of the response to typed objects. The other columns are the time relative to
\`history.list\`, with the smallest and the largest ratio of the rounds; the last one compares with \`decodeHistory\` of the same text.

${table(["Where", "Types", "history.list", "by hand", "by hand, unrolled", "JSON.parse alone", "by hand / decodeHistory"], pages)}
A call with a small, immediate response, and the same request with \`fetch\` and \`JSON.parse\`: 20,000 calls after 20,000 warm-up calls,
and the difference. The last column is the difference in the warm-up calls.

${table(["Where", "smsc-wasm", "fetch", "more", "more, at first"], calls)}
The minimum for any reader: reading the body of that page, creating its objects from existing strings and numbers, and creating a
row of a task file.

${table(["Where", "the body", "the objects", "a row"], floors)}`);
