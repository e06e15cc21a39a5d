// What the README shows of the benchmarks that were run: summary.mjs <folder of the benchmarks>
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { machine } from "./lib/places.mjs";
import { table } from "./lib/report.mjs";

const COLUMNS = {
  page: "A page of the history, by hand",
  call: "A call, more than `fetch`",
  start: "First reply, later than with `fetch`",
  "utf-8": "Rows of a task file, uDSV by its callback; by `for await`",
  "windows-1251": "The same in windows-1251",
};

const [folder] = process.argv.slice(2);
const places = {};
for (const name of ["speed", "start", "csv"]) {
  const path = join(folder, name, "summary.json");
  if (!existsSync(path)) continue;
  for (const [place, figures] of Object.entries(JSON.parse(readFileSync(path, "utf8")))) {
    places[place] = { ...places[place], ...figures };
  }
}
const rows = Object.entries(places).filter(
  ([, figures]) => figures.page !== undefined || figures["utf-8"] !== undefined,
);
console.log(`On ${machine()}.

${table(
  ["", ...Object.values(COLUMNS)],
  rows.map(([place, figures]) => [place, ...Object.keys(COLUMNS).map((name) => figures[name] ?? "")]),
)}`);
