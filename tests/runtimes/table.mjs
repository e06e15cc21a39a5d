/** Writes the table of docs/hosts.md from the results of the last run: node tests/runtimes/table.mjs */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const BEGIN = "<!-- runtimes:begin -->";
const END = "<!-- runtimes:end -->";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const results = JSON.parse(readFileSync(join(root, "target", "runtimes", "results.json"), "utf8"));

const list = (values) => [...new Set(values.filter(Boolean))].join(" · ");

// An example is no host.
const hosts = [...new Set(results.map(({ host }) => host))].filter((host) => !host.startsWith("Example "));
const rows = hosts.map((host) => {
  const ofHost = results.filter((result) => result.host === host);
  const withOutcome = (outcome) => ofHost.filter((result) => result.outcome === outcome);
  const notPassed = ["failed", "not run"].flatMap((outcome) => {
    const variants = list(withOutcome(outcome).map(({ variant, version }) => `${variant} (${version || "?"})`));
    return variants ? [`**${outcome}**: ${variants}`] : [];
  });
  const passed = list(withOutcome("passed").map(({ variant }) => variant));
  return `| ${host} | ${list(ofHost.map(({ version }) => version))} | ${[passed, ...notPassed].filter(Boolean).join(" · ")} |`;
});
const table = ["| Host | Versions | Passed |", "| --- | --- | --- |", ...rows].join("\n");

const path = join(root, "docs", "hosts.md");
const text = readFileSync(path, "utf8");
const begin = text.indexOf(BEGIN);
const end = text.indexOf(END);
if (begin < 0 || end < begin) throw new Error(`docs/hosts.md has no ${BEGIN} followed by ${END}`);
writeFileSync(path, `${text.slice(0, begin + BEGIN.length)}\n${table}\n${text.slice(end)}`);
