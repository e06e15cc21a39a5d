/** The environments of the benchmarks: the runtimes from npm, and the installed browsers. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { build } from "esbuild";
import { Browsers } from "../../tests/runtimes/lib/browser.mjs";
import { nodeOf } from "../../tests/runtimes/lib/nodes.mjs";
import { NotRun } from "../../tests/runtimes/lib/not-run.mjs";
import { answering, run } from "../../tests/runtimes/lib/process.mjs";
import { servingFiles } from "../../tests/runtimes/lib/serve.mjs";
import { median, warm } from "./report.mjs";

/** The environments to measure, by the options `--in <name>`; all without one. */
const chosen = process.argv.flatMap((argument, index, all) => (all[index - 1] === "--in" ? [argument] : []));
const isChosen = (name) => chosen.length === 0 || chosen.includes(name);

/** Returns each runtime as its name with version, its program, and the arguments before a script. */
export function runtimes(project, majors) {
  const programs = [];
  for (const major of majors) {
    try {
      programs.push(["Node.js", nodeOf(project, major), []]);
    } catch (error) {
      if (!(error instanceof NotRun)) throw error;
      console.error(error.message);
    }
  }
  programs.push(["Deno", project.bin("deno"), ["run", "--allow-all"]], ["Bun", project.bin("bun"), []]);
  const measured = programs.filter(([name]) => isChosen(name));
  return measured.map(([name, program, options]) => {
    const [version] = execFileSync(program, ["--version"], { encoding: "utf8" }).match(/\d[\w.]*/);
    return [`${name} ${version}`, program, options];
  });
}

/** Runs a script of the project and parses its output as JSON. */
export async function outputOf(project, [, program, options], args) {
  return JSON.parse(await run(program, [...options, ...args], { cwd: project.folder, timeoutMs: 3_600_000 }));
}

/** Starts a script that does its work on each request and prints the result as JSON. Returns functions to request and to stop it. */
export function startWorker(project, [, program, options], args) {
  const { ask, stop } = answering(program, [...options, ...args], { cwd: project.folder, timeoutMs: 3_600_000 });
  return { measure: async () => JSON.parse(await ask()), stop };
}

/**
 * Calls `use(title, open)` for each browser. `open(query, slower)` opens a page of the project and returns its result; `slower`
 * is the CPU slowdown factor.
 */
export async function inBrowsers(project, script, use) {
  await build({
    entryPoints: [project.path(script)],
    bundle: true,
    format: "esm",
    outfile: project.path("site", "page.js"),
    external: ["node:*", "csv-parse"],
    logLevel: "error",
  });
  writeFileSync(project.path("site", "page.html"), '<!doctype html><script type="module" src="page.js"></script>');
  const browsers = new Browsers();
  const kinds = { chrome: "Chromium", firefox: "Firefox", webkit: "WebKitGTK" };
  try {
    for (const [kind, title] of Object.entries(kinds)) {
      if (!isChosen(title)) continue;
      await servingFiles(project.path("site"), {}, async (url) => {
        try {
          await use(`${title} ${await browsers.version(kind)}`, async (query, slower) => {
            const result = await browsers.result(`${url}/page.html?${query}`, kind, 300_000, slower);
            if (result.failed) throw new Error(result.failed);
            return result;
          });
        } catch (error) {
          if (!(error instanceof NotRun)) throw error;
          console.error(error.message);
        }
      });
    }
  } finally {
    await browsers.close();
  }
}

/** The rounds of a reader in a page, enough for the engine to compile its code; and how often each page is opened. */
export const PAGE_ROUNDS = 24;
export const PASSES = 5;

/**
 * Measures readers of a browser alternately, each in a separate page: in one page, a reader would slow down the next. `open(name,
 * rounds)` opens the page of a reader and returns the `times` of the rounds and a `count`. Returns the median of each page by reader,
 * and the last counts.
 */
export async function measureInPages(names, open) {
  const times = Object.fromEntries(names.map((name) => [name, []]));
  const counts = {};
  for (let pass = 0; pass < PASSES; pass++) {
    for (const name of names) {
      const page = await open(name, PAGE_ROUNDS);
      times[name].push(median(warm(page.times)));
      counts[name] = page.count;
    }
  }
  return { times, counts };
}

/** A description of the machine. */
export function machine() {
  const [{ model }] = cpus();
  return `${cpus().length} × ${model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform}`;
}
