import { checkFramework } from "../lib/framework.mjs";
import { nodeFor } from "../lib/nodes.mjs";

export const reactRouter = {
  name: "react-router",
  title: "React Router",
  async run(bench) {
    const node = await nodeFor(bench, 22);
    const project = await bench.project(["react-router"]);
    const command = project.script("@react-router/dev", "react-router");
    const serve = project.script("@react-router/serve", "react-router-serve");
    await checkFramework(bench, {
      project,
      node,
      version: project.version("react-router"),
      build: [command, "build"],
      assets: ["build", "client"],
      start: (port) => ({ args: [serve, "build/server/index.js"], env: { PORT: port, HOST: "127.0.0.1" } }),
      dev: (port) => ({ args: [command, "dev", "--host=127.0.0.1", `--port=${port}`, "--strictPort"] }),
    });
  },
};
