/** What came of it, as ratios with their spread, in tables of Markdown. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

export const sorted = (list) => [...list].sort((a, b) => a - b);
export const median = (list) => sorted(list)[list.length >> 1];

/** The rounds that count: the first ones warm up. */
export const warm = (times) => (times.length > 2 ? times.slice(Math.max(1, times.length >> 2)) : times);

/** Leaves what the README's table shows, for `summary.mjs`: of each place a few figures by their names. */
export function summarise(folder, places) {
  writeFileSync(join(folder, "summary.json"), JSON.stringify(places));
}

/** How many times as long somebody takes as another: `2.40 (2.31–2.52)`, the median of the rounds, the least and the most. */
export function ratio(times, than) {
  const others = warm(than);
  const ratios = warm(times).map((time, round) => time / others[round]);
  return `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`;
}

export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line), ""].join("\n");
}
