/** Formats the results as ratios with their range, in Markdown tables. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

export const sorted = (list) => [...list].sort((a, b) => a - b);
export const median = (list) => sorted(list)[list.length >> 1];

/** The times without the first rounds, which are warm-up. */
export const warm = (times) => (times.length > 2 ? times.slice(Math.max(1, times.length >> 2)) : times);

/** Stores the figures for the table of the summary, by environment and name, for `summary.mjs`. */
export function summarise(folder, environments) {
  writeFileSync(join(folder, "summary.json"), JSON.stringify(environments));
}

/** The ratio of the times to a baseline: `2.40 (2.31–2.52)`, the median of the rounds, the smallest and the largest. */
export function ratio(times, baseline) {
  const others = warm(baseline);
  const ratios = warm(times).map((time, round) => time / others[round]);
  return `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`;
}

export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line), ""].join("\n");
}
