import { checkFramework } from "../lib/framework.mjs";
import { nodeFor } from "../lib/nodes.mjs";

export const nuxt = {
  name: "nuxt",
  title: "Nuxt",
  async run(bench) {
    const node = await nodeFor(bench, 22);
    const project = await bench.project(["nuxt"]);
    const script = project.script("nuxt");
    await checkFramework(bench, {
      project,
      node,
      version: project.version("nuxt"),
      build: [script, "build"],
      assets: [".output", "public"],
      start: (port) => ({ args: [".output/server/index.mjs"], env: { NITRO_PORT: port, NITRO_HOST: "127.0.0.1" } }),
      dev: (port) => ({ args: [script, "dev", `--port=${port}`, "--host=127.0.0.1", "--no-fork"] }),
    });
  },
};
