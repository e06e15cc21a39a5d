import { checkFramework } from "../lib/framework.mjs";
import { nodeFor } from "../lib/nodes.mjs";

export const astro = {
  name: "astro",
  title: "Astro",
  async run(bench) {
    const node = await nodeFor(bench, 22);
    const project = await bench.project(["astro"]);
    const command = project.script("astro");
    await checkFramework(bench, {
      project,
      node,
      version: project.version("astro"),
      build: [command, "build"],
      assets: ["dist", "client"],
      start: (port) => ({ args: ["dist/server/entry.mjs"], env: { PORT: port, HOST: "127.0.0.1" } }),
      dev: (port) => ({ args: [command, "dev", "--host=127.0.0.1", `--port=${port}`] }),
    });
  },
};
