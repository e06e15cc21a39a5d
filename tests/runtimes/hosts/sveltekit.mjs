import { checkFramework } from "../lib/framework.mjs";
import { nodeFor } from "../lib/nodes.mjs";

export const sveltekit = {
  name: "sveltekit",
  title: "SvelteKit",
  async run(bench) {
    const node = await nodeFor(bench, 22);
    const project = await bench.project(["sveltekit"]);
    const vite = project.script("vite");
    await checkFramework(bench, {
      project,
      node,
      version: project.version("@sveltejs/kit"),
      build: [vite, "build"],
      assets: ["build", "client"],
      start: (port) => ({ args: ["build/index.js"], env: { PORT: port, HOST: "127.0.0.1" } }),
      dev: (port) => ({ args: [vite, "dev", "--host=127.0.0.1", `--port=${port}`, "--strictPort"] }),
    });
  },
};
