/** Where it is measured: every runtime that npm brings, and the browsers that are installed. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { build } from "esbuild";
import { Browsers } from "../../tests/runtimes/lib/browser.mjs";
import { nodeOf } from "../../tests/runtimes/lib/nodes.mjs";
import { NotRun } from "../../tests/runtimes/lib/not-run.mjs";
import { answering, run } from "../../tests/runtimes/lib/process.mjs";
import { servingFiles } from "../../tests/runtimes/lib/serve.mjs";

/** Each with its name and version, its program, and what the program takes before a script. */
export function runtimes(project, majors) {
  const found = [];
  for (const major of majors) {
    try {
      found.push(["Node.js", nodeOf(project, major), []]);
    } catch (error) {
      if (!(error instanceof NotRun)) throw error;
      console.error(error.message);
    }
  }
  found.push(["Deno", project.bin("deno"), ["run", "--allow-all"]], ["Bun", project.bin("bun"), []]);
  return found.map(([name, program, options]) => {
    const [version] = execFileSync(program, ["--version"], { encoding: "utf8" }).match(/\d[\w.]*/);
    return [`${name} ${version}`, program, options];
  });
}

/** What a script of the project prints, as JSON. */
export async function printed(project, [, program, options], args) {
  return JSON.parse(await run(program, [...options, ...args], { cwd: project.folder, timeoutMs: 3_600_000 }));
}

/** Starts a script that does its work whenever it is asked, and prints what came of it as JSON: what asks it, and what ends it. */
export function started(project, [, program, options], args) {
  const { ask, stop } = answering(program, [...options, ...args], { cwd: project.folder, timeoutMs: 3_600_000 });
  return { turn: async () => JSON.parse(await ask()), stop };
}

/**
 * Lets a page of the project be opened in each browser: `use(title, open)`, where `open(query, slower)` gives what the page
 * left; `slower` is how many times. */
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
  const kinds = { chrome: "Chromium", firefox: "Firefox" };
  try {
    for (const [kind, title] of Object.entries(kinds)) {
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

/** The machine, in one sentence. */
export function machine() {
  const [{ model }] = cpus();
  return `${cpus().length} × ${model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform}`;
}
