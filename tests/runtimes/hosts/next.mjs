import { rmSync } from "node:fs";
import { onceIn } from "../lib/bytes.mjs";
import { freePort, run, serving } from "../lib/process.mjs";
import { expected } from "../smoke.mjs";

/** The edge runtime cannot decompress. docs/hosts.md names the error. */
const expectedOfEdge = {
  ...expected,
  compressed: {
    code: "internal",
    message: "the file is compressed, and this environment has no DecompressionStream",
  },
};

const text = async (url) => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`HTTP status ${response.status} from ${url}`);
  return response.text();
};

export const next = {
  name: "next",
  title: "Next.js",
  async run(bench) {
    const project = await bench.project(["next"]);
    const version = project.version("next");
    const next = (...args) => [project.script("next"), ...args];
    const start = async (args, use) => {
      const port = String(await freePort());
      const options = { cwd: project.folder, url: `http://127.0.0.1:${port}` };
      await serving(process.execPath, next(...args, "--port", port, "--hostname", "127.0.0.1"), options, use);
    };
    for (const bundler of ["turbopack", "webpack"]) {
      await bench.check(`${bundler}: build`, version, async () => {
        rmSync(project.path(".next"), { recursive: true, force: true });
        await run(process.execPath, next("build", `--${bundler}`), { cwd: project.folder });
        // Checks only the files for the browser: each server bundle has a separate copy.
        onceIn(project.path(".next", "static"), bench.module(project));
      });
      await start(["start"], async (url) => {
        const query = `?service=${encodeURIComponent(bench.service)}`;
        const check = (variant, run) => bench.check(`${bundler}: ${variant}`, version, run);
        await check("route handler", async () => bench.same(await text(`${url}/route${query}`)));
        await check("server component", async () => {
          const page = await text(`${url}/server${query}`);
          bench.same(decodeURIComponent(/<p id="result">([^<]+)</.exec(page)?.[1] ?? "null"));
        });
        await check("client component", async () => bench.same(await bench.browsers.result(`${url}/client${query}`)));
        await check("edge runtime", async () => bench.same(await text(`${url}/edge${query}`), expectedOfEdge));
      });
    }
  },
};
