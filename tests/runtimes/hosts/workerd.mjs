import { fileURLToPath, pathToFileURL } from "node:url";
import { inTime } from "../../many/start.mjs";
import { onceIn } from "../lib/bytes.mjs";
import { nodeFor } from "../lib/nodes.mjs";
import { freePort, run, serving } from "../lib/process.mjs";

export const workerd = {
  name: "workerd",
  title: "Cloudflare Workers (workerd)",
  core: true,
  async run(bench) {
    // wrangler and miniflare require a newer version of Node.js than the package.
    const node = await nodeFor(bench, 22);
    const project = await bench.project(["workerd"]);
    const version = `${project.version("workerd")}, wrangler ${project.version("wrangler")}`;
    const serve = async (date) => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}/?service=${bench.service}`;
      const options = { cwd: project.folder, url, ready: new URL("/ready", url) };
      await serving(node, ["serve.mjs", String(port), date], options, async () => {
        bench.same(await (await fetch(url)).text());
        bench.sameOfProxy(await (await fetch(`${url}&proxy`)).text());
      });
    };
    await bench.check("wrangler's bundle, in miniflare", version, async () => {
      const wrangler = project.script("wrangler");
      await run(node, [wrangler, "deploy", "--dry-run", "--outdir", "dist"], { cwd: project.folder });
      onceIn(project.path("dist"), bench.module(project));
      await serve("2026-10-01");
    });
    // The first date with `WeakRef`. It does not have the zlib of Node.js.
    await bench.check("compatibility date 2025-05-05", version, () => serve("2025-05-05"));
    await limits(bench, node, version);
  },
};

/** The number of concurrent Workers. */
const WORKERS = 40;

/** Many Workers share the limits of one account through a Durable Object. */
async function limits(bench, node, version) {
  const shared = ["many/work", "many/pace", "many/paused", "js/support/requests"];
  const work = shared.map((name) => fileURLToPath(new URL(`../../${name}.mjs`, import.meta.url)));
  const project = await bench.project(["workerd", "workerd-limiter", ...work]);
  const options = { cwd: project.folder };
  const runScenario = async (...args) =>
    JSON.parse((await run(node, ["machines.mjs", ...args], options)).trim().split("\n").at(-1));
  await bench.check("a Durable Object: queues, deaths, aborts, evictions", version, async () => {
    const wrangler = project.script("wrangler");
    await run(node, [wrangler, "deploy", "--dry-run", "--outdir", "dist"], options);
    for (const scenario of ["queue", "death", "abort", "eviction"]) await runScenario(scenario);
  });
  await bench.check("a Durable Object: readers that pause", version, async () => {
    await runScenario("paused");
  });
  await bench.check(`a Durable Object: ${WORKERS} Workers at once`, version, async () => {
    const testing = pathToFileURL(project.path("node_modules", "smsc-wasm", "dist", "testing.js")).href;
    const late = await inTime(testing, (url) => runScenario("work", url, String(WORKERS)));
    console.log(`    ${(late * 100).toFixed(1)} % over the minimum time`);
  });
}

export const cloudflareVite = {
  name: "cloudflare-vite",
  title: "Cloudflare Vite plugin",
  async run(bench) {
    const node = await nodeFor(bench, 22);
    const project = await bench.project(["cloudflare-vite"]);
    const version = project.version("@cloudflare/vite-plugin");
    const vite = project.script("vite");
    const works = async (args) => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}/?service=${bench.service}`;
      const options = { cwd: project.folder, url, ready: new URL("/ready", url) };
      await serving(node, [vite, ...args, "--host=127.0.0.1", `--port=${port}`, "--strictPort"], options, async () => {
        bench.same(await (await fetch(url)).text());
      });
    };
    await bench.check("build and preview", version, async () => {
      await run(node, [vite, "build"], { cwd: project.folder });
      onceIn(project.path("dist"), bench.module(project));
      await works(["preview"]);
    });
    await bench.check("dev server", version, () => works([]));
  },
};
