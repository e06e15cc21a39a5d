// Prints the summary of the benchmarks for docs/benchmarks.md: summary.mjs <folder of the benchmarks>
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { machine } from "./lib/environments.mjs";
import { table } from "./lib/report.mjs";

const COLUMNS = {
  page: "A page of the history, by hand",
  call: "A call, more than `fetch`",
  start: "First response, later than with `fetch`",
  "utf-8": "Rows of a task file, uDSV by its callback; by `for await`",
  "windows-1251": "The same in windows-1251",
};

const [folder] = process.argv.slice(2);
const environments = {};
for (const name of ["speed", "start", "csv"]) {
  const path = join(folder, name, "summary.json");
  if (!existsSync(path)) continue;
  for (const [name, figures] of Object.entries(JSON.parse(readFileSync(path, "utf8")))) {
    environments[name] = { ...environments[name], ...figures };
  }
}
const rows = Object.entries(environments).filter(
  ([, figures]) => figures.page !== undefined || figures["utf-8"] !== undefined,
);
console.log(`On ${machine()}.

${table(
  ["", ...Object.values(COLUMNS)],
  rows.map(([environment, figures]) => [environment, ...Object.keys(COLUMNS).map((name) => figures[name] ?? "")]),
)}`);
