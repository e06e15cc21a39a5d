import { cpSync, mkdirSync, rmSync } from "node:fs";
import { onceIn } from "../lib/bytes.mjs";
import { checkFramework } from "../lib/framework.mjs";
import { nodeFor } from "../lib/nodes.mjs";
import { run } from "../lib/process.mjs";

/** The presets of Nitro for edge runtimes. */
const PRESETS = ["cloudflare_module", "vercel_edge", "netlify_edge"];

export const nuxt = {
  name: "nuxt",
  title: "Nuxt",
  async run(bench) {
    const node = await nodeFor(bench, 22);
    const project = await bench.project(["nuxt"]);
    // The dev server does not bundle files that end in .mjs, and neither part of the application files of the other.
    const addSmoke = () => {
      for (const part of ["app", "server"]) {
        mkdirSync(project.path(part, "utils"), { recursive: true });
        cpSync(project.path("smoke.mjs"), project.path(part, "utils", "smoke.js"));
      }
    };
    addSmoke();
    const script = project.script("nuxt");
    const version = project.version("nuxt");
    await checkFramework(bench, {
      project,
      node,
      version,
      build: [script, "build"],
      assets: [".output", "public"],
      start: (port) => ({ args: [".output/server/index.mjs"], env: { NITRO_PORT: port, NITRO_HOST: "127.0.0.1" } }),
      dev: (port) => ({ args: [script, "dev", `--port=${port}`, "--host=127.0.0.1", "--no-fork"] }),
    });
    await bench.project(["nuxt", "nuxt-edge"]);
    addSmoke();
    for (const preset of PRESETS) {
      await bench.check(`build for ${preset}, with experimental.wasm`, version, async () => {
        rmSync(project.path(".output"), { recursive: true, force: true });
        await run(node, [script, "build"], { cwd: project.folder, env: { NITRO_PRESET: preset } });
        // The other presets put the module into the script, in another form than the package.
        if (preset === "cloudflare_module") onceIn(project.path(".output", "server"), bench.module(project));
      });
    }
  },
};
